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
from symgd.errors import DerivationError
from symgd.optimizers.entrywise import WRITTEN_OUT
from symgd.optimizers.held_cases import CaseReader, HeldCase, told_once
from symgd.optimizers.letters import in_letters
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.printed import BARS, initial_of
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.optimizers.schedule import LAST, RATE, STEP, Schedule
from symgd.optimizers.words import kind_of
from symgd.registry.registry import FrozenMap
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.rounding import About, shown

MOST_BITS = 600  # of a fraction; a longer one goes on with 40 digits
Numbers = dict[str, Any]  # Fractions, or numbers of 30 digits


@dataclass(frozen=True)
class ChangingRate:
    """A learning rate that a schedule gives each step.

    Parameters
    ----------
    schedule : Schedule
    settings : mapping of str to float
        Those of the schedule that are not its defaults.
    last : int
        The number T of all steps.
    """

    schedule: Schedule
    settings: Mapping[str, float]
    last: int

    @property
    def numbers(self) -> dict[str, float]:
        """What its formula reads beside t and alpha."""
        known = {**self.schedule.chosen(self.settings), LAST: self.last}
        return {name: value for name, value in known.items() if name in self.schedule.term.names}


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
    cases: tuple[HeldCase, ...] = ()  # which cases of the statements held, and why

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
    changing : ChangingRate, optional
        How the rate changes from step to step.
    """

    optimizer: Optimizer
    settings: Mapping[str, float]
    rate: float
    gradient: Gradient
    data: Mapping[str, Any] | None
    digits: int
    others: Mapping[str, Any] = FrozenMap()
    changing: ChangingRate | None = None

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(self.gradient)

    def steps(self, start: Mapping[str, Any], count: int) -> Iterator[WorkedStep]:
        """One step after the other."""
        place: Numbers = dict(start)
        state = self._begun()
        for number in range(1, count + 1):
            gradient = self.gradient_at(place)
            rates = self.rate_lines(number)
            known = {**self._fixed(number), **state, **place}
            known.update((self.rate_name, line.value) for line in rates)
            slopes = zip(self.names, gradient, strict=True)
            known |= {f"g_{name}": line.value for name, line in slopes}
            before = tuple(self._before(known))
            lines = (*rates, *self._statements(known))
            end = {name: kept(known[f"{name}{AFTER}"]) for name in self.names}
            cases = told_once(self._cases(lines, known))
            yield WorkedStep(number, place, gradient, lines, end, before, cases=cases)
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

    def _cases(self, lines: tuple[WorkedLine, ...], known: Numbers) -> Iterator[HeldCase]:
        """Which cases held in these lines."""
        values = self._values(known)
        reader = CaseReader(values.value, self.digits, values.holds)
        for line in lines:
            yield from reader.cases(line.name, line.formula)

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
        if self.changing is not None:
            fixed |= {self._of_rate(n): exact(v) for n, v in self.changing.numbers.items()}
        return fixed | {f"j_{n}": fractions.Fraction(k) for k, n in enumerate(self.names, start=1)}

    def _begun(self) -> Numbers:
        """The state before the first step."""
        rule = self.optimizer.rule
        found: Numbers = {}
        for name in rule.state:
            begun = self.term(initial_of(self.optimizer, name), self.names[0])
            known = {self.rate_name: exact(self.rate), **self._fixed(1)}
            value = self._values(known).value(begun)
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

    # How the rate changes

    @cached_property
    def rate_name(self) -> str:
        """What the statements call the rate: α, or α_t where each step has its own."""
        plain = self.letter(RATE)
        if self.changing is None:
            return plain
        return next(n for n in (f"{plain}_t", f"{plain}_step", "rate_t") if n not in self.names)

    def _of_rate(self, name: str) -> str:
        """What a number of the schedule is called beside those of the rule."""
        if name in (STEP, RATE):
            return self.letter(name)
        theirs = {*self.optimizer.rule.used, *self.settings, *self.names}
        return name if name not in theirs else f"{name}_rate"

    @property
    def rate_numbers(self) -> dict[str, float]:
        """The numbers from which the rate of each step is worked out, by what they are called."""
        if self.changing is None:
            return {}
        base = {self.letter(RATE): self.rate} if self.changing.schedule.needs_rate else {}
        return base | {self._of_rate(n): value for n, value in self.changing.numbers.items()}

    def rate_lines(self, number: int) -> tuple[WorkedLine, ...]:
        """The rate of a step by its formula; none where all steps have the same."""
        if self.changing is None:
            return ()
        term = self._with_names(self.changing.schedule.term)
        line = worked_line(nt.Symbol(self.rate_name), term, self._values(self._fixed(number)))
        if line.value < 0:
            cause = f"the rate {self.changing.schedule.formula} is below 0 at step {number}"
            raise DerivationError(cause, "give a formula that is above 0")
        return (line,)

    def _with_names(self, term: nt.Term) -> nt.Term:
        if isinstance(term, nt.Symbol):
            return nt.Symbol(self._of_rate(term.name))
        return term.map(self._with_names)

    # The statements

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
                known[name] = values.value(term)
                yield worked_line(nt.Symbol(name), term, values)

    @cached_property
    def letters(self) -> Mapping[str, str]:
        """The letters that stand for numbers of the rule: those of its source, and others where a parameter, an entry of a vector, or what stands in the gradient, is called the same."""
        own = self.optimizer.letters
        rule = self.optimizer.rule
        names = {n.removesuffix(AFTER) for n in (*rule.used, *rule.made)}
        names |= (
            set() if self.changing is None else {STEP, RATE} & self.changing.schedule.term.names
        )
        vectors = {n for n in names if rule.kinds.get(n) == "vector"}
        taken = {*self.names, *(f"{v}_{n}" for v in vectors for n in self.names)}
        partials = (
            self.gradient.partials.values()
        )  # whose lines stand above, with letters of their own
        taken |= {name for part in partials for name in part.last.names}
        found: dict[str, str] = {}
        for n in dict.fromkeys((*sorted(names - vectors), *self.settings)):
            other = ("eta", "alpha_o") if n == "alpha" else (f"{n}_o", f"{n}_rule")
            unlike = {*taken, *(names - {n}), *found.values()}
            tried = (own.get(n, n), n, *other, f"{n}_of_rule")
            found[n] = next(letter for letter in tried if letter not in unlike)
        return {n: letter for n, letter in found.items() if n != letter}

    def letter(self, name: str) -> str:
        """What a number of the rule is called beside the parameters."""
        plain = name.removesuffix(AFTER)
        return self.letters.get(plain, plain) + AFTER * name.endswith(AFTER)

    def in_letters(self, term: nt.Term) -> nt.Term:
        """A Term of the rule, for all parameters at once, with these letters."""
        return term.substitute(in_letters(self.letters))

    def own(self, name: str, owner: str) -> str:
        """What a vector's entry of a parameter is called: v_m, v_m', and θ by the parameter's own name."""
        plain, prime = name.removesuffix(AFTER), AFTER * name.endswith(AFTER)
        return f"{owner}{prime}" if plain == THETA else f"{plain}_{owner}{prime}"

    def term(self, term: nt.Term, owner: str) -> nt.Term:
        """A statement's Term for one parameter."""
        kinds = self.optimizer.rule.kinds
        if isinstance(term, nt.Symbol):
            vector = kinds.get(term.name) == "vector" or term.name == PARAMETERS_AFTER
            if term.name == RATE:
                return nt.Symbol(self.rate_name)
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


def worked_line(name: nt.Term, term: nt.Term, values: Substitution) -> WorkedLine:
    """A formula with numbers put in, and what it comes to."""
    numbers, exactly = values.worked(term), values.result(term).exact
    if exactly:
        numbers = as_printed(numbers)
    sure = exactly or isinstance(numbers, nt.Equation)  # what is about equal says so itself
    return WorkedLine(name, term, numbers, as_fraction(values.value(term)), sure)


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
