"""Which changes of a derivation are seen in one beat of derive_gradient.

Laws
----
- algebra that is new goes in groups: zeros and ones, what goes in front; what was shown before goes in one move
- of a long derivation, lines whose rules are known share beats
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from symgd.animations.deriving.derive_chain import DeriveChain
from symgd.animations.deriving.strokes import (
    Stroke,
    alike,
    ends_signed,
    front_moves,
    in_one,
    nothings_together,
    strokes,
    unsigned,
)
from symgd.writing.outline import Section


class DeriveChanges(DeriveChain):
    """The changes of a section, in beats."""

    def changes_of(self, section: Section) -> Iterator[Sequence[Stroke]]:
        """The changes of each line; algebra in groups, those that were shown before in fewer moves."""
        if self.long:
            yield from self.changes_of_many(section)
            return
        waiting: list[Stroke] = []
        for line in section.lines[1:]:
            parts = strokes(line, section, self.gradient.partials)
            if all(part.is_algebra for part in parts):
                waiting += parts
                continue
            yield from self.tidied(waiting, section)
            waiting = []
            if self.knows(parts):
                parts = in_one(parts, section, self.gradient.partials)
            yield parts
        yield from self.tidied(waiting, section)

    def tidied(self, waiting: Sequence[Stroke], section: Section) -> Iterator[Sequence[Stroke]]:
        """Algebra: zeros and ones, what goes in front, each a beat of its own; what was shown before, in a beat for all."""
        if not waiting:
            return
        partials, groups = self.gradient.partials, alike(waiting)
        made = [
            [in_one(part, section, partials)[0] for part in front_moves(group)] for group in groups
        ]
        if "algebra" not in self.said or len(made) == 1:
            yield from nothings_together(made)
        elif self.many or self.knows(waiting):
            yield in_one(waiting, section, partials)
        else:
            left_out = [part for group in groups[:-1] for part in group]
            yield (*in_one(left_out, section, partials), *in_one(groups[-1], section, partials))

    def changes_of_many(self, section: Section) -> Iterator[Sequence[Stroke]]:
        """The changes of a long derivation: two lines of known rules are one beat, and so is algebra."""
        waiting: list[Stroke] = []
        known: Sequence[Stroke] = ()
        signed: Sequence[Stroke] = ()
        partials = self.gradient.partials
        for line in section.lines[1:]:
            parts = (*signed, *strokes(line, section, partials))
            if ends_signed(parts) and line is not section.lines[-1]:
                signed = parts
                continue
            parts, signed = unsigned(parts, section, partials), ()
            whole = self.knows(parts)
            if known:
                yield in_one((*known, *parts) if whole else known, section, partials)
                known = ()
                if whole:
                    continue
            if not waiting and whole:
                known = parts
                continue
            tidied = all(part.is_algebra for part in parts) and "algebra" in self.said
            if tidied and all(part.is_form or self.knows([part]) for part in parts):
                waiting += parts
                continue
            if waiting:
                yield in_one(waiting, section, partials)
                waiting = []
            if whole or tidied:
                first = parts if whole else self.known_first(parts)
                parts = (*in_one(first, section, partials), *parts[len(first) :])
            yield parts
        if known:
            yield in_one(known, section, partials)
        if waiting:
            yield in_one(waiting, section, partials)

    def known_first(self, parts: Sequence[Stroke]) -> Sequence[Stroke]:
        """The first changes, as far as at most one of them takes a rule that was not explained yet."""
        new = [number for number, part in enumerate(parts) if not self.knows([part])]
        return parts[: new[1]] if len(new) > 1 else parts

    def knows(self, parts: Sequence[Stroke]) -> bool:
        """Whether every rule that is used here was explained before."""
        return all(reason.rule in self.said for part in parts for reason in part.reasons)
