"""The Hessian's symmetry is checked: lines that are no gradient of anything are refused."""

from __future__ import annotations

import dataclasses
from types import MappingProxyType

import pytest

from symgd import Problem
from symgd.derivation.checking.check import Checker
from symgd.derivation.gradient import Gradient
from symgd.derivation.second_order.hessian import hessian
from symgd.errors import CheckFailed
from symgd.terms import Product, Sum, Symbol, Term, number
from symgd.writing.formulas.text import text

LINE = Problem("m*x + b")


def with_more(gradient: Gradient, name: str, more: Term) -> Gradient:
    """A gradient whose last line by one parameter has one term too many."""
    partial = gradient.partials[name]
    step = dataclasses.replace(partial.steps[-1], after=Sum((partial.last, more)))
    wrong = dataclasses.replace(partial, steps=(*partial.steps[:-1], step))
    partials = MappingProxyType({**gradient.partials, name: wrong})
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


def headings(problem: Problem) -> list[str]:
    """The lines without an indent: definitions, headings and how all was checked."""
    lines = problem.hessian().text().splitlines()
    return [line for line in lines if line and not line.startswith((" ", "Checked"))]


def test_a_hessian_is_told_column_by_column_then_its_symmetry_then_whole() -> None:
    shown = LINE.hessian().text()
    assert [line for line in headings(LINE) if line.endswith(":")] == [
        "Derivative of ∂J/∂m by m:",
        "The first lines for ∂J/∂b are the same by θ = m, b:",
        "Derivative of ∂J/∂b by m:",
        "Derivative of ∂J/∂b by b:",
        "The matrix is symmetric:",
        "The whole matrix:",
    ]
    assert "  ∂²J/∂b∂m = ∂²J/∂m∂b   [Schwarz's theorem]" in shown
    assert "  ∇²J = [∂²J/∂m²  ∂²J/∂m∂b; ∂²J/∂b∂m  ∂²J/∂b²]" in shown
    assert "= [(2/N) Σᵢ xᵢ²  (2/N) Σᵢ xᵢ; (2/N) Σᵢ xᵢ  2]   [entry by entry]" in shown


def test_one_parameter_has_no_symmetry_and_no_matrix() -> None:
    told = [line for line in headings(Problem("a*x")) if line.endswith(":")]
    assert told == ["Derivative of ∂J/∂a by a:"]
    assert repr(Problem("a*x").hessian()) == "Hessian(by a: 10 steps)"


def test_the_entries_of_a_vector_stand_in_no_matrix() -> None:
    told = headings(VECTOR)
    assert "The matrix is symmetric:" in told
    assert "The whole matrix:" not in told


def test_the_title_and_the_reason_of_a_hessian() -> None:
    told = LINE.hessian()
    shown = told.text(detail="full")
    assert "<title>Hessian of J</title>" in told.html()
    assert "[Schwarz's theorem: the order of the two derivatives does not matter where" in shown
    assert "[entry by entry: each entry as it was derived]" in shown


def test_a_hessian_is_checked_at_the_points_that_are_asked_for() -> None:
    told = hessian(LINE.derive(), checker=Checker(5))
    assert {check.seed for check in told.symmetry.values()} == {5}
    assert {step.check.seed for step in told.steps} == {5}


def test_a_hessian_is_tidied_by_the_rules_that_are_given() -> None:
    untidied = hessian(LINE.derive(), tidy=())["m", "b"]
    assert all(step.rule.group not in ("clean", "form") for step in untidied.steps)
    assert text(untidied.last) == "(2/N) Σᵢ (xᵢ·1 + 0 − 0)"
