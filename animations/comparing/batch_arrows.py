"""BatchArrows: at one point of the parameters, the batch's arrow, the single rows', and their mean."""

from __future__ import annotations

from collections.abc import Sequence

from manim import (
    FadeIn,
    FadeOut,
    UpdateFromAlphaFunc,
    VGroup,
    VMobject,
)

from symgd.animations.comparing import batch_words as words
from symgd.animations.comparing.arrows_picture import ArrowBundle, arrow, tip_name
from symgd.animations.comparing.batch_story import BatchStory
from symgd.animations.comparing.paths_picture import PathsPicture, remark_below
from symgd.animations.comparing.rule_moves import rows_become
from symgd.animations.comparing.walk_looks import WalkLook, looks_of
from symgd.animations.comparing.walks import held_at
from symgd.animations.comparing.zoom import Zoom
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.number_grid import HEAD_HEIGHT, NumberGrid
from symgd.animations.pictures.plot_panel import PlotPanel
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.rows import Rows, stacked
from symgd.animations.staging.stage import Label, Zone
from symgd.animations.stories.cost_map import RATIO, CostMap
from symgd.data.arrays import FloatArray
from symgd.derivation.engine import gradient_of
from symgd.terms import (
    BigSum,
    Equation,
    Fraction,
    Negative,
    Partial,
    Product,
    Symbol,
    Term,
    abbreviations,
    number,
)
from symgd.writing.words import Message, message

FADE, MOVE, SLOW = 0.6, 1.2, 2.5
ROOM = 0.15
NEAR_RATIO = 1.6  # between lines of equal cost that are seen from near
LONG_EM = 0.29  # of a formula that has to be broken
GAP = 0.15
FORMULAS, FORMULAS_BESIDE = 0.42, 0.55  # of the mathematics
LOW = 4.0  # mathematics lower than this stand beside each other
BOLD = 5.0
ASIDE = 0.16  # from an arrow to a dashed one that lies along it
LEAST_PITCH = 0.34
OTHERS = 3  # rows of the table below those of single rows


