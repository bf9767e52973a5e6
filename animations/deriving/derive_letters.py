"""Letters in derive_gradient: a part that gets one travels to its definition, and comes back from there when it is put back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from manim import (
    FadeIn,
    FadeOut,
    SurroundingRectangle,
    Transform,
    VGroup,
    smooth,
    squish_rate_func,
)

from symgd.animations.deriving.derive_answers import DeriveAnswers
from symgd.animations.deriving.reason_rows import Letters
from symgd.animations.deriving.strokes import Stroke
from symgd.animations.formulas.card_flight import WAITS, CardFlight
from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.terms import Abbreviation, Path
from symgd.writing.moves import Move

RIGHT_SIDE: Path = (1,)
MOVE, COPY = 0.9, 0.7  # seconds for a move, and more for each copy
EARLY = squish_rate_func(smooth, 0.0, WAITS)
BUFF, EDGE = 0.08, 2.5  # of a card


@dataclass(frozen=True)
class LetterMeaning:
    """A letter that is put back, with the row in which it is defined, and its place in the next line."""

    letter: Abbreviation
    row: Formula
    place: Path

    @property
    def name(self) -> str:
        """The letter as a text."""
        return self.letter.name


class DeriveLetters(DeriveAnswers):
    """How letters are introduced, and how they give way again."""

    def name_part(self, path: Path, wanted: Letters) -> None:
        """A box round what gets a letter of its own; it travels with a copy to where the letter is defined."""
        part = self.line.glyphs((*RIGHT_SIDE, *path))
        box, moving = self.card(part), part.copy()
        known = dict(self.letters)
        placed = self.placed_letters(wanted)
        rows = [row for name, row in placed.items() if name not in known]
        self.play(FadeIn(self.outlined(box)), run_time=0.3)
        for row in rows:
            if not isinstance(row, Formula):
                continue
            right = row.glyphs(RIGHT_SIDE)
            around = self.card(right)
            if len(right) != len(part):
                self.play(FadeIn(row), Transform(box, self.outlined(around)), run_time=0.8)
                continue
            left = VGroup(*(g for g in row if row.owner(g)[:1] != RIGHT_SIDE))
            self.remove(box)
            self.play(CardFlight(self.card(part), moving, right, around, there=True), run_time=1.1)
            self.add(right)
            self.play(FadeIn(left), run_time=0.2)
            self.add(row)
        self.letters = placed
        if box in self.mobjects:
            self.play(FadeOut(box), run_time=0.2)

    def card(self, glyphs: VGroup) -> SurroundingRectangle:
        """A box whose ground hides what it passes, so that no text is read over another."""
        palette = self.stage.palette
        box = SurroundingRectangle(glyphs, color=palette.ink, buff=BUFF, stroke_width=EDGE)
        return box.set_fill(palette.ground, opacity=1)

    @staticmethod
    def outlined(box: SurroundingRectangle) -> SurroundingRectangle:
        """A box through which its text is read."""
        return box.set_fill(opacity=0)

    def card_of(self, stroke: Stroke) -> LetterMeaning | None:
        """What is put back in a change, where its definition is on screen with the same glyphs, and comes to one place."""
        if not stroke.puts_back or len(stroke.steps) != 1:
            return None
        gone = [m.before for m in stroke.moves if m.before is not None and m.after is None]
        letters = [stroke.steps[0].before.at(path) for path in gone]
        if len(gone) != 1 or not isinstance(letters[0], Abbreviation):
            return None
        letter, places = letters[0], [m.after for m in stroke.moves if m.kind == "copies"]
        row = self.letters.get(letter.name)
        if len(places) != 1 or places[0] is None or not isinstance(row, Formula):
            return None
        same = stroke.after.at(places[0]) == letter.definition
        return LetterMeaning(letter, row, (*RIGHT_SIDE, *places[0])) if same else None

    def put_back(
        self,
        card: LetterMeaning,
        after: Formula,
        moves: Sequence[Move],
        aside: Sequence[Any],
        tempo: float,
    ) -> None:
        """The line makes room, and the definition's right side goes there; its left side goes."""
        source, target = card.row.glyphs(RIGHT_SIDE), after.glyphs(card.place)
        left = VGroup(*(g for g in card.row if card.row.owner(g)[:1] != RIGHT_SIDE))
        self.letters.pop(card.name)
        top = self.space.lines.top
        motion = Rewrite(self.line, after, moves, withheld=card.place, ceiling=top)
        flight = CardFlight(self.card(source), source.copy(), target, self.card(target))
        self.remove(card.row)
        self.play(
            motion, FadeOut(left, rate_func=EARLY), flight, *aside, run_time=(MOVE + COPY) * tempo
        )
        self.line = after
