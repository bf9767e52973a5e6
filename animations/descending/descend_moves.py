"""What moves in the lesson `descend`: pictures that follow the descent, rows that are typed, numbers that change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from manim import (
    FadeIn,
    FadeOut,
    Mobject,
    ReplacementTransform,
    TransformFromCopy,
    UpdateFromAlphaFunc,
    VGroup,
)

from symgd.animations.descending import descend_words as words
from symgd.animations.descending.descend_panels import StepCurve
from symgd.animations.descending.descend_places import DescentPlaces
from symgd.animations.descending.descent_map import DescentMap
from symgd.animations.descending.descent_numbers import FIRST, Readouts, TraceTable, UpdateLines
from symgd.animations.descending.path_names import PathNames
from symgd.animations.descending.rule_lines import RuleLines
from symgd.animations.descending.whole_inset import WholeInset
from symgd.animations.pictures.fit_picture import FitPicture
from symgd.animations.pictures.parameter_picture import STOPS
from symgd.animations.pictures.view_flight import fly
from symgd.animations.staging.lesson import Lesson, leaving
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import DescentStory, Turn
from symgd.animations.stories.director import Director
from symgd.animations.stories.views import View
from symgd.data.arrays import FloatArray
from symgd.terms import Partial, Symbol

MOVE, QUICK, FADE = 1.2, 0.4, 0.6
ALIKE = 1e-6  # widths of the same number
SWEEP, SHORT, FEW = 2.0, 1.5, 12  # seconds of many steps, and of so few


class DescentMoves(Lesson):
    """A scene that shows a descent in several pictures at once, each in its zone."""

    story: DescentStory
    director: Director
    places: DescentPlaces
    fit: FitPicture | None  # none where there are no data
    trials: Sequence[FloatArray] = ()  # parameters that are tried out, which the picture must hold
    point: DescentMap
    curve: StepCurve
    readouts: Readouts
    lines: UpdateLines | RuleLines
    arrows_note: VGroup = VGroup()
    table: TraceTable
    below: Zone
    slice: VGroup
    shown: list[Mobject]
    numbers: VGroup | None = None
    inset: VGroup | None = None  # the whole, while the picture is near
    asked: Mobject | None = None
    turned: VGroup = VGroup()  # rings where a parameter turned

    def clear_numbers(self) -> None:
        """The mathematics make room."""
        if self.shown:
            self.play(*(FadeOut(mobject) for mobject in self.shown), run_time=FADE)
        self.shown = []

    def following(self, picture: Any, start: float, end: float) -> UpdateFromAlphaFunc:
        """How a picture goes from one time of the descent to another."""
        return UpdateFromAlphaFunc(
            picture.live, lambda _, part: picture.show(start + (end - start) * part)
        )

    def follow(self, picture: Any, start: float, end: float, seconds: float, *others: Any) -> None:
        """A picture goes from one time of the descent to another."""
        self.play(self.following(picture, start, end), *others, run_time=seconds)
        picture.show(end)

    def follow_fit(self, start: float, end: float, seconds: float) -> None:
        """What the model says of the data goes from one time of the descent to another."""
        if self.fit is not None:
            self.follow(self.fit, start, end, seconds)

    def follow_all(self, start: float, end: float, seconds: float, *more: Any) -> None:
        """Parameters, model and cost go on together, each in its place, and `more` with them."""
        pictures: list[Any] = [self.point, self.curve, *more]
        if self.fit is not None:
            pictures.append(self.fit)
        self.play(*(self.following(each, start, end) for each in pictures), run_time=seconds)
        for each in pictures:
            each.show(end)

    # ---------------------------------------------------------------------------------------------
    # Pictures that move as a whole

    def park(self, zone: Zone) -> None:
        """The data with their model go to another zone, and stay what they are."""
        old = self.fit
        if old is None:
            return
        new = FitPicture(self.stage, zone, self.story, self.trials).show(old.time)
        start, end = old.panel.box, new.panel.box
        pairs = [
            (old.panel.x_label, new.panel.x_label),
            (old.panel.y_label, new.panel.y_label),
        ]
        away = VGroup(old.panel.scales, old.panel.note, old.gone)
        seen = VGroup(old.residuals, old.line, old.points)
        self.remove(old.live)
        self.add(seen)
        self.play(
            FadeOut(away),
            *(ReplacementTransform(a, b) for a, b in pairs),
            FadeIn(new.panel.scales),
            UpdateFromAlphaFunc(seen, lambda _, part: old.within(start.towards(end, part))),
            run_time=MOVE,
        )
        self.remove(old.panel.drawing, seen, old.live, *(b for _, b in pairs), new.panel.scales)
        self.add(new.panel.drawing, new.live)
        self.fit = new

    def go(self, view: View | None) -> None:
        """Another part of the parameters' plane is looked at: nearer, or the whole."""
        point = self.point
        start = point.view
        if view is None or start is None or view == start:
            return
        self.play(*leaving(self.inset), run_time=QUICK) if self.inset is not None else None
        inset = WholeInset(point, view) if start == point.whole else None
        self.inset = None
        fly(self, point, view, MOVE)
        if inset is not None:
            self.inset = inset.beside(point)
            self.play(FadeIn(self.inset), run_time=QUICK)

    # ---------------------------------------------------------------------------------------------
    # Rows and numbers

    def type_row(self, step: int, time: float = FADE) -> None:
        """A row of the table: its numbers come from where they are seen; where it is full, an old row leaves."""
        table = self.table
        gone, come = table.make_room(step)
        self.remove(*gone)
        self.add(*come)
        row = table.row(step)
        self.play(*self._arriving(row), run_time=min(time, FADE))
        self.remove(*row)
        self.add(row)
        table.rows[step] = row

    def type_rows(self, steps: range) -> None:
        """Rows together, of steps that were gone in one."""
        table = self.table
        new: list[Mobject] = []
        for step in steps:
            gone, come = table.make_room(step)
            new = [each for each in (*new, *come) if each not in gone]
            self.remove(*gone)
            table.rows[step] = table.row(step)
            new.append(table.rows[step])
        self.play(FadeIn(VGroup(*new)), run_time=QUICK)
        self.remove(*new)
        self.add(*new)

    def _arriving(self, row: VGroup) -> Iterator[Any]:
        """How the numbers of a row come: results from the update, the rest is written."""
        results: list[Mobject] = []
        if isinstance(self.lines, UpdateLines) and self.numbers is not None:
            results = [line[1][1] for line in self.numbers]
        for column, number in enumerate(row):
            if 0 < column <= len(results):
                yield TransformFromCopy(results[column - 1], number)
            else:
                yield FadeIn(number)

    def show_steps(self, first: int, last: int, time: float) -> None:
        """Step after step: the arithmetic, then point, line and cost, then the row."""
        self.clear_turn()
        self.point.pointing = True
        for step in range(first, last):
            self.point.show(step)
            self.show_numbers(step, time)
            self.point.pointing = step + 1 < last
            if self.story.rule is None:
                self.follow_all(step, step + 1, time)
                self.show_slice(step + 1)
            else:
                self.move_point(step, time)
                self.follow_fit(step, step + 1, time)
                self.follow(self.curve, step, step + 1, time)
            self.type_row(step + 1, time)

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
        read = self.following(self.readouts, self.readouts.step, step)
        kept = [] if old is None else [*self._handed_on(old, new)]
        if old is not None:
            results = {part for result, _ in kept for part in result}
            gone = [part for part in old.family_members_with_points() if part not in results]
            self.play(FadeOut(VGroup(*gone)), run_time=QUICK / 2)
            self.remove(old, *old)
            self.add(*(result for result, _ in kept))
        heads = {part for _, first in kept for part in first}
        come = [part for part in new.family_members_with_points() if part not in heads]
        moves = [result.animate.move_to(first) for result, first in kept]
        self.play(read, *moves, run_time=time / 2)
        self.play(FadeIn(VGroup(*come)), run_time=time / 2)  # never over a number on its way
        self.remove(*(result for result, _ in kept), *come)
        self.add(new)
        self.readouts.show(step)
        self.numbers = new

    def _handed_on(self, old: VGroup, new: VGroup) -> Iterator[tuple[VGroup, VGroup]]:
        """Each result that is the parameter of the next line, and where it stands there; it must read alike."""
        if not isinstance(self.lines, UpdateLines):
            return
        for (_, result), (numbers, _) in zip(old, new, strict=True):
            value, first = VGroup(*result[1]), numbers.glyphs(FIRST)
            if len(value) == len(first) and abs(value.width - first.width) < ALIKE:
                yield value, first

    def read(self, step: int, seconds: float) -> None:
        """The readouts of a step, which are never blank."""
        if self.readouts.step != step:
            self.follow(self.readouts, self.readouts.step, step, seconds)

    def show_slice(self, step: int) -> None:
        """The lines of equal cost at the third parameter's new value."""
        if self.story.sliced:
            self.slice = self.point.sliced_anew(self, self.slice, step)

    def show_turn(self, turn: Turn) -> None:
        """A ring at the point where a parameter turned, and round its number."""
        ring = self.point.mark(turn.step)
        self.play(FadeIn(ring))
        self.turned = VGroup(ring)
        box = self.table.ring(self.story.names.index(turn.name) + 1, turn.step)
        if box is not None:
            self.play(FadeIn(box))
            self.turned.add(box)
        index = self.story.names.index(turn.name)
        if words.crosses_level(self.story, turn):
            self.turn()
            line = self.point.level_along(index, turn.step)
            slope = Partial(self.story.problem.cost_name, Symbol(turn.name))
            if len(line.points):
                named = PathNames(self.point, self.director).level(line, slope)
                self.play(FadeIn(line), FadeIn(named))
                self.turned.add(line, named)
        self.wait(FADE)

    def clear_turn(self) -> None:
        """The rings of a parameter's turn leave, before anything moves on."""
        if len(self.turned):
            self.play(FadeOut(self.turned), run_time=QUICK)
            self.remove(self.turned, *self.turned)
        self.turned = VGroup()

    def show_sweep(self) -> None:
        """The rest of the run, all pictures together."""
        self.clear_turn()
        near, steps = self.director.near, self.story.steps
        stay = near is not None and steps <= STOPS and not self.story.sliced
        self.go(self.point.near(near[0], steps) if near and stay else self.point.whole)
        first = self.story.singly
        if steps - first > FEW:
            self.sweep(first, steps)
            self.type_row(steps)
            return
        self.remove(*self.arrows_note)
        self.drop_update()
        self.lift_table()
        self.follow_all(first, steps, SHORT, self.readouts)
        self.show_slice(steps)
        self.type_rows(range(first + 1, steps + 1))

    def sweep(self, first: int, last: int) -> None:
        """Many steps in fast motion."""
        self.remove(*self.arrows_note)
        self.drop_update()
        self.remove(
            self.readouts.live, *self.readouts.live.get_family()
        )  # nothing of it stands still
        self.add(self.readouts.live)
        self.follow_all(first, last, SWEEP if last - first > FEW else SHORT, self.readouts)
        self.show_slice(last)

    def lift_table(self) -> None:
        """The table takes the place of the update's numbers, where these were above it."""

    def drop_update(self) -> None:
        """The numbers of the last update leave: what is read from here on is of no step that they show."""
        if self.numbers is not None and not self.rule_stays:
            self.play(FadeOut(self.numbers, self.lines.heads), run_time=QUICK)
            self.remove(self.numbers, self.lines.heads)
            self.numbers = None
