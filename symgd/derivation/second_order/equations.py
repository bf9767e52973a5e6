"""Algebra with whole lines: expanding, and changing both sides of an equation, each change checked.

A line is a Term or an Equation. A rewrite inside a line keeps its value, which is sampled. A change of both sides
keeps the solutions: left − right of the new line is a combination of left − right of lines before it, which is
sampled as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from symgd import terms as nt
from symgd.derivation.algebra.rewrites import order as in_order
from symgd.derivation.algebra.tidy import CONSTANTS_OUT, TIDY
from symgd.derivation.recorder import ChainBuilder
from symgd.writing.steps import Check, Law, Rewritten, Rule

Line: TypeAlias = nt.Equation | nt.Comparison
ONE = nt.number(1)


@dataclass
class EquationBuilder(ChainBuilder):
    """A chain in the making whose lines may be whole equations."""

    def compared(self, path: nt.Path, after: nt.Term) -> Check:
        """The side that changed is compared."""
        side = path[:1] if isinstance(self.line, nt.Equation) else ()
        return self.recorder.equal(self.line.at(side), after.at(side))

    @property
    def equation(self) -> nt.Equation:
        """The line, which is an equation."""
        assert isinstance(self.line, nt.Equation)
        return self.line

    def becomes(
        self,
        law: Law,
        after: nt.Term,
        times: nt.Term = ONE,
        *others: tuple[nt.Term, Line],
        bindings: Mapping[str, nt.Term] | None = None,
        introduced: tuple[nt.Abbreviation, ...] = (),
    ) -> None:
        """Change both sides: the new line is `times` this one, and factor·line for each of the `others`.

        It has the same solutions. Nothing is recorded where the line stays as it is.
        """
        if after is not self.line:
            assert isinstance(self.line, Line)
            assert isinstance(after, Line)
            combined = ((times, self.line), *others)
            parts = tuple(nt.Product((factor, difference(line))) for factor, line in combined)
            check = self.recorder.equal(difference(after), nt.sum_of(parts))
            self.record(law, after, check, Rewritten(after, bindings or {}, introduced))

    def divide(self, after: Line, factor: nt.Term) -> None:
        """Both sides divided by `factor`."""
        inverse = nt.Fraction(nt.number(1), factor)
        self.becomes(DIVIDE, after, inverse, bindings={"c": factor})


def difference(line: Line) -> nt.Term:
    """left − right, which is zero where an equation holds."""
    return nt.minus(line.left, line.right)


# ---------------------------------------------------------------------------------------------
# Laws and rules

DISTRIBUTE = Law("distributive law", "a(b + c) = ab + ac", "the parentheses are multiplied out")
ORDER = Law("order", "b·2·a = 2·a·b", "factors in the usual order", group="inner", quiet=True)
MEANS = Law(
    "means", "x̄ = (1/N) Σ xᵢ", "a sum over the examples, divided by their number, is a mean"
)
KNOWN = Law(
    "to the other side", "a + c = b ⟹ a = b − c", "{variable} stays on the left; {gone} is known"
)
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


def _distributed(names: frozenset[str]) -> Callable[[nt.Term], Rewritten | None]:
    """(a + b)·c = a·c + b·c for sums that hold one of `names`; sums of data alone stay as they are."""

    def rewrite(term: nt.Term) -> Rewritten | None:
        match term:
            case nt.Negative(nt.Sum(terms) as total) if total.names & names:
                return Rewritten(nt.sum_of(tuple(map(nt.negated, terms))))
            case nt.Fraction(nt.Sum(terms) as total, bottom) if total.names & names:
                parts = (nt.signed_as(t, nt.Fraction(nt.unsigned(t), bottom)) for t in terms)
                return Rewritten(nt.sum_of(tuple(parts)))
            case nt.Product(factors):
                for position, factor in enumerate(factors):
                    if isinstance(factor, nt.Sum) and factor.names & names:
                        others = (*factors[:position], *factors[position + 1 :])
                        parts = (_times(part, others) for part in factor.terms)
                        return Rewritten(nt.sum_of(tuple(parts)))
        return None

    return rewrite


def _times(term: nt.Term, others: tuple[nt.Term, ...]) -> nt.Term:
    return nt.signed_as(term, nt.product_of((*nt.factors_of(nt.unsigned(term)), *others)))


def split_sum(term: nt.Term) -> Rewritten | None:
    """Σ(f + g) = Σ f + Σ g."""
    if not isinstance(term, nt.BigSum) or not isinstance(term.body, nt.Sum):
        return None
    parts = (nt.signed_as(part, term.rebuild((nt.unsigned(part),))) for part in term.body.terms)
    return Rewritten(nt.sum_of(tuple(parts)))


SPLIT_SUM = Rule("sum of sums", "Σ(f + g) = Σ f + Σ g", "the sum is taken term by term", split_sum)


def _ordered(first: Sequence[str]) -> Callable[[nt.Term], Rewritten | None]:
    """Factors in one order, whatever it was, so that like terms are found."""
    kinds = (
        nt.Number,
        nt.Fraction,
        nt.Symbol,
        nt.Indexed,
        nt.Abbreviation,
        nt.Call,
        nt.Sum,
        nt.BigSum,
    )

    def key(factor: nt.Term) -> tuple[int, int, str]:
        base = factor.base if isinstance(factor, nt.Power) else factor
        rank = next((n for n, kind in enumerate(kinds) if isinstance(base, kind)), len(kinds))
        name = getattr(base, "name", "") or (repr(base) if isinstance(base, nt.Sum) else "")
        return rank, first.index(name) if name in first else len(first), name

    def rewrite(term: nt.Term) -> Rewritten | None:
        after = in_order(term, key)
        return None if after is None else Rewritten(after)

    return rewrite


def expansion(parameters: Sequence[str], count: str) -> tuple[Rule[nt.Term], ...]:
    """The rules that bring a line into a sum of products, each of a number, a parameter and sums over the data."""
    distribute = DISTRIBUTE.applied_by(_distributed(frozenset(parameters)))
    order = ORDER.applied_by(_ordered((count, *parameters)))
    kept = (r for r in TIDY if r.name not in ("order", CONSTANTS_OUT.name))
    inner = tuple(replace(r, group="inner") for r in kept)
    return (distribute, *inner, order, SPLIT_SUM, replace(CONSTANTS_OUT, group="law"))
