"""The JavaScript target's module with one matrix of inputs: an array of rows, over which it loops.

Law
---
- it is as long for two hundred inputs as for twenty, but for the list of names
"""

from __future__ import annotations

import json
from collections.abc import Sequence

from symgd.codegen.evaluators.residuals import expect_squares
from symgd.codegen.expressions.context import Context, Manner, Statements
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.expressions.layout import WIDTH
from symgd.codegen.modules.fitting_source import condition, meant_for
from symgd.codegen.modules.matrix_preface import matrix_preface
from symgd.codegen.modules.preface import PLAIN
from symgd.codegen.program.jumps import expect_smooth
from symgd.codegen.program.score import Score
from symgd.codegen.program.stable import in_target, named
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.summary.penalty_squares import penalty_rows
from symgd.codegen.summary.separation import share_text
from symgd.codegen.targets import javascript_matrix_template as parts
from symgd.codegen.targets.javascript import KEYWORDS, RESERVED
from symgd.codegen.targets.javascript_expressions import JavaScriptWriter
from symgd.codegen.targets.javascript_functions import helpers_in
from symgd.codegen.targets.javascript_loops import no_total
from symgd.codegen.targets.javascript_residuals import (
    added_up,
    asking_summary,
    by_summary,
    constant_slope,
    is_summarised,
    read_of_cost,
    summary_of,
)
from symgd.codegen.targets.javascript_rules import ruled_checks, ruled_functions, ruled_step
from symgd.codegen.targets.javascript_statements import (
    block_comment,
    constants,
    indented,
    list_row,
    names_row,
    places,
)
from symgd.codegen.targets.javascript_template import (
    CHECKS,
    FUNCTIONS,
    HEAD,
    MOVED,
    TARGETS,
    WEIGHED,
)
from symgd.codegen.targets.over_matrix import OverMatrix, asks
from symgd.codegen.targets.whole_rules import SQUARES

MANNER = Manner(RESERVED, KEYWORDS, indent=0, width=WIDTH - 8)
NEEDS = "It needs nothing else."


def matrix_source(score: Score, code: RuleCode | None = None) -> str:
    """The module, as text."""
    return _EcmaMatrix(score, code).text()


