"""The source of a problem's plain functions: a small module that needs NumPy alone."""

from __future__ import annotations

from collections.abc import Callable

from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import Context, Statements, written_tuple
from symgd.codegen.program.lower import lower, lower_hessian, lower_partial, lower_predictions
from symgd.codegen.program.program import Program
from symgd.derivation.gradient import Derivation, Gradient
from symgd.derivation.second_order.hessian import Hessian
from symgd.errors import DerivationError, GenerationError
from symgd.problem.problem import Problem
from symgd.terms import Equation, Symbol
from symgd.writing.formulas.text import text

HEAD = """\
from collections.abc import Mapping

import numpy as np

PARAMETERS = <<parameters>>
"""
COLUMNS = "COLUMNS = <<column_names>>\n"

PREDICT = '''\
def predict(<<given>>):
    """<<said>>"""
    <<unpack>> = _values(parameters)<<taken>>
    with np.errstate(all="ignore"):
<<statements>>
    return <<result>>
'''

FIRST = '''\
def cost_and_gradient(parameters, <<columns>>):
    """<<said>>"""
    <<unpack>> = _values(parameters)
    <<taken>> = _arrays(<<columns>>)
    <<count>> = len(<<target>>)
    with np.errstate(all="ignore"):
<<statements>>
    return float(<<cost>>), _like(parameters, <<gradient>>)


def cost(parameters, <<columns>>):
    """The cost."""
    return cost_and_gradient(parameters, <<columns>>)[0]


def gradient(parameters, <<columns>>):
    """The partial derivatives of the cost, in the form that the parameters come in."""
    return cost_and_gradient(parameters, <<columns>>)[1]


def update(parameters, <<columns>>, *, learning_rate):
    """The parameters after one step: each minus the learning rate times its partial derivative."""
    slopes = _values(gradient(parameters, <<columns>>))
    pairs = zip(_values(parameters), slopes, strict=True)
    return _like(parameters, [value - learning_rate * slope for value, slope in pairs])
'''

SECOND = '''\
def hessian(parameters, <<columns>>):
    """The second derivatives of the cost, shape (p, p), in the parameters' order."""
    <<unpack>> = _values(parameters)
    <<taken>> = _arrays(<<columns>>)
    <<count>> = len(<<target>>)
    with np.errstate(all="ignore"):
<<statements>>
    return np.array(<<matrix>>, dtype=np.float64)
'''

ONE = '''\
def derivative(parameters, <<columns>>):
    """<<said>>"""
    <<unpack>> = _values(parameters)
    <<taken>> = _arrays(<<columns>>)
    <<count>> = len(<<target>>)
    with np.errstate(all="ignore"):
<<statements>>
    return float(<<value>>)
'''

HELPERS = '''\
def _values(parameters):
    """The parameters in the order of PARAMETERS."""
    if isinstance(parameters, Mapping):
        parameters = [parameters[name] for name in PARAMETERS]
    return [np.float64(value) for value in np.atleast_1d(parameters)]


def _like(parameters, values):
    """A number for each parameter in the form that the parameters come in."""
    values = [float(value) for value in values]
    if isinstance(parameters, Mapping):
        return {name: values[PARAMETERS.index(name)] for name in parameters}
    if isinstance(parameters, list | tuple):
        return type(parameters)(values)
    return np.array(values) if np.ndim(parameters) else values[0]
'''

SUMS = '''\
def _arrays(*columns):
    """The columns as arrays of float64."""
    return [np.asarray(column, dtype=np.float64) for column in columns]


def _total(terms):
    """The sum over all examples."""
    return np.add.reduce(terms)
'''

RESULT = "hessian entry"
HEAD_IMPORT = "from collections.abc import Mapping"


def functions_source(problem: Problem, gradient: Gradient, second: Callable[[], Hessian]) -> str:
    """A module with `predict, cost_and_gradient, cost, gradient, update, hessian`, which needs NumPy alone.

    Where there are no second derivatives in code, a comment says why.
    """
    first = Context(problem, lower(problem, gradient))
    parts = [_head(first), _first(problem, gradient, first)]
    if problem.has_examples:
        parts.insert(1, _predict(problem))
    try:
        parts.append(_second(problem, *lower_hessian(problem, gradient, second)))
    except (DerivationError, GenerationError) as error:
        parts.append(f"{layout.comment(f'There is no hessian: {error}')}\n")
    return _module(problem, [*parts, *_helpers(problem)])


def _head(context: Context) -> str:
    """The imports, and the names in their order."""
    return context.filled(HEAD + COLUMNS if context.problem.has_examples else HEAD)


def _helpers(problem: Problem) -> tuple[str, ...]:
    return (HELPERS, SUMS) if problem.has_examples else (HELPERS,)


def _of(problem: Problem, template: str) -> str:
    """A template as it is for the problem: a function of its parameters alone has no columns to take."""
    if problem.has_examples:
        return template
    lines = template.replace(", <<columns>>", "").splitlines(keepends=True)
    about_rows = ("<<taken>> =", "<<count>> =")
    return "".join(line for line in lines if not any(part in line for part in about_rows))


