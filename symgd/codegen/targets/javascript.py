"""The JavaScript target: an ES module without dependencies, for browsers and node."""

from __future__ import annotations

import json

from symgd.codegen.evaluators.residuals import expect_squares
from symgd.codegen.expressions.context import Context, Manner
from symgd.codegen.expressions.layout import WIDTH
from symgd.codegen.modules.fitting_source import condition, meant_for
from symgd.codegen.modules.preface import preface
from symgd.codegen.program.jumps import expect_smooth
from symgd.codegen.program.lower import lower, lower_hessian, lower_predictions, lower_residuals
from symgd.codegen.program.program import Program
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.targets.few_rows import is_summarised
from symgd.codegen.targets.javascript_alone import use_alone, without_data
from symgd.codegen.targets.javascript_expressions import JavaScriptWriter
from symgd.codegen.targets.javascript_functions import HELPERS, helpers_in
from symgd.codegen.targets.javascript_layout import fitted
from symgd.codegen.targets.javascript_loops import Loops, no_total
from symgd.codegen.targets.javascript_residuals import (
    asking_summary,
    by_summary,
    read_of_cost,
    residuals_source,
    summary_source,
)
from symgd.codegen.targets.javascript_rules import (
    ruled_checks,
    ruled_functions,
    ruled_head,
    ruled_step,
)
from symgd.codegen.targets.javascript_score import stacked_hessian
from symgd.codegen.targets.javascript_statements import (
    block_comment,
    constants,
    indented,
    indented_rows,
    key_of,
    list_row,
    names_row,
)
from symgd.codegen.targets.javascript_template import (
    CHECKS,
    EVALUATE,
    EXPECTING,
    EXPECTING_TARGETS,
    FUNCTIONS,
    HEAD,
    MOVED,
    TARGETS,
    WEIGHED,
    told_of_predictions,
)
from symgd.codegen.targets.whole_rules import SQUARES
from symgd.derivation.gradient import Gradient
from symgd.derivation.second_order.hessian import hessian
from symgd.problem.problem import Problem

# What no variable of a module can be called.
_KEYWORDS = """
    abstract arguments await boolean break byte case catch char class const continue debugger default delete do double
    else enum eval export extends false final finally float for function goto if implements import in instanceof int
    interface let long native new null package private protected public return short static super switch synchronized
    this throw throws transient true try typeof var void volatile while with yield
"""
KEYWORDS = frozenset(_KEYWORDS.split())
# What the functions with formulas use by themselves; a test reads the generated modules and keeps this complete.
_OWN = """
    at BLOCK columns columnsOf data end fill Float64Array i Infinity INPUTS Math NaN parameters point into start stride summarised top
    undefined valuesOf CONSTANT MISSED REACH LOST
"""
RESERVED = KEYWORDS | frozenset(_OWN.split()) | frozenset(HELPERS)
MANNER = Manner(RESERVED, KEYWORDS, indent=0, width=WIDTH - 8)


HESSIAN = """\
/** The second derivatives of the cost, row by row. */
function hessian(point, data) {
"""


def source(problem: Problem, gradient: Gradient, *, code: RuleCode | None = None) -> str:
    """An ES module that minimises the problem's cost, with its derivation, as text.

    It exports `predict, cost, gradient, costAndGradient, update, descend`, and needs nothing else.
    """
    return _EcmaModule(problem, gradient, code).text()


