"""Term -> a group of glyphs that know their sub-terms, and the motion from one line to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Self

import numpy as np
from manim import Animation, Scene, VGroup, VMobject, smooth

from symgd.animations.formulas.broken_rows import break_rows
from symgd.animations.formulas.companions import sources_of, trips
from symgd.animations.formulas.glyph_travel import (
    Box,
    Traveller,
    arc,
    around,
    same_outline,
    stretched,
    strike,
)
from symgd.animations.formulas.names import brief
from symgd.animations.formulas.typeset import LEAST_EM, Extent, Glyph, Typeset
from symgd.terms import BigSum, Fraction, Negative, Number, Partial, Path, Symbol, Term
from symgd.writing.formulas.typst import Tagged, tagged
from symgd.writing.moves import Move
from symgd.writing.words import Words

UPRIGHT = 2.0  # a parenthesis is so much higher than wide
STRIKING = 0.3  # of the time, where something is struck out
GONE = 0.2  # of the rest: then what goes has gone, and what stays moves
THERE = 0.8  # then it is there, and the new comes


class Formula(Typeset):
    """A Term as glyphs, each of which belongs to exactly one sub-term; `colours` are the parameters', by name."""

    def __init__(
        self,
        term: Term,
        *,
        em: float,
        colour: str,
        colours: Mapping[str, str],
        words: Words,
        named: Callable[[str], str] = brief,
    ) -> None:
        marked = tagged(term, words=words, named=named)
        numbered = colours_by_number(term, marked, colours)
        super().__init__(_displayed(marked), em=em, colour=colour, colours=numbered)
        self.term = term
        self.paths = marked.paths

    def broken(self, width: float) -> Self:
        """Break it into rows no wider than this, where that can be; to be called before it is moved or scaled."""
        break_rows(self, width)
        self._natural, self._width = (self.width, float(self.get_bottom()[1])), width
        return self

    def break_at(self, width: float) -> None:
        """Break what has the least size that can be read into rows no wider than this, where that can be."""
        if self._width is not None:  # it is broken already
            return
        baseline = self.baseline
        break_rows(self, width)
        self._natural = (self.width, float(self.get_bottom()[1]) - baseline)
        self._em, self._width = LEAST_EM, width

    def owner(self, glyph: Glyph) -> Path:
        """The path of the sub-term that a glyph belongs to."""
        return self.paths[glyph.number]

    def own(self, path: Path) -> list[int]:
        """The indices of a sub-term's own glyphs, without those of its children."""
        return [index for index, glyph in enumerate(self) if self.owner(glyph) == path]

    def inside(self, path: Path) -> list[int]:
        """The indices of all glyphs of a sub-term, those of its children too."""
        return [n for n, glyph in enumerate(self) if self.owner(glyph)[: len(path)] == path]

    def glyphs(self, path: Path) -> VGroup:
        """All glyphs of a sub-term, those of its children too."""
        return VGroup(*(self[index] for index in self.inside(path)))


def extent_of(term: Term, words: Words) -> Extent:
    """How large a Term is as a `Formula` with an em of 1."""
    return Extent.of(_displayed(tagged(term, words=words, named=brief)))


def _displayed(marked: Tagged) -> str:
    return f"$display({marked.source})$"


def pieces(write: Callable[[Callable[[Term], str]], str]) -> list[str | Term]:
    """What `write` writes with some way to write Terms, cut so that the Terms themselves stand in it.

    Examples
    --------
    >>> pieces(lambda written: f"the derivative by {written(Symbol('m'))} alone")
    ['the derivative by ', Symbol(name='m'), ' alone']
    """
    terms: list[Term] = []

    def kept(term: Term) -> str:
        terms.append(term)
        return f"\0{len(terms) - 1}\0"

    cut = write(kept).split("\0")
    return [terms[int(piece)] if n % 2 else piece for n, piece in enumerate(cut) if piece]


def colours_by_number(term: Term, marked: Tagged, colours: Mapping[str, str]) -> dict[int, str]:
    """The colours of the tags: those round a parameter, in a formula or under a ∂."""
    found = {n: colours[name] for n, name in marked.variables.items() if name in colours}
    for number, path in marked.paths.items():
        part = term.at(path)
        if isinstance(part, Symbol) and part.name in colours and number not in marked.variables:
            found[number] = colours[part.name]
    return found


