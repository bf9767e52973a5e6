"""Law, Rule, Check, Step: what a derivation is made of, as writers read it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import KW_ONLY, dataclass, field, fields, replace
from functools import cached_property
from typing import Generic, Literal, Self, TypeVar

from symgd.terms import Abbreviation, Equation, Path, Term, Variable
from symgd.writing.moves import Move, moves_between
from symgd.writing.words import Message

Group = Literal["law", "inner", "atom", "clean", "form"]

T = TypeVar("T", bound=Term, contravariant=True)


@dataclass(frozen=True)
class Rewritten:
    """What a rule made of an expression: `after`, in which parts that were kept are the same objects as before."""

    after: Term
    # What the letters of the rule's law and reason stand for, and abbreviations that come into use, u = ….
    bindings: Mapping[str, Term] = field(default_factory=dict)
    introduced: tuple[Abbreviation, ...] = ()
    # What must hold for the step to be true: no kink, no pole that the expression did not have.
    conditions: tuple[Term, ...] = ()


@dataclass(frozen=True)
class Law:
    """Why one line follows from another, as it is told; who applies it makes the new line."""

    name: str  # what teachers call it
    law: str  # as a formula in letters
    why: str  # the reason in words; {f} and the like stand for the bindings
    _: KW_ONLY
    group: Group = "law"  # consecutive steps of one group make one line at standard detail
    covered: bool = True  # there is a rule for it; else the line is SymPy's
    # It only rearranges: it is named beside a line when no other rule made the line, or at full detail.
    quiet: bool = False
    relation: str = "="  # how the new line stands to the one before it, "≤" or "≈"
    # A function that its name ends in: as it is typed, and as typeset print has it.
    printed: tuple[str, str] = ("", "")

    def applied_by(self, rewrite: Callable[[T], Rewritten | None]) -> Rule[T]:
        """The rule that rewrites by this law."""
        return Rule(**vars(self), rewrite=rewrite)

    @property
    def told(self) -> Law:
        """The law alone: a rule's rewrite may be bound to one problem."""
        return self


@dataclass(frozen=True)
class Rule(Law, Generic[T]):
    """A law that is applied wherever it fits.

    `rewrite` takes a Term, of calculus a Partial to be worked out; it answers what that becomes, which may hold
    unfinished Partials, or None where the rule does not apply.
    """

    rewrite: Callable[[T], Rewritten | None]
    # What it makes of what, as texts; of calculus bodies in x and what their derivative is.
    examples: tuple[tuple[str, str], ...] = ()
    _: KW_ONLY
    eager: bool = False  # it does not wait until everything is derived

    @cached_property
    def told(self) -> Law:
        return Law(**{part.name: getattr(self, part.name) for part in fields(Law)})


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


@dataclass(frozen=True, repr=False)
class Step:
    """One rule, as it is told, applied to the sub-term of one line at `path`.

    `before` and `after` are whole lines; `bindings` say what the letters of the rule stand for; `introduced` are the
    letters that come into use; `conditions` are what must hold for the step to be true.
    """

    rule: Law
    before: Term
    after: Term
    path: Path
    variable: Variable
    bindings: Mapping[str, Term]
    introduced: tuple[Abbreviation, ...]
    check: Check
    conditions: tuple[Term, ...] = ()

    def __deepcopy__(self, known: object) -> Self:
        return self  # it never changes

    def __repr__(self) -> str:
        return f"Step({self.rule.name}: {self.changed.left.value} to {self.changed.right.value})"

    def map(self, rewrite: Callable[[Term], Term]) -> Self:
        """The step with its Terms rewritten, each into one of the same shape."""
        introduced = map(rewrite, self.introduced)
        return replace(
            self,
            before=rewrite(self.before),
            after=rewrite(self.after),
            bindings={name: rewrite(term) for name, term in self.bindings.items()},
            introduced=tuple(term for term in introduced if isinstance(term, Abbreviation)),
            conditions=tuple(map(rewrite, self.conditions)),
        )

    @cached_property
    def moves(self) -> tuple[Move, ...]:
        """What became of each sub-term; few readers need those of every step."""
        return moves_between(self.before, self.after)

    @property
    def changed(self) -> Equation:
        """The rewritten sub-term and what it became."""
        return Equation(self.before.at(self.path), self.after.at(self.path))


PUT_BACK = Law("put back", "u = g(x)", "{u} is written out again", group="inner", quiet=True)
NAMED = Law("by its name", "g(x) = h", "{h} stands for {g}", group="inner", quiet=True)
