"""Diagnoser: which misconception makes the wrong line that a student wrote."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from symgd import terms as nt
from symgd.derivation.checking.numeric import agree
from symgd.errors import SymgdError
from symgd.tutor.counterexample import Counterexample, value_at
from symgd.tutor.misconception import (
    Attempt,
    Diagnosis,
    Misconception,
    WrongLine,
    by_mal_rules,
    expanded,
)

# What would explain too much in company.
NOT_IN_PAIRS = frozenset(
    {
        *("term-lost", "factor-lost", "sign-changed", "data-derived", "other-variable"),
        *("doubled-two", "count-twice", "wrong-number"),
        *("first-term-multiplied", "power-of-terms", "power-forgotten"),
    }
)
# What fits whenever a number is wrong: said only where nothing else explains the line.
LAST_RESORTS = frozenset({"wrong-number"})
SECONDS = 5.0  # of the processor's time, for which a misconception is looked for, whatever else the machine does


@dataclass
class Diagnoser:
    """Makes attempts of a case, and compares them with what was written, for so many seconds at most.

    At the counterexample's numbers the written line has a value, so that most attempts are told apart from it cheaply.
    """

    case: WrongLine
    misconceptions: Sequence[Misconception]
    equal: Callable[[nt.Term, nt.Term], bool]
    counterexample: Counterexample | None
    seconds: float = SECONDS
    spent: bool = False

    def found(self) -> tuple[Diagnosis, ...]:
        """The first misconception, or the first pair of them, that makes what was written; none where none does."""
        self.until = time.process_time() + self.seconds
        usual = [m for m in self.misconceptions if m.key not in LAST_RESORTS]
        last = [m for m in self.misconceptions if m.key in LAST_RESORTS]
        return self._single(usual) or self._pair() or self._single(last)

    def _single(self, misconceptions: Sequence[Misconception]) -> tuple[Diagnosis, ...]:
        case = self.case
        plain = replace(case, before=expanded(case.before), right=expanded(case.right))
        cases = [case] if plain == case else [case, plain]
        for misconception in misconceptions:
            for each in cases:
                for attempt in self._tried(misconception.attempts(each)):
                    if self._is_written(attempt.term):
                        return (Diagnosis(misconception, attempt.said),)
        return ()

    def _pair(self) -> tuple[Diagnosis, ...]:
        """Two at once: a mal-rule and something done to its result, or two mal-rules."""
        before = expanded(self.case.before)
        singles = [
            (misconception, rule, attempt)
            for misconception in self.misconceptions
            for rule in misconception.rules
            for attempt in self._tried(rule(replace(self.case, before=before)))
        ]
        for misconception, _, attempt in singles:
            second = replace(self.case, before=attempt.term, right=attempt.term)
            for other in self.misconceptions:
                if other.rules or other.key in NOT_IN_PAIRS:
                    continue
                for twice in self._tried(other.attempts(second)):
                    if self._is_written(twice.term):
                        return (
                            Diagnosis(misconception, attempt.said),
                            Diagnosis(other, twice.said),
                        )
        whole = {
            (m.key, rule): (m, attempt) for m, rule, attempt in reversed(singles) if rule.everywhere
        }
        for one, two in itertools.combinations(reversed(whole), 2):
            if one[1].rule == two[1].rule:
                continue
            for both in self._tried(by_mal_rules(before, one[1], two[1])):
                if self._is_written(both.term):
                    return tuple(
                        Diagnosis(m, attempt.said) for m, attempt in (whole[one], whole[two])
                    )
        return ()

    def _tried(self, attempts: Iterable[Attempt]) -> Iterator[Attempt]:
        """The attempts, as far as they can be made at all, and in time."""
        try:
            for attempt in attempts:
                if time.process_time() > self.until:
                    self.spent = True
                    return
                yield attempt
        except (SymgdError, TypeError, ValueError, ArithmeticError):
            return

    def _is_written(self, term: nt.Term) -> bool:
        """Whether an attempt is equal in value to what was written."""
        if self.counterexample is not None:
            numbers, written = self.counterexample.numbers, self.counterexample.written
            value = value_at(term, numbers, isinstance(written, Fraction))
            scale = max(1, abs(self.counterexample.expected))  # beside which rounding is noise
            if value is not None and not agree(value, written, scale):
                return False
        return self.equal(term, self.case.written)
