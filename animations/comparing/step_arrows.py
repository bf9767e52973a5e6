"""StepArrows: in the picture of the walks, what a step is made of, and the step."""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing.arrows_picture import arrow
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.step_parts import StepParts
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.plot_panel import stroke
from symgd.animations.staging.stage import Label
from symgd.data.arrays import FloatArray
from symgd.terms import Negative, Symbol
from symgd.writing.words import message

EM, BEYOND, PLATE = 0.3, 0.22, 0.03
THIN, BOLD = 3.4, 6.0
SHORT = 0.9  # in the frame's units: arrows that are shorter are drawn longer
LONG = 2.0
MARGIN, CROWDED = 0.25, 0.35  # from a tip to the frame, and between two tips, at least
SHARES = 1.0, 0.8, 0.65, 0.5, 0.4, 0.3, 0.2  # of the length that is as long as the step
LEG = 5.0
LANE, NARROW = (
    0.11,
    0.3,
)  # beside the step, where what makes it lies in one line; and the sine of an angle that is one
SEEN = 0.12  # arrows that are shorter have no name
GRADIENT = Symbol("g")


class StepArrows:
    """`parts` are dashed arrows with names; `step` is a bold one, with its name; `times` as long as they are."""

    def __init__(
        self, picture: PathsPicture, number: int, place: FloatArray, parts: StepParts
    ) -> None:
        self.picture, self.colour = picture, picture.looks[number].colour
        self.place, self.times = place, 1.0
        size = float(np.linalg.norm(self._at(parts.step) - self._at(0 * parts.step)))
        if 0 < size < SHORT:
            power = 10.0 ** np.floor(np.log10(LONG / size))
            self.times = float(power * max(f for f in (1, 2, 5) if f * power * size <= LONG))
        carried, first, last = self._seen(parts)
        ink = picture.stage.palette.ink
        self.parts, self.step = VGroup(), VGroup()
        self._taken: list[FloatArray] = []
        self._apart = (
            not parts.adds_up
        )  # then the parts begin where the step does, and are named at their tips
        plain = parts.adds_up and not carried.any()
        self._beside = LANE if parts.adds_up and self._in_line(carried, last - first) else 0.0
        step_name: Label = message(
            "step: −{rate} {gradient}", rate=Symbol("alpha"), gradient=GRADIENT
        )
        self._add(
            self.step,
            0 * parts.step,
            parts.step,
            self.colour,
            step_name if plain and self.times == 1 else self._step_name(),
        )
        self.legs, self.divided = VGroup(), VGroup()
        if plain:
            return
        self._add(self.parts, 0 * carried, carried, self.colour, message("carried on"))
        gradient: Label = Negative(GRADIENT)
        if parts.adds_up and parts.is_rated:
            gradient = message("−{rate} {gradient}", rate=Symbol("alpha"), gradient=GRADIENT)
        else:  # no longer than there is room for: only where it points is meant
            gradient = message("along {way}", way=gradient)
        self._add(self.parts, first, last, ink, gradient)
        if not parts.adds_up:
            self._add_legs(carried + last, parts.step)

    def _step_name(self) -> Label:
        """What the step is called; where it is drawn longer than it is, how much."""
        if self.times == 1:
            return message("step")
        return message("step, drawn {times} times as long", times=numeral(self.times))

    def _add_legs(self, pushed: FloatArray, step: FloatArray) -> None:
        """What is pushed along, and the step, each as its ways along the axes, where the frame has room and they differ."""
        legs = [self._legs(way) for way in (pushed, step)]
        ends = [way[-1].get_end() for way in legs]
        corners = [pushed, step, *(self._first(way) for way in (pushed, step))]
        if all(map(self._is_inside, corners)) and float(np.linalg.norm(ends[1] - ends[0])) > SEEN:
            self.legs, self.divided = legs

    def _first(self, way: FloatArray) -> FloatArray:
        """A way's part along the first axis of the picture."""
        made, axis = np.zeros_like(way), self.picture.ground.axes[0]
        made[axis] = way[axis]
        return made

    def _legs(self, way: FloatArray) -> VGroup:
        """A way's parts along the axes, one behind the other, in the parameters' colours."""
        stage, names = self.picture.stage, self.picture.names
        corners = [self._at(0 * way), self._at(self._first(way)), self._at(way)]
        made = VGroup()
        for name, start, end in zip(names, corners, corners[1:], strict=False):
            line = stroke(stage.colours.get(name, stage.palette.ink), LEG)
            made.add(line.set_points_as_corners([start, end]))
        return made

    def _seen(self, parts: StepParts) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The tip of what was carried on, and the gradient's ends: head to tail where the step is their sum.

        Else both begin at the place, and are shorter where the frame has no room or the step's tip is there.
        """
        carried, gradient = parts.carried, parts.gradient
        if parts.adds_up:
            return carried, carried, carried + gradient
        tip, ends = self._at(parts.step), (carried, gradient)
        away = min(float(np.linalg.norm(self._at(end) - tip)) for end in ends)
        shares = [share for share in SHARES if share < 1 or away > CROWDED]
        for share in shares:
            if all(self._is_inside(share * end) for end in ends):
                break
        return share * carried, 0 * gradient, share * gradient

    def _in_line(self, one: FloatArray, other: FloatArray) -> bool:
        """Whether two ways lie over one another in the picture."""
        first, second = (self._at(way) - self._at(0 * way) for way in (one, other))
        across = abs(float(first[0] * second[1] - first[1] * second[0]))
        return across < NARROW * float(np.linalg.norm(first) * np.linalg.norm(second))

    def _is_inside(self, way: FloatArray) -> bool:
        """Whether a tip is well inside the panel."""
        box, here = self.picture.panel.box, self._at(way)
        across = box.left + MARGIN <= here[0] <= box.right - MARGIN
        return bool(across and box.bottom + MARGIN <= here[1] <= box.top - MARGIN)

    def _at(self, way: FloatArray) -> FloatArray:
        """Where an arrow along a way from the place would end."""
        return self.picture.panel.position(*self.picture.place(self.place + self.times * way))

    def _add(
        self, group: VGroup, first: FloatArray, last: FloatArray, colour: str, said: Label
    ) -> None:
        """An arrow between two ends, and beyond its middle or tip what it is."""
        ends = self.picture.panel.clipped(self._at(first), self._at(last))
        if ends is None:
            return
        bold = group is self.step
        beside = 0.0 if bold else self._beside
        group.add(arrow(*ends, colour, BOLD if bold else THIN, dashed=not bold, beside=beside))
        if float(np.linalg.norm(ends[1] - ends[0])) < SEEN:
            return
        name = self.picture.stage.sentence(said, em=EM).set_fill(colour)
        plate = BackgroundRectangle(
            name, color=self.picture.stage.palette.ground, fill_opacity=0.85, buff=PLATE
        )
        named = VGroup(plate, name)
        self._stand(named, *ends, tip=bold or self._apart)
        group.add(named)

    def _stand(self, named: VGroup, start: FloatArray, end: FloatArray, *, tip: bool) -> None:
        """Put a name beyond an arrow's tip, or beside its middle, where no other is and the panel has room."""
        box, way = self.picture.panel.box, end - start
        along = way / float(np.linalg.norm(way))
        aside = np.array([-along[1], along[0], 0.0])
        reach = np.array([named.width / 2, named.height / 2, 0.0])
        middle = (start + end) / 2
        off = BEYOND + float(np.abs(aside) @ reach)
        beyond = end + (BEYOND + float(np.abs(along) @ reach)) * along
        places = [middle + off * aside, middle - off * aside, end + off * aside, end - off * aside]
        low = np.array([box.left, box.bottom, 0.0]) + reach
        high = np.array([box.right, box.top, 0.0]) - reach
        for place in [beyond, *places] if tip else [*places, beyond]:
            here = np.clip(place, low, high)
            far = all((np.abs(here - other)[:2] > 2 * reach[:2]).any() for other in self._taken)
            if far and float(np.abs(here - place).max()) < PLATE:
                break
        self._taken.append(here)
        named.move_to(here)
