"""Blockwise: a program's text over blocks of rows, in memory and in generated modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeGuard

from symgd.codegen.evaluators.near_series import NearSeries
from symgd.codegen.evaluators.one_pass import OnePass
from symgd.codegen.evaluators.tape import Piece, Tape, TapeLine
from symgd.codegen.expressions.context import Context, written_tuple
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.program.program import Local, is_array
from symgd.terms import Call, Power, Product, Term, is_number, product_of, sum_of, terms_of


class Blockwise:
    """Four functions: what the data alone decide, series at a point, the totals of one block, the results of all totals.

    Attributes
    ----------
    text : str
        The third answers the totals. Its last arguments are the arrays that it writes into, `kept`.
    in_pieces : str
        The same, but that the totals have places too, `summed`, arguments after these.
    near : NearSeries
        Those that have series; without any there is no such function.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.program = context.program
        self.writer = ExpressionWriter(context.identifier, _total)
        self.kept: list[str] = []
        self.summed: list[str] = []
        before, (plain, into_places), after = self.functions()
        self.text = "\n\n".join((*before, plain, after))
        self.in_pieces = "\n\n".join((*before, into_places, after))

    def function(
        self, name: str, arguments: Sequence[str], lines: Sequence[str], results: Sequence[str]
    ) -> str:
        head = f"def {name}({', '.join(arguments)}):"
        return "\n".join([head, *lines, f"    return {written_tuple(results)}"])

    def line(self, local: Local, term: Term) -> str:
        return f"    {self.context.identifier(local)} = {self.writer.text(term)}"

    def functions(self) -> tuple[list[str], tuple[str, str], str]:
        """Assignments that need no total go into the block; the others, and the results, come after."""
        identifier, columns = self.context.identifier, self.context.columns
        self.hoisted = hoisted = [identifier(part.local) for part in self.program.hoisted]
        arrays = {identifier(p.local) for p in self.program.hoisted if p.local.array}
        numbers = [identifier(p.local) for p in self.program.hoisted if not p.local.array]
        one = OnePass(self.program, self.context.local)
        self.near = NearSeries(self.context, one, numbers)
        tape = Tape({*columns, *arrays}, self.near.calls)
        for part in one.before:
            tape.assign(identifier(part.local), self.writer.text(part.term))
        after = [self.line(part.local, part.term) for part in one.numbers()]
        results = [*map(self.writer.text, one.results)]
        for total, local in one.totals.items():
            tape.total(identifier(local), self.pieces(total.body))
        block, self.kept = tape.written(lambda name: identifier(self.context.local(name)))
        data = [self.context.count, *columns]
        self.summed = [identifier(local) for local in one.totals.values()]
        first = [self.line(part.local, part.term) for part in self.program.hoisted]
        before = [self.function("hoisted", data, first, hoisted), *filter(None, [self.near.text])]
        point = [*self.context.parameters, *(series for series, *_ in self.near.calls.values())]
        given = [*self.context.parameters, self.context.count]
        return (
            before,
            self.totals([*point, *data, *hoisted, *self.near.rows], block),
            self.function("results", [*given, *numbers, *self.summed], after, results),
        )

    def totals(self, given: Sequence[str], block: Sequence[TapeLine]) -> tuple[str, str]:
        """The totals of a block as what a function answers, and written into places."""
        arguments = [*given, *self.kept]
        plain = [*_in_two_ways(block, TapeLine.plain)]
        into_places = [*_in_two_ways(block, TapeLine.into_places)]
        return (
            self.function("totals", arguments, plain, self.summed),
            self.function("totals", [*arguments, *self.summed], into_places, []),
        )

    def pieces(self, body: Term) -> list[Piece]:
        """What sums an array, and of what: of a product the dot product of two parts, and logarithms by themselves."""
        write = self.writer.text
        if isinstance(body, Power) and is_number(body.exponent, 2) and not body.base.children:
            return [("_dot({}, {})", [write(body.base)] * 2)]
        if isinstance(body, Product):
            front, last = product_of(body.factors[:-1]), body.factors[-1]
            if is_array(front) and is_array(last):
                return [("_dot({}, {})", [write(front), write(last)])]
        logarithms = [term for term in terms_of(body) if _is_logarithm(term)]
        rest = sum_of(tuple(term for term in terms_of(body) if not _is_logarithm(term)))
        if not logarithms or not (is_array(rest) or is_number(rest, 0)):
            return [("_total({})", [write(body)])]
        found = [] if is_number(rest, 0) else [("_total({})", [write(rest)])]
        return [*found, *[("log1p_total(_total, {})", [write(log.argument)]) for log in logarithms]]


def _is_logarithm(term: Term) -> TypeGuard[Call]:
    return isinstance(term, Call) and term.function == "log1p" and is_array(term)


def _in_two_ways(block: Sequence[TapeLine], written: Callable[[TapeLine], str]) -> Iterator[str]:
    """The lines of a function's body: a series where there is one, and else what stands in its place."""
    row = list[str]()
    for line in block:
        if not line.unless:
            yield f"    {written(line)}"
            continue
        row.append(f"        {written(line)}")
        if line.instead:
            yield from (
                f"    if {line.unless} is None:",
                *row,
                "    else:",
                f"        {line.instead}",
            )
            row = []


def _total(writer: ExpressionWriter, body: Term) -> str:
    return f"_total({writer.text(body)})"
