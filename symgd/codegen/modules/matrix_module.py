"""The module with one matrix of inputs: as long for two thousand inputs as for twenty, but for the list of names."""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

import sympy

from symgd import terms as nt
from symgd.codegen.evaluators.examples_source import ExamplesSource
from symgd.codegen.evaluators.matrix_evaluator import rows_of
from symgd.codegen.expressions import layout
from symgd.codegen.expressions.context import unpacked, written_tuple
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.modules import (
    checks_source,
    matrix_skeleton,
    quadratic_skeleton,
    script,
    skeleton,
)
from symgd.codegen.modules.embedding import WALK
from symgd.codegen.modules.preface import PLAIN
from symgd.codegen.plan import Plan
from symgd.codegen.program.jumps import has_kinks
from symgd.codegen.program.score import Score
from symgd.codegen.program.stable import in_numpy, named
from symgd.codegen.summary.separation import Separation
from symgd.codegen.summary.summary_source import WITH_PENALTY
from symgd.writing.formulas.text import text

WHY = (
    "Why no step needs the data again: the loss is the square of the residual, and that is linear in the parameters. With "
    "what they are multiplied by as the columns of a matrix Φ, and R the triangle of its QR factorisation, "
    "‖Φ θ + r‖ = ‖R (θ, 1)‖. The parameters are taken as distances from an anchor, a least-squares fit, which keeps the "
    "digits that a small cost would lose."
)


