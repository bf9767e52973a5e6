"""The array API target's module with one matrix of inputs: the rule's step is over one array of all parameters.

Law
---
- it is as long for two hundred inputs as for twenty, but for the list of names
"""

from __future__ import annotations

from collections.abc import Sequence

from symgd import terms as nt
from symgd.codegen.evaluators.residuals import expect_squares
from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import Context, Manner, Statements, written_tuple
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.modules.embedding import embedded
from symgd.codegen.modules.fitting_source import fitting
from symgd.codegen.modules.matrix_preface import matrix_preface
from symgd.codegen.modules.preface import PLAIN
from symgd.codegen.program.jumps import expect_smooth
from symgd.codegen.program.program import is_array
from symgd.codegen.program.score import Score
from symgd.codegen.program.stable import in_target, named
from symgd.codegen.rules import line_search, rule_words
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.summary.penalty_squares import penalty_rows
from symgd.codegen.summary.separation import share_text
from symgd.codegen.targets import array_api_matrix_template as parts
from symgd.codegen.targets.array_api import KNOWN, NEEDS
from symgd.codegen.targets.array_api_expressions import ArrayApiWriter
from symgd.codegen.targets.array_api_functions import helpers_in
from symgd.codegen.targets.array_api_places import picked, spread
from symgd.codegen.targets.array_api_rules import ruled_checks, ruled_functions, ruled_step
from symgd.codegen.targets.array_api_template import CHECKS, FUNCTIONS, HEAD, RESULT, WEIGHED
from symgd.codegen.targets.over_matrix import OverMatrix, asks, back
from symgd.codegen.targets.whole_rules import SQUARES

MANNER = Manner(reserved=KNOWN, indent=4)


def matrix_source(score: Score, code: RuleCode | None = None) -> str:
    """The module, as text."""
    return _ArrayMatrix(score, code).text()


