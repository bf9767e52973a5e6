"""The parts of a generated module that an optimizer adds or has otherwise; `<<...>>` is filled in by a Context."""

from __future__ import annotations

CONSTANTS = """\
<<constants>>STATES = <<states>>

# What `Descent.states` has is named in STATES; what goes from step to step:
State: TypeAlias = tuple[int, Any]  # how many steps have been made, and what is remembered
"""

UPDATE = '''\
def update(
    parameters: Sequence[float],
    <<column_lines>>,
<<rate>>    state: State | None = None,
) -> tuple[tuple[float, ...], State]:
    """The parameters after one step, and the state to pass to the next; the first has none.

<<formulas>>
    """
    columns, point = <<checked_columns>>, _point(parameters)
<<evaluate>><<known>>    made, kept = (0, _begun(<<learning_rate>>)) if state is None else state
    slopes = np.array(_checked(evaluate, point)[1])
    with np.errstate(all="ignore"):
        moved, kept, _ = _step(np.array(point), slopes, made + 1, <<learning_rate>>, kept, <<passed>>)
    return _point(np.broadcast_to(moved, len(point)).tolist()), (made + 1, kept)
'''

UPDATE_ALONE = '''\
def update(
    parameters: Sequence[float],
<<rate>>    state: State | None = None,
) -> tuple[tuple[float, ...], State]:
    """The parameters after one step, and the state to pass to the next; the first has none.

<<formulas>>
    """
    point = _point(parameters)
    made, kept = (0, _begun(<<learning_rate>>)) if state is None else state
    slopes = np.array(gradient(point))
    with np.errstate(all="ignore"):
        moved, kept, _ = _step(np.array(point), slopes, made + 1, <<learning_rate>>, kept, <<passed>>)
    return _point(np.broadcast_to(moved, len(point)).tolist()), (made + 1, kept)
'''

STEP = '''\
def _begun(learning_rate: float) -> tuple[Any, ...]:
    """What is remembered before the first step."""
    return <<begun>>


def _step(
    theta: FloatArray,
    g: FloatArray,
    step: float,
    alpha: float,
    state: tuple[Any, ...],
    evaluate: Evaluate,
<<asked>>) -> tuple[FloatArray, tuple[Any, ...], Any]:
    """One step of the rule: the parameters, what is remembered, and what is told of that."""
<<statements>>
    told = <<told>>
    return <<moved>>, <<kept>>, told


def _ruled(evaluate: Evaluate, learning_rate: float, most: int<<known_typed>>) -> Ruled:
    """The steps of a walk, each at its rate."""

    def move(step: int, values: list[float], gradient: Sequence[float], state: Any) -> Moved:
        number = np.float64(step + 1)
        alpha = <<rate_at>>
        try:
            moved, state, told = _step(np.array(values), np.array(gradient), number, alpha, state, <<passed>>)
        except (np.linalg.LinAlgError, ArithmeticError, ValueError):
            return [math.nan] * len(values), state, (math.nan,) * len(STATES)
        ahead = np.broadcast_to(np.asarray(moved, dtype=np.float64), len(values)).tolist()
        return ahead, state, tuple(map(float, told))

    begun = _begun(learning_rate)
    told = <<told_first>>
    return Ruled(move, (begun, told))
'''

FOUND_FIRST = '''\
def _found_rate(evaluate: Evaluate, start: Sequence[float], most: int<<known_typed>>) -> float:
    """The learning rate where none is given: by the length of the first step."""
    return rate_to_begin(evaluate, _ruled(evaluate, 1.0, 0<<known_passed>>), [*start])
'''

FOUND = '''\
def _found_rate(evaluate: Evaluate, start: Sequence[float], most: int<<known_typed>>) -> float:
    """The learning rate where none is given: of those tried, what brings the cost lowest."""
<<steady>>
    def reached(rate: float, times: int) -> float:
        whole = 0 < most <= LONGER * TRIAL
        steps = most if whole else times * TRIAL if most else 1
        with np.errstate(all="ignore"):
            ruled = _ruled(evaluate, rate, most if whole else 0<<known_passed>>)
            return cost_reached(evaluate, ruled, [*start], steps, whole)

    first = rate_to_begin(evaluate, _ruled(evaluate, 1.0, 0<<known_passed>>), [*start])
    return rate_by_trial(reached, first<<limit>>)
'''

