"""Rule, Check, Move, Step: what a derivation is made of, as writers read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self

from symgd.terms import (
    Equation,
    Partial,
    Path,
    Term,
    Variable,
)
from symgd.writing.words import Message

Group = Literal["law", "inner", "atom", "clean", "form"]


@dataclass(frozen=True)
class Rewritten:
    """What a rule made of an expression.

    Parameters
    ----------
    after : Term
        The new expression; parts that were kept are the same objects as before.
    bindings : mapping of str to Term
        What the letters of the rule's law and reason stand for.
    introduced : mapping of str to Term
        Abbreviations that come into use, u = ….
    conditions : tuple of Term
        What must hold for the step to be true: no kink, no pole that the expression did not have.
    """

    after: Term
    bindings: Mapping[str, Term] = field(default_factory=dict)
    introduced: Mapping[str, Term] = field(default_factory=dict)
    conditions: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Rule:
    """One rule of calculus: what ∂/∂variable of a body is.

    Parameters
    ----------
    name : str
        What teachers call it.
    law : str
        The rule as a formula in f, g, c, n, u.
    why : str
        The reason in words; ``{f}`` and the like stand for the bindings.
    rewrite : callable
        Takes the Partial to be worked out; answers what it is, still holding unfinished Partials, or None where the
        rule does not apply.
    group : str
        Consecutive steps of one group make one line at standard detail.
    examples : tuple of (str, str)
        Bodies in x and what their derivative is, as texts.
    """

    name: str
    law: str
    why: str
    rewrite: Callable[[Partial], Rewritten | None]
    examples: tuple[tuple[str, str], ...]
    group: Group = "law"
    covered: bool = True
    quiet: bool = False
    relation: str = "="


@dataclass(frozen=True)
class TidyRule:
    """One small rewrite of algebra; `rewrite` answers the new Term or None.

    A `quiet` rule only rearranges: it is named beside a line when no other rule made the line, or at full detail.
    An `eager` one does not wait until everything is derived.
    `relation` says how the new line stands to the one before it, where that is not equality: "≤" or "≈".
    """

    name: str
    law: str
    why: str
    rewrite: Callable[[Term], Rewritten | None]
    examples: tuple[tuple[str, str], ...]
    group: Group = "clean"
    covered: bool = True
    quiet: bool = False
    eager: bool = False
    relation: str = "="


@dataclass(frozen=True)
class Check:
    """How a step was checked, and what came of it.

    Parameters
    ----------
    method : str
        "exact" (random points, exact rationals), "numeric" (random points, 30 digits) or "sympy" (against `sympy.diff`),
        or "arithmetic" (numbers alone, rounded).
    passed : bool
        Whether both sides agreed at every point.
    trials : int
        How many random points were tried; the sums were unrolled to a few terms.
    seed : int
        Gives the same points again.
    bound : float or None
        For "exact": the probability, at most, that different sides agreed at all points by chance.
    remark : Message or None
        Anything else to be said, such as a form that differs.
    """

    method: str
    passed: bool
    trials: int
    seed: int
    bound: float | None = None
    remark: Message | None = None

    @property
    def note(self) -> str:
        """The remark in English."""
        return str(self.remark) if self.remark else ""

    def __str__(self) -> str:
        verdict = "holds" if self.passed else "FAILS"
        return f"{verdict} at {self.trials} random points ({self.method}){self.note and '; ' + self.note}"


@dataclass(frozen=True)
class Move:
    """What became of one sub-term: it stays or moves, is copied, is born (no `before`) or dies (no `after`)."""

    kind: Literal["stays", "moves", "copies", "born", "dies"]
    before: Path | None
    after: Path | None


@dataclass(frozen=True, repr=False)
class Step:
    """One rule, applied to the sub-term of one line at `path`.

    `before` and `after` are whole lines; `bindings` and `introduced` say what the letters of the rule stand for;
    `conditions` are what must hold for the step to be true.
    """

    rule: Rule | TidyRule
    before: Term
    after: Term
    path: Path
    variable: Variable
    bindings: Mapping[str, Term]
    introduced: Mapping[str, Term]
    moves: Sequence[Move]
    check: Check
    conditions: tuple[Term, ...] = ()

    def __getstate__(self) -> dict[str, object]:
        """A step travels with what it tells: what rewrites may be bound to one problem, and stays behind."""
        return {**vars(self), "rule": replace(self.rule, rewrite=_told)}

    def __deepcopy__(self, known: object) -> Self:
        return self  # it never changes

    def __repr__(self) -> str:
        return f"Step({self.rule.name}: {self.changed.left.value} to {self.changed.right.value})"

    @property
    def changed(self) -> Equation:
        """The rewritten sub-term and what it became."""
        return Equation(self.before.at(self.path), self.after.at(self.path))


def _told(term: Term) -> None:
    """The rewrite of a rule that has come with its step from another process: it is read, and applied no more."""


PUT_BACK = TidyRule(
    "put back",
    "u = g(x)",
    "{u} is written out again",
    lambda term: None,
    (),
    "inner",
    quiet=True,
)


NAMED = TidyRule(
    "by its name",
    "g(x) = h",
    "{h} stands for {g}",
    lambda term: None,
    (),
    "inner",
    quiet=True,
)
