"""Is before = after? How do we know?

Both sides are evaluated with dual numbers (a value and its derivative together, so that an unfinished Partial has a
value) at random points, Σ unrolled to a few terms, each count to another number of them, so that mixed up indices are
seen. Where both sides are rational in their symbols the numbers are exact, and the probability that different sides
agree by chance is at most (degree / size of the sample set) for each trial, by the Schwartz-Zippel lemma; else they are
taken to 30 digits. A point counts only if every part of both sides is real there. Nothing here knows the rules.
"""

from __future__ import annotations

import contextlib
import fractions
from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

import sympy

from symgd import terms as nt
from symgd.derivation.checking.abstracting import Abstracting, Again
from symgd.derivation.checking.degrees import difference_degree, is_rational
from symgd.derivation.checking.evaluate import Evaluator
from symgd.derivation.checking.likeness import likeness
from symgd.derivation.checking.numeric import (
    DIGITS,
    MP,
    OutOfReach,
    Undecided,
    Undefined,
    branches,
    close,
    same,
)
from symgd.derivation.checking.point import (
    ALL_TRIALS,
    SAMPLES,
    USUAL_TRIALS,
    Point,
    centres_of,
)
from symgd.derivation.checking.shortened import shortened
from symgd.derivation.checking.sympy_check import real_derivative, sympy_value, unrolled_derivative
from symgd.terms.unrolling import NOTHING, Unrolling, unrolling_of
from symgd.writing.formulas.text import text
from symgd.writing.steps import Check
from symgd.writing.words import Message, message

TRIALS = 3
MOST_PARTS = 80  # that are taken for any number
MANY_DIGITS = 3840  # with which what seems to be zero is looked at before that is said to a reader
MAX_DEGREE = 2000  # of rational Terms that are checked exactly
MOST_WRITTEN = 60  # letters of a part in a message
# Neither can tell that sides differ: parts are not any numbers, and complex ones have branches.
IN_PARTS = message("parts whose values are out of reach were taken for any numbers")
FORMALLY = message("no point was found at which all is real: both sides agree at complex ones")
REAL_ALONE = message("one side is real where the other is not")
TOO_LARGE = message("no point was found at which all numbers are within reach")

# Both values at a point, and the cases and branches that points should lead to.
Sides: TypeAlias = Callable[[Evaluator], tuple[Any, Any]]
Branches: TypeAlias = frozenset[tuple[nt.Term, int]]


