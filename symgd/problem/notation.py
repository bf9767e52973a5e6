"""Notation: the letters in which a cost is written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypedDict

from symgd.errors import ProblemError, either
from symgd.registry.options import names_options

ResidualSign = Literal["prediction - target", "target - prediction"]
Constants = Literal["outside", "inside"]
LETTERS = ("cost", "count", "index", "residual", "prediction")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(_[A-Za-z0-9_]+)?")


def asked(role: str) -> str:
    """How one of LETTERS is asked for, in a message."""
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
    """

    cost: str = "J"
    count: str = "N"
    index: str = "i"
    residual: str | None = None
    residual_sign: ResidualSign = "prediction - target"
    constants: Constants = "outside"
    prediction: str | None = None

    def __post_init__(self) -> None:
        for role in LETTERS:
            name = getattr(self, role)
            optional = name is None and role in ("residual", "prediction")
            if not optional and not (isinstance(name, str) and _NAME.fullmatch(name)):
                remedy = "use letters, digits and one underscore, beginning with a letter"
                raise ProblemError(f'{asked(role)} is "{name}", which is not a name', remedy)
        for role, known in (
            ("residual_sign", ("prediction - target", "target - prediction")),
            ("constants", ("outside", "inside")),
        ):
            if getattr(self, role) not in known:
                expected = " or ".join(f'"{value}"' for value in known)
                cause = f"notation: {role} is {getattr(self, role)!r}"
                raise ProblemError(cause, f"expected {expected}")


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
