"""The NumPy target for functions without data: a module that can be read, and that needs NumPy alone."""

from __future__ import annotations

import textwrap

from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import MODULES, Context, Manner, Statements, written_tuple
from symgd.codegen.expressions.unread import unread
from symgd.codegen.modules import embedding, rule_skeleton, skeleton
from symgd.codegen.modules.step_source import StepSource, rate_refusals, usual_rate
from symgd.codegen.modules.step_words import MANNER
from symgd.codegen.program.jumps import has_kinks, has_roots
from symgd.codegen.program.limits import may_come_to_0
from symgd.codegen.program.lower import lower, lower_size
from symgd.codegen.rules import line_search, rule_words
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.walk import (
    arrival,
    backtracking,
    bowl,
    differences,
    faded,
    fallen,
    kinks,
    ruled,
    strides,
    walk,
)
from symgd.codegen.walk.bowl import Bowl
from symgd.codegen.walk.steadiness import bends_of
from symgd.data.arrays import FloatArray
from symgd.derivation.gradient import Gradient
from symgd.errors import GenerationError
from symgd.problem.problem import Problem
from symgd.terms import Symbol, Term
from symgd.terms.function import Target
from symgd.writing.formulas.text import text

HEAD = """\
PARAMETERS = <<parameters>>

FloatArray = NDArray[np.float64]
CostAndGradient: TypeAlias = tuple[float, tuple[float, ...]]
Evaluate: TypeAlias = Callable[[Sequence[float]], CostAndGradient]
"""

FUNCTIONS = '''\
def cost(parameters: Sequence[float]) -> float:
    """The function's value; parameters are in the order of PARAMETERS."""
    return cost_and_gradient(parameters)[0]


def gradient(parameters: Sequence[float]) -> tuple[float, ...]:
    """The partial derivatives, in the parameters' order."""
    return cost_and_gradient(parameters)[1]


def cost_and_gradient(parameters: Sequence[float]) -> CostAndGradient:
    """Value and gradient; not finite where they are too large for a float, or not defined."""
    return _evaluate(_point(parameters))
'''

UPDATE = '''\
def update(parameters: Sequence[float], learning_rate: float) -> tuple[float, ...]:
    """The parameters after one step: each minus the learning rate times its partial derivative."""
    pairs = zip(_point(parameters), gradient(parameters), strict=True)
    return tuple(value - learning_rate * slope for value, slope in pairs)
'''

PLAIN = '''\
def <<name>>(point: Sequence[float]) -> <<type>>:
    """<<said>>"""
    <<unpack>> = point
    try:
<<statements>>
    except (ArithmeticError, ValueError):
        return <<name>>_beyond(point)
    return <<result>>


'''

CAREFUL = '''\
def <<name>>(point: Sequence[float]) -> <<type>>:
    """<<said>>"""
    <<unpack>> = (np.float64(value) for value in point)
    with np.errstate(all="ignore"):
<<statements>>
    return <<result>>
'''

DESCEND = '''\
class Descent(NamedTuple):
    """What a descent came to.

    `trace` has a row for every step, row 0 being the start: the parameters, in order, and the value; where that would be
    millions of numbers it has one step in 2, 4, 8, and the last two. `learning_rate` is the last step's. `outcome` is
    "converged", "stalled", "no minimum", "out of steps", "not begun", "diverged" or "interrupted".
    """

    parameters: tuple[float, ...]
    cost: float
    steps: int
    converged: bool
    learning_rate: float
    trace: FloatArray
    outcome: str
<<more>>

def descend(
    *,
    start: Sequence[float] | Mapping[str, float] = <<start>>,
    learning_rate: float | None = None,
    max_iter: int | None = None,
    tolerance: float | None = None,
) -> Descent:
    """<<method>>.

    `start` is in the order of PARAMETERS, or by name; what is not named starts at 0.
    Without a learning rate, <<default>>.
    It makes `max_iter` steps at most (without it <<most>>).
    It ends when a step is no longer than `tolerance` (0: never); without one, when a step is no longer than 1e-9 and the
    function can fall by next to nothing of what it has fallen.
    Raises ValueError for arguments that do not fit.
    """
    point = _start_point(start)
<<refused>>    if learning_rate is not None and not (math.isfinite(learning_rate) and learning_rate > 0):
        raise ValueError(f"the learning rate must be a positive number, not {learning_rate:g}")
    if (max_iter or 0) < 0 or not (tolerance or 0.0) >= 0:
        raise ValueError("max_iter and tolerance must not be negative")
    first, slopes = _evaluate(point)
    if not all(map(math.isfinite, (first, *slopes))):
        raise ValueError("the function or its gradient has no finite value at the start")
    most = <<most>> if max_iter is None else max_iter
<<course>>
    step = 1e-9 if tolerance is None else tolerance or -1.0
    limits = Limits(chosen.most, step, tolerance is None, highest)
<<walk>><<kind>><<wanders>>    *reached, value = table[-1, 1:-2].tolist()
    rate = float(table[max(0, len(table) - 2), -1]) if chosen.rate is None else chosen.rate
    trace, steps = np.array(table[:, 1:-2]), int(table[-1, 0])
    return Descent(tuple(reached), value, steps, kind == "converged", rate, trace, kind<<states>>)
'''

