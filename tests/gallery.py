"""Derivations of all kinds, for tests that want to see many: each rule's examples, each loss, and formulas from everywhere."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from itertools import islice
from types import MappingProxyType

from grids import EVERY

from symgd import OPTIMIZERS, Notation, Problem, differentiate, matrix_form
from symgd.derivation.calculus.rules import RULES
from symgd.matrix.form import FORMS
from symgd.optimizers.rate import rate_of
from symgd.problem.losses import LOSSES, PENALTIES
from symgd.writing.shown import Shown

# Expressions and what they are derived by.
FORMULAS: tuple[tuple[str, str], ...] = (
    ("3*x^5", "x"),
    ("x^2*sin(x)", "x"),
    ("a*x^n", "x"),
    ("sqrt(x^2 + 1)", "x"),
    ("exp(-x^2/2)/sqrt(2*pi)", "x"),
    ("1/(1 + exp(-x))", "x"),
    ("log(x/(1 - x))", "x"),
    ("sin(cos(tan(x)))", "x"),
    ("(x^2 + 1)/(x - 1)", "x"),
    ("x*y*z", "y"),
    ("theta_1^2*X + alpha*omega", "theta_1"),
    ("abs(x - a)", "x"),
    ("max(x, 2*x, 1 - x^2)", "x"),
    ("piecewise((0, x < 0 or x > 1), (x^2, True))", "x"),
    ("2^x*x^2", "x"),
    ("1/x - -x", "x"),
    ("atan(x)*asin(x)", "x"),
    ("cosh(x)^2 - sinh(x)^2", "x"),
    ("sum((sum(w[j]*x[i, j], j, p) - y[i])^2, i, N)/N + lambda*sum(w[j]^2, j, p)", "w[k]"),
    ("sum(sum(w[j]*A[j, l]*w[l], l, 0, n - 1), j, 0, n - 1)", "w[k]"),
    ("sum(log(sum(exp(z[i, c]), c, C)) - sum(t[i, c]*z[i, c], c, C), i, N)", "z[l, k]"),
    ("first_part*second_part + third_part_long/(fourth_part - first_part)", "first_part"),
    ("(x + a)^3*(x - b)^2*(c*x + 1)*(x^2 + x + 1)*exp(-x)", "x"),
)

# Costs, in notations of all kinds.
PROBLEMS: Mapping[str, Callable[[], Problem]] = MappingProxyType(
    {
        "line": lambda: Problem("m*x + b"),
        "quadratic": lambda: Problem("a*x^2 + b*x + c", notation=Notation(residual="e")),
        "decay": lambda: Problem("a*exp(-b*x) + c", "half_mse"),
        "sigmoid": lambda: Problem("1/(1 + exp(-(w*x + b)))"),
        "words": lambda: Problem("slope*speed + intercept", inputs=["speed"], target="dist"),
        "greek": lambda: Problem("lambda*x + E*N + S*beta", notation=Notation(count="n")),
        "five inputs": lambda: Problem("w1*x1 + w2*x2 + w3*x3 + w4*x4 + w5*x5 + bias_term_long"),
        "vector": lambda: Problem("sum(w_j*x_ij, j, p) + b", notation=Notation(residual="e")),
        "two layers": lambda: Problem("sum(v[h]*tanh(sum(W[h, j]*x[j], j, p)), h, m)"),
        "quartic": lambda: Problem("w*t + c", "(prediction - target)^4", inputs=["t"]),
    }
)

# Problems that have a matrix form.
LINEAR: Mapping[str, Callable[[], Problem]] = MappingProxyType(
    {
        "line": lambda: Problem("m*x + b"),
        "parabola": lambda: Problem("a*x^2 + b*x + c", "half_mse", notation=Notation(residual="e")),
        "any length": lambda: Problem("sum(w[j]*x[j], j, p)", "sse"),
        "logistic": lambda: Problem(
            "sigmoid(m*x + b)",
            "-(target*log(prediction) + (1 - target)*log(1 - prediction))",
            target="t",
        ),
        "turned residual": lambda: Problem(
            "Y = m*X + b", notation=Notation(residual_sign="target - prediction")
        ),
    }
)


@cache
def gallery() -> Mapping[str, Shown]:
    """Every derivation by a name that tells what it is; each is made once."""
    return dict(_made())


def in_part(of: int) -> set[str]:
    """The names of one in `of` derivations, and of one of each kind; of all with SYMGD_EXPLORE=1."""
    kinds = {type(derivation): name for name, derivation in gallery().items()}
    return {*kinds.values(), *islice(gallery(), 0, None, 1 if EVERY else of)}


X, Y = (1, 2, 3, 4), (1.2, 1.8, 3.4, 3.1)


def _made() -> Iterator[tuple[str, Shown]]:
    for rule in RULES:
        for body, _ in rule.examples:
            yield f"{rule.name}: {body}", differentiate(body, "x")
    for body, by in FORMULAS:
        yield f"{body} by {by}", differentiate(body, by)
    for name, loss in LOSSES.items():
        scores = Problem(["a*x", "b*x"], name, target=["y1", "y2"]) if loss.several else None
        yield f"loss {name}", (scores or Problem("m*x + b", name)).derive()
    for name in PENALTIES:
        yield f"penalty {name}", Problem("m*x + b", penalty=name).derive()
    layers = "h = tanh(a*x + b); k = sigmoid(c*h + d); u*k + w"
    yield "network", Problem(layers, "bce_logits").derive()
    for name, make in PROBLEMS.items():
        yield f"problem {name}", make().derive()
    line_fit = Problem("m*x + b")
    yield "Hessian", line_fit.hessian()
    yield "stationary point", line_fit.stationary()
    yield "stationary point with numbers", line_fit.stationary([1, 2, 3], [1.2, 1.8, 3.4])
    yield "stationary point of a parabola", Problem("a*x^2 + b*x + c").stationary(X, Y)
    yield "stationary point of a sine", Problem("a*sin(x) + b").stationary(X, Y)
    yield "stable rate", line_fit.stable_rate()
    yield "stable rate with numbers", line_fit.stable_rate(X, Y)
    decaying = Problem("a*exp(-b*x)")
    yield "stable rate of a decay", decaying.stable_rate(X, Y, at={"a": 2, "b": 0.5})
    for name in ("momentum", "rprop", "levenberg_marquardt", "lbfgs"):
        yield f"optimizer {name}", OPTIMIZERS[name]
    yield "amsgrad against torch", OPTIMIZERS["amsgrad"].against("torch")
    yield "rate of nesterov", rate_of(OPTIMIZERS["nesterov"])
    yield "rate of momentum with numbers", line_fit.stable_rate(X, Y, optimizer="momentum")
    for name in ("adam", "barzilai_borwein"):
        worked = line_fit.step(X, Y, optimizer=name, learning_rate=0.05, steps=2)
        yield f"steps of {name}", worked
    points = {"x": [1, 2, 3], "y": [1.2, -1.8, 1 / 3]}
    line = Problem("a*x + b", notation=Notation(residual="e")).derive()
    yield "line at a point", line.at({"a": -0.2, "b": 0.5}, points)
    yield "line at a point, one row", line.at({"a": -0.2, "b": 0.5}, points, row=2)
    long = {name: [*column, *range(4, 9)] for name, column in points.items()}
    decay = Problem("a*exp(-b*x) + c").derive("b")
    yield "decay at a point, many rows", decay.at({"a": 1e7, "b": 12, "c": 0}, long)
    yield "chain at a number", differentiate("sin((3*x + 1)^2)/x", "x").at({"x": -2})
    for name in FORMS:
        yield f"matrix {name}", matrix_form(name)
    yield "matrix gradient alone", LINEAR["line"]().matrix().gradient()
    yield "matrix product by entries", matrix_form("sum(t*tanh(X@w))")
    yield (
        "matrix of many shapes",
        matrix_form("norm(D@v)^2", wrt="v", shapes={"D": "N×k", "v": "k"}),
    )
    for name, make in LINEAR.items():
        yield f"matrix {name}", make().matrix()
