"""Vocabulary: what each name on a student's lines means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from symgd import terms as nt
from symgd.derivation.gradient import GENERIC
from symgd.writing.formulas.names import GREEK

# Names that people give these things without being asked; a name that the exercise has itself goes first.
RESIDUALS = ("e", "r", "eps", "epsilon", "err", "error", "Error", "residual", "res")
PREDICTIONS = ("yhat", "y_hat", "ŷ", "y_pred", "pred", "prediction", "p", "h", "h_theta", "f")
COUNTS = ("N", "n", "M", "m")
COSTS = ("J", "E", "L", "C", "Loss", "loss", "Cost", "cost", "MSE", "mse", "SSE", "sse", "S", "Q")
FUNCTION_NAMES = ("f", "y", "g", "h", "F")
SPOKEN = {"sigma": "sigmoid"}
LEARNING_RATES = ("alpha", "eta", "lr", "learning_rate")

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


@dataclass(frozen=True)
class Vocabulary:
    """The names of an exercise, and those that the student has defined."""

    symbols: frozenset[str]  # parameters, counts and all other plain names
    costs: Mapping[str, nt.Abbreviation]  # what the thing to be derived may be called
    variables: tuple[nt.Variable, ...]  # what may be derived by
    columns: Mapping[str, int] = field(default_factory=dict)  # names with indices, and how many
    # What each index counts to, and from.
    bounds: Mapping[str, tuple[nt.Term, nt.Term]] = field(default_factory=dict)
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
        return ", ".join(variable.name for variable in self.variables)

    def defining(self, name: str, meaning: nt.Abbreviation, called: bool = False) -> Vocabulary:
        """The same with one name more, which is perhaps written as a function."""
        functions = self.called | {name} if called else self.called - {name}
        return replace(self, meanings={**self.meanings, name: meaning}, called=functions)

    def has(self, name: str) -> bool:
        """Whether the exercise or the student uses this very name."""
        return name in self.symbols or name in self.columns or name in self.meanings

    def bounds_of(self, index: str) -> tuple[nt.Term, nt.Term]:
        """What an index counts to and from; one that the exercise does not have counts the examples."""
        return self.bounds.get(index) or self.bounds[self.index]

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
            return nt.Indexed(name, (counting[-1] if counting else self.index,))
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
        wanted = indices or counting[-1:]
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

    def variable(self, name: str, counting: tuple[str, ...] = ()) -> nt.Variable | None:
        """What is derived by, under this name."""
        found = self.meaning(name, counting)
        if isinstance(found, nt.Symbol | nt.Indexed | nt.Abbreviation):
            return found
        return nt.Symbol(name) if name in GENERIC else None
