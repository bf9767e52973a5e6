"""Algebra with whole lines: expanding, and changing both sides of an equation, each change checked.

A line is a Term or an Equation. A rewrite inside a line keeps its value, which is sampled. A change of both sides
keeps the solutions: left − right of the new line is a combination of left − right of lines before it, which is
sampled as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from symgd.derivation.algebra.tidy import CONSTANTS_OUT, TIDY
from symgd.derivation.recorder import ChainBuilder
from symgd.terms import (
    Abbreviation,
    BigSum,
    Call,
    Comparison,
    Equation,
    Fraction,
    Indexed,
    Negative,
    Number,
    Path,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    factors_of,
    negated,
    number,
    product_of,
    signed_as,
    sum_of,
    unsigned,
)
from symgd.writing.steps import Check, Law, Rewritten, Rule


@dataclass
class EquationBuilder(ChainBuilder):
    """A chain in the making whose lines may be whole equations."""

    def compared(self, path: Path, after: Term) -> Check:
        """The side that changed is compared."""
        side = path[:1] if isinstance(self.line, Equation) else ()
        return self.recorder.equal(self.line.at(side), after.at(side))

    @property
    def equation(self) -> Equation:
        """The line, which is an equation."""
        assert isinstance(self.line, Equation)
        return self.line

    def solve_by(
        self,
        law: Law,
        after: Equation | Comparison,
        combination: Sequence[tuple[Term, Equation | Comparison]],
        bindings: Mapping[str, Term] | None = None,
    ) -> None:
        """Change both sides: the new line is Σ factor·(an earlier line), and has the same solutions."""
        parts = [Product((factor, difference(line))) for factor, line in combination]
        check = self.recorder.equal(difference(after), sum_of(tuple(parts)))
        self.record(law, after, check, Rewritten(after, bindings or {}))

    def divide(self, after: Equation | Comparison, factor: Term) -> None:
        """Both sides divided by `factor`."""
        assert isinstance(self.line, Equation | Comparison)
        inverse = Fraction(number(1), factor)
        self.solve_by(DIVIDE, after, [(inverse, self.line)], {"c": factor})

    def restate(
        self,
        law: Law,
        after: Equation,
        bindings: Mapping[str, Term] | None = None,
        introduced: Mapping[str, Term] | None = None,
    ) -> None:
        """The same equation with other words for its parts."""
        check = self.recorder.equal(difference(self.equation), difference(after))
        self.record(law, after, check, Rewritten(after, bindings or {}, introduced or {}))


def difference(line: Equation | Comparison) -> Term:
    """left − right, which is zero where an equation holds."""
    return Sum((line.left, Negative(line.right)))


# ---------------------------------------------------------------------------------------------
# Laws and rules


DISTRIBUTE = Law("distributive law", "a(b + c) = ab + ac", "the parentheses are multiplied out")
ORDER = Law("order", "b·2·a = 2·a·b", "factors in the usual order", group="inner", quiet=True)
DIVIDE = Law("both sides divided", "a = b ⟹ a/c = b/c", "both sides are divided by {c}")
TO_THE_RIGHT = Law(
    "to the other side",
    "a + c = b ⟹ a = b − c",
    "terms without a parameter go to the right side, with the other sign",
)
DEFINITION = Law("definition", "e = …", "names give way to what they stand for")
SHORT_NAMES = Law("short names", "S = Σ", "each sum over the data is a number, and gets a name")
PUT_BACK = Law("written out", "S = Σ", "the short names are written out again")
GATHER = Law("terms gathered", "ac + bc = (a + b)c", "terms with the same parameter are gathered")
COMBINE = Law(
    "equations combined",
    "a = b, c = d ⟹ pa − qc = pb − qd",
    "{p} times this equation less {q} times the other, so that {gone} falls out",
)


def _distributed(names: frozenset[str]) -> Callable[[Term], Rewritten | None]:
    """(a + b)·c = a·c + b·c for sums that hold one of `names`; sums of data alone stay as they are."""

    def rewrite(term: Term) -> Rewritten | None:
        if isinstance(term, Negative) and isinstance(term.term, Sum):
            if not term.term.names & names:
                return None
            return Rewritten(sum_of(tuple(map(negated, term.term.terms))))
        if isinstance(term, Fraction) and isinstance(term.numerator, Sum):
            if not term.numerator.names & names:
                return None
            parts = (
                signed_as(part, Fraction(unsigned(part), term.denominator))
                for part in term.numerator.terms
            )
            return Rewritten(sum_of(tuple(parts)))
        if not isinstance(term, Product):
            return None
        for position, total in enumerate(term.factors):
            if isinstance(total, Sum) and total.names & names:
                others = (*term.factors[:position], *term.factors[position + 1 :])
                return Rewritten(sum_of(tuple(_times(part, others) for part in total.terms)))
        return None

    return rewrite


def _times(term: Term, others: tuple[Term, ...]) -> Term:
    return signed_as(term, product_of((*factors_of(unsigned(term)), *others)))


def split_sum(term: Term) -> Rewritten | None:
    """Σ(f + g) = Σ f + Σ g."""
    if not isinstance(term, BigSum) or not isinstance(term.body, Sum):
        return None
    parts = (signed_as(part, term.rebuild((unsigned(part),))) for part in term.body.terms)
    return Rewritten(sum_of(tuple(parts)))


SPLIT_SUM = Rule("sum of sums", "Σ(f + g) = Σ f + Σ g", "the sum is taken term by term", split_sum)


def _ordered(first: Sequence[str]) -> Callable[[Term], Rewritten | None]:
    """Factors in one order, whatever it was, so that like terms are found."""
    kinds = (Number, Fraction, Symbol, Indexed, Abbreviation, Call, Sum, BigSum)

    def key(factor: Term) -> tuple[int, int, str]:
        base = factor.base if isinstance(factor, Power) else factor
        rank = next((n for n, kind in enumerate(kinds) if isinstance(base, kind)), len(kinds))
        name = getattr(base, "name", "") or (repr(base) if isinstance(base, Sum) else "")
        return rank, first.index(name) if name in first else len(first), name

    def rewrite(term: Term) -> Rewritten | None:
        if not isinstance(term, Product):
            return None
        ordered = tuple(sorted(term.factors, key=key))
        same = all(a is b for a, b in zip(ordered, term.factors, strict=True))
        return None if same else Rewritten(Product(ordered))

    return rewrite


def expansion(parameters: Sequence[str], count: str) -> tuple[Rule[Term], ...]:
    """The rules that bring a line into a sum of products, each of a number, a parameter and sums over the data."""
    distribute = DISTRIBUTE.applied_by(_distributed(frozenset(parameters)))
    order = ORDER.applied_by(_ordered((count, *parameters)))
    kept = (r for r in TIDY if r.name not in ("order", CONSTANTS_OUT.name))
    inner = tuple(replace(r, group="inner") for r in kept)
    return (distribute, *inner, order, SPLIT_SUM, replace(CONSTANTS_OUT, group="law"))
