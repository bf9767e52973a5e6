"""Reading: how somebody wants a derivation told. It changes what is shown, never what is derived."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypedDict, get_args

from symgd.errors import DerivationError
from symgd.registry.near import near_names
from symgd.registry.options import expect_options, instead_of
from symgd.writing.words import Language

Detail = Literal["brief", "standard", "full"]
Inner = Literal["named", "in place"]
DerivativeStyle = Literal["leibniz", "prime"]

_CHOICES: Mapping[str, Any] = {
    "detail": Detail,
    "inner": Inner,
    "derivative_style": DerivativeStyle,
}
_LEFT_OUT = re.compile(r"\b(rule|derivative of|the)\b")


@dataclass(frozen=True)
class Reading:
    """How a derivation is told.

    Parameters
    ----------
    detail : {"brief", "standard", "full"}
        The lines that a paper prints, those that a lesson shows, or a line for every step.
    known : collection of str
        The rules that the reader knows, "power" or "power rule": their steps make no line of their own and give no
        reason.
    inner : {"named", "in place"}
        Whether the chain rule gives the inner function a letter, u = …, or writes it in its place.
    derivative_style : {"leibniz", "prime"}
        How a derivative still to be taken is written: d/dx f and ∂J/∂m, or f′ and J′ with m below.
    language : str or path, optional
        "en", "fr", or a .po file with the words of another language; without it, what the environment variable
        SYMGD_LANGUAGE says, else English. Formulas keep their decimal point in every language.
    shapes : bool
        Whether the parts of a line with matrices are written with their rows and columns, p×N.

    Raises
    ------
    DerivationError
        For a value that is none of these.

    Examples
    --------
    >>> Reading(known="power, sum").known == {"power", "sum"}
    True
    """

    detail: Detail = "standard"
    known: Collection[str] = frozenset()
    inner: Inner = "named"
    derivative_style: DerivativeStyle = "leibniz"
    language: Language = None
    shapes: bool = False

    def __post_init__(self) -> None:
        names = self.known.split(",") if isinstance(self.known, str) else self.known
        try:
            known = frozenset(name.strip() for name in names) - {""}
        except (AttributeError, TypeError):
            raise DerivationError(
                f"known is {self.known!r}", 'expected names of rules, such as {"power", "sum"}'
            ) from None
        object.__setattr__(self, "known", known)
        for name, choices in _CHOICES.items():
            value = getattr(self, name)
            if value not in get_args(choices):
                remedy = instead_of(str(value), get_args(choices))
                raise DerivationError(f"{name} is {value!r}", remedy)


class ReadingOptions(TypedDict, total=False):
    """The fields of a Reading as keywords."""

    detail: Detail
    known: Collection[str]
    inner: Inner
    derivative_style: DerivativeStyle
    language: Language
    shapes: bool


def reading_from(options: ReadingOptions) -> Reading:
    """The reading that some options ask for.

    Raises
    ------
    UnknownOption
        For an option that a reading has not.
    """
    expect_options(options, [*ReadingOptions.__annotations__], "a derivation")
    return Reading(**options)


def known_rules(
    known: Collection[str], used: Collection[str], others: Iterable[str] = ()
) -> frozenset[str]:
    """The full names of the rules called `known`, among those that a derivation uses and others."""
    if not known:
        return frozenset()
    by_short = {_short(full): full for full in (*others, *used)}
    return frozenset(_found(name, by_short, dict.fromkeys(used)) for name in known)


def _found(name: str, by_short: Mapping[str, str], used: Iterable[str]) -> str:
    short = _short(name)
    if short in by_short:
        return by_short[short]
    close = near_names(short, by_short, count=3)
    expected = " or ".join(f'"{by_short[match]}"' for match in close)
    raise DerivationError(
        f'there is no rule "{name}" that can be known',
        f"did you mean {expected}?" if close else f"this derivation uses {', '.join(used)}",
    )


def _short(name: str) -> str:
    """A rule's name without what people leave out: "power" for "power rule"."""
    plain = re.sub(r"[-_\s]+", " ", name.casefold())
    return " ".join(_LEFT_OUT.sub(" ", plain).split())
