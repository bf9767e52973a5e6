"""StepSource: the step of an update rule in a generated module, whatever the module is of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypeAlias

from symgd import terms as nt
from symgd.codegen.evaluators.residuals import expect_squares, residuals_source
from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import (
    Context,
    Manner,
    Statements,
    unpacked,
    written_tuple,
)
from symgd.codegen.modules import rule_skeleton as parts
from symgd.codegen.modules.stacked_hessian import stacked_hessian
from symgd.codegen.modules.step_words import (
    CALLED,
    COUNTED,
    FORMS,
    FOUND,
    FOUND_HELP,
    OWN,
    RATE_HELP,
    RATES,
    REFUSING,
    SQUARES,
)
from symgd.codegen.program.jumps import expect_smooth
from symgd.codegen.program.lower import lower_hessian
from symgd.codegen.rules.rule_code import RuleCode, rate_source
from symgd.codegen.rules.update_source import UpdateSource
from symgd.derivation.gradient import Gradient
from symgd.derivation.second_order.hessian import hessian
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.text import text

Known: TypeAlias = Literal["", "squares", "columns"]  # what a step is handed of the cost itself


@dataclass(frozen=True, eq=False)
class StepSource:
    """A rule's step.

    Parameters
    ----------
    code : RuleCode
    context : Context
        Of the module.
    gradient : Gradient
    linear : bool
        Whether the module has the cost as |M·θ + r|².
    bends : sequence of float
        The curvatures of a function that is a quadratic.
    """

    code: RuleCode
    context: Context
    gradient: Gradient
    linear: bool = False
    bends: Sequence[float] = ()

    def __post_init__(self) -> None:
        rule = self.code.rule
        if rule.used & {*SQUARES} and not self.linear:
            expect_squares(self.context.problem, self.code.optimizer.name)
        if rule.calls("H") and not self.linear:
            expect_smooth(self.context.problem, self.code.optimizer.name)

    @cached_property
    def constants(self) -> Mapping[str, tuple[str, float]]:
        return self._constants[0]

    @cached_property
    def _constants(self) -> tuple[dict[str, tuple[str, float]], dict[str, tuple[str, float]]]:
        return self.code.constants(OWN)

    @cached_property
    def given(self) -> dict[str, str]:
        """The constant of each setting."""
        return {name: constant for name, (constant, _) in self.constants.items()}

    @cached_property
    def source(self) -> UpdateSource:
        given = {THETA: "theta", "g": "g", "alpha": "alpha", "I": "identity", **self.given}
        return UpdateSource(self.code.rule, "numpy", given, CALLED, FORMS)

    @property
    def known(self) -> Known:
        """What the rule reads of the cost beside the gradient."""
        if not {"H", "r", "Jac"} & self.code.rule.used:
            return ""
        return "squares" if self.linear else "columns"

    @property
    def hessian_there(self) -> str:
        """The call that answers the second derivatives."""
        return "_hessian(theta.tolist(), columns)"

    @property
    def passed(self) -> str:
        """What every step is handed beside numbers."""
        return ", ".join(filter(None, ("evaluate", self.known)))

    @property
    def count(self) -> str:
        return str(len(self.context.problem.parameters))

    # -- texts ----------------------------------------------------------------------------------

    def declared(self) -> str:
        """The settings, and the names of what is remembered."""
        _, of_rate = self._constants
        rows = self.code.declared((self.constants, of_rate))
        return self.context.filled(parts.CONSTANTS, constants=rows, states=self.states_written())

    def states_written(self) -> str:
        """The same as a tuple."""
        return written_tuple(repr(name) for name in self.states)

    @cached_property
    def states(self) -> list[str]:
        """The columns of what is told."""
        rule, found = self.code.rule, []
        for name in rule.told:
            vector = rule.kinds[name] == "vector"
            own = [f"{name}[{one}]" for one in self.context.problem.parameters]
            found += own if vector else [name]
        return found

    def formulas(self) -> str:
        """The rule as it is written, for a docstring."""
        return "\n".join(f"    {row}" for row in self.code.told)

    def update(self, template: str, evaluate: str, size: str = "<<size>>") -> str:
        """The function that makes one step; where it makes no `evaluate`, the module's own is passed.

        The `size` is how much the rows count.
        """
        needs = self.code.needs
        own = self.passed.replace("evaluate", "_evaluate").replace("columns", "()")
        known = "    triangle, anchor = _summarise(*columns)\n"
        known += "    squares = _squares(triangle, anchor, <<size>>)\n".replace("<<size>>", size)
        return self.context.filled(
            template,
            rate={
                "asked": "    learning_rate: float,\n",
                "one": "    learning_rate: float = 1.0,\n",
            }.get(needs, ""),
            learning_rate="1.0" if needs == "none" else "learning_rate",
            formulas=layout.docstring(self.formulas()),
            evaluate=evaluate,
            known=self.context.filled(known) if self.known == "squares" else "",
            passed=self.passed if evaluate else own,
        )

    def step(self) -> str:
        """The step, and the steps of a walk."""
        rule, names = self.code.rule, self.source.names
        state = [names[name] for name in rule.state]
        typed = {"squares": "Squares", "columns": "Sequence[FloatArray]"}.get(self.known, "")
        told = ", ".join(self._told(name, names[name + AFTER]) for name in rule.told)
        begun = [self.code.start_of(n, self.given, self.count, "learning_rate") for n in rule.state]
        schedule = self.code.schedule
        known = f", {self.known}: {typed}" if self.known else ""
        return self.context.filled(
            parts.STEP,
            begun=written_tuple(begun),
            asked=f"    {known[2:]},\n" if known else "",
            known_typed=known,
            statements="\n".join(f"    {line}" for line in self._lines(state)),
            moved=names[PARAMETERS_AFTER],
            kept=written_tuple(names[name + AFTER] for name in rule.state),
            told=_tuple(told),
            rate_at="learning_rate" if schedule is None else self._rate_at(),
            passed=self.passed,
            told_first=self._told_first(),
        ) + (self._rate() if schedule is not None else "")

    def _rate_at(self) -> str:
        """The rate of a step by its law; in a trial, whose steps are counted nowhere, it stays the same."""
        if self.code.finding:
            return "_rate(number, learning_rate, most) if most else learning_rate"
        return "_rate(number, learning_rate, max(most, 1))"

    @property
    def base(self) -> str:
        """The learning rate where none is given."""
        if not self.code.finding:
            return "1.0"
        more = "".join(f", {name}" for name in self._of_found)
        return f"_found_rate(evaluate, point, most{more})"

    @property
    def told_rate(self) -> str:
        """The rate that is the same for all steps; None where the rule has none."""
        return "None" if self.code.needs == "none" else "base"

    @property
    def last_rate(self) -> str:
        """The line that says the last step's rate, where another would be told."""
        if self.code.schedule is not None:
            rate = "float(_rate(np.float64(table[-1, 0] or 1), base, max(most, 1)))"
            return f'    with np.errstate(all="ignore"):\n        chosen = chosen._replace(rate={rate})\n'
        return "    chosen = chosen._replace(rate=base)\n" if self.code.needs == "none" else ""

    @property
    def with_rate(self) -> str:
        """The rate as the message has it."""
        if self.code.needs == "none":
            return ""
        last = "" if self.code.schedule is None else " at the last"
        return f" with learning rate {{last:g}}{last}"

    @property
    def _of_found(self) -> Mapping[str, str]:
        """What a search for a rate is handed of the cost beside its evaluation, and the types."""
        found = {"squares": "Squares", "columns": "Sequence[FloatArray]"}
        if self._steady and not self.bends:
            return {"squares": found["squares"]}
        return {self.known: found[self.known]} if self.known else {}

    @property
    def _steady(self) -> bool:
        """Whether what steps leave on this quadratic says the best rate."""
        return self.code.finding == "steady" and (self.linear or bool(self.bends))

    def found_rate(self) -> str:
        """The function that finds a rate where none is given; empty where one is asked for."""
        if not self.code.finding:
            return ""
        of_curvature = "bends_of(squares[0], len(Bowl.of(squares[0], squares[1](start)).curvature))"
        steady = parts.STEADY + parts.STEADIEST * (self.code.schedule is None)
        steady = steady.replace("<<bends>>", repr([*self.bends]) if self.bends else of_curvature)
        template = parts.FOUND_FIRST if self.code.finding == "first" else parts.FOUND
        text = self.context.filled(
            template,
            known_typed="".join(f", {name}: {kind}" for name, kind in self._of_found.items()),
            known_passed=f", {self.known}" if self.known else "",
            steady=steady if self._steady else "",
            limit=", math.inf if limit is None else BELOW * limit" if self._steady else "",
        )
        if not self._steady:
            return text
        width = str(1 + len(self.code.rule.state))
        return text.rstrip("\n") + parts.STEP_MATRIX.replace("<<width>>", width)

    def _lines(self, state: list[str]) -> list[str]:
        rule, names = self.code.rule, self.source.names
        lines = [f"{unpacked(state, 4)} = state"] if state else []
        if self._searches:
            lines.append("evaluate = last_kept(evaluate)")
        if "t" in rule.used:
            lines.append(f"{names['t']} = step")
        lines += [f"{names[n]} = {code}" for n, code in COUNTED.items() if n in rule.used]
        if "H" in rule.used:
            squares = "2 * squares[0].T @ squares[0]"
            lines.append(f"{names['H']} = {squares if self.linear else self.hessian_there}")
        if "r" in rule.used and self.linear:
            lines.append(f"{names['r']} = squares[1](theta.tolist())")
        if "Jac" in rule.used and self.linear:
            lines.append(f"{names['Jac']} = squares[0]")
        if rule.used & {*SQUARES} and not self.linear:
            both = ", ".join(names.get(name, "_") for name in SQUARES)
            lines.append(f"{both} = _residuals(theta.tolist(), columns)")
        room = self.context.manner.width - 4
        blocks = (self.source.block(s.name, s.term, room) for s in rule.statements)
        return [*lines, *(row for block in blocks for row in block)]

    @property
    def _searches(self) -> bool:
        """Whether cost and slope are asked at the same points."""
        return any("lowest_by_slopes(" in line for line in self.source.lines)

    @property
    def may_refuse(self) -> bool:
        """Whether there are points from which the rule makes no step."""
        return any(f"{word}(" in line for word in REFUSING for line in self.source.lines)

    def _told(self, name: str, value: str) -> str:
        return f"*{value}" if self.code.rule.kinds[name] == "vector" else value

    def _told_first(self) -> str:
        """What is told before the first step: what is no state is 0."""
        rule, rows = self.code.rule, []
        for name in rule.told:
            place = rule.state.index(name) if name in rule.state else None
            vector = rule.kinds[name] == "vector"
            if place is None:
                rows.append(f"*([0.0] * {self.count})" if vector else "0.0")
            else:
                rows.append(f"*begun[{place}].tolist()" if vector else f"float(begun[{place}])")
        return _tuple(", ".join(rows))

    def _rate(self) -> str:
        """The law of the rate."""
        schedule = self.code.schedule
        assert schedule is not None
        formula = text(nt.Equation(nt.Symbol("alpha" + AFTER), schedule.term))
        return self.context.filled(
            parts.RATE,
            formula=layout.docstring(f"    {formula}").lstrip(),
            value=rate_source(schedule, self._constants[1]),
        )

    def beside(self) -> list[str]:
        """The functions of what the rule reads of the cost beside its gradient."""
        return [part for part in (self.residuals(), self.second()) if part]

    def residuals(self) -> str:
        """The function of the residuals and their derivatives; empty where it is not asked for."""
        if self.linear or not self.code.rule.used & {*SQUARES}:
            return ""
        return residuals_source(self.context.problem, Manner(reserved=OWN, total="np.sum"))

    def second(self) -> str:
        """The function of the second derivatives; empty where it is not asked for."""
        if self.known != "columns" or "H" not in self.code.rule.used:
            return ""
        problem = self.context.problem
        stacked = stacked_hessian(problem)
        if stacked:
            return stacked
        program, pairs = lower_hessian(problem, self.gradient, lambda: hessian(self.gradient))
        context = Context(problem, program, Manner(reserved=OWN, total="np.sum"))
        lines = Statements(context)
        for part in (*program.hoisted, *program.assignments):
            lines.assign(context.locals[part.local.name], part.term)
        values: dict[tuple[int, int], str] = {}
        for (row, column), term in zip(pairs, program.results, strict=True):
            name = context.names.give("second", f"curvature_{row + 1}_{column + 1}")
            lines.assign(name, term)
            values[row, column] = values[column, row] = name
        places = range(len(problem.parameters))
        rows = [f"[{', '.join(values[row, column] for column in places)}]" for row in places]
        columns = context.columns
        taken = f"    {unpacked(columns, 4)} = columns\n" if columns else ""
        taken += f"    {context.count} = len({columns[-1]})\n" if columns else ""
        return context.filled(
            parts.HESSIAN,
            taken=taken,
            statements="\n".join(lines.lines),
            rows=f"[{', '.join(rows)}]",
        )


