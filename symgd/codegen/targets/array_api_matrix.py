"""The array API target's module with one matrix of inputs: the rule's step is over one array of all parameters.

Law
---
- it is as long for two hundred inputs as for twenty, but for the list of names
"""

from __future__ import annotations

from symgd.codegen.evaluators.residuals import expect_squares
from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import Context, written_tuple
from symgd.codegen.modules.embedding import embedded
from symgd.codegen.modules.fitting_source import fitting, told_of_predictions
from symgd.codegen.modules.matrix_preface import matrix_preface
from symgd.codegen.modules.preface import PLAIN
from symgd.codegen.program.jumps import expect_smooth
from symgd.codegen.program.score import Score
from symgd.codegen.rules import line_search, rule_words
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.summary.penalty_squares import penalty_rows
from symgd.codegen.summary.separation import share_text
from symgd.codegen.targets import array_api_matrix_template as parts
from symgd.codegen.targets.array_api import KNOWN, MANNER, NEEDS
from symgd.codegen.targets.array_api_functions import helpers_in
from symgd.codegen.targets.array_api_places import picked, spread
from symgd.codegen.targets.array_api_rules import ruled_checks, ruled_functions, ruled_step
from symgd.codegen.targets.array_api_score import ArrayScore, typed
from symgd.codegen.targets.array_api_summary import (
    asking_summary,
    by_summary,
    preparing,
    rows_source,
    summary_source,
)
from symgd.codegen.targets.array_api_template import CHECKS, FUNCTIONS, HEAD, RESULT, WEIGHED
from symgd.codegen.targets.few_rows import constant_slope, is_summarised
from symgd.codegen.targets.over_matrix import asks
from symgd.codegen.targets.whole_rules import SQUARES


def matrix_source(score: Score, code: RuleCode | None = None) -> str:
    """The module, as text."""
    return _ArrayMatrix(score, code).text()