STEADY = """\
    limit, bends = None, bends_seen(<<bends>>)
    step = partial(_step_matrix, evaluate)
    if bends:
        limit = rate_limit(step, bends)
"""

STEADIEST = """\
    if limit is not None:
        best, left = steadiest_rate(step, bends, limit)
        if left ** min(most, FEW) <= SURE:
            return best
"""

STEP_MATRIX = '''


def _step_matrix(evaluate: Evaluate, rate: float, bend: float) -> FloatArray:
    """A step on a parameter and what it remembers, where the slope is bend times the parameter."""
    columns = []
    for theta, *kept in np.eye(<<width>>).reshape(-1, <<width>>, 1):
        made = _step(theta, bend * theta, 1.0, rate, tuple(kept), evaluate)
        columns.append(np.concatenate([made[0], *made[1]]))
    return np.column_stack(columns)
'''

RATE = '''\


def _rate(t: float, alpha: float, T: float) -> float:
    """The learning rate of step t of T.

    <<formula>>
    """
    return <<value>>
'''

HESSIAN = '''\
def _hessian(point: Sequence[float], columns: Sequence[FloatArray]) -> FloatArray:
    """The second derivatives of the cost."""
    <<unpack>> = (np.float64(value) for value in point)
<<taken>>    with np.errstate(all="ignore"):
<<statements>>
    return np.array(<<rows>>, dtype=np.float64)
'''

COURSE = """\
    base = <<base>> if rate is None else rate
    ruled = _ruled(evaluate, base, most<<known_passed>>)
    chosen = Course(ruled.stride, most, <<told_rate>>)
"""
WALK = """\
    rows = StateRows(len(point) + 4, ruled, len(STATES))
    tests = <<tests>>
    tests.rule = ruled
    with np.errstate(all="ignore"):
        ending = walk(<<evaluate>>, chosen.stride, [*point], tests, rows)
    table, states = rows.rows[:, : len(point) + 4], np.array(rows.rows[:, len(point) + 4 :])
<<last_rate>>    if ending.ended == "refused" and not table[-1, 0]:
        raise FloatingPointError(str(ruled.refused))
"""

WANDERS = """\
    if kind == "diverged" and ending.ended == "max_iter" and not rises(table[:, -3]):
        kind = "out of steps"  # what goes down with a swing may stand above its start for a while
"""

RISEN = """\
    if ending.ended == "refused" and table[-1, -3] > table[0, -3]:
        kind = "diverged"
"""
REFUSED = """\
    if ending.ended == "refused" and kind != "no minimum":
        found = _descent(ending, table, kind, chosen.rate, states)
        rose = f", the cost rose from {table[0, -3]:g} to {found.cost:g}" * (kind == "diverged")
        made = f"{found.steps} step{'s' * (found.steps != 1)}"
        said = f"{kind} after {made}{rose}, there is no further one: {ruled.refused}"
        return found._replace(message=said)
"""
UNDEFINED = """\
    if kind == "diverged" and (ruled.lost or not math.isfinite(ruled.leaps[-1][4])):
        number, state = ruled.leaps[-1][:2]
        values, beyond = table[-1, 1:-3].tolist(), list[str]()
        with np.errstate(all="ignore", over="call", call=lambda said, _: beyond.append(said)):
            ruled.move(number, values, evaluate(values)[1], state)
        if not beyond:
            found = _descent(ending, table, kind, chosen.rate, states)
            said = f"diverged: at step {found.steps + 1} the rule has no finite value, it divides "
            said += "by 0 there, or works out what is not defined; change it, or a setting of it"
            return found._replace(message=said)
"""
LOST = """\
    if kind == "diverged" and ruled.lost:
        found = _descent(ending, table, kind, chosen.rate, states)
        said = f"diverged after {found.steps} step{'s' * (found.steps != 1)}: what the next would "
        said += "remember is too large for a float; rescale the columns, or pass a nearer start"
        return found._replace(message=said)
"""

DESCENT_TYPED = (
    "ending: Ending, rows: FloatArray, kind: str, rate: float | None, states: FloatArray"
)

STATES = """\
    states: FloatArray  # a row for each of the trace's, with what STATES names
"""
