"""The rules of indices: derivatives by one entry of a vector, and the sums that collapse with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symgd.terms import (
    BigSum,
    Call,
    Case,
    Cases,
    Delta,
    Fraction,
    Indexed,
    Negative,
    Partial,
    Path,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    fresh_index,
    indices_of,
    is_number,
    number,
    product_of,
)
from symgd.writing.steps import Rewritten, Rule


def _entry(partial: Partial) -> Rewritten | None:
    body, by = partial.body, partial.variable
    if not isinstance(body, Indexed) or not isinstance(by, Indexed) or body.name != by.name:
        return None
    pairs = zip(body.indices, by.indices, strict=True)
    after = product_of(tuple(Delta(*pair) for pair in pairs if pair[0] != pair[1]))
    return Rewritten(after, {"f": body, "g": after})


def _another_index(partial: Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, BigSum) or body.index not in indices_of(partial.variable):
        return None
    index = fresh_index(_all_names(body) | partial.variable.names)
    after = replace(partial, body=body.reindexed(index))
    return Rewritten(after, {"j": Symbol(body.index), "k": Symbol(index)})


def _all_names(term: Term) -> frozenset[str]:
    """Every name in sight, those of the indices that a Σ binds included."""
    return term.names | {part.index for part in term.parts() if isinstance(part, BigSum)}


def _over_the_entries(partial: Partial) -> Rewritten | None:
    body, by = partial.body, partial.variable
    if not isinstance(body, BigSum) or not isinstance(by, Indexed):
        return None
    entries = (t for t in body.parts() if isinstance(t, Indexed) and t.name == by.name)
    if not any(body.index in entry.indices for entry in entries):
        return None
    return Rewritten(body.rebuild((replace(partial, body=body.body),)))


def _through_an_entry(partial: Partial) -> Rewritten | None:
    """f(w_j) of one entry alone; where more stands inside f, the chain rule has its own name for that."""
    body, by = partial.body, partial.variable
    if not isinstance(by, Indexed) or not isinstance(body, Power | Call):
        return None
    varying = {child for child in body.children if child.depends_on(by)}
    entry = varying.pop() if len(varying) == 1 else None
    if not isinstance(entry, Indexed) or entry == by:
        return None
    outer = Partial(body, entry, ordinary=True)
    return Rewritten(Product((outer, replace(partial, body=entry))), {"u": entry, "f": body})


# ---------------------------------------------------------------------------------------------
# Sums that collapse


def _collapse(term: Term) -> Rewritten | None:
    route = _route(term)
    if route is None or not isinstance(term, BigSum):
        return None
    delta = term.at(route)
    rest = _without(term.body, delta)
    if rest is None or not isinstance(delta, Delta):
        return None
    other = delta.second if delta.first == term.index else delta.first
    bindings = {"j": Symbol(term.index), "k": Symbol(other), "delta": delta}
    return Rewritten(rest.with_index(term.index, other), bindings)


def _route(term: Term) -> Path | None:
    """Where in a finished Σ over j a δ_jk stands, if k means the same inside the Σ as outside."""
    if not isinstance(term, BigSum) or any(isinstance(t, Partial) for t in term.parts()):
        return None
    for path, part in term.walk():
        if not isinstance(part, Delta) or term.index not in part.indices:
            continue
        above = [term.at(path[:depth]) for depth in range(1, len(path))]
        bound = {t.index for t in above if isinstance(t, BigSum)}
        if part.first != part.second and not bound.intersection(part.indices):
            return path
    return None


def _without(body: Term, delta: Term) -> Term | None:
    """`body` without its factor δ, or None where δ is not a factor of the whole."""
    if is_number(body, 0):
        return body
    match body:
        case Delta():
            return number(1) if body == delta else None
        case Negative() | BigSum():
            inner = _without(body.children[0], delta)
            return None if inner is None else body.rebuild((inner,))
        case Fraction():
            top = _without(body.numerator, delta)
            return None if top is None else Fraction(top, body.denominator)
        case Sum():
            parts = [_without(part, delta) for part in body.terms]
            kept = tuple(part for part in parts if part is not None)
            return Sum(kept) if len(kept) == len(parts) else None
        case Product():
            return _product_without(body, delta)
        case Cases():
            pairs = [(_without(case.body, delta), case.condition) for case in body.cases]
            cases = tuple(Case(inner, when) for inner, when in pairs if inner is not None)
            return Cases(cases) if len(cases) == len(pairs) else None
    return None


def _product_without(body: Product, delta: Term) -> Term | None:
    for position, factor in enumerate(body.factors):
        inner = _without(factor, delta)
        if inner is not None:
            left = () if is_number(inner, 1) else (inner,)
            return product_of((*body.factors[:position], *left, *body.factors[position + 1 :]))
    return None


def _term_by_term(term: Term) -> Rewritten | None:
    """What stands between a Σ and its δ is linear: it goes to each term of the first sum on the way."""
    route = _route(term)
    if route is None:
        return None
    for depth in range(1, len(route)):
        inner, above = term.at(route[:depth]), term.at(route[: depth - 1])
        if isinstance(inner, Sum) and not isinstance(above, Sum):
            parts = tuple(_in_place_of(above, route[depth - 1], part) for part in inner.terms)
            return Rewritten(term.replace(route[: depth - 1], Sum(parts)))
    return None


def _in_place_of(above: Term, position: int, part: Term) -> Term:
    """`above` with one term of its sum in the sum's place; a subtraction stays one."""
    if isinstance(part, Negative) and not isinstance(above, Negative):
        return Negative(above.replace((position,), part.term))
    return above.replace((position,), part)


