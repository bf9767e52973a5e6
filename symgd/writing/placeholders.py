"""The places in a message, {name}, where its parts are put in."""

from __future__ import annotations

import re

PLACEHOLDER = re.compile(r"\{(\w+)\}")


def placeholders(text: str) -> frozenset[str]:
    """The names in braces of a message.

    Examples
    --------
    >>> sorted(placeholders("{base} to the power {exponent}"))
    ['base', 'exponent']
    """
    return frozenset(PLACEHOLDER.findall(text))