class _EcmaMatrix:
    """Writes one module."""

    def __init__(self, score: Score, code: RuleCode | None) -> None:
        self.form, self.code = OverMatrix(score, "javascript", MANNER), code
        self.score, self.problem = score, score.problem
        self.table = "X" if score.is_plain else "features"
        self.summarised = is_summarised(self.problem)
        self.data = [*self.form.passed, *(["features"] if self.table != "X" else [])]

    def text(self) -> str:
        """The whole module."""
        code, moved, checks = self.code, MOVED, CHECKS
        functions = FUNCTIONS
        if code is not None:
            functions = ruled_functions(functions, code, vectors=True)
            moved, checks = ruled_step(code, vectors=True), ruled_checks(CHECKS, code)
        if self.summarised:
            functions = by_summary(functions, code, "dataOf(data)")
        functions = self.filled(
            parts.in_matrices(functions),
            of_each="",
            predicted="Float64Array",
            default="",
            predicting=self.predicting(),
        )
        written = self.formulas()
        asking = asking_summary if self.summarised else str
        helpers = map(asking, helpers_in(functions + moved + written))
        checked = [self.filled(parts.checks_of_a_matrix(checks), **self.looked_at())]
        checked += [parts.FROM, *self.more_checks()]
        whole = [self.head(), functions, moved, written, *helpers, "".join(checked)]
        return f"{block_comment(self.said())}\n\n" + "\n".join(whole)

    def said(self) -> str:
        """What the module says of itself."""
        code = self.code
        rate = "" if code is not None and code.needs == "none" else ", { learningRate: 0.01 }"
        use = [
            'import { descend, predict } from "./optimizer.mjs";',
            f"const found = descend({{ {', '.join(self.form.passed)} }}{rate});",
            "predict(found.parameters, { X });",
        ]
        title = "Gradient descent" if code is None else code.title
        return matrix_preface(self.score, title, PLAIN if code is None else code.said, NEEDS, use)

    def head(self) -> str:
        """Names and types."""
        form = self.form
        around = "".join(f", {place}" for place in form.order[form.width :])
        typed = ["X: Column[]", *(f"{name}: Column" for name in form.passed[1:])]
        return self.filled(
            parts.head_of_a_matrix(HEAD),
            parameter_list=names_row("PARAMETERS", self.problem.parameters),
            column_list=names_row("COLUMNS", self.problem.columns),
            said=", and w how much each row counts" * ("w" in form.passed),
            typed=", ".join(typed),
            inputs=str(len(self.problem.inputs)),
            weights=places(form.weights),
            around=around,
        )

    def filled(self, template: str, **given: str) -> str:
        """A template with what is passed, and more."""
        common = {"data": ", ".join(self.data), "table": self.table}
        return Context(self.problem, manner=MANNER).filled(template, **{**common, **given})

    # -- what is looked at ----------------------------------------------------------------------

    def looked_at(self) -> dict[str, str]:
        """What the checks of data are filled with."""
        form, problem = self.form, self.problem
        names = dict(zip(form.passed, ("", problem.target, problem.weights), strict=False))
        columns = [
            f"[{json.dumps(names[name])}, columnOf({json.dumps(names[name])}, data.{name})]"
            for name in form.passed[1:]
        ]
        expecting = ""
        if problem.weights is not None:
            place = str(problem.columns.index(problem.weights))
            array, at = form.column(problem.weights)
            counts = array if at is None else f"X.map((row) => row[{at}])"
            expecting = parts.EXPECTING.replace("<<place>>", place).replace("<<weights>>", counts)
        if problem.loss.targets:
            place = str(problem.columns.index(problem.target))
            expecting += parts.EXPECTING_TARGETS.replace("<<place>>", place)
        passed = " and ".join(form.passed)
        data = [*form.passed, *(["X.map(designed)"] if self.table != "X" else [])]
        return {
            "columns": list_row("", columns, ""),
            "others": ", ".join(form.passed[1:]),
            "passed": passed if len(form.passed) == 2 else "X, y and w",
            "expecting_weights": expecting,
            "data": ", ".join(data),
        }

    def more_checks(self) -> list[str]:
        """What looks at weights, and at targets that the loss is not meant for."""
        loss, found = self.problem.loss, []
        if self.problem.weights is not None:
            found.append(WEIGHED)
        if loss.targets:
            fits = condition(loss, JavaScriptWriter(lambda term: "target", no_total))
            quoted = json.dumps([*self.problem.targets])
            said = " +\n".join(f"  {part}" for part in meant_for(loss))
            found.append(TARGETS.replace("<<fits>>", fits).replace("<<targets>>", quoted))
            found.append(f"\nconst MEANT_FOR =\n{said};\n")
        return found

    # -- the formulas ---------------------------------------------------------------------------

    def formulas(self) -> str:
        """The functions with the formulas."""
        form = self.form
        wanted = ["loss", *form.slopes]
        by = ", ".join(["the score", *self.score.others])
        what = f"An example's loss, and its slopes by {by}."
        found = [self.evaluate(), self.function(form.examples(), "examples", what, wanted)]
        what = "What the model says of an example."
        found += [self.function(form.predicted(), "predicted", what, ["value"])]
        found += [self.design(), self.penalty()]
        if self.summarised:
            return "".join([*found, self.summary(), self.differences(), read_of_cost(self.code)])
        if asks(self.code, ["H"]):
            assert self.code is not None
            expect_smooth(self.problem, self.code.optimizer.name)
            what = f"The second derivatives of an example's loss by {by}, row by row."
            context = form.examples(twice=True)
            answers = [*wanted, *form.answers]
            function = self.function(context, "bends", what, answers, form.bends)
            found += [self.hessian(), function, self.penalty(twice=True)]
        if asks(self.code, SQUARES):
            assert self.code is not None
            expect_squares(self.problem, self.code.optimizer.name)
            found += [self.residuals(), self.differences()]
        return "".join(found)

    def differences(self) -> str:
        """The function of a row's residual."""
        by = ", ".join(["the score", *self.score.others])
        what = f"An example's prediction less its target, and its slopes by {by}."
        wanted = ["difference", *self.form.slopes]
        return self.function(self.form.differences(), "differences", what, wanted)

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

    def predicting(self) -> str:
        """The body of `predict`."""
        row = "X[i]" if self.table == "X" else "designed(X[i])"
        call = self.call(2, "said[i] = predicted", self.score.small.inputs[1:], row)
        return indented([parts.PREDICTING.replace("<<call>>", call)], 2)

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

    def evaluate(self) -> str:
        """The function of cost and gradient."""
        form = self.form
        inner = form.slopes[not self.score.has_shift :]
        lines = [f"pulled[{form.width + k}] += {name};" for k, name in enumerate(inner)]
        answer = "  return [value, slopes];"
        if self.problem.penalty:
            answer = parts.PENALISED.replace("<<penalised>>", places(form.penalised))
        return self.filled(
            parts.EVALUATE,
            call=self.call(6, f"const [{', '.join(['loss', *form.slopes])}] = examples"),
            inner=indented(lines, 6) + "\n" * bool(lines),
            size=self.size(),
            reduced=", ".join(form.reduced("size", "Math.sqrt")),
            answer=answer,
        )

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

    # -- what rules read beside the gradient ----------------------------------------------------

    def hessian(self) -> str:
        """The function of the second derivatives."""
        penalised = ""
        if self.problem.penalty:
            penalised = parts.PENALISED_TWICE.replace("<<penalised>>", places(self.form.penalised))
        return self.filled(
            parts.HESSIAN,
            call=self.call(4, "const bent = bends"),
            ones=", 1" * (len(self.form.order) - self.form.width),
            first=str(self.form.width + self.score.has_shift - 1),
            size=self.size(),
            scale=f"({self.form.reduced('size', 'Math.sqrt')[1]})",
            penalised=penalised,
        )

    def summary(self) -> str:
        """The functions that make a summary of the rows."""
        form, weights, weighed = self.form, self.problem.weights, ""
        slopes = form.differences().program.results[1 + (not self.score.has_shift) :]
        around, size = form.slopes[not self.score.has_shift :], "data[0].length"
        if weights is not None:
            array, entry = form.column(weights)
            size = added_up(f"data[{self.data.index(array)}]", entry)
            weighed = f"    into[{len(form.order) + 1}][at] = Math.sqrt({self.column(weights)});\n"
        fill = self.filled(
            parts.FILLING,
            call=self.call(4, f"const [{', '.join(['difference', *form.slopes])}] = differences"),
            others="".join(f", {name}" for name in around),
            last=str(len(form.order)),
            weighed=weighed,
        )
        constant = constant_slope(form.order[form.width :], slopes)
        return summary_of(self.problem, constant, size, fill, places)

    def residuals(self) -> str:
        """The function of the residuals and their derivatives."""
        form, problem = self.form, self.problem
        rows, below = penalty_rows(problem), ""
        if rows is not None:
            below = parts.BELOW.replace("<<square>>", repr(rows.square))
            below = below.replace("<<penalised>>", places(rows.places))
        each = "" if problem.weights is None else f" * {self.column(problem.weights)}"
        size = "" if problem.loss.reduction == "sum" else " / size"
        around = form.slopes[not self.score.has_shift :]
        return self.filled(
            parts.RESIDUALS,
            call=self.call(4, f"const [{', '.join(['difference', *form.slopes])}] = differences"),
            size=self.size(),
            scale=f"({share_text(problem)}{each}){size}",
            others="".join(f", {name}" for name in around),
            below=below,
        )
