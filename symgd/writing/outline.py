"""From a derivation's steps to the lines that a reader wants: brief, standard or full.

This is the only reader of Steps among the writers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from symgd.terms import Abbreviation, Comparison, Equation, Symbol, Term
from symgd.terms.calculus import by_letter
from symgd.writing.appearance import appearance
from symgd.writing.exposition import Chain, Chapter, Exposition
from symgd.writing.formulas.rounding import About
from symgd.writing.reading import Detail, Reading, known_rules
from symgd.writing.steps import Step
from symgd.writing.words import ENGLISH, Words, words_in

PLAIN = Reading()


@dataclass(frozen=True)
class Reason:
    """Why a line follows: the rule's name, its sentence, what the sentence's letters stand for, and where it holds."""

    rule: str
    why: str
    bindings: tuple[tuple[str, Term], ...]
    introduced: tuple[Equation, ...]
    conditions: tuple[Term, ...] = ()
    printed: tuple[str, str] = ("", "")

    def name(self, words: Words = ENGLISH, *, typed: bool = False) -> str:
        """The rule's name in a language; functions are called as typeset print has them, or as they are `typed`."""
        name, (as_typed, as_printed) = words.rule(self.rule), map(words.escape, self.printed)
        return name if typed else name.removesuffix(as_typed) + as_printed

    def sentence(self, write: Callable[[Term], str], words: Words = ENGLISH) -> str:
        """The sentence with its letters written by `write`, in a language."""
        written = {name: write(term) for name, term in self.bindings}
        return words.declared(self.why, **written)

    def by_letter(self, letter: Symbol) -> Reason:
        """The reason with `letter` for the parameter that is derived by."""
        bindings = dict(self.bindings)
        if isinstance(bindings.get("variable"), Symbol):
            bindings["variable"] = letter
        return replace(self, bindings=tuple(bindings.items()))


@dataclass(frozen=True)
class Line:
    """left = right, or = right; made by `steps`, for `reasons`. `relation` stands where "=" would."""

    left: Term | None
    right: Term
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    relation: str = "="

    def map(self, rewrite: Callable[[Term], Term]) -> Line:
        """The line with both sides rewritten."""
        left = None if self.left is None else rewrite(self.left)
        return replace(self, left=left, right=rewrite(self.right))


@dataclass(frozen=True)
class Section(Chapter):
    """A chapter, with the lines that a reader gets of its chains."""

    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, repr=False)
class Outline:
    """All that a document says of an exposition, before it is written in any format."""

    exposition: Exposition
    reading: Reading  # where `known` has the full names of rules
    sections: tuple[Section, ...]

    @property
    def definitions(self) -> tuple[Equation, ...]:
        """What the names on the lines stand for."""
        return self.exposition.definitions

    def __repr__(self) -> str:
        return f"Outline({self.exposition.kind}: {len(self.sections)} sections at {self.reading.detail} detail)"

    @cached_property
    def words(self) -> Words:
        """The reader's language."""
        return words_in(self.reading.language)

    def by(self, write: Callable[..., str], **options: Any) -> Callable[..., str]:
        """How `write` writes Terms for this reader."""
        style = self.reading.derivative_style
        return partial(write, derivative_style=style, words=self.words, **options)

    def single_steps(
        self, line: Line, section: Section, detail: Detail = "full"
    ) -> tuple[Line, ...]:
        """The steps behind a line, one by one or at another detail, in the section's own letter."""
        single = lines(line.steps, replace(self.reading, detail=detail))
        return tuple(_generic(row, section) for row in single)


def outline(exposition: Exposition, reading: Reading, rule_names: Iterable[str] = ()) -> Outline:
    """What there is to say to such a reader, who may know the rules called `rule_names` and those that are used."""
    used = [step.rule.name for step in exposition.steps]
    reading = replace(reading, known=known_rules(reading.known, used, rule_names))
    return Outline(exposition, reading, sections(exposition, reading))


def sections(exposition: Exposition, reading: Reading = PLAIN) -> tuple[Section, ...]:
    """All lines of a derivation, chapter by chapter."""
    found = []
    for chapter in exposition.chapters:
        told = (line for chain in chapter.chains for line in _lines(chain, reading))
        rows = tuple(_generic(line, chapter) for line in told)
        found.append(Section(**vars(chapter), lines=rows))
    return tuple(found)


def _generic(line: Line, chapter: Chapter) -> Line:
    """A line with the chapter's letter, if it has one, for the parameter that is derived by."""
    letter = chapter.letter
    if letter is None:
        return line
    reasons = tuple(reason.by_letter(letter) for reason in line.reasons)
    return replace(line.map(lambda term: by_letter(term, chapter.names, letter)), reasons=reasons)


def _lines(chain: Chain, reading: Reading) -> tuple[Line, ...]:
    following = lines(chain.steps, reading)
    given: tuple[Reason, ...] = ()
    if chain.premise is not None:
        premise = chain.premise
        bindings = tuple(premise.bindings.items())
        given = (Reason(premise.name, premise.why, bindings, (), premise.conditions),)
    first = _shaped(_line(chain.left, chain.start, (), given), reading)
    if chain.start == chain.left and following:
        second, *rest = following
        return (replace(second, left=first.left), *rest)
    return (first, *following)


