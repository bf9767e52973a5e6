"""What a score costs over arrays of any library: every example's loss and slopes, the penalty, and all second derivatives.

Law
---
- the text is the same in a module over one matrix and in one with an argument for each input, which stacks them
"""

from __future__ import annotations

from collections.abc import Sequence

from symgd import terms as nt
from symgd.codegen.expressions.context import Context, Manner, Statements, unpacked
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.program.program import is_array
from symgd.codegen.program.score import FEW, Score, score_of
from symgd.codegen.program.stable import in_target, named
from symgd.codegen.targets import array_api_matrix_template as parts
from symgd.codegen.targets.array_api_expressions import ArrayApiWriter
from symgd.codegen.targets.array_api_places import picked, spread
from symgd.codegen.targets.over_matrix import OverMatrix, back
from symgd.problem.problem import Problem


class ArrayScore:
    """Writes the functions of one score."""

    def __init__(self, score: Score, manner: Manner) -> None:
        self.form, self.manner = OverMatrix(score, "array_api", manner), manner
        self.score, self.problem = score, score.problem
        self.table = "X" if score.is_plain else "table"
        self.data = [*(["table"] if self.table == "table" else []), *self.form.passed]

    def names(self) -> dict[str, str]:
        """What the templates of functions are filled with."""
        return {}

    def filled(self, template: str, **given: str) -> str:
        """A template with what is passed, and more."""
        passed = ", ".join(typed(self.data))
        context = Context(self.problem, manner=self.manner)
        return context.filled(template, **{**self.names(), "typed": passed, **given})

    def function(self, context: Context, name: str, what: str, wanted: Sequence[str]) -> str:
        """A function of score, parameters and columns, an array for each result."""
        like = context.columns[0]
        lines = Statements(
            context,
            writer=ArrayApiWriter(
                context.identifier, no_total, like, context.problem.notation.count
            ),
        )
        results = []
        for part in (*context.program.hoisted, *context.program.assignments):
            lines.assign(context.locals[part.local.name], part.term)
        for called, term in zip(wanted, context.program.results, strict=True):
            results.append(context.names.give("result", called, own=True))
            if is_array(term):
                lines.assign(results[-1], term)
            else:
                value = lines.writer.text(term)
                lines.lines.append(f"    {results[-1]} = xp.zeros_like({like}) + ({value})")
        last = len(context.problem.inputs) if name == "_predicted" else None
        names = [like, *context.parameters, *context.columns[1:last]]
        several = len(results) > 1
        return context.filled(
            parts.FUNCTION,
            name=name,
            typed=", ".join(["xp: Any", *typed(names)]),
            answer="tuple[Array, ...]" if several else "Array",
            what=what,
            statements="\n".join(lines.lines),
            results=", ".join(results),
        )

    def arguments(self, columns: Sequence[str], like: str) -> str:
        """What such a function is passed."""
        form = self.form
        score = f"{self.table} @ {picked('point', form.weights, len(form.order))}"
        shift = f"_number(xp, 0.0, {like})" if form.shift is None else f"point[{form.shift}, ...]"
        others = [f"point[{place}, ...]" for place in form.others]
        return ", ".join(["xp", score, shift, *others, *map(self.column, columns)])

    def column(self, name: str) -> str:
        """A column of what is passed."""
        array, place = self.form.column(name)
        return array if place is None else f"{array}[:, {place}]"

    def examples(self) -> str:
        """The function of each example's loss and slopes."""
        by = ", ".join(["the score", *self.score.others])
        what = f"Each example's loss, and its slopes by {by}."
        wanted = ["loss", *self.score.slopes]
        return self.function(self.form.examples(), "_examples", what, wanted)

    def design(self) -> str:
        """The function of what the weights are multiplied by."""
        chosen = self.form.chosen
        if chosen is not None:
            columns = picked("X", chosen, len(self.problem.inputs), axis=1)
            return parts.TABLE.replace("<<columns>>", columns)
        names = Context(self.problem, manner=self.manner)
        writer = ArrayApiWriter(
            lambda term: self.column(getattr(term, "name", "")), no_total, "X[:, 0]", names.count
        )
        data = dict(zip(map(nt.Symbol, self.problem.inputs), self.problem.inputs, strict=True))
        lines = []
        for feature in self.score.features:
            term = in_target(named(feature), "array_api")
            written = writer.text(term)
            constant = not term.names & {symbol.name for symbol in data}
            lines.append(f"xp.zeros_like(X[:, 0]) + {written}" if constant else written)
        rows = "".join(f"            {line},\n" for line in lines)
        stacked = f"xp.stack(\n        [\n{rows}        ],\n        axis=1,\n    )"
        return parts.TABLE.replace("<<columns>>", stacked)

    def ordered(self, name: str, axis: int | None = None) -> str:
        """The line that brings what is in the form's own order into the parameters' order."""
        order = self.form.order
        written = picked(name, back(order), len(order), axis)
        return "" if written == name else f"    {name} = {written}\n"

    @property
    def size(self) -> str:
        """How much the rows count."""
        weights = self.problem.weights
        return "y.shape[0]" if weights is None else f"xp.sum({self.column(weights)})"

    def penalty(self, twice: bool = False) -> list[str]:
        """The function of the penalised parameters, if any."""
        lowered = self.form.penalty(twice)
        if not lowered:
            return []
        plain = ExpressionWriter(lambda term: "", no_total, "python")
        writer = ArrayApiWriter(lambda term: "weight", no_total, "weight", "")
        rows: list[list[str]] = [[], [], []]
        for factor, *lines in lowered:
            for k, line in enumerate(lines):
                term = line.substitute({nt.Symbol("weight"): nt.Indexed("weight", ("i",))})
                written = writer.text(term)
                written = f"xp.sum({written})" if k == 0 else f"({written})"
                rows[k].append(f"({plain.text(factor)}) * {written}")
        value, slopes, bends = (" + ".join(row) for row in rows)
        if twice:
            answer, what = "Array", "The penalty's second derivatives, each parameter's by itself."
            statements, results = f"    bends = {bends}", "xp.zeros_like(weight) + bends"
        else:
            answer, what = "tuple[Array, Array]", "The penalty, and its slopes."
            statements = f"    value = {value}\n    slopes = {slopes}"
            results = "value, xp.zeros_like(weight) + slopes"
        return [
            self.filled(
                parts.FUNCTION,
                name="_penalty_bends" if twice else "_penalty",
                typed="xp: Any, weight: Array",
                answer=answer,
                what=what,
                statements=statements,
                results=results,
            )
        ]

    # -- the second derivatives ------------------------------------------------------------------

    def steep(self) -> tuple[str, str]:
        """The columns that the derivative by the score is multiplied by: those of the table, and of ones; the lines, and the name."""
        if not self.score.has_shift:
            return "", self.table
        ones = "xp.ones_like(bend)[:, None]"
        return f"    steep = xp.concat([{self.table}, {ones}], axis=1)\n", "steep"

    def pulled(self) -> str:
        """The slopes of the cost in the form's own order, where `pull` are those by the weights."""
        by = self.score.slopes[0 if self.score.has_shift else 1 :]
        inner = ", ".join(f"xp.sum({name})" for name in by)
        return f"xp.concat([pull, scale * xp.stack([{inner}])])" if inner else "pull"

    def second(self, given: str = "", taken: str = "") -> list[str]:
        """The functions of second derivatives: all, of what they are `given`, each example's, and the penalty's.

        The lines that are `taken` make the data of a module over a matrix of it.
        """
        by = ", ".join(["the score", *self.score.others])
        what = f"Each example's loss, its slopes by {by}, and the second ones."
        wanted = ["loss", *self.score.slopes, *self.score.answers]
        bends = self.function(self.form.examples(twice=True), "_bends", what, wanted)
        passed = given or f"point: Array, {', '.join(typed(self.data))}"
        return [self.hessian(passed, taken), bends, *self.penalty(twice=True)]

    def less(self) -> str:
        """What is less where the cost is the root of a mean."""
        return parts.ROOT_LESS.replace("<<table>>", self.table).replace("<<slopes>>", self.pulled())

    def hessian(self, given: str, taken: str) -> str:
        """That of all of them."""
        form, count = self.form, len(self.form.order)
        value, scale = form.reduced(self.size, "xp.sqrt")
        root = self.problem.loss.reduction == "root mean"
        lines, name = self.steep()
        around = ""
        if form.others:
            corner = [
                f"xp.stack([{', '.join(f'xp.sum({one})' for one in row[1:])}])"
                for row in self.score.bends[1:]
            ]
            around = parts.MIXED.replace("<<mixed>>", ", ".join(self.score.bends[0][1:]))
            around = around.replace("<<corner>>", ", ".join(corner)).replace("<<name>>", name)
        around += self.less() * root
        around += self.ordered("found", axis=0) + self.ordered("found", axis=1)
        if self.problem.penalty:
            around += (
                f"    further = _penalty_bends(xp, {picked('point', form.penalised, count)})\n"
            )
            around += spread("further", form.penalised, count)
            every = "_identity(xp, len(PARAMETERS), point)"
            around += f"    found = found + further[:, None] * {every}\n"
        unread = ["loss", *self.score.slopes] if root else ["_"] * (1 + len(self.score.slopes))
        return self.filled(
            parts.HESSIAN,
            given=given,
            taken=taken,
            results=unpacked([*unread, *self.score.answers], 4),
            arguments=self.arguments(form.beside, "y"),
            root=parts.ROOT.replace("<<value>>", value) * root,
            scale=scale,
            steep=lines,
            name=name,
            around=around,
        )