@dataclass(frozen=True)
class Match:
    """Which glyphs of one line become which of the next, by their indices in the two groups.

    A pair is a glyph before and what it becomes; a glyph before may occur more than once, being copied. Glyphs before
    that go have died, glyphs after that come are born.
    """

    pairs: tuple[tuple[int, int], ...]
    died: tuple[int, ...]
    born: tuple[int, ...]


def match(before: Formula, after: Formula, moves: Sequence[Move]) -> Match:
    """Which glyphs become which, as the moves say.

    What moved as a whole goes with all its glyphs. The signs and parentheses of the nodes above the moved parts belong
    to the node at the same path, or else to the nearest of the same kind.
    """
    whole = [(m.before, m.after) for m in moves if m.before is not None and m.after is not None]
    pairs: list[tuple[int, int]] = []
    for old, moved in whole:
        pairs += _paired(before, before.inside(old), after, after.inside(moved))
    pairs += [pair for old, new in whole for pair in _enclosing(before, old, after, new)]
    taken_after = {new for _, new in pairs}
    for path, source in _nodes(before, after, whole).items():
        new = [n for n in after.own(path) if n not in taken_after]
        found = _paired(before, before.own(source), after, new)
        pairs += [pair for pair in found if not _flies_over(before, after, pair, whole)]
    origins: dict[int, int] = {}
    for origin, made in pairs:
        origins.setdefault(made, origin)
    kept = set(origins.values())
    return Match(
        tuple((origin, made) for made, origin in origins.items()),
        tuple(n for n in range(len(before)) if n not in kept),
        tuple(n for n in range(len(after)) if n not in origins),
    )


def _enclosing(before: Formula, old: Path, after: Formula, new: Path) -> list[tuple[int, int]]:
    """The parentheses round a part that moved as a whole: they go with it."""
    sides = [_beside(before, old), _beside(after, new)]
    found = [
        (one, other)
        for one, other in zip(*sides, strict=True)
        if one is not None and other is not None
    ]
    alike = all(same_outline(before[one].points, after[other].points) for one, other in found)
    return found if len(found) == len(sides) and alike else []


def _beside(line: Formula, path: Path) -> tuple[int | None, int | None]:
    """The glyphs just before and just after a part, where both are as high as parentheses, and no letters."""
    inside = line.inside(path)
    if not inside or not path:
        return None, None
    boxes = {
        n: Box.of([line[n].points]) for n in (inside[0] - 1, inside[-1] + 1) if 0 <= n < len(line)
    }
    upright = {
        n
        for n, box in boxes.items()
        if box.sides[1] > UPRIGHT * box.sides[0] and line.term.at(line.owner(line[n])).children
    }
    first, last = (n if n in upright else None for n in (inside[0] - 1, inside[-1] + 1))
    return (None, None) if first is None or last is None else (first, last)


def _flies_over(
    before: Formula, after: Formula, pair: tuple[int, int], whole: Sequence[tuple[Path, Path]]
) -> bool:
    """Whether an operator or a parenthesis, no minus, would pass a part that moved: then it goes, and another comes."""
    owner = after.term.at(after.owner(after[pair[1]]))
    if isinstance(owner, Partial | BigSum | Fraction | Negative):
        return False
    here, there = (
        float(line[n].points[:, 0].mean()) for line, n in zip((before, after), pair, strict=True)
    )
    for old, new in whole:
        parts = [line.glyphs(path) for line, path in ((before, old), (after, new))]
        if all(len(part) for part in parts):
            passed, passing = (float(part.get_center()[0]) for part in parts)
            if (here - passed) * (there - passing) < 0:
                return True
    return False


def _paired(
    before: Formula, old: Sequence[int], after: Formula, new: Sequence[int]
) -> list[tuple[int, int]]:
    """Glyphs of the same shape, in order; all of them, where there are as many before as after."""
    if len(old) == len(new):
        return list(zip(old, new, strict=True))
    matcher = SequenceMatcher(
        None, [before[n].shape for n in old], [after[n].shape for n in new], autojunk=False
    )
    return [
        (old[block.a + k], new[block.b + k])
        for block in matcher.get_matching_blocks()
        for k in range(block.size)
    ]


