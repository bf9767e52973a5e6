"""What two conventions differ in, as equations: true at exact numbers, in each region of their conditions."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

import pytest
import sympy
from grids import EVERY

import symgd
from symgd import terms as nt
from symgd.optimizers import against as conventions
from symgd.optimizers.against import ALWAYS, FIRST_STEP, Against
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.symbolic import SymbolicStep
from symgd.writing.formulas.text import text

compared = cache(conventions.compared)
LABELS = [
    (optimizer.name, f"{c.library} ({c.variant})" if c.variant else c.library)
    for optimizer in OPTIMIZERS.values()
    for c in optimizer.conventions
    if EVERY or not (optimizer.name == "nadam" and c.variant)  # of which SymPy takes 6 s each
]


def numbers_of(step: SymbolicStep, given: dict[str, sympy.Expr]) -> dict[str, sympy.Expr]:
    """What each name of a rule comes to; what is not given is a number of its own."""
    found: dict[str, sympy.Expr] = {}
    put = {}
    for n, (name, symbol) in enumerate(sorted(step.symbols.items())):
        found[name] = given.get(name, sympy.Rational(n + 2, 19))
        put[symbol] = found[name]
    return found | {name: part.xreplace(put) for name, part in step.made.items()}


def rest_of(against: Against, given: dict[str, sympy.Expr]) -> list[float]:
    """How far each equation is from what the two rules do at these numbers, where its conditions hold."""
    one, two = (numbers_of(step, given) for step in against.steps)
    known = {sympy.Symbol(name): value for name, value in {**two, **one}.items()}
    apart = one["theta'"] - two["theta'"]
    found = []
    for part, where in against.differences:
        if all(bool(condition.value.subs(known)) for condition in where):
            assert part is not None
            found.append(abs(float((part.value.subs(known) - apart).evalf(40))))
    return found


def the_same_numbers(t: int) -> dict[str, sympy.Expr]:
    """Numbers at which the radam of every library has a variance."""
    beta2 = sympy.Rational(3, 4)
    length = 7 - 2 * t * beta2**t / (1 - beta2**t)
    return {
        "beta2": beta2,
        "beta1": sympy.Rational(1, 2),
        "t": sympy.Integer(t),
        "threshold": length,
        "theta": sympy.Rational(5, 3),
        "g": sympy.Rational(2, 7),
        "alpha": sympy.Rational(1, 10),
        "m": sympy.Rational(1, 3),
        "v": sympy.Rational(1, 5),
        "s": sympy.Rational(1, 9),
        "epsilon": sympy.Rational(1, 8),
    }


@pytest.mark.parametrize(("name", "label"), LABELS)
def test_every_pair_says_in_what_it_differs_and_the_equation_holds_at_exact_numbers(
    name: str, label: str
) -> None:
    against = compared(OPTIMIZERS[name], label)
    page = against.text()
    assert against.agree == ("agree in every step" in page)
    assert against.agree or "θ₁′ − θ₂′ = " in page
    assert "No short formula" not in page
    assert "{" not in page.split("What differs:")[1]
    for shift in (-1, 0, 1) if against.same_state and not against.agree else ():
        given = the_same_numbers(8)
        given["threshold"] += sympy.Rational(shift, 5)
        assert all(far < 1e-30 for far in rest_of(against, given))


def test_two_signs_of_one_condition_differ_where_both_sides_are_equal() -> None:
    against = compared(OPTIMIZERS["radam"], "optax")
    ((_part, (where,)),) = against.differences
    assert isinstance(where, nt.Comparison)
    assert (where.sign, where.right) == ("==", nt.Symbol("threshold"))
    assert against.premise == ALWAYS
    given = the_same_numbers(8)
    assert rest_of(against, given) == [pytest.approx(0, abs=1e-30)]
    one, two = (numbers_of(step, given)["theta'"] for step in against.steps)
    assert one != two
    for shift in (-1, 1):
        beside = {**given, "threshold": given["threshold"] + Fraction(shift, 5)}
        one, two = (numbers_of(step, beside)["theta'"] for step in against.steps)
        assert one == two
        assert rest_of(against, beside) == []
    page = against.text()
    assert "[every step, where ρₜ = threshold]" in page
    assert "taken where ρₜ > threshold in radam, and where ρₜ ≥ threshold in optax.radam." in page
    assert "Elsewhere a step is the same in both, with the same settings." in page
    assert "first step is the same" not in page
    assert "optax: another formula. The first case is taken" in symgd.OPTIMIZERS["radam"].text()


def test_the_first_step_is_told_where_bounds_and_conditions_are_decided_by_the_settings() -> None:
    decayed = compared(OPTIMIZERS["radam"], "torch (weight decay)")
    assert decayed.premise == FIRST_STEP
    assert decayed.difference is not None
    assert text(decayed.difference) == "α θ·weight_decay"
    amsgrad = compared(OPTIMIZERS["amsgrad"], "optax").difference
    assert amsgrad is not None
    assert "max" not in text(amsgrad)
    nadam = compared(OPTIMIZERS["nadam"], "torch").difference
    assert nadam is not None
    assert "0.96^momentum_decay" in text(nadam)
    assert "24" not in text(nadam)
