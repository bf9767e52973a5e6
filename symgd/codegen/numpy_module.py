"""The NumPy target: a module that can be read, and that needs NumPy alone."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from symgd.codegen import layout, skeleton
from symgd.codegen.context import Context, Statements, identifier, written_tuple
from symgd.codegen.lower import lower
from symgd.codegen.summary_source import SummarySource
from symgd.derivation.gradient import Gradient
from symgd.problem.problem import Problem
from symgd.terms import Equation, Symbol
from symgd.writing.formulas.text import text

OPTIONS = ("--help", "--start", "--learning-rate", "--max-iter", "--tolerance")


def source(problem: Problem, gradient: Gradient) -> str:
    r"""A module that minimises the problem's cost, with its derivation, as text.

    The module needs NumPy alone. It has `cost`, `gradient`, `cost_and_gradient`, `update` and `descend`, and fits a CSV
    file when it is run as a script; `gradient` is the one that was derived from the problem's cost.
    """
    return _Module(problem, gradient).text()


class _Module:
    """Writes one module."""

    def __init__(self, problem: Problem, gradient: Gradient) -> None:
        self.problem = problem
        self.gradient = gradient
        self.context = Context(problem, lower(problem, gradient))
        self.summary = SummarySource.of(self.context)
        self.linear = self.summary is not None and self.summary.linear

    def text(self) -> str:
        """The whole module."""
        parts = [
            self.context.filled(
                skeleton.IMPORTS, iterator="" if self.summary is None else "Iterator, "
            ),
            self.context.filled(skeleton.RESULT, trace_width=str(len(self.problem.parameters) + 1)),
            self.context.filled(skeleton.FUNCTIONS),
            self.descend(),
            self.evaluate(),
            skeleton.CHECKS,
        ]
        if self.summary is not None:
            parts.append(self.summary.summarise())
            parts += [self.summary.rates()] if self.linear else []
        parts.append(self.script())
        code = layout.fitted("\n\n".join(parts))
        return f'#!/usr/bin/env python3\n"""{self.docstring()}"""\n\n{code}'

    # -- the docstring --------------------------------------------------------------------------

    def docstring(self) -> str:
        """What the module minimises, by which conventions, and the derivation."""
        problem, given = self.problem, ", ".join(self.problem.parameters)
        data = ", ".join(problem.columns)
        loss = " ".join(problem.loss.title.split())
        count = text(Symbol(problem.notation.count))
        divisors = {
            "mean": f"divided by {count}",
            "sum": "not divided",
            "half mean": f"divided by 2{count}",
            "root mean": f"divided by {count}, and its root taken",
        }
        settings = [
            f"{text(Symbol(problem.letters[name]))} = {value:g}"
            for name, value in problem.settings.items()
        ]
        pairs = zip(problem.targets, problem.predictions, strict=True)
        model = ", ".join(text(Equation(Symbol(name), formula)) for name, formula in pairs)
        rate = "" if self.linear else ", learning_rate=0.01"
        sections = [
            f"Gradient descent for {model}: {loss}.",
            "Made by symgd from the formula. It needs NumPy alone.",
            _listed("The cost", (text(equation) for equation in problem.equations)),
            _listed(
                "Conventions",
                (
                    f"parameters, in this order: {given}",
                    f"data: {data}, one value of each for every example; {count} examples",
                    f"residual = {problem.notation.residual_sign}",
                    f"the sum over the examples is {divisors[problem.loss.reduction]}",
                    *settings,
                    "a step: each parameter minus the learning rate times its partial derivative",
                ),
            ),
            _listed(
                "Use", (f"found = descend({data}{rate})", "python optimizer.py data.csv --help")
            ),
            "The derivation\n"
            + textwrap.indent(self.gradient.text(detail="standard").strip(), "    "),
        ]
        return layout.docstring("\n\n".join(sections) + "\n")

    # -- cost and gradient ----------------------------------------------------------------------

    def evaluate(self) -> str:
        """The function with the formulas."""
        lines, program, slopes = Statements(self.context), self.context.program, self.context.slopes
        for part in (*program.hoisted, *program.assignments):
            lines.assign(self.context.locals[part.local.name], part.term)
        cost = self.context.names.give("result", "value", own=True)
        for name, term in zip((cost, *slopes), program.results, strict=True):
            lines.assign(name, term)
        used = any(self.problem.notation.count in term.names for term in program.results)
        return self.context.filled(
            skeleton.EVALUATE,
            count=f"    {self.context.count} = len({self.context.columns[-1]})\n" if used else "",
            statements="\n".join(lines.lines),
            cost=cost,
            gradient=written_tuple(f"float({slope})" for slope in slopes),
        )

    def descend(self) -> str:
        """The loop, with the evaluation that fits the cost: many steps where none needs the data, few where each does."""
        if self.summary is None:
            most, prepare, default = " = 10_000", skeleton.ARRAYS, ""
        elif self.linear:
            most, prepare = " = 1_000_000", skeleton.LINEAR
            default = "Without a learning rate it takes the best constant one, from the curvature."
        else:
            most, prepare = " | None = None", skeleton.SEPARABLE
            default = "Without `max_iter`: 1,000,000, or 10,000 where each step needs all the data."
        return self.context.filled(
            skeleton.DESCEND,
            optional=" | None = None" if self.linear else "",
            default=default and f"\n    {default}",
            most=most,
            prepare=prepare.rstrip("\n"),
        )

    # -- the script -----------------------------------------------------------------------------

    def script(self) -> str:
        """The command line."""
        flags: list[str] = []
        for name in self.problem.columns:
            flag = f"--{identifier(name)}"
            flags.append(
                f"--column-{identifier(name)}" if flag in OPTIONS or flag in flags else flag
            )
        option = "default=None" if self.linear else "required=True"
        help_text = "the best constant one where not given" if self.linear else "required"
        return self.context.filled(
            skeleton.SCRIPT,
            flags=written_tuple(repr(flag) for flag in flags),
            description=f'"Fit {self.context.columns[-1]} by gradient descent."',
            script_most="10000" if self.summary is None else "1000000",
            rate_option=f'"--learning-rate", type=float, {option}, metavar="RATE", help="{help_text}"',
        )


def _listed(title: str, rows: Iterable[str]) -> str:
    return "\n".join([title, *(f"    {row}" for row in rows)])
