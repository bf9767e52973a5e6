"""HeldCase: which case of a rule's statement held in a step, and the numbers that say so."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from symgd import terms as nt
from symgd.derivation.checking.numeric import COMPARED
from symgd.optimizers.words import BINDING
from symgd.terms.conditions import Sign
from symgd.terms.exact import exact_number
from symgd.writing.formulas.rounding import shown
from symgd.writing.words import Message, message

MOST_DIGITS = 40  # a side is shown with, where fewer do not tell it from the other
_NOT: Mapping[Sign, Sign] = {"<": ">=", "<=": ">", ">": "<=", ">=": "<", "==": "!=", "!=": "=="}


@dataclass(frozen=True)
class HeldCase:
    """A condition that was looked at in a step, in the order of its cases up to the one that held.

    Parameters
    ----------
    names : tuple of Term
        What the statements work out that have this case.
    condition : Term
    holds : bool
    numbers : tuple of Term
        Comparisons with numbers, all true, of which it follows.
    leaves_last : bool
        Whether none held, so that what is written for otherwise is taken.
    """

    names: tuple[nt.Term, ...]
    condition: nt.Term
    holds: bool
    numbers: tuple[nt.Term, ...]
    leaves_last: bool = False

    @property
    def told(self) -> Message:
        """The condition, and why it holds or not."""
        if self.holds:
            said = message("{names}: {condition} holds, since {numbers}.")
        elif self.leaves_last:
            said = message("{names}: {condition} does not hold, since {numbers}: the last case is taken.")  # fmt: skip
        else:
            said = message("{names}: {condition} does not hold, since {numbers}.")
        return said.filled(names=self.names, condition=self.condition, numbers=self.numbers)


def sides_of(term: nt.Term) -> Iterator[nt.Term]:
    """Both sides of every comparison on which a case depends, but of those that a search asks anew."""
    if isinstance(term, nt.Comparison):
        yield from term.children
    elif not (isinstance(term, nt.Call) and term.function in BINDING):
        for child in term.children:
            yield from sides_of(child)


@dataclass(frozen=True)
class CaseReader:
    """What tells which cases held.

    Parameters
    ----------
    side : callable
        What one side of a comparison comes to.
    digits : int
        How many digits are shown, more where these do not show what is true.
    compare : callable, optional
        Whether a comparison holds, where that is not told by what its sides come to.
    own : callable, optional
        How a condition is printed.

    Examples
    --------
    >>> from fractions import Fraction
    >>> from symgd.optimizers.rule import UpdateRule
    >>> from symgd.writing.formulas.text import text
    >>> line = UpdateRule.read("d = 1 if t > 2 else 0; theta' = theta - d*g").statements[0]
    >>> now = {nt.Symbol("t"): Fraction(1), nt.number(2): Fraction(2)}
    >>> cases = CaseReader(now.__getitem__, 6).cases(nt.Symbol(line.name), line.term)
    >>> [case.told.written(text) for case in cases]
    ['d: t > 2 does not hold, since 1 ≤ 2: the last case is taken.']
    """

    side: Callable[[nt.Term], Any]
    digits: int
    compare: Callable[[nt.Term], bool] | None = None
    own: Callable[[nt.Term], nt.Term] = lambda term: term

    def cases(self, name: nt.Term, term: nt.Term) -> Iterator[HeldCase]:
        """The conditions that decided what a statement comes to."""
        if isinstance(term, nt.Call) and term.function in BINDING:
            return
        if not isinstance(term, nt.Cases):
            for child in term.children:
                yield from self.cases(name, child)
            return
        for case, after in zip(term.cases, (*term.cases[1:], None), strict=True):
            if not isinstance(case.condition, nt.Otherwise):
                holds = self._holds(case.condition)
                numbers = tuple(self._reasons(case.condition, holds))
                last = after is not None and isinstance(after.condition, nt.Otherwise)
                own = self.own(case.condition)
                yield HeldCase((name,), own, holds, numbers, last and not holds)
                if not holds:
                    continue
            yield from self.cases(name, case.body)
            return

    def _holds(self, condition: nt.Term) -> bool:
        match condition:
            case nt.Comparison():
                if self.compare is not None:
                    return self.compare(condition)
                return bool(COMPARED[condition.sign](*map(self.side, condition.children)))
            case nt.Junction():
                parts = map(self._holds, condition.conditions)
                return all(parts) if condition.word == "and" else any(parts)
        return True

    def _reasons(self, condition: nt.Term, holds: bool) -> Iterator[nt.Term]:
        """Comparisons that are true, of which it follows that a condition holds, or that it does not."""
        match condition:
            case nt.Comparison():
                sign = condition.sign if holds else _NOT[condition.sign]
                yield self._with_numbers(sign, [self.side(each) for each in condition.children])
            case nt.Junction():
                parts = [part for part in condition.conditions if self._holds(part) == holds]
                every = (condition.word == "and") == holds
                for part in parts if every else parts[:1]:
                    yield from self._reasons(part, holds)

    def _with_numbers(self, sign: Sign, sides: list[Any]) -> nt.Term:
        """A comparison of numbers, with as many digits as show that it is true."""
        for count in range(self.digits, max(self.digits, MOST_DIGITS) + 1):
            left, right = (shown(value, count).term for value in sides)
            one, other = exact_number(left), exact_number(right)
            if one is None or other is None or COMPARED[sign](one, other):
                break
        return nt.Comparison(left, sign, right)


def told_once(cases: Iterator[HeldCase]) -> tuple[HeldCase, ...]:
    """The same of several names in one."""
    found: dict[tuple[object, ...], HeldCase] = {}
    for case in cases:
        key = (case.condition, case.holds, case.numbers, case.leaves_last)
        names = found[key].names if key in found else ()
        all_names = tuple(dict.fromkeys((*names, *case.names)))
        found[key] = HeldCase(all_names, case.condition, case.holds, case.numbers, case.leaves_last)
    return tuple(found.values())
