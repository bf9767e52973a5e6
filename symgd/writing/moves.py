"""What became of each sub-term from one line to the next, told by identity."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from symgd.terms import Path, Term
from symgd.terms.identity_map import IdentityMap


@dataclass(frozen=True)
class Move:
    """What became of one sub-term: it stays or moves, is copied, is born (no `before`) or dies (no `after`)."""

    kind: Literal["stays", "moves", "copies", "born", "dies"]
    before: Path | None
    after: Path | None


def moves_between(before: Term, after: Term) -> tuple[Move, ...]:
    """What became of each sub-term, told by identity: a rewrite keeps the objects that it keeps.

    Only the largest sub-terms are listed; what is inside one that moved has moved with it.

    Examples
    --------
    >>> from symgd.terms import Sum, Symbol
    >>> a, b = Symbol("a"), Symbol("b")
    >>> [(move.kind, move.before, move.after) for move in moves_between(Sum((a, b)), Sum((b, a)))]
    [('moves', (1,), (0,)), ('moves', (0,), (1,))]
    """
    paths: IdentityMap[Term, list[Path]] = IdentityMap()
    for path, term in before.walk():
        paths.once(term, list).append(path)
    staying = set(_staying(before, after))
    moves: list[Move] = []
    kept: list[tuple[Path, Term]] = []

    def visit(term: Term, path: Path) -> None:
        if path in staying:
            moves.append(Move("stays", path, path))
        elif term in paths:
            kept.append((path, term))
        elif term.children:
            for position, child in enumerate(term.children):
                visit(child, (*path, position))
        else:
            moves.append(Move("born", None, path))

    visit(after, ())
    stayed = [move.after for move in moves if move.after is not None and move.kind == "stays"]
    used = {inner for path in stayed for inner in _inside(before.at(path), path)}
    # A large part takes its origin before a small one that is the same object as something inside it.
    for path, term in sorted(kept, key=lambda pair: -pair[1].size):
        origins = paths[term]
        fresh = [start for start in origins if used.isdisjoint(_inside(term, start))]
        origin = min(fresh or origins, key=lambda start: abs(len(start) - len(path)))
        used.update(_inside(term, origin) if fresh else ())
        moves.append(Move("moves" if fresh else "copies", origin, path))
    moves.sort(key=lambda move: move.after or ())
    dead = [path for path, term in before.walk() if not term.children and path not in used]
    return (*moves, *(Move("dies", path, None) for path in dead))


def _staying(before: Term, after: Term, path: Path = ()) -> Iterator[Path]:
    """The paths of the largest sub-terms that are the same object at the same place."""
    if before is after:
        yield path
        return
    for position, (old, new) in enumerate(zip(before.children, after.children, strict=False)):
        yield from _staying(old, new, (*path, position))


def _inside(term: Term, path: Path) -> Iterator[Path]:
    return (inner for inner, _ in term.walk(path))
