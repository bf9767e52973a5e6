"""The series of a program's near exponentials: the function that works them out at a point, as text."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence

from symgd.codegen.evaluators.one_pass import OnePass
from symgd.codegen.evaluators.tape import Near
from symgd.codegen.expressions.context import Context, written_tuple
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.program.near_exponentials import NearExponential, near_exponentials
from symgd.codegen.program.program import Assignment, Local
from symgd.terms import Term


class NearSeries:
    """The near exponentials of a program, and the function of their series at a point.

    Attributes
    ----------
    calls : dict of str to Near
        What each is worked out from, by its text.
    sources : list of str
        The arrays of whose nodes the function is.
    rows : list of str
        What the rows have of these nodes: offsets and places.
    text : str
        The function; empty where there are no such exponentials.
    """

    def __init__(self, context: Context, one: OnePass, numbers: Sequence[str]) -> None:
        self.context = context
        self.calls: dict[str, Near] = {}
        terms = [*(part.term for part in one.before), *(total.body for total in one.totals)]
        found = [*near_exponentials(terms, one.before)]
        self.sources = [*dict.fromkeys(context.identifier(each.source) for each in found)]
        self.nodes = [self._own(f"nodes_{n}") for n, _ in enumerate(self.sources)]
        self.rows = [
            self._own(f"{kind}_{n}")
            for n, _ in enumerate(self.sources)
            for kind in ("offsets", "places")
        ]
        made, given = [*map(self._series, found)], [*context.parameters, context.count, *numbers]
        lines = [f"def series({', '.join([*given, *self.nodes])}):"]
        lines += self._numbers(one.before, [each.exponent for each in found])
        self.text = "\n".join([*lines, f"    return {written_tuple(made)}"]) if made else ""

    def _own(self, name: str) -> str:
        return self.context.identifier(self.context.local(name))

    def _series(self, each: NearExponential) -> str:
        """The series as text; what is called so is known from then on."""
        identifier = self.context.identifier
        place = self.sources.index(identifier(each.source))
        nodes, offsets, places = self.nodes[place], *self.rows[2 * place : 2 * place + 2]

        def name(term: Term) -> str:
            return f"{nodes}[0]" if term == each.source else identifier(term)

        called = ast.parse(_written(each.call, identifier))
        own = self._own(f"series_{len(self.calls)}")
        self.calls[ast.unparse(called)] = own, offsets, places
        return f"{nodes} and exp_series({_written(each.exponent, name)}, {nodes})"

    def _numbers(self, before: Sequence[Assignment], needed: Iterable[Term]) -> list[str]:
        """The lines that work out the numbers which some Terms need."""
        wanted = {part for term in needed for part in term.parts() if isinstance(part, Local)}
        lines = list[str]()
        for part in reversed(before):
            if part.local in wanted and not part.local.array:
                wanted |= {inner for inner in part.term.parts() if isinstance(inner, Local)}
                name = self.context.identifier
                lines.append(f"    {name(part.local)} = {_written(part.term, name)}")
        return lines[::-1]


def _written(term: Term, name: Callable[[Term], str]) -> str:
    """A Term without totals as text."""
    return ExpressionWriter(name, lambda _writer, _body: "").text(term)
