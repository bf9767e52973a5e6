"""The NumPy target: a module that can be read, and that needs NumPy alone."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import (
    MODULES,
    Context,
    Manner,
    Statements,
    identifier,
    unpacked,
    written_tuple,
)
from symgd.codegen.expressions.unread import unread
from symgd.codegen.modules import checks_source, quadratic_skeleton, script, skeleton
from symgd.codegen.modules.blocks_source import blocks_source
from symgd.codegen.modules.embedding import (
    KINKED,
    OTHER,
    QUADRATIC,
    SUMMARY,
    WALK,
    WORDS,
    embedded,
    imports_for,
    needed,
)
from symgd.codegen.modules.fitting_source import FITTING, fitting, told_of_predictions
from symgd.codegen.modules.preface import preface
from symgd.codegen.program.jumps import has_kinks
from symgd.codegen.program.lower import lower, lowered_predictions
from symgd.codegen.program.near_exponentials import has_near_exponentials
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.summary.separation import Separation
from symgd.codegen.summary.summary_source import SummarySource
from symgd.derivation.gradient import Gradient
from symgd.problem.problem import Problem

OPTIONS = ("--help", "--start", "--learning-rate", "--max-iter", "--tolerance", "--predict")


class NumpyModule:
    """Writes one module."""

    def __init__(
        self,
        problem: Problem,
        gradient: Gradient,
        separation: Separation | None,
        script: bool,
        manner: Manner = MODULES,
    ) -> None:
        self.problem = problem
        self.gradient = gradient
        self.script = script
        self.context = Context(problem, lower(problem, gradient), manner)
        self.summary = None if separation is None else SummarySource(self.context, separation)
        self.linear = self.summary is not None and self.summary.linear
        self.kinked = not self.linear and has_kinks(problem)

    def text(self) -> str:
        """The whole module."""
        evaluate = (
            "lambda point: _evaluate(point, *columns)" if self.linear else "_evaluator(*columns)"
        )
        functions = [
            self.context.filled(skeleton.FUNCTIONS, predict=self.predict(), evaluate=evaluate),
            self.update(evaluate),
        ]
        parts = [
            layout.headed("What was derived", "\n\n".join(functions)),
            self.evaluate() if self.linear else blocks_source(self.problem, self.context.program),
        ]
        if self.summary is not None:
            parts.append(self.summary.summarise())
            parts.append(self.summary.squares() if self.linear else self.summary.faithful())
            if self.at_once:
                parts.append(self.summary.advance())
        result = self.context.filled(
            skeleton.RESULT, trace_width=str(len(self.problem.parameters) + 1), more=self.more
        )
        parts += self.steps()
        parts += [layout.headed("Descent", result), self.descend(), self.run()]
        line = [layout.headed("The command line", self.command_line())] if self.script else []
        checks_of = told_of_predictions(self.problem, checks_source.OF_COLUMNS)
        known = [checks_of, fitting(self.problem, FITTING)]
        if self.problem.weights is not None:
            place = self.problem.columns.index(self.problem.weights)
            known.append(self.context.filled(checks_source.WEIGHED, place=str(place)))
        asked = needed(known, *parts, *line)
        checks = [layout.headed("What is passed, checked", asked), *line]
        modules = (
            *self.walks,
            *(SUMMARY if self.summary is not None else ()),
            *(QUADRATIC if self.linear else OTHER),
            *(KINKED if self.kinked else ()),
        )
        walk = embedded(modules, *parts, *checks)
        parts.insert(0, self.names([*parts, walk, *checks]))
        code = layout.fitted(
            "\n\n".join(map(unread, [*parts, layout.headed(WORDS, walk), *checks]))
        )
        head = f'"""{self.docstring()}"""\n\nfrom __future__ import annotations\n'
        shebang = "#!/usr/bin/env python3\n" * self.script
        return f"{shebang}{head}\n{imports_for(*parts, walk, *checks)}\n{code}"

    # -- what an optimizer has otherwise ---------------------------------------------------------

    walks: tuple[ModuleType, ...] = WALK
    method = "Gradient descent"
    told: RuleCode | None = None  # what makes the steps, where it is no learning rate alone
    more = ""  # what else a Descent has

    @property
    def at_once(self) -> bool:
        """Whether many steps are made at once."""
        return self.linear and self.summary is not None and self.summary.advances

    @property
    def most(self) -> str:
        """How many steps are made at most, in words."""
        if self.summary is None:
            return "10,000"
        return "1,000,000, " + (
            "if so many help" if self.linear else "or 10,000 that need all the data"
        )

    by = "gradient descent"

    @property
    def rate_help(self) -> str:
        """What the command line says of the learning rate; empty where there is none."""
        return script.BEST if self.linear else script.BACKTRACKED

    def names(self, code: Sequence[str]) -> str:
        """What is known by name, of types those that the code names."""
        return self.context.filled(skeleton.NAMES, types=needed([skeleton.TYPES], *code))

    def update(self, evaluate: str) -> str:
        """The function that makes one step."""
        return self.context.filled(skeleton.UPDATE)

    def steps(self) -> list[str]:
        """What makes the steps, where that is more than a learning rate."""
        return []

    # -- the docstring --------------------------------------------------------------------------

    def docstring(self) -> str:
        """What the module minimises, by which conventions, and the derivation."""
        inputs = ", ".join(("found.parameters", *self.problem.inputs))
        use = [f"found = descend({', '.join(self.problem.columns)})", f"predict({inputs})"]
        use += ["python optimizer.py data.csv --help"] * self.script
        said = preface(self.problem, self.gradient, "It needs NumPy alone.", use, self.told)
        return layout.docstring(said)

    # -- cost and gradient ----------------------------------------------------------------------

    def evaluate(self) -> str:
        """The function with the formulas; a walk on a quadratic needs none but its summary."""
        lines, program, slopes = Statements(self.context), self.context.program, self.context.slopes
        for part in (*program.hoisted, *program.assignments):
            lines.assign(self.context.locals[part.local.name], part.term)
        cost = self.context.names.give("result", "value", own=True)
        for name, term in zip((cost, *slopes), program.results, strict=True):
            lines.assign(name, term)
        parts = (part.term for part in (*program.hoisted, *program.assignments))
        used = any(self.problem.notation.count in term.names for term in (*parts, *program.results))
        return self.context.filled(
            skeleton.EVALUATE,
            count=f"    {self.context.count} = len({self.context.columns[-1]})\n" if used else "",
            statements="\n".join(lines.lines),
            cost=cost,
            gradient=written_tuple(f"float({slope})" for slope in slopes),
        )

    def predict(self) -> str:
        """The function that says what the model predicts."""
        lines, names = Statements(self.context), self.context.names
        inputs = self.context.columns[: len(self.problem.inputs)]
        said = []
        for number, term in enumerate(lowered_predictions(self.problem)):
            name = "prediction" if len(self.problem.targets) == 1 else f"prediction_{number + 1}"
            said.append(names.give("local", name, own=name == "prediction"))
            lines.assign(said[-1], term)
        shape = f" + np.zeros_like({inputs[0]})" if inputs else ""
        whole = [f"{name}{shape}" if inputs else f"np.asarray({name})" for name in said]
        several = len(said) > 1
        return self.context.filled(
            skeleton.PREDICT,
            typed_inputs="".join(f", {name}: ArrayLike" for name in inputs),
            columns_line=f"    {unpacked(inputs, 4)} = _columns({', '.join(inputs)})\n"
            if inputs
            else "",
            statements="\n".join(lines.lines),
            predicted=f"tuple[{', '.join(['FloatArray'] * len(said))}]"
            if several
            else "FloatArray",
            of_each=", score by score" if several else "",
            answer=written_tuple(whole) if several else whole[0],
        ).rstrip("\n")

    def descend(self) -> str:
        """The descent, with the evaluation that fits the cost: many steps where none needs the data, few where each does."""
        if self.summary is None:
            prepare = skeleton.ARRAYS
        elif self.linear:
            prepare = quadratic_skeleton.LINEAR
            steps = quadratic_skeleton.AT_ONCE if self.at_once else quadratic_skeleton.ONE_BY_ONE
            prepare = prepare.replace("<<steps>>", steps)
        else:
            prepare = skeleton.SEPARABLE
        constant = "the best constant one is taken, from the curvature"
        varying = "each step has its own, at which the cost falls"
        return self.context.filled(
            skeleton.DESCEND,
            default=constant if self.linear else varying,
            most=self.most,
            method=self.method,
            prepare=self.context.filled(prepare, often=self.often).rstrip("\n"),
        )

    @property
    def often(self) -> str:
        """What a descent says to what evaluates for it, where there is something to prepare."""
        return ", often=True" * has_near_exponentials(self.context.program)

    def run(self) -> str:
        """The walk as it is asked for, with what is known of the cost."""
        if self.linear:
            return self.context.filled(quadratic_skeleton.RUN)
        course = skeleton.BY_KINKS if self.kinked else skeleton.BY_DIFFERENCES
        return self.context.filled(
            skeleton.RUN,
            squares="",
            **skeleton.look_of(self.problem, course),
            floored=skeleton.floored(self.problem),
            wanders=skeleton.beyond_floats(self.problem, "evaluate", "rows.rows"),
            **skeleton.PLAIN,
        )

    # -- the script -----------------------------------------------------------------------------

    def command_line(self) -> str:
        """The command line."""
        flags: list[str] = []
        for name in self.problem.columns:
            flag = f"--{identifier(name)}"
            flags.append(
                f"--column-{identifier(name)}" if flag in OPTIONS or flag in flags else flag
            )
        labels = self.problem.labels  # the column of weights may be called as no name is
        called = {n: labels[n] for n in self.problem.columns if labels.get(n, n) != n}
        return self.context.filled(
            script.OF_COLUMNS,
            flags=written_tuple(repr(flag) for flag in flags),
            default=f"{called!r}.get(name, name)" if called else "name",
            description=f'"Fit {identifier(self.problem.targets[-1])} by {self.by.replace("_", " ")}."',
            input_count=str(len(self.problem.inputs)),
            **script.told_of_steps(self.rate_help, self.most),
        )
