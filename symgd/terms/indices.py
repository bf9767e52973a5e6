"""Indices: which names of a formula are vectors and tables, and over what their indices run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from symgd.errors import FormulaError
from symgd.terms import BigSum, Indexed, Partial, Symbol, Term

# Beside an index that a Σ binds, x_ij has one of these free.
_USUAL = "ijklmn"


@dataclass(frozen=True)
class Range:
    """What an index runs over: `lower` … `upper`, both counted."""

    lower: Term
    upper: Term


def with_indices(term: Term, bound: frozenset[str] = frozenset()) -> Term:
    """`term` with w_j as an entry of w wherever a Σ counts by j."""
    if isinstance(term, Symbol):
        base, _, below = term.name.partition("_")
        indices = _split(below, bound)
        return Indexed(base, indices) if base and indices else term
    if isinstance(term, BigSum):
        bound |= {term.index}
    return term.map(lambda child: with_indices(child, bound))


def _split(below: str, bound: frozenset[str]) -> tuple[str, ...]:
    """The indices in a subscript, or none: j, and ij letter by letter."""
    if below in bound:
        return (below,)
    own = [letter in bound for letter in below]
    usual = len(below) == 2 and any(own) and {*below} <= {*_USUAL, *bound}
    return tuple(below) if own and (all(own) or usual) else ()


def totals(term: Term) -> Iterator[BigSum]:
    """Every Σ in `term`, an outer one before those in it."""
    return (part for part in term.parts() if isinstance(part, BigSum))


def parts_in_sums(
    term: Term, sums: Mapping[str, BigSum] = MappingProxyType({})
) -> Iterator[tuple[Term, Mapping[str, BigSum]]]:
    """Each part, and what stands behind a name or a ∂ sign, with the Σ that binds each index there.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> [part.name for part, sums in parts_in_sums(parse("c + sum(w[j], j, p)")) if "j" in sums]
    ['w']
    """
    yield term, sums
    if isinstance(term, BigSum):
        sums = {**sums, term.index: term}
    behind = (term.variable,) if isinstance(term, Partial) else term.hidden
    for part in (*term.children, *behind):
        yield from parts_in_sums(part, sums)


def counts(term: Term) -> tuple[str, ...]:
    """The names that say how many terms a Σ has, p and N; they are neither learned nor read."""
    inner = {total.index for total in totals(term)}
    bounds = (bound for total in totals(term) for bound in (total.lower, total.upper))
    found = (t.name for bound in bounds for t in bound.parts() if isinstance(t, Symbol))
    return tuple(name for name in dict.fromkeys(found) if name not in inner)


def vectors(term: Term) -> Mapping[str, tuple[Range | None, ...]]:
    """Each name with indices, and what each of them runs over; None where no Σ says so.

    Raises
    ------
    FormulaError
        Where a name has different numbers of indices, or different ranges.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> list(vectors(parse("sum(w[j]*x[i, j], j, p)")))
    ['w', 'x']
    """
    found: dict[str, tuple[Range | None, ...]] = {}
    for entry, sums in parts_in_sums(term):
        if not isinstance(entry, Indexed):
            continue
        binding = [sums.get(index) for index in entry.indices]
        ranges = tuple(
            None if total is None else Range(total.lower, total.upper) for total in binding
        )
        before = found.setdefault(entry.name, ranges)
        if len(before) != len(ranges):
            raise FormulaError(
                f'"{entry.name}" has {len(before)} indices in one place and {len(ranges)} in another',
                "write another name for one of them",
            )
        found[entry.name] = tuple(_same(entry, *both) for both in zip(before, ranges, strict=True))
    return found


def _same(entry: Indexed, first: Range | None, second: Range | None) -> Range | None:
    if first is not None and second is not None and first != second:
        raise FormulaError(
            f'the index of "{entry.name}" runs over different numbers in two sums',
            "let both sums run over the same, or write another name for one of the vectors",
        )
    return first or second


def check_indices(term: Term) -> None:
    """Refuse names that would mean two things, with a FormulaError."""
    known = vectors(term)
    for name in sorted(t.name for t in term.parts() if isinstance(t, Symbol)):
        if name in known:
            cause = f'"{name}" is a vector in one place and a number in another'
            raise FormulaError(cause, f'write an entry of it, "{name}[j]", or another name')
        if name.partition("_")[0] in known:
            cause = f'"{name}" looks like an entry of the vector "{name.partition("_")[0]}"'
            raise FormulaError(cause, "write another name for one of them")
    sums = [*totals(term)]
    counted, names = counts(term) if sums else (), term.names
    for total in sums:
        if total.index in known or total.index in counted:
            cause = f'"{total.index}" is the index of a sum and a name of another kind'
            raise FormulaError(cause, "count with another letter")
        if total.index in names:
            cause = f'"{total.index}" is the index of a sum, and stands outside it as well'
            raise FormulaError(cause, "count with another letter")
        if any(inner.index == total.index for inner in totals(total.body)):
            cause = f'a sum over "{total.index}" stands inside a sum over "{total.index}"'
            raise FormulaError(cause, "count with two letters")


def entry_named(variable: Symbol | Indexed, body: Term) -> Symbol | Indexed:
    """What is derived by, as an entry where `body` has a vector of that name: w_k is w[k].

    Raises
    ------
    FormulaError
        For a vector as a whole, or an entry with other indices than the vector has.
    """
    known = vectors(body)
    if isinstance(variable, Symbol):
        base, _, below = variable.name.partition("_")
        if below and base in known:
            several = len(known[base]) == len(below) > 1
            variable = Indexed(base, tuple(below) if several else (below,))
    if variable.name in counts(body):
        cause = f'"{variable.name}" says how many terms a sum has'
        raise FormulaError(cause, "derive by a name that can be any number")
    if isinstance(variable, Symbol) and variable.name in known:
        letters = ", ".join("klmn"[: len(known[variable.name])])
        cause = f'"{variable.name}" is a vector'
        raise FormulaError(cause, f'derive by an entry of it, "{variable.name}[{letters}]"')
    if isinstance(variable, Indexed) and len(known.get(variable.name, ())) != len(variable.indices):
        cause = f'"{variable.name}" has not {len(variable.indices)} indices in the formula'
        raise FormulaError(cause, "write as many as it has there")
    return variable
