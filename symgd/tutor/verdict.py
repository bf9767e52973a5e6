"""Verdict: what a marker says of a student's lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import sympy

from symgd import terms as nt
from symgd.tutor.counterexample import Witness
from symgd.tutor.misconception import Misconception

Kind = Literal["right", "wrong", "unfinished"]
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
class Found:
    """A misconception, and what the letters of its explanation stand for."""

    misconception: Misconception
    said: Mapping[str, nt.Term] = field(default_factory=dict)


@dataclass(frozen=True, repr=False)
class Verdict:
    """What came of marking a student's lines.

    Parameters
    ----------
    kind : {"right", "wrong", "unfinished"}
    marks : tuple of Mark
        Every statement.
    wrong : Mark or None
        The first that does not follow.
    before : Mark or None
        The right line before it; None where it is the first of its chain.
    begun : Term or None
        What the wrong line should be equal to.
    found : tuple of Found
        The misconceptions behind it, where they are known; two where it took both.
    expected : Term or None
        The right result.
    witness : Witness or None
        Numbers at which the wrong line and the one before it differ.
    missing : tuple of str
        The variables whose derivatives are still to be written or finished.
    hurried : bool
        Whether no misconception was found because looking for one took too long.
    words : tuple of int
        The lines that were taken for words, and not marked.
    """

    kind: Kind
    marks: tuple[Mark, ...]
    wrong: Mark | None = None
    before: Mark | None = None
    begun: nt.Term | None = None
    found: tuple[Found, ...] = ()
    expected: nt.Term | None = None
    witness: Witness | None = None
    missing: tuple[str, ...] = ()
    hurried: bool = False
    words: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"Verdict({self.text().splitlines()[0]!r})"

    def __str__(self) -> str:
        return self.text()

    @property
    def line(self) -> int | None:
        """The number of the first line that does not follow."""
        return self.wrong.line if self.wrong else None

    @property
    def misconception(self) -> Misconception | None:
        """The first misconception behind it."""
        return self.found[0].misconception if self.found else None

    @property
    def result(self) -> sympy.Expr | None:
        """The right result as SymPy knows it, where a line is wrong."""
        return self.expected.value if self.expected is not None else None

    def text(self, *, ascii: bool = False) -> str:
        """The verdict in words."""
        from symgd.tutor.report import as_text

        return as_text(self, ascii=ascii)

    def json(self) -> str:
        """The verdict for programs."""
        from symgd.tutor.report import as_json

        return as_json(self)

    def _repr_markdown_(self) -> str:
        from symgd.tutor.report import as_markdown

        return as_markdown(self)
