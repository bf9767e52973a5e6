"""What of a line is new, and what has moved there: told by identity, as the steps were made.

A part has moved where it stands in another order than its fellows that were kept, where it came out of a derivative or
a Σ or went into one, or where it was copied. A part is new where nothing in it was in the line before.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping, Set
from typing import Literal

from symgd.terms import BigSum, Comparison, Equation, Negative, Partial, Path, Sum, Term
from symgd.writing.moves import moves_between
from symgd.writing.outline import Line
from symgd.writing.steps import Step

Change = Literal["moved", "new"]


def changes(line: Line) -> Mapping[Path, Change]:
    """The largest parts of a line's right-hand side that moved or are new; nothing for a first line.

    Where only signs between the parts are new, it is the part that was rewritten, unless that is the whole line.
    """
    if not line.steps:
        return {}
    before, after = line.steps[0].before, line.steps[-1].after
    found = _changes(line.steps, before, after) or {_rewritten(before, after): "moved"}
    found.pop((), None)
    if isinstance(after, Equation | Comparison):
        after = after.right
        found = {
            path[1:]: kind for path, kind in found.items() if path[:1] == (1,) and path != (1,)
        }
    return {
        _seen(line.right, path): kind
        for path, kind in found.items()
        if _is_same(line.right, after, path)
    }


def _changes(steps: tuple[Step, ...], before: Term, after: Term) -> dict[Path, Change]:
    moves = steps[0].moves if len(steps) == 1 else moves_between(before, after)
    kept = [move for move in moves if move.before is not None and move.after is not None]
    starts = {move.after or (): move.before or () for move in kept}
    found: dict[Path, Change] = dict.fromkeys(_new(after, starts.keys()), "new")
    orderly = _in_order(starts)
    for (path, start), move in zip(starts.items(), kept, strict=True):
        along = path in orderly and _under(before, start) == _under(after, path)
        if move.kind != "stays" and not (move.kind == "moves" and along):
            found[path] = "moved"
    return found


def _rewritten(before: Term, after: Term, path: Path = ()) -> Path:
    """The smallest part in which two lines differ."""
    if type(before) is type(after) and len(before.children) == len(after.children):
        pairs = zip(before.children, after.children, strict=True)
        differ = [position for position, (old, new) in enumerate(pairs) if old is not new]
        if len(differ) == 1:
            (position,) = differ
            return _rewritten(
                before.children[position], after.children[position], (*path, position)
            )
    return path


def _in_order(starts: Mapping[Path, Path]) -> frozenset[Path]:
    """As many parts as can be that stand in the same order as before."""
    ends: list[Path] = []
    chains: list[tuple[Path, ...]] = []  # for each length the one that ends first
    for path, start in sorted(starts.items()):
        row = bisect_left(ends, start)
        chain = (*chains[row - 1], path) if row else (path,)
        ends[row : row + 1] = [start]
        chains[row : row + 1] = [chain]
    return frozenset(chains[-1] if chains else ())


def _under(line: Term, path: Path) -> Counter[str]:
    """The derivatives and sums that a part stands under."""
    above = [line.at(path[:n]) for n in range(len(path))]
    derived = Counter(f"∂{part.variable.name}" for part in above if isinstance(part, Partial))
    return derived + Counter(f"Σ{part.index}" for part in above if isinstance(part, BigSum))


def _new(after: Term, old: Set[Path]) -> Iterator[Path]:
    """The largest parts with nothing that was kept in them."""
    above = {path[:n] for path in old for n in range(len(path) + 1)}
    for path, _ in after.walk():
        inside = any(path[:n] in old for n in range(len(path)))
        if path not in above and not inside and (not path or path[:-1] in above):
            yield path


def _is_same(shown: Term, line: Term, path: Path) -> bool:
    """Whether what is shown has the part at the same position; letters may be others."""
    for step in path:
        if step >= len(shown.children) or type(shown) is not type(line):
            return False
        shown, line = shown.children[step], line.children[step]
    return shown.size == line.size


def _seen(line: Term, path: Path) -> Path:
    """Where a part is written: a later term −a of a sum is written as a, after a minus sign."""
    if path and path[-1] and isinstance(line.at(path[:-1]), Sum):
        return (*path, 0) if isinstance(line.at(path), Negative) else path
    return path
