"""Where the steps of two rules differ: θ after one less θ after the other, in each region of their conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import sympy

from symgd import terms as nt
from symgd.optimizers.positive import Domain
from symgd.optimizers.symbolic import SymbolicStep, replaced, symbol_of
from symgd.terms.conditions import Sign

# What of smaller, equal and larger each sign admits.
_ADMITS: Mapping[Sign, str] = {"<": "<", "<=": "<=", "==": "=", ">=": "=>", ">": ">", "!=": "<>"}
_SIGNS: Mapping[frozenset[str], Sign] = {frozenset(a): sign for sign, a in _ADMITS.items()}
_ALL = frozenset("<=>")
_BOUND = re.compile(r"(\w+) >=? ([\d.]+)|([\d.]+) <=? (\w+).*")
Sides = tuple[nt.Term, nt.Term]
Region = dict[Sides, frozenset[str]]


@dataclass(frozen=True)
class Bodies:
    """What θ is after the step in both rules, where some conditions hold."""

    here: nt.Term
    there: nt.Term
    where: tuple[nt.Term, ...] = ()


def bodies(here: nt.Term, there: nt.Term) -> list[Bodies]:
    """The bodies of two Terms side by side: of two that have cases in each region of their conditions, else of the first case.

    Examples
    --------
    >>> from symgd.optimizers.rule import UpdateRule
    >>> from symgd.writing.formulas.text import text
    >>> read = lambda condition: UpdateRule.read(f"theta' = g if t {condition} c else 0").statements[0].term
    >>> for pair in bodies(read(">"), read(">=")):
    ...     print(text(pair.here), text(pair.there), *map(text, pair.where))
    g g t > c
    0 g t = c
    0 0 t < c
    """
    if isinstance(here, nt.Cases) and isinstance(there, nt.Cases):
        one, two = _regions(here), _regions(there)
        if one and two:
            return [*_met(one, two)]
    (first, where), (second, also) = _first(here), _first(there)
    return [Bodies(first, second, tuple(dict.fromkeys((*where, *also))))]


def _first(term: nt.Term) -> tuple[nt.Term, tuple[nt.Term, ...]]:
    if isinstance(term, nt.Cases):
        return term.cases[0].body, (term.cases[0].condition,)
    return term, ()


def _met(one: list[tuple[nt.Term, Region]], two: list[tuple[nt.Term, Region]]) -> Iterator[Bodies]:
    for here, region in one:
        for there, other in two:
            both = _cut(region, other)
            if frozenset() not in both.values():
                yield Bodies(here, there, tuple(_conditions(both)))


def _conditions(region: Region) -> Iterator[nt.Term]:
    for (left, right), admitted in region.items():
        if admitted != _ALL:
            yield nt.Comparison(left, _SIGNS[admitted], right)


def _regions(term: nt.Cases) -> list[tuple[nt.Term, Region]]:
    """Each body and where it is taken; empty where a condition is no single comparison."""
    found: list[tuple[nt.Term, Region]] = []
    before: Region = {}
    for case in term.cases:
        condition = case.condition
        if isinstance(condition, nt.Otherwise):
            return [*found, (case.body, before)]
        if not isinstance(condition, nt.Comparison):
            return []
        sides, admitted = (condition.left, condition.right), frozenset(_ADMITS[condition.sign])
        found.append((case.body, _cut(before, {sides: admitted})))
        before = _cut(before, {sides: _ALL - admitted})
    return found


def _cut(one: Region, two: Region) -> Region:
    """Where both hold."""
    return {sides: one.get(sides, _ALL) & two.get(sides, _ALL) for sides in {**one, **two}}


def first_step(step: SymbolicStep) -> sympy.Expr:
    """θ after the first step, cases chosen and bounds left out where the settings' own conditions decide them."""
    begin = {**step.initial, "t": sympy.S.One}
    found = step.put(step.theta, {n: v for n, v in begin.items() if n in step.symbols})
    settings = step.optimizer.declared
    symbols = {symbol_of(setting): setting for setting in settings.values()}
    above = {}
    for symbol, setting in symbols.items():
        bound = _BOUND.fullmatch(setting.where or "")
        least = (bound.group(2) or bound.group(3)) if bound else "0"
        if Fraction(least) > 0:
            more = sympy.Symbol(f"({setting.name})", nonnegative=True)
            above[symbol] = sympy.Rational(least) + more
    domain = Domain.of(symbols)
    found = found.replace(
        lambda part: isinstance(part, sympy.Piecewise), lambda part: _chosen(part, above)
    )
    return found.replace(
        lambda part: isinstance(part, sympy.Max), lambda part: _largest(part, domain)
    )


def _chosen(part: sympy.Piecewise, above: Mapping[sympy.Symbol, sympy.Expr]) -> sympy.Expr:
    """The case that holds at every admitted setting; the cases where that is not decided."""
    for body, condition in part.args:
        decided = sympy.simplify(replaced(condition, above))
        if decided is sympy.true:
            return body
        if decided is not sympy.false:
            return part
    return part


def _largest(part: sympy.Max, domain: Domain) -> sympy.Expr:
    """The larger of 0 and what is never below it."""
    others = [argument for argument in part.args if argument != 0]
    if len(others) == 1 and len(part.args) == 2 and _is_never_below(others[0], domain):
        return others[0]
    return part


def _is_never_below(part: sympy.Expr, domain: Domain) -> bool:
    turned = 0
    for factor in sympy.Mul.make_args(sympy.factor(part)):
        if factor.is_nonnegative or domain.is_positive(factor, or_zero=True):
            continue
        if not (factor.is_nonpositive or domain.is_positive(-factor, or_zero=True)):
            return False
        turned += 1
    return turned % 2 == 0


def in_decimals(term: nt.Term, *rules: nt.Term) -> nt.Term:
    """A Term in which what the rules write as a decimal is one again: 0.96, not 24/25."""
    written = {
        part.number: part
        for rule in rules
        for part in rule.parts()
        if isinstance(part, nt.Number) and part.decimal
    }

    def again(part: nt.Term) -> nt.Term | None:
        if isinstance(part, nt.Fraction) and not part.names:
            ratio = _ratio(part)
            return None if ratio is None else written.get(ratio)
        return written.get(part.number) if isinstance(part, nt.Number) else None

    return term.rewrite(again)


def _ratio(part: nt.Fraction) -> Fraction | None:
    above, below = part.numerator, part.denominator
    if isinstance(above, nt.Number) and isinstance(below, nt.Number):
        return above.number / below.number
    return None


def shortest(part: sympy.Expr) -> sympy.Expr:
    """An expression in the shortest of a few equal forms."""
    forms = [part]
    for make in (sympy.simplify, sympy.factor, sympy.cancel, sympy.together):
        try:
            forms += [make(form) for form in forms[:2]]
        except (sympy.PolynomialError, TypeError, ValueError):
            continue
    return min(forms, key=lambda form: (sympy.count_ops(form), len(str(form))))
