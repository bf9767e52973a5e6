"""What students write who are wrong: by misconception, the exercise and their lines. The last line is the wrong one."""

from __future__ import annotations

LINE = "m*x + b"
PARABOLA = "a*x^2 + b*x + c"
DECAY = "a*exp(-b*x) + c"
SIGMOID = "1/(1 + exp(-(a*x + b)))"
WAVE = "a*sin(k*x) + c"
VECTOR = "sum(w[j]*x[j], j, p) + b"

# A model, the penalty after it, and the column of weights after that.
RIDGE = "m*x + b | ridge"
LASSO = "m*x + b | lasso"
WEIGHED = "m*x + b |  | w"

Row = tuple[str, str]

# A formula in x alone is derived by x; any other is a model.
ATTEMPTS: dict[str, tuple[Row, ...]] = {
    "lost-inner-derivative": (
        (LINE, "dJ/dm = 1/N * sum(2*(m*x_i + b - y_i))"),
        (LINE, "dJ/dm = 1/N Σ d/dm (m x_i + b - y_i)^2\n  = 1/N Σ 2(m x_i + b - y_i)"),
        (
            LINE,
            "dJ/dm = 1/N Σ 2(m x_i + b - y_i) d/dm(m x_i + b - y_i)\n = 2/N Σ (m x_i + b - y_i)",
        ),
        (PARABOLA, "∂J/∂a = 2/N Σᵢ (a xᵢ² + b xᵢ + c − yᵢ)"),
        ("(3 - x^2)^2", "-2(3 - x^2)"),
        (
            DECAY,
            "dJ/dc = 1/N sum 2(a exp(-b x_i) + c - y_i)\ndJ/db = 1/N sum 2(a e^(-b x_i) + c - y_i)",
        ),
        ("(2*x + 1)^3", "f'(x) = 3(2x + 1)^2"),
        ("sin(5*x)", "cos 5x"),
        ("exp(x^2)", "y' = e^(x^2)"),
    ),
    "inner-derivative-inside": (
        (LINE, "dJ/dm = 1/N sum 2*(x_i)"),
        (PARABOLA, "dJ/db = 2/N Σ x_i"),
        ("(x^2 + 1)^3", "f'(x) = 3(2x)^2"),
        ("(x^2 + 1)^3", "f'(x) = (2x)^3"),
        ("sin(x^2)", "f' = cos(2x)"),
        ("sin(x^2)", "f' = cos(2x*x^2)"),
        ("exp(3*x)", "e^3"),
    ),
    "inner-derivative-as-exponent": (
        (LINE, "dJ/dm = 1/N Σ (2(m x_i + b - y_i))^(x_i)"),
        ("(3*x + 1)^2", "f'(x) = (2(3x + 1))^3"),
        ("sin(2*x)", "f'(x) = cos(2x)^2"),
    ),
    "inner-derivative-added": (
        (LINE, "dJ/dm = 1/N Σ (2(m x_i + b - y_i) + x_i)"),
        ("(2*x + 1)^3", "f'(x) = 3(2x + 1)^2 + 2"),
        ("sin(5*x)", "df/dx = cos(5x) + 5"),
    ),
    "outer-not-derived": (
        (LINE, "dJ/dm = 1/N Σ (m x_i + b - y_i)^2 x_i"),
        ("(2*x + 1)^3", "f'(x) = 2(2x + 1)^3"),
        ("sin(5*x)", "f'(x) = 5 sin(5x)"),
    ),
    "inner-function-itself": (
        (LINE, "dJ/dm = 1/N Σ 2(m x_i + b - y_i)*(m x_i + b - y_i)"),
        ("sin(5*x)", "f'(x) = cos(5x)*5x"),
        ("exp(x^2)", "f'(x) = x^2 exp(x^2)"),
    ),
    "inner-derivative-divided": (
        (LINE, "dJ/dm = 1/N Σ 2(m x_i + b - y_i)/x_i"),
        ("exp(3*x)", "f'(x) = exp(3x)/3"),
        ("(2*x + 1)^3", "f'(x) = 3(2x + 1)^2/2"),
    ),
    "power-not-lowered": (
        (LINE, "dJ/dm = 2/N Σ (m x_i + b - y_i)^2 x_i"),
        (PARABOLA, "dJ/dc = 2/N Σ (a x_i^2 + b x_i + c - y_i)²"),
        (DECAY, "dJ/da = 2/N sum (a e^(-b x_i) + c - y_i)^2 e^(-b x_i)"),
        ("3*x^5", "f'(x) = 15x^5"),
        ("x^2 + 4*x", "2x^2 + 4"),
    ),
    "exponent-not-brought-down": (
        (LINE, "dJ/dm = 1/N Σ (m x_i + b - y_i) x_i"),
        (
            SIGMOID,
            "dJ/db = 1/N Σ (1/(1 + e^(-(a x_i + b))) - y_i) e^(-(a x_i + b))/(1 + e^(-(a x_i + b)))^2",
        ),
        ("x^5", "f'(x) = x^4"),
        ("(2*x + 1)^3", "f'(x) = 2(2x + 1)^2"),
    ),
    "integrated": (
        (LINE, "dJ/dm = 1/N Σ (m x_i + b - y_i)^3/3 * x_i"),
        ("x^5", "f'(x) = x^6/6"),
        ("3*x^2", "f'(x) = x^3"),
    ),
    "power-raised": (
        ("x^5", "f'(x) = 5x^6"),
        ("x^(-2)", "f'(x) = -2x^(-1)"),
        ("(2*x + 1)^3", "f'(x) = 6(2x + 1)^4"),
    ),
    "lowered-before-brought-down": (
        ("x^5", "f'(x) = 4x^4"),
        ("3*x^4", "9x³"),
        ("(x^2 + 1)^3", "2(x^2 + 1)^2 * 2x"),
    ),
    "power-gone": (
        ("x^5", "5x"),
        ("2*x^3", "f' = 6x"),
        ("(2*x + 1)^4", "f'(x) = 4(2x + 1)*2"),
    ),
    "exponential-by-power-rule": (
        ("exp(x)", "f'(x) = x e^(x-1)"),
        ("2^x", "f'(x) = x 2^(x - 1)"),
        ("exp(3*x)", "f'(x) = 3x e^(3x-1) * 3"),
    ),
    "logarithm-of-base-lost": (
        ("2^x", "f'(x) = 2^x"),
        ("5*3^x", "5*3^x"),
        ("10^(2*x)", "f'(x) = 2*10^(2x)"),
    ),
    "sign-of-function": (
        ("sin(x)", "f' = -cos(x)"),
        ("x + 3*sin(2*x)", "f'(x) = 1 - 6 cos(2x)"),
        ("sinh(x)", "f'(x) = -cosh(x)"),
    ),
    "penalty-lost": (
        (RIDGE, "dJ/dm = 2/N Σ e_i x_i"),
        (RIDGE, "dJ/dm = 1/N Σ 2 (m x_i + b - y_i) x_i"),
        (LASSO, "dJ/dm = 2/N Σ e_i x_i"),
    ),
    "weights-counted": (
        (WEIGHED, "dJ/dm = 2/N sum w_i (m x_i + b - y_i) x_i"),
        (WEIGHED, "J = 1/N Σ w_i (m x_i + b - y_i)^2"),
        (WEIGHED, "m := m - alpha*2/N sum w_i e_i x_i"),
        (WEIGHED, "dJ/db = 1/N Σ d/db w_i (m x_i + b - y_i)^2"),
    ),
    "weights-lost": (
        (WEIGHED, "dJ/dm = 2/N sum (m x_i + b - y_i) x_i"),
        (WEIGHED, "dJ/dm = 2/sum(w_j, j, 1, N) Σ (m x_i + b - y_i) x_i"),
        (WEIGHED, "dJ/db = 2 np.sum(m*x + b - y)/np.sum(w)"),
        (WEIGHED, "J = 1/N Σ e_i²"),
    ),
    "another-cost": (
        (LINE, "J = 1/(2N) Σ (m x_i + b - y_i)^2"),
        (LINE, "J = Σ e_i^2"),
        (PARABOLA, "J = 1/2 Σ e_i²"),
    ),
    "minus-of-cosine": (
        ("cos(x)", "sin(x)"),
        ("3*cos(2*x)", "f'(x) = 6 sin(2x)"),
        ("x*cos(x)", "f'(x) = cos x + x sin x"),
    ),
    "minus-of-reciprocal": (
        ("1/x", "f'(x) = 1/x^2"),
        ("1/(x^2 + 1)", "f'(x) = 2x/(x^2 + 1)^2"),
        ("x + 3/(2*x + 1)", "f'(x) = 1 + 6/(2x + 1)^2"),
    ),
    "rate-lost": (
        (LINE, "m := m - 2/N Σ x_i (m x_i + b - y_i)"),
        (LINE, "b = b - dJ/db"),
        (PARABOLA, "c := c - 2/N Σ e_i"),
    ),
    "uphill": (
        (LINE, "m := m + alpha * 2/N Σ x_i (m x_i + b - y_i)"),
        (LINE, "b = b + η dJ/db"),
        (PARABOLA, "c := c + alpha 2/N Σ e_i"),
    ),
    "wrong-number": (
        ("3*x^5", "f'(x) = 16x^4"),
        ("(2*x + 1)^3", "f'(x) = 3(2x + 1)^2*2\n = 5(2x + 1)^2"),
        (LINE, "dJ/dm = 3/N Σ x_i (m x_i + b - y_i)"),
    ),
    "every-entry": (
        (VECTOR, "dJ/dw_k = 2/N Σ_i (Σ_j w_j x_ij + b - y_i) Σ_j x_ij"),
        (VECTOR, "dJ/dw_k = 2/N Σ_i e_i Σ_j x_ij"),
        (VECTOR, "dJ/dw_k = -2/N Σ_i (y_i - b - Σ_j w_j x_ij) Σ_j x_ij"),
    ),
    "half-lost": (
        ("sqrt(x)", "1/sqrt(x)"),
        ("sqrt(3*x + 1)", "f'(x) = 3/√(3x + 1)"),
        ("4*sqrt(x)", "f'(x) = 4/√x"),
    ),
    "reciprocal-of-logarithm": (
        ("log(x)", "1/ln(x)"),
        ("3*log(x)", "f'(x) = 3/log(x)"),
        ("log(x^2 + 1)", "f'(x) = 2x/ln(x^2 + 1)"),
    ),
    "function-not-derived": (
        ("sin(x)", "sin(x)"),
        ("log(x)", "f'(x) = ln x"),
        ("x*cos(x)", "f'(x) = cos(x) + x cos(x)"),
    ),
    "product-of-derivatives": (
        ("x*sin(x)", "f'(x) = cos(x)"),
        ("x^2*sin(x)", "f'(x) = 2x cos(x)"),
        ("(x^2 + 1)*(x^3 - 2)", "f'(x) = 2x * 3x^2"),
        ("x^3*sin(x)*exp(x)", "f'(x) = 3x^2 cos(x) exp(x)"),
    ),
    "half-of-product-rule": (
        ("x^2*sin(x)", "f'(x) = 2x sin(x)"),
        ("x*exp(x)", "f'(x) = x e^x"),
        ("x*log(x)", "f'(x) = ln x"),
        ("x^3*sin(x)*exp(x)", "f'(x) = x^3 sin(x) exp(x)"),
    ),
    "minus-in-product-rule": (
        ("x^2*sin(x)", "f'(x) = 2x sin(x) - x^2 cos(x)"),
        ("x*exp(x)", "f'(x) = e^x - x e^x"),
        ("(x + 1)*(x^2 + 1)", "f'(x) = (x^2 + 1) - (x + 1)*2x"),
        (
            "x^3*sin(x)*exp(x)",
            "f'(x) = 3x^2 sin(x) exp(x) - x^3 cos(x) exp(x) - x^3 sin(x) exp(x)",
        ),
    ),
    "quotient-of-derivatives": (
        ("x/(x^2 + 1)", "f'(x) = 1/(2x)"),
        ("sin(x)/x", "f'(x) = cos(x)/1"),
        ("x^3/(x + 1)", "3x^2"),
        ("1/(x^2 + 1)", "f'(x) = 1/(2x)"),
    ),
    "quotient-turned": (
        ("x/(x^2 + 1)", "f'(x) = (x*2x - (x^2 + 1))/(x^2 + 1)^2"),
        ("sin(x)/x", "f'(x) = (sin(x) - x cos(x))/x^2"),
        ("x + exp(x)/x", "f'(x) = 1 + (e^x - x e^x)/x^2"),
    ),
    "plus-in-quotient-rule": (
        ("x/(x^2 + 1)", "f'(x) = ((x^2 + 1) + x*2x)/(x^2 + 1)^2"),
        ("sin(x)/x", "f'(x) = (x cos(x) + sin(x))/x^2"),
        ("x^2/(x + 1)", "f'(x) = (2x(x + 1) + x^2)/(x + 1)^2"),
    ),
    "denominator-not-squared": (
        ("x/(x^2 + 1)", "f'(x) = ((x^2 + 1) - x*2x)/(x^2 + 1)"),
        ("sin(x)/x", "f'(x) = (x cos(x) - sin(x))/x"),
        ("1/(x^2 + 1)", "f'(x) = -2x/(x^2 + 1)"),
    ),
    "denominator-taken-as-constant": (
        ("x^2/(x + 1)", "f'(x) = 2x/(x + 1)"),
        ("sin(x)/x", "f'(x) = cos(x)/x"),
        ("exp(x)/(x^2 + 1)", "f'(x) = e^x/(x^2 + 1)"),
    ),
    "reciprocal-without-inner": (
        ("1/(x^2 + 1)", "f'(x) = -1/(x^2 + 1)^2"),
        ("3/(2*x + 1)", "f'(x) = -3/(2x + 1)^2"),
        (
            SIGMOID,
            "dJ/db = 2/N Σ (1/(1 + exp(-(a x_i + b))) - y_i) * (-1/(1 + exp(-(a x_i + b)))^2)",
        ),
    ),
    "reciprocal-as-logarithm": (
        ("1/x", "f'(x) = ln(x)"),
        ("3/x", "f'(x) = 3 ln x"),
        ("5/x + x^2", "5 ln(x) + 2x"),
    ),
    "other-parameter-zero": (
        (LINE, "dJ/dm = 2/N Σ (m x_i - y_i) x_i"),
        (LINE, "∂J/∂b = 2/N Σ (b - y_i)"),
        (PARABOLA, "dJ/da = 2/N sum (a x_i^2 - y_i) x_i^2"),
        (DECAY, "dJ/da = 2/N sum (a exp(-b x_i) - y_i) exp(-b x_i)"),
    ),
    "constant-derived-to-itself": (
        (LINE, "dJ/dm = 2/N Σ (m x_i + b - y_i)(x_i + b)"),
        (LINE, "dJ/dm = 2/N Σ (m x_i + b - y_i)(x_i + b - y_i)"),
        (PARABOLA, "dJ/db = 2/N Σ (a x_i^2 + b x_i + c - y_i)(x_i + c)"),
        ("x^2 + 7", "2x + 7"),
    ),
    "constant-derived-to-one": (
        (LINE, "dJ/dm = 2/N Σ (m x_i + b - y_i)(x_i + 1)"),
        (PARABOLA, "dJ/da = 2/N Σ (a x_i^2 + b x_i + c - y_i)(x_i^2 + 1)"),
        ("x^3 + 5", "f' = 3x^2 + 1"),
    ),
    "constant-factor-derived": (
        ("3*x^2 + x", "f'(x) = 1"),
        ("5*sin(x) + x^2", "f'(x) = 2x"),
        ("4*exp(2*x) + x^3", "f'(x) = 3x^2"),
    ),
    "variable-derived-to-itself": (
        (LINE, "dJ/db = 2/N Σ (m x_i + b - y_i) b"),
        (PARABOLA, "dJ/da = 2/N Σ (a x_i^2 + b x_i + c - y_i) a x_i^2"),
        ("x + sin(x)", "x + cos(x)"),
    ),
    "variable-derived-to-zero": (
        ("x + x^2", "2x"),
        ("exp(x) + x", "e^x"),
        ("x + sin(x)", "f' = cos x"),
    ),
    "first-term-only": (
        ("x^2 + sin(x)", "2x + sin(x)"),
        ("x^3 + x^2", "f'(x) = 3x^2 + x^2"),
        ("exp(2*x) + log(x)", "f'(x) = 2 e^(2x) + ln(x)"),
    ),
    "other-variable": (
        (LINE, "dJ/db = 2/N Σ (m x_i + b - y_i) x_i"),
        (PARABOLA, "dJ/da = 2/N Σ (a x_i^2 + b x_i + c - y_i) x_i"),
        (DECAY, "dJ/dc = 2/N Σ (a exp(-b x_i) + c - y_i) exp(-b x_i)"),
    ),
    "data-derived": (
        (LINE, "dJ/dm = 2/N Σ (m x_i + b - y_i) m"),
        (PARABOLA, "dJ/da = 2/N Σ (a x_i^2 + b x_i + c - y_i)(2 a x_i + b)"),
        (WAVE, "dJ/da = 2/N Σ (a sin(k x_i) + c - y_i) a k cos(k x_i)"),
    ),
    "minus-lost": (
        (DECAY, "dJ/db = 2/N Σ (a exp(-b x_i) + c - y_i) a x_i exp(-b x_i)"),
        ("x^2 + exp(-2*x)", "f'(x) = 2x + 2 e^(-2x)"),
        ("x^2 - 3*x", "f'(x) = 2x + 3"),
    ),
    "residual-turned": (
        (LINE, "dJ/dm = 2/N Σ (y_i - m x_i - b) x_i"),
        (LINE, "dJ/db = 2/N Σ (y_i - (m x_i + b))"),
        (PARABOLA, "dJ/dc = 2/N sum(y_i - a x_i^2 - b x_i - c)"),
    ),
    "wrong-sign": (
        (LINE, "dJ/dm = -2/N Σ (m x_i + b - y_i) x_i"),
        (PARABOLA, "dJ/db = -2/N Σ (a x_i^2 + b x_i + c - y_i) x_i"),
        ("3*x^5", "f'(x) = -15x^4"),
    ),
    "set-to-zero": (
        (LINE, "dJ/dm = 2/N Σ (m x_i + b - y_i) x_i = 0"),
        (PARABOLA, "dJ/dc = 2/N Σ (a x_i^2 + b x_i + c - y_i)\n = 0"),
        ("x^2 - 4*x", "f'(x) = 2x - 4\n = 0"),
    ),
    "rate-inside": (
        (LINE, "dJ/dm = alpha * 2/N Σ (m x_i + b - y_i) x_i"),
        (LINE, "dJ/db = -α 2/N Σ (m x_i + b - y_i)"),
        (DECAY, "dJ/da = eta * 2/N sum (a exp(-b x_i) + c - y_i) exp(-b x_i)"),
    ),
    "lost-two": (
        (LINE, "dJ/dm = 1/N Σ 2(m x_i + b - y_i) x_i\n = 1/N Σ (m x_i + b - y_i) x_i"),
        (PARABOLA, "dJ/dc = 2/N Σ (a x_i^2 + b x_i + c - y_i) = 1/N Σ (a x_i^2 + b x_i + c - y_i)"),
        ("2*sin(x)", "f'(x) = 2 cos(x)\n = cos(x)"),
    ),
    "doubled-two": (
        (LINE, "dJ/dm = 2/N Σ 2(m x_i + b - y_i) x_i"),
        (PARABOLA, "dJ/da = 4/N Σ (a x_i^2 + b x_i + c - y_i) x_i^2"),
        ("sin(3*x)", "f'(x) = 6cos(3x)"),
    ),
    "lost-count": (
        (LINE, "dJ/dm = 2 Σ (m x_i + b - y_i) x_i"),
        (LINE, "dJ/db = 1/N Σ 2(m x_i + b - y_i)\n = Σ 2(m x_i + b - y_i)"),
        (
            SIGMOID,
            "dJ/db = 2 Σ (1/(1 + e^(-(a x_i + b))) - y_i) e^(-(a x_i + b))/(1 + e^(-(a x_i + b)))^2",
        ),
    ),
    "count-twice": (
        (LINE, "dJ/dm = 2/N^2 Σ (m x_i + b - y_i) x_i"),
        (PARABOLA, "dJ/dc = 1/N * 2/N Σ (a x_i^2 + b x_i + c - y_i)"),
        (DECAY, "dJ/dc = 2/(N N) sum(a exp(-b x_i) + c - y_i)"),
    ),
    "sum-dropped": (
        (LINE, "dJ/dm = 2/N (m x_i + b - y_i) x_i"),
        (LINE, "dJ/db = 1/N Σ 2(m x_i + b - y_i)\n = 2/N (m x_i + b - y_i)"),
        (PARABOLA, "dJ/da = 2/N (a x_i^2 + b x_i + c - y_i) x_i^2"),
    ),
    "one-example": (
        (LINE, "dJ/dm = 2(m x_i + b - y_i) x_i"),
        (LINE, "dJ/db = 2*e_i"),
        (PARABOLA, "dJ/da = 2 (a x_i^2 + b x_i + c - y_i) x_i^2"),
    ),
    "pulled-out-of-sum": (
        (LINE, "dJ/dm = 2/N x_i Σ (m x_i + b - y_i)"),
        (
            PARABOLA,
            "dJ/da = 2/N Σ x_i^2 (a x_i^2 + b x_i + c - y_i)\n = 2/N x_i² Σ (a x_i^2 + b x_i + c - y_i)",
        ),
        (DECAY, "dJ/da = 2/N exp(-b x_i) sum(a exp(-b x_i) + c - y_i)"),
    ),
    "sum-of-product": (
        (LINE, "dJ/dm = 2/N (Σ x_i)(Σ (m x_i + b - y_i))"),
        (PARABOLA, "dJ/db = 2/N (Σ x_i) Σ (a x_i^2 + b x_i + c - y_i)"),
        (DECAY, "dJ/da = 2/N sum(exp(-b x_i)) * sum(a exp(-b x_i) + c - y_i)"),
    ),
    "sum-of-constant": (
        (LINE, "dJ/db = 2/N Σ (m x_i + b - y_i)\n = 2/N (Σ (m x_i - y_i) + b)"),
        (
            PARABOLA,
            "dJ/dc = 2/N Σ (a x_i^2 + b x_i + c - y_i)\n = 2/N (Σ (a x_i^2 + b x_i - y_i) + c)",
        ),
        (WAVE, "dJ/dc = 2/N Σ (a sin(k x_i) + c - y_i)\n = 2/N (Σ (a sin(k x_i) - y_i) + c)"),
    ),
    "constant-factor-lost": (
        (DECAY, "dJ/db = -2/N Σ (a exp(-b x_i) + c - y_i) x_i exp(-b x_i)"),
        ("3*x^5", "f'(x) = 5x^4"),
        (WAVE, "dJ/dk = 2/N Σ (a sin(k x_i) + c - y_i) x_i cos(k x_i)"),
    ),
    "first-sign-only": (
        ("x - (x^2 + x^3)", "f'(x) = 1 - (2x + 3x^2)\n = 1 - 2x + 3x^2"),
        ("-(sin(x) + x^2)", "-(cos(x) + 2x) = -cos(x) + 2x"),
        ("5 - (x + 4)^2", "f'(x) = -(2x + 8)\n = -2x + 8"),
    ),
    "first-term-multiplied": (
        (LINE, "dJ/dm = 2/N Σ x_i (m x_i + b - y_i)\n = 2/N Σ (m x_i^2 + b - y_i)"),
        ("(x + 3)^2", "f'(x) = 2(x + 3)\n = 2x + 3"),
        ("x^2*(x + 1)", "f'(x) = x(3x + 2)\n = 3x^2 + 2"),
    ),
    "power-of-terms": (
        ("(x + 1)^3", "f'(x) = 3(x + 1)^2\n = 3(x^2 + 1)"),
        ("(2*x + 5)^3", "f'(x) = 6(2x + 5)^2 = 6(4x^2 + 25)"),
        ("(x - 4)^3/3", "f'(x) = (x - 4)^2\n = x^2 - 16"),
    ),
    "power-forgotten": (
        ("x^5", "f'(x) = 5x^4\n = 5x"),
        (
            PARABOLA,
            "dJ/da = 2/N Σ (a x_i^2 + b x_i + c - y_i) x_i^2\n = 2/N Σ (a x_i^2 + b x_i + c - y_i) x_i",
        ),
        ("(x + 1)^3", "f'(x) = 3(x + 1)^2 = 3(x + 1)"),
    ),
    "term-lost": (
        ("x^3 + x^2 + x", "f'(x) = 3x^2 + 2x + 1\n = 3x^2 + 2x"),
        (PARABOLA, "dJ/dc = 2/N Σ (a x_i^2 + b x_i + c - y_i)\n = 2/N Σ (a x_i^2 + b x_i + c)"),
        (LINE, "dJ/dm = 2/N Σ x_i(m x_i + b - y_i)\n = 2/N Σ x_i (m x_i + b)"),
    ),
    "factor-lost": (
        (LINE, "dJ/dm = 2/N Σ x_i(m x_i + b - y_i)\n = 2/N Σ (m x_i + b - y_i)"),
        ("x^2*sin(x)", "f'(x) = 2x sin(x) + x^2 cos(x)\n = 2x sin(x) + cos(x)"),
        (
            DECAY,
            "dJ/da = 2/N Σ (a exp(-b x_i) + c - y_i) exp(-b x_i)\n = 2/N Σ (a exp(-b x_i) + c - y_i)",
        ),
    ),
    "sign-changed": (
        (LINE, "dJ/dm = 2/N Σ x_i(m x_i + b - y_i)\n = 2/N Σ x_i (m x_i + b + y_i)"),
        ("x^3 - x^2", "f'(x) = 3x^2 - 2x\n = 3x^2 + 2x"),
        (
            PARABOLA,
            "dJ/dc = 2/N Σ (a x_i^2 + b x_i + c - y_i)\n = 2/N Σ (a x_i^2 - b x_i + c - y_i)",
        ),
    ),
}