class MatrixModule:
    """The parts of one module that know of the formula."""

    def __init__(self, plan: Plan, second: bool = False) -> None:
        """With `second` it has the second derivatives, whatever the cost is a function of beside the score."""
        assert plan.score is not None
        self.score: Score = plan.score
        self.separation = plan.separation
        self.problem = plan.score.problem
        self.linear = plan.separation is not None
        self.kinked = not self.linear and has_kinks(self.problem)
        self.root = self.problem.loss.reduction == "root mean"
        self.bent = second or not (self.linear or self.kinked or self.root or self.score.others)
        self.source = ExamplesSource(self.score)
        self.places = {name: place for place, name in enumerate(self.problem.parameters)}
        self.plain = self.score.is_plain

    # -- names of data --------------------------------------------------------------------------

    @property
    def data(self) -> tuple[str, ...]:
        """What functions with the formulas are passed."""
        return (*(() if self.plain else ("features",)), *self.passed)

    @property
    def passed(self) -> tuple[str, ...]:
        """What functions are passed from outside: X, y, and w where rows have weights of their own."""
        own = (*self.problem.inputs, *self.problem.targets)
        return ("X", "y") if self.problem.weights in (None, *own) else ("X", "y", "w")

    @property
    def size(self) -> str:
        """How much the rows count."""
        weights = self.problem.weights
        return "len(y)" if weights is None else f"float({self.column(weights, ':')}.sum())"

    def size_of_data(self) -> str:
        """The same of what is in `data`."""
        weights = self.problem.weights
        if weights is None or "w" in self.passed:
            return "len(data[-1])" if weights is None else "float(data[-1].sum())"
        if weights == self.problem.target:
            return "float(data[-1].sum())"
        return f"float(data[-2][:, {self.problem.inputs.index(weights)}].sum())"

    def weighed(self) -> str:
        """What looks at the weights."""
        weights = self.problem.weights
        if weights is None:
            return ""
        if "w" in self.passed:
            return checks_source.WEIGHTS_PASSED
        if weights == self.problem.target:
            return "    inputs, target, _ = _weighed((inputs, target, target))\n"
        place = str(self.problem.inputs.index(weights))
        return checks_source.WEIGHTS_AMONG.replace("<<place>>", place)

    @property
    def typed(self) -> str:
        """The same, as arguments."""
        return ", ".join(f"{name}: FloatArray" for name in self.data)

    def column(self, name: str, rows: str, inputs: str = "X") -> str:
        """Some rows of a column."""
        if name == self.problem.target:
            return f"y[{rows}]"
        if name not in self.problem.inputs:  # the weights
            return f"w[{rows}]"
        return f"{inputs}[{rows}, {self.problem.inputs.index(name)}]"

    def written(self, term: nt.Term, rows: str, inputs: str = "X") -> str:
        """A function of the columns, of some rows."""
        writer = ExpressionWriter(
            lambda part: (
                self.column(part.name, rows, inputs) if isinstance(part, nt.Symbol) else ""
            ),
            lambda writer, body: "",
        )
        return writer.text(in_numpy(named(term)))

    def around(self, point: str) -> list[str]:
        """The shift, and the parameters around the score."""
        values = [f"{point}[{self.places[name]}]" for name in self.score.others]
        shift = self.score.small.parameters[0]
        return [f"{point}[{self.places[shift]}]" if self.score.has_shift else "0.0", *values]

    # -- parts ----------------------------------------------------------------------------------

    def filled(self, template: str, **parts: str) -> str:
        """A template with this module's names."""
        problem, score, width = self.problem, self.score, len(self.score.weights)
        around = [name for name in score.small.parameters if name in self.places]
        common = {
            "parameters": written_tuple(repr(name) for name in problem.parameters),
            "column_names": written_tuple(repr(name) for name in problem.columns),
            "weights": indices([self.places[name] for name in score.weights]),
            "rows": str(rows_of(width)),
            "width": str(width),
            "around": str(len(around)),
            "others": indices([self.places[name] for name in around]),
            "typed": self.typed,
            "names": ", ".join(self.data),
            "block": self.data[0],
            "table": "inputs" if self.plain else "_design(inputs)",
            "arrays": ", ".join(["FloatArray"] * len(self.data)),
            "data": ", ".join(
                (
                    *(() if self.plain else ("_design(inputs)",)),
                    *("inputs", "target", "counts")[: len(self.passed)],
                )
            ),
            "passed": ", ".join(self.passed),
            "passed_typed": ", ".join(f"{name}: ArrayLike" for name in self.passed),
            "passed_lines": ",\n    ".join(f"{name}: ArrayLike" for name in self.passed),
            "passed_any": ", ".join(f"{name}: Any" for name in self.passed),
            "size_of_data": self.size_of_data(),
            "weighed": self.weighed(),
            "fitting": "_fitting(" * bool(problem.loss.targets),
            "fitted": ")" * bool(problem.loss.targets),
            "beside": str(len(self.passed) - 1),
            "and_weights": " and the weights" * ("w" in self.passed),
            "arguments": ", ".join(
                [
                    "table @ at[WEIGHTS]",
                    *self.around("at"),
                    *(self.column(name, "rows") for name in score.small.columns[1:]),
                ]
            ),
            "penalised": indices([self.places[name] for name in problem.penalized]),
        }
        return self.source.context.filled(template, **{**common, **parts})

    def functions(self) -> str:
        """What is called from outside."""
        beside = [self.column(name, ":", "inputs") for name in self.score.small.inputs[1:]]
        given = ", ".join(["score", *self.around("point"), *beside])
        return f"{self.filled(matrix_skeleton.FUNCTIONS, given=given)}\n\n{self.update()}"

    # -- what an optimizer has otherwise ---------------------------------------------------------

    walks: tuple[ModuleType, ...] = WALK
    method = "Gradient descent"
    step_said = PLAIN
    more = ""  # what else a Descent has

    def told_of_steps(self) -> dict[str, str]:
        """What the help of a script says of the learning rate and of the steps."""
        return script.told_of_steps(
            script.BEST if self.linear else script.BACKTRACKED,
            "1,000,000" if self.linear else "10,000",
        )

    def declared(self) -> str:
        """What has a name beside parameters and columns."""
        return ""

    def update(self) -> str:
        """The function that makes one step."""
        return self.filled(matrix_skeleton.UPDATE)

    def steps(self) -> list[str]:
        """What makes the steps, where that is more than a learning rate."""
        return []

    # -- the formulas ---------------------------------------------------------------------------

    def formulas(self) -> list[str]:
        """The functions with the formulas."""
        parts = [self.source.predicted(), self.source.examples(), self.source.penalty()]
        if not self.plain:
            parts.append(self.design())
        parts.append(self.evaluate())
        if self.bent:
            parts += self.second()
        return [part for part in parts if part]

    def design(self) -> str:
        """What the weights are multiplied by."""
        features = self.score.features
        if all(isinstance(feature, nt.Symbol) for feature in features):
            places = [self.problem.inputs.index(text(f, ascii=True)) for f in features]
            lines = [f"        table[:] = inputs[:, {indices(places)}]"]
        else:
            written = (self.written(feature, ":", "inputs") for feature in features)
            lines = [f"        table[:, {n}] = {line}" for n, line in enumerate(written)]
        return self.filled(matrix_skeleton.DESIGN, lines="\n".join(lines))

    def evaluate(self) -> str:
        """Cost and gradient, block by block."""
        others = self.source.others
        slopes = ["slope", *(f"slope_{number}" for number, _ in enumerate(others, 1))]
        inner = [f"{name}.sum()" for name in (slopes if self.score.has_shift else slopes[1:])]
        penalised = self.filled(matrix_skeleton.PENALISED) if self.problem.penalty else ""
        return self.filled(
            matrix_skeleton.EVALUATE,
            results=", ".join(["loss", *slopes]),
            inner=", ".join(inner) + "," * (len(inner) == 1),
            reduced=self.reduced(),
            penalised=penalised,
        )

    def reduced(self) -> str:
        """The cost of all losses, and its slope by their sum."""
        if self.root:
            return (
                f"math.sqrt(total / {self.size}), 0.5 / {self.size} / np.sqrt(total / {self.size})"
            )
        whole = {"sum": "total", "half mean": f"total / (2 * {self.size})"}
        return f"{whole.get(self.problem.loss.reduction, f'total / {self.size}')}, {self.scale()}"

    def scale(self) -> str:
        """The slope of the cost by the sum of all losses."""
        known = {"sum": "1.0", "half mean": f"0.5 / {self.size}"}
        return known.get(self.problem.loss.reduction, f"1.0 / {self.size}")

    def second(self, given: str = "", taken: str = "") -> list[str]:
        """The functions of second derivatives: each example's, the penalty's, and all of what they are `given`.

        The lines that are `taken` make the data of the module of it.
        """
        twice = ExamplesSource(self.score, twice=True)
        whole = self.hessian(given or self.typed, taken)
        return [twice.examples(), twice.penalty(), whole]

    def hessian(self, given: str, taken: str) -> str:
        """That of all of them."""
        score, parts = self.score, matrix_skeleton
        names = [name for name in score.small.parameters if name in self.places]
        rows = score.bends if score.has_shift else score.bends[1:]
        around = {
            "mixed": ", ".join(row[0] for row in rows),
            "corner": ", ".join(
                f"[{', '.join(f'{name}.sum()' for name in row[-len(rows) :])}]" for row in rows
            ),
        }
        sums = [f"{name}.sum()" for name in score.slopes[-len(rows) :]] if rows else []
        pulled = f"np.append(slope @ table, [{', '.join(sums)}])" if sums else "slope @ table"
        unread = ["loss", *score.slopes] if self.root else ["_"] * (1 + len(score.slopes))
        return self.filled(
            parts.HESSIAN,
            given=given,
            taken=taken,
            order=", ".join(["WEIGHTS", *(str(self.places[name]) for name in names)]),
            begun=parts.ROOT_BEGUN * self.root,
            results=unpacked([*unread, *score.answers], 12),
            summed=parts.ROOT_SUMMED.replace("<<pulled>>", pulled) * self.root,
            around_score=self.filled(parts.AROUND_SCORE, **around) if rows else "",
            reduced=parts.ROOT_REDUCED.replace("<<size>>", self.size) * self.root,
            scaled="0.5 / size / value * bent - np.outer(slopes, slopes) / value"
            if self.root
            else f"{self.scale()} * bent",
            penalised=self.filled(parts.PENALISED_TWICE) if self.problem.penalty else "",
        )

    def summary(self) -> str:
        """The triangle of a cost that is a quadratic."""
        found, count = self.separation, sympy.Symbol(self.problem.notation.count)
        assert found is not None
        scale = str(found.scale.subs(count, sympy.Symbol("n"))).replace("/", " / ")
        ones = "        table[:, 0] = 1.0\n" if self.score.has_shift else ""
        names = ["1"] * bool(ones) + [text(feature) for feature in self.score.features]
        plain = self.plain and found.plain[-1] == nt.Negative(nt.Symbol(self.problem.target))
        features = written_tuple(map(repr, names))
        if self.plain:
            beside = len(self.passed) - 1
            features = f'("1", *COLUMNS[:-{beside}])' if ones else f"COLUMNS[:-{beside}]"
        weights = self.problem.weights
        counts = "" if weights is None else self.column(weights, "rows")
        return self.filled(
            matrix_skeleton.SUMMARY,
            why=layout.comment(WHY + WITH_PENALTY * bool(found.penalties)),
            features=features,
            **self.penalised(found, scale),
            order=indices(found.order.tolist()).replace("slice(", "range("),
            ones=ones,
            first=str(len(ones) and 1),
            rest="-y[rows]" if plain else self.written(found.plain[-1], "rows"),
            scale=scale,
            counts_typed="FloatArray" if counts else "None",
            counts=f"\n        return {counts}" if counts else "",
        )

    def penalised(self, found: Separation, scale: str) -> dict[str, str]:
        """What a penalty adds to the summary."""
        if not found.penalties:
            return {"rows_below": "", "below": ""}
        each = max(found.penalties)  # each parameter that the penalty is on costs the same
        at = indices([place for place, part in enumerate(found.penalties) if part])
        written = self.filled(matrix_skeleton.BELOW, each=repr(float(each)), at=at, scale=scale)
        return {"rows_below": written, "below": f", below=_below({self.size})"}

    # -- descent --------------------------------------------------------------------------------

    def descend(self) -> str:
        """The descent, by the triangle where there is one."""
        constant = "the best constant one is taken, from the curvature"
        varying = "each step has its own, at which the cost falls"
        bent = ", lambda point: _hessian(point, *data)" if self.bent else ""
        prepare = matrix_skeleton.ARRAYS.replace("<<hessian>>", bent)
        return (
            self.filled(
                matrix_skeleton.DESCEND,
                method=self.method,
                default=constant if self.linear else varying,
                most="1,000,000, if so many help" if self.linear else "10,000",
                prepare=self.filled(matrix_skeleton.LINEAR) if self.linear else prepare,
            ).rstrip("\n")
            + "\n"
        )

    def run(self) -> str:
        """The walk as it is asked for."""
        asked, known = "", skeleton.BY_DIFFERENCES
        if self.linear:
            run = quadratic_skeleton.RUN
            return self.filled(run.replace("Descent(tuple(values),", "Descent(np.array(values),"))
        if self.kinked:
            known = skeleton.BY_KINKS
        elif self.bent:
            asked, known = matrix_skeleton.HESSIAN_ASKED, matrix_skeleton.BY_HESSIAN
        template = skeleton.RUN.replace("Descent(tuple(point),", "Descent(np.array(point),")
        return self.filled(
            template,
            squares=asked,
            **skeleton.look_of(self.problem, known),
            floored=skeleton.floored(self.problem),
            wanders=skeleton.beyond_floats(self.problem, "evaluate", "rows.rows"),
            **skeleton.PLAIN,
        )


def indices(places: Sequence[int]) -> str:
    """Places as the shortest text of an index.

    Examples
    --------
    >>> indices([3, 4, 5]), indices([3, 0, 1, 2]), indices([4]), indices([])
    ('slice(3, 6)', '[3, *range(3)]', '[4]', 'slice(0, 0)')
    """
    if not places:
        return "slice(0, 0)"
    first, count = places[0], len(places)
    if count > 1 and list(places) == list(range(first, first + count)):
        return f"slice({first}, {first + count})"
    if count > 2 and list(places[1:]) == list(range(count - 1)):
        return f"[{first}, *range({count - 1})]"
    return str(list(places))


def result() -> str:
    """The class of what a descent came to, its parameters an array."""
    return skeleton.RESULT.replace("parameters: tuple[float, ...]", "parameters: FloatArray")
