"""RuleCode: an optimizer as generated code has it, and how its rule is written there."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal, TypeAlias

from symgd import terms as nt
from symgd.codegen.expressions.context import Names
from symgd.codegen.rules.update_source import UpdateSource
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.printed import equations
from symgd.optimizers.rule import PARAMETERS_AFTER, UpdateRule
from symgd.optimizers.schedule import Schedule
from symgd.registry.registry import FrozenMap
from symgd.writing.formulas.text import text

Constants: TypeAlias = dict[str, tuple[str, float]]  # by setting: an identifier, and its number
Given: TypeAlias = Mapping[str, tuple[str, float]]
RateNeed: TypeAlias = Literal["asked", "one", "none"]
Finding: TypeAlias = Literal["", "first", "trial", "steady"]


@dataclass(frozen=True)
class RuleCode:
    """What makes the steps in generated code.

    Parameters
    ----------
    optimizer : Optimizer
    settings : mapping of str to float
        All of them.
    needs : {"asked", "one", "none"}
        Whether a learning rate is to be given, is 1 where none is, or makes no difference.
    schedule : Schedule, optional
        How the learning rate changes.
    schedule_settings : mapping of str to float
    finding : {"", "first", "trial", "steady"}
        How a rate is found where none is given: not at all, by the length of the first step, by trial, or on a quadratic,
        where the rule is linear, by what its steps leave.
    others : frozenset of str
        Names of the cost, which no letter of the optimizer's source takes.

    Examples
    --------
    >>> from symgd.optimizers.optimizers import OPTIMIZERS
    >>> RuleCode(OPTIMIZERS["momentum"], {"beta": 0.5}).title
    'Heavy ball (momentum)'
    """

    optimizer: Optimizer
    settings: Mapping[str, float]
    needs: RateNeed = "asked"
    schedule: Schedule | None = None
    schedule_settings: Mapping[str, float] = field(default_factory=FrozenMap)
    finding: Finding = ""
    others: frozenset[str] = frozenset()

    @property
    def rule(self) -> UpdateRule:
        return self.optimizer.rule

    @property
    def called(self) -> str:
        """Its name as code may hold it, in strings and comments: nothing in it ends them."""
        return " ".join(re.sub(r"[^\w ().-]", " ", self.optimizer.name).split()) or "own"

    @property
    def title(self) -> str:
        """What it is called at the beginning of a sentence: with its name, where that is another."""
        name = self.called.replace("_", " ")
        title = " ".join(re.sub(r'["\\{}]|\*/', " ", self.optimizer.title).split()) or name
        known = {*title.lower().replace("'s", "").replace("–", " ").split()} & {*name.split()}
        return title[:1].upper() + title[1:] + ("" if known else f" ({name})")

    def beside(self, equations: Iterable[nt.Term]) -> RuleCode:
        """The same in code that has these equations of a cost too."""
        return replace(self, others=frozenset().union(*(e.names for e in equations)))

    @property
    def letters(self) -> Mapping[str, str]:
        """The letters of the source that formulas have, by what they are called in the code."""
        letters = self.optimizer.letters.items()
        return {name: letter for name, letter in letters if letter not in self.others}

    @property
    def equations(self) -> tuple[nt.Equation, ...]:
        """The rule as the optimizer's page has it."""
        return equations(self.rule, self.letters)

    @property
    def typed(self) -> str:
        """What the letters are called in the code; empty where it has none of its own."""
        pairs = self.letters.items()
        said = (f"{text(nt.Symbol(letter))} is {name}" for name, letter in pairs)
        return ", ".join(said)

    @property
    def told(self) -> list[str]:
        """The formulas and what their letters are called, a line each, for what is said above a step."""
        return [*self.formulas, *([f"where {self.typed}"] if self.letters else [])]

    @property
    def formulas(self) -> list[str]:
        """The rule as it is written, and the rate's schedule."""
        rows = [text(equation) for equation in self.equations]
        if self.schedule is not None:
            rows.append(text(nt.Equation(nt.Symbol("alpha"), self.schedule.term)))
        return rows

    @property
    def said(self) -> str:
        """What a step is, in a line."""
        where = f", where {self.typed}" if self.letters else ""
        return f"a step: {'; '.join(self.formulas)}{where}"

    @cached_property
    def used(self) -> tuple[str, ...]:
        """The settings that the rule or what it begins with reads."""
        begun = "; ".join(f"{PARAMETERS_AFTER} = {formula}" for formula in self.begun.values())
        more = {name for part in begun.split("; ") if part for name in UpdateRule.read(part).used}
        return tuple(n for n in self.settings if n in self.rule.used or n in more)

    @property
    def whole(self) -> tuple[str, ...]:
        """The settings that are whole numbers."""
        settings = self.optimizer.settings
        named = settings if isinstance(settings, tuple) else ()
        return tuple(setting.name for setting in named if setting.whole)

    @property
    def begun(self) -> Mapping[str, str]:
        """Formulas of what is remembered before the first step, where it is not 0."""
        return self.optimizer.initial

    def constants(self, taken: Collection[str]) -> tuple[Constants, Constants]:
        """A constant for each setting that the rule reads, and for each of the schedule's."""
        names = Names(frozenset(taken), frozenset(taken))
        of_rule = {n: (names.give("rule", n.upper()), self.settings[n]) for n in self.used}
        of_rule |= {n: (of_rule[n][0], int(of_rule[n][1])) for n in self.whole if n in of_rule}
        if self.schedule is None:
            return of_rule, {}
        read, numbers = self.schedule.term.names, self.schedule.chosen(self.schedule_settings)
        return of_rule, {
            name: (names.give("schedule", name.upper()), value)
            for name, value in numbers.items()
            if name in read
        }

    def declared(
        self, constants: tuple[Given, Given], form: str = "{} = {}", mark: str = "  #"
    ) -> str:
        """A line for each constant; behind the `mark` stands the letter that formulas have for it."""
        found = ""
        for name, (constant, value) in (*constants[0].items(), *constants[1].items()):
            letter = self.letters.get(name) if constants[0].get(name) else None
            said = f"{mark} {text(nt.Symbol(letter))}" if letter else ""
            found += f"{form.format(constant, written_number(value))}{said}\n"
        return found

    def start_of(self, name: str, given: Mapping[str, str], count: str, rate: str) -> str:
        """What a part of the state is at first, as NumPy text for so many parameters; `given` are the constants."""
        formula, kind = self.begun.get(name), self.rule.kinds[name]
        if formula is None:
            columns = "0" if name in self.rule.columns else count
            zeros = {"number": "0.0", "vector": f"np.zeros({count})"}
            return zeros.get(kind, f"np.zeros(({count}, {columns}))")
        read = UpdateRule.read(f"{PARAMETERS_AFTER} = {formula}")
        source = UpdateSource(read, given={**given, "alpha": rate})
        value = source.writer.text(read.statements[0].term)
        as_float = ", float" if value.isdigit() else ""
        full = {"number": value, "vector": f"np.full({count}, {value}{as_float})"}
        eye = f"np.eye({count})" if value == "1" else f"({value}) * np.eye({count})"
        return full.get(kind, eye)


def rate_source(schedule: Schedule, constants: Constants) -> str:
    """The rate as NumPy text, in t, T, alpha and constants."""
    given = {name: constant for name, (constant, _) in constants.items()}
    plain = UpdateRule.read(f"{PARAMETERS_AFTER} = theta")
    return UpdateSource(plain, given=given).writer.text(schedule.term)


def written_number(value: float) -> str:
    """A number as people write it: 1e-8.

    Examples
    --------
    >>> written_number(1e-8), written_number(0.999)
    ('1e-8', '0.999')
    """
    return re.sub(r"e([-+])0+", r"e\1", repr(value))
