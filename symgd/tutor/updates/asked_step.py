"""AskedStep: the step that lines are to make: whose cost, by which rule, with which settings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symgd import terms as nt
from symgd.optimizers.optimizer import Optimizer
from symgd.registry.registry import FrozenMap
from symgd.tutor.exercise import Exercise
from symgd.tutor.updates.answering import Namer
from symgd.tutor.updates.attempt import StudentProgram
from symgd.tutor.updates.meaning import Meaning, RuleComparison
from symgd.tutor.updates.naming import GRADIENT
from symgd.tutor.updates.variants import RuleVariant, expect_entrywise, variants
from symgd.writing.formulas.names import AFTER


@dataclass(frozen=True)
class AskedStep:
    """The step that lines are to make, and what they are compared with.

    Parameters
    ----------
    exercise : Exercise
    optimizer : Optimizer
    given : mapping of str to float
        Numbers of its settings.
    """

    exercise: Exercise
    optimizer: Optimizer
    given: Mapping[str, float] = field(default_factory=FrozenMap)

    def __post_init__(self) -> None:
        expect_entrywise(self.optimizer)
        self.optimizer.chosen(self.given)

    @cached_property
    def variants(self) -> list[RuleVariant]:
        """The rules that the lines may be right by, the optimizer's own first."""
        return [*variants(self.optimizer, self.given)]

    @cached_property
    def rule_names(self) -> frozenset[str]:
        """What the rule makes and remembers, without primes."""
        program = self.variants[0].program
        return frozenset({n.removesuffix(AFTER) for n in program.made} | {*program.states}) - {
            "theta"
        }

    @cached_property
    def learned(self) -> tuple[str, ...]:
        """The parameters that have a name of their own."""
        variables = self.exercise.vocabulary.variables
        return tuple(v.name for v in variables if isinstance(v, nt.Symbol))

    def comparison(
        self, attempt: StudentProgram, variant: RuleVariant, owner: str
    ) -> RuleComparison:
        """An attempt beside the rule in one of its forms."""
        vocabulary = self.exercise.vocabulary
        truth = self.exercise.truth[owner] if owner else None
        counts = tuple(b[0].name for b in vocabulary.bounds.values() if isinstance(b[0], nt.Symbol))
        return attempt.comparison(variant, truth, counts)

    def meanings(self, attempt: StudentProgram, variant: RuleVariant) -> Iterator[Meaning]:
        """What an attempt may mean by its letters."""
        return attempt.meanings(variant, frozenset(self.given))

    def namer(self, attempt: StudentProgram, owner: str) -> Namer:
        """Who says a Term of the rule in the student's letters."""
        slopes: dict[nt.Term, nt.Term] = {
            nt.Symbol(f"{GRADIENT}_{name}"): self.exercise.left(name) for name in self.learned
        }
        if owner:
            slopes[nt.Symbol(GRADIENT)] = self.exercise.left(owner)
        return Namer(attempt, slopes)
