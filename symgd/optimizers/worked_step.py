"""Steps of an optimizer with numbers put in: the gradient, each statement for each parameter, and what they come to."""

from __future__ import annotations

import fractions
import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, TypeAlias, Unpack

import mpmath

from symgd import terms as nt
from symgd.derivation.at_point.bindings import exactly
from symgd.derivation.at_point.substitution import Substitution
from symgd.derivation.checking.point import Bindings, Key, exact
from symgd.derivation.gradient import Gradient
from symgd.derivation.result import Result
from symgd.errors import DerivationError, either
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.printed import decimal_of, initial_of
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.optimizers.words import WORDS, kind_of
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.writing.exposition import Chain, Chapter, Exposition
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.rounding import About
from symgd.writing.outline import Line, Outline
from symgd.writing.reading import ReadingOptions
from symgd.writing.words import Language, Message, message

MOST_STEPS = 20
MOST_BITS = 600  # of a fraction; a longer one goes on with 40 digits
Numbers = dict[str, Any]  # Fractions, or numbers of 30 digits
# From the writer of a rule's lines to what makes so many steps from a start.
Whole: TypeAlias = Callable[
    ["StepWriter"], Callable[[Mapping[str, Any], int], Iterator["WorkedStep"]]
]
_WRITTEN_OUT = ("dot", "norm")  # of two vectors, and of one: a sum over the parameters


@dataclass(frozen=True)
class WorkedLine:
    """A statement for one parameter: its name, the formula, and the formula with numbers and what it comes to."""

    name: nt.Term
    formula: nt.Term
    numbers: nt.Term
    value: Any  # a Fraction; of vectors and matrices lists of floats
    is_exact: bool


@dataclass(frozen=True)
class WorkedStep:
    """One step: where it begins, the gradient there, and the statements."""

    number: int
    start: Mapping[str, Any]
    gradient: tuple[WorkedLine, ...]
    statements: tuple[WorkedLine, ...]
    end: Mapping[str, Any]

    @property
    def lines(self) -> tuple[WorkedLine, ...]:
        """The gradient's lines, and the statements'."""
        return (*self.gradient, *self.statements)


