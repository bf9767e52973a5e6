"""Vocabulary: what each name on a student's lines means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from symgd import terms as nt
from symgd.derivation.gradient import GENERIC
from symgd.terms.functions import ALIASES, FUNCTIONS, SHORTHANDS
from symgd.writing.formulas.names import GREEK

# Names that people give these things without being asked; a name that the exercise has itself goes first.
RESIDUALS = ("e", "r", "eps", "epsilon", "err", "error", "Error", "residual", "res")
PREDICTIONS = ("yhat", "y_hat", "ŷ", "y_pred", "pred", "prediction", "p", "h", "h_theta", "f")
COUNTS = ("N", "n", "M", "m")
COSTS = ("J", "E", "L", "C", "Loss", "loss", "Cost", "cost", "MSE", "mse", "SSE", "sse", "S", "Q")
FUNCTION_NAMES = ("f", "y", "g", "h", "F")
SPOKEN = {"sigma": "sigmoid"}
MAX_TOGETHER = 20  # letters of names that stand together without a sign
LEARNING_RATES = ("alpha", "eta", "lr", "learning_rate", "gamma")

# What an index counts to, and from.
Bounds: TypeAlias = tuple[nt.Term, nt.Term]

_LETTER_NAMES = {letter: name for name, letter in GREEK.items()}
_LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ", "0123456789aehijklmnoprstuvx")
_LOWERED_RUN = re.compile("[₀-₉ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ]+")


def spelled(name: str) -> str:
    """A name in one spelling: θ₁ and theta_1, x_{i} and xᵢ are the same."""
    name = unicodedata.normalize("NFC", name)
    name = _LOWERED_RUN.sub(lambda run: f"_{run.group().translate(_LOWERED)}", name)
    name = re.sub(r"[{}(),\s]", "", name).replace("__", "_")
    base, sign, subscript = name.partition("_")
    lowered = "".join(_LETTER_NAMES.get(letter, letter) for letter in subscript)
    return _LETTER_NAMES.get(base, base) + sign + lowered


def is_function(name: str) -> bool:
    """Whether a name in one spelling is a function's."""
    return SPOKEN.get(name, name) in {*FUNCTIONS, *ALIASES, *SHORTHANDS}


