"""A student's lines as programs: for each way to read them, and each meaning of their letters."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from symgd import terms as nt
from symgd.errors import FormulaError
from symgd.tutor.updates.letters import assignments
from symgd.tutor.updates.meaning import Meaning, RuleComparison, numbers_in, settings_as_numbers
from symgd.tutor.updates.naming import BEFORE_LAST, GRADIENT, STEP
from symgd.tutor.updates.program import StepStatement, UpdateProgram
from symgd.tutor.updates.reading import UpdateLine
from symgd.tutor.updates.variants import RuleVariant
from symgd.writing.formulas.names import AFTER

MOST_READINGS = 24  # of all lines together
MOST_MEANINGS = 400  # of one program by one rule


@dataclass(frozen=True)
class StudentProgram:
    """Lines in one reading, as a program.

    Parameters
    ----------
    lines : tuple of UpdateLine
        Those that are statements, in their order.
    program : UpdateProgram
    data : frozenset of str
        The names in it that are the model's.
    usual : bool
        Whether every line is read as it usually is.
    """

    lines: tuple[UpdateLine, ...]
    program: UpdateProgram
    data: frozenset[str]
    usual: bool = True
    rule_names: frozenset[str] = field(default_factory=frozenset)

    @property
    def borrowed(self) -> tuple[str, ...]:
        """Names of the rule that no line gives a value, v' where the line for v is not there yet."""
        program = self.program
        known = {*program.made, *program.states, program.parameter, f"{program.parameter}{AFTER}"}
        return tuple(sorted(n for n in program.used if n in self.rule_names and n not in known))

    @property
    def letters(self) -> tuple[str, ...]:
        """What is neither made, nor remembered, nor the model's: the rate and the settings."""
        program = self.program
        own = {*program.made, *program.states, program.parameter, STEP, GRADIENT, *self.borrowed}
        own |= {n for n in program.used if n.endswith(BEFORE_LAST) or n.startswith(f"{GRADIENT}_")}
        initial = {n for t in program.initial.values() for n in t.names}
        return tuple(sorted((program.used | initial) - own - self.data))

    @property
    def names_gradient(self) -> bool:
        """Whether the gradient stands there as a letter, or at another point."""
        named = (n == GRADIENT or n.startswith(f"{GRADIENT}_") for n in self.program.used)
        return any(named) or self.program.calls_gradient

    @property
    def is_whole(self) -> bool:
        """Whether all that the parameter depends on is there."""
        return self.program.ends and not self.borrowed

    def comparison(
        self, variant: RuleVariant, truth: nt.Partial | None, counts: tuple[str, ...]
    ) -> RuleComparison:
        """What it is compared with; data are drawn only where the gradient is written out."""
        written = self.data - {self.program.parameter} or not self.names_gradient
        return RuleComparison(variant.program, variant.settings, truth if written else None, counts)

    def meanings(self, variant: RuleVariant, fixed: frozenset[str]) -> Iterator[Meaning]:
        """What its letters and numbers may be in a rule, the likeliest first."""
        every = itertools.chain.from_iterable(
            self._with_numbers(variant, letters, fixed)
            for letters in assignments(self.letters, variant.roles, fixed)
        )
        yield from itertools.islice(every, MOST_MEANINGS)

    def _with_numbers(
        self, variant: RuleVariant, letters: Mapping[str, str], fixed: frozenset[str]
    ) -> Iterator[Meaning]:
        used = frozenset(letters.values())
        chosen = {name: v for name, v in variant.chosen.items() if name in variant.roles}
        written = numbers_in([s.term for s in self.program.statements])
        steps = (False, True) if STEP in self.program.used else (False,)
        for numbers in settings_as_numbers(variant.roles, used, chosen, fixed, written):
            for from_zero in steps:
                yield Meaning(letters, numbers, from_zero)


def programs(
    lines: Sequence[UpdateLine],
    parameter: str,
    data: frozenset[str],
    rule_names: frozenset[str],
) -> Iterator[StudentProgram]:
    """The lines as programs, in each of their readings, the usual one first; FormulaError where these are too many."""
    stated = tuple(line for line in lines if line.sort == "update")
    first = {
        line.target: line.readings[0] for line in lines if line.sort == "first" and not line.again
    }
    ways = itertools.product(*(range(len(line.readings)) for line in stated))
    for number, way in enumerate(
        sorted(itertools.islice(ways, 5000), key=lambda w: sum(map(bool, w)))
    ):
        if number >= MOST_READINGS:
            return
        statements = tuple(
            StepStatement(line.target, line.readings[chosen], line.again)
            for line, chosen in zip(stated, way, strict=True)
        )
        program = UpdateProgram(parameter, statements, first)
        own = frozenset(
            n
            for n in program.used
            if n in data and n not in program.made and n not in program.states
        )
        yield StudentProgram(stated, program, own, not any(way), rule_names)


def expect_all_read(lines: Sequence[UpdateLine]) -> None:
    """What can be read in more ways than were tried is not called wrong."""
    ways = 1
    for line in lines:
        ways *= len(line.readings)
        if not line.is_all or ways > MOST_READINGS:
            raise FormulaError(
                f"line {line.line}: what stands here can be read in too many ways",
                "write products with * and put fractions and exponents in parentheses",
            )