@names_options
@dataclass(frozen=True, repr=False)
class WorkedSteps(Result):
    """Some steps of an optimizer with numbers put in.

    Parameters
    ----------
    optimizer : Optimizer
    steps_made : tuple of WorkedStep
    digits : int
        How many significant digits are shown.
    letters : mapping of str to str
        Other letters for those of the rule that a parameter has.
    fixed : mapping of str to float
        The learning rate and the settings.

    Examples
    --------
    >>> from symgd import Problem
    >>> line = Problem("m*x + b")
    >>> step = line.step([1, 2, 3], [1.2, 1.8, 3.4], start={"m": 0.2, "b": 0.5}, optimizer="adam", learning_rate=0.1)
    >>> {name: round(value, 6) for name, value in step.result.items()}
    {'m': 0.3, 'b': 0.6}
    """

    optimizer: Optimizer
    steps_made: tuple[WorkedStep, ...]
    digits: int = 6
    letters: Mapping[str, str] = field(default_factory=FrozenMap)
    fixed: Mapping[str, float] = field(default_factory=FrozenMap)

    def __repr__(self) -> str:
        return f"WorkedSteps({self.optimizer.name}: {len(self.steps_made)})"

    @property
    def result(self) -> dict[str, float]:
        """Where the last step ends."""
        return {name: float(value) for name, value in self.steps_made[-1].end.items()}

    @property
    def exposition(self) -> Exposition:
        """Two chapters a step: the gradient, and the statements."""
        chapters = [chapter for step in self.steps_made for chapter in self._chapters(step)]
        title = message("{name}, step by step with numbers", name=Message(self.optimizer.name))
        names = tuple(self.steps_made[0].start)
        return Exposition(title, names, (), tuple(chapters), "worked steps")

    def _chapters(self, step: WorkedStep) -> Iterator[Chapter]:
        shown = Substitution(Bindings({}, {}), self.digits).shown
        found = {name: shown(value) for name, value in step.start.items()}
        at = tuple(
            (nt.Equation if end.exact else About)(nt.Symbol(name), end.term)
            for name, end in found.items()
        )
        number = nt.number(step.number)
        heading = message("Step {step}: the gradient at {start}", step=number, start=at)
        yield Chapter(heading, tuple(Chain(line.name, line.formula, ()) for line in step.gradient))
        heading = message(
            "Step {step}: the statements of {name}", step=number, name=Message(self.optimizer.name)
        )
        chains = tuple(Chain(line.name, line.formula, ()) for line in step.statements)
        said = tuple(
            message("{new} is what the rule calls {old}.", new=nt.Symbol(new), old=nt.Symbol(old))
            for old, new in self.letters.items()
        )
        said = (*self._found_by(), *said)
        if self.fixed:
            numbers = tuple(nt.Equation(nt.Symbol(n), decimal_of(v)) for n, v in self.fixed.items())
            said = (message("Here {numbers}.", numbers=numbers), *said)
        yield Chapter(heading, chains, said=said)

    def _found_by(self) -> Iterator[Message]:
        """What is no formula of the numbers above: how it was found."""
        rule = self.optimizer.rule
        if is_entrywise(self.optimizer):
            return
        yield message("These numbers are worked out in floating point, for all parameters at once.")
        if names := self._by("argmin"):
            yield message("{names}: found numerically, by a search along the line.", names=names)
        if names := self._by("first"):
            yield message("{names}: found by trying k = 0, 1, 2 and so on.", names=names)
        if names := self._by("solve"):
            yield message("{names}: found numerically, by solving the equations.", names=names)
        if rule.used & {"r", "Jac"}:
            yield message(
                "The cost is r·r, and Jac has the derivatives of r, a row for each entry of r."
            )

    def _by(self, word: str) -> tuple[nt.Term, ...]:
        """The statements that call a word."""
        found = (s for s in self.optimizer.rule.statements if _calls(s.term, word))
        return tuple(nt.Symbol(statement.name) for statement in found)

    def outline(self, **reading: Unpack[ReadingOptions]) -> Outline:
        """The lines, each with its numbers under it."""
        told = super().outline(**reading)
        blocks = [part for step in self.steps_made for part in (step.gradient, step.statements)]
        sections = tuple(
            replace(section, lines=tuple(self._lines(section.lines, block)))
            for section, block in zip(told.sections, blocks, strict=True)
        )
        return replace(told, sections=sections)

    def _lines(self, lines: tuple[Line, ...], block: tuple[WorkedLine, ...]) -> Iterator[Line]:
        for line, worked in zip(lines, block, strict=True):
            bare = worked.numbers is worked.formula and not worked.is_exact
            yield replace(line, relation="≈") if bare else line
            if worked.numbers != line.right:
                relation = "=" if worked.is_exact else "≈"
                yield Line(None, worked.numbers, (), (), relation)

    def record(self, language: Language = None) -> dict[str, Any]:
        """Every line with its numbers, as plain data."""
        from symgd.writing.documents.json_record import Recorder
        from symgd.writing.words import words_in

        record = Recorder(words_in(language))
        return {
            "schema": "symgd/worked-steps/1",
            "language": record.words.language,
            "optimizer": self.optimizer.name,
            "digits": self.digits,
            "steps": [
                {
                    "step": step.number,
                    "start": {name: float(value) for name, value in step.start.items()},
                    "lines": [
                        {
                            "name": record.formula(line.name),
                            "formula": record.formula(line.formula),
                            "numbers": record.formula(line.numbers),
                            "value": line.value
                            if isinstance(line.value, list)
                            else float(line.value),
                        }
                        for line in step.lines
                    ],
                    "end": {name: float(value) for name, value in step.end.items()},
                }
                for step in self.steps_made
            ],
        }


