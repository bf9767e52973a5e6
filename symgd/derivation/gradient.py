"""Derivation and Gradient: the derivative by one variable, and by each of several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import sympy

from symgd.derivation.evaluable import Evaluable
from symgd.derivation.kinds import Alike, few
from symgd.registry.options import names_options
from symgd.terms import Abbreviation, Equation, Indexed, Partial, Symbol, Term, Variable
from symgd.terms.indices import totals, vectors
from symgd.writing.exposition import Chain, Chapter, Exposition, definitions
from symgd.writing.formulas.text import text
from symgd.writing.steps import Check, Step
from symgd.writing.words import Language, Message, Part, message, words_in

if TYPE_CHECKING:
    from symgd.writing.documents.json_record import Recorder  # loads json and speech

SCHEMA = "symgd/derivation/1"
# Letters for any of the parameters, the first that is free; p is what many call a prediction.
GENERIC = ("theta", "q", "theta_k")


@names_options
@dataclass(frozen=True, repr=False)
class Derivation(Evaluable):
    """The derivative of one Term by one variable, step by step.

    Parameters
    ----------
    function : Term
        What is derived: a named cost, or the expression itself.
    start : Partial
        The first line.
    steps : tuple of Step
        Each step's `before` is the `after` of the one before it.
    check : Check
        The last line against `sympy.diff`.
    held : tuple of str
        The other parameters, which are treated as constants.
    said : tuple of Message
        What is told under the lines.
    """

    function: Term
    start: Partial
    steps: tuple[Step, ...]
    check: Check
    held: tuple[str, ...] = ()
    said: tuple[Message, ...] = ()

    def __repr__(self) -> str:
        try:
            result = str(self.result)
        except ValueError:  # Python makes no text of a number with thousands of digits
            result = text(self.last)
        return f"Derivation(by {self.variable.name}: {len(self.steps)} steps to {result})"

    @property
    def variable(self) -> Variable:
        """What is derived by."""
        return self.start.variable

    @property
    def left(self) -> Partial:
        """The left-hand side, ∂J/∂m."""
        return Partial(self.function, self.variable, self.start.ordinary)

    @property
    def last(self) -> Term:
        """The last line as a Term, in the form that is printed."""
        return self.steps[-1].after if self.steps else self.start

    @property
    def result(self) -> sympy.Expr:
        """The last line as SymPy knows it."""
        return self.last.value

    @property
    def alone(self) -> Gradient:
        """The derivation as a gradient by one variable."""
        named = isinstance(self.function, Abbreviation)
        definition = self.start.body if named else None
        return Gradient(self.function, definition, {self.variable.name: self}, 0)

    @property
    def exposition(self) -> Exposition:
        """The derivation as it is told."""
        return self.alone.exposition

    @property
    def chapters_by_key(self) -> dict[str, Chapter]:
        """All lines, by the variable's name."""
        return self.alone.chapters_by_key

    def record(self, language: Language = None) -> dict[str, Any]:
        """Every step with its check, as plain data."""
        return self.alone.record(language)


