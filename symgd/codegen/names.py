"""Names from outside become Python identifiers that collide with nothing."""

from __future__ import annotations

import builtins
import keyword
import re
from itertools import chain, count

LONGEST = 40
# Every name that a generated module uses by itself; a test reads the generated modules and keeps this complete.
_OWN = """
    ArrayLike COLUMNS Callable CostAndGradient Descent FloatArray Iterator Mapping NDArray NamedTuple PARAMETERS Sequence
    anchor anchored annotations argparse arguments array before best cell cells column columns converged cost cost_and_gradient
    csv curvature delimiter descend direct distance ending error evaluate few file first flag flags found gradient header
    largest learning_rate line lines loaded main many math max_iter move moved moves name names new np number
    old options pairs parameters parser part parts path piece pilot place places point prediction psi pulls rate rates reached
    remedy residual rounding row rows shift sizes slope slopes squares start steps stretch sys table tables terms text title
    titles tolerance trace triangle trouble typing update value values wanted way where
"""
RESERVED = frozenset(_OWN.split()) | frozenset(dir(builtins)) | frozenset(keyword.kwlist)
RESERVED |= frozenset(keyword.softkwlist)


class Names:
    """Gives each thing an identifier of its own, as near to its name as can be, and never a reserved one.

    Examples
    --------
    >>> names = Names()
    >>> names.give("parameter", "lambda"), names.give("column", "x"), names.give("local", "x")
    ('lambda_', 'x', 'x_2')
    >>> names["parameter", "lambda"]
    'lambda_'
    """

    def __init__(self) -> None:
        self._given: dict[tuple[str, str], str] = {}

    def __getitem__(self, key: tuple[str, str]) -> str:
        return self._given[key]

    def give(self, kind: str, name: str, *, own: bool = False) -> str:
        """The identifier for the `kind` of thing called `name`; with `own`, a reserved one may be given."""
        key = (kind, name)
        if key not in self._given:
            reserved = frozenset(keyword.kwlist) if own else RESERVED
            self._given[key] = self._free(identifier(name), reserved)
        return self._given[key]

    def _free(self, wanted: str, reserved: frozenset[str]) -> str:
        taken = reserved | set(self._given.values())
        marked = [f"{wanted}_"] if wanted in reserved else []
        options = chain((wanted, *marked), (f"{wanted}_{number}" for number in count(2)))
        return next(name for name in options if name not in taken)


def identifier(name: str) -> str:
    """`name` with nothing in it but ASCII letters, digits and underscores, a letter first, and not too long."""
    cleaned = re.sub(r"[^A-Za-z0-9_]", "_", name)[:LONGEST].strip("_") or "name"
    return cleaned if cleaned[0].isalpha() else f"v_{cleaned}"