class Checker:
    """Compares Terms at the same random points, one `seed` the same ones, and remembers the values of sub-terms."""

    # Further kinds of Terms come with an evaluator that knows them.
    evaluator: type[Evaluator] = Evaluator

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.unrolling = Unrolling()
        # Numbers around which points are looked for, and the trials, beyond the usual ones, that gave a value.
        self.centres: tuple[fractions.Fraction, ...] = ()
        self.found: dict[int, None] = {}
        # By the trial, whether numbers are exact, and whether all must be real.
        self.evaluators: dict[tuple[int, bool, bool], Evaluator] = {}
        # What was found equal, whatever the names in it are.
        self.alike: dict[Hashable, Check] = {}

    def equal(self, before: nt.Term, after: nt.Term) -> Check:
        """Whether two Terms agree at all points."""
        short = shortened(before, after)
        if short != (before, after):
            check = self._known(*short)
            if check.passed:
                return check
        return self._known(before, after)

    def _known(self, before: nt.Term, after: nt.Term) -> Check:
        """The same, compared once for all that are alike."""
        self.unroll(before, after)
        like = likeness(before, after, fixed=self.unrolling.fixed)
        return self._once(like, lambda: self._equal(before, after))

    def _once(self, like: Hashable | None, compare: Callable[[], Check]) -> Check:
        """A comparison that passed is not made again for what is alike."""
        known = self.alike.get(like) if like is not None else None
        if known is None:
            known = compare()
            if like is not None and known.passed:
                self.alike[like] = known
        return known

    def _equal(self, before: nt.Term, after: nt.Term) -> Check:
        exact = _may_be_exact(before, after)

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            return evaluator.dual(before, None, ()).value, evaluator.dual(after, None, ()).value

        check = self._compare(values, exact, _wanted(before) | _wanted(after))
        if not exact:
            return check if check.trials else self._pointless(before, values, check)
        bound = min(1.0, difference_degree(before, after) / (2 * SAMPLES)) ** check.trials
        return replace(check, bound=bound)

    def against_sympy(self, result: nt.Term, body: nt.Term, variable: nt.Variable) -> Check:
        """Compare a result with `sympy.diff` of the body, which took no part in the derivation."""
        given = nt.Partial(body, variable)
        short, brief = shortened(result, given)
        if isinstance(brief, nt.Partial) and brief != given:
            self.unroll(short, brief)
            like = likeness(short, brief, fixed=self.unrolling.fixed, ordered=True)
            alike = None if like is None else ("sympy", like)
            check = self._once(alike, lambda: self._against_sympy(short, brief.body, variable))
            if check.passed:
                return check
        return self._against_sympy(result, body, variable)

    def _against_sympy(self, result: nt.Term, body: nt.Term, variable: nt.Variable) -> Check:
        entry = isinstance(variable, nt.Indexed)
        expected = None if entry else real_derivative(body.value, sympy.Symbol(variable.name))
        if result.value == expected:
            same = message("the same as sympy.diff, term for term")
            return Check("sympy", True, 0, self.seed, remark=same)
        if expected is not None and (expected + body.value).has(sympy.zoo, sympy.nan):
            slopes = message("equal to the slopes at random points; sympy.diff has no value here")
            return self.by_slopes(result, body, variable, slopes)
        self.unroll(result, body, nt.Partial(body, variable))

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            point = evaluator.point
            evaluator.dual(body, None, ())  # what is derived has a value here
            ours = evaluator.dual(result, None, ()).value
            known = unrolled_derivative(body, variable, point) if expected is None else expected
            return ours, sympy_value(known, point, {}, evaluator.strict)

        check = self._compare(values, _may_be_exact(result, body), _wanted(result))
        if not check.passed:
            return self._by_slopes_instead(result, body, variable, check)
        passed = message("equal to sympy.diff in value, in another form")
        if entry:
            passed = message("equal to sympy.diff in value, with the sums written out")
        return replace(check, method="sympy", remark=passed)

    def _by_slopes_instead(
        self, result: nt.Term, body: nt.Term, variable: nt.Variable, check: Check
    ) -> Check:
        """The slopes, where SymPy has no answer, and where it has misread the formula.

        It takes conditions out of the sums whose indices they hold, for one.
        """
        said = message("equal to the slopes at random points; sympy.diff had no answer")
        if check.trials:
            said = message("equal to the slopes at random points; sympy.diff has another answer")
        slopes = self.by_slopes(result, body, variable, said)
        if not check.trials or (slopes.passed and slopes.trials >= TRIALS):
            return slopes
        return replace(check, method="sympy")

    def by_slopes(
        self, result: nt.Term, body: nt.Term, variable: nt.Variable, remark: Message
    ) -> Check:
        """Compare a result with the slopes of the body at random points, where SymPy gives no answer."""
        check = self.equal(nt.Partial(body, variable), result)
        return replace(check, remark=remark if check.passed else check.remark)

    def holds(self, statement: Callable[[Evaluator], bool], *terms: nt.Term) -> Check:
        """Whether a statement about the values of `terms` is true at all points."""
        self.unroll(*terms)
        return self._compare(lambda evaluator: (int(statement(evaluator)), 1), exact=False)

    def vanishes(self, term: nt.Term) -> bool:
        """Whether a Term is zero everywhere, as far as thousands of digits tell."""
        check = self.equal(term, nt.number(0))
        if not check.passed or check.method == "exact":
            return check.passed
        with MP.workdps(MANY_DIGITS):
            sides = self._look(lambda e: (e.dual(term, None, ()).value, e.zero), 0, [])
            return sides is None or bool(abs(sides[0]) <= MP.mpf(10) ** (-MANY_DIGITS // 2))

    def unroll(self, *terms: nt.Term) -> None:
        """Know what the sums of the Terms go over, and their numbers; with new sums the points are others."""
        self.centres = self.centres or centres_of(terms)
        unrolling = self.unrolling
        for term in terms:
            new = unrolling_of(term)
            unrolling = unrolling if new is NOTHING else unrolling.joined(new)
        if unrolling != self.unrolling:
            self.unrolling = unrolling
            self.evaluators.clear()

    def _pointless(self, before: nt.Term, values: Sides, check: Check) -> Check:
        """What can be said where both sides are real at no point."""
        if check.remark == TOO_LARGE:
            return self._in_parts(values, check)

        def alone(evaluator: Evaluator) -> tuple[Any, Any]:
            value = evaluator.dual(before, None, ()).value
            return value, value

        # Branches may differ at complex points; not where the first side needs none.
        if self._agree_formally(values) is not False:
            return check
        real = self._at_real_points(alone, False, frozenset(), [])
        return replace(real, passed=False, remark=REAL_ALONE) if real.trials >= TRIALS else check

    def _in_parts(self, values: Sides, check: Check) -> Check:
        """Where numbers are too large: the same with the parts that are out of reach taken for any numbers."""
        parts: set[nt.Term] = set()
        found = (same(partial(self._abstracted, values, n, parts)) for n in range(USUAL_TRIALS))
        agree = list(islice((answer for answer in found if answer is not None), TRIALS))
        if len(agree) < TRIALS or not all(agree):
            return check
        return Check("numeric", True, TRIALS, self.seed, remark=IN_PARTS)

    def _abstracted(self, values: Sides, trial: int, parts: set[nt.Term]) -> tuple[Any, Any] | None:
        """Both values with as many parts taken for any number as it needs."""
        for _ in range(MOST_PARTS):
            point = Point(self.seed, trial, False, self.unrolling)
            with contextlib.suppress(Again):
                return _sides_at(values, Abstracting(point, parts), [])
        return None

    def _compare(self, values: Sides, exact: bool, wanted: Branches = frozenset()) -> Check:
        """Compare at real points; where there are none, agreement at complex ones is what can be said."""
        missed: list[Undefined] = []
        check = self._at_real_points(values, exact, wanted, missed)
        if check.trials:
            return check
        if not exact and self._agree_formally(values):
            return Check("numeric", True, TRIALS, self.seed, remark=FORMALLY)
        return replace(check, remark=_nowhere(missed))

    def _at_real_points(
        self, values: Sides, exact: bool, wanted: Branches, missed: list[Undefined]
    ) -> Check:
        method, done, missing = "exact" if exact else "numeric", 0, set(wanted)
        for trial in self._trials(exact):
            if trial >= USUAL_TRIALS and done >= TRIALS:
                break
            evaluator = self._evaluator(trial, exact)
            agree = self._agree(values, trial, exact, missed)
            if agree is None:
                continue
            done += 1
            missing -= evaluator.reached
            if trial >= USUAL_TRIALS:
                self.found[trial] = None
            if not agree:
                return Check(method, False, done, self.seed)
            if done >= TRIALS and not missing:
                return Check(method, True, done, self.seed)
        return Check(method, done > 0, done, self.seed, remark=_shortfall(done, bool(missing)))

    def _trials(self, exact: bool) -> Iterator[int]:
        """The usual ones; then, where numbers need not be rational, those that have helped before, and all others."""
        yield from range(USUAL_TRIALS)
        if not exact:
            yield from dict.fromkeys((*self.found, *range(USUAL_TRIALS, ALL_TRIALS)))

    def _agree_formally(self, values: Sides) -> bool | None:
        """Whether both sides agree at points with complex parts; None where those give no values."""
        done = 0
        for trial in range(USUAL_TRIALS):
            agree = same(partial(self._look, values, trial, [], strict=False))
            if agree is False:
                return False
            done += agree is not None
            if done == TRIALS:
                return True
        return None

    def _evaluator(self, trial: int, exact: bool, strict: bool = True) -> Evaluator:
        key = trial, exact, strict
        if key not in self.evaluators:
            self.evaluators[key] = self.evaluator(self._point(trial, exact), strict)
        return self.evaluators[key]

    def _point(self, trial: int, exact: bool) -> Point:
        return Point(self.seed, trial, exact, self.unrolling, self.centres)

    def _agree(
        self, values: Sides, trial: int, exact: bool, missed: list[Undefined]
    ) -> bool | None:
        """Whether both values are the same; None where that cannot be told, so that the point does not count."""
        if not exact:
            return same(partial(self._look, values, trial, missed))
        sides = _sides_at(values, self._evaluator(trial, exact), missed)
        return None if sides is None else bool(sides[0] == sides[1])

    def _look(
        self, values: Sides, trial: int, missed: list[Undefined], strict: bool = True
    ) -> tuple[Any, Any] | None:
        """Both values at a point, with the digits of now; Undecided where more may tell more."""
        first = MP.dps == DIGITS
        known = self._evaluator(trial, False, strict)
        evaluator = known if first else self.evaluator(self._point(trial, exact=False), strict)
        missing = missed if first else []
        sides = _sides_at(values, evaluator, missing)
        known.reached |= evaluator.reached
        if sides is None:
            if isinstance(missing[-1], Undecided):
                raise Undecided
            return None
        # Where something was lost, sides that agree are no evidence at first, and sides that differ none later.
        lost, agree = evaluator.absorbed, close(*sides)
        if lost and first and agree:
            raise Undecided
        return None if lost and not first and not agree else sides


def _may_be_exact(left: nt.Term, right: nt.Term) -> bool:
    """Whether rational numbers can tell two Terms apart."""
    rational = is_rational(left) and is_rational(right)
    return rational and difference_degree(left, right) <= MAX_DEGREE


def _sides_at(
    values: Sides, evaluator: Evaluator, missed: list[Undefined]
) -> tuple[Any, Any] | None:
    """Both values at a point, None where one has none; why not goes to what was `missed`."""
    try:
        return values(evaluator)
    except Undefined as error:
        missed.append(error)
    except OverflowError:
        missed.append(OutOfReach())
    except ZeroDivisionError:
        missed.append(Undefined())
    return None


def _shortfall(done: int, missing: bool) -> Message | None:
    """What a check did not come to."""
    if done < TRIALS:
        return message("both sides have a value at few points")
    return message("not every case was reached by a point") if missing else None


def _nowhere(missed: Sequence[Undefined]) -> Message:
    """Why there was no point to compare at."""
    if any(isinstance(error, OutOfReach) for error in missed):
        return TOO_LARGE
    parts = {(text(error.part.written_out()), error.slope) for error in missed if error.part}
    (part, slope), *others = parts or {("", False)}
    if others or not part or len(part) > MOST_WRITTEN:
        return message("no point was found at which every part has a real value")
    if slope:
        return message("no point was found at which {part} has a derivative", part=part)
    return message("no point was found at which {part} has a real value", part=part)


def advice(check: Check) -> str:
    """What to do where nothing could be compared."""
    if check.remark == TOO_LARGE:
        return "use smaller numbers, or derive a part of the formula at a time"
    return "write a formula that has real values: look at its roots, logarithms, fractions and inverse functions"


@nt.each_term
def _wanted(term: nt.Term) -> Branches:
    """The cases and branches that points should lead to."""
    found: set[tuple[nt.Term, int]] = set().union(*map(_wanted, term.children))
    match term:
        case nt.Cases():
            found |= {(case.condition, position) for position, case in enumerate(term.cases)}
        case nt.Call():
            found |= {(term, number) for number in branches(term)}
        case nt.Abbreviation():
            found |= _wanted(term.definition)
    return frozenset(found)


def check_equal(before: nt.Term, after: nt.Term, seed: int = 0) -> Check:
    """Compare two Terms at random points."""
    return Checker(seed).equal(before, after)
