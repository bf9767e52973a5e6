"""What an optimizer's rule makes of a descent: its statements for each parameter, in symbols and with a step's numbers.

Laws
----
- what a statement comes to is the trace's own number, but for abbreviations, which the trace does not have
- numbers are told only where the rule, given the trace's numbers, leads from each row to the next
- nothing here needs Manim
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from symgd import terms as nt
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral, rounded
from symgd.derivation.at_point.substitution import Substitution
from symgd.derivation.checking.point import Bindings, Key
from symgd.derivation.gradient import Gradient
from symgd.errors import SymgdError
from symgd.optimize.descent_options import DescentOptions
from symgd.optimize.method import Method, method_of
from symgd.optimize.run import Run
from symgd.optimizers.entrywise import expect_entrywise
from symgd.optimizers.printed import decimal_of
from symgd.optimizers.rule import PARAMETERS_AFTER
from symgd.optimizers.step_writer import StepWriter, as_fraction
from symgd.writing.formulas.names import AFTER

EVALUATED = 30  # digits
CLOSE = 1e-6
EXACT = Fraction(1, 10**20)  # a difference so small is of the evaluation, not of the numbers


@dataclass(frozen=True)
class Update:
    """A statement for one parameter: what it works out, whose it is, and the formula in symbols."""

    name: str
    owner: str
    term: nt.Term


@dataclass(frozen=True, eq=False)
class RuleStory:
    """The statements of a run's optimizer.

    Parameters
    ----------
    run : Run
    slopes : callable
        From a step to the partial derivatives where it begins.
    derive : callable
        Answers the gradient.
    """

    run: Run
    slopes: Callable[[int], tuple[float, ...]]
    derive: Callable[[], Gradient]

    @cached_property
    def method(self) -> Method:
        """The optimizer with its settings and the law of its rate."""
        return method_of(DescentOptions(**self.run.options))

    @cached_property
    def writer(self) -> StepWriter:
        """What writes statements for one parameter."""
        method = self.method
        return StepWriter(method.optimizer, method.settings, 0.0, self.derive(), None, 6)

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters."""
        return self.run.trace.parameters

    @cached_property
    def updates(self) -> tuple[Update, ...]:
        """All statements, those of one parameter together; none where they are no formulas of single numbers."""
        try:
            expect_entrywise(self.method.optimizer)
        except SymgdError:
            return ()
        rule, writer = self.method.optimizer.rule, self.writer
        found = []
        for owner in self.names:
            for statement in rule.statements:
                own = rule.kinds[statement.name] == "vector" or statement.name == PARAMETERS_AFTER
                if own or owner == self.names[0]:
                    plain = writer.letter(statement.name)
                    name = writer.own(statement.name, owner) if own else plain
                    term = writer.term(statement.term, owner)
                    found.append(Update(name, owner if own else "", term))
        return tuple(found)

    @cached_property
    def rate(self) -> nt.Symbol:
        """The learning rate's letter."""
        return nt.Symbol(self.writer.letter("alpha"))

    def rate_at(self, step: int) -> float:
        """The learning rate of a step."""
        law, told = self.method.law, self.run.options.get("learning_rate")
        if law is None:
            return self.run.learning_rate
        base = 1.0
        if law.needs_base:
            base = float(told) if isinstance(told, int | float) else self._base
        return law.at(base, self._most)(step + 1)

    @property
    def _most(self) -> int:
        """The most steps, as the law of the rate knows them."""
        onward = self.run.onward
        return self.run.steps if onward is None or onward.rule is None else onward.rule.last

    @property
    def _base(self) -> float:
        """The rate that "auto" chose, from what the law made of it in the last step."""
        assert self.method.law is not None
        part = self.method.law.at(1.0, self._most)(max(self.run.steps, 1))
        return self.run.learning_rate / part if part else self.run.learning_rate

    def symbols(self, update: Update) -> nt.Term:
        """A statement with ∂J/∂a in the place of the slope's letter."""
        cost = self.run.problem.cost_name
        slopes: dict[nt.Term, nt.Term] = {
            nt.Symbol(f"g_{n}"): nt.Partial(cost, nt.Symbol(n)) for n in self.names
        }
        return update.term.substitute(slopes)

    def known(self, step: int) -> dict[str, float]:
        """What the names of the statements are where a step begins, and what they come to, abbreviations left out."""
        writer = self.writer
        found: dict[str, float] = {"p": len(self.names), "t": step + 1}
        found |= {"alpha": self.rate_at(step), **self.method.settings}
        found = {writer.letter(name): float(value) for name, value in found.items()}
        found |= {f"j_{name}": float(k) for k, name in enumerate(self.names, start=1)}
        found |= {f"g_{n}": s for n, s in zip(self.names, self.slopes(step), strict=True)}
        return found | self._row(step, "") | self._row(step + 1, AFTER)

    def _row(self, step: int, prime: str) -> dict[str, float]:
        """The parameters and what is remembered at a row of the trace."""
        trace, rule = self.run.trace, self.method.optimizer.rule
        count = len(self.names)
        values = trace.table[step].tolist()
        found = {f"{name}{prime}": values[k] for k, name in enumerate(self.names)}
        state = iter(values[count + 3 :])
        for name in rule.told:
            vector = rule.kinds[name] == "vector"
            for owner in self.names if vector else ("",):
                if prime or name in rule.state:
                    plain = self.writer.letter(name + prime)
                    own = self.writer.own(name + prime, owner) if vector else plain
                    found[own] = next(state)
                else:
                    next(state)
        return found

    def worked(self, step: int) -> Mapping[str, float]:
        """All names' numbers in a step, abbreviations too."""
        if step not in self._steps:
            found = self.known(step)
            for update in self.updates:
                if update.name not in found:
                    found[update.name] = float(value_of(update.term, found))
            self._steps[step] = found
        return self._steps[step]

    @cached_property
    def _steps(self) -> dict[int, Mapping[str, float]]:
        return {}

    def numbers(self, update: Update, step: int) -> nt.Term:
        """A statement with a step's numbers in it; what is made of settings alone, 1 − β, is worked out."""
        known = self.worked(step)
        return self._settled(update.term, known).substitute(self._numerals(known))

    def _settled(self, term: nt.Term, known: Mapping[str, float]) -> nt.Term:
        if isinstance(term, nt.Variable | nt.Number):
            return term
        is_known = term.names and term.names <= {*self._chosen, self.writer.letter("t")}
        if is_known and not isinstance(term, nt.Comparison | nt.Junction | nt.Case):
            return numeral(float(value_of(term, known)))
        return term.map(lambda child: self._settled(child, known))

    @cached_property
    def _chosen(self) -> frozenset[str]:
        """The settings, by their letters."""
        return frozenset(self.writer.letter(name) for name in self.method.settings)

    def value(self, update: Update, step: int) -> float:
        """What a statement comes to."""
        return self.worked(step)[update.name]

    def _numerals(self, known: Mapping[str, float]) -> dict[nt.Term, nt.Term]:
        """Names with their numbers as they are shown: what somebody chose with all digits."""
        found: dict[nt.Term, nt.Term] = {}
        for name, value in known.items():
            digits = SLOPE_DIGITS if name.startswith("g_") else 4
            shown = decimal_of(value) if name in self._chosen else numeral(value, digits)
            found[nt.Symbol(name)] = shown
        return found

    def sign(self, update: Update, step: int) -> str:
        """An equals sign where the numbers as they are shown give the result as it is shown; else one for nearly."""
        result = Fraction(rounded(self.value(update, step)))
        made = Fraction(str(value_of(self.numbers(update, step), {})))
        return "=" if abs(made - result) <= EXACT * abs(result) else "≈"

    def holds(self, steps: int) -> bool:
        """Whether the statements lead from each of the first rows to the next."""
        try:
            return bool(self.updates) and all(self._leads(step) for step in range(steps))
        except (SymgdError, ArithmeticError, ValueError):
            return False

    def _leads(self, step: int) -> bool:
        worked = self.worked(step)
        return all(
            math.isclose(
                float(value_of(u.term, worked)),
                worked[u.name],
                rel_tol=CLOSE,
                abs_tol=CLOSE * max(abs(worked.get(u.name.removesuffix(AFTER), 0.0)), 1e-300),
            )
            for u in self.updates
        )


def value_of(term: nt.Term, known: Mapping[str, float]) -> Any:
    """What a Term comes to with numbers for its names."""
    numbers: dict[Key, Fraction] = {(name, ()): as_fraction(value) for name, value in known.items()}
    return Substitution(Bindings(numbers, {}), EVALUATED).value(term)
