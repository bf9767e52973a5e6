"""Fit: a problem's minimum over some data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import sympy

from symgd.data.columns import Columns
from symgd.fit.found import Found
from symgd.fit.task import Task
from symgd.optimize.outcome import Outcome
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Language, words_in


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """The minimum of a cost over data.

    Parameters
    ----------
    task : Task
        What was asked.
    found : Found
        Where the search ended.
    test : Columns, optional
        Rows that were held out.
    """

    task: Task
    found: Found
    test: Columns | None = None

    @property
    def problem(self) -> Problem:
        """The model and its loss."""
        return self.task.problem

    @property
    def data(self) -> Columns:
        """The rows that were fitted."""
        return self.task.columns

    @property
    def parameters(self) -> Mapping[str, float]:
        """Every parameter in the problem's order: what was found, what was fixed, and what is tied to these."""
        values = {**self.found.values, **self.task.fixed}
        waiting = dict(self.task.tied)
        for _ in self.task.tied:  # a tied parameter may hang on another
            for name, formula in [*waiting.items()]:
                if all(str(symbol) in values for symbol in formula.free_symbols):
                    known = {sympy.Symbol(other): value for other, value in values.items()}
                    values[name] = float(formula.evalf(17, subs=known))
                    del waiting[name]
        return FrozenMap({name: float(values[name]) for name in self.problem.parameters})

    @property
    def cost(self) -> float:
        """The problem's cost at the minimum, weighted where there are weights."""
        return self.found.cost

    @property
    def outcome(self) -> Outcome:
        """How the search ended."""
        return self.found.outcome

    @property
    def method(self) -> str:
        """What was done, and why, in one line."""
        return self.found.method.written(words=words_in())

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know, in the language that SYMGD_LANGUAGE names, or English."""
        remarks = (*self.data.remarks, *self.found.remarks)
        return tuple(remark.written(words=words_in()) for remark in remarks)

    def explain(self, *, language: Language = None) -> str:
        """How the minimum was found, at length."""
        words = words_in(language)
        told = (self.found.method, *self.found.account)
        return "\n".join(line.written(words=words) for line in told)

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value:.6g}" for name, value in self.parameters.items())
        cost = f"{self.problem.notation.cost}={self.cost:.6g}"
        return f"Fit({values}, {cost}: {self.outcome.kind})"
