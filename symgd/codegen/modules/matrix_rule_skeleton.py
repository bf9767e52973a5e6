"""The parts of a generated module with one matrix of inputs that an optimizer has otherwise."""

from __future__ import annotations

UPDATE = '''\
def update(
    parameters: ArrayLike,
<<passed_lines>><<rate>>    state: State | None = None,
) -> tuple[FloatArray, State]:
    """The parameters after one step, and the state to pass to the next; the first has none.

<<formulas>>
    """
    columns, point = <<data>>, _point(parameters)
<<evaluate>><<known>>    made, kept = (0, _begun(<<learning_rate>>)) if state is None else state
    slopes = np.array(_checked(evaluate, point)[1])
    with np.errstate(all="ignore"):
        moved, kept, _ = _step(np.array(point), slopes, made + 1, <<learning_rate>>, kept, <<passed>>)
    return _array(np.broadcast_to(moved, len(point)).tolist()), (made + 1, kept)
'''

EVALUATE = """\

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        return _evaluate(point, *columns)

"""

LINEAR = """\
    triangle, anchor = _summarise(*columns)
    evaluate = _from_summary(triangle, anchor, <<size>>)
    squares = _squares(triangle, anchor, <<size>>)
    return _run(evaluate, point, asked, FEW, squares)
"""

ARRAYS = """\

    def evaluate(point: Sequence[float]) -> CostAndGradient:
        return _evaluate(point, *columns)

    return _run(evaluate, point, asked, FEW<<looks>>)
"""
