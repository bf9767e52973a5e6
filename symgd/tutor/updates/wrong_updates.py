"""Wrong updates: ways of making a wrong statement from a right one of an update rule."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from symgd import terms as nt
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.tutor.misconception import Attempt
from symgd.tutor.updates.changed import each_of, each_place
from symgd.tutor.updates.letters import RATE
from symgd.tutor.updates.naming import GRADIENT
from symgd.tutor.updates.program import StepStatement, UpdateProgram
from symgd.writing.formulas.names import AFTER

_G, _RATE, _THETA = nt.Symbol(GRADIENT), nt.Symbol(RATE), nt.Symbol(THETA)
_DECAY = nt.Symbol("weight_decay")


def _shares(term: nt.Term, rule: UpdateProgram) -> list[str]:
    """The settings of which 1 less them stands somewhere in a rule or a statement."""
    names = sorted(term.names | rule.used)
    return [n for n in names if n.startswith(("beta", "rho"))]


def _less(name: str) -> nt.Term:
    return nt.Sum((nt.number(1), nt.Negative(nt.Symbol(name))))


def _reversed(term: nt.Term) -> nt.Term:
    """θ − a as θ + a: twice θ less it."""
    return nt.Sum((nt.Product((nt.number(2), _THETA)), nt.Negative(term)))


def uphill(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    if statement.target == PARAMETERS_AFTER:
        yield Attempt(_reversed(statement.term), {"rate": _RATE})


def gradient_turned(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    if _G in statement.term.parts():
        for wrong, _ in each_place(statement.term, lambda p: nt.Negative(_G) if p == _G else None):
            yield Attempt(wrong, {"g": _G})
    for wrong, part in each_place(
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
        for wrong, _ in each_place(statement.term, lambda p: nt.number(1) if p == _RATE else None):
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
            for wrong in each_of(statement.term, _G, shared):
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

        for wrong, part in each_place(statement.term, whole):
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


def betas_swapped(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    one, two = nt.Symbol("beta1"), nt.Symbol("beta2")
    if not {"beta1", "beta2"} <= rule.used:
        return
    yield Attempt(statement.term.substitute({one: two, two: one}), {"one": one, "two": two})
    for right, wrong in ((one, two), (two, one)):
        for term in each_of(statement.term, right, wrong):
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

        for wrong, _ in each_place(statement.term, whole):
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
    for wrong, part in each_place(statement.term, lambda p: _G if _is_slope(p) else None):
        yield Attempt(wrong, {"right": part, "g": _G})


def gradient_behind(statement: StepStatement, rule: UpdateProgram) -> Iterator[Attempt]:
    def behind(part: nt.Term) -> nt.Term | None:
        if not _is_slope(part):
            return None
        return part.rebuild((_reversed(part.children[0]),))

    for wrong, part in each_place(statement.term, behind):
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