def _line(
    left: Term | None, right: Term, steps: tuple[Step, ...], reasons: tuple[Reason, ...]
) -> Line:
    """One line; an Equation or a Comparison has its own left-hand side."""
    if isinstance(right, Comparison) and right.sign == "<":
        return Line(right.left, right.right, steps, reasons, "<")
    relations = [step.rule.relation for step in steps if step.rule.relation != "="]
    if isinstance(right, Equation):
        relations += ["≈"] if isinstance(right, About) else []
        left, right = right.left, right.right
    return Line(left, right, steps, reasons, (relations or ["="])[0])


def lines(steps: Sequence[Step], reading: Reading) -> tuple[Line, ...]:
    """The lines after the first one, each made by one or more steps."""
    seen = _joined(_PARTS[reading.detail](steps), _is_unseen)
    parts = _joined(seen, partial(_is_passed_over, reading=reading))
    made = (_line(None, part[-1].after, tuple(part), reasons(part, reading)) for part in parts)
    return tuple(_shaped(line, reading) for line in made)


def _shaped(line: Line, reading: Reading) -> Line:
    """A line with the shapes of its parts, for those who want them."""
    if not reading.shapes:
        return line
    from symgd.terms.matrix import with_shapes

    return line.map(with_shapes)


def _joined(
    parts: Sequence[Sequence[Step]], is_hidden: Callable[[list[Step], Sequence[Step]], bool]
) -> list[list[Step]]:
    """The parts that make lines: a hidden one is joined to the next, the last to the one before.

    `is_hidden` is asked of all steps that would make a line, and of the part that they end in.
    """
    joined: list[list[Step]] = []
    waiting: list[Step] = []
    for part in parts:
        waiting += part
        if not is_hidden(waiting, part):
            joined.append(waiting)
            waiting = []
    if not waiting:
        return joined
    return [*joined[:-1], [*joined[-1], *waiting]] if joined else [waiting]


def _is_unseen(steps: list[Step], part: Sequence[Step]) -> bool:
    """Whether steps change nothing to be seen."""
    return appearance(steps[0].before) == appearance(part[-1].after)


def _is_passed_over(steps: list[Step], part: Sequence[Step], reading: Reading) -> bool:
    """Whether only known rules work in a part, or its line holds a letter that is not to be seen."""
    if any(letter.name in part[-1].after.names for letter in _hidden(steps, reading)):
        return True
    loud = [step for step in part if not step.rule.quiet] or part
    return all(step.rule.name in reading.known for step in loud)


def _hidden(steps: Sequence[Step], reading: Reading) -> tuple[Abbreviation, ...]:
    """The letters u = … that the reader is not to see."""
    return tuple(
        letter
        for step in steps
        if reading.inner == "in place" or step.rule.name in reading.known
        for letter in step.introduced
    )


def reasons(steps: Sequence[Step], reading: Reading = PLAIN) -> tuple[Reason, ...]:
    """The reasons of some steps, each rule's sentence once; quiet rules only where there is no other."""
    found: dict[tuple[object, ...], Reason] = {}
    hidden = _hidden(steps, reading)
    in_place: dict[Term, Term] = {letter: letter.definition for letter in hidden}
    for step in [step for step in steps if not step.rule.quiet] or steps:
        if step.rule.name in reading.known:
            continue
        bindings = tuple((name, term.substitute(in_place)) for name, term in step.bindings.items())
        letters = (letter for letter in step.introduced if letter not in hidden)
        introduced = tuple(Equation(letter, letter.definition) for letter in letters)
        conditions = tuple(condition.substitute(in_place) for condition in step.conditions)
        rule = step.rule
        reason = Reason(rule.name, rule.why, bindings, introduced, conditions, rule.printed)
        found.setdefault((rule.name, bindings), reason)
    return tuple(found.values())


def _runs(steps: Sequence[Step]) -> list[list[Step]]:
    """Standard detail: steps of one group in a run make one line, and algebra's last part makes the last."""
    runs: list[list[Step]] = []
    end = _end_of_calculus(steps)
    for number, step in enumerate(steps):
        if runs and _joins(runs[-1], step, number > end):
            runs[-1].append(step)
        else:
            runs.append([step])
    return runs


_ALGEBRA = ("clean", "form")


def _end_of_calculus(steps: Sequence[Step]) -> int:
    """The place of the last step that is not algebra; between layers there is algebra before it."""
    calculus = [n for n, step in enumerate(steps) if step.rule.group not in _ALGEBRA]
    return calculus[-1] if calculus else -1


def _joins(run: list[Step], step: Step, closing: bool) -> bool:
    """Whether a step belongs on the line that the steps of `run` make."""
    first, last, group = run[0].rule, run[-1].rule, step.rule.group
    if closing and first.group == "form":
        return True
    if not closing and group in _ALGEBRA:
        return last.group in _ALGEBRA
    if group == "inner":
        return last.group in ("law", "inner")
    if group == "law":
        return last.name == step.rule.name
    return group in ("atom", "clean") and last.group == group


def _phases(steps: Sequence[Step]) -> list[list[Step]]:
    """Brief detail: the calculus in one line, the algebra in another, unless it is the order of factors alone."""
    start = _end_of_calculus(steps) + 1
    forms = [n for n in range(start, len(steps)) if steps[n].rule.group == "form"]
    cut = len(steps) if all(steps[n].rule.quiet for n in forms) else forms[0]
    return [list(part) for part in (steps[:cut], steps[cut:]) if part]


_PARTS: Mapping[Detail, Callable[[Sequence[Step]], list[list[Step]]]] = {
    "brief": _phases,
    "standard": _runs,
    "full": lambda steps: [[step] for step in steps],
}