WALK = """\
    tests = FallenTests(limits, look, point, first, <<size>>)
    rows = TraceRows(len(point) + 4)
    with np.errstate(all="ignore"):
        ending = walk(_evaluate, chosen.stride, [*point], tests, rows)
    table = rows.rows
"""

BY_RULE = """\
<<course>>    chosen = chosen._replace(stride=within_floats(chosen.stride))
    highest = ceiling(first, chosen)
    look = partial(ahead_in_function(<<ahead>>, first, floored=<<floored>>), _evaluate)
"""

RULED_TESTS = '''\
class FunctionTests(RuledTests, FallenTests):
    """Ends a walk by the way that the rule goes, and by what the function has fallen."""
'''

BY_SQUARES = """\
    # The function is |M·(θ - centre)|² and its least value.
    matrix, centre = np.array(<<matrix>>), np.array(<<centre>>)

    def reached_from(values: Sequence[float]) -> FloatArray:
        found: FloatArray = matrix @ (np.array(values) - centre)
        return found

    def look(values: list[float], cost: float, gradient: Sequence[float]) -> Ahead | None:
        return ahead_of_squares(matrix, reached_from(values), values)

    bowl = Bowl.of(matrix, reached_from(point))
    chosen, largest = bowl_course(bowl, learning_rate, most, max_iter is not None), bowl.largest
    highest = ceiling(first, chosen, largest=largest)
    if highest < math.inf:
        highest = ceiling_of_function(first, _evaluate(centre.tolist())[0])
"""

BY_DIFFERENCES = """\
    chosen = <<course>>
    chosen = chosen._replace(stride=within_floats(chosen.stride))
    highest = ceiling(first, chosen)
    look = partial(ahead_in_function(<<ahead>>, first, floored=<<floored>>), _evaluate)
"""

KIND = """\
    kind = kind_of(ending, table, chosen.most, max_iter is not None)
"""
KIND_ON_BOWL = """\
    unstable = learning_rate is not None and largest is not None and learning_rate > largest
    kind = kind_of(ending, table, chosen.most, max_iter is not None, unstable=unstable)
"""

STEEP = "course_past_kinks(_evaluate, learning_rate, most, point)"
SMOOTH = "course(_evaluate, learning_rate, most)"

CHECKS = '''\
def _point(parameters: Sequence[float]) -> tuple[float, ...]:
    """The parameters as floats, or ValueError."""
    point = tuple(float(value) for value in parameters)
    if len(point) != len(PARAMETERS) or not all(map(math.isfinite, point)):
        wanted = ", ".join(PARAMETERS)
        raise ValueError(f"expected a finite number for each of the parameters {wanted}")
    return point


def _start_point(start: Sequence[float] | Mapping[str, float]) -> tuple[float, ...]:
    """The start in the parameters' order, or ValueError."""
    if not isinstance(start, Mapping):
        return _point(start)
    for name in start:
        if name not in PARAMETERS:
            wanted = ", ".join(PARAMETERS)
            raise ValueError(f'start: there is no parameter "{name}"; expected {wanted}')
    return _point([start.get(name, 0.0) for name in PARAMETERS])
'''


