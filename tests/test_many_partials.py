"""All partials of a formula with many inputs: what they have in common is compared once, and what they have not is compared."""

from __future__ import annotations

from dataclasses import replace

import pytest

from symgd import Problem
from symgd import terms as nt
from symgd.derivation.calculus.rules import RULES
from symgd.derivation.checking.check import Checker
from symgd.derivation.checking.likeness import likeness
from symgd.derivation.engine import derive
from symgd.errors import CheckFailed
from symgd.parsing.formula import parse
from symgd.writing.steps import Rewritten, Rule

MODELS = {
    "line": ("{}", "mse"),
    "logistic": ("sigmoid({})", "bce"),
    "poisson": ("exp({})", "poisson"),
    "huber": ("{}", "huber"),
    "tanh": ("tanh({})", "mse"),
}


def of_many(kind: str, inputs: int) -> Problem:
    model, loss = MODELS[kind]
    columns = [f"x{n}" for n in range(1, inputs + 1)]
    score = " + ".join(f"a{n}*x{n}" for n in range(1, inputs + 1))
    return Problem(model.format(f"{score} + b"), inputs=columns, loss=loss)


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was compared at points, or with SymPy, since the list was cleared."""
    made: list[str] = []
    for name in ("_equal", "_against_sympy"):
        compare = getattr(Checker, name)

        def counted(self: Checker, *terms: nt.Term, _compare=compare, _name=name):  # type: ignore[no-untyped-def]
            made.append(_name)
            return _compare(self, *terms)

        monkeypatch.setattr(Checker, name, counted)
    return made


@pytest.mark.parametrize("kind", MODELS)
def test_as_many_comparisons_whatever_the_number_of_inputs(kind: str, compared: list[str]) -> None:
    found = {}
    for inputs in (24, 48):
        compared.clear()
        partials = of_many(kind, inputs).derive().partials
        for partial in partials.values():
            assert partial.check.passed
            assert all(step.check.passed and step.check.trials for step in partial.steps)
        found[inputs] = sorted(compared)
    assert found[24] == found[48]


def wrong_for(name: str) -> tuple[Rule[nt.Partial], ...]:
    """The rules, all of whose steps by one name are false, and true by all others."""

    def spoilt(rule: Rule[nt.Partial]) -> Rule[nt.Partial]:
        def rewrite(partial: nt.Partial) -> Rewritten | None:
            made = rule.rewrite(partial)
            if made is None or partial.variable.name != name or nt.holds_partial(made.after):
                return made
            return replace(made, after=nt.Sum((made.after, nt.number(1))))

        return replace(rule, rewrite=rewrite)

    return tuple(map(spoilt, RULES))


@pytest.mark.parametrize("kind", MODELS)
def test_a_step_that_is_false_for_one_input_alone_is_found(kind: str) -> None:
    problem = of_many(kind, 24)
    cost, checker, rules = problem.cost_name, Checker(), wrong_for("a17")
    for by in problem.symbols:
        if by.name != "a17":
            assert derive(cost, cost.definition, by, rules=rules, checker=checker).check.passed
    with pytest.raises(CheckFailed):
        derive(cost, cost.definition, nt.Symbol("a17"), rules=rules, checker=checker)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("a*sin(x)", "b*sin(z)", True),
        ("a*sin(x)", "b*cos(z)", False),
        ("a*sin(a)", "b*sin(z)", False),
        ("a/x", "x/a", True),
        ("a/(1 + exp(x))", "c/(1 + exp(z))", True),
        ("a/(1 + exp(x))", "c/(2 + exp(z))", False),
        ("max(a, 0)", "max(0, a)", False),
        ("sum(w[j]*x[j], j, p)", "sum(v[j]*z[j], j, p)", True),
        ("sum(w[j]*x[j], j, p)", "sum(w[j]*x[j], j, q)", False),
        ("sum(w[j]*x[j], j, p)", "sum(w[j]*w[j], j, p)", False),
        ("sum(j*x[j], j, p)", "sum(k*x[j], j, p)", False),
    ],
)
def test_terms_are_alike_but_for_names_alone(one: str, other: str, alike: bool) -> None:
    first, second = (likeness(parse(text), fixed={"p", "q"}) for text in (one, other))
    assert (first == second) is alike


def test_names_stand_for_their_definitions() -> None:
    u, v = (nt.Abbreviation(name, parse("sin(x)")) for name in "uv")
    other = nt.Abbreviation("u", parse("cos(x)"))
    by_u, by_v, by_other = (likeness(nt.Partial(nt.squared(by), by)) for by in (u, v, other))
    assert by_u == by_v != by_other
    assert likeness(nt.Partial(nt.squared(u), u)) != likeness(
        nt.Partial(nt.squared(u), nt.Symbol("x"))
    )


def test_where_order_counts_names_in_another_order_are_not_alike() -> None:
    found = [likeness(parse(text), ordered=True) for text in ("a + b*x", "c + d*z", "z + d*c")]
    assert found[0] == found[1] != found[2]
