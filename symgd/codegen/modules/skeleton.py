"""The parts of a generated module that are the same for many formulas; `<<...>>` is filled in by a Context."""

from __future__ import annotations

from symgd.codegen.modules.checks_source import CONSTANTS
from symgd.codegen.program.convexity import is_convex
from symgd.codegen.program.limits import (
    is_linked,
    is_never_negative,
    is_nowhere_0,
    may_come_to_0,
    may_fade,
)
from symgd.problem.problem import Problem

NAMES = (
    """\
PARAMETERS = <<parameters>>
COLUMNS = <<column_names>>
"""
    + CONSTANTS
    + "\n<<types>>"
)

TYPES = """\
FloatArray = NDArray[np.float64]
CostAndGradient: TypeAlias = tuple[float, tuple[float, ...]]
Evaluate: TypeAlias = Callable[[Sequence[float]], CostAndGradient]
Values: TypeAlias = Sequence[Any]  # of arrays, or of numbers
Way: TypeAlias = Callable[..., Any]  # how terms are added up
Asked: TypeAlias = tuple[float | None, int | None, float | None]  # rate, steps, tolerance
"""

RESULT = '''\
class Descent(NamedTuple):
    """What a descent came to.

    `trace` has a row for every step, row 0 being the start: the parameters, in order, and the cost;
    its shape is (steps + 1, <<trace_width>>). Where that would be millions of numbers it has one step in 2,
    4, 8, and the last two. `learning_rate` is the last step's. `outcome` is "converged", "stalled",
    "no minimum", "out of steps", "not begun", "diverged" or "interrupted"; `message` says why.
    """

    parameters: tuple[float, ...]
    cost: float
    steps: int
    converged: bool
    learning_rate: float
    trace: FloatArray
    outcome: str
    message: str
<<more>>'''

FUNCTIONS = '''\
<<predict>>


def cost(parameters: Sequence[float], <<typed_columns>>) -> float:
    """The cost; parameters are in the order of PARAMETERS."""
    return cost_and_gradient(parameters, <<columns>>)[0]


def gradient(parameters: Sequence[float], <<typed_columns>>) -> tuple[float, ...]:
    """The partial derivatives of the cost, in the parameters' order."""
    return cost_and_gradient(parameters, <<columns>>)[1]


def cost_and_gradient(parameters: Sequence[float], <<typed_columns>>) -> CostAndGradient:
    """Cost and gradient together, which share most of the work.

    Raises ValueError for data or parameters that do not fit, and FloatingPointError where the
    result is not a finite number.
    """
    columns = <<checked_columns>>
    return _checked(<<evaluate>>, _point(parameters))
'''

UPDATE = '''\
def update(parameters: Sequence[float], <<typed_columns>>, learning_rate: float) -> tuple[float, ...]:
    """The parameters after one step: each minus the learning rate times its partial derivative."""
    pairs = zip(_point(parameters), gradient(parameters, <<columns>>), strict=True)
    return _point([value - learning_rate * slope for value, slope in pairs])
'''

PREDICT = '''\
def predict(parameters: Sequence[float]<<typed_inputs>>) -> <<predicted>>:
    """What the model says of each example<<of_each>>; parameters are in the order of PARAMETERS."""
<<columns_line>>    <<unpack>> = (np.float64(value) for value in _point(parameters))
    with np.errstate(all="ignore"):
<<statements>>
    return <<answer>>
'''

DESCEND = """\
def descend(
    <<column_lines>>,
    *,
    start: Sequence[float] | Mapping[str, float] = <<start>>,
    learning_rate: float | None = None,
    max_iter: int | None = None,
    tolerance: float | None = None,
) -> Descent:
    \"\"\"<<method>>.

    `start` is in the order of PARAMETERS, or by name; what is not named starts at 0.
    Without a learning rate, <<default>>.
    It makes `max_iter` steps at most (without it <<most>>).
    It ends when a step is no longer than `tolerance` (0: never); without one, when a step is no
    longer than 1e-9 and the cost can fall no further. "converged" is only what is a minimum on the
    parameters' own scale.
    Raises ValueError for arguments that do not fit, and FloatingPointError where the start has no
    finite cost.
    \"\"\"
    columns = <<checked_columns>>
    point, asked = _start_point(start), (learning_rate, max_iter, tolerance)
<<prepare>>
"""

