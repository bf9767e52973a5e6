"""Optimizers that find the length of each step by looking along a line."""

from __future__ import annotations

from symgd.optimizers.optimizer import Optimizer
from symgd.problem.settings import Setting

_C = Setting("c", 1e-4, "0 < c < 1", "the share of the fall that the slope promises")
_SHRINK = Setting("rho", 0.5, "0 < rho < 1", "a trial's length as a share of the one before")

# A step back from theta along d, the length halved until the cost falls as far as the slope promises.
BACKTRACKING = (
    "before = J(theta); "
    "rate' = first(long*0.5^k, k, J(theta - long*0.5^k*d) <= before - c*long*0.5^k*dot(g, d)); "
    "theta' = theta - rate'*d"
)

EXACT_LINE_SEARCH = Optimizer(
    "exact_line_search",
    "rate' = argmin(J(theta - s*g), s); theta' = theta - rate'*g",
    title="gradient descent to the lowest point of each line",
    source="Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées (1847)",
    aliases=("exact", "line_search", "cauchy"),
)

ARMIJO = Optimizer(
    "armijo",
    "before = J(theta); "
    "rate' = first(alpha*rho^k, k, J(theta - alpha*rho^k*g) <= before - c*alpha*rho^k*dot(g, g)); "
    "theta' = theta - rate'*g",
    (_SHRINK, _C),
    title="gradient descent with backtracking",
    source="Armijo, Minimization of functions having Lipschitz continuous first partial derivatives (1966); "
    "Nocedal and Wright, Numerical optimization (2006), algorithm 3.1",
    learning_rate=1.0,
    aliases=("backtracking",),
)

BARZILAI_BORWEIN = Optimizer(
    "barzilai_borwein",
    "s = theta - q; y = g - h; rate' = dot(s, s)/dot(s, y) if t > 1 and dot(s, y) > 0 else alpha; "
    "q' = theta; h' = g; theta' = theta - rate'*g",
    title="two-point step sizes",
    spelling="Barzilai–Borwein",
    source="Barzilai and Borwein, Two-point step size gradient methods (1988); alpha is the first rate, and the "
    "one where the slope does not rise",
    aliases=("bb", "two_point"),
)

BARZILAI_BORWEIN_SHORT = Optimizer(
    "barzilai_borwein_short",
    "s = theta - q; y = g - h; rate' = dot(s, y)/dot(y, y) if t > 1 and dot(s, y) > 0 else alpha; "
    "q' = theta; h' = g; theta' = theta - rate'*g",
    title="two-point step sizes, the shorter ones",
    spelling="Barzilai–Borwein, short",
    source="Barzilai and Borwein, Two-point step size gradient methods (1988); alpha is the first rate, and the "
    "one where the slope does not rise",
    aliases=("bb2",),
)

_CONJUGATE = (
    "d' = share*d - g; h' = g; rate' = argmin(J(theta + s*d'), s); theta' = theta + rate'*d'"
)

CONJUGATE_GRADIENTS = Optimizer(
    "conjugate_gradients",
    "share = max(dot(g, g - h)/dot(h, h), 0) if dot(h, h) > 0 else 0; " + _CONJUGATE,
    title="conjugate gradients, Polak–Ribière",
    source="Polak and Ribière, Note sur la convergence de méthodes de directions conjuguées (1969); Nocedal and Wright, "
    "Numerical optimization (2006), equation 5.45",
    letters={"share": "beta"},
    aliases=("cg", "conjugate_gradient", "polak_ribiere"),
)

FLETCHER_REEVES = Optimizer(
    "fletcher_reeves",
    "share = dot(g, g)/dot(h, h) if dot(h, h) > 0 else 0; " + _CONJUGATE,
    title="conjugate gradients, Fletcher–Reeves",
    spelling="Fletcher–Reeves",
    source="Fletcher and Reeves, Function minimization by conjugate gradients (1964)",
    letters={"share": "beta"},
)

DECLARED = (
    EXACT_LINE_SEARCH,
    ARMIJO,
    BARZILAI_BORWEIN,
    BARZILAI_BORWEIN_SHORT,
    CONJUGATE_GRADIENTS,
    FLETCHER_REEVES,
)
