"""StepWriter: what puts numbers into an optimizer's statements, one parameter after the other."""

from __future__ import annotations

import fractions
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import mpmath

from symgd import terms as nt
from symgd.derivation.at_point.substitution import Substitution
from symgd.derivation.checking.point import Bindings, Key, exact
from symgd.derivation.gradient import Gradient
from symgd.optimizers.entrywise import WRITTEN_OUT
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.printed import BARS, initial_of
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.optimizers.words import kind_of
from symgd.registry.registry import FrozenMap
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.rounding import About, shown

MOST_BITS = 600  # of a fraction; a longer one goes on with 40 digits
Numbers = dict[str, Any]  # Fractions, or numbers of 30 digits


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
    before: tuple[
        nt.Term, ...
    ] = ()  # what the statements read beside parameters, gradient and settings
    empty: tuple[nt.Term, ...] = ()  # what is remembered, and has no entry yet
    long: tuple[nt.Term, ...] = ()  # and what has too many to be shown

    @property
    def lines(self) -> tuple[WorkedLine, ...]:
        """The gradient's lines, and the statements'."""
        return (*self.gradient, *self.statements)


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
            before = tuple(self._before(known))
            lines = tuple(self._statements(known))
            end = {name: kept(known[f"{name}{AFTER}"]) for name in self.names}
            yield WorkedStep(number, place, gradient, lines, end, before)
            state = {n: kept(known[f"{n}{AFTER}"]) for n in state}
            place = end

    def _before(self, known: Numbers) -> Iterator[nt.Term]:
        """What the conditions of cases read: it stands in no line with numbers, where the case that holds does."""
        terms = (part for s in self.optimizer.rule.statements for part in s.term.parts())
        cases = (case for part in terms if isinstance(part, nt.Cases) for case in part.cases)
        asked = frozenset().union(*(case.condition.names for case in cases))
        for name in (*self.optimizer.rule.state, "t", "p", "j"):
            if name in asked:
                owners = [f"{name}_{e}" for e in self.names]
                for own in [n for n in (*owners, self.letter(name)) if n in known]:
                    yield self.equation(nt.Symbol(own), known[own])

    def equation(self, name: nt.Term, value: Any) -> nt.Equation:
        """What a name is, as it is shown."""
        found = shown(as_fraction(value), self.digits)
        return (nt.Equation if found.exact else About)(name, found.term)

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
                if values.result(term).exact:
                    numbers = as_printed(numbers)
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
        if isinstance(term, nt.Call) and term.function == BARS.name:
            return nt.Call(term.function, (self.term(term.arguments[0], owner),), BARS)
        if isinstance(term, nt.Call) and term.function in WRITTEN_OUT:
            two = term.arguments if len(term.arguments) == 2 else term.arguments * 2
            if all(kind_of(each, kinds) == "vector" for each in two):
                products = (self._product(two, name) for name in self.names)
                total = nt.sum_of(tuple(products))
                return total if term.function == "dot" else nt.call("sqrt", total)
        return term.map(lambda child: self.term(child, owner))

    def _product(self, two: tuple[nt.Term, ...], name: str) -> nt.Term:
        one, other = (self.term(each, name) for each in two)
        return nt.squared(one) if one == other else nt.Product((one, other))


def as_printed(numbers: nt.Term) -> nt.Term:
    """A line with numbers, with = where what is printed comes to just that: sign(−9.33333) = −1, though −9.33333 is rounded."""
    if not isinstance(numbers, About):
        return numbers
    try:
        same = bool(numbers.left.value == numbers.right.value)
    except (TypeError, ValueError, ArithmeticError):
        return numbers
    return nt.Equation(numbers.left, numbers.right) if same else numbers


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
