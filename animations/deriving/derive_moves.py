"""How a line becomes the next in derive_gradient: what changes is marked, its rule stands beside it, then the parts move."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from manim import Animation, FadeIn, FadeOut, Mobject, SurroundingRectangle, UpdateFromFunc, VGroup

from symgd.animations.deriving.derive_changes import DeriveChanges
from symgd.animations.deriving.derive_letters import COPY, EARLY, MOVE
from symgd.animations.deriving.derive_swings import SWING
from symgd.animations.deriving.reason_rows import AT_LEISURE, Letters
from symgd.animations.deriving.strokes import FRONT, Stroke
from symgd.animations.formulas.formula import Formula, Rewrite, moved_into
from symgd.animations.staging.contrast import paler
from symgd.animations.staging.lesson import leaving
from symgd.terms import Equation, Path, Term
from symgd.writing.moves import Move
from symgd.writing.outline import Section

RIGHT_SIDE: Path = (1,)
STAYS = Move("stays", (0,), (0,))
ANSWER = 0.9  # seconds in which the picture answers at least
QUICKLY, MARK = 0.4, 0.3
NAMED, RULE_FIRST = 0.33, 0.53  # seconds in which a rule comes, and stays before its move
STRIKE = 0.4  # seconds more, where something is struck out
DESCENDS = "power rule"  # whose exponent comes down
SLOWLY = 1.7  # how much longer that takes
FAR = 1.0  # of what goes all the way to the front
CONTRAST = 4.6  # of the line before, against the ground


class DeriveMoves(DeriveChanges):
    """The changes of a line, one after the other."""

    ghost: Formula | None
    going: list[Animation]
    mark: Mobject | None = None  # behind the part that is about to change

    def show_stroke(self, section: Section, stroke: Stroke, tempo: float) -> None:
        """Mark what is rewritten and name the rule, then rewrite it."""
        self.leave_ghost()
        left, rows = left_of(section), self.reasons(stroke)
        wanted = self.letters_of(section, stroke.after)
        if self.inner is not None and not self.stays_folded(stroke):
            self.unfold()
        before = self.line
        if self.can_fold(stroke):
            self.begin_stroke(stroke, wanted, rows)
            self.name_part(stroke.named or (), wanted)
            self.square_begins(stroke)
            self.fold_in(left, stroke)
            self.name_rules(rows, tempo)
            self.split(left, stroke)
        else:
            self.begin_stroke(stroke, wanted, rows, tempo)
            self.name_rules(rows, tempo)
            self.change(left, stroke, wanted, tempo, section)
        self.define(wanted, others=[*leaving(self.mark), *self.show_ghost(before)], tempo=tempo)
        self.mark = None
        self.square_named(stroke)
        if section.letter is None and tempo != QUICKLY:
            self.rows_answer(stroke, section.names[0])

    def begin_stroke(
        self, stroke: Stroke, wanted: Letters, rows: Sequence[Mobject], tempo: float = AT_LEISURE
    ) -> None:
        """What was read goes, and the part that changes is marked, unless it gets a box of its own."""
        gone, settling = self.room_for(rows, wanted)
        card = self.card_of(stroke)
        kept = {**wanted, card.name: Equation(card.letter, card.letter)} if card else wanted
        first, self.going = [*self.going, *gone, *settling, *self.letters_go(kept)], []
        if stroke.path is not None and not self.can_fold(stroke):
            self.mark = self.marked(self.line.glyphs((*RIGHT_SIDE, *stroke.path)))
            self.bring_to_back(self.mark)
            first.append(FadeIn(self.mark))
        if first:
            self.play(*first, run_time=MARK * tempo)

    def name_rules(self, rows: Sequence[Mobject], tempo: float) -> None:
        """A rule stands beside the line before anything moves by it."""
        if rows:
            self.play(*map(FadeIn, rows), run_time=NAMED * tempo)
            if tempo == AT_LEISURE:
                self.wait(RULE_FIRST)

    def change(
        self, left: Term, stroke: Stroke, wanted: Letters, tempo: float, section: Section
    ) -> None:
        """The line becomes the next, and the picture answers."""
        if stroke.named is not None:
            self.name_part(stroke.named, wanted)
            self.square_begins(stroke)
        after = self.space.line(Equation(left, self.folded(stroke.after)))
        moves = [STAYS, *moved_into(stroke.moves, RIGHT_SIDE)]
        if stroke.uses(DESCENDS) and tempo == AT_LEISURE:
            tempo *= SLOWLY
        if stroke.uses(FRONT) and tempo != QUICKLY:
            tempo = FAR
        card = self.card_of(stroke)
        if card is not None:
            self.put_back(card, after, moves, [*leaving(self.mark), *self.square_goes()], tempo)
            self.mark = None
            return
        boxes, aside = list[tuple[Any, Path, Path]](), list[Animation]()
        if self.mark is not None and stroke.stays_together and stroke.path is not None:
            path = (*RIGHT_SIDE, *stroke.path)
            boxes.append((self.mark, path, path))
        elif self.mark is not None:  # its part falls to pieces
            aside.append(FadeOut(self.mark, rate_func=EARLY))
            self.mark = None
        names = section.names if section.letter is None else ()
        answers = self.answering(stroke, names)
        self.rewrite(after, moves, *answers, boxes=boxes, aside=aside, tempo=tempo)

    def rewrite(
        self,
        after: Formula,
        moves: Sequence[Move],
        *others: Any,
        boxes: Sequence[tuple[Any, Path, Path]] = (),
        aside: Sequence[Any] = (),
        tempo: float = AT_LEISURE,
    ) -> None:
        """The line becomes the next, as long as the model swings where it does; the notes make room meanwhile."""
        lines = self.space.lines
        motion = Rewrite(self.line, after, moves, boxes, ceiling=lines.top, floor=lines.bottom)
        longest = MOVE + (STRIKE if motion.strikes else 0.0) + COPY * motion.copies
        least = (SWING if tempo == AT_LEISURE else ANSWER) if others else 0.0
        drawn = [UpdateFromFunc(box, lambda _: None) for box, *_ in boxes]  # anew in every frame
        self.play(motion, *drawn, *others, *aside, run_time=max(least, longest * tempo))
        self.line = after

    def leave_ghost(self) -> None:
        """The line before last goes, so that there is room to move."""
        if self.ghost is not None:
            self.remove(self.ghost)
        self.ghost = None

    def show_ghost(self, before: Formula) -> list[FadeIn]:
        """The line before, smaller and paler above this one, to compare."""
        ghost = self.space.ghost(before, self.line)
        if ghost is not None:
            for glyph in ghost:
                own = glyph.get_fill_color().to_hex()
                glyph.set_fill(paler(own, self.stage.palette.ground, CONTRAST))
        self.ghost = ghost
        return [] if ghost is None else [FadeIn(ghost)]

    def marked(self, glyphs: VGroup) -> Mobject:
        """A pale plate behind the part that is about to change."""
        plate = SurroundingRectangle(glyphs, buff=0.08, stroke_width=0)
        return plate.set_fill(self.stage.palette.mark, opacity=1)


def left_of(section: Section) -> Term:
    """What the section's lines are equal to."""
    left = section.lines[0].left
    assert left is not None
    return left
