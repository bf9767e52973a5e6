"""BatchArrows: at one point of the parameters, the batch's arrow, the single rows', and their mean."""

from __future__ import annotations

from collections.abc import Sequence

from manim import FadeIn, FadeOut, GrowFromPoint, UpdateFromAlphaFunc, VGroup, VMobject

from symgd.animations.comparing import batch_words as words
from symgd.animations.comparing.arrows_picture import ArrowBundle, arrow, tip_name
from symgd.animations.comparing.batch_lines import FORMULAS, GAP, MOVE, BatchLines
from symgd.animations.comparing.line_swing import LineSwing
from symgd.animations.comparing.paths_picture import PathsPicture, remark_below
from symgd.animations.comparing.row_colours import row_colours
from symgd.animations.comparing.row_points import RowPoints, has_points
from symgd.animations.comparing.walk_looks import WalkLook, looks_of
from symgd.animations.comparing.walks import held_at
from symgd.animations.comparing.zoom import Zoom
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.number_grid import HEAD_HEIGHT, NumberGrid
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.stage import Label, Zone
from symgd.animations.stories.cost_map import RATIO, CostMap
from symgd.data.arrays import FloatArray
from symgd.terms import Equation
from symgd.writing.words import Message, message

FADE, SLOW = 0.6, 2.5
FLIGHT = 0.5
POINTS, ARROWS = 0.44, 0.56  # of the picture, or of its height where it is high
ROOM = 0.15
NEAR_RATIO = 1.6  # between lines of equal cost that are seen from near
BOLD = 5.0
LEAST_PITCH = 0.34
SWING, SOON_THERE = 0.9, 0.6  # seconds to the first row's point, and to the others'
OTHERS = 3  # rows of the table below those of single rows


