"""What update rules over vectors and matrices call in a generated module for any array library; a module has those that it uses.

Solutions and eigenvalues need the standard's extension for linear algebra: a library that is without says so.
"""

from __future__ import annotations

from collections.abc import Mapping

VECTORS: Mapping[str, str] = {
    "_asked": '''\
def _asked(xp: Any, data: Sequence[Array]) -> Callable[[Array], tuple[float, Array]]:
    """Cost and gradient elsewhere, the last of which are kept."""
    kept: list[Any] = []

    def at(place: Array) -> tuple[float, Array]:
        numbers = [float(place[k]) for k in range(len(PARAMETERS))]
        if not kept or kept[0] != numbers:
            found, slopes = _evaluate(xp, *(place[k, ...] for k in range(len(numbers))), *data)
            kept[:] = [numbers, (float(found), xp.stack(list(slopes)))]
        return kept[1]

    return at
''',
    "_identity": '''\
def _identity(xp: Any, count: int, like: Array) -> Array:
    """The identity matrix of so many rows, of the dtype and on the device of an array."""
    return xp.eye(count, dtype=like.dtype, device=getattr(like, "device", None))
''',
    "_counted": '''\
def _counted(xp: Any, count: int, like: Array) -> Array:
    """1, 2, 3 and so on."""
    return xp.arange(1, count + 1, dtype=like.dtype, device=like.device)
''',
    "_norm": '''\
def _norm(xp: Any, values: Array) -> float:
    """The square root of the sum of all squares."""
    return math.sqrt(float(xp.sum(values * values)))
''',
    "_outer": '''\
def _outer(one: Array, other: Array) -> Array:
    """The matrix u·vᵀ."""
    return one[:, None] * other[None, :]
''',
    "_diagonal": '''\
def _diagonal(xp: Any, matrix: Array) -> Array:
    """A matrix with its diagonal alone."""
    there = _identity(xp, matrix.shape[0], matrix) > 0
    return xp.where(there, matrix, xp.zeros_like(matrix))
''',
    "_linalg": '''\
def _linalg(xp: Any) -> Any:
    """The extension for linear algebra, or TypeError."""
    found = getattr(xp, "linalg", None)
    if found is None or not hasattr(found, "svd"):
        cause = f"{xp.__name__} has no linear algebra, which this optimizer needs"
        remedy = "pass arrays of another library, or take an optimizer without matrices"
        raise TypeError(f"{cause}: {remedy}")
    return found
''',
    "_solve": '''\
def _solve(xp: Any, matrix: Array, right: Array) -> Array:
    """x with A·x = b, or without an inverse the shortest that comes nearest; else nan."""
    rows, count = matrix.shape
    if not (bool(xp.all(xp.isfinite(matrix))) and bool(xp.all(xp.isfinite(right)))):
        return xp.full_like(xp.matmul(xp.matrix_transpose(matrix), right), math.nan)
    if rows == count and float(_linalg(xp).slogdet(matrix)[0]) != 0:
        column = right if right.ndim > 1 else right[:, None]
        found = _linalg(xp).solve(matrix, column)
        return found if right.ndim > 1 else found[:, 0]
    left, sizes, turned = _linalg(xp).svd(matrix, full_matrices=False)
    least = float(xp.max(sizes)) * float(xp.finfo(matrix.dtype).eps) * max(rows, count)
    kept = sizes > least
    inverse = xp.where(kept, 1 / xp.where(kept, sizes, xp.ones_like(sizes)), xp.zeros_like(sizes))
    parts = xp.matmul(xp.matrix_transpose(left), right)
    scaled = parts * (inverse if right.ndim == 1 else inverse[:, None])
    return xp.matmul(xp.matrix_transpose(turned), scaled)
''',
    "_newton_step": '''\
def _newton_step(xp: Any, second: Array, slopes: Array) -> Array:
    """Newton's step H⁻¹·g; NoStep where it does not lead to a minimum."""
    if not (bool(xp.all(xp.isfinite(second))) and bool(xp.all(xp.isfinite(slopes)))):
        return xp.full_like(slopes, math.nan)
    # In units in which each parameter bends alike; whether a cost bends down is the same in all.
    eps, sizes = float(xp.finfo(slopes.dtype).eps), xp.abs(second)
    bends = xp.maximum(_linalg(xp).diagonal(sizes), eps * xp.max(sizes, axis=1))
    bends = xp.where(bends > 0, bends, xp.ones_like(bends))
    units = xp.exp(xp.round(xp.log2(bends) / 2) * math.log(2))
    found = _linalg(xp).eigvalsh(second / units / units[:, None])
    least, room = float(xp.min(found)), slopes.shape[0] * eps * float(xp.max(xp.abs(found)))
    if least > room:
        return _solve(xp, second, slopes)
    if least < -room:
        bent = float(xp.min(_linalg(xp).eigvalsh(second)))
        cause = f"the cost curves downwards here, by {bent if bent < 0 else least:.3g}: "
        cause += "Newton's step leads to a saddle or a maximum"
    else:
        cause = "the Hessian has no inverse here: in some direction the cost is flat"
    remedy = "start nearer to the minimum, or choose another optimizer such as lbfgs"
    raise NoStep(cause, remedy)
''',
    "_first_that_fits": '''\
def _first_that_fits(formula: Callable[[float], Any], fits: Callable[[float], Any]) -> Any:
    """The formula at the first k that fits.

    Where none does, it is that at the last one tried, if it has shrunk to next to nothing.
    """
    for k in range(MOST_TRIED):
        if fits(float(k)):
            return formula(float(k))
    last, first = formula(float(MOST_TRIED)), formula(0.0)
    if getattr(last, "ndim", 0) or abs(float(last)) <= 1e-9 * abs(float(first)):
        return last
    cause = f"no k from 0 to {MOST_TRIED - 1} fits the condition of first(...)"
    raise NoStep(cause, "write a condition that a short enough step fits, or give another start")
''',
    "_push": '''\
def _push(xp: Any, matrix: Array, column: Array, most: float) -> Array:
    """A matrix with one more column, of which the last are kept."""
    whole = xp.concat([matrix, column[:, None]], axis=1)
    return whole[:, max(whole.shape[1] - max(int(most), 1), 0) :]
''',
    "_two_loop": '''\
def _two_loop(xp: Any, steps: Array, changes: Array, g: Array) -> Array:
    """The inverse Hessian that steps and the gradient's changes tell, times g."""
    columns = [(steps[:, k], changes[:, k]) for k in range(steps.shape[1])]
    sized = [(s, y, float(xp.vecdot(s, y))) for s, y in columns]
    pairs = [(s, y, 1 / size) for s, y, size in sized if size > 0]
    if not pairs:
        return g
    wanted, parts = g, []
    for s, y, weight in reversed(pairs):
        parts.append(weight * float(xp.vecdot(s, wanted)))
        wanted = wanted - parts[-1] * y
    s, y, _ = pairs[-1]
    wanted = wanted * (float(xp.vecdot(s, y)) / float(xp.vecdot(y, y)))
    for s, y, weight in pairs:
        wanted = wanted + (parts.pop() - weight * float(xp.vecdot(y, wanted))) * s
    return wanted
''',
}
