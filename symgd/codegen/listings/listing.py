"""The listing: cost, gradient, update and loop in few lines of NumPy, to be read; made for a slide and to be run as it stands.

Laws
----
- the formula's own letters, in its own order; a setting of the loss is a constant at the top
- forms that overflow nowhere, where one line holds them
- the update is a function of its own, whose lines an update rule hands in
"""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from symgd import terms as nt
from symgd.codegen.evaluators.alone import no_total
from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import (
    Context,
    Manner,
    Statements,
    identifier,
    unpacked,
    written_tuple,
)
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.expressions.unread import unread
from symgd.codegen.listings.listing_example import Columns, Example, example_of
from symgd.codegen.listings.readable import MEAN, readable, squares_written, terms_in
from symgd.codegen.program.lower import lower_apart
from symgd.codegen.program.program import Program
from symgd.codegen.rules.update_code import Rule, descent_lines
from symgd.derivation.gradient import Gradient
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap
from symgd.terms import Equation
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.writing.formulas.text import text

WIDTH = 88
APART = 2  # so many parameters are passed one by one, more as one array
LONG = 16  # a name of so many letters is too long for that
MOST_FORMULAS = 3  # so many slopes have their formula above them
EPOCHS = 10  # that the example shows
OWN = "np math cost gradient update descend sigmoid start learning_rate max_iter trace data value"
RESERVED = frozenset((*OWN.split(), *dir(builtins), *keyword.kwlist, *keyword.softkwlist))
CALLED = ("hessian", "residuals", "lowest", "least", "two_loop")  # by optimizers
TOGETHER = ("theta", "g")  # all parameters as an array, and their slopes
# What a listing has a function for, so that its formulas can keep the name.
FORMS: Mapping[str, Function] = {"sigmoid": replace(FUNCTIONS["sigmoid"], numpy="sigmoid")}
SHORT = FrozenMap({"inner": "z", "absolute_value": "size", "sigmoid": "s"})

SIGMOID = """\
def sigmoid(z):
    return np.exp(-np.logaddexp(0.0, -z))  # 1/(1 + exp(-z)), never too large
"""
FUNCTION = """\
def <<name>>(<<arguments>>):
<<body>>
"""
DESCEND = """\
def descend(<<data>>start=<<start>>, learning_rate=<<rate>>, max_iter=100):
<<taken>>    <<left>> = <<begun>>
<<state>>    trace = [(<<row>>, <<value>>(<<given>>))]
    for _ in range(max_iter):
        <<kept>> = update(<<passed>>, learning_rate)
        trace.append((<<row>>, <<value>>(<<given>>)))
    return np.array(trace)
"""
TAKEN = "    <<names>> = (np.asarray(data, float) for data in <<tuple>>)\n"
EXAMPLE = """\
if __name__ == "__main__":
<<rows>>    print(descend(<<data>>max_iter=<<epochs>>)<<shown>>.round(6))
"""


def listing(
    problem: Problem, gradient: Gradient, rule: Rule = descent_lines, *, together: bool = False
) -> str:
    """The listing; the `rule` says the lines of its update.

    With `together` the rule is for arrays, and the parameters are passed as one.
    """
    short = all(len(name) <= LONG for name in problem.parameters)
    few = len(problem.parameters) <= APART and short and not together
    return Listing(problem, gradient, rule, few).text()