def typed(names: Sequence[str]) -> list[str]:
    return [f"{name}: Array" for name in names]


def no_total(writer: ExpressionWriter, body: nt.Term) -> str:
    raise AssertionError("a function of each example has no sum over them")


def stacked_hessian(problem: Problem, manner: Manner) -> list[str]:
    """The functions of the second derivatives where parameters and inputs are arguments each; none without a score.

    Examples
    --------
    >>> hessian, *_ = stacked_hessian(Problem("tanh(a*x1 + b*x2 + c*x3 + d*x4)"), Manner(indent=4))
    >>> "X, y = xp.stack(passed[4:8], axis=1), passed[8]" in hessian
    True
    """
    score = score_of(problem, FEW)
    if score is None:
        return []
    made = ArrayScore(score, manner)
    first, width = len(problem.parameters), len(problem.inputs)
    names, beside = ", ".join(made.form.passed), first + width
    taken = [f"xp.stack(passed[{first}:{beside}], axis=1)"]
    taken += [f"passed[{beside + k}]" for k, _ in enumerate(made.form.passed[1:])]
    lines = f"    point = xp.stack(passed[:{first}])\n    {names} = {', '.join(taken)}\n"
    lines += "" if made.table == "X" else "    table = _table(xp, X)\n"
    designs = [] if made.table == "X" else [made.design()]
    return [*made.second("*passed: Array", lines), *designs]
