"""Steps of a rule over vectors and matrices, or one that asks the cost elsewhere, with numbers put in: in floating point."""

from __future__ import annotations

import fractions
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from symgd import terms as nt
from symgd.codegen.evaluators.evaluator import compile_rows
from symgd.codegen.evaluators.hessian_evaluator import HessianEvaluator
from symgd.codegen.evaluators.residuals import compiled_residuals, expect_squares
from symgd.codegen.program.jumps import expect_smooth
from symgd.codegen.rules.update_rule import Oracle, State, UpdateFunction
from symgd.data.arrays import FloatArray
from symgd.derivation.checking.point import exact
from symgd.derivation.gradient import Gradient
from symgd.derivation.second_order.normal import free_letter
from symgd.errors import DerivationError, DescentError
from symgd.optimizers.entrywise import calls
from symgd.optimizers.held_cases import CaseReader, HeldCase, sides_of, told_once
from symgd.optimizers.optimizer import names_of
from symgd.optimizers.printed import printed
from symgd.optimizers.rule import PARAMETERS_AFTER, UpdateRule
from symgd.optimizers.step_writer import Numbers, StepWriter, WorkedLine, WorkedStep
from symgd.optimizers.words import ARGMIN, SOLVE
from symgd.parsing.updates import RuleLine
from symgd.problem.problem import Problem
from symgd.terms.matrix.terms import Entries, Stacked
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.rounding import About, shown

MOST_ROWS = 8  # of a vector or a matrix that is written out
SOUGHT = (ARGMIN, SOLVE)  # words whose value is a number that was sought
READ = ("H", "r", "Jac")  # of the cost, in the order in which they are shown


