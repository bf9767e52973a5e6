"""From a derivation's steps to the lines that a reader wants: brief, standard or full.

This is the only reader of Steps among the writers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from types import MappingProxyType
from typing import Any

from symgd.terms import Abbreviation, Comparison, Equation, Symbol, Term
from symgd.terms.rename import by_letter
from symgd.writing.appearance import appearance
from symgd.writing.exposition import Chain, Chapter, Exposition, Premise
from symgd.writing.reading import Detail, Reading
from symgd.writing.rule_names import known_rules
from symgd.writing.steps import Step
from symgd.writing.words import ENGLISH, Words, words_in

PLAIN = Reading()


@dataclass(frozen=True)
class Reason:
    """Why a line follows: the rule's name, its sentence, what the sentence's letters stand for, and where it holds."""

    rule: str
    why: str
    bindings: tuple[tuple[str, Term], ...]
    introduced: tuple[Term, ...]
    conditions: tuple[Term, ...] = ()

    def sentence(self, write: Callable[[Term], str], words: Words = ENGLISH) -> str:
        """The sentence with its letters written by `write`, in a language."""
        written = {name: write(term) for name, term in self.bindings}
        return words.declared(self.why, **written)


@dataclass(frozen=True)
class Line:
    """left = right, or = right; made by `steps`, for `reasons`. `relation` stands where "=" would."""

    left: Term | None
    right: Term
    steps: tuple[Step, ...]
    reasons: tuple[Reason, ...]
    relation: str = "="


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
        if section.letter is None:
            return single
        return tuple(_generic(row, section.names, section.letter) for row in single)


def outline(exposition: Exposition, reading: Reading, rule_names: Iterable[str] = ()) -> Outline:
    """What there is to say to such a reader, who may know the rules called `rule_names` and those that are used."""
    used = [step.rule.name for step in exposition.steps]
    reading = replace(reading, known=known_rules(reading.known, used, rule_names))
    return Outline(exposition, reading, sections(exposition, reading))


def sections(exposition: Exposition, reading: Reading = PLAIN) -> tuple[Section, ...]:
    """All lines of a derivation, chapter by chapter."""
    return tuple(_section(chapter, reading) for chapter in exposition.chapters)


def _section(chapter: Chapter, reading: Reading) -> Section:
    rows = tuple(line for chain in chapter.chains for line in _lines(chain, reading))
    if chapter.letter is not None:
        rows = tuple(_generic(line, chapter.names, chapter.letter) for line in rows)
    return Section(**vars(chapter), lines=rows)


def _generic(line: Line, names: tuple[str, ...], letter: Symbol) -> Line:
    """A line with `letter` for the parameter that is derived by."""
    return replace(
        line,
        left=None if line.left is None else by_letter(line.left, names, letter),
        right=by_letter(line.right, names, letter),
        reasons=tuple(spoken_of(reason, letter) for reason in line.reasons),
    )


def spoken_of(reason: Reason, letter: Symbol) -> Reason:
    """A reason that speaks of `letter` in the place of the parameter that is derived by."""
    bindings = tuple(
        (name, letter if name == "variable" and isinstance(term, Symbol) else term)
        for name, term in reason.bindings
    )
    return replace(reason, bindings=bindings)


def _lines(chain: Chain, reading: Reading) -> tuple[Line, ...]:
    following = lines(chain.steps, reading)
    given = () if chain.premise is None else (_premise(chain.premise),)
    first = _shaped(_line(chain.left, chain.start, (), given), reading)
    if chain.start == chain.left and following:
        second, *rest = following
        return (replace(second, left=first.left), *rest)
    return (first, *following)


def _premise(premise: Premise) -> Reason:
    return Reason(premise.name, premise.why, tuple(premise.bindings.items()), ())


def _line(
    left: Term | None, right: Term, steps: tuple[Step, ...], reasons: tuple[Reason, ...]
) -> Line:
    """One line; an Equation or a Comparison has its own left-hand side."""
    if isinstance(right, Comparison) and right.sign == "<":
        return Line(right.left, right.right, steps, reasons, "<")
    if isinstance(right, Equation):
        left, right = right.left, right.right
    relations = [step.rule.relation for step in steps if step.rule.relation != "="]
    return Line(left, right, steps, reasons, (relations or ["="])[0])


def lines(steps: Sequence[Step], reading: Reading) -> tuple[Line, ...]:
    """The lines after the first one, each made by one or more steps."""
    parts = _folded(_seen(_PARTS[reading.detail](steps)), reading)
    made = (_line(None, part[-1].after, tuple(part), reasons(part, reading)) for part in parts)
    return tuple(_shaped(line, reading) for line in made)


def _shaped(line: Line, reading: Reading) -> Line:
    """A line with the shapes of its parts, for those who want them."""
    if not reading.shapes:
        return line
    from symgd.terms.matrix import with_shapes

    left = None if line.left is None else with_shapes(line.left)
    return replace(line, left=left, right=with_shapes(line.right))


def _folded(parts: Sequence[Sequence[Step]], reading: Reading) -> list[list[Step]]:
    """The parts that make lines: one that the reader need not see is joined to the next, the last to the one before.

    These are the parts in which only known rules work, and those whose line holds a letter that is not to be seen.
    """
    folded: list[list[Step]] = []
    waiting: list[Step] = []
    for part in parts:
        waiting += part
        hidden = _hidden(waiting, reading)
        seen = [letter for letter in hidden if letter in part[-1].after.names]
        if not seen and not _is_known(part, reading):
            folded.append(waiting)
            waiting = []
    if not waiting:
        return folded
    return [*folded[:-1], [*folded[-1], *waiting]] if folded else [waiting]


def _is_known(part: Sequence[Step], reading: Reading) -> bool:
    loud = [step for step in part if not step.rule.quiet] or part
    return all(step.rule.name in reading.known for step in loud)


def _hidden(steps: Sequence[Step], reading: Reading) -> Mapping[str, Equation]:
    """The letters u = … that the reader is not to see, and what is written in their place."""
    return {
        equation.left.name: equation
        for step in steps
        if reading.inner == "in place" or step.rule.name in reading.known
        for equation in step.introduced.values()
        if isinstance(equation, Equation) and isinstance(equation.left, Abbreviation)
    }


def reasons(steps: Sequence[Step], reading: Reading = PLAIN) -> tuple[Reason, ...]:
    """The reasons of some steps, each rule's sentence once; quiet rules only where there is no other."""
    found: dict[tuple[object, ...], Reason] = {}
    hidden = _hidden(steps, reading)
    in_place = {equation.left: equation.right for equation in hidden.values()}
    for step in [step for step in steps if not step.rule.quiet] or steps:
        if step.rule.name in reading.known:
            continue
        bindings = tuple((name, term.substitute(in_place)) for name, term in step.bindings.items())
        introduced = tuple(e for e in step.introduced.values() if e not in hidden.values())
        conditions = tuple(condition.substitute(in_place) for condition in step.conditions)
        reason = Reason(step.rule.name, step.rule.why, bindings, introduced, conditions)
        found.setdefault((step.rule.name, bindings), reason)
    return tuple(found.values())


def _seen(parts: Sequence[Sequence[Step]]) -> list[list[Step]]:
    """The same parts, but one that changes nothing to be seen joins the next one, the last the one before."""
    seen: list[list[Step]] = []
    for part in parts:
        if seen and _is_unseen(seen[-1]):
            seen[-1] += part
        else:
            seen.append([*part])
    if len(seen) > 1 and _is_unseen(seen[-1]):
        last = seen.pop()
        seen[-1] += last
    return seen


def _is_unseen(part: Sequence[Step]) -> bool:
    return appearance(part[0].before) == appearance(part[-1].after)


def _visible(steps: Sequence[Step]) -> list[list[Step]]:
    """Full detail: a line for each step."""
    return [[step] for step in steps]


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


_PARTS: Mapping[Detail, Callable[[Sequence[Step]], list[list[Step]]]] = MappingProxyType(
    {"brief": _phases, "standard": _runs, "full": _visible}
)
