"""Wrong scales: ways of making a wrong statement of a rule that divides by a root: its correction, ε, squares and root."""

from __future__ import annotations

from collections.abc import Iterator

from symgd import terms as nt
from symgd.tutor.misconception import Attempt
from symgd.tutor.updates.changed import each_place
from symgd.tutor.updates.program import StepStatement, UpdateProgram


def _correction(part: nt.Term) -> nt.Term | None:
    """1 − βᵗ, whose power says how many steps there were."""
    if isinstance(part, nt.Sum) and len(part.terms) == 2 and nt.is_number(part.terms[0], 1):
        power = nt.unsigned(part.terms[1])
        if isinstance(power, nt.Power) and "t" in power.exponent.names:
            return power.base
    return None


def bias_left(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for wrong, part in each_place(
        statement.term, lambda p: nt.number(1) if _correction(p) else None
    ):
        yield Attempt(wrong, {"correction": part})


def bias_without_power(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def plain(part: nt.Term) -> nt.Term | None:
        base = _correction(part)
        return None if base is None else nt.Sum((nt.number(1), nt.Negative(base)))

    for wrong, part in each_place(statement.term, plain):
        yield Attempt(wrong, {"correction": part})


def bias_multiplied(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def turned(part: nt.Term) -> nt.Term | None:
        return nt.Fraction(nt.number(1), part) if _correction(part) else None

    for wrong, part in each_place(statement.term, turned):
        yield Attempt(wrong, {"correction": part})


def bias_outside_root(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """√v/(1 − βᵗ) in the place of √(v/(1 − βᵗ))."""

    def outside(part: nt.Term) -> nt.Term | None:
        inner = part.children[0] if _is_root(part) else None
        if not isinstance(inner, nt.Fraction) or not _correction(inner.children[1]):
            return None
        return nt.Fraction(nt.call("sqrt", inner.children[0]), inner.children[1])

    for wrong, part in each_place(statement.term, outside):
        yield Attempt(wrong, {"root": part})


def _is_root(part: nt.Term) -> bool:
    return isinstance(part, nt.Call) and part.function == "sqrt"


def _root_and_epsilon(part: nt.Term) -> tuple[nt.Term, nt.Term] | None:
    """√a + ε."""
    if isinstance(part, nt.Sum) and len(part.terms) == 2 and _is_root(part.terms[0]):
        return part.terms[0].children[0], part.terms[1]
    return None


def epsilon_inside(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def inside(part: nt.Term) -> nt.Term | None:
        found = _root_and_epsilon(part)
        return None if found is None else nt.call("sqrt", nt.Sum(found))

    for wrong, part in each_place(statement.term, inside):
        yield Attempt(wrong, {"right": part, "epsilon": part.children[1]})


def epsilon_outside(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def outside(part: nt.Term) -> nt.Term | None:
        inner = part.children[0] if _is_root(part) else None
        if not isinstance(inner, nt.Sum) or inner.terms[-1] != nt.Symbol("epsilon"):
            return None
        return nt.Sum((nt.call("sqrt", nt.sum_of(inner.terms[:-1])), inner.terms[-1]))

    for wrong, part in each_place(statement.term, outside):
        yield Attempt(wrong, {"right": part, "epsilon": nt.Symbol("epsilon")})


def epsilon_before_correction(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """√v + ε, and all of that divided by √(1 − βᵗ)."""

    def before(part: nt.Term) -> nt.Term | None:
        found = _root_and_epsilon(part)
        inner = found[0] if found else None
        if (
            found is None
            or not isinstance(inner, nt.Fraction)
            or not _correction(inner.children[1])
        ):
            return None
        return nt.Sum((part.children[0], nt.Fraction(found[1], nt.call("sqrt", inner.children[1]))))

    for wrong, part in each_place(statement.term, before):
        yield Attempt(wrong, {"right": part, "epsilon": nt.Symbol("epsilon")})


def epsilon_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    epsilon = nt.Symbol("epsilon")
    if epsilon in statement.term.parts():
        yield Attempt(statement.term.substitute({epsilon: nt.number(0)}), {"epsilon": epsilon})


def epsilon_beside(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """g/√v + ε, where parentheses are missing."""

    def beside(part: nt.Term) -> nt.Term | None:
        found = _root_and_epsilon(part.children[1]) if isinstance(part, nt.Fraction) else None
        if found is None:
            return None
        return nt.Sum((nt.Fraction(part.children[0], nt.call("sqrt", found[0])), found[1]))

    epsilon = nt.Symbol("epsilon")
    for wrong, part in each_place(statement.term, beside):
        said = {"right": part.children[1], "epsilon": epsilon}
        yield Attempt(wrong, said)
        bare = statement.term.substitute({epsilon: nt.number(0)})
        yield Attempt(nt.Sum((bare, epsilon)), said)


def square_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def plain(part: nt.Term) -> nt.Term | None:
        return part.base if isinstance(part, nt.Power) and nt.is_number(part.exponent, 2) else None

    for wrong, part in each_place(statement.term, plain):
        yield Attempt(wrong, {"square": part})


def share_squared(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """((1 − β)·g)² in the place of (1 − β)·g²."""

    def wide(part: nt.Term) -> nt.Term | None:
        if isinstance(part, nt.Product) and isinstance(part.factors[-1], nt.Power):
            power = part.factors[-1]
            return nt.Power(nt.product_of((*part.factors[:-1], power.base)), power.exponent)
        return None

    for wrong, part in each_place(statement.term, wide):
        yield Attempt(wrong, {"square": part})


def root_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for wrong, part in each_place(statement.term, lambda p: p.children[0] if _is_root(p) else None):
        yield Attempt(wrong, {"root": part})
