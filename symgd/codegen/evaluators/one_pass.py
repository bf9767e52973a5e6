"""One pass: what of a program is worked out for each row, what is summed, and what comes after the sums over all rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from symgd.codegen.program.program import Assignment, Local, Program, Total, is_array
from symgd.errors import GenerationError
from symgd.terms import Term


class OnePass:
    """A program with a Local in the place of each Total.

    Attributes
    ----------
    before : tuple of Assignment
        What no sum over all rows is needed for: with a value for each row, or a number.
    after : tuple of Assignment
        What needs such sums, each a number.
    results : tuple of Term
    totals : dict of Total to Local

    Raises
    ------
    GenerationError
        Where an array needs a sum over all rows, so that one pass is too few.
    """

    def __init__(self, program: Program, naming: Callable[[str], Local]) -> None:
        self.naming = naming
        self.totals: dict[Total, Local] = {}
        late: set[Term] = set()
        before, after = list[Assignment](), list[Assignment]()
        for part in program.assignments:
            term = self._without_totals(part.term)
            if term == part.term and not any(t in late for t in term.parts()):
                before.append(part)
                continue
            if is_array(part.term):
                cause = "an array needs a sum over all examples"
                raise GenerationError(cause, "write it without")
            late.add(part.local)
            after.append(Assignment(part.local, term))
        self.before, self.after = tuple(before), tuple(after)
        self.results = tuple(map(self._without_totals, program.results))

    def numbers(self) -> Iterator[Assignment]:
        """What is no array, in an order in which each uses only what stands before it."""
        yield from (part for part in self.before if not part.local.array)
        yield from self.after

    def _without_totals(self, term: Term) -> Term:
        """`term` with a Local in the place of each Total."""
        if not isinstance(term, Total):
            return term.map(self._without_totals)
        if term not in self.totals:
            self.totals[term] = self.naming(f"sum_{len(self.totals)}")
        return self.totals[term]
