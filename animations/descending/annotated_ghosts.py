"""GhostMoves: the step in which one parameter is moved after the other, as the lesson `annotated_update` shows it."""

from __future__ import annotations

import numpy as np
from manim import (
    LEFT,
    PI,
    RIGHT,
    Circle,
    FadeIn,
    FadeOut,
    Triangle,
    VGroup,
    VMobject,
    angle_of_vector,
)

from symgd.animations.descending.annotated_lines import Ghost, ghost_line, settled_digits
from symgd.animations.descending.annotated_moves import QUICK
from symgd.animations.descending.annotated_views import ViewMoves
from symgd.animations.descending.close_view import inside
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.parameter_picture import DOT
from symgd.animations.pictures.plot_panel import drawn, shape_of, stroke
from symgd.animations.stories.views import view_round
from symgd.data.arrays import FloatArray

BAR, BAR_ROOM = 0.16, 0.2  # half of a bar over a point; beside a line, for its bar
AXIS = 0.25  # in ems, how high over a line of text the middle of its signs is
TIP, OUT_EM = 0.11, 0.32  # of an arrow that leaves the picture, and its number
TOLD_APART = 0.8  # ends that are nearer to each other, in the frame, are gone near to


class GhostMoves(ViewMoves):
    """A scene in which the other method's way is drawn, and struck out."""

    ghost: Ghost
    ghosts: VGroup

    def go_to_ghost(self) -> None:
        """Near enough to tell the other method's end from the true one, where both are nearly one in the picture."""
        story, point = self.story, self.point
        if point.curved or point.view is None or not self.ghost.differs(story):
            return
        ends = np.array([*story.parameters[:2], self.ghost.parameters])[:, story.axes]
        true, other = (point.panel.position(*row) for row in ends[1:].tolist())
        view = view_round(ends, shape_of(inside(self.places.aside)))
        if float(np.linalg.norm(true - other)) < TOLD_APART and self.gain(view) > 1:
            self.look_close(view, costs=False)
            self.ghosts.add(self.rings(1)[-1])
            self.play(FadeIn(self.ghosts), run_time=QUICK)

    def ghost_arithmetic(self) -> VGroup:
        """The other method's line, below the others."""
        story, lines = self.story, self.lines
        line = ghost_line(self.stage, story, self.ghost, lines).set_opacity(0.95)
        zone = lines.zone
        line.scale(min(1.0, (zone.width - BAR_ROOM) / line.width))
        foot = max(lines.line(len(story.names)), zone.bottom + 0.1)
        return line.shift((zone.left - line.get_left()[0], foot - line[0].baseline, 0))

    def ghost_legs(self) -> list[VMobject]:
        """Dashed: along one parameter after the other, each in its colour."""
        here, made = self.story.parameters[0].copy(), []
        for index, end in enumerate(self.ghost.parameters.tolist()):
            before = self.near.place(here)
            here[index] = end
            xs, ys = zip(before, self.near.place(here), strict=True)
            pieces = self.near.panel.segments(xs, ys)
            if pieces and index in self.story.axes:
                shade = self.stage.colours[self.story.names[index]]
                made.append(drawn(stroke(shade, 2.5), pieces, dashed=True))
        return [leg for leg in made if len(leg.points)]  # a way of no length has none

    def ghost_end(self) -> VGroup:
        """A hollow point where the other method ends, and a bar over it: a cross is the minimum.

        Where that is not in the picture, an arrow that leaves it, with the number to which it goes.
        """
        panel, there = self.near.panel, self.near.place(self.ghost.parameters)
        place = panel.border(*there)
        if not panel.holds(*there):
            return self.way_out(place)
        ring = Circle(radius=DOT, stroke_color=self.stage.palette.ink, stroke_width=2.5)
        ring.set_fill(self.stage.palette.ground, opacity=1).move_to(place)
        corner = np.array([BAR, BAR, 0])
        bar = drawn(stroke(self.stage.palette.ink, 3), [(place - corner, place + corner)])
        return VGroup(ring, bar)

    def ghost_numbers(self) -> list[VGroup]:
        """What the second parameter is at the true end and at the other one, in the picture; nothing where it isn't seen."""
        story, point = self.story, self.near
        rows = story.parameters[1], self.ghost.parameters
        places = [point.place(row) for row in rows]
        if 1 not in story.axes or not all(point.panel.holds(*place) for place in places):
            return []
        spots = [point.panel.position(*place) for place in places]
        start = point.panel.position(*point.point(0))
        legs = [(leg.get_start(), leg.get_end()) for leg in self.ghost_legs()]
        lines = along([(start, spots[0]), *legs])
        found = LabelPlaces(self.stage, point.panel.box, [*lines, *rounds(spots, DOT)])
        found.add(along(point.written()))
        made = []
        for row, spot in zip(rows, spots, strict=True):
            number = numeral(float(row[1]), settled_digits(story, 1))
            said = self.stage.formula(number, em=OUT_EM)
            said.set_fill(self.stage.colours[story.names[1]])
            if any(found.crowd(said, spot)):  # the lines tell them
                return []
            made.append(found.put(said, spot))
        box = point.panel.box
        inside = all(
            box.left + BAR <= e.get_left()[0] and e.get_right()[0] <= box.right for e in made
        )
        return made if inside else []

    def way_out(self, place: FloatArray) -> VGroup:
        """A tip on the border, where the other method leaves the picture, and where that takes its parameter."""
        way, box = place - self.near.dot.get_center(), self.near.panel.box
        upright = abs(way[1]) > abs(way[0])
        along = np.array([0.0, np.sign(way[1]), 0.0] if upright else [np.sign(way[0]), 0.0, 0.0])
        tip = Triangle(radius=TIP, stroke_width=0, fill_opacity=1, color=self.stage.palette.ink)
        tip.rotate(angle_of_vector(along) - PI / 2).move_to(place - TIP * along)
        index = self.story.axes[-1] if upright else self.story.axes[0]
        number = numeral(float(self.ghost.parameters[index]), settled_digits(self.story, index))
        said = self.stage.formula(number, em=OUT_EM)
        said.set_fill(self.stage.colours[self.story.names[index]])
        side = LEFT if place[0] > (box.left + box.right) / 2 else RIGHT
        return VGroup(tip, said.next_to(tip, side, buff=TIP))

    def struck(self, line: VGroup) -> VMobject:
        """A thin bar through what a line comes to by this method, which can still be read."""
        height = float(line[0].baseline) + AXIS * self.lines.em
        worked = VGroup(*line[0 if self.lines.broken else 2 :])
        ends = [np.array([x, height, 0.0]) for x in (worked.get_left()[0], worked.get_right()[0])]
        return drawn(stroke(self.stage.palette.ink, 2), [(ends[0], ends[1])])

    def clear_ghosts(self) -> None:
        """What was crossed out leaves."""
        if len(self.ghosts):
            self.play(FadeOut(self.ghosts), run_time=QUICK)
        self.ghosts = VGroup()
