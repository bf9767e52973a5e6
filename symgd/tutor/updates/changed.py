"""Changed: a Term with one part changed, or every one; what makes a wrong statement of a right one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from symgd import terms as nt
from symgd.tutor.misconception import Attempt
from symgd.tutor.updates.program import StepStatement, UpdateProgram

# Takes a statement of the rule and the rule; answers wrong ones.
UpdateSlip: TypeAlias = Callable[[StepStatement, UpdateProgram], Iterator[Attempt]]


def each_place(
    term: nt.Term, change: Callable[[nt.Term], nt.Term | None]
) -> Iterator[tuple[nt.Term, nt.Term]]:
    """A Term with one part changed, or every part that can be, and the part that was there."""
    places = [(path, part, new) for path, part in term.walk() if (new := change(part)) is not None]
    for path, part, new in places:
        yield term.replace(path, new), part
    if len(places) > 1:
        try:
            yield term.rewrite(change), places[0][1]
        except (TypeError, ValueError):
            return


def each_of(term: nt.Term, old: nt.Term, new: nt.Term) -> Iterator[nt.Term]:
    """A Term with another part in the place of one that is met, at each place and at all."""
    for wrong, _ in each_place(term, lambda part: new if part == old else None):
        yield wrong