class _EcmaModule:
    """Writes one module."""

    def __init__(self, problem: Problem, gradient: Gradient, code: RuleCode | None = None) -> None:
        self.problem, self.gradient, self.code = problem, gradient, code
        self.context = _context(problem, lower(problem, gradient, "javascript"))
        self.fitting = str if problem.has_examples else without_data
        self.summarised = problem.has_examples and is_summarised(problem)

    def text(self) -> str:
        """The whole module."""
        loops, fitting = Loops(self.context), self.fitting
        asking = asking_summary if self.summarised else str
        kept = [*self.context.columns, *loops.hoisted]
        written = self.context.filled(
            fitting(EVALUATE),
            beside=": more columns, and numbers" if loops.hoisted else "",
            preparing=indented(loops.preparing(kept), 2),
            evaluating=indented(loops.evaluating(kept), 2),
        )
        functions = fitted(self.functions())
        moved, checks = MOVED, told_of_predictions(self.problem, CHECKS)
        if self.code is not None:
            functions, moved = ruled_functions(functions, self.code), fitting(ruled_step(self.code))
            written += self.of_cost(self.code)
            checks = ruled_checks(checks, self.code)
        if self.summarised:
            functions = by_summary(functions, self.code)
            program = lower_residuals(self.problem, "javascript")
            written += summary_source(_context(self.problem, program))
        written = fitted(written)
        helpers = [*map(asking, helpers_in(written + functions + moved))]
        helpers, checks = [*map(fitting, helpers)], self.checks(fitting(checks))
        parts = [self.head(), fitting(functions), moved, written, *helpers, checks]
        return f"{block_comment(self.preface())}\n\n" + "\n".join(parts)

    def checks(self, checks: str) -> str:
        """What looks at the data, at weights too, and at targets that the loss is not meant for."""
        weights, loss = self.problem.weights, self.problem.loss
        expecting, more = "", ""
        if weights is not None:
            place = str(self.problem.columns.index(weights))
            expecting, more = EXPECTING.replace("<<place>>", place), WEIGHED
        if loss.targets:
            fits = condition(loss, JavaScriptWriter(lambda term: "target", no_total))
            quoted = ", ".join(json.dumps(name) for name in self.problem.targets)
            expecting += EXPECTING_TARGETS
            more += TARGETS.replace("<<fits>>", fits).replace("<<targets>>", f"[{quoted}]")
            said = " +\n".join(f"  {part}" for part in meant_for(loss))
            more += f"\nconst MEANT_FOR =\n{said};\n"
        return checks.replace("<<expecting_weights>>", expecting) + more

    def of_cost(self, code: RuleCode) -> str:
        """The functions of what the rule reads of the cost beside its gradient."""
        written, used = "", code.rule.used
        if self.summarised:
            return read_of_cost(code)
        if "H" in used:
            expect_smooth(self.problem, code.optimizer.name)
            stacked = stacked_hessian(self.problem, MANNER)
            written += stacked or _by_pairs(self.problem, self.gradient)
        if used & {*SQUARES}:
            expect_squares(self.problem, code.optimizer.name)
            program = lower_residuals(self.problem, "javascript")
            written += residuals_source(_context(self.problem, program))
        return written

    def preface(self) -> str:
        """What the module says of itself."""
        needs = "It needs nothing else."
        if not self.problem.has_examples:
            use = use_alone([*map(key_of, self.problem.parameters)], self.code)
            return preface(self.problem, self.gradient, needs, use, self.code)
        data = f"{{ {', '.join(map(key_of, self.problem.columns))} }}"
        inputs = f"{{ {', '.join(map(key_of, self.problem.inputs))} }}"
        rate = (
            ""
            if self.code is not None and self.code.needs == "none"
            else ", { learningRate: 0.01 }"
        )
        use = (
            'import { descend, predict } from "./optimizer.mjs";',
            f"const found = descend({data}{rate});",
            f"predict(found.parameters, {inputs});"
            if self.problem.inputs
            else "predict(found.parameters);",
        )
        return preface(self.problem, self.gradient, needs, use, self.code)

    def head(self) -> str:
        """Names and types."""
        return self.context.filled(
            self.fitting(ruled_head(HEAD, self.code)),
            parameter_list=names_row("PARAMETERS", self.problem.parameters),
            column_list=names_row("COLUMNS", self.problem.columns),
            input_list=names_row("INPUTS", self.problem.inputs),
        )

    def functions(self) -> str:
        """What is exported."""
        if not self.problem.has_examples:
            return FUNCTIONS
        several = len(self.problem.targets) > 1
        context = _context(self.problem, lower_predictions(self.problem, "javascript"))
        return context.filled(
            FUNCTIONS,
            of_each=", an array for each score" if several else "",
            predicted="Float64Array[]" if several else "Float64Array",
            default="" if self.problem.inputs else " = {}",
            predicting=indented(_predicting(context), 2),
        )


def _context(problem: Problem, program: Program) -> Context:
    return Context(problem, program, MANNER)


def _by_pairs(problem: Problem, gradient: Gradient) -> str:
    """The function of the second derivatives, each of which is derived."""
    program, pairs = lower_hessian(problem, gradient, lambda: hessian(gradient), "javascript")
    context = _context(
        problem, Program((), (*program.hoisted, *program.assignments), program.results)
    )
    names = [context.names.give("second", f"curvature_{i + 1}_{k + 1}") for i, k in pairs]
    body = Loops(context).evaluating(context.columns, names)
    known = {
        place: name for pair, name in zip(pairs, names, strict=True) for place in (pair, pair[::-1])
    }
    count = range(len(problem.parameters))
    rows = [f"[{', '.join(known[i, k] for k in count)}]" for i in count]
    body.append(list_row("return ", rows, ";"))
    head = HESSIAN if problem.has_examples else without_data(HESSIAN)
    return f"\n{head}{indented(body, 2)}\n}}\n"


def _predicting(context: Context) -> list[str]:
    """The body of `predict` after the parameters."""
    loops, problem, program = Loops(context), context.problem, context.program
    loops.stored = set()
    inputs = context.columns[: len(problem.inputs)]
    names = [
        context.names.give("said", f"said_{k + 1}" if len(program.results) > 1 else "said")
        for k in range(len(program.results))
    ]
    body: list[str] = []
    for part in (*program.hoisted, *program.assignments):
        body += constants(loops.lines, context.identifier(part.local), part.term)
    for name, term in zip(names, program.results, strict=True):
        body += constants(loops.lines, f"{name}[i]", term, "")
    count = f"{inputs[0]}.length" if inputs else "1"
    head = [list_row("const ", context.parameters, " = valuesOf(parameters);")]
    head += [list_row("const ", inputs, " = columnsOf(data, INPUTS);")] if inputs else []
    head.append(f"const {context.count} = {count};")
    head += [f"const {name} = new Float64Array({context.count});" for name in names]
    loop = f"for (let i = 0; i < {context.count}; i += 1) {{"
    answer = f"return {names[0]};" if len(names) == 1 else list_row("return ", names, ";")
    return [*head, loop, *indented_rows(body), "}", answer]
