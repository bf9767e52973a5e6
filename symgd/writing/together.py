"""Names that look like several without a sign between them: xy, ax, xe, xsinx."""

from __future__ import annotations

import re
from collections.abc import Collection

from symgd.terms.functions import ALIASES, FUNCTIONS
from symgd.writing.words import Message, message

MAX_LETTERS = 3  # that stand together; longer names are words
_SHORT = sorted((n for n in (*FUNCTIONS, *ALIASES) if 1 < len(n) < 5 and n.isalpha()), key=len)
_PIECES = re.compile("|".join((*reversed(_SHORT), "[A-Za-z]")))


def run_together(names: Collection[str], also: Collection[str] = ()) -> dict[str, str]:
    """What may be a product of letters, one of which stands alone elsewhere or is among `also`, and that product.

    Examples
    --------
    >>> run_together({"xe", "xsinx", "rate", "beta"}, "x")
    {'xe': 'x*e', 'xsinx': 'x*sin(x)'}
    """
    alone = {name for name in (*names, *also) if len(name) == 1}
    found = {}
    for name in sorted(names):
        pieces = _PIECES.findall(name) if name.isascii() and name.isalpha() else []
        letters = [piece for piece in pieces if len(piece) == 1]
        if len(pieces) > 1 and len(letters) <= MAX_LETTERS and not alone.isdisjoint(letters):
            found[name] = _product(pieces)
    return found


def remarks_on(names: Collection[str], also: Collection[str] = ()) -> tuple[Message, ...]:
    """What to say of names that look like products."""
    said = message('"{name}" was read as one name; for a product write "{product}"')
    found = run_together(names, also).items()
    return tuple(said.filled(name=name, product=product) for name, product in found)


def _product(pieces: list[str]) -> str:
    """The pieces with signs, a function of what follows it."""
    written, waiting = [], ""
    for piece in pieces:
        if len(piece) > 1:
            waiting += f"{piece}("
        else:
            written.append(f"{waiting}{piece}{')' * waiting.count('(')}")
            waiting = ""
    return "*".join((*written, *([f"{waiting}...{')' * waiting.count('(')}"] if waiting else [])))
