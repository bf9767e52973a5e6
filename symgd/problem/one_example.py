"""OneExample: the loss of one example, by itself, as something to be derived: what a step of stochastic descent uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from symgd import terms as nt
from symgd.problem.problem import Problem
from symgd.terms.function import Function
from symgd.writing.words import Message, message

LETTERS = ("L", "l", "q", "L_one")  # what the loss of one example may be called


@dataclass(frozen=True)
class OneExample:
    """One example's loss, L_i, in the place of the cost.

    Examples
    --------
    >>> from symgd.writing.formulas.text import text
    >>> text(OneExample(Problem("m*x + b")).cost_name.definition)
    '(m xᵢ + b − yᵢ)²'
    """

    problem: Problem

    @cached_property
    def cost_name(self) -> nt.Abbreviation:
        """L_i, which stands for the loss."""
        loss, notation = self.problem.example_loss, self.problem.notation
        taken = {*self.problem.cost_name.definition.written_out().names, *vars(notation).values()}
        taken |= {name.name for name in nt.abbreviations(loss)}
        letter = next(letter for letter in LETTERS if letter not in taken)
        return nt.Abbreviation(letter, loss, (notation.index,))

    @property
    def said(self) -> tuple[Message, ...]:
        """What of the cost is in no example's loss."""
        cost, found = self.problem.written_cost, list[Message]()
        if cost.weight is not None:
            found.append(
                message(
                    "the weight {weight} belongs to the cost, and is in no one example's loss",
                    weight=cost.weight,
                )
            )
        if cost.penalty is not None:
            found.append(
                message(
                    "the penalty {penalty} belongs to the cost, and is in no one example's loss",
                    penalty=cost.penalty,
                )
            )
        return tuple(found)

    @property
    def symbols(self) -> tuple[nt.Variable, ...]:
        """What it is derived by."""
        return self.problem.symbols

    @property
    def functions(self) -> Mapping[str, Function]:
        """What its formulas may call."""
        return self.problem.functions

    @property
    def constants_inside(self) -> bool:
        """There is no Σ."""
        return False
