"""What a score costs in JavaScript: every example's loss and slopes, the penalty, and all second derivatives.

Law
---
- the text is the same in a module over one matrix and in one with a column for each input, which makes rows of them
"""

from __future__ import annotations

from collections.abc import Sequence

from symgd.codegen.expressions.context import Context, Manner, Statements
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.expressions.layout import WIDTH
from symgd.codegen.program.score import FEW, Score, score_of
from symgd.codegen.program.stable import in_target, named
from symgd.codegen.targets import javascript_matrix_template as parts
from symgd.codegen.targets.javascript_expressions import JavaScriptWriter
from symgd.codegen.targets.javascript_loops import no_total
from symgd.codegen.targets.javascript_statements import constants, indented, list_row, places
from symgd.codegen.targets.over_matrix import OverMatrix
from symgd.problem.problem import Problem


class ScriptScore:
    """Writes the functions of one score."""

    def __init__(self, score: Score, manner: Manner) -> None:
        self.form, self.manner = OverMatrix(score, "javascript", manner), manner
        self.score, self.problem = score, score.problem
        self.table = "X" if score.is_plain else "features"
        self.data = [*self.form.passed, *(["features"] if self.table != "X" else [])]

    def filled(self, template: str, **given: str) -> str:
        """A template with what is passed, and more."""
        common = {"data": ", ".join(self.data), "table": self.table}
        return Context(self.problem, manner=self.manner).filled(template, **{**common, **given})

    def function(
        self,
        context: Context,
        name: str,
        what: str,
        wanted: Sequence[str],
        answer: Sequence[Sequence[str]] = (),
    ) -> str:
        """A function of score, parameters and columns, a number for each result."""
        writer = JavaScriptWriter(context.identifier, no_total, "javascript")
        lines, results = Statements(context, writer=writer), {}
        body: list[str] = []
        for part in (*context.program.hoisted, *context.program.assignments):
            body += constants(lines, context.identifier(part.local), part.term)
        for called, term in zip(wanted, context.program.results, strict=True):
            results[called] = context.names.give("result", called, own=True)
            body += constants(lines, results[called], term)
        last = len(context.problem.inputs) if name == "predicted" else None
        rows = [f"[{', '.join(results[one] for one in row)}]" for row in answer]
        return self.filled(
            parts.FUNCTION,
            name=name,
            what=what.replace("*/", "* /"),
            arguments=", ".join(
                [context.columns[0], *context.parameters, *context.columns[1:last]]
            ),
            statements=indented(body, 2),
            answer=indented([self.answer(name, [*results.values()], rows)], 2),
        )

    def answer(self, name: str, results: Sequence[str], rows: Sequence[str]) -> str:
        """The statement of what such a function answers."""
        if name == "predicted":
            return f"return {results[0]};"
        return list_row("return ", rows or results, ";")

    def call(
        self, indent: int, before: str, columns: Sequence[str] | None = None, row: str = ""
    ) -> str:
        """The statement that calls such a function."""
        given = self.arguments(self.form.beside if columns is None else columns, row)
        line = f"{before}({', '.join(given)});"
        if len(line) + indent > WIDTH - 2:
            line = f"{before}(\n  {f',{chr(10)}  '.join(given)},\n);"
        return indented([line], indent)

    def arguments(self, columns: Sequence[str], row: str) -> list[str]:
        """What it is passed."""
        form = self.form
        shift = "0" if form.shift is None else f"point[{form.shift}]"
        others = [f"point[{place}]" for place in form.others]
        score = f"dot({row or f'{self.table}[i]'}, weights)"
        return [score, shift, *others, *map(self.column, columns)]

    def column(self, name: str) -> str:
        """A number of the i-th row of what is passed."""
        array, place = self.form.column(name)
        return f"{array}[i]" if place is None else f"{array}[i][{place}]"

    def design(self) -> str:
        """The function of what the weights are multiplied by."""
        if self.table == "X":
            return ""
        chosen, inputs = self.form.chosen, self.problem.inputs
        if chosen is not None:
            return parts.TABLE.replace("<<columns>>", f"{places(chosen)}.map((k) => row[k])")
        writer = JavaScriptWriter(
            lambda term: f"row[{inputs.index(getattr(term, 'name', ''))}]", no_total, "javascript"
        )
        lines = [
            writer.text(in_target(named(feature), "javascript")) for feature in self.score.features
        ]
        rows = "".join(f"    {line},\n" for line in lines)
        return parts.TABLE.replace("<<columns>>", f"[\n{rows}  ]")

    def size(self) -> str:
        """The statement of how much the rows count."""
        weights = self.problem.weights
        if self.problem.loss.reduction == "sum":
            return ""
        if weights is None:
            return "  const size = y.length;\n"
        column = self.column(weights)
        return f"  const size = y.reduce((sum, _, i) => sum + {column}, 0);\n"

    def penalty(self, twice: bool = False) -> str:
        """The function of one penalised parameter, if any."""
        plain = ExpressionWriter(lambda term: "", no_total, "python")
        writer = JavaScriptWriter(lambda term: "weight", no_total, "javascript")
        rows: list[list[str]] = [[], [], []]
        for factor, *lines in self.form.penalty(twice):
            for k, line in enumerate(lines):
                rows[k].append(f"({plain.text(factor)}) * ({writer.text(line)})")
        if not rows[0]:
            return ""
        value, slope, bend = (" + ".join(row) for row in rows)
        what = "What one parameter adds to the penalty, and its slope."
        if twice:
            what = "The second derivative of what one parameter adds to the penalty."
        return self.filled(
            parts.FUNCTION.replace("<<statements>>\n", ""),
            name="penaltyBends" if twice else "penalty",
            what=what,
            arguments="weight",
            answer=indented(
                [f"return {bend};" if twice else list_row("return ", [value, slope], ";")], 2
            ),
        )

    # -- the second derivatives ------------------------------------------------------------------

    def second(self, taken: str = "  const [<<data>>] = data;\n") -> list[str]:
        """The functions of second derivatives: all, each example's, and the penalty's.

        The lines that are `taken` make the rows and columns of what is passed.
        """
        by = ", ".join(["the score", *self.score.others])
        what = f"The second derivatives of an example's loss by {by}, row by row."
        wanted = ["loss", *self.score.slopes]
        rows = [*([wanted] if self.is_root else []), *self.score.bends]
        answers = [*wanted, *self.score.answers]
        bends = self.function(self.form.examples(twice=True), "bends", what, answers, rows)
        return [self.hessian(taken), bends, self.penalty(twice=True)]

    @property
    def is_root(self) -> bool:
        """Whether the cost is the root of a mean."""
        return self.problem.loss.reduction == "root mean"

    def hessian(self, taken: str) -> str:
        """That of all of them."""
        penalised, root = "", self.is_root
        if self.problem.penalty:
            penalised = parts.PENALISED_TWICE.replace("<<penalised>>", places(self.form.penalised))
        value, scale = self.form.reduced("size", "Math.sqrt")
        found = parts.FOUND.replace("<<scale>>", f"({scale})")
        if root:
            found = parts.ROOT_FOUND.replace("<<both>>", f"{value}, {scale}")
        return self.filled(
            parts.HESSIAN.replace("<<taken>>", taken),
            begun=parts.ROOT_BEGUN * root,
            summed=parts.ROOT_SUMMED * root,
            pulled=parts.ROOT_PULLED * root,
            call=self.call(
                4, f"const {'[[loss, ...slopes], ...bent]' if root else 'bent'} = bends"
            ),
            ones=", 1" * (len(self.form.order) - self.form.width),
            first=str(self.form.width + self.score.has_shift - 1),
            size=self.size(),
            found=found,
            penalised=penalised,
        )


def stacked_hessian(problem: Problem, manner: Manner) -> str:
    """The functions of the second derivatives where each input is a column; empty without a score.

    Examples
    --------
    >>> written = stacked_hessian(Problem("tanh(a*x1 + b*x2 + c*x3 + d*x4)"), Manner(indent=0))
    >>> "const X = Array.from(y, (_, i) => data.slice(0, 4).map((column) => column[i]));" in written
    True
    """
    score = score_of(problem, FEW)
    if score is None:
        return ""
    made, width = ScriptScore(score, manner), len(problem.inputs)
    taken = "".join(
        f"  const {name} = data[{width + k}];\n" for k, name in enumerate(made.form.passed[1:])
    )
    taken += parts.STACKED.replace("<<width>>", str(width))
    taken += "  const features = X.map(designed);\n" * (made.table != "X")
    form = made.form
    around = "".join(f", {place}" for place in form.order[form.width :])
    constants = parts.PLACES.replace("<<weights>>", places(form.weights))
    constants = constants.replace("<<around>>", around)
    return "".join(
        [f"\n{constants}", *made.second(taken), f"\n{parts.ORDERED}", parts.FROM, made.design()]
    )
