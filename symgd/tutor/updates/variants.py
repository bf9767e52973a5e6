"""The rules that lines may be right by: an optimizer's own, one whose decay holds the rate, those of libraries, and other forms."""

from __future__ import annotations

import fractions
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symgd import terms as nt
from symgd.derivation.checking.point import exact
from symgd.errors import DescentError
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import OPTIMIZERS
from symgd.optimizers.printed import equations, initial_of
from symgd.problem.settings import Setting
from symgd.tutor.updates.letters import RATE
from symgd.tutor.updates.program import UpdateProgram, is_entrywise
from symgd.writing.words import Message, message

DECAY = "weight_decay"


@dataclass(frozen=True)
class RuleVariant:
    """A rule that a student's lines are compared with, the numbers of its settings, and what is said of it."""

    program: UpdateProgram
    settings: tuple[Setting, ...]
    chosen: Mapping[str, fractions.Fraction]
    said: tuple[Message, ...] = ()

    @property
    def roles(self) -> tuple[str, ...]:
        """The letters of the rule: the rate and the settings that it reads."""
        used = self.program.used | {n for t in self.program.initial.values() for n in t.names}
        names = [setting.name for setting in self.settings if setting.name in used]
        return (RATE, *names) if RATE in used else tuple(names)


def expect_entrywise(optimizer: Optimizer) -> None:
    """Refuse rules that look at all parameters at once."""
    if not is_entrywise(optimizer.rule):
        cause = f"the rule of {optimizer.name} looks at all parameters at once, and lines of such rules are not marked"
        raise DescentError(
            cause,
            "choose an optimizer that treats each parameter by itself, such as momentum or adam",
        )


def variants(optimizer: Optimizer, given: Mapping[str, float]) -> Iterator[RuleVariant]:
    """The optimizer's own rule first."""
    own = _variant(optimizer, given, ())
    yield own
    if DECAY in own.roles:
        yield _with_rate_in_decay(own)
    for convention in optimizer.conventions:
        if not convention.formula:
            continue
        there = optimizer.as_in(convention.library, convention.variant)
        name = (
            f"{convention.library}: {convention.variant}"
            if convention.variant
            else convention.library
        )
        said = message(
            "As {library} has it: {formula}",
            library=name,
            formula=equations(there.rule),
        )
        yield _variant(there, _declared(given, there), (said,))
    for name in optimizer.forms:
        there = OPTIMIZERS[name]
        said = message(
            "This is {name}, the same method written for other points: {formula}",
            name=name,
            formula=equations(there.rule),
        )
        yield _variant(there, _declared(given, there), (said,))


def _declared(given: Mapping[str, float], optimizer: Optimizer) -> dict[str, float]:
    """The numbers of those settings that an optimizer has."""
    return {name: value for name, value in given.items() if name in optimizer.declared}


def _variant(
    optimizer: Optimizer, given: Mapping[str, float], said: tuple[Message, ...]
) -> RuleVariant:
    initial = {name: initial_of(optimizer, name) for name in optimizer.rule.state}
    chosen = {name: exact(value) for name, value in optimizer.chosen(given).items()}
    settings = tuple(optimizer.declared.values())
    return RuleVariant(UpdateProgram.of_rule(optimizer.rule, initial), settings, chosen, said)


def _with_rate_in_decay(own: RuleVariant) -> RuleVariant:
    """The same where the decay is the rule's times the rate, as papers have it."""
    decay, rate = nt.Symbol(DECAY), nt.Symbol(RATE)
    put: dict[nt.Term, nt.Term] = {decay: nt.Fraction(decay, rate)}
    statements = tuple(
        type(s)(s.target, s.term.substitute(put), s.again) for s in own.program.statements
    )
    said = message(
        "The weight decay has the learning rate in it, as the paper has it: the same steps while {rate} stays the same.",
        rate=rate,
    )
    program = UpdateProgram(own.program.parameter, statements, own.program.initial)
    return RuleVariant(program, own.settings, own.chosen, (said,))