@dataclass(frozen=True)
class Vocabulary:
    """The names of an exercise, and those that the student has defined."""

    symbols: frozenset[str]  # parameters, counts and all other plain names
    costs: Mapping[str, nt.Abbreviation]  # what the thing to be derived may be called
    variables: tuple[nt.Variable, ...]  # what may be derived by
    columns: Mapping[str, int] = field(default_factory=dict)  # names with indices, and how many
    # What each index counts to, and from.
    bounds: Mapping[str, Bounds] = field(default_factory=dict)
    # What the index at a place of a column, vector or table counts to, and from: ("x", 1) is the second of x_ij.
    ranges: Mapping[tuple[str, int], Bounds] = field(default_factory=dict)
    # Names that stand for longer Terms: residuals, predictions, the student's own.
    meanings: Mapping[str, nt.Abbreviation] = field(default_factory=dict)
    # Such names that nobody has defined: e for the residual, where nothing else is called e.
    usual: Mapping[str, nt.Abbreviation] = field(default_factory=dict)
    # Names for longer Terms that may be written as functions of the data, h(x_i).
    called: frozenset[str] = frozenset(PREDICTIONS)
    ordinary: bool = False  # there is one name only, so that d/dx is written and not ∂/∂x

    @property
    def index(self) -> str:
        """The index that counts the examples, which a bare x means."""
        return next(iter(self.bounds), "i")

    def is_loose(self, term: nt.Term) -> bool:
        """Whether the index that counts the examples stands outside every Σ."""
        return bool(self.bounds) and self.index in term.names

    @property
    def known(self) -> tuple[str, ...]:
        """The names that an error can offer."""
        return (*sorted({*self.symbols, *self.columns}), *self.meanings)

    @property
    def parameters(self) -> str:
        """What may be derived by, as an error lists it."""
        return ", ".join(
            "_".join((v.name, "".join(nt.indices_of(v)))).strip("_") for v in self.variables
        )

    def defining(self, name: str, meaning: nt.Abbreviation, called: bool = False) -> Vocabulary:
        """The same with one name more, which is perhaps written as a function."""
        functions = self.called | {name} if called else self.called - {name}
        return replace(self, meanings={**self.meanings, name: meaning}, called=functions)

    def has(self, name: str) -> bool:
        """Whether the exercise or the student uses this very name."""
        return name in self.symbols or name in self.columns or name in self.meanings

    def bounds_of(self, index: str, body: nt.Term) -> tuple[Bounds, ...]:
        """What an index counts to and from, as its places in `body` say, whatever letter it is.

        One that stands nowhere counts as the exercise's own of that letter does, else the examples.
        """
        found = dict.fromkeys(
            self.ranges[place] for place in _places(body, index) if place in self.ranges
        )
        return tuple(found) or (self.bounds.get(index) or self.bounds[self.index],)

    def counts_examples(self, index: str) -> bool:
        """Whether an index may count the examples: its letter does not say that it counts anything else."""
        return self.bounds.get(index, self.bounds[self.index]) == self.bounds[self.index]

    def example(self, counting: tuple[str, ...]) -> str:
        """The index of the examples where the indices `counting` are bound."""
        return next((i for i in reversed(counting) if self.counts_examples(i)), self.index)

    def meaning(self, name: str, counting: tuple[str, ...] = ()) -> nt.Term | None:
        """What a name in one spelling means where the indices `counting` are bound; None if it is not known."""
        found = self._whole(name, counting) or self._with_indices(name, counting)
        if found is None and name in COUNTS and self.bounds:
            return self.bounds[self.index][0]  # N, where the student writes n for it
        return found

    def _whole(self, name: str, counting: tuple[str, ...]) -> nt.Term | None:
        if name in self.symbols:
            return nt.Symbol(name)
        if name in self.meanings or name in self.usual:
            return self._abbreviation(name, (), counting)
        if self.columns.get(name) == 1:
            return nt.Indexed(name, (self.example(counting),))
        if name == "pi":
            return nt.Constant("pi")
        joined = {known.replace("_", ""): known for known in (*self.symbols, *self.columns)}
        other = joined.get(name.replace("_", ""))
        return self._whole(other, counting) if other and other != name else None

    def _abbreviation(
        self, name: str, indices: tuple[str, ...], counting: tuple[str, ...]
    ) -> nt.Term:
        term = self.meanings.get(name) or self.usual[name]
        own = term.indices or ((self.index,) if self.bounds and self.index in term.names else ())
        wanted = indices or ((self.example(counting),) if counting else ())
        for old, new in zip(own, wanted, strict=False):
            term = term.with_index(old, new) if old != new else term
        return term

    def _with_indices(self, name: str, counting: tuple[str, ...]) -> nt.Term | None:
        """x_i, xi, x_ij: a known name and its indices."""
        for length in (1, 2, 3):
            indices = tuple(name[-length:])
            base = name[:-length].rstrip("_")
            if not any(base in known for known in (self.columns, self.meanings, self.usual)):
                base = base.replace("_", "")
            if not base or not all(letter.isalpha() for letter in indices):
                continue
            apart = name[-length - 1] == "_" or set(indices) <= {*self.bounds, *counting}
            if apart and self.columns.get(base) == length:
                return nt.Indexed(base, indices)
            if apart and length == 1 and (base in self.meanings or base in self.usual):
                return self._abbreviation(base, indices, counting)
        return None

    def pieces(
        self, text: str, counting: tuple[str, ...] = (), raised: bool = False
    ) -> tuple[str, ...]:
        """The known names that a text is made of, mx_i of m and x_i, xcos2x of x, cos, 2 and x; none where it is not.

        e may be the last, where it is `raised` to a power; the last is never a function.
        """
        if len(text) > MAX_TOGETHER:
            return ()
        if self.meaning(spelled(text), counting) is not None or (raised and text == "e"):
            return (text,)
        for length in range(len(text) - 1, 0, -1):
            head, rest = text[:length], text[length:]
            function = len(head) > 1 and is_function(head)
            if not function and self.meaning(spelled(head), counting) is None:
                continue
            number = re.match(r"\d*", rest if function else "").group()  # type: ignore[union-attr]
            rest = rest[len(number) :]
            tail = self.pieces(rest, counting, raised) if rest[:1].isalpha() else ()
            if tail:
                return (head, *filter(None, (number,)), *tail)
        return ()

    def variable(self, name: str, counting: tuple[str, ...] = ()) -> nt.Variable | None:
        """What is derived by, under this name."""
        if any(isinstance(v, nt.Indexed) and v.name == name for v in self.variables):
            return None  # which entry is not said
        found = self.meaning(name, counting)
        while isinstance(found, nt.Abbreviation) and isinstance(found.definition, nt.Variable):
            found = found.definition  # another name for the same: theta_1 = m
        if isinstance(found, nt.Symbol | nt.Indexed | nt.Abbreviation):
            return found
        return nt.Symbol(name) if name in GENERIC else None


def _places(term: nt.Term, index: str) -> Iterator[tuple[str, int]]:
    """Where a free index stands: the names that have it, and which of their indices it is."""
    if isinstance(term, nt.Indexed):
        yield from ((term.name, place) for place, own in enumerate(term.indices) if own == index)
    elif index in term.names:
        for part in (*term.children, *term.hidden):
            yield from _places(part, index)
