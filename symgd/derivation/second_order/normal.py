"""Normal equations: each derivative set to zero and brought into the form Σ coefficient·parameter = constant."""

from __future__ import annotations

import fractions
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from symgd import terms as nt
from symgd.derivation.algebra.rewrites import base_and_exponent, without_ones
from symgd.derivation.gradient import Derivation
from symgd.derivation.recorder import StepRecorder
from symgd.derivation.second_order.equations import (
    DEFINITION,
    GATHER,
    SHORT_NAMES,
    TO_THE_RIGHT,
    EquationBuilder,
    expansion,
)
from symgd.errors import DerivationError, either
from symgd.writing.exposition import Chain, Premise
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.text import text

AT_REST = Premise(
    "set to zero", "where the cost is least, no direction leads down: every derivative is zero"
)

# What multiplies each parameter, term by term; None has what multiplies none.
Parts: TypeAlias = dict[str | None, list[nt.Term]]


@dataclass(frozen=True)
class NormalEquation:
    """The derivative by the parameter `name` set to zero: the last `equation`, and what multiplies each parameter there."""

    name: str
    chain: Chain
    coefficients: tuple[nt.Term, ...]
    equation: nt.Equation


class SumNames:
    """Short names for the sums over the data: S_x for Σ xᵢ, S_xy for Σ xᵢ yᵢ, S_1, S_2 … for others."""

    def __init__(self, used: frozenset[str]) -> None:
        self.letter = free_letter(used, "S", "T", "Q", "S_0")
        self.given: dict[nt.Term, nt.Abbreviation] = {}

    def __call__(self, term: nt.BigSum) -> nt.Abbreviation:
        if term not in self.given:
            label = "_".join(_letters(term.body)) or str(1 + len(self.given))
            taken = {short.name for short in self.given.values()}
            while f"{self.letter}_{label}" in taken:
                label = str(1 + len(self.given)) if not label.isdigit() else str(int(label) + 1)
            self.given[term] = nt.Abbreviation(f"{self.letter}_{label}", term)
        return self.given[term]


def free_letter(used: Iterable[str], *letters: str) -> str:
    """The first letter that none of the used names begins with; where all are used, the last one with a number.

    Examples
    --------
    >>> free_letter(["L_1"], "L", "U"), free_letter(["L", "U", "U_1"], "L", "U")
    ('U', 'U_2')
    """
    names = {name.removesuffix(AFTER) for name in used}
    taken = names | {name.split("_")[0] for name in names}
    numbered = (f"{letters[-1]}_{number}" for number in itertools.count(1))
    return next(letter for letter in itertools.chain(letters, numbered) if letter not in taken)


def _letters(body: nt.Term) -> list[str]:
    """The columns of a product of powers of columns, each as often as it is a factor; nothing for other bodies."""
    found: list[str] = []
    for factor in nt.factors_of(body):
        base, times = base_and_exponent(factor)
        if not isinstance(base, nt.Indexed) or (int(times) == 1 and base is not factor):
            return []
        found += [base.name] * int(times)
    return found


def normal_equations(
    partials: Mapping[str, Derivation], count: str, recorder: StepRecorder
) -> tuple[NormalEquation, ...]:
    """Every derivative set to zero, as an equation that is linear in the parameters; an error says which is not."""
    names = SumNames(frozenset().union(*(partial.last.names for partial in partials.values())))
    parameters, rows = tuple(partials), []
    for partial in partials.values():
        start, by = nt.Equation(partial.last, nt.number(0)), nt.Symbol(partial.variable.name)
        builder = EquationBuilder(start, by, recorder, AT_REST)
        _divide(builder, _constant_factor(partial.last, parameters))
        # Names that stand for parameters, such as the residual e_i, give way to what they stand for.
        builder.becomes(DEFINITION, in_parameters(builder.equation, parameters))
        builder.tidy(expansion(parameters, count))
        _divide(builder, _common_number(builder.equation.left))
        parts: Parts = {name: [] for name in (*parameters, None)}
        for addend in nt.terms_of(builder.equation.left):
            owner, term = _split(addend, parameters, partial)
            parts[owner].append(term)
        _regroup(builder, parts, parameters)
        shortened = _shorten(builder, names)
        coefficients = tuple(nt.added(parts[n]).substitute(shortened) for n in parameters)
        rows.append(NormalEquation(by.name, builder.chain, coefficients, builder.equation))
    return tuple(rows)


def in_parameters(line: nt.Term, parameters: Iterable[str]) -> nt.Term:
    """`line` without names that stand for something with parameters."""
    held, parts = {*parameters}, line.parts()
    names = {part.name for part in parts if isinstance(part, nt.Abbreviation) and part.names & held}
    return line.written_out(names)


def _shorten(builder: EquationBuilder, names: SumNames) -> Mapping[nt.Term, nt.Term]:
    """Short names for the sums over the data; answers which stands for which."""
    sums = (part for part in builder.line.parts() if isinstance(part, nt.BigSum))
    shortened: dict[nt.Term, nt.Abbreviation] = {term: names(term) for term in sums}
    after = builder.equation.substitute(shortened)
    builder.becomes(SHORT_NAMES, after, introduced=tuple(shortened.values()))
    return shortened


