"""InMatrices: what a listing over one matrix of inputs has otherwise than others."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from symgd import terms as nt
from symgd.codegen.expressions.context import Context, Statements
from symgd.codegen.expressions.layout import docstring
from symgd.codegen.listings.listing import TOGETHER, WIDTH, Listing, comments, manner
from symgd.codegen.listings.listing_example import Columns, Example
from symgd.codegen.listings.matrix_terms import OfOne, ScoreWriter
from symgd.codegen.listings.readable import terms_in
from symgd.codegen.program.program import Program
from symgd.derivation.engine import gradient_of
from symgd.terms import Equation

ROWS = 3  # of the example


class InMatrices(Listing):
    """What a listing over one matrix has otherwise than others."""

    one: OfOne
    programs: tuple[Program, Program]

    def contexts(self) -> tuple[Context, Context]:
        """The names, which are those of the problem of one weight."""
        problem = self.one.problem
        cost, slopes = (
            Context(problem, program, manner(problem, program, few=False))
            for program in self.programs
        )
        for context in (cost, slopes):
            for name, letter in self.problem.letters.items():
                if letter not in context.settings:
                    context.settings[letter] = context.names.give("setting", name.upper())
        return cost, slopes

    def passed_columns(self) -> list[str]:
        """X, the target, and what rows weigh."""
        inside = self.one.problem.inputs[1:]
        pairs = zip(self.one.problem.columns, self.slopes.columns, strict=True)
        return [code for name, code in pairs if name not in inside]

    # -- theta ----------------------------------------------------------------------------------

    @property
    def ahead(self) -> int:
        """How many parameters stand before the weights."""
        return self.problem.parameters.index(self.one.score.weights[0])

    @property
    def after(self) -> int:
        """How many stand behind them."""
        return len(self.problem.parameters) - len(self.one.score.weights) - self.ahead

    def place(self, name: str) -> str:
        """Where a parameter of the problem of one weight is in theta."""
        if name == self.one.names[1]:
            if not self.ahead + self.after:
                return TOGETHER[0]
            ends = [str(self.ahead or ""), f"-{self.after}" if self.after else ""]
            return f"{TOGETHER[0]}[{':'.join(ends)}]"
        place = self.problem.parameters.index(name)
        before = place < self.ahead
        return f"{TOGETHER[0]}[{place if before else place - len(self.problem.parameters)}]"

    def width(self) -> str:
        """How many parameters there are, as text."""
        more = self.ahead + self.after
        return f"{self.columns[0]}.shape[1]" + (f" + {more}" if more else "")

    def begun(self, example: Example) -> tuple[str, str]:
        """What `start` is by itself, and theta made of it: a number is every parameter's."""
        return repr(example.start[0]), f"np.full({self.width()}, start, float)"

    def many(self) -> str:
        """How many parameters there are, where there is a theta."""
        return f"len({TOGETHER[0]})"

    # -- the functions --------------------------------------------------------------------------

    def statements(self, context: Context) -> Statements:
        """The parameters and inputs that are used by name, how many examples there are, and the parts."""
        problem = self.one.problem
        used = {name for term in terms_in(context.program) for name in term.names}
        if any("local scores" in name for name in used):
            used.add(self.one.names[1])
        matrix, weight = self.columns[0], context.names["parameter", self.one.names[1]]
        lines = Statements(context)
        lines.writer = ScoreWriter(context.identifier, lines._total, (matrix, weight))
        names = [name for name in problem.parameters if name in used]
        if names:
            left = ", ".join(context.names["parameter", name] for name in names)
            lines.lines.append(f"    {left} = {', '.join(map(self.place, names))}")
        for name in problem.inputs[1:]:
            if name in used:
                at = self.one.score.problem.inputs.index(name)
                lines.lines.append(f"    {context.names['column', name]} = {matrix}[:, {at}]")
        if problem.notation.count in used:
            lines.lines.append(
                f"    {context.count} = len({context.names['column', problem.target]})"
            )
        for part in context.program.assignments:
            lines.assign(context.locals[part.local.name], part.term)
        return lines

    def cost_formulas(self) -> list[str]:
        """The cost, its penalty, and what is named in it."""
        first, *others = self.one.problem.equations
        penalty = self.one.penalty()
        if penalty is not None:
            assert isinstance(first, Equation)
            first = Equation(first.left, nt.added((first.right, penalty)))
        return [*map(self.one.written, (first, *others))]

    def gradient_body(self) -> list[str]:
        """The formulas of the slopes, and their values."""
        context = self.slopes
        lines = self.statements(context)
        slopes = zip(context.slopes, context.program.results, strict=True)
        for name, term in slopes:
            lines.assign(name, term)
        return [*comments(self.slope_formulas(), 2), *lines.lines, f"    return {self.joined()}"]

    def slope_formulas(self) -> list[str]:
        """The derivatives in matrices."""
        added, formulas = self.one.penalty_slopes(), []
        entry = self.one.entry
        for name, part in gradient_of(self.one.problem).partials.items():
            right = part.last
            if name in added:
                right = nt.added((right, added[name].substitute({entry: nt.Symbol(entry.name)})))
            formulas.append(self.one.written(Equation(part.left, right)))
        return formulas

    def joined(self) -> str:
        """The slopes as one array in theta's order."""
        names = dict(zip(self.one.problem.parameters, self.slopes.slopes, strict=True))
        weight = names.pop(self.one.names[1])
        order = [name for name in self.problem.parameters if name in names]
        ahead, after = order[: self.ahead], order[self.ahead :]
        if not order:
            return weight
        if not ahead:
            last = names[after[0]] if len(after) == 1 else _listed(names, after)
            return f"np.append({weight}, {last})"
        parts = [_listed(names, ahead), weight, *([_listed(names, after)] if after else [])]
        return f"np.concatenate([{', '.join(parts)}])"

    # -- what is said, and shown ----------------------------------------------------------------

    def titled(self, method: str) -> str:
        """What it is of, and what the columns of X are."""
        problem, inputs = self.problem, self.problem.inputs
        models = [*map(self.one.written, self.one.problem.model_equations)]
        loss = " ".join(problem.loss.title.split())
        line = f"{method} for {', '.join(models)}: {loss}."
        if len(line) > WIDTH - 6:
            line = "\n".join([f"{method}: {loss}.", "", *models])
        matrix = self.columns[0]
        weight = self.slopes.names["parameter", self.one.names[1]]
        weights = self.one.score.weights
        others = [name for name in problem.parameters if name not in weights]
        theta = [*others[: self.ahead], weight, *others[self.ahead :]]
        own = f"{weights[0]}, {weights[1]}, …, {weights[-1]}."
        said = [
            f"{matrix} has {len(inputs)} columns: {inputs[0]}, {inputs[1]}, …, {inputs[-1]}.",
            f"theta is {', '.join(theta)}, and {weight} is {own}" if others else f"theta is {own}",
        ]
        return docstring("\n".join([line, "", *said, ""]), WIDTH)

    def shown_inputs(self) -> Columns:
        """Columns of a matrix that is short to write."""
        width = len(self.problem.inputs)
        return tuple(
            map(tuple, np.sin(np.arange(float(ROWS * width))).reshape(ROWS, width).T.tolist())
        )

    def data_lines(self, example: Example) -> list[str]:
        """A matrix that is small to write, and the other columns."""
        width = len(self.problem.inputs)
        matrix, *others = self.columns
        beside = dict(zip(self.problem.columns, example.columns, strict=True))
        names = [
            name for name in self.one.problem.columns if name not in self.one.problem.inputs[1:]
        ]
        lines = [f"    {matrix} = np.sin(np.arange({ROWS * width}.0)).reshape({ROWS}, {width})"]
        for name, code in zip(names[1:], others, strict=True):
            lines.append(f"    {code} = np.array({list(beside[name])})")
        return lines

    def shown_part(self) -> str:
        """What is printed of the trace: the costs."""
        return "[:, -1]"


def _listed(names: dict[str, str], some: Sequence[str]) -> str:
    return f"[{', '.join(names[name] for name in some)}]"
