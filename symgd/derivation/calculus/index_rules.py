"""The rules of indices: derivatives by one entry of a vector, and the sums that collapse with them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from symgd import terms as nt
from symgd.writing.steps import Rewritten, Rule


def _entry(partial: nt.Partial) -> Rewritten | None:
    body, by = partial.body, partial.variable
    if not isinstance(body, nt.Indexed) or not isinstance(by, nt.Indexed) or body.name != by.name:
        return None
    pairs = zip(body.indices, by.indices, strict=True)
    after = nt.product_of(tuple(nt.Delta(pair) for pair in pairs if pair[0] != pair[1]))
    return Rewritten(after, {"f": body, "g": after})


def _another_index(partial: nt.Partial) -> Rewritten | None:
    body = partial.body
    if not isinstance(body, nt.BigSum) or body.index not in nt.indices_of(partial.variable):
        return None
    bound = {part.index for part in body.parts() if isinstance(part, nt.BigSum)}
    index = nt.fresh_index(body.names | bound | partial.variable.names)
    after = replace(partial, body=body.reindexed(index))
    return Rewritten(after, {"j": nt.Symbol(body.index), "k": nt.Symbol(index)})


def _over_the_entries(partial: nt.Partial) -> Rewritten | None:
    body, by = partial.body, partial.variable
    if not isinstance(body, nt.BigSum) or not isinstance(by, nt.Indexed):
        return None
    entries = (t for t in body.parts() if isinstance(t, nt.Indexed) and t.name == by.name)
    if not any(body.index in entry.indices for entry in entries):
        return None
    return Rewritten(body.rebuild((replace(partial, body=body.body),)))


def _through_an_entry(partial: nt.Partial) -> Rewritten | None:
    """f(w_j) of one entry alone; where more stands inside f, the chain rule has its own name for that."""
    body, by = partial.body, partial.variable
    if not isinstance(by, nt.Indexed) or not isinstance(body, nt.Power | nt.Call):
        return None
    varying = {child for child in body.children if child.depends_on(by)}
    entry = varying.pop() if len(varying) == 1 else None
    if not isinstance(entry, nt.Indexed) or entry == by:
        return None
    outer = nt.Partial(body, entry, ordinary=True)
    return Rewritten(nt.Product((outer, replace(partial, body=entry))), {"u": entry, "f": body})


# ---------------------------------------------------------------------------------------------
# Sums that collapse


def _collapse(term: nt.Term) -> Rewritten | None:
    route = _route(term)
    if route is None or not isinstance(term, nt.BigSum):
        return None
    delta = term.at(route)
    rest = _without(term.body, delta)
    if rest is None or not isinstance(delta, nt.Delta):
        return None
    (other,) = (index for index in delta.indices if index != term.index)
    bindings = {"j": nt.Symbol(term.index), "k": nt.Symbol(other), "delta": delta}
    return Rewritten(rest.with_index(term.index, other), bindings)


def _collapse_up_to(term: nt.Term) -> Rewritten | None:
    """In a Σ over i, one over j from or up to i, with a δ_jk: its k-th term, for those i for which it has one."""
    if not isinstance(term, nt.BigSum) or not _holds_delta(term):
        return None
    for path, inner in term.walk():
        if not path or not isinstance(inner, nt.BigSum):
            continue
        bounds = inner.lower.names | inner.upper.names
        collapsed = _collapse(inner) if term.index in bounds else None
        if collapsed is not None:
            when = _within(inner, term.index, collapsed.bindings["k"])
            cases = nt.Case(collapsed.after, when), nt.Case(nt.number(0), nt.Otherwise())
            return Rewritten(term.replace(path, nt.Cases(cases)), collapsed.bindings)
    return None


def _within(inner: nt.BigSum, outer: str, position: nt.Term) -> nt.Term:
    """That a position is one of a Σ, whose bounds may hold the index of an outer one."""
    held: list[nt.Term] = []
    if outer in inner.lower.names:
        held.append(nt.Comparison(position, ">=", inner.lower))
    if outer in inner.upper.names:
        held.append(nt.Comparison(position, "<=", inner.upper))
    return held[0] if len(held) == 1 else nt.Junction("and", tuple(held))


def _route(term: nt.Term) -> nt.Path | None:
    """Where in a finished Σ over j a δ_jk stands, if k means the same inside the Σ as outside."""
    if not isinstance(term, nt.BigSum) or not _holds_delta(term) or nt.holds_partial(term):
        return None
    for path, part in term.walk():
        if not isinstance(part, nt.Delta) or term.index not in part.indices:
            continue
        above = [term.at(path[:depth]) for depth in range(1, len(path))]
        bound = {t.index for t in above if isinstance(t, nt.BigSum)}
        if len({*part.indices}) > 1 and not bound.intersection(part.indices):
            return path
    return None


@nt.each_term
def _holds_delta(term: nt.Term) -> bool:
    """Whether a δ is left: most sums have none, and are asked at every step."""
    return isinstance(term, nt.Delta) or any(map(_holds_delta, term.children))


def _without(body: nt.Term, delta: nt.Term) -> nt.Term | None:
    """`body` without its factor δ, or None where δ is not a factor of the whole."""
    if nt.is_number(body, 0):
        return body
    match body:
        case nt.Delta():
            return nt.number(1) if body == delta else None
        case nt.Negative() | nt.BigSum() | nt.Fraction():
            inner, *rest = _without(body.children[0], delta), *body.children[1:]
            return None if inner is None else body.rebuild((inner, *rest))
        case nt.Sum():
            parts = [_without(part, delta) for part in body.terms]
            kept = tuple(part for part in parts if part is not None)
            return nt.Sum(kept) if len(kept) == len(parts) else None
        case nt.Product():
            return _product_without(body, delta)
        case nt.Cases():
            pairs = [(_without(case.body, delta), case.condition) for case in body.cases]
            cases = tuple(nt.Case(inner, when) for inner, when in pairs if inner is not None)
            return nt.Cases(cases) if len(cases) == len(pairs) else None
    return None


def _product_without(body: nt.Product, delta: nt.Term) -> nt.Term | None:
    for position, factor in enumerate(body.factors):
        inner = _without(factor, delta)
        if inner is not None:
            left = () if nt.is_number(inner, 1) else (inner,)
            return nt.product_of((*body.factors[:position], *left, *body.factors[position + 1 :]))
    return None


def _term_by_term(term: nt.Term) -> Rewritten | None:
    """What stands between a Σ and its δ is linear: it goes to each term of the first sum on the way."""
    route = _route(term)
    if route is None:
        return None
    for depth in range(1, len(route)):
        above, position = term.at(route[: depth - 1]), route[depth - 1]
        parts = _parts_of(above, position, term.at(route))
        if parts:
            return Rewritten(term.replace(route[: depth - 1], nt.Sum(parts)))
    return None


def _parts_of(above: nt.Term, position: int, delta: nt.Term) -> tuple[nt.Term, ...]:
    """What has a δ below `position`, as terms; none where it is not to be taken apart."""
    if isinstance(above, nt.Cases):
        return _parts_of_cases(above, position, delta)
    inner = above.children[position]
    if not isinstance(inner, nt.Sum) or isinstance(above, nt.Sum | nt.Case):
        return ()
    return tuple(_in_place_of(above, (position,), part) for part in inner.terms)


def _parts_of_cases(cases: nt.Cases, position: int, delta: nt.Term) -> tuple[nt.Term, ...]:
    """Cases as terms, each with 0 where another has what was there: a sum in one case, or a δ that not all have."""
    if all(_without(case.body, delta) is not None for case in cases.cases):
        return ()
    place = (position, 0)
    zeros = nt.Cases(tuple(nt.Case(nt.number(0), case.condition) for case in cases.cases))
    body = cases.at(place)
    if isinstance(body, nt.Sum):
        first, *others = body.terms
        kept = cases.replace(place, first)
        return (kept, *(_in_place_of(zeros, place, part) for part in others))
    if _without(body, delta) is None:
        return ()
    return _in_place_of(zeros, place, body), cases.replace(place, nt.number(0))


def _in_place_of(above: nt.Term, place: nt.Path, part: nt.Term) -> nt.Term:
    """`above` with one term of its sum in the sum's place; a subtraction stays one."""
    if isinstance(part, nt.Negative) and not isinstance(above, nt.Negative):
        return nt.Negative(above.replace(place, part.term))
    return above.replace(place, part)


