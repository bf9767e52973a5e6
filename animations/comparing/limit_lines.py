"""LimitLines: why a rate is too large, line by line, from the update along the largest curvature to α < 2/λ_max."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from manim import Animation, FadeIn, FadeOut, VGroup

from symgd.animations.comparing import learning_rates_words as words
from symgd.animations.comparing.rate_directions import ACROSS, ALONG
from symgd.animations.comparing.rate_lanes import MOST_FIGURES, RateLanes
from symgd.animations.comparing.rate_panels import LIMIT, largest
from symgd.animations.comparing.rule_moves import RuleChanges
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import numeral
from symgd.animations.staging.stage import Stage, Zone
from symgd.optimizers.printed import BARS
from symgd.terms import Call, Equation, Negative, Product, Sum, Symbol, Term, number

EM, SMALL_EM, FACTOR_EM = 0.48, 0.34, 0.42
GAP = 0.16
NARROW = 5.0  # a fraction as in a line of its own has no room in such a zone
LEAST_ROW = 0.34  # smaller, a row is shortened
DIGITS = 3
DISTANCE = words.GAP
ONE = number(1)
SLOPE = (1, 1, 0, 1)  # where the gradient stands in the rule
LEAST = Symbol("lambda_min")
BESIDE = 0.3  # from a line to whose it is


class LimitLines:
    """The lines in a zone, as large as there is room for: `moves` are played one after the other.

    The rule θ_next = θ − α ∇J becomes d_next = d − α λ_max d, and that (1 − α λ_max) d, which is nearer where
    |1 − α λ_max| < 1. The `factors` in numbers stand in the rows of the rates.
    """

    def __init__(self, stage: Stage, zone: Zone, lanes: RateLanes, rule: Formula) -> None:
        assert lanes.limit is not None
        self.lanes, self.width = lanes, zone.width
        rate, self.rule = lanes.story.rate, rule
        assert isinstance(rule.term, Equation)
        assert isinstance(rule.term.left, Symbol)
        mark = rule.term.left.name.rpartition("_")[-1]  # what is next is called so in both
        after = Symbol(f"{DISTANCE.name}_{mark}")
        slope = rule.term.at(SLOPE)
        placed = Equation(after, Sum((DISTANCE, Negative(Product((rate, slope))))))
        step = Equation(after, Sum((DISTANCE, Negative(Product((rate, LIMIT, DISTANCE))))))
        factor: Term = Sum((ONE, Negative(Product((rate, LIMIT)))))
        collected = Equation(after, Product((factor, DISTANCE)))
        bent = words.STEEPEST if lanes.basis == "curvature" else words.NEARBY
        known = stage.sentence(Equation(LIMIT, numeral(2 / lanes.limit)), ": ", bent, em=SMALL_EM)
        said = stage.sentence(words.DISTANCE, em=SMALL_EM)
        self.placed, self.step, self.collected = (
            stage.formula(each, em=EM) for each in (placed, step, collected)
        )
        self.largest, self.rates = 2 / lanes.limit, [lane.rate for lane in lanes.lanes]
        self.short = (
            False  # each product in the factors is one number, where a row has no room for two
        )
        widest = max(stage.formula(self.counted(rate), em=FACTOR_EM).width for rate in self.rates)
        self.short = widest * LEAST_ROW > zone.width * FACTOR_EM
        self.factors = [stage.formula(self.counted(rate), em=FACTOR_EM) for rate in self.rates]
        size = Call(BARS.name, (factor,), BARS)
        self.nearer = stage.sentence(words.NEARER, " ", size, " < ", ONE, em=EM)
        self.test = stage.sentence(
            words.RULE,
            " ",
            rate,
            " < ",
            Equation(largest(), numeral(lanes.limit)),
            em=EM,
            displayed=zone.width > NARROW,
        )
        self.letters, top = VGroup(said, known), 0.0
        for line in (self.step, self.nearer, self.test, known, said):
            line.at_most(zone.width)
            line.shift((-line.get_left()[0], top - line.get_top()[1], 0))
            top = float(line.get_bottom()[1]) - GAP
        for line in (self.placed, self.collected):
            line.put(0.0, self.step.baseline)
        self.along = self._along(stage, after, rate)
        whole = VGroup(self.step, self.letters, self.nearer, self.test, self.placed)
        whole.add(self.collected, self.along)
        whole.scale(min(1.0, zone.width / whole.width, zone.height / whole.height))
        whole.shift((zone.left - whole.get_left()[0], zone.top - whole.get_top()[1], 0))

    def counted(self, rate: float) -> Equation:
        """A rate's factor in numbers."""
        known: Term = Product((numeral(rate, MOST_FIGURES), numeral(self.largest)))
        if self.short:
            known = numeral(rate * self.largest, DIGITS + 1)
        made = numeral(1 - rate * self.largest, DIGITS)
        return Equation(Sum((ONE, Negative(known))), made)

    def _along(self, stage: Stage, after: Symbol, rate: Symbol) -> VGroup:
        """The same where the cost bends least, in the place of the first test, and its curvature in that of d's meaning."""
        if self.lanes.times is None or self.lanes.limit is None:
            return VGroup()
        least = 2 / self.lanes.limit / self.lanes.times
        factor = Sum((ONE, Negative(Product((rate, LEAST)))))
        other = Symbol(f"{words.BESIDES.name}_{after.name.rpartition('_')[-1]}")
        line = stage.formula(Equation(other, Product((factor, words.BESIDES))), em=EM)
        line.put(0.0, self.nearer.baseline)
        known = stage.sentence(Equation(LEAST, numeral(least)), ": ", words.FLATTEST, em=SMALL_EM)
        known.at_most(self.width).put(0.0, self.letters[0].baseline)
        line.at_most(self.width)
        names = VGroup()
        for said, beside in ((ACROSS, self.collected), (ALONG, line)):  # whose d is meant
            name = stage.sentence(said, em=SMALL_EM)
            names.add(name.put(float(beside.get_right()[0]) + BESIDE, beside.baseline))
        fits = float(names.get_right()[0]) <= self.width
        return VGroup(line, known, names if fits else VGroup())

    def moves(self, seen: Mapping[Term, VGroup], *, told: bool) -> Iterator[list[Animation]]:
        """What is played before the factors are counted, in order; letters of the slope come from where they are `seen`.

        What the letters mean is shown, where it has not been `told`.
        """
        yield [RuleChanges(self.rule, self.placed, {})]
        if not told:
            yield [FadeIn(self.letters)]
        yield [RuleChanges(self.placed, self.step, seen)]
        yield [RuleChanges(self.step, self.collected, {})]

    def other_way(self) -> Iterator[list[Animation]]:
        """Whose the first line is, and then the line for where it bends least."""
        line, known, names = self.along
        yield [FadeOut(self.nearer, self.letters[0])]
        yield [FadeIn(known), *map(FadeIn, names[:1])]
        yield [FadeIn(line), *map(FadeIn, names[1:])]

    def judged(self) -> Iterator[list[Animation]]:
        """What is played after that."""
        yield [FadeIn(self.nearer)]
        yield [FadeIn(self.test)]