def _divide(builder: EquationBuilder, factor: nt.Term | None) -> None:
    """Divide both sides by a factor that every term has."""
    if factor is None:
        return
    line = builder.equation
    terms = tuple(_divided(term, factor) for term in nt.terms_of(line.left))
    after = nt.Equation(nt.sum_of(terms), line.right)
    builder.divide(after, factor)


def _divided(term: nt.Term, factor: nt.Term) -> nt.Term:
    """A term without the factor, or where it lacks that, times its inverse."""
    if isinstance(term, nt.Negative):
        return nt.Negative(_divided(term.term, factor))
    left, parts = list(nt.factors_of(term)), nt.factors_of(factor)
    if isinstance(factor, nt.Number):
        first, *rest = left
        assert isinstance(first, nt.Number)
        return without_ones((nt.number(first.number / factor.number), *rest))
    if set(parts) <= set(left):
        for part in parts:
            left.remove(part)
        return nt.product_of(tuple(left))
    inverse = nt.Fraction(nt.number(1), factor)
    if isinstance(factor, nt.Fraction):
        inverse = nt.Fraction(factor.denominator, factor.numerator)
    return nt.Product((inverse, *left))


def _constant_factor(term: nt.Term, parameters: Sequence[str]) -> nt.Term | None:
    """The factors before the first Σ: 2/N."""
    held = {*parameters}
    for part in nt.terms_of(term):
        factors = nt.factors_of(nt.unsigned(part))
        rest = [factor for factor in factors if not isinstance(factor, nt.BigSum)]
        if len(rest) < len(factors):
            kept = tuple(factor for factor in rest if not factor.names & held)
            return nt.product_of(kept) if kept else None
    return None


def _common_number(left: nt.Term) -> nt.Number | None:
    """A whole number that divides all terms."""
    found = []
    for term in nt.terms_of(left):
        first = nt.factors_of(nt.unsigned(term))[0]
        if not isinstance(first, nt.Number) or first.number <= 0:
            return None
        found.append(first.number)
    common = fractions.Fraction(
        math.gcd(*(number.numerator for number in found)),
        math.lcm(*(number.denominator for number in found)),
    )
    return None if common == 1 else nt.number(common)


def _split(
    addend: nt.Term, parameters: Sequence[str], partial: Derivation
) -> tuple[str | None, nt.Term]:
    """The parameter of a term, and what multiplies it."""
    if isinstance(addend, nt.Negative):
        owner, inner = _split(addend.term, parameters, partial)
        return owner, nt.Negative(inner)
    here = [name for name in parameters if name in addend.names]
    if not here:
        return None, addend
    rest = coefficient(addend, here[0])
    if rest is None or not rest.names.isdisjoint(parameters):
        bent = [name for name in here if coefficient(addend, name) is None] or here
        raise DerivationError(
            f"{text(partial.left)} = 0 is not linear in {' and '.join(bent)}: it has the term {text(addend)}",
            f"such equations have no solution in closed form here; use {either('descend', 'symgd fit')}",
        )
    return here[0], rest


def coefficient(term: nt.Term, name: str) -> nt.Term | None:
    """What is left of a product without the parameter `name`, once; None where it is no factor."""
    if isinstance(term, nt.Symbol):
        return nt.number(1) if term.name == name else None
    if isinstance(term, nt.Fraction):
        above = coefficient(term.numerator, name)
        return None if above is None else nt.Fraction(above, term.denominator)
    if not isinstance(term, nt.Product):
        return None
    for position, factor in enumerate(term.factors):
        if name in factor.names:
            inner = coefficient(factor, name)
            if inner is None:
                return None
            kept = () if inner == nt.number(1) else (inner,)
            return nt.product_of((*term.factors[:position], *kept, *term.factors[position + 1 :]))
    return None


def _regroup(builder: EquationBuilder, parts: Parts, parameters: Sequence[str]) -> None:
    """Parameters to the left, in their order; everything else to the right."""
    left = [_times(nt.Symbol(name), term) for name in parameters for term in parts[name]]
    right = nt.sum_of(tuple(map(nt.negated, parts[None])))
    moved = nt.Equation(nt.sum_of(tuple(left)), right)
    if moved != builder.line:
        builder.becomes(TO_THE_RIGHT, moved)
    gathered = [_times(nt.Symbol(n), nt.added(parts[n])) for n in parameters if parts[n]]
    if len(gathered) < len(left):
        builder.becomes(GATHER, nt.Equation(nt.sum_of(tuple(gathered)), right))


def _times(parameter: nt.Symbol, term: nt.Term) -> nt.Term:
    """coefficient·parameter in the usual order: 2 N b, m Σ x²."""
    if isinstance(term, nt.Negative):
        return nt.Negative(_times(parameter, term.term))
    if term == nt.number(1):
        return parameter
    plain = [f for f in nt.factors_of(term) if isinstance(f, nt.Number | nt.Fraction | nt.Symbol)]
    rest = [f for f in nt.factors_of(term) if f not in plain]
    return nt.Product((*plain, parameter, *rest))
