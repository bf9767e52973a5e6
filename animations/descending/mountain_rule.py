"""The rule of the descent above the story's words: its parts come as they are spoken of, and a box goes from part to part."""

from __future__ import annotations

from manim import (
    Animation,
    Create,
    FadeIn,
    ReplacementTransform,
    SurroundingRectangle,
    VGroup,
    VMobject,
)

from symgd.animations.descending.annotated_lines import AFTER, BEFORE, GRADIENT, MINUS, general
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.terms import Equation, Negative, Partial, Product, Sum, Symbol
from symgd.writing.words import Words, message

EM, ROUND, WIDTH = 0.6, 0.07, 2.5
LOWEST = 0.6  # of its size, that it has at least
PLACE, SLOPE, STEP, NEXT = range(4)


class MountainRule:
    """θ_next = θ − α∇J: where he stands is θ, the slope under his feet ∇J, his step −α∇J, and θ_next where he stands then."""

    def __init__(self, stage: Stage, zone: Zone, story: DescentStory) -> None:
        self.stage = stage
        self.box: VMobject = VMobject()
        self.formula = stage.formula(rule_of(story, stage.words), em=EM).at_most(
            zone.width - 2 * ROUND
        )
        tall = float(self.formula.height) + 4 * ROUND  # with a box round it
        self.formula.scale(min(1.0, max(LOWEST, zone.height / tall)))
        self.formula.put(zone.left + ROUND, zone.centre[1])
        self.formula.shift((0, zone.centre[1] - self.formula.get_center()[1], 0))
        made, step = self.formula, (*MINUS, 1)
        signed = VGroup(*(made[n] for n in (*made.own(MINUS), *made.inside(step))))
        self.parts = made.glyphs(BEFORE), made.glyphs(GRADIENT), signed, made.glyphs(AFTER)
        self.seen: set[int] = set()

    def speaks(self, part: int) -> list[Animation]:
        """What of it has not been seen comes, and the box goes to it."""
        group, old = self.parts[part], self.box
        new = self.formula if part == NEXT else group  # with the last comes the sign of equality
        coming = [glyph for glyph in new if id(glyph) not in self.seen]
        self.seen.update(map(id, coming))
        ink = self.stage.palette.ink
        self.box = SurroundingRectangle(group, color=ink, buff=ROUND, stroke_width=WIDTH)
        moved = ReplacementTransform(old, self.box) if old.has_points() else Create(self.box)
        return [*([FadeIn(VGroup(*coming))] if coming else []), moved]


def rule_of(story: DescentStory, words: Words) -> Equation:
    """The rule, in the only parameter's own letter where there is one."""
    if len(story.names) > 1:
        return general(story, words)
    name = Symbol(story.names[0])
    after = Symbol(f"{name.name}_{words(message('next')).replace(' ', '')}")
    slope = Partial(story.problem.cost_name, name)
    return Equation(after, Sum((name, Negative(Product((story.rate, slope))))))