def function_source(
    problem: Problem,
    gradient: Gradient,
    squares: tuple[FloatArray, FloatArray] | None,
    code: RuleCode | None = None,
) -> str:
    """A module that minimises a function of its parameters alone, with its derivation, as text.

    Parameters
    ----------
    problem : Problem
    gradient : Gradient
    squares : pair of arrays, or None
        M and the centre of a quadratic |M·(θ − centre)|² and its least value.
    code : RuleCode, optional
        The optimizer; plain gradient descent without.
    """
    few = squares is not None or has_kinks(problem)
    bends = [] if squares is None else bends_of(squares[0], len(Bowl.of(*squares).curvature))
    squares = squares if code is None else None
    sharp = squares is None and (has_kinks(problem) or has_roots(problem))
    context = Context(problem, manner=MODULES if code is None else MANNER)
    step = None if code is None else StepSource(code, context, gradient, bends=bends)
    parts = [
        context.filled(HEAD) + ("" if step is None else f"\n{step.declared()}"),
        layout.headed("What was derived", FUNCTIONS),
        UPDATE if step is None else step.update(rule_skeleton.UPDATE_ALONE, ""),
        _evaluated(problem, gradient, context.manner),
    ]
    if squares is None:
        parts.append(_sized(problem, context.manner))
    parts += (
        [] if step is None else [*step.beside(), step.step(), *filter(None, [step.found_rate()])]
    )
    parts.append(layout.headed("Descent", _descend(problem, context, squares, step, few)))
    own = [arrival, strides, walk, fallen]
    own += [bowl] if squares is not None else [differences, backtracking, faded, *([kinks] * sharp)]
    own += [] if step is None else [rule_words, line_search, ruled, *embedding.FINDING]
    checks = [layout.headed("What is passed, checked", CHECKS)]
    checks = checks if step is None else [RULED_TESTS, *checks]
    embedded = embedding.embedded(own, *parts, *checks)
    parts.append(layout.headed(embedding.WORDS, embedded))
    said = layout.docstring(
        _docstring(problem, gradient, "Gradient descent" if code is None else code.title)
    )
    code_text = layout.fitted("\n\n".join(map(unread, [*parts, *checks])))
    head = f'"""{said}"""\n\nfrom __future__ import annotations\n'
    return f"{head}\n{embedding.imports_for(*parts, *checks)}\n{code_text}"


def _docstring(problem: Problem, gradient: Gradient, method: str) -> str:
    settings = [
        f"    {text(Symbol(problem.letters[name]))} = {value:g}"
        for name, value in problem.settings.items()
    ]
    rows = [
        f"{method} for {text(problem.model_equations[0])}.",
        "",
        "Made by symgd from the formula. It needs NumPy alone.",
        "",
        *(f"    {text(equation)}" for equation in problem.equations),
        *settings,
        "",
        f"Parameters, in this order: {', '.join(problem.parameters)}.",
        "Use: found = descend(start={...}); found.parameters, found.outcome.",
        "",
        "The derivation",
        textwrap.indent(gradient.text(detail="standard").strip(), "    "),
        "",
    ]
    return "\n".join(rows)


def _evaluated(problem: Problem, gradient: Gradient, manner: Manner) -> str:
    """The function with the formulas: in plain floats, or where these have no cases in NumPy's."""
    context = Context(problem, lower(problem, gradient), manner)
    value = context.names.give("result", "value", own=True)
    names = (value, *context.slopes)
    said = "Value and gradient."
    answer = f"float({value})", written_tuple(f"float({slope})" for slope in context.slopes)
    return _function(context, names, ("_evaluate", "CostAndGradient", said), ", ".join(answer))


def _sized(problem: Problem, manner: Manner) -> str:
    """The function that says how large the parts are."""
    context = Context(problem, lower_size(problem), manner)
    value = context.names.give("result", "value", own=True)
    said = "How large the function's parts are, added without their signs."
    return _function(context, (value,), ("_size_of_parts", "float", said), f"float({value})")


