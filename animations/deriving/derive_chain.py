"""The chain rule in derive_gradient: what is inside shrinks into its letter, the line is split in two, and it grows again.

Laws
----
- while the letter stands for what is inside, so it does in the inner derivative, until one of them is written out
- what is seen of a line then is the derivation's line with the letter in that place alone
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from symgd.animations.deriving.derive_letters import RIGHT_SIDE, DeriveLetters
from symgd.animations.deriving.strokes import Stroke
from symgd.animations.formulas.fold import Fold, FoldedRewrite
from symgd.animations.formulas.formula import Formula, Rewrite, moved_into
from symgd.terms import Abbreviation, Equation, Partial, Path, Term
from symgd.writing.moves import Move, moves_between

FOLDS, SPLITS, UNFOLDS = 1.2, 1.5, 1.0  # seconds
LOOKED_AT = 0.4  # seconds that a line stays before it goes on


class DeriveChain(DeriveLetters):
    """How an outer and an inner derivative come of one."""

    inner: Abbreviation | None = None  # the letter that stands for what is inside, while it does

    def can_fold(self, stroke: Stroke) -> bool:
        """Whether a change gives a letter to what is inside, and splits the rest in an outer and an inner derivative."""
        if self.inner is not None or stroke.named is None or stroke.chain is None:
            return False
        letters = [letter for step in stroke.steps for letter in step.introduced]
        whole = self.line.term.at((*RIGHT_SIDE, *stroke.named))
        return len(letters) == 1 and whole == letters[0].definition

    def folded(self, term: Term) -> Term:
        """A line with the letter in the inner derivative, while it stands there."""
        letter = self.inner
        if letter is None:
            return term
        inside: dict[Term, Term] = {
            part: Partial(letter, part.variable, ordinary=part.ordinary)
            for _, part in term.walk()
            if isinstance(part, Partial) and part.body == letter.definition
        }
        return term.substitute(inside) if inside else term

    def stays_folded(self, stroke: Stroke) -> bool:
        """Whether a change leaves the inner derivative as it is, and its letter elsewhere in the line."""
        letter = self.inner
        if letter is None or stroke.puts_back or stroke.path is None:
            return False
        place = self._inner_place()
        if place is None or stroke.path[: len(place)] == place:
            return False
        return self.folded(stroke.after) != stroke.after

    def _inner_place(self) -> Path | None:
        """Where the inner derivative stands in the right-hand side of the line that is shown."""
        right = self.line.term.at(RIGHT_SIDE)
        found = [
            path
            for path, part in right.walk()
            if isinstance(part, Partial) and part.body == self.inner and not part.ordinary
        ]
        return found[0] if len(found) == 1 else None

    def fold_in(self, left: Term, stroke: Stroke) -> None:
        """What is inside shrinks into its letter, where it stands."""
        assert stroke.named is not None
        (letter,) = [letter for step in stroke.steps for letter in step.introduced]
        place = (*RIGHT_SIDE, *stroke.named)
        whole = self.line.term.at(RIGHT_SIDE)
        after = self.space.line(Equation(left, whole.replace(stroke.named, letter)))
        self.fold(after, place, place)
        self.inner = letter
        self.wait(LOOKED_AT)

    def unfold(self) -> None:
        """The letter in the inner derivative grows to what it stands for."""
        letter, place = self.inner, self._inner_place()
        self.inner = None
        if letter is None or place is None:
            return
        inside, term = (*place, 0), self.line.term
        assert isinstance(term, Equation)
        after = self.space.line(Equation(term.left, term.right.replace(inside, letter.definition)))
        self.fold(after, (*RIGHT_SIDE, *inside), (*RIGHT_SIDE, *inside), UNFOLDS)

    def fold(self, after: Formula, old: Path, new: Path, seconds: float = FOLDS) -> None:
        """A part in its box becomes another, and the line makes room, or closes up."""
        before, target = self.line.glyphs(old), after.glyphs(new)
        moves = moves_between(self.line.term, after.term)
        card = self.card(before)
        motion = FoldedRewrite((self.line, after), moves, old, new)
        self.play(motion, Fold(card, before, target, self.card(target)), run_time=seconds)
        self.line = after

    def split(self, left: Term, stroke: Stroke, aside: Sequence[Any] = ()) -> None:
        """The derivative becomes an outer one by the letter and an inner one of the letter, which is copied there."""
        path, letter = stroke.chain, self.inner
        assert path is not None
        assert letter is not None
        before = self.line.term.at((*RIGHT_SIDE, *path))
        after = self.space.line(Equation(left, self.folded(stroke.after)))
        moves = [
            m for m in moved_into(stroke.moves, RIGHT_SIDE) if not _under(m, (*RIGHT_SIDE, *path))
        ]
        body = before.children[0]
        inside = next(p for p, part in body.walk() if part == letter)
        whole = (*RIGHT_SIDE, *path)
        moves += [
            Move("moves", (*whole, 0), (*whole, 0, 0)),
            Move("copies", (*whole, 0, *inside), (*whole, 1, 0)),
        ]
        lines, all_moves = self.space.lines, [Move("stays", (0,), (0,)), *moves]
        motion = Rewrite(self.line, after, all_moves, ceiling=lines.top, floor=lines.bottom)
        self.play(motion, *aside, run_time=SPLITS)
        self.line = after
        self.wait(LOOKED_AT)


def _under(move: Move, root: Path) -> bool:
    return any(p is not None and p[: len(root)] == root for p in (move.before, move.after))
