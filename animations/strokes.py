"""A line of a derivation as what a film shows of it, one change after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

from symgd.derivation.gradient import Derivation
from symgd.terms import BigSum, Fraction, Negative, Partial, Path, Product, Symbol, Term
from symgd.terms.calculus import by_letter
from symgd.writing.formulas.text import text
from symgd.writing.moves import Move, moves_between
from symgd.writing.outline import Line, Reason, Section, reasons
from symgd.writing.steps import Step

Partials = Mapping[str, Derivation]


@dataclass(frozen=True)
class Stroke:
    """One change that is seen as a whole: the right-hand side that is shown then, and the steps that it is made of."""

    after: Term
    steps: tuple[Step, ...]
    moves: Sequence[Move]
    reasons: tuple[Reason, ...]

    @property
    def path(self) -> Path | None:
        """The part that is rewritten, where it is a single one."""
        loud = [step for step in self.steps if not step.rule.quiet]
        return loud[0].path if len(loud) == 1 else None

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
        made = None if self.path is None else self.after.at(self.path)
        if isinstance(made, Product) and len(made.factors) == 2:
            outer, inner = made.factors
            if isinstance(outer, Partial) and outer.ordinary and isinstance(inner, Partial):
                return self.path
        return None


def strokes(line: Line, section: Section, partials: Partials) -> tuple[Stroke, ...]:
    """The changes that make `line` of the line before it.

    Calculus is shown a step at a time, algebra in one go.
    """
    groups: list[list[Step]] = []
    algebra = any(step.rule.group in ("clean", "form") for step in line.steps)
    for step in line.steps:
        if groups and (algebra or step.rule.quiet):
            groups[-1].append(step)
        else:
            groups.append([step])
    return tuple(_stroke(tuple(group), section.letter, partials) for group in groups)


def _stroke(steps: tuple[Step, ...], letter: Symbol | None, partials: Partials) -> Stroke:
    before, after = steps[0].before, steps[-1].after
    moves = steps[0].moves if len(steps) == 1 else moves_between(before, after)
    seen = [step for step in steps if text(step.before) != text(step.after)]
    why = reasons(seen or steps)
    if letter is not None:
        after = by_letter(after, partials, letter)
        why = tuple(reason.by_letter(letter) for reason in why)
    return Stroke(after, steps, moves, why)


def in_one(parts: Sequence[Stroke]) -> Stroke:
    """Several changes, one after the other, as a single one."""
    steps = tuple(step for part in parts for step in part.steps)
    moves = moves_between(steps[0].before, steps[-1].after)
    why = tuple(reason for part in parts for reason in part.reasons)
    return Stroke(parts[-1].after, steps, moves, why)


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