def _function(
    context: Context, names: tuple[str, ...], head: tuple[str, str, str], result: str
) -> str:
    """One function of the point, whose results have these names; where plain floats end, NumPy's have inf."""
    name, kind, said = head
    parts = {"type": kind, "result": result}
    careful = {**parts, "statements": "\n".join(_lines(context, names, "numpy"))}
    try:
        lines = _lines(context, names, "python")
    except GenerationError:
        return context.filled(CAREFUL, name=name, said=said, **careful)
    plain = context.filled(PLAIN, name=name, said=said, statements="\n".join(lines), **parts)
    beyond = "The same where a part of it is beyond plain floats: 1/(1 + inf) is 0."
    return plain + context.filled(CAREFUL, name=f"{name}_beyond", said=beyond, **careful)


def _lines(context: Context, names: tuple[str, ...], target: Target) -> list[str]:
    lines, program = Statements(context, target), context.program
    for part in (*program.hoisted, *program.assignments):
        lines.assign(context.locals[part.local.name], part.term)
    pairs: list[tuple[str, Term]] = [*zip(names, program.results, strict=True)]
    for name, term in pairs:
        lines.assign(name, term)
    return lines.lines


def _descend(
    problem: Problem,
    context: Context,
    squares: tuple[FloatArray, FloatArray] | None,
    step: StepSource | None,
    few: bool,
) -> str:
    """The descent, as it suits the function."""
    size = "None" if squares is not None else "_size_of_parts"
    plain = {"more": "", "method": "Gradient descent", "refused": "", "states": ""}
    plain["wanders"] = skeleton.beyond_floats(problem, "_evaluate", "table") * (squares is None)
    if step is not None:
        return context.filled(DESCEND, **_by_rule(problem, context, step, few))
    if squares is not None:
        matrix, centre = (repr(part.tolist()) for part in squares)
        course = context.filled(BY_SQUARES, matrix=matrix, centre=centre)
        most, default = "1_000_000", "the best constant one is taken, from the curvature"
    else:
        kinked = has_kinks(problem)
        steps = STEEP if kinked else SMOOTH
        course = context.filled(BY_DIFFERENCES, course=steps, **_sight(problem))
        most, default = "FEW" if kinked else "SMOOTH", "each step has its own, at which it falls"
    kind = KIND if squares is None else KIND_ON_BOWL
    filled = {"course": course.rstrip("\n"), "most": most, "default": default, "kind": kind}
    return context.filled(DESCEND, **plain, **filled, walk=context.filled(WALK, size=size))


def _sight(problem: Problem) -> dict[str, str]:
    """How a walk sees what lies ahead."""
    sharp = has_kinks(problem) or has_roots(problem)
    return {
        "ahead": "ahead_at_kinks" if sharp else "partial(ahead_by_differences, over=over_plateau)",
        "floored": str(may_come_to_0(problem)),
    }


def _by_rule(problem: Problem, context: Context, step: StepSource, few: bool) -> dict[str, str]:
    """What a descent by an update rule has."""
    made = context.filled(
        rule_skeleton.COURSE,
        known_passed=", ()" if step.known else "",
        told_rate=step.told_rate,
        base=step.base.replace(", columns)", ", ())"),
    )
    made = made.replace("evaluate", "_evaluate").replace(
        "rate is None else rate", "learning_rate is None else learning_rate"
    )
    course = context.filled(BY_RULE, course=made, **_sight(problem))
    tests = "FunctionTests(limits, look, point, first, _size_of_parts)"
    return {
        "course": course.rstrip("\n"),
        "most": "FEW" if few else "SMOOTH",
        "default": usual_rate(step.code),
        "more": rule_skeleton.STATES,
        "method": step.code.title,
        "refused": rate_refusals(step.code),
        "states": ", states",
        "kind": KIND,
        "wanders": rule_skeleton.WANDERS
        + rule_skeleton.RISEN * step.may_refuse
        + skeleton.beyond_floats(problem, "_evaluate", "table"),
        "walk": context.filled(
            rule_skeleton.WALK, tests=tests, evaluate="_evaluate", last_rate=step.last_rate
        ),
    }