def _nodes(before: Formula, after: Formula, whole: Sequence[tuple[Path, Path]]) -> dict[Path, Path]:
    """For each node after that is in no part that moved as a whole: the node before whose signs it takes over."""
    gone = _unmapped(before.term, [root for root, _ in whole])
    come = _unmapped(after.term, [root for _, root in whole])
    alike = {
        path: [origin for origin in gone if _alike(before.term.at(origin), after.term.at(path))]
        for path in come
    }
    found = {path: path for path in come if path in alike[path]}
    for path in come:
        fresh = [origin for origin in alike[path] if origin not in found.values()]
        copied = alike[path] if isinstance(after.term.at(path), Partial) else []
        if path not in found and (fresh or copied):
            found[path] = min(fresh or copied, key=lambda origin: _distance(origin, path))
    return found


def _unmapped(term: Term, roots: Sequence[Path]) -> list[Path]:
    """The paths that do not lie in one of the parts that moved as a whole."""
    return [path for path, _ in term.walk() if not any(path[: len(root)] == root for root in roots)]


def _alike(one: Term, other: Term) -> bool:
    if not one.children or not other.children or type(one) is not type(other):
        return False
    return not isinstance(one, Partial) or one.ordinary == getattr(other, "ordinary", None)


def _distance(one: Path, other: Path) -> int:
    common = sum(1 for _ in takewhile(lambda ab: ab[0] == ab[1], zip(one, other, strict=False)))
    return len(one) + len(other) - 2 * common


def moved_into(moves: Sequence[Move], prefix: Path) -> tuple[Move, ...]:
    """The moves of a side of an equation, with paths from the equation's root."""

    def under(path: Path | None) -> Path | None:
        return None if path is None else prefix + path

    return tuple(Move(move.kind, under(move.before), under(move.after)) for move in moves)


