"""Term -> a group of glyphs that know their sub-terms, and the motion from one line to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile

import numpy as np
from manim import Animation, ManimColor, Scene, VGroup, interpolate_color, smooth

from symgd.animations.typeset import Extent, Glyph, Points, Typeset
from symgd.terms import Partial, Path, Symbol, Term
from symgd.writing.formulas.typst import Tagged, tagged
from symgd.writing.moves import Move
from symgd.writing.words import Words


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
    ) -> None:
        marked = tagged(term, words=words)
        numbered = colours_by_number(term, marked, colours)
        super().__init__(_displayed(marked), em=em, colour=colour, colours=numbered)
        self.term = term
        self.paths = marked.paths

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
    return Extent.of(_displayed(tagged(term, words=words)))


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
    taken_after = {new for _, new in pairs}
    for path, source in _nodes(before, after, whole).items():
        new = [n for n in after.own(path) if n not in taken_after]
        pairs += _paired(before, before.own(source), after, new)
    origins: dict[int, int] = {}
    for origin, made in pairs:
        origins.setdefault(made, origin)
    kept = set(origins.values())
    return Match(
        tuple((origin, made) for made, origin in origins.items()),
        tuple(n for n in range(len(before)) if n not in kept),
        tuple(n for n in range(len(after)) if n not in origins),
    )


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
    if isinstance(one, Partial) and isinstance(other, Partial):
        return one.ordinary == other.ordinary
    return True


def _distance(one: Path, other: Path) -> int:
    common = sum(1 for _ in takewhile(lambda ab: ab[0] == ab[1], zip(one, other, strict=False)))
    return len(one) + len(other) - 2 * common


def moved_into(moves: Sequence[Move], prefix: Path) -> tuple[Move, ...]:
    """The moves of a side of an equation, with paths from the equation's root."""

    def under(path: Path | None) -> Path | None:
        return None if path is None else prefix + path

    return tuple(Move(move.kind, under(move.before), under(move.after)) for move in moves)


class Rewrite(Animation):
    """One line becomes the next: what dies fades first, what moves then moves, what is born comes last.

    `before` leaves the scene, `after` stays in it. The moves have paths from the roots of both Terms.
    """

    def __init__(self, before: Formula, after: Formula, moves: Sequence[Move]) -> None:
        self.before, self.after = before, after
        self.match = match(before, after, moves)
        self.moving = [after[new].copy() for _, new in self.match.pairs]
        self.ends = [_aligned(before[old], after[new]) for old, new in self.match.pairs]
        self.dying = [before[n].copy() for n in self.match.died]
        self.coming = [after[n].copy() for n in self.match.born]
        everything = VGroup(*self.dying, *self.moving, *self.coming)
        super().__init__(everything, remover=True, introducer=True)

    def _setup_scene(self, scene: Scene) -> None:
        scene.remove(self.before)
        super()._setup_scene(scene)

    def clean_up_from_scene(self, scene: Scene) -> None:
        super().clean_up_from_scene(scene)
        scene.add(self.after)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set everything as it is at `alpha`, from 0 to 1."""
        leaving = smooth(np.clip(alpha / 0.35, 0, 1))
        under_way = smooth(np.clip((alpha - 0.15) / 0.6, 0, 1))
        arriving = smooth(np.clip((alpha - 0.6) / 0.4, 0, 1))
        for glyph in self.dying:
            glyph.set_fill(opacity=1 - leaving)
        for glyph in self.coming:
            glyph.set_fill(opacity=arriving)
        for glyph, (start, end) in zip(self.moving, self.ends, strict=True):
            glyph.set_points(_between(start.points, end.points, under_way))
            colours = (ManimColor(part.get_fill_color()) for part in (start, end))
            glyph.set_fill(interpolate_color(*colours, under_way), opacity=1)


def _aligned(origin: Glyph, target: Glyph) -> tuple[Glyph, Glyph]:
    """Copies with equally many points, for glyphs of another size or shape."""
    start, end = origin.copy(), target.copy()
    if len(start.points) != len(end.points):
        start.align_points(end)
    return start, end


def _between(start: Points, end: Points, alpha: float) -> Points:
    """On the way from start to end, in a low arc where the way is long, so that parts pass each other."""
    way = end.mean(axis=0) - start.mean(axis=0)
    height = 0.35 * min(1.0, abs(float(way[0]))) * np.sin(np.pi * alpha)
    points: Points = (
        (1 - alpha) * start + alpha * end + np.array([0.0, height * np.sign(way[0]), 0.0])
    )
    return points