RUN = """\
def _run(evaluate: Evaluate, point: tuple[float, ...], asked: Asked, most: int<<squares>>) -> Descent:
    \"\"\"The walk from a point, as it is asked for: learning rate, steps at most, tolerance.\"\"\"
    rate, steps, tolerance = asked
    if rate is not None and not (math.isfinite(rate) and rate > 0):
        raise ValueError(f"the learning rate must be a positive number, not {rate:g}")
    if (steps or 0) < 0 or not (tolerance or 0.0) >= 0:
        raise ValueError("max_iter and tolerance must not be negative")
    first, _ = _checked(evaluate, point)
    most = most if steps is None else steps
<<course>>
    step = 1e-9 if tolerance is None else tolerance or -1.0
    limits = Limits(chosen.most, step, tolerance is None, ceiling(first, chosen))
<<walk>>    kind = kind_of(ending, <<table>>, chosen.most, steps is not None<<floored>>)
<<wanders>>    return _descent(ending, <<table>>, kind, chosen.rate<<states>>)


def _descent(<<descent_typed>>) -> Descent:
    \"\"\"What a walk came to.\"\"\"
    *point, cost = rows[-1, 1:-2].tolist()
    steps, trace = int(rows[-1, 0]), np.array(rows[:, 1:-2])
    last = float(rows[max(0, len(rows) - 2), -1]) if rate is None else rate
    not_yet = "" if kind == "converged" else ", not converged,"
    by = <<by>>
    said = f"{kind}{not_yet} after {steps} step{'s' * (steps != 1)} {by}"
    said += _why(ending, rows, kind)
    if kind == "diverged":
        made, trouble = steps, f"the cost rose from {rows[0, -3]:g} to {cost:g}"
        if not math.isfinite(ending.cost) or ending.ended == "no gradient":
            made, trouble = steps + 1, "the cost or its gradient is not a finite number any more"
        said = f"{by} the descent diverged in {made} step{'s' * (made != 1)}: {trouble}; "
        said += "pass a smaller learning rate, or a start nearer the minimum"
    return Descent(tuple(point), cost, steps, kind == "converged", last, trace, kind, said<<states>>)


def _why(ending: Ending, rows: FloatArray, kind: str) -> str:
    \"\"\"Why a walk that has not converged has not, and what to do.\"\"\"
    thrown, ahead = throw_in(rows[:, 0], rows[:, -3], rows[:, -2]), ending.ahead
    if kind in ("converged", "interrupted", "not begun", "diverged"):
        return ": no step was asked for" if kind == "not begun" else ""
    if kind == "stalled" and thrown is not None:
        return (
            f": step {thrown.step} threw it onto a plateau, the cost rose from {thrown.before:g} "
            f"to {thrown.after:g}; pass a smaller learning rate, or another start"
        )
    if kind == "no minimum":
        return ": the cost falls on and on, its least value lies at infinity"
<<lower>>    if ahead is None or not 0 < ahead.fall < math.inf:
        return ": the cost has a kink here, or a slope without curvature"
    pairs = zip(ahead.moves, rows[-1, 1:-3].tolist(), PARAMETERS, strict=True)
    parts = [(abs(move) / (abs(v) + abs(move) or 1.0), name, move) for move, v, name in pairs]
    _, name, move = max(parts)
    return f": the cost can still fall by about {ahead.fall:g}, most as {name} changes by {move:g}"
"""

SQUARES_ASKED = ", squares: Squares"

BY_SQUARES = """\
    matrix, reached = squares  # M, and M·θ + r by θ: the cost is |M·θ + r|²

    def look(values: list[float], cost: float, gradient: Sequence[float]) -> Ahead | None:
        return ahead_of_squares(matrix, reached(values), values)

"""

BY_DIFFERENCES = """\
    chosen = course(evaluate, rate, most)
    look = partial(ahead_by_differences, evaluate<<over>>)
"""

BY_KINKS = """\
    chosen = course_past_kinks(evaluate, rate, most, point)
    look = partial(ahead_at_kinks, evaluate)
"""

LINEAR = """\
    triangle, anchor = _summarise(*columns)
    evaluate = _quiet(_from_summary(triangle, anchor, <<size>>))
    squares = _squares(triangle, anchor, <<size>>)
    return _run(evaluate, point, asked, 1_000_000, squares)
"""

