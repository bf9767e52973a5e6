"""Some entries, rows or columns of an array as text, by slices alone: these are traced and compiled by every library."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.codegen.targets.over_matrix import back, runs


def picked(name: str, places: Sequence[int], count: int, axis: int | None = None) -> str:
    """Some entries of an array of so many, or rows or columns of a matrix, in this order.

    Examples
    --------
    >>> picked("point", [0, 1, 2], 4), picked("point", [0, 1], 2)
    ('point[:3]', 'point')
    >>> picked("X", [2, 0, 1], 3, axis=1)
    'xp.concat([X[:, 2:], X[:, :2]], axis=1)'
    """
    found = runs(places)
    if found == [(0, count)]:
        return name
    before, after = {None: ("", ""), 0: ("", ", :"), 1: (":, ", "")}[axis]
    cuts = [f"{name}[{before}{a or ''}:{'' if b == count else b}{after}]" for a, b in found]
    if len(cuts) == 1:
        return cuts[0]
    return f"xp.concat([{', '.join(cuts)}]{', axis=1' if axis else ''})"


def spread(name: str, places: Sequence[int], count: int) -> str:
    """The lines that make of entries at some places as many as there are parameters, with 0 elsewhere."""
    rest = [place for place in range(count) if place not in {*places}]
    if not rest and [*places] == [*range(count)]:
        return ""
    zeros = picked("point", rest, count)
    lines = f"    {name} = xp.concat([{name}, xp.zeros_like({zeros})])\n" if rest else ""
    order = back([*places, *rest])
    if order != [*range(count)]:
        lines += f"    {name} = {picked(name, order, count)}\n"
    return lines
