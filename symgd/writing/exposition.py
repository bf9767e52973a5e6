"""Exposition: a derivation as it is told, in chapters of lines. Writers read nothing else.

A gradient, a Hessian, a stationary point and Taylor's step are different things to work with, and the same kind of
thing to read: chains of lines, each line with the step that made it, under headings in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from symgd.terms import Equation, Symbol, Term, abbreviations
from symgd.writing.steps import Check, Step
from symgd.writing.words import Message


@dataclass(frozen=True)
class Premise:
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
    premise : Premise or None
        Why the first line holds, where that is not clear.
    """

    left: Term | None
    start: Term
    steps: tuple[Step, ...]
    premise: Premise | None = None

    @property
    def last(self) -> Term:
        """The last line, or its right-hand side."""
        return self.steps[-1].after if self.steps else self.start


@dataclass(frozen=True)
class Chapter:
    """Chains that belong together, under one heading.

    Parameters
    ----------
    heading : Message
    chains : tuple of Chain
    names : tuple of str
        The parameters that the lines hold for.
    letter : Symbol or None
        What stands for each of them, in a chapter that they share.
    check : Check or None
        The last line checked in another way than step by step.
    said : tuple of Message
        What is to be said under the lines.
    """

    heading: Message
    chains: tuple[Chain, ...]
    names: tuple[str, ...] = ()
    letter: Symbol | None = None
    check: Check | None = None
    said: tuple[Message, ...] = ()


@dataclass(frozen=True, repr=False)
class Exposition:
    """A whole derivation in reading order.

    Parameters
    ----------
    title : Message
    parameters : tuple of str
        The parameters, in the order in which they get their colours.
    definitions : tuple of Equation
        What the names on the lines stand for.
    chapters : tuple of Chapter
    kind : str
        What programs call it: "gradient", "hessian" and the like.
    """

    title: Message
    parameters: tuple[str, ...]
    definitions: tuple[Equation, ...]
    chapters: tuple[Chapter, ...]
    kind: str = "gradient"

    def __repr__(self) -> str:
        return f"Exposition({self.kind}: {len(self.chapters)} chapters, {len(self.steps)} steps)"

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


def definitions(function: Term, definition: Term | None) -> tuple[Equation, ...]:
    """What the names on the lines stand for: J = …, e_i = …."""
    if definition is None:
        return ()
    named = [part for part in abbreviations(definition) if part != function]
    return (Equation(function, definition), *(Equation(part, part.definition) for part in named))