SEPARABLE = """\
    # Multiplied out, a model can lose its digits on some data; then the arrays have the say.
    try:
        triangle, anchor = _summarise(*columns)
        if _is_faithful(point, anchor, columns):
            summary = _quiet(_from_summary(triangle, anchor, <<size>>))
            found = _run(summary, point, asked, 1_000_000)
            if found.outcome != "diverged" and _is_faithful(found.parameters, anchor, columns):
                return found
    except (NoSummary, FloatingPointError):
        pass
    return _run(_evaluator(*columns<<often>>), point, asked, FEW)
"""

ARRAYS = """\
    return _run(_evaluator(*columns<<often>>), point, asked, FEW)
"""

EVALUATE = '''\
def _evaluate(point: Sequence[float], <<typed_arrays>>) -> CostAndGradient:
    """Cost and gradient over whole arrays; not finite where they are too large or not defined."""
    <<unpack>> = (np.float64(value) for value in point)
<<count>>    with np.errstate(all="ignore"):
<<statements>>
    return float(<<cost>>), <<gradient>>


def _total(terms: FloatArray) -> float:
    # One after the other, as a loop over the examples adds: the same sum to the last bit. np.sum
    # adds in pairs, which is fast: more terms are added so, in blocks as symgd itself adds them.
    if len(terms) <= 1024:
        return float(np.add.accumulate(terms)[-1])
    return float(sum(np.sum(terms[start : start + 8192]) for start in range(0, len(terms), 8192)))
'''

# What a cost that is not known to be convex has.
LOWER = """\
    if kind == "stalled" and ahead is not None and ahead.plateau:
        return ": this is a plateau, the cost falls further off; pass another start"
    if kind == "stalled" and ahead is not None and ahead.bends_down:
        return ": the cost bends down from here, it is no minimum; pass another start"
"""
# Of a cost that is nowhere below 0.
NO_FURTHER = """\
    if ahead is not None and rows[-1, -3] < ahead.fall < math.inf:  # more than there is
        return f": the cost can fall by no more than it is, {rows[-1, -3]:g}"
"""
OVER = ", over=over_plateau"


def look_of(problem: Problem, course: str) -> dict[str, str]:
    """How a walk sees what lies ahead: what is convex has no plateau and no saddle."""
    convex = is_convex(problem)
    course = course.replace("<<over>>", "" if convex else OVER).removesuffix("\n")
    lower = LOWER * (not convex) + NO_FURTHER * is_never_negative(problem)
    return {"course": course, "lower": lower}


# Where a cost may fall towards a limit at infinity, and where it is nowhere 0.
FADES = """\
    ended = kind in ("converged", "stalled", "diverged")
    if ended and has_faded(<<evaluate>>, point, <<table>>[-1, 1:-3].tolist()):
        kind = "no minimum"
"""
# Where only infinity can have the least of a convex cost that falls on and on.
FALLS_ON = """\
    looked = kind not in ("interrupted", "not begun") and (kind != "out of steps" or steps is None)
    if looked and falls_on(<<evaluate>>, point, <<table>>[-1, 1:-3].tolist()):
        kind = "no minimum"
"""
NOWHERE_0 = """\
    if kind == "converged" and <<table>>[-1, -3] == 0:  # this cost is nowhere 0, but for rounding
        kind = "stalled"
"""


def floored(problem: Problem) -> str:
    """What tells `kind_of` that a cost is nowhere negative, and may be 0."""
    return ", True" * may_come_to_0(problem)


def beyond_floats(problem: Problem, evaluate: str, table: str) -> str:
    """What a descent says where a cost is least only since floats end there."""
    said = FADES * may_fade(problem) + FALLS_ON * is_linked(problem)
    said += NOWHERE_0 * is_nowhere_0(problem)
    return said.replace("<<evaluate>>", evaluate).replace("<<table>>", table)


# What fills RUN where the steps go along the gradient.
PLAIN = {
    "walk": """\
    rows, tests = TraceRows(len(point) + 4), Tests(limits, look, len(point))
    with np.errstate(all="ignore"):
        ending = walk(evaluate, chosen.stride, [*point], tests, rows)
""",
    "table": "rows.rows",
    "states": "",
    "descent_typed": "ending: Ending, rows: FloatArray, kind: str, rate: float | None",
    "by": 'f"with learning rate {last:g}"',
}
