"""Run: a descent that has ended."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symgd.data.columns import Columns
from symgd.optimize.curvature import Landscape, Minimum
from symgd.optimize.outcome import Outcome
from symgd.optimize.trace import Trace
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Message, words_in

Route: TypeAlias = Literal["data summary", "arrays"]


@dataclass(frozen=True, repr=False)
class Run:
    """A descent that has ended.

    Parameters
    ----------
    problem : Problem
    data : Columns
    trace : Trace
    outcome : Outcome
    learning_rate : float
    landscape : Landscape
        Exact minimum and curvature, where they are known.
    route : {"data summary", "arrays"}
        What the cost was evaluated from.
    remarks : tuple of Message
        Decisions that the reader should know.
    """

    problem: Problem
    data: Columns
    trace: Trace
    outcome: Outcome
    learning_rate: float
    landscape: Landscape
    route: Route
    remarks: tuple[Message, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks in the language that SYMGD_LANGUAGE names, or English."""
        return tuple(remark.written(words=words_in()) for remark in self.remarks)

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return len(self.trace) - 1

    @property
    def parameters(self) -> Mapping[str, float]:
        """The parameters at the end, by name."""
        last = self.trace.table[-1].tolist()
        return FrozenMap(dict(zip(self.trace.parameters, last, strict=False)))

    @property
    def cost(self) -> float:
        """The cost at the end."""
        return float(self.trace.cost[-1])

    @property
    def exact(self) -> Minimum | None:
        """The exact minimum, where it is known."""
        return self.landscape.exact

    @property
    def curvature(self) -> tuple[float, ...] | None:
        """The Hessian's eigenvalues in ascending order, where they are the same everywhere."""
        return self.landscape.curvature

    @property
    def largest_stable_rate(self) -> float | None:
        """The learning rate from which on descent does not settle, where it is known."""
        return self.landscape.largest_stable_rate

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value:.6g}" for name, value in self.parameters.items())
        cost = f"{self.problem.notation.cost}={self.cost:.6g}"
        step = "step" if self.steps == 1 else "steps"
        return (
            f"Run({values}, {cost}: {self.outcome.kind} after {self.steps} {step} "
            f"at learning rate {self.learning_rate:.6g})"
        )
