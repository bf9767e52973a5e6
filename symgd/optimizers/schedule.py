"""Schedule: the learning rate as a formula of the step's number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from symgd import terms as nt
from symgd.errors import DescentError
from symgd.optimizers.formulated import Formulated
from symgd.optimizers.words import ENTRYWISE
from symgd.parsing.formula import CONSTANT_NAMES, parse
from symgd.parsing.tokens import expect_text
from symgd.problem.settings import Setting
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.writing.words import words_in

STEP, LAST, RATE = "t", "T", "alpha"
EXAMPLE = '"0.1/sqrt(t)" or "alpha*(1 - t/(2*T))"'


@names_options
@dataclass(frozen=True, repr=False)
class Schedule(Formulated):
    """The learning rate of each step.

    Parameters
    ----------
    name : str
        As in ``problem.descend(..., schedule=name)``.
    formula : str
        The rate in t (1 in the first step), T (all steps that are made), alpha (the rate that is given or chosen) and
        settings.
    settings : tuple of Setting
    title, source : str
        The full name, and who described it.
    aliases : tuple of str
        Other names that people type.
    calls : mapping of str to str
        How libraries are asked for the same, with the names of ours as arguments.

    Raises
    ------
    FormulaError
        Where the formula cannot be read.
    DescentError
        Where it has a name in it that nobody knows.

    Examples
    --------
    >>> slower = Schedule("slower", "alpha/t^power", (Setting("power", 0.5, "power >= 0", "how fast"),))
    >>> slower.term_at({"power": 1}).value
    alpha/t
    """

    KIND = "schedule"

    name: str
    formula: str
    settings: tuple[Setting, ...] = ()
    title: str = ""
    source: str = "the user"
    aliases: tuple[str, ...] = ()
    calls: Mapping[str, str] = field(default_factory=FrozenMap)

    def __repr__(self) -> str:
        return f"Schedule({self.name}: {self.formula})"

    def __hash__(self) -> int:
        return hash((self.name, self.formula))

    @cached_property
    def term(self) -> nt.Term:
        """The formula as a Term, with the settings' names in it."""
        for name in self.unknown:
            cause = f'"{name}" in the schedule "{self.formula}" has no value'
            raise DescentError(cause, f"a rate is a formula in t, T and alpha, such as {EXAMPLE}")
        return self._parsed

    @property
    def unknown(self) -> list[str]:
        """The names in the formula that nobody knows."""
        return sorted(self._parsed.names - {STEP, LAST, RATE, *self.declared})

    @cached_property
    def _parsed(self) -> nt.Term:
        expect_text(self.formula, "0.1/sqrt(t)")
        term = parse(self.formula, constants=CONSTANT_NAMES, functions=ENTRYWISE)
        if any(isinstance(part, nt.BigSum | nt.Indexed) for part in term.parts()):
            cause = f'the schedule "{self.formula}" has a sum or an index in it'
            raise DescentError(cause, f"write it without, such as {EXAMPLE}")
        self._expect_in([name for name in self.declared if name in term.names])
        return term

    def read(self) -> Schedule:
        """Itself, with its formula read: an error where there is something wrong with it."""
        _ = self.term
        return self

    def term_at(self, given: Mapping[str, float] | None = None) -> nt.Term:
        """The formula in t, T and alpha alone, with the settings' numbers."""
        numbers: dict[nt.Term, nt.Term] = {
            nt.Symbol(name): nt.number(Fraction(repr(value)), decimal=True)
            for name, value in self.chosen(given or {}).items()
        }
        return self.term.substitute(numbers)

    @property
    def needs_rate(self) -> bool:
        """Whether it changes a rate, and is none by itself."""
        return RATE in self.term.names

    @property
    def summary(self) -> Mapping[str, str]:
        words = words_in()
        return {
            "name": self.name,
            "title": words.declared(self.title or self.name),
            "rate": self.formula,
            "source": self.source,
        }
