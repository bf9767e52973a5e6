"""Optimizers that know how the slope changes: from second derivatives, from residuals, or from the steps that were made."""

from __future__ import annotations

from symgd.optimizers.line_searches import BACKTRACKING
from symgd.optimizers.optimizer import Optimizer
from symgd.problem.settings import Setting

_C = Setting("c", 1e-4, "0 < c < 1", "the share of the fall that the slope promises")

NEWTON = Optimizer(
    "newton",
    "theta' = theta - solve(H, g)",
    title="Newton's method",
    spelling="Newton's method",
    source="Nocedal and Wright, Numerical optimization (2006), equation 3.30",
    aliases=("newton_raphson",),
)

GAUSS_NEWTON = Optimizer(
    "gauss_newton",
    "theta' = theta - solve(Jac, r)",
    title="Gauss–Newton",
    spelling="Gauss–Newton",
    source="Gauss, Theoria motus corporum coelestium (1809); Björck, Numerical methods for least squares problems (1996), "
    "section 9.2",
    aliases=("gn",),
)

LEVENBERG_MARQUARDT = Optimizer(
    "levenberg_marquardt",
    "A = dot(transpose(Jac), Jac); d = solve(A + lambda*diag(A), dot(transpose(Jac), r)); "
    "before = J(theta); after = J(theta - d); "
    "lambda' = lambda/nu if after < before else lambda*nu; "
    "theta' = theta - d if after < before else theta",
    (
        Setting("damping", 0.01, "damping > 0", "lambda in the first step"),
        Setting("nu", 10.0, "nu > 1", "the factor of lambda"),
    ),
    title="Levenberg–Marquardt",
    spelling="Levenberg–Marquardt",
    source="Levenberg, A method for the solution of certain non-linear problems in least squares (1944); Marquardt, An "
    "algorithm for least-squares estimation of nonlinear parameters (1963)",
    initial={"lambda": "damping"},
    letters={"damping": "lambda_0"},
    aliases=("lm", "marquardt", "damped_least_squares"),
)

LBFGS = Optimizer(
    "lbfgs",
    "s = theta - q; y = g - h; q' = theta; h' = g; "
    "S' = push(S, s, memory) if t > 1 and dot(s, y) > 0 else S; "
    "Y' = push(Y, y, memory) if t > 1 and dot(s, y) > 0 else Y; "
    f"d = two_loop(S', Y', g); long = alpha/max(1, norm(g)) if t == 1 else 1; {BACKTRACKING}",
    (
        Setting("memory", 10.0, "memory >= 1", "how many steps are remembered", whole=True),
        _C,
    ),
    title="limited-memory BFGS",
    spelling="L-BFGS",
    source="Nocedal and Wright, Numerical optimization (2006), algorithms 7.4 and 7.5, with backtracking; the first trial "
    "is alpha, divided by the gradient's length where that is above 1, as in PyTorch, whose length is the sum of absolute values",
    aliases=("l_bfgs", "limited_memory_bfgs"),
)

BFGS = Optimizer(
    "bfgs",
    "s = theta - q; y = g - h; q' = theta; h' = g; rises = dot(s, y); "
    "B' = dot(dot(I - outer(s, y)/rises, B), I - outer(y, s)/rises) + outer(s, s)/rises "
    "if t > 1 and rises > 0 else B; "
    f"d = dot(B', g); long = alpha if t == 1 else 1; {BACKTRACKING}",
    (_C,),
    title="Broyden–Fletcher–Goldfarb–Shanno",
    spelling="BFGS",
    source="Nocedal and Wright, Numerical optimization (2006), algorithm 6.1, with backtracking; alpha is the first step's "
    "trial",
    initial={"B": "1"},
)

DECLARED = (NEWTON, GAUSS_NEWTON, LEVENBERG_MARQUARDT, LBFGS, BFGS)
