"""The JavaScript target's module with one matrix of inputs: an array of rows, over which it loops.

Law
---
- it is as long for two hundred inputs as for twenty, but for the list of names
"""

from __future__ import annotations

import json

from symgd.codegen.evaluators.residuals import expect_squares
from symgd.codegen.modules.fitting_source import condition, meant_for
from symgd.codegen.modules.matrix_preface import matrix_preface
from symgd.codegen.modules.preface import PLAIN
from symgd.codegen.program.jumps import expect_smooth
from symgd.codegen.program.score import Score
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.summary.penalty_squares import penalty_rows
from symgd.codegen.summary.separation import share_text
from symgd.codegen.targets import javascript_matrix_template as parts
from symgd.codegen.targets.few_rows import constant_slope, is_summarised
from symgd.codegen.targets.javascript import MANNER
from symgd.codegen.targets.javascript_expressions import JavaScriptWriter
from symgd.codegen.targets.javascript_functions import helpers_in
from symgd.codegen.targets.javascript_loops import no_total
from symgd.codegen.targets.javascript_residuals import (
    added_up,
    asking_summary,
    by_summary,
    read_of_cost,
    summary_of,
)
from symgd.codegen.targets.javascript_rules import (
    ruled_checks,
    ruled_functions,
    ruled_head,
    ruled_step,
)
from symgd.codegen.targets.javascript_score import ScriptScore
from symgd.codegen.targets.javascript_statements import (
    block_comment,
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
    told_of_predictions,
)
from symgd.codegen.targets.over_matrix import asks
from symgd.codegen.targets.whole_rules import SQUARES

NEEDS = "It needs nothing else."


def matrix_source(score: Score, code: RuleCode | None = None) -> str:
    """The module, as text."""
    return _EcmaMatrix(score, code).text()


class _EcmaMatrix(ScriptScore):
    """Writes one module."""

    def __init__(self, score: Score, code: RuleCode | None) -> None:
        super().__init__(score, MANNER)
        self.code = code
        self.summarised = is_summarised(self.problem)

    def text(self) -> str:
        """The whole module."""
        code, moved, checks = self.code, MOVED, told_of_predictions(self.problem, CHECKS)
        functions = FUNCTIONS
        if code is not None:
            functions = ruled_functions(functions, code, vectors=True)
            moved, checks = ruled_step(code, vectors=True), ruled_checks(checks, code)
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
            parts.head_of_a_matrix(ruled_head(HEAD, self.code)),
            parameter_list=names_row("PARAMETERS", self.problem.parameters),
            column_list=names_row("COLUMNS", self.problem.columns),
            said=", and w how much each row counts" * ("w" in form.passed),
            typed=", ".join(typed),
            inputs=str(len(self.problem.inputs)),
            weights=places(form.weights),
            around=around,
        )

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
        wanted = ["loss", *self.score.slopes]
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
            found += self.second()
        if asks(self.code, SQUARES):
            assert self.code is not None
            expect_squares(self.problem, self.code.optimizer.name)
            found += [self.residuals(), self.differences()]
        return "".join(found)

    def differences(self) -> str:
        """The function of a row's residual."""
        by = ", ".join(["the score", *self.score.others])
        what = f"An example's prediction less its target, and its slopes by {by}."
        wanted = ["difference", *self.score.slopes]
        return self.function(self.form.differences(), "differences", what, wanted)

    def predicting(self) -> str:
        """The body of `predict`."""
        row = "X[i]" if self.table == "X" else "designed(X[i])"
        call = self.call(2, "said[i] = predicted", self.score.small.inputs[1:], row)
        return indented([parts.PREDICTING.replace("<<call>>", call)], 2)

    def evaluate(self) -> str:
        """The function of cost and gradient."""
        form = self.form
        inner = self.score.slopes[not self.score.has_shift :]
        lines = [f"pulled[{form.width + k}] += {name};" for k, name in enumerate(inner)]
        answer = "  return [value, slopes];"
        if self.problem.penalty:
            answer = parts.PENALISED.replace("<<penalised>>", places(form.penalised))
        return self.filled(
            parts.EVALUATE,
            call=self.call(6, f"const [{', '.join(['loss', *self.score.slopes])}] = examples"),
            inner=indented(lines, 6) + "\n" * bool(lines),
            size=self.size(),
            reduced=", ".join(form.reduced("size", "Math.sqrt")),
            answer=answer,
            ordered=parts.ORDERED,
        )

    # -- what rules read beside the gradient ----------------------------------------------------

    def summary(self) -> str:
        """The functions that make a summary of the rows."""
        form, weights, weighed = self.form, self.problem.weights, ""
        slopes = form.differences().program.results[1 + (not self.score.has_shift) :]
        around, size = self.score.slopes[not self.score.has_shift :], "data[0].length"
        if weights is not None:
            array, entry = form.column(weights)
            size = added_up(f"data[{self.data.index(array)}]", entry)
            weighed = f"    into[{len(form.order) + 1}][at] = Math.sqrt({self.column(weights)});\n"
        fill = self.filled(
            parts.FILLING,
            call=self.call(
                4, f"const [{', '.join(['difference', *self.score.slopes])}] = differences"
            ),
            others="".join(f", {name}" for name in around),
            last=str(len(form.order)),
            weighed=weighed,
        )
        constant = constant_slope(form.order[form.width :], slopes)
        return summary_of(self.problem, constant, size, fill, places)

    def residuals(self) -> str:
        """The function of the residuals and their derivatives."""
        problem = self.problem
        rows, below = penalty_rows(problem), ""
        if rows is not None:
            below = parts.BELOW.replace("<<square>>", repr(rows.square))
            below = below.replace("<<penalised>>", places(rows.places))
        each = "" if problem.weights is None else f" * {self.column(problem.weights)}"
        size = "" if problem.loss.reduction == "sum" else " / size"
        around = self.score.slopes[not self.score.has_shift :]
        return self.filled(
            parts.RESIDUALS,
            call=self.call(
                4, f"const [{', '.join(['difference', *self.score.slopes])}] = differences"
            ),
            size=self.size(),
            scale=f"({share_text(problem)}{each}){size}",
            others="".join(f", {name}" for name in around),
            below=below,
        )