def partial_source(problem: Problem, partial: Derivation) -> str:
    """A module with one of the cost's derivatives, `derivative`, alone."""
    context = Context(problem, lower_partial(problem, partial))
    lines, value = _statements(context), context.names.give("result", "value", own=True)
    lines.assign(value, context.program.results[0])
    function = context.filled(
        _of(problem, ONE),
        said=layout.docstring(text(Equation(partial.left, partial.last))),
        taken=_taken(context.columns),
        statements="\n".join(lines.lines),
        value=value,
    )
    return _module(problem, [_head(context), function, *_helpers(problem)])


def _module(problem: Problem, parts: list[str]) -> str:
    code = "\n\n".join(parts)
    code = code.replace(HEAD_IMPORT, f"import math\n{HEAD_IMPORT}", 1) if "math." in code else code
    return f'"""{_docstring(problem)}"""\n\n{layout.fitted(code)}'


def predictor_source(problem: Problem) -> str:
    """The function `predict` alone, for values and arrays that are looked at already."""
    return f"import math\nimport numpy as np\n{_predict(problem)}{BARE}"


BARE = """

def _values(values):
    return [np.float64(value) for value in values]


def _arrays(*columns):
    return columns
"""


def _docstring(problem: Problem) -> str:
    """What the functions are of, and by which conventions."""
    divisor = {
        "mean": "divided by {}",
        "sum": "not divided",
        "half mean": "divided by 2{}",
        "root mean": "divided by {}, and its root taken",
    }[problem.loss.reduction].format(text(problem.written_cost.size))
    settings = [
        f"    {text(Symbol(problem.letters[name]))} = {value:g}"
        for name, value in problem.settings.items()
    ]
    of_examples = [
        f"The sum over the examples is {divisor}.",
        f"Data, arrays of shape (n,): {', '.join(problem.columns)}.",
    ]
    of_rows = of_examples if problem.has_examples else []
    rows = [
        f"{', '.join(map(text, problem.model_equations))}: {problem.loss.title}.",
        "",
        "Made by symgd from the formula. It needs NumPy alone.",
        "",
        *(f"    {text(equation)}" for equation in problem.equations),
        *settings,
        "",
        *of_rows[:1],
        f"Parameters, by name or in this order: {', '.join(problem.parameters)}.",
        *of_rows[1:],
        "",
    ]
    return layout.docstring("\n".join(rows))


def _statements(context: Context) -> Statements:
    """What a program works out before its results."""
    lines, program = Statements(context), context.program
    for part in (*program.hoisted, *program.assignments):
        lines.assign(context.locals[part.local.name], part.term)
    return lines


def _taken(names: list[str]) -> str:
    return f"({names[0]},)" if len(names) == 1 else ", ".join(names)


def _predict(problem: Problem) -> str:
    context = Context(problem, lower_predictions(problem))
    lines, scores = _statements(context), []
    for place, term in enumerate(context.program.results):
        name = context.names.give(
            "result", "value" if not place else f"value_{place + 1}", own=True
        )
        lines.assign(name, term)
        scores.append(name)
    several = f"np.stack(np.broadcast_arrays({', '.join(scores)}), axis=-1)"
    inputs = context.columns[: len(problem.inputs)]
    taken = f"\n    {_taken(inputs)} = _arrays({', '.join(inputs)})" if inputs else ""
    said = layout.docstring(
        f"What the model says: {', '.join(map(text, problem.model_equations))}."
    )
    return context.filled(
        PREDICT,
        given=", ".join(["parameters", *inputs]),
        taken=taken,
        said=said,
        statements="\n".join(lines.lines),
        result=scores[0] if len(scores) == 1 else several,
    )


def _first(problem: Problem, gradient: Gradient, context: Context) -> str:
    lines, slopes = _statements(context), context.slopes
    cost = context.names.give("result", "value", own=True)
    for name, term in zip((cost, *slopes), context.program.results, strict=True):
        lines.assign(name, term)
    formulas = [text(Equation(part.left, part.last)) for part in gradient.partials.values()]
    said = ["Cost and gradient together, which share most of the work.", ""]
    said += [f"        {formula}" for formula in formulas]
    return context.filled(
        _of(problem, FIRST),
        said=layout.docstring("\n".join(said)) + "\n    ",
        taken=_taken(context.columns),
        statements="\n".join(lines.lines),
        cost=cost,
        gradient=written_tuple(slopes),
    )


def _second(problem: Problem, program: Program, places: tuple[tuple[int, int], ...]) -> str:
    context = Context(problem, program)
    lines, names = _statements(context), {}
    for (row, column), term in zip(places, program.results, strict=True):
        wanted = f"by_{problem.parameters[row]}_{problem.parameters[column]}"
        names[row, column] = names[column, row] = context.names.give(RESULT, wanted)
        lines.assign(names[row, column], term)
    every = range(len(problem.parameters))
    rows = [f"[{', '.join(names[row, column] for column in every)}]" for row in every]
    return context.filled(
        _of(problem, SECOND),
        taken=_taken(context.columns),
        statements="\n".join(lines.lines),
        matrix=f"[{', '.join(rows)}]",
    )
