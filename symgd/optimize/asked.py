"""What a caller asks for, looked at before any work is done: numbers, and names of parameters."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence

from symgd.errors import DescentError, SymgdError, parameter
from symgd.registry.options import instead_of


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


def whole_number(
    value: object, name: str, least: int = 0, error: type[SymgdError] = DescentError
) -> int:
    """A whole number, `least` or more, or an `error` that names the option.

    Examples
    --------
    >>> whole_number(True, "epochs", 1)
    Traceback (most recent call last):
    symgd.errors.DescentError: epochs is True; pass a whole number, 1 or more
    """
    try:
        number = -1 if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]  # whatever a caller passes
    except TypeError:
        number = -1
    if number < least:
        raise error(f"{parameter(name)} is {value!r}", f"pass a whole number, {least} or more")
    return number


def expect_parameters(
    option: str,
    names: Iterable[object],
    known: Sequence[str],
    error: type[SymgdError] = DescentError,
) -> None:
    """Refuse an option that names what is no parameter.

    Examples
    --------
    >>> expect_parameters("start", ["aa"], ["a", "b"])
    Traceback (most recent call last):
    symgd.errors.DescentError: start names "aa", which is not a parameter; did you mean a? All are a, b
    """
    for name in names:
        if name not in known:
            cause = f'{parameter(option)} names "{name}", which is not a parameter'
            raise error(cause, instead_of(str(name), known))
