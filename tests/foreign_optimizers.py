"""Traces of torch's and Optax's optimizers, as JSON, so that tests need neither library.

    PYTHONPATH=. python tests/foreign_optimizers.py

runs under a Python that has torch, optax, NumPy and SymPy, and writes tests/golden/foreign_optimizers.json. The
libraries are given the gradients below; what they do with them is theirs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from symgd.optimizers.optimizer import Convention, Optimizer
from symgd.optimizers.optimizers import OPTIMIZERS

PLACE = Path(__file__).parent / "golden" / "foreign_optimizers.json"
STEPS = 20
Point = tuple[float, ...]


class Function(NamedTuple):
    """A function to be minimised: its gradient, and where descent starts."""

    gradient: Callable[[Point], Point]
    start: Point


def _rosenbrock(p: Point) -> Point:
    x, y = p
    return -2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)


def _beale(p: Point) -> Point:
    x, y = p
    parts = [(1.5, 1), (2.25, 2), (2.625, 3)]
    rest = [c - x + x * y**k for c, k in parts]
    dx = sum(2 * r * (y**k - 1) for r, (_, k) in zip(rest, parts, strict=True))
    dy = sum(2 * r * x * k * y ** (k - 1) for r, (_, k) in zip(rest, parts, strict=True))
    return dx, dy


def _himmelblau(p: Point) -> Point:
    x, y = p
    a, b = x * x + y - 11, x + y * y - 7
    return 4 * x * a + 2 * b, 2 * a + 4 * y * b


def _booth(p: Point) -> Point:
    x, y = p
    a, b = x + 2 * y - 7, 2 * x + y - 5
    return 2 * a + 4 * b, 4 * a + 2 * b


def _logistic(p: Point) -> Point:
    """The mean logistic loss of hours studied, and whether the examination was passed."""
    hours = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.25, 2.5, 3.0)
    passed = (0, 0, 0, 0, 0, 1, 0, 1, 0, 1)
    m, b = p
    wrong = [1 / (1 + math.exp(-(m * h + b))) - y for h, y in zip(hours, passed, strict=True)]
    return sum(w * h for w, h in zip(wrong, hours, strict=True)) / 10, sum(wrong) / 10


def _line(p: Point) -> Point:
    """The mean squared error of a line through five points."""
    m, b = p
    rest = [m * x + b - y for x, y in ((0, 1.0), (1, 3.1), (2, 4.8), (3, 7.2), (4, 9.0))]
    return 2 * sum(r * x for x, r in enumerate(rest)) / 5, 2 * sum(rest) / 5


FUNCTIONS = {
    "quadratic": Function(lambda p: (2 * p[0] + p[1], p[0] + 4 * p[1]), (3.0, -2.0)),
    "narrow": Function(lambda p: (p[0], 100 * p[1]), (1.0, 1.0)),
    "rosenbrock": Function(_rosenbrock, (-1.2, 1.0)),
    "beale": Function(_beale, (1.0, 1.5)),
    "himmelblau": Function(_himmelblau, (0.5, -0.5)),
    "booth": Function(_booth, (-4.0, 6.0)),
    "logistic": Function(_logistic, (0.0, 0.0)),
    "line": Function(_line, (0.0, 0.0)),
    "quartic": Function(lambda p: (4 * p[0] ** 3 - 6 * p[0],), (0.4,)),
    "three": Function(lambda p: (p[0], 2 * p[1] - 3, math.sin(p[2])), (1.0, 0.0, 2.0)),
}

# Other values than the defaults, one set for each optimizer; where a library has more settings, they are set as well.
OTHERS = {
    "beta": 0.7,
    "beta1": 0.8,
    "beta2": 0.95,
    "rho": 0.8,
    "epsilon": 1e-3,
    "weight_decay": 0.05,
    "dampening": 0.3,
    "momentum": 0.6,
    "momentum_decay": 0.01,
    "accumulated": 0.5,
    "rate_decay": 0.1,
    "eta_plus": 1.4,
    "eta_minus": 0.3,
    "least": 1e-3,
    "most": 0.2,
}
RATES = {"line": 0.02, "logistic": 0.3, "booth": 0.03, "quadratic": 0.05, "narrow": 0.004}
SLOW = (
    "gradient_descent",
    "momentum",
    "nesterov",
    "radam",
)  # whose rate is one of slopes as they are


class Asked(NamedTuple):
    """One run: how the optimizer is called here and there."""

    optimizer: Optimizer
    convention: Convention
    function: str
    settings: dict[str, float]
    alpha: float

    @property
    def key(self) -> str:
        values = ",".join(f"{name}={value:g}" for name, value in self.settings.items())
        parts = (self.convention.library, self.optimizer.name, self.convention.variant)
        return "|".join((*parts, self.function, values, f"{self.alpha:g}"))


def asked() -> Iterator[Asked]:
    """Every convention on every function, with its defaults and with others."""
    for optimizer in OPTIMIZERS.values():
        for convention in optimizer.conventions:
            theirs = optimizer.as_in(convention.library, convention.variant)
            plain = dict(theirs.values)
            for settings in {str(s): s for s in (plain, _others(plain))}.values():
                for function in FUNCTIONS:
                    slow = 0.0005 if function in ("rosenbrock", "beale", "himmelblau") else 0.01
                    rate = RATES.get(function, slow) if optimizer.name in SLOW else 0.02
                    rate = 1.0 if optimizer.name == "adadelta" else rate
                    yield Asked(optimizer, convention, function, settings, rate)


def _others(plain: dict[str, float]) -> dict[str, float]:
    return {name: OTHERS.get(name, value) for name, value in plain.items()}


def trace(run: Asked) -> list[Point]:
    """The points to which a library's own optimizer goes."""
    library = {"torch": _torch, "optax": _optax}[run.convention.library]
    return library(run, *FUNCTIONS[run.function])


