"""Statement: one "= …" of a student's text; and Mark, what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from symgd import terms as nt

# The derivative that is asked for, u = …, J = …, m = m − α·∂J/∂m, or anything else.
Kind = Literal["derivative", "definition", "cost", "update", "side"]
Status = Literal["right", "wrong", "follows", "right again"]


@dataclass(frozen=True)
class Statement:
    """One "= …" of a student's text."""

    line: int  # counted from 1
    written: str
    kind: Kind
    left: nt.Term  # what it is said to be equal to
    readings: tuple[nt.Term, ...]  # what it may mean, the usual reading first
    opens: bool  # it stands beside a left-hand side of its own, so that it begins a chain
    is_all: bool = True  # whether there are no more readings
    lefts: tuple[nt.Term, ...] = ()  # what else the left-hand side may mean
    is_assumed: bool = False  # it may be a derivative, or the left-hand side of an equation


@dataclass(frozen=True)
class Mark:
    """One statement, marked.

    Parameters
    ----------
    line : int
        Counted from 1.
    written : str
        What stands there.
    left, term : Term
        What it is said to be equal to, and how it was read.
    status : {"right", "wrong", "follows", "right again"}
        "follows": it is as wrong as the line before, and follows from it.
    note : str
        How a sign was read, where people differ.
    """

    line: int
    written: str
    left: nt.Term
    term: nt.Term
    status: Status
    note: str = ""
