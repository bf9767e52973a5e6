"""What an optimizer remembers, read off its statements: a sum or a mean, of gradients or of their squares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from symgd.optimizers.optimizer import Optimizer
from symgd.terms import Negative, Power, Product, Sum, Symbol, Term, number
from symgd.writing.formulas.names import AFTER
from symgd.writing.words import Message, message

Kind: TypeAlias = Literal["sum", "fading", "mean"]
GRADIENT = Symbol("g")
SQUARE = Power(GRADIENT, number(2))
ONE = number(1)


def remembered(optimizer: Optimizer, seen: Mapping[str, str]) -> tuple[Message, ...] | None:
    """A sentence for each state, by the letters that are seen, and what it is good for; None for other statements."""
    terms = {statement.name: statement.term for statement in optimizer.rule.statements}
    said, of_squares = [], []
    for name in optimizer.rule.state:
        found = _read(Symbol(name), terms[name + AFTER])
        if found is None:
            return None
        said.append(_sentence(Symbol(seen[name]), *found))
        of_squares.append(found[1])
    return *said, _use(of_squares)


def kept_of(optimizer: Optimizer) -> dict[str, tuple[Term, bool]]:
    """By state that is a sum or a mean: what of it is kept from step to step, and whether it is of squares."""
    terms = {statement.name: statement.term for statement in optimizer.rule.statements}
    found: dict[str, tuple[Term, bool]] = {}
    for name in optimizer.rule.state:
        term = terms[name + AFTER]
        if (read := _read(Symbol(name), term)) is None:
            continue
        kept = term.children[0]
        found[name] = (ONE if kept == Symbol(name) else kept.children[0], read[1])
    return found


def is_mean(optimizer: Optimizer, state: str) -> bool:
    """Whether a state is a mean, and not a sum."""
    terms = {statement.name: statement.term for statement in optimizer.rule.statements}
    found = _read(Symbol(state), terms[state + AFTER])
    return found is not None and found[0] == "mean"


def _use(of_squares: Sequence[bool]) -> Message:
    """Why it is remembered."""
    if not any(of_squares):
        return message("So the step carries on where past ones led, and a zigzag cancels.")
    if all(of_squares):
        return message("Divided by its root, the step has a length of its own in each parameter.")
    return message("It does both: it carries on, with a length of its own in each parameter.")


def _read(state: Symbol, term: Term) -> tuple[Kind, bool] | None:
    """Which kind, and whether of squares, for s' = k·s + …"""
    if not isinstance(term, Sum) or len(term.terms) != 2:
        return None
    kept, new = term.terms
    if kept == state:
        return _of("sum", new)
    if not isinstance(kept, Product) or len(kept.factors) != 2 or kept.factors[1] != state:
        return None
    rest = Sum((ONE, Negative(kept.factors[0])))
    if isinstance(new, Product) and new.factors[0] == rest and len(new.factors) == 2:
        return _of("mean", new.factors[1])
    return _of("fading", new)


def _of(kind: Kind, what: Term) -> tuple[Kind, bool] | None:
    return (kind, what == SQUARE) if what in (GRADIENT, SQUARE) else None


def _sentence(name: Symbol, kind: Kind, squares: bool) -> Message:
    if kind == "sum":
        if squares:
            return message("{name} is the sum of the gradients' squares.", name=name)
        return message("{name} is the sum of the gradients.", name=name)
    if kind == "fading":
        if squares:
            return message("{name} is a sum of the gradients' squares that fades.", name=name)
        return message("{name} is a sum of the gradients so far, old ones fade.", name=name)
    if squares:
        return message("{name} is a mean of the gradients' squares, old ones fade.", name=name)
    return message("{name} is a mean of the gradients so far, old ones fade.", name=name)
