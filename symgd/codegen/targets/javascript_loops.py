"""A program as loops of JavaScript over the examples."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.codegen.expressions.context import Context, Statements
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.program.program import Assignment, Local, Total, is_array
from symgd.codegen.targets.javascript_expressions import JavaScriptWriter
from symgd.codegen.targets.javascript_statements import (
    constants,
    indented_rows,
    list_row,
)
from symgd.errors import GenerationError
from symgd.terms import Indexed, Term


class Loops:
    """A program as loops over the examples: what the data alone decide, then cost and gradient."""

    def __init__(self, context: Context) -> None:
        self.context, self.program = context, context.program
        self.hoisted = [context.identifier(part.local) for part in self.program.hoisted]
        self.stored = {part.local.name for part in self.program.hoisted if part.local.array}
        self.totals: dict[Term, Local] = {}
        self.lines = Statements(context, writer=JavaScriptWriter(self.name, no_total, "javascript"))

    def preparing(self, kept: Sequence[str]) -> list[str]:
        """The body of the function that works out what the data alone decide."""
        if not self.hoisted:
            return ["return columns;"]
        arrays = [self.context.identifier(p.local) for p in self.program.hoisted if p.local.array]
        lines = [list_row("const ", self.context.columns, " = columns;"), *self.counting()]
        lines += [f"const {name} = new Float64Array({self.context.count});" for name in arrays]
        before, loop, after = self.parted(self.program.hoisted)
        lines += [*self.constants(before), *self.loop(loop, self.found_in(after))]
        lines += self.constants(after)
        return [*lines, list_row("return ", kept, ";")]

    def evaluating(self, kept: Sequence[str], named: Sequence[str] = ()) -> list[str]:
        """The body of the function of cost and gradient; with results that are `named` what comes before they are answered."""
        self.totals = {}
        before, loop, after = self.parted(self.program.assignments)
        results = [self.without_totals(term) for term in self.program.results]
        lines = [list_row("const ", self.context.parameters, " = point;")]
        lines += [list_row("const ", kept, " = data;"), *self.counting()] if kept else []
        lines += [*self.constants(before), *self.loop(loop, self.totals), *self.constants(after)]
        if named:
            for name, term in zip(named, results, strict=True):
                lines += constants(self.lines, name, term)
            return lines
        names = self.context.names
        cost = names.give("result", "value", own=True)
        for name, term in zip((cost, *self.context.slopes), results, strict=True):
            lines += constants(self.lines, name, term)
        return [*lines, list_row(f"return [{cost}, ", self.context.slopes, "];")]

    def counting(self) -> list[str]:
        return [f"const {self.context.count} = {self.context.columns[-1]}.length;"]

    def parted(
        self, parts: Sequence[Assignment]
    ) -> tuple[list[Assignment], list[Assignment], list[Assignment]]:
        """What comes before the loop, what stands in it, and what needs its sums."""
        before: list[Assignment] = []
        loop: list[Assignment] = []
        after: list[Assignment] = []
        late: set[Term] = set()
        for part in parts:
            term = self.without_totals(part.term)
            if term != part.term or any(inner in late for inner in term.parts()):
                if is_array(part.term):
                    cause = "an array needs a sum over all examples"
                    raise GenerationError(cause, "write it without")
                late.add(part.local)
                after.append(Assignment(part.local, term))
            else:
                (loop if part.local.array else before).append(part)
        return before, loop, after

    def found_in(self, parts: Sequence[Assignment]) -> dict[Term, Local]:
        used = {inner for part in parts for inner in part.term.parts()}
        return {total: local for total, local in self.totals.items() if local in used}

    def without_totals(self, term: Term) -> Term:
        """`term` with a Local in the place of each Total."""
        if not isinstance(term, Total):
            return term.map(self.without_totals)
        if term not in self.totals:
            self.totals[term] = self.context.local(f"total_{len(self.totals) + 1}")
        return self.totals[term]

    def loop(self, parts: Sequence[Assignment], totals: dict[Term, Local]) -> list[str]:
        """Blocks of examples, whose terms are added in order."""
        if not parts and not totals:
            return []
        body: list[str] = []
        for part in parts:
            name = self.context.identifier(part.local)
            stored = part.local.name in self.stored
            target = f"{name}[i]" if stored else name
            body += constants(self.lines, target, part.term, "" if stored else "const ")
        sums, blocks = [], []
        for total, local in totals.items():
            assert isinstance(total, Total)
            name = self.context.identifier(local)
            of_block = self.context.names.give("block", f"block_{name}")
            *before, last = constants(self.lines, of_block, total.body, "")
            body += [*before, last.replace(" = ", " += ", 1)]
            sums.append((name, of_block))
            blocks.append(of_block)
        inner = ["for (let i = start; i < end; i += 1) {", *indented_rows(body), "}"]
        block = [f"const end = Math.min({self.context.count}, start + BLOCK);"]
        block += [f"let {name} = 0;" for name in blocks]
        block += [*inner, *(f"{name} += {of_block};" for name, of_block in sums)]
        head = f"for (let start = 0; start < {self.context.count}; start += BLOCK) {{"
        return [*(f"let {name} = 0;" for name, _ in sums), head, *indented_rows(block), "}"]

    def constants(self, parts: Sequence[Assignment]) -> list[str]:
        rows: list[str] = []
        for part in parts:
            rows += constants(self.lines, self.context.identifier(part.local), part.term)
        return rows

    def name(self, term: Term) -> str:
        """The identifier of a number, or an entry of a column."""
        identifier = self.context.identifier(term)
        stored = isinstance(term, Local) and term.name in self.stored
        return f"{identifier}[i]" if stored or isinstance(term, Indexed) else identifier


def no_total(writer: ExpressionWriter, body: Term) -> str:
    """For where no sum over all examples can stand."""
    raise GenerationError("an array needs a sum over all examples", "write it without")