def usual_rate(code: RuleCode) -> str:
    """What a descent does without a learning rate."""
    return FOUND[code.finding] if code.finding else RATES[code.needs]


def rate_help(code: RuleCode) -> str:
    """What a command line says of the learning rate; empty where there is none."""
    if code.finding:
        return FOUND_HELP[code.finding]
    return RATE_HELP[code.needs]


def rate_refusals(code: RuleCode) -> str:
    """The lines of a `descend` that refuse a learning rate, or ask for one."""
    name = code.called
    if code.finding:
        return ""
    if code.needs == "asked":
        # The search that symgd makes walks a few dozen steps at many rates, and on a quadratic asks the rule's own law.
        asked = (
            f"pass a learning_rate, such as 0.01: {name} has none of its own ",
            "here; problem.descend finds one by trial, ",
            "and so do modules generated with learning_rate auto",
        )
        rows = zip(("=", "+=", "+="), asked, strict=True)
        lines = "".join(f'        said {sign} "{part}"\n' for sign, part in rows)
        return f"    if learning_rate is None:\n{lines}        raise ValueError(said)\n"
    if code.needs == "none":
        said = f"leave out learning_rate: {name} has none"
        return f'    if learning_rate is not None:\n        raise ValueError("{said}")\n'
    return ""


def _tuple(items: str) -> str:
    """Items as a tuple, with the comma that one alone needs."""
    one = items and (", " not in items)
    return f"({items},)" if one else f"({items})"