class _ArrayMatrix:
    """Writes one module."""

    def __init__(self, score: Score, code: RuleCode | None) -> None:
        self.form, self.code = OverMatrix(score, "array_api", MANNER), code
        self.score, self.problem = score, score.problem
        self.table = "X" if score.is_plain else "table"
        self.data = [*(["table"] if self.table == "table" else []), *self.form.passed]

    def text(self) -> str:
        """The whole module."""
        code, named = self.code, Context(self.problem, manner=MANNER)
        functions = FUNCTIONS if code is None else ruled_functions(FUNCTIONS, code, vectors=True)
        settings, step = ("", parts.MOVED)
        if code is not None:
            settings, step = ruled_step(code, KNOWN, vectors=True)
        written = [
            self.predict(),
            named.filled(parts.in_vectors(functions), **self.names()),
            parts.in_vectors(RESULT),
            parts.in_vectors(step),
            *self.formulas(),
        ]
        helpers = [*map(parts.in_vectors, helpers_in("".join(written)))]
        lines = embedded([rule_words, line_search], *written, *helpers).strip()
        head = self.head(named, "".join([*helpers, lines]))
        more = [f"{lines}\n"] if code is not None and lines else []
        checks = [parts.checks_of_a_matrix(CHECKS if code is None else ruled_checks(CHECKS, code))]
        checks += [parts.IS_FINITE] * ("_is_finite(" in written[1])
        checks += filter(None, [fitting(self.problem, parts.TARGETS)])
        checks += [] if self.problem.weights is None else [WEIGHED]
        whole = [head, *([settings] if settings else []), *written, *more, *helpers, *checks]
        fitted = layout.fitted("\n\n".join(whole))
        return f'"""{layout.docstring(self.said())}"""\n\n{fitted}'

    def said(self) -> str:
        """What the module says of itself."""
        code = self.code
        rate = [] if code is not None and code.needs == "none" else ["learning_rate=0.01"]
        use = [f"found = descend({', '.join([*self.form.passed, *rate])})"]
        use.append("predict(found.parameters, X)")
        title = "Gradient descent" if code is None else code.title
        return matrix_preface(self.score, title, PLAIN if code is None else code.said, NEEDS, use)

    def head(self, named: Context, helpers: str) -> str:
        """Imports, names and types."""
        head = named.filled(HEAD)
        if self.code is not None and "Callable[" in helpers:
            head = head.replace("import Mapping, Sequence", "import Callable, Mapping, Sequence")
        passed = written_tuple(f'"{name}"' for name in self.form.passed)
        own = f"PASSED = {passed}  # how data are passed: the inputs as one matrix\n"
        own += (
            f"WIDTH = {len(self.problem.inputs)}  # how many columns X has, the first of COLUMNS\n"
        )
        return parts.in_vectors(head).replace("FAR = ", f"{own}FAR = ", 1)

    def names(self) -> dict[str, str]:
        """What the templates of functions are filled with."""
        form, problem = self.form, self.problem
        weights = problem.weights
        expecting = ""
        if weights is not None:
            array, place = form.column(weights)
            at = f"data[{form.passed.index(array)}]" + ("" if place is None else f"[:, {place}]")
            name = f"COLUMNS[{problem.columns.index(weights)}]"
            expecting = f"    _expect_weights(xp, {name}, {at})\n"
        expecting += "    _expect_targets(xp, data)\n" * bool(problem.loss.targets)
        return {
            "columns": ", ".join(form.passed),
            "arrays": ", ".join(_typed(form.passed)),
            "array_lines": ",\n    ".join(_typed(form.passed)),
            "expecting_weights": expecting,
            "prepared": "data" if self.table == "X" else "_prepared(xp, *data)",
            "preparing": "" if self.table == "X" else "    data = _prepared(xp, *data)\n",
            "typed": ", ".join(_typed(self.data)),
        }

    # -- the formulas ---------------------------------------------------------------------------

    def formulas(self) -> list[str]:
        """The functions with the formulas."""
        found = [self.evaluate(), self.examples(self.form.examples()), *self.penalty()]
        if self.table == "table":
            found = [self.prepared(), self.design(), *found]
        if asks(self.code, ["H"]):
            assert self.code is not None
            expect_smooth(self.problem, self.code.optimizer.name)
            found += [self.hessian(), self.examples(self.form.examples(twice=True), twice=True)]
            found += self.penalty(twice=True)
        if asks(self.code, SQUARES):
            assert self.code is not None
            expect_squares(self.problem, self.code.optimizer.name)
            found += [self.residuals(), self.differences()]
        return found

    def function(self, context: Context, name: str, what: str, wanted: Sequence[str]) -> str:
        """A function of score, parameters and columns, an array for each result."""
        like = context.columns[0]
        lines = Statements(
            context,
            writer=ArrayApiWriter(
                context.identifier, _no_total, like, context.problem.notation.count
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
            typed=", ".join(["xp: Any", *_typed(names)]),
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

    def examples(self, context: Context, twice: bool = False) -> str:
        """The function of each example's loss and slopes."""
        form = self.form
        by = ", ".join(["the score", *self.score.others])
        if twice:
            wanted = ["loss", *form.slopes, *form.answers]
            return self.function(
                context,
                "_bends",
                f"Each example's loss, its slopes by {by}, and the second ones.",
                wanted,
            )
        what = f"Each example's loss, and its slopes by {by}."
        return self.function(context, "_examples", what, ["loss", *form.slopes])

    def differences(self) -> str:
        """The function of each example's difference and the prediction's slopes."""
        by = ", ".join(["the score", *self.score.others])
        what = f"Each example's prediction less its target, and its slopes by {by}."
        wanted = ["difference", *self.form.slopes]
        return self.function(self.form.differences(), "_differences", what, wanted)

    def predict(self) -> str:
        """The function that says what the model predicts."""
        columns = self.score.small.inputs[1:]
        function = self.function(
            self.form.predicted(), "_predicted", "What the model says of each example.", ["value"]
        )
        table = "" if self.table == "X" else "    table = _table(xp, X)\n"
        arguments = self.arguments(columns, "X[:, 0]")
        template = parts.PREDICT.replace("<<table>>", table)
        return f"{template.replace('<<arguments>>', arguments)}\n\n{function}"

    def prepared(self) -> str:
        """The function of what is worked out once."""
        passed = self.form.passed
        template = parts.PREPARED.replace("<<typed>>", ", ".join(_typed(passed)))
        return template.replace("<<passed>>", ", ".join(passed))

    def design(self) -> str:
        """The function of what the weights are multiplied by."""
        chosen = self.form.chosen
        if chosen is not None:
            columns = picked("X", chosen, len(self.problem.inputs), axis=1)
            return parts.TABLE.replace("<<columns>>", columns)
        names = Context(self.problem, manner=MANNER)
        writer = ArrayApiWriter(
            lambda term: self.column(getattr(term, "name", "")), _no_total, "X[:, 0]", names.count
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

    def evaluate(self) -> str:
        """The function of cost and gradient."""
        form = self.form
        inner = [f"xp.sum({name})" for name in form.slopes[0 if self.score.has_shift else 1 :]]
        found = "pull"
        if inner:
            found = f"xp.concat([pull, scale * xp.stack([{', '.join(inner)}])])"
        count = len(form.order)
        lines = self.ordered("slopes")
        if self.problem.penalty:
            chosen = picked("point", form.penalised, count)
            lines += parts.PENALISED.replace("<<chosen>>", chosen)
            lines += spread("further", form.penalised, count)
            lines += "    value, slopes = value + extra, slopes + further\n"
        return self.filled(
            parts.EVALUATE,
            results=", ".join(["loss", *form.slopes]),
            arguments=self.arguments(form.beside, "y"),
            reduced=", ".join(form.reduced(self.size, "xp.sqrt")),
            table=self.table,
            slopes=found,
            lines=lines,
        )

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

    def filled(self, template: str, **given: str) -> str:
        """A template with what is passed, and more."""
        context = Context(self.problem, manner=MANNER)
        return context.filled(template, **{**self.names(), **given})

    def penalty(self, twice: bool = False) -> list[str]:
        """The function of the penalised parameters, if any."""
        lowered = self.form.penalty(twice)
        if not lowered:
            return []
        plain = ExpressionWriter(lambda term: "", _no_total, "python")
        writer = ArrayApiWriter(lambda term: "weight", _no_total, "weight", "")
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

    # -- what rules read beside the gradient ----------------------------------------------------

    def steep(self) -> tuple[str, str]:
        """The columns that the derivative by the score is multiplied by: those of the table, and of ones; the lines, and the name."""
        if not self.score.has_shift:
            return "", self.table
        ones = "xp.ones_like(bend)[:, None]"
        return f"    steep = xp.concat([{self.table}, {ones}], axis=1)\n", "steep"

    def hessian(self) -> str:
        """The function of the second derivatives."""
        form, count = self.form, len(self.form.order)
        lines, name = self.steep()
        around = ""
        if form.others:
            corner = [
                f"xp.stack([{', '.join(f'xp.sum({one})' for one in row[1:])}])"
                for row in form.bends[1:]
            ]
            around = parts.MIXED.replace("<<mixed>>", ", ".join(form.bends[0][1:]))
            around = around.replace("<<corner>>", ", ".join(corner)).replace("<<name>>", name)
        around += self.ordered("found", axis=0) + self.ordered("found", axis=1)
        if self.problem.penalty:
            around += (
                f"    further = _penalty_bends(xp, {picked('point', form.penalised, count)})\n"
            )
            around += spread("further", form.penalised, count)
            every = "_identity(xp, len(PARAMETERS), point)"
            around += f"    found = found + further[:, None] * {every}\n"
        return self.filled(
            parts.HESSIAN,
            results=", ".join(["_", *["_"] * len(form.slopes), *form.answers]),
            arguments=self.arguments(form.beside, "y"),
            scale=form.reduced(self.size, "xp.sqrt")[1],
            steep=lines,
            name=name,
            around=around,
        )

    def residuals(self) -> str:
        """The function of the residuals and their derivatives."""
        form, count, problem = self.form, len(self.form.order), self.problem
        columns = [f"slope[:, None] * {self.table}"]
        columns += [f"{name}[:, None]" for name in form.slopes[0 if self.score.has_shift else 1 :]]
        table = columns[0] if len(columns) == 1 else f"xp.concat([{', '.join(columns)}], axis=1)"
        below, penalty = "", penalty_rows(problem)
        if penalty is not None:
            chosen = picked("every", [*penalty.places], count, axis=0)
            below = parts.BELOW.replace("<<square>>", repr(penalty.square))
            below = below.replace("<<chosen>>", chosen)
        return self.filled(
            parts.RESIDUALS,
            results=", ".join(["difference", *form.slopes]),
            arguments=self.arguments(form.beside, "y"),
            scale=self.scale_of_squares(),
            by_rows="" if problem.weights is None else "[:, None]",
            columns=table,
            ordered=self.ordered("table", axis=1),
            below=below,
        )

    def scale_of_squares(self) -> str:
        """What residuals are multiplied by, so that the cost is the sum of their squares."""
        share, weights = share_text(self.problem), self.problem.weights
        whole = self.problem.loss.reduction == "sum"
        below = "" if whole else f" / {self.size}"
        if weights is None:
            return f"math.sqrt({share}{below})"
        column = self.column(weights)
        above = column if share == "1" else f"{share} * {column}"
        return f"xp.sqrt({above}{below})"


def _typed(names: Sequence[str]) -> list[str]:
    return [f"{name}: Array" for name in names]


def _no_total(writer: ExpressionWriter, body: nt.Term) -> str:
    raise AssertionError("a function of each example has no sum over them")