class Listing:
    """Writes one listing; parameters are passed one by one where they are `few`."""

    def __init__(self, problem: Problem, gradient: Gradient, rule: Rule, few: bool) -> None:
        self.problem, self.gradient, self.rule, self.few = problem, gradient, rule, few
        self.cost, self.slopes = self.contexts()
        self.columns = self.passed_columns()
        self.parameters = self.slopes.parameters if few else [TOGETHER[0]]
        self.slope_names = self.slopes.slopes if few else [TOGETHER[1]]
        self.given = ", ".join((*self.parameters, *self.columns))
        self.update = rule(self.parameters, self.slope_names)
        self.state = [name for name, _ in self.update.state]
        self.value = value_name(problem)

    def contexts(self) -> tuple[Context, Context]:
        """The programs of cost and gradient, and their names."""
        problem = self.problem
        apart = lower_apart(problem, self.gradient, FORMS)
        inner = inner_letters(problem)
        kept = {"residual", "prediction", *inner.values()}
        kept |= {p.local.name for part in apart for p in part.assignments if p.term.value in inner}
        cost, slopes = (readable(part, problem.notation.count, kept) for part in apart)
        if not problem.columns:
            cost, slopes = squares_written(cost, inner), squares_written(slopes, inner)
        return (
            Context(problem, cost, manner(problem, cost, self.few)),
            Context(problem, slopes, manner(problem, slopes, self.few)),
        )

    def passed_columns(self) -> list[str]:
        """The names of the data that its functions are passed."""
        return self.slopes.columns

    def text(self) -> str:
        """The whole listing."""
        example = self.shown()
        whole = (*terms_in(self.cost.program), *terms_in(self.slopes.program))
        used = {part.function for t in whole for part in t.parts() if isinstance(part, nt.Call)}
        middle = self.middle()
        lines = [line for part in middle for line in part.splitlines() if "#" not in line]
        functions = [
            SIGMOID if "sigmoid" in used or "sigmoid(" in "".join(lines) else "",
            self.function(self.value, self.cost_body()),
            self.function("gradient", self.gradient_body()),
            *middle,
            self.descend(example),
            self.example(example),
        ]
        code = layout.fitted("\n\n".join(map(unread, filter(None, functions))), WIDTH)
        imports = "import math\n\n" * ("math." in code) + "import numpy as np\n"
        head = "\n".join(filter(None, (f'"""{self.title()}"""\n', imports, self.constants())))
        return f"{head}\n\n{code}"

    def shown(self) -> Example:
        """Numbers to call it on."""
        return example_of(self.problem, self.gradient, self.shown_inputs())

    def shown_inputs(self) -> Columns:
        """The inputs that it is called on; none where the usual ones will do."""
        return ()

    def middle(self) -> list[str]:
        """What stands between the gradient and the loop."""
        return [self.function("update", self.update_body(), *self.state, last="learning_rate")]

    def title(self) -> str:
        """What it is of."""
        return self.titled("Gradient descent")

    def titled(self, method: str) -> str:
        """What it is of, in one line where it fits."""
        models = [*map(text, self.problem.model_equations)]
        loss = f": {' '.join(self.problem.loss.title.split())}" * self.problem.has_examples
        line = f"{method} for {', '.join(models)}{loss}."
        if len(line) > WIDTH - 6:
            line = "\n".join([f"{method}{loss}.", "", *models, ""])
        return layout.docstring(line, WIDTH)

    def constants(self) -> str:
        """The settings by name."""
        names, letters = self.cost.settings, self.problem.letters
        rows = [(names[letters[n]], repr(value)) for n, value in self.problem.settings.items()]
        return "".join(f"{name} = {value}\n" for name, value in (*rows, *self.update.constants))

    def function(self, name: str, body: Sequence[str], *state: str, last: str = "") -> str:
        """A function of the parameters, what is kept beside them, and the data."""
        arguments = filter(None, (*self.parameters, *state, *self.columns, last))
        return self.slopes.filled(
            FUNCTION, name=name, arguments=", ".join(arguments), body="\n".join(body)
        )

    # -- the functions --------------------------------------------------------------------------

    def cost_formulas(self) -> list[str]:
        """The cost as it is written, and what is named in it."""
        return [text(equation) for equation in self.problem.equations]

    def cost_body(self) -> list[str]:
        """The formulas of the cost, and its value."""
        formulas = self.cost_formulas()
        lines, value = self.statements(self.cost), self.cost.program.results[0]
        answer = f"    return {lines.writer.text(value)}"
        if len(answer) > WIDTH and not layout.is_one_call(answer, WIDTH):
            mean = value.argument if isinstance(value, nt.Call) and value.declared is MEAN else None
            wanted = "value" if mean is None else "losses"
            name = self.cost.names.give("result", wanted, own=True)
            lines.assign(name, mean or value)
            answer = f"    return {name if mean is None else f'np.mean({name})'}"
        return [*comments(formulas, 2), *lines.lines, answer]

    def gradient_body(self) -> list[str]:
        """The formulas of the slopes, and their values."""
        context, partials = self.slopes, [*self.gradient.partials.values()]
        shown = partials if len(partials) <= MOST_FORMULAS else []
        formulas = [text(Equation(part.left, part.last)) for part in shown]
        lines = self.statements(context)
        for name, term in zip(context.slopes, context.program.results, strict=True):
            lines.assign(name, term)
        listed = ", ".join(context.slopes)
        answer = _returned(context.slopes) if self.few else f"    return np.array([{listed}])"
        return [*comments(formulas), *lines.lines, answer]

    def statements(self, context: Context) -> Statements:
        """What comes before the results: parameters by name, how many examples there are, and the parts."""
        alone = None if self.columns else PowerWriter(context.identifier, no_total, "numpy")
        lines, count = Statements(context, writer=alone), self.problem.notation.count
        used = {name for term in terms_in(context.program) for name in term.names}
        if not self.few and used & {*self.problem.parameters}:
            lines.lines.append(f"    {unpacked(context.parameters, 4)} = {TOGETHER[0]}")
        if any(count in term.names for term in terms_in(context.program)):
            lines.lines.append(f"    {context.count} = len({context.columns[-1]})")
        for part in context.program.assignments:
            lines.assign(context.locals[part.local.name], part.term)
        return lines

    def update_body(self) -> list[str]:
        """What the rule does with the slopes."""
        update, slopes = (
            self.update,
            [f"    {', '.join(self.slope_names)} = gradient({self.given})"],
        )
        if not self.few and not update.statements:  # one line holds all
            update, slopes = self.rule(self.parameters, [f"gradient({self.given})"]), []
        return [
            *comments(update.formulas),
            *slopes,
            *(f"    {line}" for line in update.statements),
            _returned([*update.answers, *self.state]),
        ]

    # -- the loop, and how it is called ---------------------------------------------------------

    def begun(self, example: Example) -> tuple[str, str]:
        """What `start` is by itself, and the parameters made of it."""
        whole = self.few and self.columns
        return written_tuple(
            map(repr, example.start)
        ), "start" if whole else "np.array(start, float)"

    def descend(self, example: Example) -> str:
        """The loop."""
        parameters, state = self.parameters, self.state
        start, begun = self.begun(example)
        return self.slopes.filled(
            DESCEND,
            start=start,
            rate=repr(example.rate),
            left=unpacked(parameters, 4) if self.few else parameters[0],
            begun=begun,
            value=self.value,
            **self.data(),
            state="".join(f"    {name} = {value}\n" for name, value in self.update.state),
            row=", ".join(parameters) if self.few else f"*{parameters[0]}",
            given=self.given,
            kept=", ".join((*parameters, *state)),
            passed=", ".join((*parameters, *state, *self.columns)),
        )

    def data(self) -> dict[str, str]:
        """How the loop is passed columns, and makes arrays of them; a function without data has none."""
        if not self.columns:
            return {"data": "", "taken": ""}
        names, listed = unpacked(self.columns, 4), written_tuple(self.columns)
        taken = self.slopes.filled(TAKEN, names=names, tuple=listed)
        return {"data": f"{', '.join(self.columns)}, ", "taken": taken}

    def example(self, example: Example) -> str:
        """How it is called, on numbers that show it."""
        return self.slopes.filled(
            EXAMPLE,
            rows="".join(f"{line}\n" for line in self.data_lines(example)),
            data=self.data()["data"],
            epochs=str(EPOCHS),
            shown=self.shown_part(),
        )

    def data_lines(self, example: Example) -> list[str]:
        """The columns of the example."""
        pairs = zip(self.columns, example.columns, strict=True)
        return [f"    {name} = np.array({list(values)})" for name, values in pairs]

    def shown_part(self) -> str:
        """What is printed of the trace, as an index: all, where it is empty."""
        return ""