@dataclass(frozen=True)
class StepWriter:
    """What puts numbers into an optimizer's statements.

    Parameters
    ----------
    optimizer : Optimizer
    settings : mapping of str to float
    rate : float
    gradient : Gradient
    data : mapping of str to numbers, or None
    digits : int
    others : mapping of str to number
        The settings of the loss.
    """

    optimizer: Optimizer
    settings: Mapping[str, float]
    rate: float
    gradient: Gradient
    data: Mapping[str, Any] | None
    digits: int
    others: Mapping[str, Any] = FrozenMap()

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self.gradient)

    def steps(self, start: Mapping[str, Any], count: int) -> Iterator[WorkedStep]:
        """One step after the other."""
        place: Numbers = dict(start)
        state = self._begun()
        for number in range(1, count + 1):
            gradient = self.gradient_at(place)
            known = {**self._fixed(number), **state, **place}
            slopes = zip(self.names, gradient, strict=True)
            known |= {f"g_{name}": line.value for name, line in slopes}
            lines = tuple(self._statements(known))
            end = {name: kept(known[f"{name}{AFTER}"]) for name in self.names}
            yield WorkedStep(number, place, gradient, lines, end)
            state = {n: kept(known[f"{n}{AFTER}"]) for n in state}
            place = end

    def _fixed(self, number: int) -> Numbers:
        """The numbers that are the same for every parameter."""
        fixed: Numbers = {n: exact(value) for n, value in self.settings.items()}
        fixed |= {"alpha": exact(self.rate), "t": fractions.Fraction(number)}
        fixed["p"] = fractions.Fraction(len(self.names))
        fixed = {self.letter(name): value for name, value in fixed.items()}
        return fixed | {f"j_{n}": fractions.Fraction(k) for k, n in enumerate(self.names, start=1)}

    def _begun(self) -> Numbers:
        """The state before the first step."""
        rule = self.optimizer.rule
        found: Numbers = {}
        for name in rule.state:
            begun = self.term(initial_of(self.optimizer, name), self.names[0])
            value = self._values(self._fixed(1)).value(begun)
            vector = rule.kinds[name] == "vector"
            owners = [f"{name}_{e}" for e in self.names] if vector else [self.letter(name)]
            found |= dict.fromkeys(owners, value)
        return found

    def _values(self, known: Numbers) -> Substitution:
        numbers: dict[Key, fractions.Fraction] = {
            (name, ()): as_fraction(value) for name, value in known.items()
        }
        return Substitution(Bindings(numbers, {}), self.digits)

    def gradient_at(self, place: Numbers) -> tuple[WorkedLine, ...]:
        """Each derivative's last line, with numbers."""
        place = {n: as_fraction(v) for n, v in {**self.others, **place}.items()}
        point = self.gradient.at(place, self.data or None, digits=self.digits)
        found = []
        for name in self.names:
            partial = self.gradient.partials[name]
            line = point.symbols(partial.last)
            numbers = point.substitution.worked(line)
            sure = point.is_exact(numbers, line)
            left = nt.Equation(nt.Symbol(f"g_{name}"), point.left(partial.left))
            value = as_fraction(point.values[name])
            found.append(WorkedLine(left, line, numbers, value, sure))
        return tuple(found)

    def _statements(self, known: Numbers) -> Iterator[WorkedLine]:
        """Each statement, for each parameter where it is one for each; what it comes to is known from then on."""
        rule = self.optimizer.rule
        for statement in rule.statements:
            for_each = rule.kinds[statement.name] == "vector" or statement.name == PARAMETERS_AFTER
            for owner in self.names if for_each else ("",):
                plain = self.letter(statement.name)
                name = self.own(statement.name, owner) if for_each else plain
                term = self.term(statement.term, owner)
                values = self._values(known)
                numbers = values.worked(term)
                value = known[name] = values.value(term)
                sure = isinstance(numbers, nt.Equation) and not isinstance(numbers, About)
                sure = sure or values.result(term).exact
                sure = sure or isinstance(numbers, About)
                yield WorkedLine(nt.Symbol(name), term, numbers, as_fraction(value), sure)

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """The letters of numbers that a parameter, or an entry of a vector, is called by: others stand for them."""
        rule = self.optimizer.rule
        names = {n.removesuffix(AFTER) for n in (*rule.used, *rule.made)}
        vectors = {n for n in names if rule.kinds.get(n) == "vector"}
        taken = {*self.names, *(f"{v}_{n}" for v in vectors for n in self.names)}
        numbers = [n for n in (*sorted(names - vectors), *self.settings) if n in taken]
        tried = {
            n: ("eta", "alpha_o") if n == "alpha" else (f"{n}_o", f"{n}_rule") for n in numbers
        }
        return {n: next(t for t in (*some, f"{n}_of_rule") if t not in {*taken, *names}) for n, some in tried.items()}  # fmt: skip

    def letter(self, name: str) -> str:
        """What a number of the rule is called beside the parameters."""
        plain = name.removesuffix(AFTER)
        return self.letters.get(plain, plain) + AFTER * name.endswith(AFTER)

    def own(self, name: str, owner: str) -> str:
        """What a vector's entry of a parameter is called: v_m, v_m', and θ by the parameter's own name."""
        plain, prime = name.removesuffix(AFTER), AFTER * name.endswith(AFTER)
        return f"{owner}{prime}" if plain == THETA else f"{plain}_{owner}{prime}"

    def term(self, term: nt.Term, owner: str) -> nt.Term:
        """A statement's Term for one parameter."""
        kinds = self.optimizer.rule.kinds
        if isinstance(term, nt.Symbol):
            vector = kinds.get(term.name) == "vector" or term.name == PARAMETERS_AFTER
            own = self.own(term.name, owner) if vector else self.letter(term.name)
            return nt.Symbol(own)
        if isinstance(term, nt.Call) and term.function in _WRITTEN_OUT:
            two = term.arguments if len(term.arguments) == 2 else term.arguments * 2
            if all(kind_of(each, kinds) == "vector" for each in two):
                products = (self._product(two, name) for name in self.names)
                total = nt.sum_of(tuple(products))
                return total if term.function == "dot" else nt.call("sqrt", total)
        return term.map(lambda child: self.term(child, owner))

    def _product(self, two: tuple[nt.Term, ...], name: str) -> nt.Term:
        one, other = (self.term(each, name) for each in two)
        return nt.squared(one) if one == other else nt.Product((one, other))