def _one_letter(term: Term) -> Rewritten | None:
    """Two sums that differ by their letters alone get the first one's, so that they can be counted."""
    if not isinstance(term, Sum):
        return None
    known: list[BigSum] = []
    for position, each in enumerate(term.terms):
        for path, part in _total_factors(each, (position,)):
            for first in known:
                free = part.index != first.index and first.index not in part.body.names
                if free and part.reindexed(first.index) == first:
                    bindings = {"k": Symbol(part.index), "j": Symbol(first.index)}
                    return Rewritten(term.replace(path, first), bindings)
            known.append(part)
    return None


def _total_factors(term: Term, path: Path) -> Iterator[tuple[Path, BigSum]]:
    """Each Σ that is a term, or a factor of one."""
    if isinstance(term, BigSum):
        yield path, term
    elif isinstance(term, Product | Negative):
        for position, child in enumerate(term.children):
            yield from _total_factors(child, (*path, position))


INDEX = Rule(
    "index rule",
    "∂wⱼ/∂wₖ = δⱼₖ",
    "{f} is {variable} itself where the indices are the same, and does not depend on it elsewhere: {g} is 1 or 0",
    _entry,
    group="atom",
)

ANOTHER_INDEX = Rule(
    "another index",
    "Σₖ fₖ = Σⱼ fⱼ",
    "a sum may count with any letter, and {j} is taken by {variable}: it becomes {k}",
    _another_index,
    group="atom",
)

OVER_THE_ENTRIES = Rule(
    "sum rule over the entries",
    "∂(Σ fⱼ)/∂wₖ = Σ ∂fⱼ/∂wₖ",
    "the derivative of a sum is the sum of the derivatives, however many entries the vector has",
    _over_the_entries,
)

THROUGH_AN_ENTRY = Rule(
    "chain rule for an entry",
    "∂f(wⱼ)/∂wₖ = df/dwⱼ·∂wⱼ/∂wₖ",
    "{f} depends on the vector through {u} alone: derive by {u}, then {u} by {variable}",
    _through_an_entry,
)

COLLAPSE = Rule(
    "collapse of the sum",
    "Σⱼ δⱼₖ·fⱼ = fₖ",
    "{delta} is 0 but for {j} = {k}: one term of the sum is left",
    _collapse,
    group="atom",
    eager=True,
)

TERM_BY_TERM = Rule(
    "term by term",
    "Σ c·(fⱼ + gⱼ) = Σ c·fⱼ + Σ c·gⱼ",
    "each term of the inner sum is taken by itself",
    _term_by_term,
    group="atom",
    eager=True,
)

ONE_LETTER = Rule(
    "one letter for the index",
    "Σₖ fₖ + Σⱼ fⱼ = 2 Σⱼ fⱼ",
    "a sum may count with any letter: {k} becomes {j}, and both sums are the same",
    _one_letter,
    group="clean",
)
