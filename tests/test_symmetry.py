"""The Hessian's symmetry is checked: lines that are no gradient of anything are refused."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest

from symgd import Problem
from symgd.derivation.hessian import hessian
from symgd.derivation.tree import Gradient
from symgd.errors import CheckFailed
from symgd.notation import Product, Sum, Symbol, Term, number

LINE = Problem("m*x + b")


def with_more(gradient: Gradient, name: str, more: Term) -> Gradient:
    """A gradient whose last line by one parameter has one term too many."""
    partial = gradient.partials[name]
    step = dataclasses.replace(partial.steps[-1], after=Sum((partial.last, more)))
    spoilt = dataclasses.replace(partial, steps=(*partial.steps[:-1], step))
    partials = MappingProxyType({**gradient.partials, name: spoilt})
    return dataclasses.replace(gradient, partials=partials)


@pytest.mark.parametrize(("name", "more"), [("b", "m"), ("m", "b")])
def test_lines_whose_derivatives_depend_on_their_order_are_refused(name: str, more: str) -> None:
    wrong = with_more(LINE.derive(), name, Symbol(more))
    with pytest.raises(CheckFailed, match="derivative by m and b depends on their order"):
        hessian(wrong)


@pytest.mark.parametrize("name", ["m", "b"])
def test_a_term_of_ones_own_parameter_breaks_no_symmetry(name: str) -> None:
    right = hessian(with_more(LINE.derive(), name, Product((number(3), Symbol(name)))))
    assert right.symmetry["m", "b"].passed


def test_every_pair_of_parameters_is_checked() -> None:
    pairs = {("a", "b"), ("a", "c"), ("b", "c")}
    symmetry = Problem("a*x^2 + b*x + c").hessian().symmetry
    assert set(symmetry) == pairs
    assert all(check.passed and check.trials for check in symmetry.values())


VECTOR = Problem("sum(w[j]*x[i, j], j, p) + b")


def test_the_hessian_of_a_vector_is_checked_too() -> None:
    right = hessian(VECTOR.derive())
    assert {frozenset(pair) for pair in right.symmetry} == {frozenset("wb")}
    assert all(check.passed and check.trials for check in right.symmetry.values())


@pytest.mark.parametrize("name", ["w", "b"])
def test_lines_of_a_vector_that_are_no_gradient_are_refused(name: str) -> None:
    gradient = VECTOR.derive()
    other = gradient.partials["b" if name == "w" else "w"].variable
    with pytest.raises(CheckFailed, match="depends on their order"):
        hessian(with_more(gradient, name, Product((number(3), other))))
