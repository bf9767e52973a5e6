"""BatchTwos: the factor 2 of each row's gradient, and how long the arrows are without it."""

from __future__ import annotations

from manim import FadeIn, FadeOut, UpdateFromAlphaFunc, VGroup

from symgd.animations.comparing.batch_arrows import FADE, BatchArrows
from symgd.animations.comparing.batch_lines import MOVE
from symgd.animations.formulas.formula import Formula
from symgd.terms import Negative, Number, Product

GONE, PALE, HALF = 0.12, 0.3, 0.5
HELD = 1.2  # seconds without it


class BatchTwos(BatchArrows):
    """Where a square's derivative has its 2 in every line, the arrows are shown without it."""

    def twos(self, lines: VGroup) -> list[VGroup]:
        """The factor 2 in each line of one row's gradient; none where some line has none."""
        found = []
        for row in lines[-len(self.names) :]:
            last = row[-1]
            factor = _two(last) if isinstance(last, Formula) else None
            if factor is None:
                return []
            found.append(factor)
        return found

    def show_twos(self) -> None:
        """The 2 fades and the arrows shrink to half; then both come back."""
        twos, bundle = self.twos(self.formulas), self.bundle
        numbers = [each for row in self.rows for each in row[1:]]

        def sized(start: float, end: float) -> UpdateFromAlphaFunc:
            return UpdateFromAlphaFunc(
                bundle.whole,
                lambda group, part: group.become(bundle.chained(start + part * (end - start), 0.0)),
            )

        self.play(FadeOut(self.tip_names), run_time=FADE / 2)
        self.turn()
        away = [each.animate.set_fill(opacity=GONE) for each in twos]
        pale = [each.animate.set_fill(opacity=PALE) for each in numbers]
        self.play(*away, *pale, sized(1.0, HALF), run_time=MOVE)
        self.wait(HELD * self.stage.pace)
        back = [each.animate.set_fill(opacity=1.0) for each in (*twos, *numbers)]
        self.play(*back, sized(HALF, 1.0), run_time=MOVE)
        self.play(FadeIn(self.tip_names), run_time=FADE / 2)


def _two(line: Formula) -> VGroup | None:
    """The glyphs of a factor 2, or of −2 without its sign, in a product."""
    for path, part in line.term.walk():
        above = line.term.at(path[:-1]) if path else None
        if (
            isinstance(part, Number)
            and abs(part.number) == 2
            and isinstance(above, Product | Negative)
        ):
            return VGroup(*line.glyphs(path)[-1:])
    return None
