"""Marking lines of an optimizer's step: right where the steps are the rule's, whatever is remembered in which form."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from symgd import terms as nt
from symgd.errors import DerivationError, FormulaError
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.rule import PARAMETERS_AFTER
from symgd.registry.registry import FrozenMap
from symgd.tutor.exercise import Exercise
from symgd.tutor.marking import mark
from symgd.tutor.misconception import Attempt, Diagnosis, Misconception
from symgd.tutor.transcript import Mark, texts_of
from symgd.tutor.updates.answering import Namer, conventions
from symgd.tutor.updates.attempt import StudentProgram, expect_all_read, programs
from symgd.tutor.updates.judging import Judge, WrongUpdate, judged
from symgd.tutor.updates.letters import KNOWN_LETTERS
from symgd.tutor.updates.lines import CutText, cut
from symgd.tutor.updates.meaning import Meaning, RuleComparison
from symgd.tutor.updates.names import GRADIENT_NAMES, PARAMETER_NAMES, written_name
from symgd.tutor.updates.naming import GRADIENT
from symgd.tutor.updates.numbers import example_of
from symgd.tutor.updates.program import StepStatement
from symgd.tutor.updates.reading import UpdateLine, UpdateReader
from symgd.tutor.updates.slips import PLAIN, attempts, other_gradients
from symgd.tutor.updates.slopes import wrong_slope
from symgd.tutor.updates.variants import RuleVariant, expect_entrywise, variants
from symgd.tutor.verdict import Verdict
from symgd.tutor.vocabulary import Vocabulary, spelled
from symgd.writing.formulas.names import AFTER, GREEK
from symgd.writing.formulas.text import text
from symgd.writing.words import Language, Message

MOST_JUDGED = 3  # meanings of a reading in which it is looked for what went wrong
MOST_WAYS = 6  # readings in which it is


@dataclass(frozen=True)
class _MarkedStep:
    """What came of the lines about one parameter, or about the vector of all."""

    marks: tuple[Mark, ...]
    wrong: tuple[Mark, Verdict] | None = None
    missing: tuple[str, ...] = ()
    conventions: tuple[Message, ...] = ()


def mark_updates(
    exercise: Exercise,
    lines: str | Iterable[str],
    optimizer: Optimizer,
    settings: Mapping[str, float] | None = None,
    *,
    language: Language = None,
) -> Verdict:
    """Find the first line that is not an optimizer's step, and the misconception behind it.

    Parameters
    ----------
    exercise : Exercise
        Whose cost it is.
    lines : str or iterable of str
        The student's lines, as they were typed: for each parameter, or for θ, the vector of all.
    optimizer : Optimizer
        Whose update rule is asked for.
    settings : mapping of str to float, optional
        Numbers of its settings; without one, its default.
    language : str or path, optional
        What the verdict is said in: "fr".

    Returns
    -------
    Verdict

    Raises
    ------
    FormulaError
        When a line is not understood.
    DescentError
        For an optimizer that looks at all parameters at once.
    """
    texts = texts_of(lines)
    marker = _UpdateMarker(exercise, texts, optimizer, dict(settings or {}))
    verdict = marker.verdict()
    return replace(verdict, language=language, optimizer=optimizer.name)


@dataclass
class _UpdateMarker:
    exercise: Exercise
    texts: list[str]
    optimizer: Optimizer
    given: Mapping[str, float] = field(default_factory=FrozenMap)

    def __post_init__(self) -> None:
        expect_entrywise(self.optimizer)
        self.optimizer.chosen(self.given)

    @cached_property
    def variants(self) -> list[RuleVariant]:
        """The rules that the lines may be right by, the optimizer's own first."""
        return [*variants(self.optimizer, self.given)]

    @cached_property
    def rule_names(self) -> frozenset[str]:
        """What the rule makes and remembers, without primes."""
        program = self.variants[0].program
        return frozenset({n.removesuffix(AFTER) for n in program.made} | {*program.states}) - {
            "theta"
        }

    @cached_property
    def learned(self) -> tuple[str, ...]:
        """The parameters that have a name of their own."""
        variables = self.exercise.vocabulary.variables
        return tuple(v.name for v in variables if isinstance(v, nt.Symbol))

    def known(self, name: str) -> bool:
        """Whether a word may be a name here."""
        base = written_name(name, self.learned).base
        known = {*self.rule_names, *self.variants[0].roles, *KNOWN_LETTERS, *self.learned}
        known |= {*PARAMETER_NAMES, *GRADIENT_NAMES}
        vocabulary = self.exercise.vocabulary
        return base in known or vocabulary.meaning(spelled(name)) is not None

    def is_generic(self, found: CutText) -> bool:
        """Whether the lines are about θ, any parameter or all of them, and not about each."""
        bases = [e.name.base for e in found.equations if e.name.when != "first"]
        if any(b in PARAMETER_NAMES and b not in self.learned for b in bases):
            return True
        own = any(e.name.base in self.learned or e.name.owner for e in found.equations)
        return not own or all(b in self.rule_names for b in bases)

    def verdict(self) -> Verdict:
        found = cut(self.texts, self.learned, self.learned, self.known)
        owners = self.learned
        if self.is_generic(found):
            owners = ()
            found = cut(self.texts, (), self.learned, self.known)
        derived = self.derived(found)
        if not found.equations:
            if derived is not None:
                return derived
            raise FormulaError(
                "there is no line to check", 'write one such as "theta\' = theta - alpha*g"'
            )
        outcomes = [self.outcome(found, owners, owner) for owner in self.about(found, owners)]
        return self.joined(found, outcomes, derived)

    def derived(self, found: CutText) -> Verdict | None:
        """What came of the lines about derivatives, which are marked as such."""
        if not found.derivatives:
            return None
        kept = [t if n in found.derivatives else "" for n, t in enumerate(self.texts, 1)]
        return mark(self.exercise, kept)

    def about(self, found: CutText, owners: tuple[str, ...]) -> list[str]:
        """The parameters that lines are about; empty text for the vector."""
        if not owners:
            return [""]
        named = {e.name.owner or e.name.base for e in found.equations}
        return [name for name in owners if name in named] or [owners[0]]

    def parameter(self, found: CutText, owner: str) -> str:
        """What the vector of parameters is called."""
        bases = [e.name.base for e in found.equations]
        named = (name for name in PARAMETER_NAMES if name in bases and name not in self.rule_names)
        return owner or next(named, "theta")

    def outcome(self, found: CutText, owners: tuple[str, ...], owner: str) -> _MarkedStep:
        """What came of the lines about one parameter: right in one way to read them, else what is wrong."""
        readers = [self.reader(found, owners, owner, late) for late in (False, True)]
        read = [readers[0].read()]
        late = readers[1].read()
        if [line.readings for line in late] != [line.readings for line in read[0]]:
            read.append(late)
        ways = list(
            itertools.chain.from_iterable(self.ways(lines, readers[0], owners) for lines in read)
        )
        if not ways:
            return _MarkedStep(())
        undetermined = False
        for variant, attempt in itertools.product(self.variants, ways):
            if not attempt.is_whole or len(attempt.letters) > len(variant.roles):
                continue
            comparison = self.comparison(attempt, variant, owner)
            for meaning in attempt.meanings(variant, frozenset(self.given)):
                same = comparison.same_steps(attempt.program, meaning)
                undetermined |= same is None
                if same:
                    return self.right(attempt, variant, meaning, comparison, owner)
        self.expect_letters(ways[0], read[0])
        found_wrong = self.wrong(ways, owner)
        if found_wrong is not None and found_wrong.wrong is None and not ways[0].is_whole:
            return found_wrong
        expect_all_read(read[0])
        if found_wrong is None or found_wrong.wrong is None:
            if undetermined or found_wrong is None:
                raise _not_compared(read[0][0].line)
            raise FormulaError(
                f"line {read[0][-1].line}: these lines do not make the rule's steps, and it is not clear which is to blame",
                "write one line for each statement of the rule, and what is remembered at first",
            )
        return found_wrong

    def reader(
        self, found: CutText, owners: tuple[str, ...], owner: str, late: bool
    ) -> UpdateReader:
        vocabulary = self.exercise.vocabulary if owners else Vocabulary(frozenset(), {}, ())
        roles = frozenset(r for v in self.variants for r in v.roles)
        return UpdateReader(
            found.equations,
            self.parameter(found, owner),
            owner,
            owners,
            roles,
            self.rule_names,
            vocabulary,
            late,
        )

    def ways(
        self, lines: Sequence[UpdateLine], reader: UpdateReader, owners: tuple[str, ...]
    ) -> Iterator[StudentProgram]:
        vocabulary = self.exercise.vocabulary
        data = frozenset({*vocabulary.symbols, *vocabulary.columns}) if owners else frozenset()
        names = frozenset(n for name in self.rule_names for n in (name, f"{name}{AFTER}"))
        if any(line.sort == "update" for line in lines):
            yield from programs(lines, reader.parameter, data, names)

    def comparison(
        self, attempt: StudentProgram, variant: RuleVariant, owner: str
    ) -> RuleComparison:
        vocabulary = self.exercise.vocabulary
        truth = self.exercise.truth[owner] if owner else None
        counts = tuple(b[0].name for b in vocabulary.bounds.values() if isinstance(b[0], nt.Symbol))
        return attempt.comparison(variant, truth, counts)

    def namer(self, attempt: StudentProgram, owner: str) -> Namer:
        slopes: dict[nt.Term, nt.Term] = {
            nt.Symbol(f"{GRADIENT}_{name}"): self.exercise.left(name) for name in self.learned
        }
        if owner:
            slopes[nt.Symbol(GRADIENT)] = self.exercise.left(owner)
        return Namer(attempt, slopes)

    def right(
        self,
        attempt: StudentProgram,
        variant: RuleVariant,
        meaning: Meaning,
        comparison: RuleComparison,
        owner: str,
    ) -> _MarkedStep:
        """All lines are right; what is different from the rule is said."""
        namer = self.namer(attempt, owner)
        found = judged(comparison, attempt.program, meaning)
        judge = found if found and not found.differences else None
        said = tuple(conventions(namer, variant, meaning, judge))
        return _MarkedStep(tuple(self.marks(attempt, namer, {})), None, (), said)

    def marks(
        self, attempt: StudentProgram, namer: Namer, wrong: Mapping[int, WrongUpdate]
    ) -> Iterator[Mark]:
        for number, (line, statement) in enumerate(
            zip(attempt.lines, attempt.program.statements, strict=True)
        ):
            term = namer.shown(statement.term)
            note = "" if statement.term == line.readings[0] else f"read as {text(term)}"
            status = "wrong" if number in wrong else "right"
            left = namer.left(statement.target)
            yield Mark(line.line, line.written, left, term, status, note)  # type: ignore[arg-type]  # one of its words

    def expect_letters(self, attempt: StudentProgram, lines: Sequence[UpdateLine]) -> None:
        """Refuse letters that mean nothing in the rule."""
        roles = self.variants[0].roles
        strange = [n for n in attempt.letters if n not in roles]
        unknown = [n for n in strange if n not in KNOWN_LETTERS and n not in GREEK]
        if len(attempt.letters) <= len(roles) and not unknown:
            return
        odd = [*unknown, *strange][0]
        line = next((each for each in lines if odd in each.readings[0].names), lines[0])
        known = ", ".join(("theta", "g", *self.rule_names, *roles))
        raise FormulaError(
            f'line {line.line}: "{odd}" is no letter of the update rule of {self.optimizer.name}',
            f"its letters are {known}; or say what it is on a line of its own",
        )

    # What went wrong

    def wrong(self, ways: Sequence[StudentProgram], owner: str) -> _MarkedStep | None:
        """The reading and the meaning in which the least is wrong."""
        best: tuple[StudentProgram, Meaning, Judge] | None = None
        variant = self.variants[0]
        for attempt in ways[:MOST_WAYS]:
            comparison = self.comparison(attempt, variant, owner)
            for meaning in itertools.islice(
                attempt.meanings(variant, frozenset(self.given)), MOST_JUDGED
            ):
                found = judged(comparison, attempt.program, meaning, int(attempt.is_whole))
                fewer = best is None or (
                    found and len(found.differences) < len(best[2].differences)
                )
                if found is not None and fewer:
                    best = attempt, meaning, found
        if best is None:
            return self.without_match(ways[0], owner) if ways[0].is_whole else None
        attempt, meaning, judge = best
        wrong = judge.wrong
        namer = self.namer(attempt, owner)
        by_place = {each.index: each for each in wrong}
        marks = tuple(self.marks(attempt, namer, by_place))
        missing = () if attempt.is_whole else tuple(self.missing(attempt))
        if not wrong:
            said = tuple(conventions(namer, variant, meaning, judge))
            return _MarkedStep(marks, None, missing, said)
        first = min(wrong, key=lambda each: attempt.lines[each.index].line)
        mark_ = marks[first.index]
        verdict = self.explained(first, mark_, attempt, meaning, judge, namer)
        return _MarkedStep(marks, (mark_, verdict), missing)

    def without_match(self, attempt: StudentProgram, owner: str) -> _MarkedStep | None:
        """Lines that remember something else than the rule does, and lead elsewhere."""
        variant, namer = self.variants[0], self.namer(attempt, owner)
        comparison = self.comparison(attempt, variant, owner)
        meaning = next(attempt.meanings(variant, frozenset(self.given)), None)
        if meaning is None or comparison.same_steps(attempt.program, meaning) is not False:
            return None
        end = f"{attempt.program.parameter}{AFTER}"
        place = next(n for n, s in enumerate(attempt.program.statements) if s.target == end)
        rule = variant.program
        term = next(s.term for s in rule.statements if s.target == PARAMETERS_AFTER)
        wrong = WrongUpdate(place, PARAMETERS_AFTER, nt.number(1), term, place)
        marks = tuple(self.marks(attempt, namer, {place: wrong}))
        expected = namer.of_rule(term, None, rule, meaning)
        verdict = Verdict("wrong", (), marks[place], expected=expected)
        return _MarkedStep(marks, (marks[place], verdict))

    def missing(self, attempt: StudentProgram) -> Iterator[str]:
        """What has no line yet: what the parameter is after the step, and what that is made of."""
        bases = dict.fromkeys(n.removesuffix(AFTER) for n in attempt.borrowed)
        yield from (f"{base}{AFTER}" for base in bases)
        if not attempt.program.ends:
            yield f"{attempt.program.parameter}{AFTER}"

    def explained(
        self,
        wrong: WrongUpdate,
        mark_: Mark,
        attempt: StudentProgram,
        meaning: Meaning,
        judge: Judge,
        namer: Namer,
    ) -> Verdict:
        """The wrong line, what it should be, numbers that show it, and the misconception behind it."""
        rule = self.variants[0].program
        expected = namer.expected(wrong, judge, rule, meaning)
        diagnoses = tuple(
            itertools.islice(self.diagnoses(wrong, attempt, meaning, judge, namer), 1)
        )
        if not diagnoses and attempt.program.parameter in self.learned:
            name = attempt.program.parameter
            derived = wrong_slope(self.exercise, name, wrong, attempt, judge)
            if derived is not None:
                return Verdict("wrong", (), mark_, None, derived.diagnoses, expected)
        shown = example_of(expected, mark_.term)
        return Verdict("wrong", (), mark_, None, diagnoses, expected, shown)

    def diagnoses(
        self,
        wrong: WrongUpdate,
        attempt: StudentProgram,
        meaning: Meaning,
        judge: Judge,
        namer: Namer,
    ) -> Iterator[Diagnosis]:
        """The misconceptions that make the wrong line, or the part of a formula that it is."""
        rule = self.variants[0].program
        written = attempt.program.statements[wrong.index]
        if wrong.index != wrong.ends:
            for misconception, made in attempts(StepStatement("", wrong.expected), rule):
                if judge.is_part(wrong.index, made.term):
                    yield self.diagnosis(misconception, made, meaning, judge, namer)
        theirs = judge.theirs(attempt.program.statements[wrong.ends].target)
        if theirs is None:
            return
        right = StepStatement(theirs[0], judge.rule_term(theirs[0]))
        others = sorted(n for n in attempt.program.used if n.startswith(f"{GRADIENT}_"))
        for misconception, made in (*attempts(right, rule), *other_gradients(right, others)):
            if misconception.key == PLAIN and GRADIENT in written.term.names:
                continue  # who writes g + β v means to look ahead
            if judge.is_attempt(wrong, made.term):
                yield self.diagnosis(misconception, made, meaning, judge, namer)

    def diagnosis(
        self,
        misconception: Misconception,
        made: Attempt,
        meaning: Meaning,
        judge: Judge,
        namer: Namer,
    ) -> Diagnosis:
        """A misconception, said in the student's letters."""
        rule = self.variants[0].program
        said = {n: namer.of_rule(t, judge, rule, meaning) for n, t in made.said.items()}
        return Diagnosis(misconception, said)

    def joined(
        self, found: CutText, outcomes: Sequence[_MarkedStep], derived: Verdict | None
    ) -> Verdict:
        """One verdict of all."""
        every = [m for o in outcomes for m in o.marks] + list(derived.marks if derived else ())
        marks = tuple(dict.fromkeys(sorted(every, key=lambda each: each.line)))
        said = tuple(dict.fromkeys(m for o in outcomes for m in o.conventions))
        words = tuple(n for n in found.words if n not in found.derivatives)
        missing = tuple(dict.fromkeys(n for o in outcomes for n in o.missing))
        asked = [n for n in self.exercise.asked if n in self.learned]
        done = {m.left.name.removesuffix(AFTER) for m in marks if isinstance(m.left, nt.Symbol)}
        if not any(n in PARAMETER_NAMES and n not in self.learned for n in done):
            missing += tuple(
                f"{n}{AFTER}" for n in asked if n not in done and f"{n}{AFTER}" not in missing
            )
        wrongs = [o.wrong for o in outcomes if o.wrong is not None]
        if derived is not None and derived.wrong is not None:
            wrongs.append((derived.wrong, derived))
        if wrongs:
            _, first = min(wrongs, key=lambda each: each[0].line)
            return replace(first, marks=marks, missing=missing, words=words)
        kind = "unfinished" if missing else "right"
        return Verdict(kind, marks, missing=missing, words=words, conventions=said)  # type: ignore[arg-type]  # one of its words


def _not_compared(line: int) -> DerivationError:
    return DerivationError(
        f"line {line} and those after it cannot be compared with the update rule: they have no values in common",
        "write them in the rule's form, one line for each statement",
    )
