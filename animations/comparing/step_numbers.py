"""StepNumbers: a step of a rule in numbers, a line for each of its statements and parameters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import localcontext
from fractions import Fraction

from manim import Animation, FadeIn, TransformFromCopy, VGroup

from symgd.animations.comparing.race_letters import corrected, hatted
from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.rate_lanes import MOST_FIGURES
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral, rounded
from symgd.animations.staging.rows import SIZES, Row, Rows, stacked
from symgd.animations.staging.stage import Stage, Zone
from symgd.animations.stories.rule_story import RuleStory, Update, value_of
from symgd.errors import SymgdError
from symgd.terms import Negative, Product, Sum, Symbol, Term
from symgd.writing.formulas.names import AFTER, HAT

VALUE, RATE = (0,), (1, 0, 0)  # where the numbers stand in value − rate·slope
EXACT = 60
NEARLY = Fraction(1, 10**20)  # a difference so small is of the evaluation, not of the numbers
LARGEST = 1  # of the sizes: numbers are no larger than formulas


class StepNumbers:
    """`lines` are a' = 0.2 − 0.06·(−6.13) ≈ 0.57, as large as a zone has room for, of as many parameters as it has, at `most` so many.

    There are none where it has no room, no rate is one, or the trace does not have the rule's numbers.
    """

    def __init__(
        self,
        stage: Stage,
        zone: Zone,
        story: RaceStory,
        walk: Walk,
        step: int = 0,
        most: int | None = None,
    ) -> None:
        self.whose: Sequence[str]  # parameters whose numbers are shown
        self.left_out: Sequence[str]  # and those whose numbers are not
        self.stage, self.zone, self.story, self.walk, self.step = stage, zone, story, walk, step
        self.lines = VGroup()
        self.whose, self.left_out = (), ()
        if story.rate(walk) is None or walk.run.varies or step >= walk.run.steps:
            return
        try:
            written = self._written()
        except (SymgdError, ArithmeticError, ValueError):
            return
        names = walk.run.trace.parameters
        for owners in dict.fromkeys((names[:most], names[:1])):
            chosen = [row for owner, row in written if owner in ("", *owners)]
            for em in SIZES[LARGEST:]:
                if self._set(chosen, em):
                    self.whose, self.left_out = owners, names[len(owners) :]
                    return

    def _set(self, written: list[Row], em: float) -> bool:
        """Whether there is room for rows of one size; then they are the lines."""
        rows, zone = Rows(self.stage), self.zone
        made = [rows.drawn(row, em, left=zone.left) for row in written]
        if not made or max(line.get_right()[0] for line in made) > zone.right:
            return False
        whole = stacked(made, zone.top)
        if whole.get_bottom()[1] < zone.bottom:
            return False
        self.lines = whole
        for line in made:
            name = line[0].term.name.removesuffix(AFTER)
            if name in self.walk.run.trace.parameters and isinstance(line[2].term, Sum):
                colour = self.stage.colours.get(name, self.stage.palette.ink)
                line[2].glyphs(VALUE).set_fill(colour)
                line[4].set_fill(colour)
        return True

    def _written(self) -> list[tuple[str, Row]]:
        """Each row, and whose it is."""
        names = self.walk.run.trace.parameters
        if self.walk.run.is_plain:
            return [(name, self._row(index)) for index, name in enumerate(names)]
        return [*self._by_rule()]

    def _by_rule(self) -> Iterator[tuple[str, Row]]:
        """Another rule's statements with the step's numbers."""
        walk, story, step = self.walk, self.story, self.step

        def slopes(row: int) -> tuple[float, ...]:
            return tuple(story.evaluate(walk.points[row].tolist())[1])

        rule = RuleStory(walk.run, slopes, story.derive)
        if not rule.holds(step + 1):
            return
        known = rule.worked(step)
        for update in rule.updates:
            inner: dict[Term, Term] = {}
            for part in corrected(update.term):
                value = float(value_of(part, known))
                numbers = rule.numbers(Update("", update.owner, part), step)
                sign = _sign(numbers, value)
                state, owner = self._filmed(hatted(part).name.removesuffix(HAT)).split("_", 1)
                name, inner[part] = Symbol(f"{state}{HAT}_{owner}"), numeral(value)
                yield update.owner, (name, "=", numbers, sign, inner[part])
            shorter = Update(update.name, update.owner, update.term.substitute(inner))
            numbers, value = rule.numbers(shorter, step), rule.value(update, step)
            name = Symbol(self._filmed(update.name))
            row = name, "=", numbers, _sign(numbers, value), numeral(value)
            yield update.owner, row

    def _filmed(self, name: str) -> str:
        """A state's entry, v_a', by the letter that the film has for the state."""
        walk = self.walk
        if name.removesuffix(AFTER) in walk.run.trace.parameters:
            return name
        state, *below = name.split("_", 1)
        return "_".join((self.story.letters(walk).get(state, state), *below))

    def _row(self, index: int) -> Row:
        """What is written for a parameter."""
        walk, step = self.walk, self.step
        before, after = (float(walk.points[row][index]) for row in (step, step + 1))
        slope = float(self.story.evaluate(walk.points[step].tolist())[1][index])
        rate = numeral(walk.run.learning_rate, MOST_FIGURES)
        change = Negative(Product((rate, numeral(slope, SLOPE_DIGITS))))
        with localcontext() as exactly:
            exactly.prec = EXACT
            made = rounded(before) - rounded(walk.run.learning_rate, MOST_FIGURES) * rounded(
                slope, SLOPE_DIGITS
            )
        sign = "=" if made == rounded(after) else "≈"
        name = Symbol(walk.run.trace.parameters[index] + AFTER)
        return name, "=", Sum((numeral(before), change)), sign, numeral(after)


def _sign(numbers: Term, value: float) -> str:
    """An equals sign where numbers as they are shown give a value as it is shown; else one for nearly."""
    made, result = Fraction(str(value_of(numbers, {}))), Fraction(rounded(value))
    return "=" if abs(made - result) <= NEARLY * abs(result) else "≈"


def line_comes(line: VGroup, value: Formula, rate: VGroup) -> list[Animation]:
    """A line without its result: the value and the rate come from where they are seen."""
    numbers = line[2]
    flights = [(value, numbers.glyphs(VALUE)), (rate, numbers.glyphs(RATE))]
    flying = {id(glyph) for _, target in flights for glyph in target}
    rest = [glyph for part in line[:3] for glyph in part if id(glyph) not in flying]
    return [FadeIn(VGroup(*rest)), *(TransformFromCopy(*flight) for flight in flights)]
