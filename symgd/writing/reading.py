"""Reading: how somebody wants a derivation told. It changes what is shown, never what is derived."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal, TypedDict, get_args

from symgd.errors import DerivationError
from symgd.registry.options import expect_options, instead_of
from symgd.writing.words import Language

Detail = Literal["brief", "standard", "full"]
Inner = Literal["named", "in place"]
DerivativeStyle = Literal["leibniz", "prime"]


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
        for name, choices in CHOICES.items():
            _expect(name, getattr(self, name), choices)


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

    Examples
    --------
    >>> from symgd import differentiate
    >>> differentiate("x^2", "x").latex(detal="full")
    Traceback (most recent call last):
    symgd.errors.UnknownOption: a derivation has no option "detal"; did you mean detail?
    """
    expect_options(options, [*ReadingOptions.__annotations__], "a derivation")
    return Reading(**options)


CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "detail": get_args(Detail),
        "inner": get_args(Inner),
        "derivative_style": get_args(DerivativeStyle),
    }
)


def _expect(name: str, value: Any, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise DerivationError(f"{name} is {value!r}", instead_of(str(value), choices))
