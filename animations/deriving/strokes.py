"""A line of a derivation as what a film shows of it, one change after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from symgd.derivation.gradient import Derivation
from symgd.terms import (
    Abbreviation,
    BigSum,
    Fraction,
    Negative,
    Partial,
    Path,
    Product,
    Sum,
    Symbol,
    Term,
)
from symgd.terms.calculus import by_letter
from symgd.writing.formulas.text import text
from symgd.writing.moves import Move, moves_between
from symgd.writing.outline import Line, Reason, Section, reasons
from symgd.writing.steps import Step

Partials = Mapping[str, Derivation]
MINUS = ("-", "−")
ZEROS, ONES, SIGNS, FRONT = "zero terms", "factor one", "signs", "constant out of the sum"


@dataclass(frozen=True)
class Stroke:
    """One change that is seen as a whole: the right-hand side that is shown then, and the steps that it is made of."""

    after: Term
    steps: tuple[Step, ...]
    moves: Sequence[Move]
    reasons: tuple[Reason, ...]

    @property
    def is_seen(self) -> bool:
        """Whether the line looks different after it."""
        return text(self.steps[0].before) != text(self.steps[-1].after)

    @property
    def is_algebra(self) -> bool:
        """Whether nothing is derived in it."""
        return all(step.rule.group in ("clean", "form") for step in self.steps)

    @property
    def is_form(self) -> bool:
        """Whether it only writes the same in another form."""
        return all(step.rule.quiet or step.rule.group == "form" for step in self.steps)

    def uses(self, *rules: str) -> bool:
        """Whether one of these rules, by their names, is used in it."""
        return any(step.rule.name in rules for step in self.steps)

    @property
    def kind(self) -> str:
        """Of algebra: whether zeros go, or ones, or else something is written elsewhere."""
        return next((name for name in (ZEROS, ONES) if self.uses(name)), "")

    @property
    def puts_back(self) -> bool:
        """Whether a letter gives way in it to what it stands for."""
        return any(_puts_back(step) for step in self.steps)

    @property
    def path(self) -> Path | None:
        """The part that is rewritten, where it is a single one."""
        return None if self._loud is None else self._loud.path

    @property
    def _loud(self) -> Step | None:
        """The step that is told, where it is a single one."""
        loud = [step for step in self.steps if not step.rule.quiet]
        return loud[0] if len(loud) == 1 else None

    @property
    def rewritten(self) -> Term | None:
        """What the part that is rewritten was, where it is a single one."""
        return None if self._loud is None else self._loud.before.at(self._loud.path)

    @property
    def made(self) -> Term | None:
        """What stands in its place; None where nothing does, such as where a zero has left with its sum."""
        return None if self.path is None else _found(self.after, self.path)

    @property
    def stays_together(self) -> bool:
        """Whether what the step made is all that stands in the place of what it was made of."""
        loud = self._loud
        return loud is not None and _found(self.steps[-1].after, loud.path) == loud.after.at(
            loud.path
        )

    @property
    def named(self) -> Path | None:
        """Where the part stands that gets a letter of its own in this change."""
        for step in self.steps:
            for letter in step.introduced:
                body = step.before.at(step.path)
                found = [path for path, term in body.walk(step.path) if term is letter.definition]
                if found:
                    return found[0]
        return None

    @property
    def chain(self) -> Path | None:
        """Where an outer and an inner derivative are made of one."""
        made = self.made
        if isinstance(made, Product) and len(made.factors) == 2:
            outer, inner = made.factors
            if isinstance(outer, Partial) and outer.ordinary and isinstance(inner, Partial):
                return self.path
        return None


def strokes(line: Line, section: Section, partials: Partials) -> tuple[Stroke, ...]:
    """The changes that make `line` of the line before it, one rule a change.

    What is done quietly goes with the change before it, but for a letter that is put back: that is seen by itself.
    """
    groups: list[list[Step]] = []
    for step in line.steps:
        quiet = step.rule.quiet and not _puts_back(step)
        if groups and (quiet or _goes_on(groups[-1], step)):
            groups[-1].append(step)
        elif text(step.before) == text(step.after) and step is not line.steps[-1]:
            groups.append([step])  # nothing to be seen: it goes with the next
        elif groups and text(groups[-1][0].before) == text(groups[-1][-1].after):
            groups[-1].append(step)
        else:
            groups.append([step])
    made = [_stroke(tuple(group), section.letter, partials) for group in groups]
    return tuple(part for part in made if part.is_seen) or tuple(made[-1:])


def in_one(parts: Sequence[Stroke], section: Section, partials: Partials) -> tuple[Stroke, ...]:
    """Several changes as a single one."""
    steps = tuple(step for part in parts for step in part.steps)
    return (_stroke(steps, section.letter, partials),) if len(parts) > 1 else tuple(parts)


def alike(parts: Sequence[Stroke]) -> list[list[Stroke]]:
    """Algebra in groups: zeros that go, ones that go, what goes in front; a sign goes with what follows it."""
    groups: list[list[Stroke]] = []
    kinds: list[str] = []
    kind = ""
    for part in reversed(parts):
        signs = all(step.rule.name == SIGNS or step.rule.quiet for step in part.steps)
        kind = kind if signs and kind else part.kind
        if groups and kinds[-1] == kind:
            groups[-1].insert(0, part)
        else:
            groups.append([part])
            kinds.append(kind)
    return groups[::-1]


def front_moves(parts: Sequence[Stroke]) -> list[Sequence[Stroke]]:
    """What goes in front, one move after the other: what leaves the sum goes all the way at once."""
    out = [number for number, part in enumerate(parts) if part.uses(FRONT)]
    if not out:
        return [parts]
    first, last = out[0], out[-1] + 1
    alone = [[part] for part in (*parts[:first], *parts[last:])]
    return [*alone[:first], parts[first:last], *alone[first:]]


def nothings_together(groups: Sequence[Sequence[Stroke]]) -> list[Sequence[Stroke]]:
    """Zeros that go and ones that go after them, as one group."""
    made: list[Sequence[Stroke]] = []
    for group in groups:
        both = (made[-1], group) if made else ()
        if both and all(any(part.kind for part in each) for each in both):
            made[-1] = [*made[-1], *group]
        else:
            made.append(group)
    return made


def ends_signed(parts: Sequence[Stroke]) -> bool:
    """Whether a minus sign right after Σ is left by algebra."""
    sums = [part.children[0] for _, part in parts[-1].after.walk() if isinstance(part, BigSum)]
    signed = any(not isinstance(each, Sum) and text(each)[:1] in MINUS for each in sums)
    return signed and all(part.is_algebra for part in parts)


def unsigned(parts: Sequence[Stroke], section: Section, partials: Partials) -> tuple[Stroke, ...]:
    """A change that leaves a minus sign right after Σ goes together with the next."""
    made: list[Stroke] = []
    for part in parts:
        if made and ends_signed(made[-1:]):
            made[-1:] = in_one((made[-1], part), section, partials)
        else:
            made.append(part)
    return tuple(made)


def _found(term: Term, path: Path) -> Term | None:
    """The part at a path; None where the term does not reach so far."""
    for step in path:
        if step >= len(term.children):
            return None
        term = term.children[step]
    return term


def _puts_back(step: Step) -> bool:
    """Whether a letter gives way to what it stands for."""
    letters = [
        {part.name for _, part in term.walk() if isinstance(part, Abbreviation)}
        for term in (step.before, step.after)
    ]
    return bool(letters[0] - letters[1])


def _goes_on(group: Sequence[Step], step: Step) -> bool:
    """Whether a step does what was just done in another place: both are one change."""
    together = step.rule.group in ("atom", "clean", "form")
    return step.rule.name == group[-1].rule.name and together


def _stroke(steps: tuple[Step, ...], letter: Symbol | None, partials: Partials) -> Stroke:
    before, after = steps[0].before, steps[-1].after
    moves = steps[0].moves if len(steps) == 1 else moves_between(before, after)
    seen = [step for step in steps if text(step.before) != text(step.after)]
    why = reasons(seen or steps)
    if letter is not None:
        after = by_letter(after, partials, letter)
        why = tuple(reason.by_letter(letter) for reason in why)
    return Stroke(after, steps, moves, why)


def differing(terms: Sequence[Term]) -> tuple[tuple[Path, ...], ...]:
    """For each of some products: where the factors stand that not all of them have."""
    factors = [[*_factors(term)] for term in terms]
    common = reduce(and_, (Counter(factor for _, factor in own) for own in factors))
    return tuple(tuple(_without(own, common)) for own in factors)


def _without(own: Sequence[tuple[Path, Term]], common: Counter[Term]) -> Iterator[Path]:
    left = common.copy()
    for path, factor in own:
        if left[factor]:
            left[factor] -= 1
        else:
            yield path


def _factors(term: Term, path: Path = ()) -> Iterator[tuple[Path, Term]]:
    """The factors of a term with their paths, through signs, fractions and Σ."""
    if not isinstance(term, Product | Fraction | BigSum | Negative):
        yield path, term
        return
    for number, child in enumerate(term.children):
        yield from _factors(child, (*path, number))
