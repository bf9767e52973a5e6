"""Wrong updates: ways of making a wrong statement from a right one of an update rule."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import TypeAlias

from symgd import terms as nt
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.tutor.misconception import Attempt
from symgd.tutor.updates.letters import RATE
from symgd.tutor.updates.naming import GRADIENT
from symgd.tutor.updates.program import StepStatement, UpdateProgram
from symgd.writing.formulas.names import AFTER

# Takes a statement of the rule and the rule; answers wrong ones.
UpdateSlip: TypeAlias = Callable[[StepStatement, UpdateProgram], Iterator[Attempt]]

_G, _RATE, _THETA = nt.Symbol(GRADIENT), nt.Symbol(RATE), nt.Symbol(THETA)
_DECAY = nt.Symbol("weight_decay")


def _shares(term: nt.Term, rule: UpdateProgram) -> list[str]:
    """The settings of which 1 less them stands somewhere in a rule or a statement."""
    names = sorted(term.names | rule.used)
    return [n for n in names if n.startswith(("beta", "rho"))]


def _less(name: str) -> nt.Term:
    return nt.Sum((nt.number(1), nt.Negative(nt.Symbol(name))))


def _each_place(
    term: nt.Term, change: Callable[[nt.Term], nt.Term | None]
) -> Iterator[tuple[nt.Term, nt.Term]]:
    """A Term with one part changed, or every part that can be, and the part that was there."""
    places = [(path, part, new) for path, part in term.walk() if (new := change(part)) is not None]
    for path, part, new in places:
        yield term.replace(path, new), part
    if len(places) > 1:
        try:
            yield term.rewrite(change), places[0][1]
        except (TypeError, ValueError):
            return


def _each_of(term: nt.Term, old: nt.Term, new: nt.Term) -> Iterator[nt.Term]:
    """A Term with another part in the place of one that is met, at each place and at all."""
    for wrong, _ in _each_place(term, lambda part: new if part == old else None):
        yield wrong


def _reversed(term: nt.Term) -> nt.Term:
    """θ − a as θ + a: twice θ less it."""
    return nt.Sum((nt.Product((nt.number(2), _THETA)), nt.Negative(term)))


def uphill(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    if statement.target == PARAMETERS_AFTER:
        yield Attempt(_reversed(statement.term), {"rate": _RATE})


def gradient_turned(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    if _G in statement.term.parts():
        for wrong, _ in _each_place(statement.term, lambda p: nt.Negative(_G) if p == _G else None):
            yield Attempt(wrong, {"g": _G})
    for wrong, part in _each_place(
        statement.term, lambda p: nt.Negative(p) if _is_slope(p) else None
    ):
        yield Attempt(wrong, {"g": part})


def _is_slope(part: nt.Term) -> bool:
    return isinstance(part, nt.Call) and part.function == "g"


def memory_turned(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for name in (*rule.states, *(f"{state}{AFTER}" for state in rule.states)):
        symbol = nt.Symbol(name)
        if symbol in statement.term.parts():
            yield Attempt(statement.term.substitute({symbol: nt.Negative(symbol)}), {"v": symbol})


def rate_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    if RATE in statement.term.names:
        for wrong, _ in _each_place(statement.term, lambda p: nt.number(1) if p == _RATE else None):
            yield Attempt(wrong, {"rate": _RATE})


def rate_twice(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for sign in (nt.Product((_RATE, _G)), nt.Negative(nt.Product((_RATE, _G)))):
        if RATE not in statement.term.names and GRADIENT in statement.term.names:
            yield Attempt(statement.term.substitute({_G: sign}), {"rate": _RATE})
    if RATE in statement.term.names:
        square = nt.Product((_RATE, _RATE))
        yield Attempt(statement.term.substitute({_RATE: square}), {"rate": _RATE})


def dampened(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for name in _shares(statement.term, rule):
        shared = nt.Product((_less(name), _G))
        if _G in statement.term.parts() and not _is_shared(statement.term, name):
            for wrong in _each_of(statement.term, _G, shared):
                yield Attempt(wrong, {"share": _less(name), "g": _G})
            square = nt.Power(_G, nt.number(2))
            taken = nt.Product((_less(name), square))
            yield Attempt(
                statement.term.substitute({square: taken}), {"share": _less(name), "g": square}
            )


def _is_shared(term: nt.Term, name: str) -> bool:
    return any(part.value == _less(name).value for part in term.parts() if isinstance(part, nt.Sum))


def undampened(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for name in _shares(statement.term, rule):

        def whole(part: nt.Term, name: str = name) -> nt.Term | None:
            same = isinstance(part, nt.Sum) and part.value == _less(name).value
            return nt.number(1) if same else None

        for wrong, part in _each_place(statement.term, whole):
            if statement.target != PARAMETERS_AFTER:
                yield Attempt(wrong, {"share": part})


def shares_swapped(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    state = nt.Symbol(statement.target.removesuffix(AFTER))
    if statement.target == PARAMETERS_AFTER:
        return
    for name in _shares(statement.term, rule):
        symbol, said = nt.Symbol(name), {"share": nt.Symbol(name), "other": _less(name)}
        if _is_shared(statement.term, name):
            yield Attempt(statement.term.substitute({symbol: _less(name)}), said)
        elif {symbol, state, _G} <= {*statement.term.parts()}:
            turned = (nt.Product((_less(name), state)), nt.Product((symbol, _G)))
            yield Attempt(nt.Sum(turned), said)


def old_for_new(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    new = [s for s in rule.states if nt.Symbol(f"{s}{AFTER}") in statement.term.parts()]
    for length in (1, len(new)):
        for chosen in itertools.combinations(new, length) if length else ():
            put: dict[nt.Term, nt.Term] = {nt.Symbol(f"{s}{AFTER}"): nt.Symbol(s) for s in chosen}
            yield Attempt(
                statement.term.substitute(put),
                {"new": nt.Symbol(f"{chosen[0]}{AFTER}"), "old": nt.Symbol(chosen[0])},
            )


def new_for_old(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for state in rule.states:
        after, before = nt.Symbol(f"{state}{AFTER}"), nt.Symbol(state)
        if before in statement.term.parts() and statement.target != after.name:
            yield Attempt(statement.term.substitute({before: after}), {"new": after, "old": before})


def _correction(part: nt.Term) -> nt.Term | None:
    """1 − βᵗ, whose power says how many steps there were."""
    if isinstance(part, nt.Sum) and len(part.terms) == 2 and nt.is_number(part.terms[0], 1):
        power = nt.unsigned(part.terms[1])
        if isinstance(power, nt.Power) and "t" in power.exponent.names:
            return power.base
    return None


def bias_left(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for wrong, part in _each_place(
        statement.term, lambda p: nt.number(1) if _correction(p) else None
    ):
        yield Attempt(wrong, {"correction": part})


def bias_without_power(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def plain(part: nt.Term) -> nt.Term | None:
        base = _correction(part)
        return None if base is None else nt.Sum((nt.number(1), nt.Negative(base)))

    for wrong, part in _each_place(statement.term, plain):
        yield Attempt(wrong, {"correction": part})


def bias_multiplied(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def turned(part: nt.Term) -> nt.Term | None:
        return nt.Fraction(nt.number(1), part) if _correction(part) else None

    for wrong, part in _each_place(statement.term, turned):
        yield Attempt(wrong, {"correction": part})


def bias_outside_root(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """√v/(1 − βᵗ) in the place of √(v/(1 − βᵗ))."""

    def outside(part: nt.Term) -> nt.Term | None:
        inner = part.children[0] if _is_root(part) else None
        if not isinstance(inner, nt.Fraction) or not _correction(inner.children[1]):
            return None
        return nt.Fraction(nt.call("sqrt", inner.children[0]), inner.children[1])

    for wrong, part in _each_place(statement.term, outside):
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

    for wrong, part in _each_place(statement.term, inside):
        yield Attempt(wrong, {"right": part, "epsilon": part.children[1]})


def epsilon_outside(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def outside(part: nt.Term) -> nt.Term | None:
        inner = part.children[0] if _is_root(part) else None
        if not isinstance(inner, nt.Sum) or inner.terms[-1] != nt.Symbol("epsilon"):
            return None
        return nt.Sum((nt.call("sqrt", nt.sum_of(inner.terms[:-1])), inner.terms[-1]))

    for wrong, part in _each_place(statement.term, outside):
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

    for wrong, part in _each_place(statement.term, before):
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
    for wrong, part in _each_place(statement.term, beside):
        said = {"right": part.children[1], "epsilon": epsilon}
        yield Attempt(wrong, said)
        bare = statement.term.substitute({epsilon: nt.number(0)})
        yield Attempt(nt.Sum((bare, epsilon)), said)


def square_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def plain(part: nt.Term) -> nt.Term | None:
        return part.base if isinstance(part, nt.Power) and nt.is_number(part.exponent, 2) else None

    for wrong, part in _each_place(statement.term, plain):
        yield Attempt(wrong, {"square": part})


def share_squared(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """((1 − β)·g)² in the place of (1 − β)·g²."""

    def wide(part: nt.Term) -> nt.Term | None:
        if isinstance(part, nt.Product) and isinstance(part.factors[-1], nt.Power):
            power = part.factors[-1]
            return nt.Power(nt.product_of((*part.factors[:-1], power.base)), power.exponent)
        return None

    for wrong, part in _each_place(statement.term, wide):
        yield Attempt(wrong, {"square": part})


def root_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for wrong, part in _each_place(
        statement.term, lambda p: p.children[0] if _is_root(p) else None
    ):
        yield Attempt(wrong, {"root": part})


def betas_swapped(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    one, two = nt.Symbol("beta1"), nt.Symbol("beta2")
    if not {"beta1", "beta2"} <= rule.used:
        return
    yield Attempt(statement.term.substitute({one: two, two: one}), {"one": one, "two": two})
    for right, wrong in ((one, two), (two, one)):
        for term in _each_of(statement.term, right, wrong):
            yield Attempt(term, {"one": one, "two": two})


def decay_coupled(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """The decay in the gradient, where the rule takes it from the parameters by itself, and so on the lines of both."""
    decayed = nt.Product((_DECAY, _THETA))
    if "weight_decay" not in rule.used:
        return
    said: dict[str, nt.Term] = {"decay": decayed, "g": _G}
    of_mean = statement.target != PARAMETERS_AFTER and GRADIENT in statement.term.names
    if of_mean and "weight_decay" not in statement.term.names:
        yield Attempt(statement.term.substitute({_G: nt.Sum((_G, decayed))}), said)


def decay_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    if "weight_decay" in statement.term.names:
        yield Attempt(
            statement.term.substitute({_DECAY: nt.number(0)}),
            {"decay": nt.Product((_DECAY, _THETA))},
        )


def decay_turned(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    if "weight_decay" in statement.term.names:
        wrong = statement.term.substitute({_DECAY: nt.Negative(_DECAY)})
        yield Attempt(wrong, {"decay": nt.Product((_DECAY, _THETA))})


def memory_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    state = statement.target.removesuffix(AFTER)
    if state in rule.states and nt.Symbol(state) in statement.term.parts():
        yield Attempt(
            statement.term.substitute({nt.Symbol(state): nt.number(0)}), {"v": nt.Symbol(state)}
        )


def share_of_memory_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    state = nt.Symbol(statement.target.removesuffix(AFTER))
    for name in _shares(statement.term, rule):

        def whole(part: nt.Term, name: str = name) -> nt.Term | None:
            return (
                state
                if isinstance(part, nt.Product) and {*part.factors} == {nt.Symbol(name), state}
                else None
            )

        for wrong, _ in _each_place(statement.term, whole):
            yield Attempt(wrong, {"share": nt.Symbol(name), "v": state})


def plain_momentum(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """θ − α·v′, where Nesterov's step looks further ahead; and the gradient at θ itself."""
    if (
        statement.target == PARAMETERS_AFTER
        and "v" in rule.states
        and rule.used >= {"beta", "v'", "g"}
    ):
        v, beta = nt.Symbol("v'"), nt.Symbol("beta")
        ahead = nt.Sum((_G, nt.Product((beta, v))))
        if ahead in statement.term.parts():
            yield Attempt(statement.term.substitute({ahead: v}), {"right": ahead, "v": v})


def gradient_here(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    for wrong, part in _each_place(statement.term, lambda p: _G if _is_slope(p) else None):
        yield Attempt(wrong, {"right": part, "g": _G})


def gradient_behind(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def behind(part: nt.Term) -> nt.Term | None:
        if not _is_slope(part):
            return None
        return part.rebuild((_reversed(part.children[0]),))

    for wrong, part in _each_place(statement.term, behind):
        yield Attempt(wrong, {"right": part})


def theta_lost(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """θ′ = −α·v′: the step alone."""
    if statement.target == PARAMETERS_AFTER:
        step = nt.Sum((statement.term, nt.Negative(_THETA)))
        yield Attempt(step, {"theta": _THETA})
        yield Attempt(nt.Negative(step), {"theta": _THETA})


def gradient_for_memory(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    """θ − α·g: what is remembered is not used."""
    if statement.target != PARAMETERS_AFTER:
        return
    for state in rule.states:
        after = nt.Symbol(f"{state}{AFTER}")
        if after in statement.term.parts():
            yield Attempt(statement.term.substitute({after: _G}), {"v": after, "g": _G})
