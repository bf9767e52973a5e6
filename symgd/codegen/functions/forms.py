"""Parameters as callers hold them: by name, in a tuple or a list, in an array, or one alone as a number.

Laws
----
- what is worked out for each parameter is answered in the form that the parameters came in
- by position, the order is the problem's; by name, every parameter is there and nothing else
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.errors import ProblemError
from symgd.registry.options import expect_known

Parameters: TypeAlias = Mapping[str, float] | Sequence[float] | FloatArray | float
Form = TypeVar("Form", bound=Parameters)


def is_by_name(parameters: object) -> bool:
    """Whether parameters come with names: a mapping, or what has keys as one has, such as a Series."""
    if isinstance(parameters, Mapping):
        return True
    keys = getattr(parameters, "keys", None)
    return callable(keys) and all(isinstance(key, str) for key in keys())


def values_in(parameters: Any, names: Sequence[str]) -> list[float]:
    """The parameters' values in the order of `names`; ProblemError where they are others.

    Examples
    --------
    >>> values_in({"b": 0.5, "m": 2}, ["m", "b"]), values_in(np.array([1.0, 2.0]), ["m", "b"])
    ([2.0, 0.5], [1.0, 2.0])
    """
    if type(parameters) is np.ndarray and parameters.ndim == 1 and parameters.dtype == np.float64:
        values: list[float] = parameters.tolist()
    elif is_by_name(parameters):
        values = _by_name(parameters, names)
    else:
        values = _in_order(parameters, names)
    if len(values) != len(names):
        cause = f"{len(values)} numbers are passed for the parameters {', '.join(names)}"
        raise ProblemError(cause, "pass one for each, in this order, or a mapping by name")
    return values


def _by_name(parameters: Any, names: Sequence[str]) -> list[float]:
    expect_known(parameters.keys(), names, "parameter", ProblemError)
    for name in names:
        if name not in parameters.keys():  # noqa: SIM118  a Series would look among its values
            remedy = f'pass all of {", ".join(names)}: {{"{name}": 0.0}}'
            raise ProblemError(f'the parameter "{name}" has no value', remedy)
    return [_number(parameters[name], name) for name in names]


def _in_order(parameters: Any, names: Sequence[str]) -> list[float]:
    if isinstance(parameters, str | bytes | set | frozenset):
        cause = f"the parameters are a {type(parameters).__name__}"
        raise ProblemError(cause, f"pass numbers for {', '.join(names)}, or a mapping by name")
    shape = np.shape(parameters) if not isinstance(parameters, list | tuple) else (len(parameters),)
    if shape == ():
        return [_number(parameters, names[0])]
    if len(shape) > 1:
        cause = f"the parameters have shape {shape}, where ({len(names)},) is meant"
        raise ProblemError(cause, "pass an array of shape (p,), such as parameters.ravel()")
    return [_number(value, f"number {place}") for place, value in enumerate(parameters, 1)]


def _number(value: Any, name: str) -> float:
    try:
        if isinstance(value, str | bytes):
            raise TypeError("a text")
        return float(value)
    except (TypeError, ValueError, OverflowError, RuntimeError) as error:
        kind = type(value).__name__
        cause = (
            f"the parameter {name}, a {kind}, is no number ({' '.join(str(error).split())[:80]})"
        )
        raise ProblemError(cause, "pass numbers, or arrays that NumPy can read") from error


def in_form_of(parameters: Form, names: Sequence[str], values: Sequence[float]) -> Form:
    """One number for each of the names, in the form that the parameters came in.

    Examples
    --------
    >>> in_form_of({"b": 0.5, "m": 2}, ["m", "b"], [1.0, 3.0]), in_form_of((2, 0.5), "mb", [1.0, 3.0])
    ({'b': 3.0, 'm': 1.0}, (1.0, 3.0))
    """
    given: Any = parameters
    made: Any
    if type(given) is np.ndarray:
        made = np.array(values).reshape(given.shape)
    elif is_by_name(given):
        made = {name: values[names.index(name)] for name in given.keys()}  # noqa: SIM118
    elif hasattr(given, "_make"):
        made = given._make(values)
    elif isinstance(given, list | tuple):
        made = type(given)(values) if type(given) in (list, tuple) else [*values]
    else:
        made = values[0] if np.ndim(given) == 0 else np.array(values)
    return made  # type: ignore[no-any-return]  # its type is that of the parameters, by the branches above
