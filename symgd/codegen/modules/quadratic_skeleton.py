"""The parts of a generated module whose cost is a quadratic, and whose steps go along the gradient at one rate; `<<...>>` is filled in by a Context."""

from __future__ import annotations

LINEAR = """\
    triangle, anchor = _summarise(*columns)
    evaluate = _from_summary(triangle, anchor, <<size>>)
<<steps>>    return _run(evaluate, steps, point, asked, _squares(triangle, anchor, <<size>>))
"""
AT_ONCE = """\
    advance = partial(_advance_by_summary, triangle, anchor, <<size_as_float>>)
    steps = partial(steps_at_once, evaluate, advance)
"""
ONE_BY_ONE = "    steps = partial(steps_one_by_one, evaluate)\n"

RUN = """\
def _run(evaluate: Evaluate, steps: Steps, point: tuple[float, ...], asked: Asked, squares: Squares) -> Descent:
    \"\"\"The walk from a point, as it is asked for: learning rate, steps at most, tolerance.\"\"\"
    rate, max_iter, tolerance = asked
    if rate is not None and not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"the learning rate must be a positive number, not {rate:g}")
    if (max_iter or 0) < 0 or not (tolerance or 0.0) >= 0:
        raise ValueError("max_iter and tolerance must not be negative")
    first, _ = _checked(evaluate, point)
    bowl = Bowl.of(squares[0], squares[1](point))
    if bowl.beyond and (rate is None or not bowl.bent):
        raise ValueError("the curvature is beyond the range of floats: rescale the columns")
    many, largest = 1_000_000 if max_iter is None else max_iter, bowl.largest
    best, most = rate_on_bowl(bowl, rate, many, max_iter is not None)
    rises = largest is not None and most > SHOWN and best > largest
    limits = (most, tolerance, RISE * first if rises else math.inf)
    with np.errstate(all="ignore"):
        stopped = walk_on_squares(squares, steps, best, point, *limits)
    unstable = rate is not None and largest is not None and rate > largest * (1 + 1e-12)
    kind, (step, *values, cost, _) = stopped.kind(unstable), stopped.rows[-1].tolist()
    said = _said(stopped, kind, f"with learning rate {best:g}", largest)
    trace, converged = stopped.rows[:, 1:-1], kind == "converged"
    return Descent(tuple(values), cost, int(step), converged, best, trace, kind, said)


def _said(stopped: Stopped, kind: str, by: str, largest: float | None) -> str:
    \"\"\"What a walk came to, why it has not converged if it has not, and what to do.\"\"\"
    (step, *values, cost, _), ahead = stopped.rows[-1].tolist(), stopped.ahead
    if kind == "diverged":
        beyond = stopped.ended == "beyond"
        made = f"{step + beyond:g} step{'s' * (step + beyond != 1)}"
        trouble = f"the cost rose from {stopped.rows[0, -2]:g} to {cost:g}"
        trouble = "the cost or its gradient is not a finite number any more" if beyond else trouble
        remedy = "pass a smaller learning rate, or a start nearer the minimum"
        remedy = remedy if largest is None else f"pass a rate below {largest:.10g}"
        return f"{by} the descent diverged in {made}: {trouble}; {remedy}"
    not_yet = "" if kind == "converged" else ", not converged,"
    said = f"{kind}{not_yet} after {step:.0f} step{'s' * (step != 1)} {by}"
    if kind == "not begun":
        return f"{said}: no step was asked for"
    if ahead is None or kind == "converged":
        return said
    pairs = zip(ahead.moves, values, PARAMETERS, strict=True)
    parts = [(abs(move) / (abs(v) + abs(move) or 1.0), name, move) for move, v, name in pairs]
    _, name, move = max(parts)
    said += f": the cost can still fall by about {ahead.fall:g}, most as {name} changes by "
    return f"{said}{move:g}"
"""