def _torch(run: Asked, gradient: Callable[[Point], Point], start: Point) -> list[Point]:
    import torch

    torch.set_default_dtype(
        torch.float64
    )  # else NAdam's product of momenta is rounded to seven digits
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    call = run.convention.call.replace("(", "([theta], ", 1)
    known = {**vars(torch.optim), **run.settings, "alpha": run.alpha, "theta": theta}
    stepping = eval(call, known)  # the declaration's own text
    found = []
    for _ in range(STEPS):
        theta.grad = torch.tensor(gradient(tuple(theta.tolist())), dtype=torch.float64)
        stepping.step()
        found.append(tuple(theta.tolist()))
    return found


def _optax(run: Asked, gradient: Callable[[Point], Point], start: Point) -> list[Point]:
    import jax

    jax.config.update("jax_enable_x64", True)
    import jax.numpy as jnp
    import optax

    known: dict[str, Any] = {**vars(optax), **run.settings, "alpha": run.alpha}
    stepping = eval(run.convention.call, known)
    theta = jnp.array(start, dtype=jnp.float64)
    state = stepping.init(theta)
    found = []
    for _ in range(STEPS):
        g = jnp.array(gradient(tuple(theta.tolist())), dtype=jnp.float64)
        change, state = stepping.update(g, state, theta)
        theta = optax.apply_updates(theta, change)
        found.append(tuple(theta.tolist()))
    return found


def main() -> None:
    import optax
    import torch

    traces = {run.key: trace(run) for run in asked()}
    versions = {"torch": torch.__version__, "optax": optax.__version__}
    lines = ",\n".join(f"{json.dumps(key)}: {json.dumps(t)}" for key, t in traces.items())
    PLACE.write_text(f'{{"versions": {json.dumps(versions)},\n"traces": {{\n{lines}\n}}}}\n')
    print(f"{len(traces)} traces")


if __name__ == "__main__":
    main()