class _ArrayMatrix(ArrayScore):
    """Writes one module."""

    def __init__(self, score: Score, code: RuleCode | None) -> None:
        super().__init__(score, MANNER)
        self.code = code
        self.summarised = is_summarised(self.problem)

    def text(self) -> str:
        """The whole module."""
        code, named = self.code, Context(self.problem, manner=MANNER)
        functions = FUNCTIONS if code is None else ruled_functions(FUNCTIONS, code, vectors=True)
        settings, step = ("", parts.MOVED)
        if code is not None:
            settings, step = ruled_step(code, KNOWN, vectors=True)
        asking = asking_summary if self.summarised else str
        if self.summarised:
            functions, step = by_summary(functions, code), asking(step)
        written = [
            self.predict(),
            named.filled(parts.in_vectors(functions), **self.names()),
            parts.in_vectors(RESULT),
            parts.in_vectors(step),
            *self.formulas(),
        ]
        helpers = [asking(parts.in_vectors(text)) for text in helpers_in("".join(written))]
        lines = embedded([rule_words, line_search], *written, *helpers).strip()
        head = self.head(named, "".join([*helpers, lines]))
        more = [f"{lines}\n"] if code is not None and lines else []
        checked = told_of_predictions(self.problem, CHECKS)
        checked = checked if code is None else ruled_checks(checked, code, vectors=True)
        checks = [parts.checks_of_a_matrix(checked)]
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
        prepares = "" if self.table == "X" else "    data = _prepared(xp, *data)\n"
        return {
            "columns": ", ".join(form.passed),
            "arrays": ", ".join(typed(form.passed)),
            "array_lines": ",\n    ".join(typed(form.passed)),
            "expecting_weights": expecting,
            "prepared": "data" if self.table == "X" else "_prepared(xp, *data)",
            "preparing": preparing(self.code, prepares) if self.summarised else prepares,
        }

    # -- the formulas ---------------------------------------------------------------------------

    def formulas(self) -> list[str]:
        """The functions with the formulas."""
        found = [self.evaluate(), self.examples(), *self.penalty()]
        if self.table == "table":
            found = [self.prepared(), self.design(), *found]
        if self.summarised:
            return [*found, self.differences(), *self.summary()]
        if asks(self.code, ["H"]):
            assert self.code is not None
            expect_smooth(self.problem, self.code.optimizer.name)
            found += self.second()
        if asks(self.code, SQUARES):
            assert self.code is not None
            expect_squares(self.problem, self.code.optimizer.name)
            found += [self.residuals(), self.differences()]
        return found

    def differences(self) -> str:
        """The function of each example's difference and the prediction's slopes."""
        by = ", ".join(["the score", *self.score.others])
        what = f"Each example's prediction less its target, and its slopes by {by}."
        wanted = ["difference", *self.score.slopes]
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
        template = parts.PREPARED.replace("<<typed>>", ", ".join(typed(passed)))
        return template.replace("<<passed>>", ", ".join(passed))

    def evaluate(self) -> str:
        """The function of cost and gradient."""
        form = self.form
        count = len(form.order)
        lines = self.ordered("slopes")
        if self.problem.penalty:
            chosen = picked("point", form.penalised, count)
            lines += parts.PENALISED.replace("<<chosen>>", chosen)
            lines += spread("further", form.penalised, count)
            lines += "    value, slopes = value + extra, slopes + further\n"
        return self.filled(
            parts.EVALUATE,
            results=", ".join(["loss", *self.score.slopes]),
            arguments=self.arguments(form.beside, "y"),
            reduced=", ".join(form.reduced(self.size, "xp.sqrt")),
            table=self.table,
            slopes=self.pulled(),
            lines=lines,
        )

    # -- what rules read beside the gradient ----------------------------------------------------

    def summary(self) -> list[str]:
        """The functions of few rows in the place of all."""
        form, weights = self.form, self.problem.weights
        slopes = form.differences().program.results[1 + (not self.score.has_shift) :]
        constant = constant_slope(form.order[form.width :], slopes)
        lines = "" if self.table == "X" else "    table = _table(xp, X)\n"
        called = ", ".join(["difference", *self.score.slopes])
        lines += f"    {called} = _differences({self.arguments(form.beside, 'y')})\n"
        lines += f"    table_ = {self.slopes_of_rows()}\n{self.ordered('table_', axis=1)}"
        column, place = "", ""
        if weights is not None:
            array, entry = form.column(weights)
            column = self.column(weights)
            place = f"data[{form.passed.index(array)}]" + ("" if entry is None else f"[:, {entry}]")
        rows = rows_source(typed(form.passed), lines.rstrip(), "difference", constant, column)
        return [rows, summary_source(self.problem, self.code, constant, place, parts.in_vectors)]

    def slopes_of_rows(self) -> str:
        """The slopes of each row's prediction, in the form's own order."""
        columns = [f"slope[:, None] * {self.table}"]
        columns += [
            f"{name}[:, None]" for name in self.score.slopes[0 if self.score.has_shift else 1 :]
        ]
        return columns[0] if len(columns) == 1 else f"xp.concat([{', '.join(columns)}], axis=1)"

    def residuals(self) -> str:
        """The function of the residuals and their derivatives."""
        form, count, problem = self.form, len(self.form.order), self.problem
        below, penalty = "", penalty_rows(problem)
        if penalty is not None:
            chosen = picked("every", [*penalty.places], count, axis=0)
            below = parts.BELOW.replace("<<square>>", repr(penalty.square))
            below = below.replace("<<chosen>>", chosen)
        return self.filled(
            parts.RESIDUALS,
            results=", ".join(["difference", *self.score.slopes]),
            arguments=self.arguments(form.beside, "y"),
            scale=self.scale_of_squares(),
            by_rows="" if problem.weights is None else "[:, None]",
            columns=self.slopes_of_rows(),
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