class BatchArrows(BatchLines):
    """Shows what single rows ask for, and what that is on the average."""

    paths: PathsPicture
    panel: PlotPanel
    zoom: Zoom
    arrows_left: list[VMobject]
    points: RowPoints | None = None  # none where a model has no input

    # ---------------------------------------------------------------------------------------------
    # Where things stand

    @property
    def arrow_zone(self) -> Zone:
        """Where the arrows are: beside the data, where there are some."""
        zone = self.stage.layout.picture
        return zone.split(POINTS, ARROWS, gap=GAP)[1] if has_points(self.problem) else zone

    @property
    def looks(self) -> tuple[WalkLook, ...]:
        """All rows, some and one always look the same, whether there are three walks or two."""
        every = looks_of(self.stage.palette)
        return every[:3] if len(self.story.walks) > 2 else (every[0], every[2])

    @property
    def row_colours(self) -> list[str]:
        """The colour of each row, wherever it is seen."""
        return row_colours(self.stage.palette, self.story.rows)

    def picture(self) -> PathsPicture:
        """The walks' picture."""
        story, stage = self.story, self.stage
        made = PathsPicture(
            stage,
            self.arrow_zone,
            story.walks,
            self.looks,
            self.map_from(story.start),
            clock=message("epochs"),
        )
        made.noted()
        return made

    def map_from(self, start: FloatArray, ratio: float = RATIO) -> CostMap:
        """The cost, with a line of equal cost through some place."""
        known = self.story.run.curvature is not None
        least = self.story.least
        held = held_at(self.story.walks) if least is None else least.point
        return CostMap(self.story.evaluate, self.story.axes, held, start, known, ratio)

    def near_picture(self) -> PathsPicture:
        """What is round the place where the arrows are, as large as they are."""
        story, stage = self.story, self.stage
        tips = [story.tip(gradient)[None, :] for gradient in (*story.singles, self.mean)]
        tips += [story.own(row)[None, :] for row in self.shown]
        if story.is_chained_whole:
            tips.append(story.sums)
        made = PathsPicture(
            stage,
            self.arrow_zone,
            story.walks[:1],
            self.looks[:1],
            self.map_from(story.place, NEAR_RATIO),
            window=(story.place[None, :], *tips),
        )
        made.noted()
        return made

    @property
    def mean(self) -> FloatArray:
        """The mean of the rows' gradients, which is that of the batch, or its part a row."""
        return self.story.mean

    def arrow_panel(self) -> PlotPanel:
        """Where arrows are: near the place, or for one parameter on a line for each row."""
        if len(self.story.axes) > 1:
            return self.near.panel
        tips = [float(self.story.tip(g)[0]) for g in (*self.story.singles, self.mean)]
        if self.story.is_chained_whole:
            tips += self.story.sums[:, 0].tolist()
        x = scale_of([*tips, float(self.story.place[0])], ROOM)
        y = Scale(0.0, self.story.rows + 1.0, whole=True)
        zone = self.arrow_zone
        return PlotPanel(self.stage, zone, x, y, x_label=self.names[0], y_label=message("row"))

    def spot(self, point: FloatArray, row: float) -> tuple[float, float]:
        """Where some parameters are in the arrows' panel."""
        chosen = point[list(self.story.axes)].tolist()
        return (chosen[0], row) if len(chosen) == 1 else (chosen[0], chosen[1])

    def arrow_of(self, gradient: FloatArray, colour: str) -> VGroup:
        """An arrow against a gradient, to the picture's border at most."""
        middle = (self.story.rows + 1) / 2
        start = self.panel.position(*self.spot(self.story.place, middle))
        end = self.panel.border(*self.spot(self.story.tip(gradient), middle))
        return arrow(start, end, colour, BOLD)

    # ---------------------------------------------------------------------------------------------
    # Arrows

    def show_batch(self) -> None:
        """The point, the derived gradient, and the arrow against it."""
        self.paths = self.picture()
        self.formula_zone, self.table_zone = self.halves(FORMULAS)
        self.set_heading(words.question())
        self.show_points()
        self.show_place()
        cost = self.problem.cost_name
        self.formulas = self.derived(cost, {n.name: self.gradient[n.name].last for n in self.names})
        self.play(FadeIn(self.formulas), run_time=FADE)
        self.grid = self.number_grid()
        whole = self.story.whole if self.story.is_sum else self.mean
        self.batch_row = self.grid.row(0, message("all rows"), self.entries(whole))
        self.play(FadeIn(VGroup(self.grid.head, self.grid.rule, self.batch_row)), run_time=FADE)
        self.batch_arrow = self.arrow_of(self.mean, self.stage.palette.ink)
        self.arrow_note = self.remark(self.length_said())
        self.turn()
        self.play(FadeIn(self.arrow_note), run_time=FADE)
        self.grow(self.batch_arrow)

    def grow(self, arrow: VGroup, *others: FadeIn) -> None:
        """An arrow grows from where it begins."""
        if len(arrow):
            start = arrow[0].get_start()
            self.play(GrowFromPoint(arrow, start), *others, run_time=FADE)

    def show_points(self) -> None:
        """The rows as points, with what the model says of them at the start."""
        if not has_points(self.problem):
            return
        story, zone = self.story, self.stage.layout.picture
        left = zone.split(POINTS, ARROWS, gap=GAP)[0]
        self.points = RowPoints(self.stage, left, story.walks[0], story.derive).show(0.0)
        self.play(FadeIn(self.points.panel.drawing, self.points.live), run_time=FADE)

    def show_place(self) -> None:
        """The walk along all rows as far as the place where arrows are drawn; then the picture goes near."""
        paths, story = self.paths, self.story
        if len(story.axes) == 1:
            self.panel = self.arrow_panel()
            middle = self.spot(story.place, (story.rows + 1) / 2)
            self.dot = VGroup(paths.marks[0].copy().move_to(self.panel.position(*middle)))
            self.play(FadeIn(self.panel.drawing), run_time=FADE)
            self.play(FadeIn(self.dot), run_time=FADE)
            return
        self.near = self.near_picture()
        self.panel = self.arrow_panel()
        self.play(FadeIn(paths.panel.drawing), run_time=FADE)
        self.play(FadeIn(paths.lines), FadeIn(paths.each[0]), run_time=FADE)
        self.walk_alone(story.time)
        self.near.show(story.time)
        self.dot = VGroup(self.near.lines, self.near.live)
        self.zoom = Zoom(paths, self.near, story.time)
        self.remove(paths.lines, paths.each[0], *paths.each[0])
        self.zoomed(0.0, 1.0, paths.panel, VGroup(self.panel.drawing, self.dot))

    def zoomed(self, start: float, end: float, old: PlotPanel, new: VGroup) -> None:
        """The part of the map grows, or goes back; what it shows goes with it."""
        zoom = self.zoom.show(start)
        self.add(zoom.whole)
        self.play(FadeOut(old.drawing), run_time=FADE)
        moving = UpdateFromAlphaFunc(
            zoom.whole, lambda _, part: zoom.show(start + (end - start) * part)
        )
        self.play(moving, run_time=MOVE)
        zoom.show(end)
        self.play(FadeIn(new), FadeOut(zoom.whole), run_time=FADE)
        self.remove(zoom.whole, *zoom.whole)

    def walk_alone(self, time: float) -> None:
        """The walk along all rows goes on to a time of the clock."""
        if time > 0:
            paths, points = self.paths, self.points
            moving = [
                UpdateFromAlphaFunc(paths.each[0], lambda _, part: paths.show(time * part, [0]))
            ]
            if points is not None:
                moving.append(
                    UpdateFromAlphaFunc(points.live, lambda _, part: points.show(time * part))
                )
            self.play(*moving, run_time=MOVE)
            paths.show(time, [0])
            if points is not None:
                points.show(time)

    def length_said(self) -> Message:
        """How long the arrows are."""
        factor = self.story.factor
        if factor == 1:
            return message("arrows: one step long")
        return message("arrows: {times} steps long", times=numeral(factor))

    def remark(self, said: Message) -> Typeset:
        """What is said below the arrows."""
        zone, panel = self.arrow_zone, self.panel
        return remark_below(self.stage, zone, panel, said)

    @property
    def shown(self) -> Sequence[int]:
        """The rows that the table has."""
        zone = self.halves(FORMULAS)[1]
        room = int((zone.height - HEAD_HEIGHT) / LEAST_PITCH) - OTHERS
        chosen = self.story.few(room)
        if len(chosen) == room < self.story.rows:  # a row for the dots
            chosen = self.story.few(max(1, room - 1))
        return chosen

    @property
    def below(self) -> int:
        """The table's first place below single rows, and below the dots for those that are left out."""
        return len(self.shown) + (len(self.shown) < self.story.rows)

    def entries(self, gradient: FloatArray) -> list[float]:
        """The minus gradient by the picture's parameters."""
        return [0.0 - float(gradient[index]) for index in self.story.axes]

    def number_grid(self) -> NumberGrid:
        """Room for the rows' arrows, their sum and mean, and the batch's."""
        every = [self.entries(self.story.singles[row]) for row in self.shown]
        every += [self.entries(self.mean)] * (2 + self.below - len(self.shown))
        every.append(self.entries(self.story.singles.sum(axis=0)))
        heads: list[Label] = [message("arrow along {name}", name=name) for name in self.names]
        return NumberGrid(self.stage, self.table_zone, heads, every)

    def lines_of_one(self) -> VGroup:
        """One row's loss, and its derivatives."""
        loss, one = self.story.example.cost_name, self.story.one
        parts = {n.name: one[n.name].last for n in self.names}
        return self.derived(loss, parts, Equation(loss, loss.definition))

    def show_single(self) -> None:
        """The derived gradient of one row; then row by row an arrow and its numbers."""
        self.become(self.lines_of_one())
        down = self.grid.base(self.below + 2) - self.grid.base(0)
        self.play(self.batch_row.animate.shift((0, down, 0)), run_time=FADE)
        self.turn()
        self.swing = self.line_swing()
        self.bundle = self.make_bundle()
        self.arrows_left = [self.bundle.whole]
        arrows, dots = self.bundle.whole
        self.rows: list[VGroup] = []
        self.tip_names, self.lit = VGroup(), VGroup()
        for place, row in enumerate(self.shown):
            self.show_row(place, row, arrows[place])
        left_out = self.grid.dots(len(self.shown)) if self.below > len(self.shown) else VGroup()
        self.rows += [left_out] if len(left_out) else []
        self.play(FadeIn(dots, left_out), run_time=FADE)
        self.remove(*arrows, *dots)
        self.add(self.bundle.whole, self.tip_names)

    def show_row(self, place: int, row: int, arrow: VGroup) -> None:
        """A row's point and residual light up; its arrow grows, the model swings to the point and back, and its numbers come."""
        line = self.grid.row(
            place, message("row {number}", number=row + 1), self.entries(self.story.singles[row])
        )
        line[0].set_fill(self.row_colours[row])
        named = tip_name(self.stage, self.bundle, row, [*self.tip_names])
        if self.points is not None:
            lit = self.points.lit(row, self.row_colours[row])
            self.play(FadeIn(lit), run_time=FADE)
            self.lit.add(lit)
        self.grow(arrow, FadeIn(line))
        self.add(named)
        self.tip_names.add(named)
        self.rows.append(line)
        self.swing_to(row, SOON_THERE if place else SWING)

    def line_swing(self) -> LineSwing:
        """The model and a ring at the place of the arrows."""
        middle = (self.story.rows + 1) / 2

        def spot(point: FloatArray) -> FloatArray:
            return self.panel.border(*self.spot(point, middle))

        return LineSwing(self.points, self.story.place, spot, self.stage.palette.ink)

    def swing_to(self, row: int, seconds: float) -> None:
        """With the parameters on the way of a row's arrow, the model goes to the row's own point, and back."""
        swing = self.swing
        swing.lit(self.row_colours[row])
        self.add(swing.ring)
        self.play(swing.to(self.story.own(row)), run_time=seconds)
        self.play(swing.to(self.story.place), run_time=seconds)
        self.remove(swing.ring)

    def make_bundle(self) -> ArrowBundle:
        """Every row's arrow."""
        story = self.story
        tips = [self.spot(story.tip(g), n) for n, g in enumerate(story.singles, start=1)]
        starts = [self.spot(story.place, n) for n in range(1, story.rows + 1)]
        return ArrowBundle(self.panel, starts, tips, self.shown, self.row_colours)

    def ask_mean(self) -> None:
        """The question stands above the arrows."""
        self.set_heading(words.where_mean())
