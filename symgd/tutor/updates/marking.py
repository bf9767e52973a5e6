"""Marking lines of an optimizer's step: right where the steps are the rule's, whatever is remembered in which form."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from symgd import terms as nt
from symgd.errors import DerivationError, FormulaError
from symgd.optimizers.optimizer import Optimizer
from symgd.tutor.exercise import Exercise
from symgd.tutor.marking import mark
from symgd.tutor.transcript import texts_of
from symgd.tutor.updates.answering import conventions
from symgd.tutor.updates.asked_step import AskedStep
from symgd.tutor.updates.attempt import StudentProgram, expect_all_read, programs
from symgd.tutor.updates.blame import blamed
from symgd.tutor.updates.judging import judged
from symgd.tutor.updates.letters import KNOWN_LETTERS
from symgd.tutor.updates.lines import CutText, cut
from symgd.tutor.updates.marked_step import MarkedStep, marks_of
from symgd.tutor.updates.meaning import Meaning, RuleComparison
from symgd.tutor.updates.names import GRADIENT_NAMES, PARAMETER_NAMES, written_name
from symgd.tutor.updates.reading import UpdateLine, UpdateReader
from symgd.tutor.updates.variants import RuleVariant
from symgd.tutor.verdict import Verdict
from symgd.tutor.vocabulary import Vocabulary, spelled
from symgd.writing.formulas.names import AFTER, GREEK
from symgd.writing.words import Language


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
    asked = AskedStep(exercise, optimizer, dict(settings or {}))
    verdict = _UpdateMarker(asked, texts).verdict()
    return replace(verdict, language=language, optimizer=optimizer.name)


@dataclass(frozen=True)
class _UpdateMarker:
    asked: AskedStep
    texts: list[str]

    def known(self, name: str) -> bool:
        """Whether a word may be a name here."""
        base = written_name(name, self.asked.learned).base
        known = {
            *self.asked.rule_names,
            *self.asked.variants[0].roles,
            *KNOWN_LETTERS,
            *self.asked.learned,
        }
        known |= {*PARAMETER_NAMES, *GRADIENT_NAMES}
        vocabulary = self.asked.exercise.vocabulary
        return base in known or vocabulary.meaning(spelled(name)) is not None

    def is_generic(self, found: CutText) -> bool:
        """Whether the lines are about θ, any parameter or all of them, and not about each."""
        bases = [e.name.base for e in found.equations if e.name.when != "first"]
        if any(b in PARAMETER_NAMES and b not in self.asked.learned for b in bases):
            return True
        own = any(e.name.base in self.asked.learned or e.name.owner for e in found.equations)
        return not own or all(b in self.asked.rule_names for b in bases)

    def verdict(self) -> Verdict:
        found = cut(self.texts, self.asked.learned, self.asked.learned, self.known)
        owners = self.asked.learned
        if self.is_generic(found):
            owners = ()
            found = cut(self.texts, (), self.asked.learned, self.known)
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
        return mark(self.asked.exercise, kept)

    def about(self, found: CutText, owners: tuple[str, ...]) -> list[str]:
        """The parameters that lines are about; empty text for the vector."""
        if not owners:
            return [""]
        named = {e.name.owner or e.name.base for e in found.equations}
        return [name for name in owners if name in named] or [owners[0]]

    def parameter(self, found: CutText, owner: str) -> str:
        """What the vector of parameters is called."""
        bases = [e.name.base for e in found.equations]
        named = (
            name for name in PARAMETER_NAMES if name in bases and name not in self.asked.rule_names
        )
        return owner or next(named, "theta")

    def outcome(self, found: CutText, owners: tuple[str, ...], owner: str) -> MarkedStep:
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
            return MarkedStep(())
        undetermined = False
        for variant, attempt in itertools.product(self.asked.variants, ways):
            if not attempt.is_whole or len(attempt.letters) > len(variant.roles):
                continue
            comparison = self.asked.comparison(attempt, variant, owner)
            for meaning in self.asked.meanings(attempt, variant):
                same = comparison.same_steps(attempt.program, meaning)
                undetermined |= same is None
                if same:
                    return self.right(attempt, variant, meaning, comparison, owner)
        self.expect_letters(ways[0], read[0])
        found_wrong = blamed(self.asked, ways, owner)
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
        vocabulary = self.asked.exercise.vocabulary if owners else Vocabulary(frozenset(), {}, ())
        roles = frozenset(r for v in self.asked.variants for r in v.roles)
        return UpdateReader(
            found.equations,
            self.parameter(found, owner),
            owner,
            owners,
            roles,
            self.asked.rule_names,
            vocabulary,
            late,
        )

    def ways(
        self, lines: Sequence[UpdateLine], reader: UpdateReader, owners: tuple[str, ...]
    ) -> Iterator[StudentProgram]:
        vocabulary = self.asked.exercise.vocabulary
        data = frozenset({*vocabulary.symbols, *vocabulary.columns}) if owners else frozenset()
        names = frozenset(n for name in self.asked.rule_names for n in (name, f"{name}{AFTER}"))
        if any(line.sort == "update" for line in lines):
            yield from programs(lines, reader.parameter, data, names)

    def right(
        self,
        attempt: StudentProgram,
        variant: RuleVariant,
        meaning: Meaning,
        comparison: RuleComparison,
        owner: str,
    ) -> MarkedStep:
        """All lines are right; what is different from the rule is said."""
        namer = self.asked.namer(attempt, owner)
        found = judged(comparison, attempt.program, meaning)
        judge = found if found and not found.differences else None
        said = tuple(conventions(namer, variant, meaning, judge))
        return MarkedStep(tuple(marks_of(attempt, namer, {})), None, (), said)

    def expect_letters(self, attempt: StudentProgram, lines: Sequence[UpdateLine]) -> None:
        """Refuse letters that mean nothing in the rule."""
        roles = self.asked.variants[0].roles
        strange = [n for n in attempt.letters if n not in roles]
        unknown = [n for n in strange if n not in KNOWN_LETTERS and n not in GREEK]
        if len(attempt.letters) <= len(roles) and not unknown:
            return
        odd = [*unknown, *strange][0]
        line = next((each for each in lines if odd in each.readings[0].names), lines[0])
        known = ", ".join(("theta", "g", *self.asked.rule_names, *roles))
        raise FormulaError(
            f'line {line.line}: "{odd}" is no letter of the update rule of {self.asked.optimizer.name}',
            f"its letters are {known}; or say what it is on a line of its own",
        )

    def joined(
        self, found: CutText, outcomes: Sequence[MarkedStep], derived: Verdict | None
    ) -> Verdict:
        """One verdict of all."""
        every = [m for o in outcomes for m in o.marks] + list(derived.marks if derived else ())
        marks = tuple(dict.fromkeys(sorted(every, key=lambda each: each.line)))
        said = tuple(dict.fromkeys(m for o in outcomes for m in o.conventions))
        words = tuple(n for n in found.words if n not in found.derivatives)
        missing = tuple(dict.fromkeys(n for o in outcomes for n in o.missing))
        asked = [n for n in self.asked.exercise.asked if n in self.asked.learned]
        done = {m.left.name.removesuffix(AFTER) for m in marks if isinstance(m.left, nt.Symbol)}
        if not any(n in PARAMETER_NAMES and n not in self.asked.learned for n in done):
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
