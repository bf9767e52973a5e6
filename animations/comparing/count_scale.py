"""CountScale: steps by their logarithms, and above the torn top a place for those that never arrive; nothing here needs Manim."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.animations.formulas.numerals import Scale

STRIP = 0.13  # of the scale's height, what is above the tear


@dataclass(frozen=True)
class CountScale(Scale):
    """A logarithmic scale whose numbers end at `top`: what lies above that is no number."""

    top: float = 1.0

    def ticks(self, most: int = 5) -> tuple[float, ...]:
        """Round values up to the top."""
        return Scale(self.low, self.top, log=True).ticks(most)

    @property
    def tear(self) -> float:
        """Where numbers end: a part of the whole height."""
        return self.part(self.top)

    @property
    def never(self) -> float:
        """Where what never arrives stands: a part of the whole height."""
        return (1 + self.tear) / 2


def count_scale(scale: Scale, *, torn: bool) -> CountScale:
    """A scale with such a place above it, where something stands there."""
    reach = scale.high / scale.low
    high = scale.low * reach ** (1 / (1 - STRIP)) if torn else scale.high
    return CountScale(scale.low, high, log=True, top=scale.high)
