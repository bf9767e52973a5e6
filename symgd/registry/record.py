"""Records: what a result says to programs, as JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping


def json_text(record: object) -> str:
    """Plain data as JSON over several lines; null for a number that JSON does not have.

    Examples
    --------
    >>> print(json_text({"cost": math.nan, "rows": (1, 2)}), end="")
    {
      "cost": null,
      "rows": [
        1,
        2
      ]
    }
    """
    return json.dumps(_finite(record), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _finite(value: object) -> object:
    if isinstance(value, Mapping):
        return {name: _finite(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
