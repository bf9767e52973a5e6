"""Each rule and each rewrite is broken in several ways; the checks must catch every one."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable

import pytest

from symgd.derivation.algebra.tidy import TIDY
from symgd.derivation.calculus.rules import RULES
from symgd.derivation.engine import derive
from symgd.errors import CheckFailed
from symgd.parsing.formula import parse
from symgd.terms import Negative, Number, Partial, Product, Sum, Symbol, Term, number
from symgd.writing.steps import Rewritten, Rule

X = Symbol("x")

Break = Callable[[Term], Term | None]


def one_more(after: Term) -> Term | None:
    return Sum((after, number(1)))


def other_sign(after: Term) -> Term | None:
    return None if _is_zero(after) else Negative(after)


def twice(after: Term) -> Term | None:
    return None if _is_zero(after) else Product((number(2), after))


def last_part_dropped(after: Term) -> Term | None:
    """Without the last term or factor, where that makes a difference."""
    if not isinstance(after, Sum | Product) or len(after.children) < 2:
        return None
    *kept, last = after.children
    nothing = 0 if isinstance(after, Sum) else 1
    if isinstance(last, Number) and last.number == nothing:
        return None
    return after.rebuild(tuple(kept))


def wrong_argument(after: Term) -> Term | None:
    """x + 1 where x should be."""
    letter = X if X.name in after.names else Symbol("z")
    if any(isinstance(part, Partial) for _, part in after.walk()):
        return None
    moved = after.substitute({letter: Sum((letter, number(1)))})
    return None if moved == after else moved


BREAKS: tuple[Break, ...] = (one_more, other_sign, twice, last_part_dropped, wrong_argument)


def _is_zero(term: Term) -> bool:
    return bool(term.value == 0)


def _differs(term: Term, broken: Term) -> bool:
    """Whether SymPy, which does not know the checks, sees a difference."""
    return bool((term.value - broken.value).doit() != 0)


def _calculus() -> list[tuple[Rule[Partial], str, Break]]:
    rows = []
    for rule in RULES:
        for body, _ in rule.examples:
            right = rule.rewrite(Partial(parse(body), X))
            assert right is not None
            for change in BREAKS:
                broken = change(right.after)
                if broken is not None and _differs(right.after, broken):
                    rows.append((rule, body, change))
    return rows


@pytest.mark.parametrize(
    ("rule", "body", "change"), _calculus(), ids=lambda part: getattr(part, "name", None)
)
def test_a_broken_rule_is_caught(rule: Rule[Partial], body: str, change: Break) -> None:
    def rewrite(partial: Partial) -> Rewritten | None:
        right = rule.rewrite(partial)
        after = right and change(right.after)
        return right if right is None or after is None else dataclasses.replace(right, after=after)

    rules = tuple(
        dataclasses.replace(rule, rewrite=rewrite) if other is rule else other for other in RULES
    )
    term = parse(body)
    with pytest.raises(CheckFailed):
        derive(term, term, X, rules=rules)


def _algebra() -> list[tuple[Rule[Term], str, Break]]:
    rows = []
    for rule in TIDY:
        for before, _ in rule.examples:
            # What is left to tidy after the calculus holds no x.
            example = re.sub(r"\bx\b", "z", before)
            right = rule.rewrite(parse(example))
            assert right is not None
            for change in BREAKS:
                broken = change(right.after)
                if broken is not None and _differs(right.after, broken):
                    rows.append((rule, example, change))
    return rows


@pytest.mark.parametrize(
    ("rule", "example", "change"), _algebra(), ids=lambda part: getattr(part, "name", None)
)
def test_a_broken_rewrite_is_caught(rule: Rule[Term], example: str, change: Break) -> None:
    def rewrite(term: Term) -> Rewritten | None:
        right = rule.rewrite(term)
        after = right and change(right.after)
        return right if right is None or after is None else Rewritten(after)

    keep = Rule("keep", "", "", lambda partial: Rewritten(parse(example)), ())
    body = Product((X, parse(example)))
    broken = dataclasses.replace(rule, rewrite=rewrite)
    with pytest.raises(CheckFailed, match="is not true"):
        derive(body, body, X, rules=(keep,), tidy=(broken,))


def test_every_rule_with_an_example_is_broken_in_several_ways() -> None:
    rows = [*_calculus(), *_algebra()]
    for rule in (*RULES, *TIDY):
        ways = {change for other, _, change in rows if other is rule}
        assert len(ways) >= 1 or not rule.examples, rule.name
    assert len(rows) > 300
