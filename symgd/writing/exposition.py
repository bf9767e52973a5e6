"""Account: a derivation as it is told, in chapters of lines. Writers read nothing else.

A gradient, a Hessian, a stationary point and Taylor's step are different things to work with, and the same kind of
thing to read: chains of lines, each line with the step that made it, under headings in words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from symgd.derivation.gradient import Check, Derivation, Gradient, Step
from symgd.terms import Equation, Indexed, Partial, Symbol, Term, abbreviations
from symgd.terms.indices import vectors
from symgd.writing.words import ENGLISH, Words

Named: TypeAlias = Mapping[str, "Term | tuple[Term, ...]"]


@dataclass(frozen=True)
class Said:
    """Words with Terms in them: ``{m}`` in `words` stands for the Term, or the list of Terms, named m."""

    words: str
    terms: Named = field(default_factory=dict)

    def written(self, write: Callable[[Term], str], words: Words = ENGLISH) -> str:
        """The sentence with its Terms written by `write`, in a language."""
        written = {
            name: ", ".join(map(write, term)) if isinstance(term, tuple) else write(term)
            for name, term in self.terms.items()
        }
        return words(self.words, **written)


@dataclass(frozen=True)
class Ground:
    """Why a chain's first line holds: a name for it, a sentence, and what the sentence's letters stand for."""

    name: str
    why: str
    bindings: Mapping[str, Term] = field(default_factory=dict)


@dataclass(frozen=True)
class Chain:
    """Lines that follow one from another.

    Parameters
    ----------
    left : Term or None
        What stands left of the first "="; None where the lines are whole equations.
    start : Term
        The first line, or its right-hand side.
    steps : tuple of Step
        Each step's `before` is the line before it.
    ground : Ground or None
        Why the first line holds, where that is not clear.
    """

    left: Term | None
    start: Term
    steps: tuple[Step, ...]
    ground: Ground | None = None

    @property
    def last(self) -> Term:
        """The last line, or its right-hand side."""
        return self.steps[-1].after if self.steps else self.start


@dataclass(frozen=True)
class Chapter:
    """Chains that belong together, under one heading.

    Parameters
    ----------
    heading : Said
    chains : tuple of Chain
    names : tuple of str
        The parameters that the lines hold for.
    letter : Symbol or None
        What stands for each of them, in a chapter that they share.
    check : Check or None
        The last line checked in another way than step by step.
    said : tuple of Said
        What is to be said under the lines.
    """

    heading: Said
    chains: tuple[Chain, ...]
    names: tuple[str, ...] = ()
    letter: Symbol | None = None
    check: Check | None = None
    said: tuple[Said, ...] = ()


@dataclass(frozen=True)
class Account:
    """A whole derivation in reading order.

    Parameters
    ----------
    title : Said
    parameters : tuple of str
        The parameters, in the order in which they get their colours.
    definitions : tuple of Equation
        What the names on the lines stand for.
    chapters : tuple of Chapter
    """

    title: Said
    parameters: tuple[str, ...]
    definitions: tuple[Equation, ...]
    chapters: tuple[Chapter, ...]

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in reading order."""
        return tuple(
            step for chapter in self.chapters for chain in chapter.chains for step in chain.steps
        )

    @property
    def checks(self) -> tuple[Check, ...]:
        """How the chapters' last lines were checked."""
        return tuple(chapter.check for chapter in self.chapters if chapter.check is not None)


def account_of(gradient: Gradient) -> Account:
    """A gradient as it is told: what its parameters share once, then each one's own lines."""
    lefts = tuple(partial.left for partial in gradient.partials.values())
    return Account(
        Said("Derivation of {lefts}", {"lefts": lefts}),
        tuple(gradient.partials),
        definitions(gradient.function, gradient.definition),
        tuple(chapters(gradient)),
    )


def definitions(function: Term, definition: Term | None) -> tuple[Equation, ...]:
    """What the names on the lines stand for: J = …, e_i = …."""
    if definition is None:
        return ()
    named = [part for part in abbreviations(definition) if part != function]
    return (Equation(function, definition), *(Equation(part, part.definition) for part in named))


def chapters(gradient: Gradient) -> Iterator[Chapter]:
    """The shared first steps, if any, and each parameter's own."""
    names = tuple(gradient.partials)
    shared = gradient.shared if len(names) > 1 else 0
    if shared:
        first, letter = gradient.partials[names[0]], gradient.generic
        heading = _shared_heading(gradient, letter)
        yield Chapter(heading, (_chain(first, 0, shared),), names, letter)
    for name, partial in gradient.partials.items():
        chain = _chain(partial, shared, len(partial.steps))
        heading = _own_heading(gradient, name)
        yield Chapter(heading, (chain,), (name,), check=partial.check)


def _shared_heading(gradient: Gradient, letter: Symbol) -> Said:
    symbols = tuple(partial.variable for partial in gradient.partials.values())
    terms: Named = {"letter": letter, "names": symbols, "function": gradient.function}
    if isinstance(gradient.function, Partial):
        return Said("The first lines for {function} are the same by {letter} = {names}", terms)
    return Said("The first lines are the same for {letter} = {names}", terms)


def _own_heading(gradient: Gradient, name: str) -> Said:
    variable = gradient.partials[name].variable
    held = tuple(map(Symbol, gradient.partials[name].held))
    terms: Named = {"variable": variable, "held": held, "function": gradient.function}
    if isinstance(gradient.function, Partial):
        return Said("Derivative of {function} by {variable}", terms)
    alone = gradient.definition is None or not held
    run = _ranges(gradient.partials[name])
    if len(run) == 1:
        terms = {**terms, **run[0]}
        if alone:
            return Said("Derivative by {variable}, for each {index} from {first} to {last}", terms)
        return Said(
            "Derivative by {variable}, for each {index} from {first} to {last}, with {held} held constant",
            terms,
        )
    if alone:
        return Said("Derivative by {variable}", terms)
    return Said("Derivative by {variable}, with {held} held constant", terms)


def _ranges(partial: Derivation) -> list[Named]:
    """What the indices of the entry that is derived by run over."""
    variable = partial.variable
    if not isinstance(variable, Indexed):
        return []
    ranges = vectors(partial.start.body).get(variable.name, ())
    pairs = zip(variable.indices, ranges, strict=False)
    return [
        {"index": Symbol(index), "first": run.lower, "last": run.upper}
        for index, run in pairs
        if run is not None
    ]


def _chain(partial: Derivation, start: int, end: int) -> Chain:
    begin = partial.steps[start].before if start < len(partial.steps) else partial.last
    return Chain(partial.left, begin, partial.steps[start:end])