def _one_letter(term: nt.Term) -> Rewritten | None:
    """Two sums that differ by their letters alone get the first one's, so that they can be counted."""
    if not isinstance(term, nt.Sum):
        return None
    known: list[nt.BigSum] = []
    for position, each in enumerate(term.terms):
        for path, part in _total_factors(each, (position,)):
            for first in known:
                free = part.index != first.index and first.index not in part.body.names
                if free and part.reindexed(first.index) == first:
                    bindings = {"k": nt.Symbol(part.index), "j": nt.Symbol(first.index)}
                    return Rewritten(term.replace(path, first), bindings)
            known.append(part)
    return None


def _total_factors(term: nt.Term, path: nt.Path) -> Iterator[tuple[nt.Path, nt.BigSum]]:
    """Each Σ that is a term, or a factor of one."""
    if isinstance(term, nt.BigSum):
        yield path, term
    elif isinstance(term, nt.Product | nt.Negative):
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

COLLAPSE_UP_TO = Rule(
    "collapse of the inner sum",
    "Σᵢ Σⱼ₌₁ⁱ δⱼₖ·fⱼ = Σᵢ {fₖ if k ≤ i, 0 otherwise}",
    "{delta} is 0 but for {j} = {k}: one term of the inner sum is left, where that sum goes so far",
    _collapse_up_to,
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