class PowerWriter(ExpressionWriter):
    """Writes for few numbers, which NumPy's ** suits: x**2 is read more easily than x * x."""

    def _is_repeated(self, term: nt.Power) -> bool:
        return False


def inner_letters(problem: Problem) -> dict[Any, str]:
    """The names of inner functions, by their values."""
    return {part.definition.value: part.name for part in problem.inner}


def value_name(problem: Problem) -> str:
    """What computes the cost is called: a function without data by its own name, where that is free."""
    name = identifier(problem.notation.cost)
    free = not problem.has_examples and name not in RESERVED | {*TOGETHER, *CALLED, "rate"}
    return name if free else "cost"


def manner(problem: Problem, program: Program, few: bool) -> Manner:
    """How the listing is written; what has a letter in the cost is called by that."""
    cost, count = problem.written_cost, identifier(problem.notation.count)
    own = {}
    if problem.has_examples:
        own = {"residual": cost.shown_residual, "prediction": cost.shown_predictions[0]}
    shown = (*own.values(), *(cost.shown_predictions[1:] if own else ()))
    letters = {t.definition.value: t.name for t in shown if isinstance(t, nt.Abbreviation)}
    letters = letters if problem.has_examples else inner_letters(problem)
    called = {part.local.name: letters.get(part.term.value) for part in program.assignments}
    called |= {name: t.name for name, t in own.items() if isinstance(t, nt.Abbreviation)}
    return Manner(
        reserved=RESERVED | {value_name(problem)} | (set() if few else {*TOGETHER}),
        count=count,
        slope=f"d{identifier(problem.notation.cost)}_d{{}}",
        settings=True,
        total="np.sum",
        indent=4,
        width=WIDTH,
        cuts=True,
        called=SHORT | {name: letter for name, letter in called.items() if letter},
    )


def comments(formulas: Iterable[str], most: int = 1) -> list[str]:
    """Formulas as comments, but for those of more than so many lines."""
    rows = []
    for formula in formulas:
        lines = layout.comment(formula, WIDTH - 4).split("\n")
        rows += [f"    {line}" for line in lines if len(lines) <= most]
    return rows


def _returned(answers: Sequence[str]) -> str:
    """The line that answers one thing or several."""
    line = f"    return {', '.join(answers)}"
    return line if len(line) <= WIDTH else f"    return ({', '.join(answers)})"
