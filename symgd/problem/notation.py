"""Notation: the letters in which a cost is written."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal, TypeAlias, TypedDict, get_args

from symgd.errors import ProblemError, either
from symgd.parsing.tokens import expect_short
from symgd.registry.options import names_options

ResidualSign: TypeAlias = Literal["prediction - target", "target - prediction"]
Constants: TypeAlias = Literal["outside", "inside"]
_LETTERS = ("cost", "count", "index", "residual", "prediction")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9_]+)?")


def _asked(role: str) -> str:
    """How a letter is asked for, in a message."""
    option = "--cost-name" if role == "cost" else f"--{role}"
    return either(f"the notation's {role}", option)


@names_options
@dataclass(frozen=True)
class Notation:
    """How the cost is written. Values never change with it, except for the residual's own sign.

    Parameters
    ----------
    cost, count, index : str
        The names of the cost, of the number of examples, and of the index that counts them.
    residual : str or None
        A name for the residual, such as "e" or "Error"; None writes it out.
    prediction : str or None
        A name for the prediction, such as "p"; None leaves it to the loss, which names what it has more than once.
    residual_sign : {"prediction - target", "target - prediction"}
        Which is taken from which.
    constants : {"outside", "inside"}
        Whether factors common to all examples are moved before the Σ in the last lines.

    Examples
    --------
    >>> from symgd import Problem
    >>> print(Problem("m*x", notation=Notation(cost="MSE", count="n")).derive("m"))  # doctest: +ELLIPSIS
    MSE = (1/n) Σᵢ (m xᵢ − yᵢ)²
    ...
    """

    cost: str = "J"
    count: str = "N"
    index: str = "i"
    residual: str | None = None
    residual_sign: ResidualSign = "prediction - target"
    constants: Constants = "outside"
    prediction: str | None = None

    def __post_init__(self) -> None:
        for role in _LETTERS:
            name = getattr(self, role)
            expect_short(name if isinstance(name, str) else "")
            optional = name is None and role in ("residual", "prediction")
            if not optional and not (isinstance(name, str) and _NAME.fullmatch(name)):
                remedy = "use letters, digits and one underscore, beginning with a letter"
                raise ProblemError(f'{_asked(role)} is "{name}", which is not a name', remedy)
        for role, words in (("residual_sign", ResidualSign), ("constants", Constants)):
            if getattr(self, role) not in get_args(words):
                expected = " or ".join(f'"{value}"' for value in get_args(words))
                cause = f"notation: {role} is {getattr(self, role)!r}"
                raise ProblemError(cause, f"expected {expected}")

    def expect_apart(self, used: Collection[str]) -> None:
        """Refuse a letter that is among the names `used`, or is two things."""
        roles: dict[str, str] = {}
        for role in _LETTERS:
            name = getattr(self, role)
            if name in used or name in roles:
                if name in used:
                    cause = f'"{name}" is a name in the formula and {_asked(role)}'
                else:
                    cause = f'{_asked(roles[name])} and {_asked(role)} are both "{name}"'
                raise ProblemError(cause, "choose another for one of them")
            if name:
                roles[name] = role


class NotationOptions(TypedDict, total=False):
    """The fields of a Notation as keywords."""

    cost: str
    count: str
    index: str
    residual: str | None
    residual_sign: ResidualSign
    constants: Constants
    prediction: str | None


def notation_beside(used: set[str]) -> Notation:
    """The usual notation, with other letters where the formula uses its own."""
    letters = {"cost": "J C F", "count": "N n M", "index": "i k j l"}
    free = {
        role: next(name for name in (*names.split(), f"{names[0]}_0") if name not in used)
        for role, names in letters.items()
    }
    return Notation(cost=free["cost"], count=free["count"], index=free["index"])
