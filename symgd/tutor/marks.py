"""Mark and Diagnosis: what is found of one line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from symgd import terms as nt
from symgd.tutor.misconception import Misconception
from symgd.writing.words import Message

Status = Literal["right", "wrong", "follows", "right again"]


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


@dataclass(frozen=True)
class Diagnosis:
    """A misconception, and what the letters of its explanation stand for."""

    misconception: Misconception
    said: Mapping[str, nt.Term] = field(default_factory=dict)

    @property
    def name(self) -> Message:
        """What teachers call it, here."""
        return Message(self.misconception.name, self.said)

    @property
    def explanation(self) -> Message:
        """What went wrong, with its letters."""
        return Message(self.misconception.explanation, self.said)

    @property
    def remedy(self) -> Message:
        """What to do."""
        return Message(self.misconception.remedy, self.said)
