"""Exposition: a derivation as it is told, in chapters of lines. Writers read nothing else.

A gradient, a Hessian, a stationary point and Taylor's step are different things to work with, and the same kind of
thing to read: chains of lines, each line with the step that made it, under headings in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from symgd.terms import Equation, Symbol, Term, abbreviations, each_term
from symgd.writing.steps import Check, Step
from symgd.writing.together import remarks_on
from symgd.writing.words import Message


@dataclass(frozen=True)
class Premise:
    """Why a chain's first line holds: a name for it, a sentence, what the sentence's letters stand for, and where it holds."""

    name: str
    why: str
    bindings: Mapping[str, Term] = field(default_factory=dict)
    conditions: tuple[Term, ...] = ()

    def map(self, rewrite: Callable[[Term], Term]) -> Premise:
        """The premise with its Terms rewritten."""
        bindings = {name: rewrite(term) for name, term in self.bindings.items()}
        return replace(self, bindings=bindings, conditions=tuple(map(rewrite, self.conditions)))


@dataclass(frozen=True)
class Chain:
    """Lines that follow one from another."""

    left: Term | None  # of the first "="; None where the lines are whole equations
    start: Term  # the first line, or its right-hand side
    steps: tuple[Step, ...]  # each one's `before` is the line before it
    premise: Premise | None = None  # why the first line holds, where that is not clear

    @property
    def last(self) -> Term:
        """The last line, or its right-hand side."""
        return self.steps[-1].after if self.steps else self.start

    def map(self, rewrite: Callable[[Term], Term]) -> Chain:
        """The chain with its Terms rewritten, each into one of the same shape."""
        left = None if self.left is None else rewrite(self.left)
        premise = None if self.premise is None else self.premise.map(rewrite)
        steps = tuple(step.map(rewrite) for step in self.steps)
        return Chain(left, rewrite(self.start), steps, premise)


@dataclass(frozen=True)
class Chapter:
    """Chains that belong together, under one heading; or sentences alone."""

    heading: Message
    chains: tuple[Chain, ...]
    names: tuple[str, ...] = ()  # the parameters that the lines hold for
    letter: Symbol | None = None  # what stands for each of them, in a chapter that they share
    check: Check | None = None  # of the last line, in another way than step by step
    said: tuple[Message, ...] = ()  # under the lines

    def map(self, rewrite: Callable[[Term], Term]) -> Chapter:
        """The chapter with the Terms of its lines and sentences rewritten."""
        return replace(
            self,
            heading=self.heading.map(rewrite),
            chains=tuple(chain.map(rewrite) for chain in self.chains),
            said=tuple(said.map(rewrite) for said in self.said),
        )


@dataclass(frozen=True, repr=False)
class Exposition:
    """A whole derivation in reading order."""

    title: Message
    parameters: tuple[str, ...]  # in the order in which they get their colours
    definitions: tuple[Equation, ...]  # what the names on the lines stand for
    chapters: tuple[Chapter, ...]
    kind: str = "gradient"  # what programs call it: "hessian" and the like

    def __post_init__(self) -> None:
        *chapters, last = self.chapters or (Chapter(self.title, ()),)
        remarks = tuple(said for said in self.remarks if said not in last.said)
        if remarks:
            told = (*chapters, replace(last, said=(*last.said, *remarks)))
            object.__setattr__(self, "chapters", told)

    def map(self, rewrite: Callable[[Term], Term]) -> Exposition:
        """The exposition with the Terms of its title and chapters rewritten, each into one of the same shape."""
        chapters = tuple(chapter.map(rewrite) for chapter in self.chapters)
        return replace(self, title=self.title.map(rewrite), chapters=chapters)

    @property
    def remarks(self) -> tuple[Message, ...]:
        """On names that may have been meant as products."""
        given = [chain.start for chain in self.chains[:1]]
        given += [side for each in self.definitions for side in each.children]
        symbols = frozenset().union(*map(_symbols, given))
        every = frozenset().union(*(term.names for term in given))
        return remarks_on(symbols, {*every, *self.parameters})

    def __repr__(self) -> str:
        return f"Exposition({self.kind}: {len(self.chapters)} chapters, {len(self.steps)} steps)"

    @property
    def chains(self) -> tuple[Chain, ...]:
        """The chains of all chapters."""
        return tuple(chain for chapter in self.chapters for chain in chapter.chains)

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in reading order."""
        return tuple(step for chain in self.chains for step in chain.steps)

    @property
    def checks(self) -> tuple[Check, ...]:
        """How the chapters' last lines were checked."""
        return tuple(chapter.check for chapter in self.chapters if chapter.check is not None)


@each_term
def _symbols(term: Term) -> frozenset[str]:
    """The names of its Symbols, in what abbreviations stand for as well."""
    own = frozenset({term.name} if isinstance(term, Symbol) else ())
    return own.union(*map(_symbols, (*term.children, *term.hidden)))


def definitions(function: Term, definition: Term | None) -> tuple[Equation, ...]:
    """What the names on the lines stand for: J = …, e_i = …."""
    if definition is None:
        return ()
    named = [part for part in abbreviations(definition) if part != function]
    return (Equation(function, definition), *(Equation(part, part.definition) for part in named))
