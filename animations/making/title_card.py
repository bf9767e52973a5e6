"""TitleCard: what stands before a lesson of a course."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from manim import DOWN, FadeIn, VGroup

from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import Lesson
from symgd.terms import Equation

NUMBER_EM, TITLE_EM, COST_EM, GAP = 0.9, 0.62, 0.5, 0.5
EVEN = 1.15  # of a line's share of a title, for words are not cut
SECONDS = 3.0


class TitleCard(Lesson):
    """The number of a lesson, what it shows, and the cost that it is about.

    Parameters
    ----------
    number : int
    title : str
        In the film's language.
    """

    def __init__(self, renderer: Any = None, *, number: int, title: str, **settings: Any) -> None:
        super().__init__(renderer, **settings)
        self.number, self.title = number, title[:1].upper() + title[1:]

    def beats(self) -> Iterator[Beat]:
        """The card, in silence."""
        yield Beat(self.title, "", TitleCard.show, seconds=SECONDS)

    def show(self) -> None:
        """Number and title, and under them the cost."""
        stage, zone = self.stage, self.stage.layout.whole
        number = stage.sentence(str(self.number), em=NUMBER_EM)
        title = self.title_within(zone.width)
        cost = stage.formula(Equation(self.problem.cost_name, self.problem.cost_term), em=COST_EM)
        card = VGroup(number, title, cost.at_most(zone.width)).arrange(DOWN, buff=GAP)
        card.scale(min(1.0, zone.width / card.width, zone.height / card.height))
        self.play(FadeIn(card.move_to(zone.centre)), run_time=0.5)

    def title_within(self, width: float) -> Typeset:
        """The title in lines of about the same length."""
        title = self.stage.sentence(self.title, em=TITLE_EM)
        lines = math.ceil(title.width / width)
        if lines == 1:
            return title
        even = min(width, EVEN * title.width / lines)
        return self.stage.sentence(self.title, em=TITLE_EM, width=even, align="center")
