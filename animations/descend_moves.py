"""What moves in the lesson `descend`: pictures that follow the descent, rows that are typed, numbers that change."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from manim import (
    FadeIn,
    FadeOut,
    Mobject,
    ReplacementTransform,
    ShowIncreasingSubsets,
    UpdateFromAlphaFunc,
    VGroup,
)

from symgd.animations.descend_panels import StepCurve
from symgd.animations.descent_numbers import Readouts, TraceTable, UpdateLines
from symgd.animations.descent_story import DescentStory, Turn
from symgd.animations.fit_picture import FitPicture
from symgd.animations.lesson import Lesson, leaving
from symgd.animations.parameter_picture import ParameterPicture
from symgd.animations.rule_lines import RuleLines
from symgd.animations.stage import Zone

MOVE, QUICK, FADE = 1.2, 0.32, 0.6
SWEEP = 2.5


class DescentMoves(Lesson):
    """A scene that shows a descent in several pictures at once, one moving thing in each zone at a time."""

    story: DescentStory
    fit: FitPicture | None  # none where there are no data
    point: ParameterPicture
    curve: StepCurve
    readouts: Readouts
    lines: UpdateLines | RuleLines
    arrows_note: VGroup = VGroup()
    table: TraceTable
    below: Zone
    slice: VGroup
    shown: list[Mobject]
    numbers: VGroup | None = None
    asked: Mobject | None = None

    def clear_numbers(self) -> None:
        """The mathematics make room."""
        if self.shown:
            self.play(*(FadeOut(mobject) for mobject in self.shown), run_time=FADE)
        self.shown = []

    def follow(self, picture: Any, start: float, end: float, seconds: float, *others: Any) -> None:
        """A picture goes from one time of the descent to another."""
        moving = UpdateFromAlphaFunc(
            picture.live, lambda _, part: picture.show(start + (end - start) * part)
        )
        self.play(moving, *others, run_time=seconds)
        picture.show(end)

    def follow_fit(self, start: float, end: float, seconds: float) -> None:
        """What the model says of the data goes from one time of the descent to another."""
        if self.fit is not None:
            self.follow(self.fit, start, end, seconds)

    def type_row(self, step: int, play: Callable[..., None] | None = None) -> None:
        """A row of the table, letter by letter; where it is full, the row after the start's leaves."""
        table, play = self.table, play or partial(self.play, run_time=FADE)
        if len(table.rows) >= table.most:
            _, second, *_ = table.rows
            self.remove(table.rows.pop(second))
            for number, row in enumerate(table.rows.values()):
                row.shift((0, table.line(number) - row[0].baseline, 0))
        row = table.row(step)
        letters = VGroup(*(glyph for cell in row for glyph in cell))
        play(ShowIncreasingSubsets(letters))
        self.remove(*letters)
        self.add(row)
        table.rows[step] = row

    def show_steps(self, first: int, last: int, time: float) -> None:
        """Step after step: the arithmetic, then point, line and cost, then the row."""
        for step in range(first, last):
            self.show_numbers(step, time)
            self.move_point(step, time)
            self.follow_fit(step, step + 1, time)
            self.type_row(step + 1, partial(self.follow, self.curve, step, step + 1, time))

    def move_point(self, step: int, time: float) -> None:
        """The point moves by a step; of other optimizers than gradient descent, beside the way straight downhill."""
        if self.story.rule is None:
            self.follow(self.point, step, step + 1, time)
        else:
            arrows = self.point.arrows(step)
            self.play(FadeIn(arrows), run_time=time / 2)
            self.follow(self.point, step, step + 1, time)
            self.play(FadeOut(arrows), run_time=time / 2)
        self.show_slice(step + 1)

    @property
    def rule_stays(self) -> bool:
        """Whether the rule is there in symbols, the same in every step."""
        return isinstance(self.lines, RuleLines) and not self.lines.shown

    def show_numbers(self, step: int, time: float) -> None:
        """The update and the readouts of a step."""
        if self.rule_stays:
            self.read(step, time)
            return
        old, new = self.numbers, self.lines.whole(step)
        self.read(step, time, *leaving(old))
        self.play(FadeIn(new), run_time=time / 2)
        self.numbers = new

    def read(self, step: int, seconds: float, *others: Any) -> None:
        """The readouts of a step: lengths change, numbers are written anew."""
        old, new = self.readouts.moving, self.readouts.measures(step)
        self.remove(*old[2:])
        self.add(*old[:2])
        longer = map(ReplacementTransform, old[:2], new[:2])
        self.play(*longer, *others, run_time=seconds)
        self.remove(old, *new[:2])
        self.add(new)
        self.readouts.moving = new

    def show_slice(self, step: int) -> None:
        """The lines of equal cost at the third parameter's new value."""
        if not self.story.sliced:
            return
        self.remove(self.point.lines, self.slice)
        self.point.lines = VGroup(*self.point.contours(step))
        self.slice = self.point.slice_note(step)
        self.remove(self.point.live)
        self.add(self.point.lines, self.slice, self.point.live)

    def show_turn(self, turn: Turn) -> None:
        """A ring at the point where a parameter turned, and round its number."""
        ring = self.point.mark(turn.step)
        self.play(FadeIn(ring))
        box = self.table.ring(self.story.names.index(turn.name) + 1, turn.step)
        if box is not None:
            self.play(FadeIn(box))
            self.wait(MOVE)
            self.remove(box)
        self.wait(MOVE)
        self.remove(ring)

    def show_sweep(self) -> None:
        """The rest of the run, one picture after the other."""
        self.sweep(self.story.singly, self.story.steps, self.curve)
        self.type_row(self.story.steps)

    def sweep(self, first: int, last: int, curve: StepCurve | None) -> None:
        """Many steps in fast motion."""
        self.remove(*self.arrows_note)
        if self.numbers is not None and not self.rule_stays:
            self.remove(self.numbers, self.lines.heads)
        if curve is not None:
            self.follow(curve, first, last, SWEEP)
        self.follow(self.point, first, last, SWEEP)
        self.show_slice(last)
        self.follow_fit(first, last, SWEEP)
        self.read(last, FADE)
