"""What a caller asks for, looked at before any work is done: numbers."""

from __future__ import annotations

import math

from symgd.errors import DescentError, SymgdError


def finite_number(value: object, label: str, error: type[SymgdError] = DescentError) -> float:
    """A finite float, or an `error` that names what it was to be."""
    try:
        if isinstance(value, bool | str | bytes):
            raise TypeError
        number = float(value)  # type: ignore[arg-type]  # whatever a caller passes
    except (TypeError, ValueError, OverflowError) as fault:
        raise error(f"{label} is {value!r}", "pass a number") from fault
    if not math.isfinite(number):
        raise error(f"{label} is {value!r}", "pass a finite number")
    return number
