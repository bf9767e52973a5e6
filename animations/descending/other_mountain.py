"""Another mountain, with two valleys: two men begin beside each other on its ridge, and come into different ones."""

from __future__ import annotations

from manim import VGroup

from symgd.animations.descending.mountain import Mountain
from symgd.animations.descending.mountain_picture import MountainPicture
from symgd.animations.descending.mountain_rule import rule_of
from symgd.animations.descending.pair_fog import PairFog
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.descent_story import tell
from symgd.derivation.engine import gradient_of
from symgd.optimize.example import two_valley_runs
from symgd.terms import Equation
from symgd.writing.words import message

EM, LINE, GAP = 0.42, 1.5, 0.35  # of what is said beside it; from line to line, and before each man
PITCH, UPPER = 0.95, 2.1  # from the function to the rule, and the height of both
APART = 0.6  # from the rule to its rate
LOW = 5.5  # a zone lower than this has two columns


class OtherMountain:
    """Two walks on a function that has nothing to do with the user's: `walks` are in one panel, `said` beside it."""

    def __init__(self, stage: Stage, zone: Zone, beside: Zone) -> None:
        self.stage = stage
        if beside.height < LOW:
            self.upper, self.lower = beside.columns(1, 1)
        else:
            self.upper, self.lower = beside.rows(UPPER, beside.height - UPPER, gap=0.0)
        runs = two_valley_runs()
        problem = runs[0].problem
        self.mountains = [Mountain(tell(run, lambda: gradient_of(problem))) for run in runs]
        first = MountainPicture(stage, zone, self.mountains[0])
        first.lift()
        second = MountainPicture(stage, zone, self.mountains[1], panel=first.panel)
        self.walks = first, second
        self.panel, self.land = first.panel, first.land
        self.fog = PairFog(self.panel.box, stage.palette.mark)
        self.show(0.0)
        self.formula = self._formula()
        self.lines = [self._lines(number) for number in range(len(runs))]

    def show(self, part: float) -> None:
        """Both men so far on their ways, and the fog beyond them."""
        places = []
        for walk in self.walks:
            time = part * walk.mountain.last
            walk.show(time)
            places.append(float(walk.position(walk.mountain.at(time))[0]))
        self.fog.stand(*places)

    def _formula(self) -> VGroup:
        """The function, and the rule that goes down it."""
        story, zone = self.mountains[0].story, self.upper
        cost = story.problem.cost_name
        terms = Equation(cost, cost.definition), rule_of(story, self.stage.words)
        made = [self.stage.formula(term, em=EM).at_most(zone.width) for term in terms]
        top = zone.top - EM
        whole = VGroup(*(each.put(zone.left, top - n * PITCH) for n, each in enumerate(made)))
        rate = self.stage.sentence(story.rate, " = ", numeral(story.rate_at(0)), em=EM)
        left = float(made[-1].get_right()[0]) + APART
        if left + rate.width <= zone.right:
            whole.add(rate.put(left, made[-1].baseline))
        return whole

    def _lines(self, number: int) -> VGroup:
        """Where a man begins, and how high he ends."""
        mountain, zone = self.mountains[number], self.lower
        start, end = float(mountain.feet[0]), float(mountain.story.cost[mountain.last])
        name = mountain.story.problem.cost_name
        begins = message("from {start} he comes down to", start=numeral(start))
        made = [
            self.stage.sentence(begins, em=EM),
            self.stage.sentence(name, " = ", numeral(end), em=EM),
        ]
        top = zone.top - EM - number * (2 * LINE * EM + GAP)
        for row, each in enumerate(made):
            each.at_most(zone.width).put(zone.left, top - row * LINE * EM)
        return VGroup(*made)