class Rewrite(Animation):
    """One line becomes the next: zeros and ones that go are struck out, what dies fades, what moves then moves.

    What is born comes last. `before` leaves the scene, `after` stays in it. The moves have paths from the roots of both
    Terms. `boxes` travel with parts, given by their paths before and after; another animation brings what is `withheld`.
    Copies stay below the `ceiling`: they shrink as they pass over the line. Nothing passes below the `floor`.
    """

    leaves, goes, comes = (0.0, GONE), (GONE, THERE), (THERE, 1.0)  # spans of the time

    def __init__(
        self,
        before: Formula,
        after: Formula,
        moves: Sequence[Move],
        boxes: Sequence[tuple[VMobject, Path, Path]] = (),
        withheld: Path | None = None,
        ceiling: float | None = None,
        floor: float | None = None,
    ) -> None:
        self.before, self.after = before, after
        here = [move for move in moves if withheld is None or move.after != withheld]
        self.match = match(before, after, here)
        away = [] if withheld is None else after.inside(withheld)
        pairs = self.match.pairs
        self.trips = [
            trip if ceiling is None else trip.below(ceiling, float(after.get_top()[1]))
            for trip in trips(before, after, pairs, [*self._together(moves)], floor)
        ]
        found = {n: trip for trip in self.trips for n in trip.numbers}
        self.heights = [found[n].height for n in range(len(pairs))]
        self.owners = [found[n] for n in range(len(pairs))]
        self.turns = [trip.turn for trip in self.owners]
        nearest = sources_of(before, after, pairs, [trip.numbers for trip in self.trips])
        self.travellers = [
            Traveller(after[nearest[old][0]] if turn else before[old], after[new])
            for (old, new), turn in zip(pairs, self.turns, strict=True)
        ]
        self.dying = [before[n].copy() for n in self.match.died]
        self.coming = [after[n].copy() for n in self.match.born if n not in away]
        self.strikes = [
            strike(before[n], before[n].get_fill_color().to_hex())
            for n in self.match.died
            if _is_nothing(before.term.at(before.owner(before[n])))
        ]
        self.struck = [(line, np.array(line.points)) for line in self.strikes]
        self.boxes = [
            (box, Box.of([box.points]), place, self._height_at(new))
            for box, old, new in boxes
            if (place := around(box, before.glyphs(old), after.glyphs(new))) is not None
        ]
        self.outlines = [np.array(box.points) for box, *_ in self.boxes]
        moved = [glyph for traveller in self.travellers for glyph in traveller.mobjects]
        everything = VGroup(*self.dying, *moved, *self.coming, *self.strikes)
        super().__init__(everything, remover=True, introducer=True)

    def _together(self, moves: Sequence[Move]) -> Iterator[list[int]]:
        """The pairs' numbers, by what they are a part of: something whole, or signs that stand over each other."""
        roots = {m.after for m in moves if m.before is not None and m.after}
        beside = {n: root for root in roots for n in _beside(self.after, root) if n is not None}
        groups: dict[Path, list[int]] = {}
        signs: dict[Path, list[int]] = {}
        for number, (_, new) in enumerate(self.match.pairs):
            owner = self.after.owner(self.after[new])
            if new in beside:
                owner = beside[new]
            root = next((r for n in range(len(owner) + 1) if (r := owner[:n]) in roots), None)
            (signs if root is None else groups).setdefault(
                owner if root is None else root, []
            ).append(number)
        yield from groups.values()
        for numbers in signs.values():
            spans = [self.after[self.match.pairs[n][1]].points[:, 0] for n in numbers]
            edges = sorted(
                (float(s.min()), float(s.max()), n) for s, n in zip(spans, numbers, strict=True)
            )
            run, right = [edges[0][2]], edges[0][1]
            for left, end, number in edges[1:]:
                if left > right:
                    yield run
                    run = []
                run, right = [*run, number], max(right, end)
            yield run

    @property
    def copies(self) -> int:
        """How many copies leave their part after the rest has moved, one at a time."""
        return max(self.turns, default=0)

    def _height_at(self, path: Path) -> float:
        """The arc of the part at a path of the new line, where all of it goes together."""
        inside = set(self.after.inside(path))
        pairs = zip(self.heights, self.match.pairs, strict=True)
        heights = {round(h, 6) for h, (_, new) in pairs if new in inside}
        return heights.pop() if len(heights) == 1 else 0.0

    def _setup_scene(self, scene: Scene) -> None:
        scene.remove(self.before)
        super()._setup_scene(scene)

    def clean_up_from_scene(self, scene: Scene) -> None:
        super().clean_up_from_scene(scene)
        scene.add(self.after)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set everything as it is at `alpha`, from 0 to 1."""
        late = STRIKING if self.strikes else 0.0
        rest = max(0.0, (alpha - late) / (1 - late))
        leaving = self._within(rest, self.leaves)
        under_way = self._turned(rest, 0)
        arriving = self._within(rest, self.comes)
        for line, whole in self.struck:
            drawn = smooth(np.clip(alpha / (0.7 * STRIKING), 0, 1))
            line.set_points(whole[0] + (whole - whole[0]) * drawn)
            line.set_stroke(opacity=1 - leaving)
        for glyph in self.dying:
            glyph.set_fill(opacity=1 - leaving)
        for glyph in self.coming:
            glyph.set_fill(opacity=arriving)
        for traveller, trip in zip(self.travellers, self.owners, strict=True):
            own = self._turned(rest, trip.turn)
            trip.show(traveller, own)
        for (box, start, end, height), outline in zip(self.boxes, self.outlines, strict=True):
            stretched(
                box, outline, start, start.towards(end, under_way).lifted(height * arc(under_way))
            )

    def _turned(self, rest: float, turn: int) -> float:
        """How far those have come that go in a turn."""
        start, end = self.goes
        way = (rest - start) / (end - start) * (self.copies + 1) - turn
        return float(smooth(np.clip(way, 0, 1)))

    @staticmethod
    def _within(rest: float, span: tuple[float, float]) -> float:
        """How much of a span of the time is over."""
        start, end = span
        return float(smooth(np.clip((rest - start) / (end - start), 0, 1)))


def _is_nothing(term: Term) -> bool:
    """Whether it is a zero that is added or a one that multiplies."""
    return isinstance(term, Number) and term.number in (0, 1)