class BatchArrows(Lesson):
    """Shows what single rows ask for, and what that is on the average."""

    story: BatchStory
    paths: PathsPicture
    panel: PlotPanel
    zoom: Zoom
    arrows_left: list[VMobject]

    # ---------------------------------------------------------------------------------------------
    # Where things stand

    def halves(self, first: float, beside: float = FORMULAS_BESIDE) -> list[Zone]:
        """The mathematics in two parts, below each other, or beside each other where they are low."""
        zone = self.stage.layout.mathematics
        if zone.height < LOW:
            return zone.columns(beside, 1 - beside, gap=GAP)
        return zone.rows(first, 1 - first, gap=GAP)

    @property
    def names(self) -> list[Symbol]:
        """The picture's parameters."""
        return [Symbol(self.problem.parameters[index]) for index in self.story.axes]

    @property
    def looks(self) -> tuple[WalkLook, ...]:
        """All rows, some and one always look the same, whether there are three walks or two."""
        every = looks_of(self.stage.palette)
        return every[:3] if len(self.story.walks) > 2 else (every[0], every[2])

    def picture(self) -> PathsPicture:
        """The walks' picture."""
        story, stage = self.story, self.stage
        made = PathsPicture(
            stage,
            stage.layout.picture,
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
        held = held_at(self.story.walks)
        return CostMap(self.story.evaluate, self.story.axes, held, start, known, ratio)

    def near_picture(self) -> PathsPicture:
        """What is round the place where the arrows are, as large as they are."""
        story, stage = self.story, self.stage
        tips = [story.tip(gradient)[None, :] for gradient in (*story.singles, self.mean)]
        made = PathsPicture(
            stage,
            stage.layout.picture,
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
        x = scale_of([*tips, float(self.story.place[0])], ROOM)
        y = Scale(0.0, self.story.rows + 1.0, whole=True)
        zone = self.stage.layout.picture
        return PlotPanel(self.stage, zone, x, y, x_label=self.names[0], y_label=message("row"))

    def spot(self, point: FloatArray, row: float) -> tuple[float, float]:
        """Where some parameters are in the arrows' panel."""
        chosen = point[list(self.story.axes)].tolist()
        return (chosen[0], row) if len(chosen) == 1 else (chosen[0], chosen[1])

    def arrow_of(self, gradient: FloatArray, colour: str, *, dashed: bool = False) -> VGroup:
        """An arrow against a gradient, from the start to the picture's border at most."""
        middle = (self.story.rows + 1) / 2
        start = self.panel.position(*self.spot(self.story.place, middle))
        end = self.panel.border(*self.spot(self.story.tip(gradient), middle))
        return arrow(start, end, colour, BOLD, dashed=dashed, beside=ASIDE if dashed else 0.0)

    # ---------------------------------------------------------------------------------------------
    # Arrows

    def show_batch(self) -> None:
        """The point, the derived gradient, and the arrow against it."""
        self.paths = self.picture()
        self.formula_zone, self.table_zone = self.halves(FORMULAS)
        self.set_heading(words.question())
        self.show_place()
        cost = self.problem.cost_name
        self.formulas = self.derived(cost, {n.name: self.gradient[n.name].last for n in self.names})
        self.play(FadeIn(self.formulas), run_time=FADE)
        self.grid = self.number_grid(cost)
        self.batch_row = self.grid.row(
            len(self.shown) + 1, message("all rows"), self.entries(self.mean)
        )
        self.play(FadeIn(VGroup(self.grid.head, self.grid.rule, self.batch_row)), run_time=FADE)
        self.batch_arrow = self.arrow_of(self.mean, self.stage.palette.ink)
        self.arrow_note = self.remark(self.length_said())
        self.turn()
        self.play(FadeIn(self.batch_arrow, self.arrow_note), run_time=FADE)

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
            paths = self.paths
            moving = UpdateFromAlphaFunc(
                paths.each[0], lambda _, part: paths.show(time * part, [0])
            )
            self.play(moving, run_time=MOVE)
            paths.show(time, [0])

    def length_said(self) -> Message:
        """How long the arrows are."""
        factor, rate = self.story.factor, numeral(self.story.rate)
        if factor == 1:
            return message("each arrow: a step at rate {rate}", rate=rate)
        return message("each arrow: {times} steps at rate {rate}", times=numeral(factor), rate=rate)

    def remark(self, said: Message) -> Typeset:
        """What is said below the arrows."""
        zone, panel = self.stage.layout.picture, self.panel
        return remark_below(self.stage, zone, panel, said)

    @property
    def shown(self) -> Sequence[int]:
        """The rows that the table has."""
        zone = self.halves(FORMULAS)[1]
        return self.story.few(int((zone.height - HEAD_HEIGHT) / LEAST_PITCH) - OTHERS)

    def entries(self, gradient: FloatArray) -> list[float]:
        """The minus gradient by the picture's parameters."""
        return [-float(gradient[index]) for index in self.story.axes]

    def number_grid(self, cost: Term) -> NumberGrid:
        """Room for the rows' gradients, their mean, and the batch's."""
        every = [self.entries(self.story.singles[row]) for row in self.shown]
        every += [self.entries(self.mean)] * 2
        if self.story.other is not None:
            every.append(self.entries(self.story.other_whole))
        heads: list[Label] = [Negative(Partial(cost, name)) for name in self.names]
        return NumberGrid(self.stage, self.table_zone, heads, every)

    def derived(self, cost: Term, parts: dict[str, Term], *before: Equation) -> VGroup:
        """The derived gradient by the picture's parameters, as large as there is room for."""
        statements = [Equation(Partial(cost, Symbol(n)), part) for n, part in parts.items()]
        letters = dict.fromkeys(each for part in parts.values() for each in abbreviations(part))
        whats = [Equation(each, each.definition) for each in letters if each != cost]
        return self.set_lines(
            [*before, *whats, *statements],
            [*whats, *statements],
            [*whats, *statements[:1]],
            statements[:1],
        )

    def set_lines(self, *choices: Sequence[Equation]) -> VGroup:
        """The first of these groups of lines that has room; else as many of the last's, from its end, as have room."""
        rows, zone = Rows(self.stage), self.formula_zone
        for chosen in choices:
            if len(found := rows.set_into(zone, chosen)):
                return found
        lines = [
            self.stage.formula(each, em=LONG_EM).broken(zone.width).at_most(zone.width)
            for each in choices[-1]
        ]
        groups = [VGroup(line.put(zone.left, 0.0)) for line in lines]
        while len(groups) > 1 and stacked(groups, zone.top).height > zone.height:
            del groups[0]
        return stacked(groups, zone.top)

    def show_single(self) -> None:
        """The derived gradient of one row; then row by row an arrow and its numbers."""
        story, one = self.story, self.story.one
        loss = story.example.cost_name
        parts = {n.name: one[n.name].last for n in self.names}
        new = self.derived(loss, parts, Equation(loss, loss.definition))
        self.become(new)
        heads = NumberGrid(
            self.stage,
            self.table_zone,
            [Negative(Partial(loss, n)) for n in self.names],
            [[0.0] * len(self.names)],
        )
        self.play(FadeOut(self.grid.head), FadeIn(heads.head), run_time=FADE)
        self.grid.head = heads.head
        self.turn()
        self.bundle = self.make_bundle()
        self.arrows_left = [self.bundle.whole]
        arrows, dots = self.bundle.whole
        self.rows, self.tip_names = [], VGroup()
        for place, row in enumerate(self.shown):
            line = self.grid.row(
                place, message("row {number}", number=row + 1), self.entries(story.singles[row])
            )
            named = tip_name(self.stage, self.bundle, row)
            self.tip_names.add(named)
            self.play(FadeIn(VGroup(arrows[place], dots[row], named)), run_time=FADE)
            self.play(FadeIn(line), run_time=FADE)
            self.rows.append(line)
        self.play(FadeIn(dots), run_time=FADE)
        self.remove(*arrows, *dots)
        self.add(self.bundle.whole, self.tip_names)

    def make_bundle(self) -> ArrowBundle:
        """Every row's arrow."""
        story = self.story
        tips = [self.spot(story.tip(g), n) for n, g in enumerate(story.singles, start=1)]
        starts = [self.spot(story.place, n) for n in range(1, story.rows + 1)]
        return ArrowBundle(self.panel, starts, tips, self.shown, self.stage.palette.third)

    def change_formulas(self, statements: Sequence[Equation]) -> None:
        """Other lines in the place of those that are there, as many as there is room for."""
        self.become(self.set_lines(statements, statements[:1]))

    def become(self, new: VGroup) -> None:
        """The lines that are there become others: what stays, stays and moves."""
        old = self.formulas
        self.play(*rows_become(old, new), run_time=MOVE)
        self.remove(old, *old.get_family(), *new.get_family())
        self.add(new)
        self.formulas = new

    def mean_lines(self) -> list[Equation]:
        """The gradient as the mean of the rows' own, or as their sum."""
        problem, loss = self.problem, self.story.example.cost_name
        index, count = problem.notation.index, Symbol(problem.notation.count)
        made = []
        for name in self.names:
            every: Term = BigSum(Partial(loss, name), index, count)
            if not self.story.is_sum:
                every = Product((Fraction(number(1), count), every))
            made.append(Equation(Partial(problem.cost_name, name), every))
        return made

    def show_mean(self) -> None:
        """The tips meet; and so do the numbers."""
        self.change_formulas(self.mean_lines())
        group = self.bundle.whole
        self.play(FadeOut(self.tip_names), run_time=FADE)

        def gather(mobject: VGroup, part: float) -> None:
            mobject.become(self.bundle.gathered(part))

        self.play(UpdateFromAlphaFunc(group, gather), run_time=SLOW)
        count = self.story.rows
        mean = self.grid.row(
            len(self.shown), message("mean of {count}", count=count), self.entries(self.mean)
        )
        self.play(FadeIn(mean[0]), run_time=FADE)
        for column, made in enumerate(mean[1]):
            copies = [line[1][column].copy() for line in self.rows]
            down = [each.animate.move_to(made).set_fill(opacity=0.0) for each in copies]
            self.play(*down, FadeIn(made), run_time=MOVE)
            self.remove(*copies)
        self.rows.append(mean)
        self.ring = self.grid.ring(mean, self.batch_row)
        self.play(FadeIn(self.ring), run_time=FADE)
        self.rows.append(self.ring)
        self.turn()

    def show_other(self) -> None:
        """The same arrow by the other convention."""
        story, palette = self.story, self.stage.palette
        assert story.other is not None
        self.play(FadeOut(self.bundle.whole), run_time=FADE)
        half = self.arrow_of(story.other_whole, palette.prediction, dashed=True)
        values = self.entries(story.other_whole)
        row = self.grid.row(len(self.shown) + 2, words.other_name(story), values)
        self.play(FadeOut(self.ring), run_time=FADE)
        self.rows.remove(self.ring)
        self.change_formulas(self.conventions())
        self.turn()
        self.play(FadeIn(half), run_time=FADE)
        note = self.remark(words.convention_name(story))
        self.play(FadeOut(self.arrow_note), FadeIn(note), run_time=FADE)
        self.arrow_note = note
        self.play(FadeIn(row), run_time=FADE)
        self.rows += [row]
        self.arrows_left = [half]

    def conventions(self) -> list[Equation]:
        """The cost and its derivative by both conventions."""
        other, name, problem = self.story.other, self.names[0], self.problem
        assert other is not None
        derived = gradient_of(other)[name.name].last
        part = Fraction(number(1), number(2)) if self.story.is_halving else number(2)
        return [
            Equation(Partial(problem.cost_name, name), self.gradient[name.name].last),
            Equation(Partial(Product((part, problem.cost_name)), name), derived),
        ]
