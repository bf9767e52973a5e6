"""CardFlight: a part of a formula goes on a card to its place in another, which makes room meanwhile."""

from __future__ import annotations

import numpy as np
from manim import Animation, VGroup, VMobject, smooth

from symgd.animations.formulas.glyph_travel import Box, Traveller, stretched

WAITS, ARRIVES = 0.35, 0.9  # of the time: when it leaves, and when it is there
SHOWN = 0.15  # of its way, on which its card comes and goes


class CardFlight(Animation):
    """Glyphs become as many others; the card hides what they pass, and is `there` before or comes as they leave."""

    def __init__(
        self,
        card: VMobject,
        origin: VGroup,
        target: VGroup,
        place: VMobject,
        *,
        there: bool = False,
    ) -> None:
        self.comes = 0.0 if there else SHOWN
        self.travellers = [Traveller(a, b) for a, b in zip(origin, target, strict=True)]
        self.card, self.outline = card, np.array(card.points)
        self.start, self.end = Box.of([card.points]), Box.of([place.points])
        moved = [glyph for each in self.travellers for glyph in each.mobjects]
        super().__init__(VGroup(card, *moved), remover=True, introducer=True)

    def interpolate_mobject(self, alpha: float) -> None:
        """Set everything as it is at `alpha`, from 0 to 1."""
        way = float(smooth(np.clip((alpha - WAITS) / (ARRIVES - WAITS), 0, 1)))
        shown = min(1.0, way / self.comes if self.comes else 1.0, (1 - way) / SHOWN)
        stretched(self.card, self.outline, self.start, self.start.towards(self.end, way))
        self.card.set_fill(opacity=shown).set_stroke(opacity=shown)
        for traveller in self.travellers:
            traveller.show(way, 0.0)
