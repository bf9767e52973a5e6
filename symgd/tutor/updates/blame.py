"""Blame: which line of a wrong step is to blame, what it should be, and the misconception behind it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from symgd import terms as nt
from symgd.optimizers.rule import PARAMETERS_AFTER
from symgd.tutor.misconception import Attempt, Diagnosis, Misconception
from symgd.tutor.statement import Mark
from symgd.tutor.updates.answering import Namer, conventions
from symgd.tutor.updates.asked_step import AskedStep
from symgd.tutor.updates.attempt import StudentProgram
from symgd.tutor.updates.judging import Judge, WrongUpdate, judged
from symgd.tutor.updates.marked_step import MarkedStep, marks_of
from symgd.tutor.updates.meaning import Meaning
from symgd.tutor.updates.naming import GRADIENT
from symgd.tutor.updates.numbers import example_of
from symgd.tutor.updates.program import StepStatement
from symgd.tutor.updates.slips import PLAIN, attempts, other_gradients
from symgd.tutor.updates.slopes import wrong_slope
from symgd.tutor.verdict import Verdict
from symgd.writing.formulas.names import AFTER

MOST_JUDGED = 3  # meanings of a reading in which it is looked for what went wrong
MOST_WAYS = 6  # readings in which it is


def blamed(asked: AskedStep, ways: Sequence[StudentProgram], owner: str) -> MarkedStep | None:
    """The reading and the meaning in which the least is wrong."""
    best: tuple[StudentProgram, Meaning, Judge] | None = None
    variant = asked.variants[0]
    for attempt in ways[:MOST_WAYS]:
        comparison = asked.comparison(attempt, variant, owner)
        for meaning in itertools.islice(asked.meanings(attempt, variant), MOST_JUDGED):
            found = judged(comparison, attempt.program, meaning, int(attempt.is_whole))
            fewer = best is None or (found and len(found.differences) < len(best[2].differences))
            if found is not None and fewer:
                best = attempt, meaning, found
    if best is None:
        return _without_match(asked, ways[0], owner) if ways[0].is_whole else None
    attempt, meaning, judge = best
    wrong = judge.wrong
    namer = asked.namer(attempt, owner)
    by_place = {each.index: each for each in wrong}
    marks = tuple(marks_of(attempt, namer, by_place))
    missing = () if attempt.is_whole else tuple(_missing(attempt))
    if not wrong:
        said = tuple(conventions(namer, variant, meaning, judge))
        return MarkedStep(marks, None, missing, said)
    first = min(wrong, key=lambda each: attempt.lines[each.index].line)
    mark_ = marks[first.index]
    verdict = _Blame(asked, attempt, meaning, judge, namer, marks).explained(first, mark_)
    return MarkedStep(marks, (mark_, verdict), missing)


def _without_match(asked: AskedStep, attempt: StudentProgram, owner: str) -> MarkedStep | None:
    """Lines that remember something else than the rule does, and lead elsewhere."""
    variant, namer = asked.variants[0], asked.namer(attempt, owner)
    comparison = asked.comparison(attempt, variant, owner)
    meaning = next(asked.meanings(attempt, variant), None)
    if meaning is None or comparison.same_steps(attempt.program, meaning) is not False:
        return None
    end = f"{attempt.program.parameter}{AFTER}"
    place = next(n for n, s in enumerate(attempt.program.statements) if s.target == end)
    rule = variant.program
    term = next(s.term for s in rule.statements if s.target == PARAMETERS_AFTER)
    wrong = WrongUpdate(place, PARAMETERS_AFTER, nt.number(1), term, place)
    marks = tuple(marks_of(attempt, namer, {place: wrong}))
    expected = namer.of_rule(term, None, rule, meaning)
    verdict = Verdict("wrong", (), marks[place], expected=expected)
    return MarkedStep(marks, (marks[place], verdict))


def _missing(attempt: StudentProgram) -> Iterator[str]:
    """What has no line yet: what the parameter is after the step, and what that is made of."""
    bases = dict.fromkeys(n.removesuffix(AFTER) for n in attempt.borrowed)
    yield from (f"{base}{AFTER}" for base in bases)
    if not attempt.program.ends:
        yield f"{attempt.program.parameter}{AFTER}"


@dataclass(frozen=True)
class _Blame:
    """One reading of wrong lines, beside the rule."""

    asked: AskedStep
    attempt: StudentProgram
    meaning: Meaning
    judge: Judge
    namer: Namer
    marks: tuple[Mark, ...]

    def explained(self, wrong: WrongUpdate, mark_: Mark) -> Verdict:
        """The wrong line, what it should be, numbers that show it, and the misconception behind it."""
        rule = self.asked.variants[0].program
        expected = self.namer.expected(wrong, self.judge, rule, self.meaning)
        diagnoses = tuple(itertools.islice(self.diagnoses(wrong), 1))
        if not diagnoses and self.attempt.program.parameter in self.asked.learned:
            name = self.attempt.program.parameter
            derived = wrong_slope(self.asked.exercise, name, wrong, self.attempt, self.judge)
            if derived is not None:
                return Verdict("wrong", (), mark_, None, derived.diagnoses, expected)
        shown = example_of(expected, mark_.term, self.made(mark_))
        return Verdict("wrong", (), mark_, None, diagnoses, expected, shown)

    def made(self, wrong: Mark) -> Mapping[str, nt.Term]:
        """What other names come to: as the right lines have it, or what is remembered by the rule."""
        rule, judge = self.asked.variants[0].program, self.judge
        terms = {s.target: s.term for s in rule.statements if s.target != PARAMETERS_AFTER}
        for mine, (theirs, factor) in judge.match.pairs.items():
            term = terms.pop(f"{theirs}{AFTER}", None)
            if term is not None:
                plain = nt.is_number(factor, 1)
                terms[f"{mine}{AFTER}"] = term if plain else nt.Product((factor, term))
        found = {n: self.namer.of_rule(t, judge, rule, self.meaning) for n, t in terms.items()}
        for mark_ in reversed(self.marks):
            if isinstance(mark_.left, nt.Symbol) and mark_.status == "right":
                found[mark_.left.name] = mark_.term
        found.pop(wrong.left.name if isinstance(wrong.left, nt.Symbol) else "", None)
        return found

    def diagnoses(self, wrong: WrongUpdate) -> Iterator[Diagnosis]:
        """The misconceptions that make the wrong line, or the part of a formula that it is."""
        rule = self.asked.variants[0].program
        written = self.attempt.program.statements[wrong.index]
        if wrong.index != wrong.ends:
            for misconception, made in attempts(StepStatement("", wrong.expected), rule):
                if self.judge.is_part(wrong.index, made.term):
                    yield self.diagnosis(misconception, made)
        theirs = self.judge.theirs(self.attempt.program.statements[wrong.ends].target)
        if theirs is None:
            return
        right = StepStatement(theirs[0], self.judge.rule_term(theirs[0]))
        others = sorted(n for n in self.attempt.program.used if n.startswith(f"{GRADIENT}_"))
        for misconception, made in (*attempts(right, rule), *other_gradients(right, others)):
            if misconception.key == PLAIN and GRADIENT in written.term.names:
                continue  # who writes g + β v means to look ahead
            if self.judge.is_attempt(wrong, made.term):
                yield self.diagnosis(misconception, made)

    def diagnosis(self, misconception: Misconception, made: Attempt) -> Diagnosis:
        """A misconception, said in the student's letters."""
        rule = self.asked.variants[0].program
        said = {
            n: self.namer.of_rule(t, self.judge, rule, self.meaning) for n, t in made.said.items()
        }
        return Diagnosis(misconception, said)
