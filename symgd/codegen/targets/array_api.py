"""The array API target: a module for arrays of any library that follows the Python array API standard."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

from symgd.codegen.evaluators.residuals import expect_squares, row_scale, scale_of_squares
from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import (
    RESERVED,
    Context,
    Manner,
    Statements,
    unpacked,
    written_tuple,
)
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.modules.embedding import embedded
from symgd.codegen.modules.fitting_source import fitting, told_of_predictions
from symgd.codegen.modules.preface import preface
from symgd.codegen.program.jumps import expect_smooth
from symgd.codegen.program.lower import lower, lower_hessian, lower_predictions, lower_residuals
from symgd.codegen.program.program import Program, is_array
from symgd.codegen.rules import line_search, rule_words
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.summary.penalty_squares import penalty_rows
from symgd.codegen.targets.array_api_alone import checks_alone, use_alone, without_data
from symgd.codegen.targets.array_api_expressions import ArrayApiWriter
from symgd.codegen.targets.array_api_functions import helpers_in
from symgd.codegen.targets.array_api_rules import ruled_checks, ruled_functions, ruled_step
from symgd.codegen.targets.array_api_score import stacked_hessian
from symgd.codegen.targets.array_api_summary import (
    asking_summary,
    by_summary,
    preparing,
    rows_source,
    summary_source,
)
from symgd.codegen.targets.array_api_template import (
    CHECKS,
    EVALUATE,
    FUNCTIONS,
    HEAD,
    MOVED,
    PREDICT,
    PREPARED,
    RESULT,
    TARGETS,
    WEIGHED,
)
from symgd.codegen.targets.few_rows import constant_slope, is_summarised
from symgd.codegen.targets.whole_rules import SQUARES
from symgd.derivation.gradient import Gradient
from symgd.derivation.second_order.hessian import hessian
from symgd.problem.problem import Problem
from symgd.terms import Term

# What these modules use by themselves beside what others do; a test reads them and keeps this complete.
_OWN = (
    "Any Array below_ CONSTANT data ended FAR length middles_ Parameters rows scale_ step table_ xp"
)
KNOWN = RESERVED | frozenset(_OWN.split())
MANNER = Manner(reserved=KNOWN, indent=4)
NEEDS = (
    "It needs no library but the one whose arrays it is given: NumPy, JAX, CuPy, and with array_api_compat PyTorch "
    "and others. What it returns has their dtype and is on their device."
)


HESSIAN = '''\
def _hessian(xp: Any, <<typed>>, *_: Array) -> Array:
    """The second derivatives of the cost."""
    <<count>> = <<last>>.shape[0]
<<statements>>
    return xp.stack(<<rows>>)
'''
RESIDUALS = '''\
def _residuals(xp: Any, <<typed>>, *_: Array) -> tuple[Array, Array]:
    """What the cost is the sum of squares of, a number for each row, and its derivatives."""
    <<count>> = <<last>>.shape[0]
<<statements>>
    scale_ = <<scale>>
<<answer>>
'''
ANSWER = "    return scale_ * {residual}, scale_{by_rows} * xp.stack({rows}, axis=1)"
BELOW = """\
    below_ = {root} * {chosen}  # the penalty's rows
    table_ = xp.concat([scale_{by_rows} * xp.stack({rows}, axis=1), below_])
    return xp.concat([scale_ * {residual}, {root} * xp.stack([{names}])]), table_"""


def source(problem: Problem, gradient: Gradient, *, code: RuleCode | None = None) -> str:
    """A module that minimises the problem's cost, with its derivation, as text.

    It has `predict, cost, gradient, cost_and_gradient, update, descend`, and imports no array library.
    """
    context = _context(problem, lower(problem, gradient, "array_api"))
    shaped = str if problem.has_examples else without_data
    few = problem.has_examples and is_summarised(problem)
    asking = asking_summary if few else str
    functions = FUNCTIONS if code is None else ruled_functions(FUNCTIONS, code)
    written = [
        *_predicting(problem),
        _functions(
            context,
            by_summary(functions, code) if few else functions,
            partial(preparing, code) if few else str,
        ),
        context.filled(shaped(RESULT)),
        context.filled(MOVED) if code is None else asking(shaped(ruled_step(code, KNOWN)[1])),
        *_prepared(context),
        _evaluate(context),
        *(_summary(problem, code) if few else _of_cost(problem, gradient, code)),
    ]
    settings = "" if code is None else ruled_step(code, KNOWN)[0]
    helpers = [asking(shaped(text)) for text in helpers_in("".join(written))]
    lines = embedded([rule_words, line_search], *written, *helpers)
    head = context.filled(shaped(HEAD))
    if code is not None and "Callable[" in "".join([*helpers, lines]):
        head = head.replace("import Mapping, Sequence", "import Callable, Mapping, Sequence")
    more = [lines.strip() + "\n"] if code is not None and lines.strip() else []
    checked = told_of_predictions(problem, CHECKS)
    checked = checked if code is None else ruled_checks(checked, code)
    checks = [checked if problem.has_examples else checks_alone(checked)]
    checks += filter(None, [fitting(problem, TARGETS)])
    checks += [] if problem.weights is None else [WEIGHED]
    parts = [head, *([settings] if settings else []), *written, *more, *helpers, *checks]
    said = layout.docstring(preface(problem, gradient, NEEDS, _use(problem, code), code))
    fitted = layout.fitted("\n\n".join(parts))
    return f'"""{said}"""\n\n{fitted}'


def _use(problem: Problem, code: RuleCode | None) -> tuple[str, ...]:
    """How the module is called."""
    rate = [] if code is not None and code.needs == "none" else ["learning_rate=0.01"]
    if not problem.has_examples:
        return use_alone(problem, rate)
    inputs = ", ".join(("found.parameters", *problem.inputs))
    return f"found = descend({', '.join([*problem.columns, *rate])})", f"predict({inputs})"


def _context(problem: Problem, program: Program) -> Context:
    return Context(problem, program, MANNER)


def _functions(context: Context, template: str, prepares: Callable[[str], str]) -> str:
    typed, hoisted = _typed(context.columns), bool(context.program.hoisted)
    weights = context.problem.weights
    place = "" if weights is None else str(context.problem.columns.index(weights))
    template = template if context.columns else without_data(template)
    expected = f"    _expect_weights(xp, COLUMNS[{place}], data[{place}])\n"
    fits = "    _expect_targets(xp, data)\n" * bool(context.problem.loss.targets)
    return context.filled(
        template,
        expecting_weights=(expected if place else "") + fits,
        arrays=", ".join(typed),
        array_lines=",\n    ".join(typed),
        prepared="_prepared(xp, *data)" if hoisted else "data",
        preparing=prepares("    data = _prepared(xp, *data)\n" * hoisted),
    )


def _last(context: Context) -> str:
    """What numbers are made like: the target, or without data a parameter."""
    return (context.columns or context.parameters[:1])[-1]


def _typed(names: Sequence[str]) -> list[str]:
    return [f"{name}: Array" for name in names]


def _prepared(context: Context) -> list[str]:
    """The function for what the data alone decide, if anything."""
    hoisted = context.program.hoisted
    if not hoisted:
        return []
    lines = _statements(context, context.columns[-1])
    for part in hoisted:
        lines.assign(context.locals[part.local.name], part.term)
    kept = [*context.columns, *(context.locals[part.local.name] for part in hoisted)]
    written = context.filled(
        PREPARED,
        arrays=", ".join(_typed(context.columns)),
        counted=_counted(context, context.columns[-1], [part.term for part in hoisted]),
        statements="\n".join(lines.lines),
        kept=", ".join(kept),
    )
    return [written]


def _evaluate(context: Context) -> str:
    """The function with the formulas."""
    lines, program = _statements(context, _last(context)), context.program
    hoisted = [context.locals[part.local.name] for part in program.hoisted]
    for part in program.assignments:
        lines.assign(context.locals[part.local.name], part.term)
    cost = context.names.give("result", "value", own=True)
    for name, term in zip((cost, *context.slopes), program.results, strict=True):
        lines.assign(name, term)
        if not term.names - {context.problem.notation.count}:
            lines.lines.append(f"    {name} = _number(xp, {name}, {_last(context)})")
    return context.filled(
        EVALUATE if context.columns else without_data(EVALUATE),
        typed=", ".join(_typed([*context.parameters, *context.columns, *hoisted])),
        counted=_counted(
            context,
            _last(context),
            [*(part.term for part in program.assignments), *program.results],
        ),
        statements="\n".join(lines.lines),
        cost=cost,
        slopes=", ".join(context.slopes),
    )


def _of_cost(problem: Problem, gradient: Gradient, code: RuleCode | None) -> list[str]:
    """The functions of what a rule reads of the cost beside its gradient."""
    if code is None:
        return []
    found, used = [], code.rule.used
    if "H" in used:
        expect_smooth(problem, code.optimizer.name)
        found += stacked_hessian(problem, MANNER) or [_by_pairs(problem, gradient)]
    if used & {*SQUARES}:
        expect_squares(problem, code.optimizer.name)
        found.append(_residuals(_context(problem, lower_residuals(problem, "array_api"))))
    return found


def _lines(context: Context, wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """The statements of a program, and the names of its results."""
    lines, program, names = _statements(context, _last(context)), context.program, []
    for part in (*program.hoisted, *program.assignments):
        lines.assign(context.locals[part.local.name], part.term)
    for name, term in zip(wanted, program.results, strict=True):
        names.append(context.names.give("result", name))
        lines.assign(names[-1], term)
        if not term.names - {context.problem.notation.count}:
            lines.lines.append(f"    {names[-1]} = _number(xp, {names[-1]}, {_last(context)})")
    return lines.lines, names


def _by_pairs(problem: Problem, gradient: Gradient) -> str:
    """The function of the second derivatives, each of which is derived."""
    program, pairs = lower_hessian(problem, gradient, lambda: hessian(gradient), "array_api")
    context = _context(problem, program)
    lines, names = _lines(context, [f"curvature_{i + 1}_{k + 1}" for i, k in pairs])
    known = {p: n for pair, n in zip(pairs, names, strict=True) for p in (pair, pair[::-1])}
    count = range(len(context.parameters))
    rows = [f"xp.stack([{', '.join(known[i, k] for k in count)}])" for i in count]
    return context.filled(
        HESSIAN if context.columns else without_data(HESSIAN),
        typed=", ".join(_typed([*context.parameters, *context.columns])),
        count=context.count,
        last=_last(context),
        statements="\n".join(lines),
        rows=f"[{', '.join(rows)}]",
    )


def _summary(problem: Problem, code: RuleCode | None) -> list[str]:
    """The functions of few rows in the place of all."""
    context = _context(problem, lower_residuals(problem, "array_api"))
    constant = constant_slope(count(), context.program.results[1:])
    last, lines = context.columns[-1], _statements(context, context.columns[-1])
    for part in (*context.program.hoisted, *context.program.assignments):
        lines.assign(context.locals[part.local.name], part.term)
    difference, *slopes = (
        lines.writer.text(term)
        if is_array(term)
        else f"xp.zeros_like({last}) + {lines.writer.text(term)}"
        for term in context.program.results
    )
    point = f"{unpacked(context.parameters, 4)} = (point[k, ...] for k in range(len(PARAMETERS)))"
    rows = [f"    {point}", *lines.lines, f"    table_ = xp.stack([{', '.join(slopes)}], axis=1)"]
    weights, place = "", ""
    if problem.weights is not None:
        weights = context.names["column", problem.weights]
        place = f"data[{problem.columns.index(problem.weights)}]"
    typed = _typed(context.columns)
    return [
        rows_source(typed, "\n".join(rows), difference, constant, weights),
        summary_source(problem, code, constant, place),
    ]


def _residuals(context: Context) -> str:
    """The function of the residuals and their derivatives, row by row."""
    wanted = ["difference", *(f"slope_{k}" for k, _ in enumerate(context.parameters, 1))]
    lines, names = _lines(context, wanted)
    last = context.columns[-1]
    rows = [f"{name} + xp.zeros_like({last})" for name in names[1:]]
    return context.filled(
        RESIDUALS,
        typed=", ".join(_typed([*context.parameters, *context.columns])),
        count=context.count,
        last=last,
        statements="\n".join(lines),
        scale=row_scale(context, "xp") or scale_of_squares(context.problem, context.count),
        answer=_answer(context, names[0], f"[{', '.join(rows)}]"),
    )


def _answer(context: Context, residual: str, rows: str) -> str:
    """What the function of the residuals answers; a penalty's rows lie below the others."""
    more = penalty_rows(context.problem)
    by_rows = "" if context.problem.weights is None else "[:, None]"
    if more is None:
        return ANSWER.format(residual=residual, rows=rows, by_rows=by_rows)
    every = f"_identity(xp, {more.count}, {context.columns[-1]})"
    some = ", ".join(f"{every}[{place}, :]" for place in more.places)
    return BELOW.format(
        by_rows=by_rows,
        residual=residual,
        rows=rows,
        root=f"math.sqrt({more.square!r})",
        chosen=every if more.whole else f"xp.stack([{some}])",
        names=", ".join(context.parameters[place] for place in more.places),
    )


