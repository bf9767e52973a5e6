"""What is said of a student's update lines: the rule's formulas in the student's names, and which convention was met."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from symgd import terms as nt
from symgd.optimizers.printed import decimal_of
from symgd.optimizers.readable import readable
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.tutor.updates.attempt import StudentProgram
from symgd.tutor.updates.judging import Judge, WrongUpdate
from symgd.tutor.updates.letters import RATE, USUAL
from symgd.tutor.updates.meaning import Meaning
from symgd.tutor.updates.program import UpdateProgram
from symgd.tutor.updates.variants import RuleVariant
from symgd.writing.formulas.names import AFTER
from symgd.writing.words import Message, message


@dataclass(frozen=True)
class Namer:
    """Writes Terms in a student's names; `slopes` says what g, and g of other parameters, are shown as."""

    attempt: StudentProgram
    slopes: Mapping[nt.Term, nt.Term]

    @property
    def remembered(self) -> frozenset[str]:
        """Names that are shown with a prime after the step: the parameter's, and what is remembered."""
        program = self.attempt.program
        return frozenset({program.parameter, *program.states, *self.attempt.rule_names})

    def left(self, target: str) -> nt.Symbol:
        """What a statement makes, as it is shown."""
        plain = target.removesuffix(AFTER)
        return nt.Symbol(target if plain in self.remembered else plain)

    def shown(self, term: nt.Term) -> nt.Term:
        """A student's formula."""
        names = {n: self.left(n) for n in term.names if n.endswith(AFTER)}
        put: dict[nt.Term, nt.Term] = {nt.Symbol(n): shown for n, shown in names.items()}
        return term.substitute({**put, **self.slopes})

    def of_rule(
        self, term: nt.Term, judge: Judge | None, rule: UpdateProgram, meaning: Meaning
    ) -> nt.Term:
        """A formula of the rule, in the student's names."""
        put: dict[nt.Term, nt.Term] = {
            nt.Symbol(THETA): nt.Symbol(self.attempt.program.parameter),
            nt.Symbol(PARAMETERS_AFTER): nt.Symbol(f"{self.attempt.program.parameter}{AFTER}"),
            **self.slopes,
        }
        for name, value in meaning.numbers.items():
            put[nt.Symbol(name)] = decimal_of(float(value)) if self.is_number() else nt.Symbol(name)
        put |= {nt.Symbol(role): nt.Symbol(own) for own, role in meaning.letters.items()}
        scaled = False
        for mine, (theirs, factor) in (judge.match.pairs if judge else {}).items():
            factor = factor.substitute(put)
            for mark in ("", AFTER):
                symbol = nt.Symbol(f"{mine}{mark}")
                plain = nt.is_number(factor, 1)
                put[nt.Symbol(f"{theirs}{mark}")] = symbol if plain else nt.Fraction(symbol, factor)
                scaled |= not plain
        found = self.without_parts(term, rule).substitute(put)
        return _tidied(found) if scaled else found

    def without_parts(self, term: nt.Term, rule: UpdateProgram) -> nt.Term:
        """A formula of the rule with its abbreviations written out."""
        parts = {s.target: s.term for s in rule.statements if not s.target.endswith(AFTER)}
        own = self.attempt.program.made
        for name in reversed([*parts]):
            if f"{name}{AFTER}" not in own and name not in own:
                term = term.substitute({nt.Symbol(name): parts[name]})
        return term

    def is_number(self) -> bool:
        """Whether a setting stands on the lines as a number, or another one in its place."""
        parts = (p for s in self.attempt.program.statements for p in s.term.parts())
        return any(isinstance(p, nt.Number) and p.decimal for p in parts)

    def expected(
        self, wrong: WrongUpdate, judge: Judge, rule: UpdateProgram, meaning: Meaning
    ) -> nt.Term:
        """What a wrong statement should be."""
        found = self.of_rule(wrong.expected, judge, rule, meaning)
        factor = self.of_rule(wrong.factor, None, rule, meaning)
        return found if nt.is_number(factor, 1) else _tidied(nt.Product((factor, found)))


def _tidied(term: nt.Term) -> nt.Term:
    """A product multiplied out, where that is shorter to read."""
    partials = [p for p in term.parts() if isinstance(p, nt.Partial | nt.Call)]
    if any(isinstance(p, nt.Partial) for p in partials):
        marks: dict[nt.Term, nt.Term] = {
            p: nt.Symbol(f"slope__{n}") for n, p in enumerate(dict.fromkeys(partials))
        }
        return _tidied(term.substitute(marks)).substitute({mark: p for p, mark in marks.items()})
    try:
        found = readable(term.value.expand())
    except (TypeError, ValueError, AttributeError):
        return term
    return term if found is None or found.size > term.size else found


def conventions(
    namer: Namer, variant: RuleVariant, meaning: Meaning, judge: Judge | None
) -> Iterator[Message]:
    """What is different from the rule and does not matter."""
    yield from variant.said
    for own, role in sorted(meaning.letters.items()):
        if own != role and (own in USUAL or own not in USUAL.get(role, ())):
            yield message(
                "The letter {own} is read as {role}.", own=nt.Symbol(own), role=nt.Symbol(role)
            )
    if meaning.from_zero:
        yield message("The steps are counted from 0.")
    for name, value in meaning.numbers.items():
        if name in variant.chosen and variant.chosen[name] != value:
            here = nt.Equation(nt.Symbol(name), decimal_of(float(value)))
            usual = nt.Equation(nt.Symbol(name), decimal_of(float(variant.chosen[name])))
            yield message("Right with {here}; the default is {usual}.", here=here, usual=usual)
    for mine, (theirs, factor) in (judge.match.pairs if judge else {}).items():
        if not nt.is_number(factor, 1):
            yield _scaled(mine, theirs, factor, meaning)


def _scaled(mine: str, theirs: str, factor: nt.Term, meaning: Meaning) -> Message:
    """How what a student remembers is the rule's times a factor."""
    back: Mapping[nt.Term, nt.Term] = {
        nt.Symbol(r): nt.Symbol(o) for o, r in meaning.letters.items()
    }
    parts = {
        "mine": nt.Symbol(mine),
        "factor": factor.substitute(back),
        "theirs": nt.Symbol(theirs),
        "rate": nt.Symbol(RATE).substitute(back),
    }
    if RATE in factor.names:
        said = message(
            "Here {mine} has {rate} in it, and is {factor} times the {theirs} of the rule: the same steps while {rate} stays the same."
        )
    else:
        said = message("Here {mine} is {factor} times the {theirs} of the rule: the same steps.")
    return said.filled(**parts)
