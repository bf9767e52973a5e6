"""Is before = after? How do we know?

Both sides are evaluated with dual numbers (a value and its derivative together, so that an unfinished Partial has a
value) at random points, Σ unrolled to a few terms, each count to another number of them, so that mixed up indices are
seen. Where both sides are rational in their symbols the numbers are exact, and the probability that different sides
agree by chance is at most (degree / size of the sample set) for each trial, by the Schwartz-Zippel lemma; else they are
taken to 30 digits. Nothing here knows the rules.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from itertools import islice
from typing import Any, TypeAlias

import sympy

from symgd import terms as nt
from symgd.derivation.checking.degrees import difference_degree, is_rational
from symgd.derivation.checking.evaluate import Abstracting, Again, Evaluator
from symgd.derivation.checking.numeric import DIGITS, MP, Undefined, branches, close, is_real, same
from symgd.derivation.checking.point import SAMPLES, Point
from symgd.derivation.checking.sympy_check import real_derivative, sympy_value, unrolled_derivative
from symgd.terms.unrolling import NOTHING, Unrolling, unrolling_of
from symgd.writing.steps import Check
from symgd.writing.words import Message, message

TRIALS = 3
TRIES = 24  # points at most, where some have no value
MOST_PARTS = 80  # that are taken for any number
MANY_DIGITS = 3840  # with which what seems to be zero is looked at before that is said to a reader
MAX_DEGREE = 2000  # of rational Terms that are checked exactly
# Of such a check: where it fails, the sides may yet be equal, for the parts are not any numbers.
IN_PARTS = message("parts whose values are out of reach were taken for any numbers")

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
        self.evaluators: dict[tuple[int, bool], Evaluator] = {}

    def equal(self, before: nt.Term, after: nt.Term) -> Check:
        """Whether two Terms agree at all points."""
        exact = _may_be_exact(before, after)
        self.unroll(before, after)

        def values(evaluator: Evaluator) -> tuple[Any, Any]:
            return evaluator.dual(before, None, ()).value, evaluator.dual(after, None, ()).value

        check = self._compare(values, exact, _wanted(before) | _wanted(after))
        if not exact:
            return check if check.trials else self._in_parts(values, check)
        bound = min(1.0, difference_degree(before, after) / (2 * SAMPLES)) ** check.trials
        return replace(check, bound=bound)

    def against_sympy(self, result: nt.Term, body: nt.Term, variable: nt.Variable) -> Check:
        """Compare a result with `sympy.diff` of the body, which took no part in the derivation."""
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
            return ours, sympy_value(known, point, {})

        check = self._compare(values, _may_be_exact(result, body), _wanted(result))
        passed = message("equal to sympy.diff in value, in another form")
        if entry:
            passed = message("equal to sympy.diff in value, with the sums written out")
        return replace(check, method="sympy", remark=passed if check.passed else check.remark)

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
            sides = self._look(lambda e: (e.dual(term, None, ()).value, e.zero), 0)
            return sides is None or bool(abs(sides[0]) <= MP.mpf(10) ** (-MANY_DIGITS // 2))

    def unroll(self, *terms: nt.Term) -> None:
        """Know what the sums of the Terms go over; with new sums the points are others."""
        unrolling = self.unrolling
        for term in terms:
            new = unrolling_of(term)
            unrolling = unrolling if new is NOTHING else unrolling.joined(new)
        if unrolling != self.unrolling:
            self.unrolling = unrolling
            self.evaluators.clear()

    def _in_parts(self, values: Sides, check: Check) -> Check:
        """Where no point gives a value: the same with the parts that are out of reach taken for any numbers."""
        parts: set[nt.Term] = set()
        found = (same(partial(self._abstracted, values, trial, parts)) for trial in range(TRIES))
        agree = list(islice((answer for answer in found if answer is not None), TRIALS))
        if len(agree) < TRIALS:
            return check
        return Check("numeric", all(agree), TRIALS, self.seed, remark=IN_PARTS)

    def _abstracted(self, values: Sides, trial: int, parts: set[nt.Term]) -> tuple[Any, Any] | None:
        """Both values with as many parts taken for any number as it needs."""
        for _ in range(MOST_PARTS):
            point = Point(self.seed, trial, False, self.unrolling)
            with contextlib.suppress(Again):
                return _sides_at(values, Abstracting(point, parts))
        return None

    def _compare(self, values: Sides, exact: bool, wanted: Branches = frozenset()) -> Check:
        """Compare at real points; where there are none, at any."""
        check = self._compare_at(values, exact, wanted, real_only=True)
        if check.trials or exact:
            return check
        return self._compare_at(values, exact, wanted, real_only=False)

    def _compare_at(
        self, values: Sides, exact: bool, wanted: Branches, *, real_only: bool
    ) -> Check:
        method, done, missing = "exact" if exact else "numeric", 0, set(wanted)
        for trial in range(TRIES):
            evaluator = self._evaluator(trial, exact)
            sides = _sides_at(values, evaluator)
            if sides is None or (real_only and not (is_real(sides[0]) and is_real(sides[1]))):
                continue
            agree = sides[0] == sides[1] if exact else same(partial(self._look, values, trial))
            if agree is None:
                continue
            done += 1
            missing -= evaluator.reached
            if not agree:
                return Check(method, False, done, self.seed)
            if done >= TRIALS and not missing:
                return Check(method, True, done, self.seed)
        return Check(method, done > 0, done, self.seed, remark=_shortfall(done, bool(missing)))

    def _evaluator(self, trial: int, exact: bool) -> Evaluator:
        if (trial, exact) not in self.evaluators:
            point = Point(self.seed, trial, exact, self.unrolling)
            self.evaluators[trial, exact] = self.evaluator(point)
        return self.evaluators[trial, exact]

    def _look(self, values: Sides, trial: int) -> tuple[Any, Any] | None:
        """Both values at a point, with the digits of now."""
        if MP.dps == DIGITS:
            return _sides_at(values, self._evaluator(trial, exact=False))
        again = self.evaluator(Point(self.seed, trial, False, self.unrolling))
        sides = _sides_at(values, again)
        # Where something was lost for good, sides that differ are no evidence.
        return None if sides and again.absorbed and not close(*sides) else sides


def _may_be_exact(left: nt.Term, right: nt.Term) -> bool:
    """Whether rational numbers can tell two Terms apart."""
    rational = is_rational(left) and is_rational(right)
    return rational and difference_degree(left, right) <= MAX_DEGREE


def _sides_at(values: Sides, evaluator: Evaluator) -> tuple[Any, Any] | None:
    """Both values at a point, None where one has none."""
    try:
        return values(evaluator)
    except (Undefined, ZeroDivisionError, OverflowError):
        return None


def _shortfall(done: int, missing: bool) -> Message | None:
    """What a check did not come to."""
    if not done:
        return message("no point was found at which both sides have a value")
    if done < TRIALS:
        return message("both sides have a value at few points")
    return message("not every case was reached by a point") if missing else None


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
