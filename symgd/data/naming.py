"""How messages show the names of columns and the texts of cells, and which column was meant."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.errors import DataError
from symgd.printable import printable
from symgd.registry.near import near_names


def expect_columns(wanted: Sequence[str], there: Sequence[object], where: str = "") -> None:
    """Raise DataError where a wanted column is not there, or there more than once."""
    for name in wanted:
        if name not in there:
            raise no_column(name, there)
        if there.count(name) > 1:
            cause = f"{where}{there.count(name)} columns are called {quoted(name)}"
            raise DataError(cause, "give each its own name")


def no_column(name: str, there: Sequence[object]) -> DataError:
    """The error for a column that is not among those `there`."""
    near = nearest_name(name, [str(other) for other in there])
    hint = f"; did you mean {quoted(near)}?" if near else ""
    remedy = f"the columns are {listed(there)}{hint}" if there else "pass a table with columns"
    return DataError(f"there is no column {quoted(name)}", remedy)


def nearest_name(name: str, there: Sequence[str]) -> str:
    """The most similar of `there` when letter case is left out of account, or nothing."""
    by_folded = {other.casefold(): other for other in reversed(there)}
    near = near_names(name.casefold(), by_folded)
    return by_folded[near[0]] if near else ""


def listed(names: Sequence[object], limit: int = 20) -> str:
    """Names in quotes, the first `limit` of them."""
    more = f" and {len(names) - limit} more" if len(names) > limit else ""
    return ", ".join(quoted(str(name)) for name in names[:limit]) + more


def quoted(text: str, limit: int = 40) -> str:
    """A text in quotes, shortened, with characters that do not print written as escapes."""
    cut = text if len(text) <= limit else text[: limit - 1] + "…"
    return f'"{printable(cut)}"'
