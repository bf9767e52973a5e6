"""What `aims.py` measures beside symgd: the same work by other libraries, where they are installed."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any

LIBRARIES = {"jax": "JAX", "numba": "numba", "torch": "torch", "sklearn": "scikit-learn"}
LIBRARIES |= {"scipy": "SciPy", "lmfit": "lmfit"}
Evaluator = Callable[[Any], tuple[float, ...]]
Ways = dict[str, Callable[[], object]]


def missing() -> list[str]:
    """The libraries that are not installed."""
    return [title for name, title in LIBRARIES.items() if find_spec(name) is None]


def _loaded(name: str) -> Any:
    """A library; None where it is not installed."""
    return import_module(name) if find_spec(name) else None


# ---------------------------------------------------------------------------------------------
# Costs that do not separate


def evaluators(name: str, x: Any, y: Any) -> dict[str, Evaluator]:
    """Cost and gradient of "logistic", "decay" or "sines" by each library."""
    made: dict[str, Evaluator] = {}
    for title, make in (("JAX", _by_jax), ("numba", _by_numba), ("torch", _by_torch)):
        found = make(name, x, y)
        if found is not None:
            made[title] = found
    return made


def _by_jax(name: str, x: Any, y: Any) -> Evaluator | None:
    jax = _loaded("jax")
    if jax is None:
        return None
    jax.config.update("jax_enable_x64", True)
    np, softplus = import_module("jax.numpy"), jax.nn.softplus
    costs = {
        "logistic": lambda p, x, y: (softplus(p[0] * x + p[1]) - y * (p[0] * x + p[1])).mean(),
        "decay": lambda p, x, y: ((p[0] * np.exp(-p[1] * x) + p[2] - y) ** 2).mean(),
        "sines": lambda p, x, y: (
            (p[0] * np.sin(p[1] * x) + p[2] * np.sin(p[3] * x) - y) ** 2
        ).mean(),
    }
    both, data = jax.jit(jax.value_and_grad(costs[name])), (np.asarray(x), np.asarray(y))

    def evaluate(point: Any) -> tuple[float, ...]:
        cost, slopes = jax.block_until_ready(both(np.asarray(point), *data))
        return float(cost), *map(float, slopes)

    return evaluate


def _by_torch(name: str, x: Any, y: Any) -> Evaluator | None:
    torch = _loaded("torch")
    if torch is None:
        return None
    x, y, softplus = torch.tensor(x), torch.tensor(y), torch.nn.functional.softplus
    costs = {
        "logistic": lambda p: (softplus(p[0] * x + p[1]) - y * (p[0] * x + p[1])).mean(),
        "decay": lambda p: ((p[0] * torch.exp(-p[1] * x) + p[2] - y) ** 2).mean(),
        "sines": lambda p: (
            (p[0] * torch.sin(p[1] * x) + p[2] * torch.sin(p[3] * x) - y) ** 2
        ).mean(),
    }

    def evaluate(point: Any) -> tuple[float, ...]:
        here = torch.tensor(point, dtype=torch.float64, requires_grad=True)
        cost = costs[name](here)
        cost.backward()
        return cost.item(), *here.grad.tolist()

    return evaluate


def _by_numba(name: str, x: Any, y: Any) -> Evaluator | None:
    numba = _loaded("numba")
    if numba is None:
        return None
    fast = numba.njit(
        {"logistic": _logistic, "decay": _decay, "sines": _sines}[name], fastmath=True
    )
    return lambda point: tuple(fast(*point, x, y))


def _logistic(a: float, b: float, x: Any, y: Any) -> Any:
    cost = by_a = by_b = 0.0
    for row in range(len(x)):
        score = a * x[row] + b
        small = math.exp(-abs(score))
        error = (1.0 if score >= 0 else small) / (1.0 + small) - y[row]
        cost += max(score, 0.0) - y[row] * score + math.log1p(small)
        by_a += error * x[row]
        by_b += error
    return cost / len(x), by_a / len(x), by_b / len(x)


def _decay(a: float, b: float, c: float, x: Any, y: Any) -> Any:
    cost = by_a = by_b = by_c = 0.0
    for row in range(len(x)):
        shape = math.exp(-b * x[row])
        residual = a * shape + c - y[row]
        cost += residual * residual
        by_a += residual * shape
        by_b -= residual * shape * x[row]
        by_c += residual
    scale = 2.0 / len(x)
    return cost / len(x), scale * by_a, scale * a * by_b, scale * by_c


def _sines(a: float, b: float, c: float, d: float, x: Any, y: Any) -> Any:
    cost = by_a = by_b = by_c = by_d = 0.0
    for row in range(len(x)):
        one, other = math.sin(b * x[row]), math.sin(d * x[row])
        residual = a * one + c * other - y[row]
        cost += residual * residual
        by_a += residual * one
        by_b += residual * x[row] * math.cos(b * x[row])
        by_c += residual * other
        by_d += residual * x[row] * math.cos(d * x[row])
    scale = 2.0 / len(x)
    return cost / len(x), scale * by_a, scale * a * by_b, scale * by_c, scale * c * by_d


# ---------------------------------------------------------------------------------------------
# The line, and fits


def lines(x: Any, y: Any, steps: int, rate: float) -> Ways:
    """So many steps down the mean squared error of a line, in one compiled loop."""
    made: Ways = {}
    jax, numba = _loaded("jax"), _loaded("numba")
    if jax is not None:
        jax.config.update("jax_enable_x64", True)
        np = import_module("jax.numpy")
        data = np.asarray(x), np.asarray(y)
        both = jax.value_and_grad(lambda p, x, y: ((p[0] * x + p[1] - y) ** 2).mean())

        def step(point: Any, _: Any) -> Any:
            cost, slopes = both(point, *data)
            return point - rate * slopes, (point, cost)

        walked = jax.jit(lambda start: jax.lax.scan(step, start, None, steps))
        made["JAX"] = lambda: jax.block_until_ready(walked(np.zeros(2)))
    if numba is not None:
        fast = numba.njit(_line, fastmath=True)
        made["numba"] = lambda: fast(x, y, steps, rate)
    return made


def _line(x: Any, y: Any, steps: int, rate: float) -> Any:
    m = b = cost = 0.0
    for _ in range(steps):
        cost = by_m = by_b = 0.0
        for row in range(len(x)):
            residual = m * x[row] + b - y[row]
            cost += residual * residual
            by_m += residual * x[row]
            by_b += residual
        m -= rate * 2.0 * by_m / len(x)
        b -= rate * 2.0 * by_b / len(x)
    return m, b, cost / len(x)


def line_fits(x: Any, y: Any) -> Ways:
    """The least squares of a line, without steps."""
    made: Ways = {}
    if _loaded("sklearn") is not None:
        model = import_module("sklearn.linear_model").LinearRegression()
        made["scikit-learn, LinearRegression"] = lambda: model.fit(x[:, None], y)
    if _loaded("scipy") is not None:
        made["SciPy, linregress"] = lambda: import_module("scipy.stats").linregress(x, y)
    return made


def decay_fits(x: Any, y: Any) -> Ways:
    """The least squares of a·exp(−b·x) + c from a = b = 1, c = 0."""
    np, made = import_module("numpy"), Ways()

    def decay(x: Any, a: float, b: float, c: float) -> Any:
        return a * np.exp(-b * x) + c

    if _loaded("scipy") is not None:
        curve_fit = import_module("scipy.optimize").curve_fit
        made["SciPy, curve_fit"] = lambda: curve_fit(decay, x, y, (1.0, 1.0, 0.0))
    if _loaded("lmfit") is not None:
        model = import_module("lmfit").Model(decay)
        made["lmfit"] = lambda: model.fit(y, x=x, a=1.0, b=1.0, c=0.0)
    return made
