"""How one update rule becomes another: what stays, stays and moves, and a letter comes from where it is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from manim import (
    LEFT,
    Animation,
    FadeIn,
    FadeOut,
    ReplacementTransform,
    TransformFromCopy,
    VGroup,
    there_and_back,
)

from symgd.animations.formulas.companions import Trip
from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.animations.formulas.glyph_travel import Box, Travel, Traveller
from symgd.animations.formulas.typeset import Typeset
from symgd.terms import Partial, Symbol, Term
from symgd.writing.moves import moves_between

GROWN = 1.3  # times as large is for a moment what is used elsewhere
PARTS = 3  # of a row that is not broken: a name, a sign of equality and a formula


def interned(term: Term, other: Term) -> Term:
    """The same term, made of the other's own parts wherever these are equal.

    Examples
    --------
    >>> from symgd.terms import Product, Sum
    >>> one = Sum((Symbol("a"), Symbol("b")))
    >>> interned(Product((Symbol("c"), Sum((Symbol("a"), Symbol("b"))))), one).children[1] is one
    True
    """
    known = {part: part for _, part in other.walk()}

    def shared(part: Term) -> Term:
        return known[part] if part in known else part.map(shared)

    return shared(term)


def letters_of(formula: Formula) -> dict[Term, VGroup]:
    """Where each letter of a formula is seen first."""
    found: dict[Term, VGroup] = {}
    for path, part in formula.term.walk():
        if isinstance(part, Symbol):
            found.setdefault(part, formula.glyphs(path))
    return found


class RuleChanges(Rewrite):
    """One right side becomes another: equal parts move, and new letters come from the `sources`, which stay."""

    def __init__(
        self, before: Formula, after: Formula, sources: Mapping[Term, Typeset | VGroup]
    ) -> None:
        moves = moves_between(before.term, interned(after.term, before.term))
        super().__init__(before, after, moves)
        made = dict(zip(self.match.born, self.coming, strict=True))
        self.arriving: list[Term] = []
        for path, part in after.term.walk():
            inside = after.inside(path)
            if part not in sources or not set(inside) <= set(made):
                continue
            if len(inside) != len(sources[part]):
                continue
            self.arriving.append(part)
            for origin, number in zip(sources[part], inside, strict=True):
                self._fly(origin, after, number, made)

    def _fly(self, origin: Typeset, after: Formula, number: int, made: dict[int, Typeset]) -> None:
        """A glyph that comes as a copy of another one."""
        glyph = made.pop(number)
        self.coming = [each for each in self.coming if each is not glyph]
        traveller = Traveller(origin, after[number])
        self.travellers.append(traveller)
        travel = Travel(Box.of([origin.points]), Box.of([after[number].points]))
        self.owners.append(Trip((number,), travel, turn=0, height=0.0))
        self.mobject.remove(glyph)
        self.mobject.add(*traveller.mobjects)


class RowChanges(RuleChanges):
    """The same where much is replaced: the new comes as soon as the old has gone, so that no formula stands torn."""

    leaves, goes, comes = (0.0, 0.5), (0.15, 0.85), (0.4, 0.9)


def row_comes(
    row: VGroup, seen: Mapping[Term, VGroup], others: Sequence[VGroup] = ()
) -> list[Animation]:
    """A new row: letters and numbers that are seen elsewhere come from there as copies, and the rest appears.

    Where one of the `others` stands between, nothing flies over it: what is seen grows for a moment, away from its sign.
    """
    flights: list[Animation] = []
    taken: set[int] = set()
    for formula in row[2:]:
        if not isinstance(formula, Formula):
            continue
        for path, part in formula.term.walk():
            target = formula.glyphs(path)
            free = not any(id(glyph) in taken for glyph in target)
            if free and part in seen and len(seen[part]) == len(target):
                if any(_between(each, seen[part], target) for each in others):
                    grown = seen[part].animate(rate_func=there_and_back)
                    flights.append(grown.scale(GROWN, about_edge=LEFT))
                    continue
                flights.append(TransformFromCopy(seen[part], target))
                taken |= {id(glyph) for glyph in target}
    rest = [glyph for part in row for glyph in part if id(glyph) not in taken]
    return [FadeIn(VGroup(*rest)), *flights]


def _between(row: VGroup, source: VGroup, target: VGroup) -> bool:
    """Whether a row's middle is between two heights."""
    low, high = sorted((float(source.get_center()[1]), float(target.get_center()[1])))
    return bool(low < row.get_bottom()[1] and row.get_top()[1] < high)


def is_whole(row: Sequence[object]) -> bool:
    """Whether a row is a name, a sign and a formula, and not a piece of a broken one."""
    return len(row) == PARTS and isinstance(row[0], Formula) and isinstance(row[2], Formula)


def rows_become(old: VGroup, new: VGroup) -> list[Animation]:
    """Rows in the place of others: those that begin with a derivative by the same letter change part by part."""
    before = {key: row for row in old if (key := _derived(row)) is not None}
    made: list[Animation] = []
    left = [*old]
    for row in new:
        key = _derived(row)
        origin = None if key is None else before.pop(key, None)
        if origin is None:
            made.append(FadeIn(row))
            continue
        left.remove(origin)
        name = {origin[0].term: VGroup(*origin[0].glyphs(()))}  # it may be a part of the new
        made += [RowChanges(origin[0], row[0], {}), RowChanges(origin[2], row[2], name)]
        made.append(ReplacementTransform(origin[1], row[1]))
    return [*made, *map(FadeOut, left)]


def _derived(row: VGroup) -> Term | None:
    """The letter by which a whole row's left side is derived."""
    if not is_whole(row) or not isinstance(row[0].term, Partial):
        return None
    return row[0].term.variable
