"""RateDrop: the gap of a walk that goes on at a lower rate, before and after, and its places on a floor."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from manim import Ellipse, VGroup, VMobject

from symgd.animations.comparing.cost_means import means_of
from symgd.animations.comparing.epoch_picture import DIAMOND, EpochPicture, ring_about
from symgd.animations.comparing.walk_looks import WIDTH, WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.data.arrays import FloatArray, spread
from symgd.writing.words import message

DOTS, EM, INSIDE, SMALL = 160, 0.27, 0.1, 0.7


class RateDrop:
    """`panel` stands still; `live` and the `cloud` follow `show`, by how much of the walk at the lower rate is made."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        before: Walk,
        after: Walk,
        look: WalkLook,
        label: Label,
        least: float,
    ) -> None:
        self.stage, self.after, self.look = stage, after, look
        late = before.clock >= before.end / 4
        self.rates = before.run.learning_rate, after.run.learning_rate
        rows = [before.run.trace.steps[late], before.run.steps + after.run.trace.steps[1:]]
        gaps = [before.cost[late] - least, after.cost[1:] - least]
        self.clock = np.concatenate(rows).astype(float)
        self.border = float(before.run.steps)
        self.means = [
            self._smooth(np.asarray(row, dtype=float), gap)
            for row, gap in zip(rows, gaps, strict=True)
        ]
        values = np.concatenate([value for _, value in self.means])
        y = scale_of([float(values.min()), float(values.max())], INSIDE, log=True)
        x = Scale(float(self.clock[0]), float(self.clock[-1]), whole=True)
        self.panel = PlotPanel(stage, zone, x, y, x_label=message("step"), y_label=label)
        self.panel.noted(message("log scale"))
        self.panel.foot(message("lines: means"))
        self.lines = [stroke(look.colour, WIDTH) for _ in self.means]
        self.edge = drawn(stroke(stage.palette.ink, 1.8), [self._edge()], dashed=True)
        self.mark = look.mark(stage.palette.ground)
        self.live = VGroup(self.edge, *self.lines, self.mark)
        self.names = VGroup(*map(self._named, (0, 1)))
        self.dots: VMobject = stroke(look.colour, 0).set_fill(look.colour, opacity=1.0)
        self.spots: FloatArray = np.zeros((0, 3))
        self.show(0.0)

    def _smooth(self, clock: FloatArray, gap: FloatArray) -> tuple[FloatArray, FloatArray]:
        """The mean of the latest gaps, by steps from where this part begins."""
        steps = clock - clock[0]
        found, values = means_of(steps, gap, even=True)
        return found + float(clock[0]), values

    def _edge(self) -> tuple[FloatArray, FloatArray]:
        panel = self.panel
        ends = [panel.position(self.border, height) for height in (panel.y.low, panel.y.high)]
        return ends[0], ends[1]

    def _named(self, side: int) -> VMobject:
        """The rate at either side of the edge, at the top."""
        box, edge = self.panel.box, float(self._edge()[0][0])
        left, right = (box.left, edge) if side == 0 else (edge, box.right)
        said = message("rate {rate}", rate=numeral(self.rates[side], digits=2))
        made = self.stage.sentence(said, em=EM)
        made.scale(min(1.0, (right - left - INSIDE) / made.width))
        return made.put((left + right - made.width) / 2, box.bottom + INSIDE)

    def cloud(self, floor: EpochPicture) -> VMobject:
        """Where the walk at the lower rate is after some of its steps, on a floor."""
        places = zip(self.after.points, self.after.clock.tolist(), strict=True)
        every = [floor.panel.border(*floor.place(*each)) for each in places]
        self.spots = np.array(every)
        return self.dots

    def ring(self, floor: EpochPicture) -> Ellipse:
        """About its places in the later half of its time."""
        return ring_about(self.spots[len(self.spots) // 2 :], self.stage.palette.ink)

    def show(self, part: float, mark: VMobject | None = None) -> RateDrop:
        """So much of the way at the lower rate."""
        (start, before), (clock, gap) = self.means
        panel, now = self.panel, self.border + part * (self.clock[-1] - self.border)
        self.look.draw(self.lines[0], panel.segments(start, before))
        kept = np.append(clock[clock < now], now)
        shown = np.interp(kept, clock, gap)
        if part > 0:
            self.look.draw(self.lines[1], panel.segments(kept, shown))
        self.mark.move_to(panel.border(now, float(shown[-1] if part > 0 else before[-1])))
        if len(self.spots):
            made = int(part * (len(self.spots) - 1))
            chosen = [row for row in spread(len(self.spots), DOTS) if row <= made]
            drawn(
                self.dots,
                [side for row in chosen for side in pairwise(self.spots[row] + SMALL * DIAMOND)],
            )
            if mark is not None:
                mark.move_to(self.spots[made])
        return self