@dataclass(frozen=True)
class WholeSteps:
    """What puts numbers into the statements of a rule that looks at all parameters at once.

    Parameters
    ----------
    problem : Problem
    gradient : Gradient
    writer : StepWriter
        Of the same optimizer, settings, rate and data: it works out the gradient's own lines.
    columns : sequence of array
    """

    problem: Problem
    gradient: Gradient
    writer: StepWriter
    columns: Sequence[FloatArray]

    def steps(self, start: Mapping[str, Any], count: int) -> Iterator[WorkedStep]:
        """One step after the other."""
        update = UpdateFunction(self.writer.optimizer, self.writer.settings)
        rate, rule = self.writer.rate, update.rule
        place: Numbers = dict(start)
        state = update.start(len(place), rate)
        for number in range(1, count + 1):
            point = np.array([float(value) for value in place.values()])
            slopes = np.array(self._at(point)[1])
            rates = self.writer.rate_lines(number)
            own = float(rates[0].value) if rates else rate
            found = update.worked(point, slopes, number, own, state, self._oracle)
            moved = np.broadcast_to(found[PARAMETERS_AFTER], point.shape)
            if not np.isfinite(moved).all():
                cause = (
                    f"step {number} of {rule_name(self.writer)} leads to what is no finite number"
                )
                raise DerivationError(cause, "begin elsewhere")
            end = dict(zip(place, map(fractions.Fraction, moved.tolist()), strict=True))
            lines = (*rates, *self._lines(found), *self._ends(end))
            held = dict(zip(rule.state, state, strict=True))
            if "t" in rule.used:
                held["t"] = number
            if "p" in rule.used:
                held["p"] = len(place)
            whole = {**held, **{name: found[name] for name in rule.made}}
            yield WorkedStep(
                number,
                place,
                self.writer.gradient_at(place),
                lines,
                end,
                tuple(self._equation(n, v) for n, v in held.items() if _fits(v)),
                tuple(self._symbol(n) for n, v in whole.items() if np.size(v) == 0),
                tuple(self._symbol(n) for n, v in whole.items() if np.size(v) and not _fits(v)),
                self._cases(point, slopes, number, own, state),
            )
            state = tuple(found[name + AFTER] for name in rule.state)
            place = end

    def _cases(
        self, point: FloatArray, slopes: FloatArray, number: int, rate: float, state: State
    ) -> tuple[HeldCase, ...]:
        """Which cases of the statements held: the sides of their comparisons are worked out as statements of their own."""
        if not self._sides:
            return ()
        writer, rule = self.writer, self.writer.optimizer.rule
        made = [
            part
            for statement in rule.statements
            for part in (*self._sides.get(statement.name, ()), statement)
        ]
        update = UpdateFunction(writer.optimizer, writer.settings, UpdateRule(tuple(made)))
        try:
            found = update.worked(point, slopes, number, rate, state, self._oracle)
        except (
            DescentError
        ):  # a side that is not asked for, in a case that does not hold, has no value
            return ()
        names = {line.term: line.name for lines in self._sides.values() for line in lines}
        return told_once(self._held(found, names))

    def _held(self, found: Mapping[str, Any], names: Mapping[nt.Term, str]) -> Iterator[HeldCase]:
        """The cases of each statement, for each parameter where vectors decide."""
        writer = self.writer
        for name, lines in self._sides.items():
            term = next(s.term for s in writer.optimizer.rule.statements if s.name == name)
            if not all(np.all(np.isfinite(found[line.name])) for line in lines):
                continue  # a side that no case asks for has no value
            apart = any(np.ndim(found[line.name]) for line in lines)
            for place, owner in enumerate(writer.names[:MOST_ROWS] if apart else [""]):

                def side(part: nt.Term, place: int = place) -> fractions.Fraction:
                    entries = np.ravel(found[names[part]])
                    return exact(float(entries[place if len(entries) > 1 else 0]))

                own = self._symbol(name) if not apart else nt.Symbol(writer.own(name, owner))
                printed_as = (lambda each, owner=owner: writer.term(each, owner)) if apart else self._printed  # fmt: skip
                yield from CaseReader(side, writer.digits, own=printed_as).cases(own, term)

    @cached_property
    def _sides(self) -> Mapping[str, tuple[RuleLine, ...]]:
        """For each statement that has cases what their comparisons compare, as statements."""
        rule = self.writer.optimizer.rule
        taken, found = names_of(self.writer.optimizer), dict[str, tuple[RuleLine, ...]]()
        for number, statement in enumerate(rule.statements):
            sides = dict.fromkeys(sides_of(statement.term))
            letter = free_letter(taken, f"side{number}", f"aside{number}")
            lines = (RuleLine(f"{letter}_{k}", side) for k, side in enumerate(sides))
            if sides:
                found[statement.name] = tuple(lines)
        return found

    def _printed(self, term: nt.Term) -> nt.Term:
        return self.writer.in_letters(printed(term, self.writer.optimizer.rule))

    def _lines(self, found: Mapping[str, Any]) -> Iterator[WorkedLine]:
        """What is read of the cost, and each statement."""
        for name in READ:
            if name in found and len(np.asarray(found[name])) <= MOST_ROWS:
                numbers = self._numbers(found[name])
                sure = self._is_shown(found[name])
                yield WorkedLine(nt.Symbol(name), numbers, numbers, _plain(found[name]), sure)
        for statement in self.writer.optimizer.rule.statements:
            value, left = found[statement.name], self._symbol(statement.name)
            if not _fits(value):
                continue
            sought = any(calls(statement.term, word) for word in SOUGHT)
            sure = self._is_shown(value) and not sought
            term = self._printed(statement.term)
            yield WorkedLine(left, term, self._numbers(value), _plain(value), sure)

    def _ends(self, end: Numbers) -> Iterator[WorkedLine]:
        """Where each parameter ends."""
        for name, value in end.items():
            number = shown(value, self.writer.digits).term
            sure = self._is_shown(float(value)) and not self._is_sought
            yield WorkedLine(nt.Symbol(f"{name}{AFTER}"), number, number, value, sure)

    @cached_property
    def _is_sought(self) -> bool:
        """Whether a statement is found by a search, or by solving equations."""
        statements = self.writer.optimizer.rule.statements
        return any(calls(s.term, word) for s in statements for word in SOUGHT)

    def _is_shown(self, value: Any) -> bool:
        """Whether every number is shown with all its digits, as floats are printed."""
        numbers = np.asarray(value, dtype=np.float64).ravel().tolist()
        return all(shown(exact(number), self.writer.digits).exact for number in numbers)

    def _equation(self, name: str, value: Any) -> nt.Equation:
        kind = nt.Equation if self._is_shown(value) else About
        return kind(self._symbol(name), self._numbers(value))

    def _symbol(self, name: str) -> nt.Term:
        return self.writer.in_letters(nt.Symbol(name))

    def _numbers(self, value: Any) -> nt.Term:
        """A number, a vector or a matrix as it is shown."""
        array = np.asarray(value, dtype=np.float64)
        terms = tuple(self._shown(number) for number in array.ravel().tolist())
        if array.ndim == 0:
            return terms[0]
        if array.ndim == 1:
            return Stacked(terms) if len(terms) > 1 else terms[0]
        return Entries(terms, array.shape[1]) if len(terms) > 1 else terms[0]

    def _shown(self, number: float) -> nt.Term:
        if not math.isfinite(number):
            cause = f"a statement of {rule_name(self.writer)} comes to what is no finite number"
            raise DerivationError(cause, "begin elsewhere, or take other settings")
        return shown(fractions.Fraction(number), self.writer.digits).term

    # What the rule asks of the cost

    @cached_property
    def _at(self) -> Callable[[FloatArray], tuple[float, tuple[float, ...]]]:
        evaluate = compile_rows(self.problem, self.gradient, often=True)(self.columns)
        return lambda point: evaluate(np.asarray(point, dtype=np.float64).tolist())

    @cached_property
    def _oracle(self) -> Oracle:
        used, name = self.writer.optimizer.rule.used, self.writer.optimizer.name
        second = squares = None
        if "H" in used:
            expect_smooth(self.problem, name)
            second = self._second()
        if used & {"r", "Jac"}:
            expect_squares(self.problem, name)
            made = compiled_residuals(self.problem)
            squares = lambda point: made(point.tolist(), self.columns)  # noqa: E731
        at = self._at
        return Oracle(lambda p: at(p)[0], lambda p: np.array(at(p)[1]), second, squares)

    def _second(self) -> Callable[[FloatArray], FloatArray]:
        entries = HessianEvaluator(self.problem, lambda: self.gradient).on([*self.columns])
        return lambda point: entries(point.tolist())


def _fits(value: Any) -> bool:
    """Whether a number, a vector or a matrix is written out."""
    return not np.ndim(value) or (np.size(value) > 0 and len(value) <= MOST_ROWS)


def rule_name(writer: StepWriter) -> str:
    """What the optimizer is called."""
    return writer.optimizer.name


def _plain(value: Any) -> Any:
    """A number, or lists of them."""
    return np.asarray(value, dtype=np.float64).tolist()
