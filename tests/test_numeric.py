"""Values, slopes and comparisons of numbers, on which every check to 30 digits stands."""

from __future__ import annotations

import dataclasses

import pytest

from symgd.derivation.check import check_equal
from symgd.derivation.derive import derive
from symgd.derivation.numeric import MORE_DIGITS, MP, close
from symgd.derivation.rules import RULES
from symgd.derivation.tree import Rewritten
from symgd.errors import CheckFailed
from symgd.notation import Partial, Product, Symbol
from symgd.parsing import parse

X = Symbol("x")

# Two numbers agree when they differ in the last ten of thirty digits at most, by the larger of them and 1.
AGREE = [
    ("1", "1e-21", True),
    ("1", "1e-19", False),
    ("-1", "1e-19", False),
    ("1e6", "1e-15", True),
    ("1e6", "1e-13", False),
    ("-1e6", "1e-15", True),
    ("1e-6", "1e-21", True),
    ("1e-6", "1e-19", False),
    ("0", "1e-21", True),
    ("0", "1e-19", False),
    ("1", "1e-6", False),
]


@pytest.mark.parametrize(("number", "apart", "agree"), AGREE)
def test_numbers_agree_to_twenty_digits(number: str, apart: str, agree: bool) -> None:
    left, right = MP.mpf(number), MP.mpf(number) + MP.mpf(apart)
    assert close(left, right) is agree
    assert close(right, left) is agree


def test_more_digits_ask_for_more_agreement() -> None:
    with MP.workdps(MORE_DIGITS):
        one = MP.mpf(1)
        assert close(one, one + MP.mpf("1e-291"))
        assert not close(one, one + MP.mpf("1e-289"))


@pytest.mark.parametrize("apart", ["1/10^6", "1/10^12", "1/10^18"])
def test_sides_that_differ_little_are_not_equal(apart: str) -> None:
    assert check_equal(parse("sin(x)"), parse("sin(x)")).passed
    assert not check_equal(parse("sin(x)"), parse(f"(1 + {apart})*sin(x)")).passed


def test_a_rule_that_is_wrong_in_the_ninth_digit_is_caught() -> None:
    def rewrite(partial: Partial) -> Rewritten | None:
        right = sine.rewrite(partial)
        slip = parse("1 + 1/10^9")
        return right and dataclasses.replace(right, after=Product((slip, right.after)))

    sine = next(rule for rule in RULES if rule.name == "derivative of sin")
    rules = [dataclasses.replace(sine, rewrite=rewrite) if r is sine else r for r in RULES]
    with pytest.raises(CheckFailed, match="derivative of sin"):
        derive(parse("sin(x)"), parse("sin(x)"), X, rules=rules)
