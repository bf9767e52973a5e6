"""Algebra with whole lines: expanding, and changing both sides of an equation, each change checked.

A line is a Term or an Equation. A rewrite inside a line keeps its value, which is sampled. A change of both sides
keeps the solutions: left − right of the new line is a combination of left − right of lines before it, which is
sampled as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from symgd.derivation.checking.check import Checker
from symgd.derivation.search import Search
from symgd.derivation.tidy import CONSTANTS_OUT, TIDY
from symgd.errors import CheckFailed
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
    product_of,
    sum_of,
    terms_of,
)
from symgd.writing.exposition import Chain, Premise
from symgd.writing.moves import moves_between
from symgd.writing.steps import Check, Rewritten, Step, TidyRule

MOST_STEPS = 3000


@dataclass
class ChainBuilder:
    """A chain in the making.

    Parameters
    ----------
    line : Term
        The first line, then the latest one.
    variable : Symbol
        What the lines are about.
    checker : Checker
    """

    line: Term
    variable: Symbol
    checker: Checker
    premise: Premise | None = None
    left: Term | None = None
    steps: list[Step] = field(default_factory=list)
    start: Term = field(init=False)

    def __post_init__(self) -> None:
        self.start = self.line

    @property
    def chain(self) -> Chain:
        """What was worked out so far."""
        return Chain(self.left, self.start, tuple(self.steps), self.premise)

    def rewrite(self, rule: TidyRule, path: Path, rewritten: Rewritten) -> None:
        """Put something of equal value at `path`."""
        after = self.line.replace(path, rewritten.after)
        side = path[:1] if isinstance(self.line, Equation) else ()
        self.record(
            rule, path, after, rewritten, self.checker.equal(self.line.at(side), after.at(side))
        )

    def tidy(self, rules: Sequence[TidyRule]) -> None:
        """Apply rules, innermost sub-terms first, until none applies."""
        search = Search(tuple(rules))
        while len(self.steps) < MOST_STEPS:
            found = search.first(self.line)
            if found is None:
                return
            self.rewrite(*found)

    def solve_by(
        self,
        rule: TidyRule,
        after: Equation | Comparison,
        combination: Sequence[tuple[Term, Equation | Comparison]],
        bindings: Mapping[str, Term] | None = None,
    ) -> None:
        """Change both sides: the new line is Σ factor·(an earlier line), and has the same solutions."""
        parts = [Product((factor, difference(line))) for factor, line in combination]
        check = self.checker.equal(difference(after), sum_of(tuple(parts)))
        self.record(rule, (), after, Rewritten(after, bindings or {}), check)

    def restate(
        self,
        rule: TidyRule,
        after: Equation,
        bindings: Mapping[str, Term] | None = None,
        introduced: Mapping[str, Term] | None = None,
    ) -> None:
        """The same equation with other words for its parts."""
        assert isinstance(self.line, Equation)
        check = self.checker.equal(difference(self.line), difference(after))
        self.record(rule, (), after, Rewritten(after, bindings or {}, introduced or {}), check)

    def record(
        self, rule: TidyRule, path: Path, after: Term, rewritten: Rewritten, check: Check
    ) -> None:
        """Keep a step whose check passed."""
        if not check.passed:
            raise CheckFailed(
                f'the rule "{rule.name}" made a line that does not follow: {self.line.value} became {after.value}',
                "this is a fault of symgd: please report the formula",
            )
        bindings = {"variable": self.variable, **rewritten.bindings}
        moves = moves_between(self.line, after)
        step = Step(
            rule,
            self.line,
            after,
            path,
            self.variable,
            bindings,
            rewritten.introduced,
            moves,
            check,
        )
        self.steps.append(step)
        self.line = after


def difference(line: Equation | Comparison) -> Term:
    """left − right, which is zero where an equation holds."""
    return Sum((line.left, Negative(line.right)))


# ---------------------------------------------------------------------------------------------
# Rules


def rule(name: str, law: str, why: str, relation: str = "=") -> TidyRule:
    """A rule for changing a whole line; what it makes is worked out where it is used."""
    return TidyRule(name, law, why, lambda term: None, (), "law", relation=relation)


DISTRIBUTE = rule("distributive law", "a(b + c) = ab + ac", "the parentheses are multiplied out")
ORDER = rule("order", "b·2·a = 2·a·b", "factors in the usual order")
DIVIDE = rule("both sides divided", "a = b ⟹ a/c = b/c", "both sides are divided by {c}")
TO_THE_RIGHT = rule(
    "to the other side",
    "a + c = b ⟹ a = b − c",
    "terms without a parameter go to the right side, with the other sign",
)
DEFINITION = rule("definition", "e = …", "names give way to what they stand for")
SHORT_NAMES = rule("short names", "S = Σ", "each sum over the data is a number, and gets a name")
PUT_BACK = rule("written out", "S = Σ", "the short names are written out again")
GATHER = rule("terms gathered", "ac + bc = (a + b)c", "terms with the same parameter are gathered")
COMBINE = rule(
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
            return Rewritten(sum_of(tuple(_negated(part) for part in term.term.terms)))
        if isinstance(term, Fraction) and isinstance(term.numerator, Sum):
            if not term.numerator.names & names:
                return None
            parts = (_over(part, term.denominator) for part in term.numerator.terms)
            return Rewritten(sum_of(tuple(parts)))
        if not isinstance(term, Product):
            return None
        place = next(
            (n for n, f in enumerate(term.factors) if isinstance(f, Sum) and f.names & names), None
        )
        if place is None:
            return None
        others = (*term.factors[:place], *term.factors[place + 1 :])
        total = term.factors[place]
        return Rewritten(sum_of(tuple(_times(part, others) for part in terms_of(total))))

    return rewrite


def _negated(term: Term) -> Term:
    return term.term if isinstance(term, Negative) else Negative(term)


def _over(term: Term, denominator: Term) -> Term:
    if isinstance(term, Negative):
        return Negative(Fraction(term.term, denominator))
    return Fraction(term, denominator)


def _times(term: Term, others: tuple[Term, ...]) -> Term:
    if isinstance(term, Negative):
        return Negative(product_of((*factors_of(term.term), *others)))
    return product_of((*factors_of(term), *others))


def _split_sum(term: Term) -> Rewritten | None:
    if not isinstance(term, BigSum) or not isinstance(term.body, Sum):
        return None
    parts = (
        Negative(term.rebuild((part.term,)))
        if isinstance(part, Negative)
        else term.rebuild((part,))
        for part in term.body.terms
    )
    return Rewritten(sum_of(tuple(parts)))


SPLIT_SUM = TidyRule(
    "sum of sums",
    "Σ(f + g) = Σ f + Σ g",
    "the sum is taken term by term",
    _split_sum,
    (),
    "law",
)


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


def expansion(parameters: Sequence[str], count: str) -> tuple[TidyRule, ...]:
    """The rules that bring a line into a sum of products, each of a number, a parameter and sums over the data."""
    distribute = replace(DISTRIBUTE, rewrite=_distributed(frozenset(parameters)))
    order = replace(ORDER, rewrite=_ordered((count, *parameters)), group="inner", quiet=True)
    kept = (r for r in TIDY if r.name not in ("order", CONSTANTS_OUT.name))
    inner = tuple(replace(r, group="inner") for r in kept)
    return (distribute, *inner, order, SPLIT_SUM, replace(CONSTANTS_OUT, group="law"))