@names_options
@dataclass(frozen=True, repr=False)
class Gradient(Evaluable):
    """The partial derivatives of one cost, and how many first steps they share.

    Parameters
    ----------
    function : Term
        The cost's name, J.
    definition : Term or None
        What the name stands for.
    partials : mapping of str to Derivation
        By parameter, in the parameters' order.
    shared : int
        The first `shared` steps are the same for every parameter, whatever its name.
    kinds : tuple of Alike
        Of very many parameters those that are alike: the first of each is told, the others are derived when asked for.
    """

    function: Term
    definition: Term | None
    partials: Mapping[str, Derivation]
    shared: int
    kinds: tuple[Alike, ...] = ()

    def __repr__(self) -> str:
        names = ", ".join(map(str, few(tuple(self.partials))))
        return f"Gradient(by {names}: {len(self.steps)} steps, {self.shared} of them shared)"

    def __getitem__(self, parameter: str) -> Derivation:
        return self.partials[parameter]

    def __iter__(self) -> Iterator[str]:
        return iter(self.partials)

    def __len__(self) -> int:
        return len(self.partials)

    @property
    def result(self) -> dict[str, sympy.Expr]:
        """Each partial derivative as SymPy knows it."""
        return {name: partial.result for name, partial in self.partials.items()}

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps: the shared ones once, then each parameter's own."""
        return self.exposition.steps

    @property
    def told(self) -> tuple[str, ...]:
        """The parameters whose derivatives are told: all, or the first of each kind."""
        return tuple(kind.names[0] for kind in self.kinds) or tuple(self.partials)

    @property
    def generic(self) -> Symbol:
        """A letter that stands for any of the parameters in the shared steps."""
        used = {*self.partials, *(self.definition or self.function).names}
        return Symbol(next(name for name in GENERIC if name not in used))

    @property
    def given(self) -> tuple[Equation, ...]:
        """The cost, and each derivative's last line: what a derivation that goes on from here begins with."""
        lines = (Equation(partial.left, partial.last) for partial in self.partials.values())
        return (*definitions(self.function, self.definition), *lines)

    @property
    def exposition(self) -> Exposition:
        """The gradient as it is told: what its parameters share once, then each one's own lines."""
        lefts = tuple(self.partials[name].left for name in self.told)
        return Exposition(
            message("Derivation of {lefts}", lefts=lefts),
            tuple(self.partials),
            definitions(self.function, self.definition),
            self.chapters,
        )

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The shared first steps, if any, and each parameter's own; of very many those of each kind's first."""
        names = self.told
        shared = self.shared if len(names) > 1 else 0
        told = []
        if shared:
            chain = _chain_between(self.partials[names[0]], 0, shared)
            told.append(Chapter(_shared_heading(self), (chain,), names, self.generic))
        alike = {kind.names[0]: kind.said for kind in self.kinds}
        for name in names:
            partial = self.partials[name]
            chain = _chain_between(partial, shared, len(partial.steps))
            said = (*alike.get(name, ()), *(partial.said if name == names[-1] else ()))
            heading = _own_heading(self, name)
            told.append(Chapter(heading, (chain,), (name,), check=partial.check, said=said))
        return tuple(told)

    @property
    def chapters_by_key(self) -> dict[str, Chapter]:
        """Each parameter's lines, from the first one on."""
        alone = replace(self, shared=0, kinds=()).chapters
        return dict(zip(self.partials, alone, strict=True))

    def record(self, language: Language = None) -> dict[str, Any]:
        """Every step with its check, as plain data."""
        from symgd.writing.documents.json_record import Recorder

        record, cost = Recorder(words_in(language)), {}
        if self.definition is not None:
            cost = {"cost": {"name": text(self.function), **record.formula(self.definition)}}
        exposition = self.exposition
        told = (*exposition.chapters[-1].said, *exposition.remarks)
        alike = {kind.names[0]: [*kind.names[1:]] for kind in self.kinds}
        remarks = [said.written(text, record.words) for said in dict.fromkeys(told)]
        return {
            "schema": SCHEMA,
            "language": record.words.language,
            **cost,
            "shared_steps": self.shared,
            "partials": [_recorded(record, self.partials[name]) for name in self.told],
            **({"alike": alike} if alike else {}),
            **({"remarks": remarks} if remarks else {}),
        }


def _shared_heading(gradient: Gradient) -> Message:
    letter = gradient.generic
    names = tuple(gradient.partials[name].variable for name in gradient.told)
    if not isinstance(gradient.function, Partial):
        return message(
            "The first lines are the same for {letter} = {names}", letter=letter, names=names
        )
    return message(
        "The first lines for {function} are the same by {letter} = {names}",
        function=gradient.function,
        letter=letter,
        names=names,
    )


def _own_heading(gradient: Gradient, name: str) -> Message:
    variable = gradient.partials[name].variable
    held = few(tuple(map(Symbol, gradient.partials[name].held)))
    if isinstance(gradient.function, Partial):
        heading = message("Derivative of {function} by {variable}")
        return heading.filled(function=gradient.function, variable=variable)
    one = _range(gradient.partials[name])
    if gradient.definition is None or not held:
        heading = message("Derivative by {variable}")
        each = message("Derivative by {variable}, for each {index} from {first} to {last}")
    else:
        heading = message("Derivative by {variable}, with {held} held constant")
        each = message(
            "Derivative by {variable}, for each {index} from {first} to {last}, with {held} held constant"
        )
    return (each if one else heading).filled(variable=variable, held=held, **one)


def _range(partial: Derivation) -> Mapping[str, Part]:
    """What the index of the entry that is derived by runs over, where it has one alone."""
    variable = partial.variable
    if not isinstance(variable, Indexed):
        return {}
    ranges = vectors(partial.start.body).get(variable.name, ())
    pairs = zip(variable.indices, ranges, strict=False)
    found = [(index, run) for index, run in pairs if run is not None]
    bound = {total.index for total in totals(partial.start.body)}
    if len(found) != 1 or bound & (found[0][1].lower.names | found[0][1].upper.names):
        return {}
    index, run = found[0]
    return {"index": Symbol(index), "first": run.lower, "last": run.upper}


def _chain_between(partial: Derivation, start: int, end: int) -> Chain:
    begin = partial.steps[start].before if start < len(partial.steps) else partial.last
    return Chain(partial.left, begin, partial.steps[start:end])


def _recorded(record: Recorder, partial: Derivation) -> dict[str, Any]:
    """One partial derivative for machines."""
    return {
        "wrt": partial.variable.name,
        "of": record.formula(partial.start.body),
        "steps": [record.step(step) for step in partial.steps],
        "result": record.formula(partial.last),
        "check": record.check(partial.check),
    }