def _predicting(problem: Problem) -> list[str]:
    """The function of the predictions, where there is what they are compared with."""
    if not problem.has_examples:
        return []
    return [_predict(_context(problem, lower_predictions(problem, "array_api")))]


def _predict(context: Context) -> str:
    """The function that says what the model predicts; without inputs it is as many numbers as scores."""
    problem, program = context.problem, context.program
    inputs = context.columns[: len(problem.inputs)]
    like = inputs[0] if inputs else context.parameters[0]
    lines, said = _statements(context, like), []
    for part in (*program.hoisted, *program.assignments):
        lines.assign(context.locals[part.local.name], part.term)
    for number, term in enumerate(program.results):
        wanted = "value" if len(program.results) == 1 else f"value_{number + 1}"
        name = context.names.give("result", wanted, own=True)
        lines.assign(name, term)
        whole = is_array(term) or not inputs
        said.append(name if whole else f"{name} + xp.zeros_like({inputs[0]})")
    several = len(said) > 1
    return context.filled(
        PREDICT,
        inputs_typed="".join(f", {name}: Array" for name in inputs),
        predicted=f"tuple[{', '.join(['Array'] * len(said))}]" if several else "Array",
        of_each=", score by score" if several else "",
        taken=_taken(context, inputs),
        statements="\n".join(lines.lines),
        answer=written_tuple(said) if several else said[0],
    )


def _taken(context: Context, inputs: Sequence[str]) -> str:
    """How `predict` takes what it is given apart."""
    point = unpacked(context.parameters, 4)
    if inputs:
        columns = f"    xp, columns = _columns({', '.join(inputs)})\n"
        columns += f"    {unpacked(inputs, 4)} = columns\n"
        return f"{columns}    {point} = _values(xp, parameters, {inputs[0]})"
    named = "dict(zip(PARAMETERS, _in_order(parameters), strict=True))"
    return f"    xp = _namespace({named})\n    {point} = _in_order(parameters)"


def _counted(context: Context, column: str, terms: Sequence[Term]) -> str:
    """The number of examples, where the formulas have it."""
    used = any(context.problem.notation.count in term.names for term in terms)
    return f"    {context.count} = {column}.shape[0]\n" if used else ""


def _statements(context: Context, like: str) -> Statements:
    count = context.problem.notation.count
    return Statements(context, writer=ArrayApiWriter(context.identifier, _total, like, count))


def _total(writer: ExpressionWriter, body: Term) -> str:
    return f"xp.sum({writer.text(body)})"
