"""DuelPicture: the gap of all rows and of one row by rows read, on log scales; copies of the rows push one curve to the right."""

from __future__ import annotations

import numpy as np
from manim import BackgroundRectangle, VGroup

from symgd.animations.comparing.reading_duel import ReadingDuel
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.formulas.numerals import Scale, numeral, scale_of
from symgd.animations.pictures.plot_panel import PlotPanel, drawn, stroke
from symgd.animations.staging.stage import Label, Stage, Zone
from symgd.writing.words import message

EM, THIN, CLEAR, PLATE = 0.27, 1.6, 0.08, 0.03
BEFORE, BEYOND = 1.35, 6.0  # times before the first row, and beyond the last foot
UNDER, ROOM = 4.0, 0.06  # times below the level


class DuelPicture:
    """`panel`, `level` and `one` stand still; `every` follows `show`."""

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        duel: ReadingDuel,
        looks: tuple[WalkLook, WalkLook],
        y: Label,
    ) -> None:
        self.stage, self.duel, self.looks = stage, duel, looks
        read, gaps = duel.line
        end = max(duel.read_by_all(duel.copies), duel.many) * BEYOND
        x = Scale(1 / BEFORE, end, log=True, whole=True)
        heights = [float(duel.gaps[0]), duel.level / UNDER, *gaps[gaps > 0].tolist()]
        self.panel = PlotPanel(
            stage,
            zone,
            x,
            scale_of(heights, ROOM, log=True),
            x_label=message("rows read"),
            y_label=y,
        )
        self.panel.noted(message("log scales"))
        self.panel.foot(message("one row: means"))
        self.level = self._level()
        line, foot, mark = self._parts(looks[1])
        self._draw(looks[1], line, read.tolist(), gaps.tolist())
        assert duel.read_by_one is not None
        self._stand(foot, mark, duel.read_by_one, float(np.interp(duel.read_by_one, read, gaps)))
        self.one, self.foot_of_one = line, VGroup(foot, mark)
        self.every, self.foot, self.mark = self._parts(looks[0])
        self.first = stage.sentence(message("first step"), em=EM)
        self.plate = BackgroundRectangle(
            self.first, color=stage.palette.ground, fill_opacity=0.85, buff=PLATE
        )
        self.live = VGroup(self.every, self.foot, self.mark)
        self.show(1.0)

    def _parts(self, look: WalkLook) -> tuple[VGroup, VGroup, VGroup]:
        ground = self.stage.palette.ground
        return (
            VGroup(look.line(ground)),
            VGroup(stroke(look.colour, THIN)),
            VGroup(look.mark(ground)),
        )

    def _level(self) -> VGroup:
        """The gap that both come down to, with its number at the right end."""
        panel, value = self.panel, self.duel.level
        ends = panel.segments([panel.x.low, panel.x.high], [value, value])
        line = drawn(stroke(self.stage.palette.ink, THIN), ends, dashed=True)
        word = self.stage.sentence(numeral(value, digits=2), em=EM)
        height = float(panel.position(panel.x.low, value)[1])
        return VGroup(line, word.put(panel.box.right - word.width, height + CLEAR))

    def _draw(self, look: WalkLook, line: VGroup, xs: list[float], ys: list[float]) -> None:
        low = self.panel.x.low
        look.draw(line[0], self.panel.segments([max(x, low) for x in xs], ys))

    def _stand(self, foot: VGroup, mark: VGroup, read: float, gap: float) -> None:
        """The mark on its line where that is as low, and a line from it down to the scale."""
        there = self.panel.border(read, gap)
        ground = np.array([there[0], self.panel.box.bottom, 0.0])
        drawn(foot[0], [(there, ground)], dashed=True)
        mark.move_to(there)

    def show(self, copies: float) -> DuelPicture:
        """All rows' gap, where each row comes so many times: it stays the start's until a step is made."""
        duel, low = self.duel, self.panel.x.low
        gaps = duel.gaps.tolist()
        first = duel.story.rows * copies
        xs = [low, first, *(first * step for step in range(1, len(gaps)))]
        self._draw(self.looks[0], self.every, xs, [gaps[0], gaps[0], *gaps[1:]])
        made = duel.steps_of_all or 0
        self._stand(self.foot, self.mark, made * first, gaps[made])
        return self

    def named_first(self) -> VGroup:
        """Words where all rows make their first step."""
        edge = self.panel.position(self.duel.many, float(self.duel.gaps[0]))
        word = self.first
        left = max(self.panel.box.left + CLEAR, float(edge[0]) - CLEAR - word.width)
        word.put(left, float(edge[1]) - EM - CLEAR)
        self.plate.move_to(word)
        return VGroup(self.plate, word)