def as_fraction(value: Any) -> fractions.Fraction:
    """A number as the fraction that it is."""
    if isinstance(value, fractions.Fraction):
        return value
    sign, mantissa, exponent, _ = getattr(value, "_mpf_", None) or mpmath.mpf(value)._mpf_
    size = fractions.Fraction(int(mantissa)) * fractions.Fraction(2) ** int(exponent)
    return -size if sign else size


def kept(value: Any) -> fractions.Fraction:
    """A number that the next step begins with, of 40 digits where it is a long fraction."""
    number = as_fraction(value)
    if isinstance(value, fractions.Fraction) and value.denominator.bit_length() > MOST_BITS:
        with mpmath.workdps(40):
            return as_fraction(mpmath.mpf(value.numerator) / value.denominator)
    return number


def worked_steps(
    gradient: Gradient,
    data: Mapping[str, Any] | None,
    start: Mapping[str, Any],
    optimizer: Optimizer,
    settings: Mapping[str, float] | None = None,
    learning_rate: float | None = None,
    steps: int = 1,
    digits: int = 6,
    whole: Whole | None = None,
) -> WorkedSteps:
    """Some steps with numbers put in; `whole` makes those of rules that look at all parameters at once.

    Raises
    ------
    DerivationError
        For a rule that asks the cost elsewhere or works with matrices, and where a number is missing.
    """
    if whole is None:
        expect_entrywise(optimizer)
    rate = optimizer.learning_rate if learning_rate is None else learning_rate
    if rate is None and "alpha" in optimizer.rule.used:
        named = either("learning_rate=0.1", "--learning-rate 0.1")
        raise DerivationError(f"{optimizer.name} recommends no learning rate", f"pass {named}")
    if (
        isinstance(rate, bool)
        or not isinstance(rate, int | float | None)
        or not math.isfinite(rate or 0)
    ):
        raise DerivationError(f"the learning rate is {rate!r}", "expected a number")
    if isinstance(steps, bool) or not isinstance(steps, int) or not 1 <= steps <= MOST_STEPS:
        remedy = f"expected a whole number from 1 to {MOST_STEPS}"
        raise DerivationError(f"the number of steps is {steps!r}", remedy)
    chosen = optimizer.chosen(settings or {})
    names = frozenset().union(
        *(t.names for p in gradient.partials.values() for t in (p.start, p.last))
    )
    others = {n: value for n, value in start.items() if n not in gradient and n in names}
    writer = StepWriter(optimizer, chosen, rate or 0.0, gradient, data, digits, others)
    begun = {name: exactly(name, start.get(name, 0)) for name in gradient}
    by = writer.steps if is_entrywise(optimizer) or whole is None else whole(writer)
    made = tuple(by(begun, steps))
    used = {"alpha": rate or 0.0, **chosen}
    fixed = {writer.letter(n): v for n, v in used.items() if n in optimizer.rule.used}
    return WorkedSteps(optimizer, made, digits, FrozenMap(writer.letters), FrozenMap(fixed))


def is_entrywise(optimizer: Optimizer) -> bool:
    """Whether each statement is a formula of numbers alone."""
    return not _asked(optimizer)


def expect_entrywise(optimizer: Optimizer) -> None:
    """Refuse what is no formula of numbers alone."""
    asked = _asked(optimizer)
    if asked:
        cause = f"{optimizer.name} asks for {asked[0]}, which is no formula of these numbers"
        raise DerivationError(cause, "its steps are worked out by descend")


def _asked(optimizer: Optimizer) -> list[str]:
    rule = optimizer.rule
    words = [w for w, word in WORDS.items() if not word.entrywise and w not in (*_WRITTEN_OUT, "g")]
    asked = [word for word in (*words, "H", "Jac", "r", "I") if rule.calls(word)]
    ahead = any(_calls(statement.term, "g") for statement in rule.statements)
    return [*asked, *(["the gradient elsewhere"] if ahead else [])]


def _calls(term: nt.Term, word: str) -> bool:
    return any(isinstance(part, nt.Call) and part.function == word for part in term.parts())
