"""What a score costs, as text: every example's loss and its slopes, and the penalty; for evaluators and modules alike."""

from __future__ import annotations

from symgd import terms as nt
from symgd.codegen.expressions.context import Context, Statements
from symgd.codegen.expressions.expressions import ExpressionWriter
from symgd.codegen.program.lower import lower_examples, lower_penalty, lowered_predictions
from symgd.codegen.program.program import is_array
from symgd.codegen.program.score import Score

EXAMPLES = '''\
def <<name>>(<<arguments>>) -> tuple[FloatArray, ...]:
    """<<what>>"""
    with np.errstate(all="ignore"):
<<statements>>
    return <<results>>
'''

PREDICTED = '''\
def _predicted(<<arguments>>) -> FloatArray:
    """What the model says of each example."""
    with np.errstate(all="ignore"):
<<statements>>
    return <<results>>
'''

PENALTY = '''\
def <<name>>(weight: FloatArray) -> <<answer>>:
    """<<what>>"""
<<statements>>
    return <<results>>
'''


class ExamplesSource:
    """Writes the functions of a score, in names of its own; with `twice` those that answer second derivatives."""

    def __init__(self, score: Score, twice: bool = False) -> None:
        self.score, self.twice = score, twice
        program = lower_examples(score.small, score.small.inputs[0], twice)
        self.context = Context(score.small, program)

    @property
    def shift(self) -> str:
        """The name of what is added to the score."""
        return self.context.parameters[0]

    @property
    def others(self) -> list[str]:
        """The names of the parameters around the score."""
        return self.context.parameters[1:]

    @property
    def beside(self) -> list[str]:
        """The names of the columns beside the score, the target last."""
        return self.context.columns[1:]

    def examples(self) -> str:
        """The function of score, parameters and columns."""
        context, program = self.context, self.context.program
        lines, results = Statements(context), []
        for part in (*program.hoisted, *program.assignments):
            lines.assign(context.locals[part.local.name], part.term)
        for number, term in enumerate(program.results):
            name = context.names.give("result", self._called(number))
            if is_array(term):
                lines.assign(name, term)
            else:
                written = lines.writer.text(term)
                lines.lines.append(
                    f"        {name} = np.full_like({context.columns[0]}, {written})"
                )
            results.append(name)
        numbers = [f"{name}: float" for name in context.parameters]
        arrays = [f"{name}: FloatArray" for name in context.columns]
        by = ", ".join(["the score", *self.score.others])
        seconds = ", and the second ones" if self.twice else ""
        return context.filled(
            EXAMPLES,
            name="_bends" if self.twice else "_examples",
            arguments=", ".join([arrays[0], *numbers, *arrays[1:]]),
            what=f"Each example's loss, its slopes by {by}{seconds}.",
            statements="\n".join(lines.lines),
            results=", ".join(results),
        )

    def predicted(self) -> str:
        """The function of score, parameters and columns that answers the prediction."""
        small = self.score.small
        context = Context(small)
        lines, [term] = Statements(context), lowered_predictions(small)
        name = context.names.give("local", "prediction", own=True)
        lines.assign(name, term)
        numbers = [f"{name}: float" for name in context.parameters]
        first, *arrays = [f"{name}: FloatArray" for name in context.columns[: len(small.inputs)]]
        return context.filled(
            PREDICTED,
            arguments=", ".join([first, *numbers, *arrays]),
            statements="\n".join(lines.lines),
            results=name,
        )

    def _called(self, number: int) -> str:
        if number == 0:
            return "loss"
        if number <= 1 + len(self.others):
            return ["slope", *(f"slope_{name}" for name in self.others)][number - 1]
        return f"bend_{number}"

    def penalty(self) -> str:
        """The function of the penalised parameters; the empty text without a penalty."""
        parts = lower_penalty(self.score.problem, self.twice)
        if not parts:
            return ""
        writer = ExpressionWriter(lambda term: "weight", lambda writer, body: "")
        factors = [writer.text(factor) for factor, *_ in parts]
        sums, slopes, bends = [], [], []
        for factor, (_, body, *derived) in zip(factors, parts, strict=True):
            sums.append(f"({factor}) * np.sum({writer.text(_in_array(body))})")
            slopes.append(f"({factor}) * ({writer.text(_in_array(derived[0]))})")
            if self.twice:
                bends.append(f"({factor}) * ({writer.text(_in_array(derived[1]))})")
        if self.twice:
            return self.context.filled(
                PENALTY,
                name="_penalty_bends",
                answer="FloatArray",
                what="The penalty's second derivatives, each parameter's by itself.",
                statements=f"    bends = {' + '.join(bends)}",
                results="bends + np.zeros_like(weight)",
            )
        return self.context.filled(
            PENALTY,
            name="_penalty",
            answer="tuple[float, FloatArray]",
            what="The penalty, and its slopes.",
            statements=f"    value = {' + '.join(sums)}\n    slopes = {' + '.join(slopes)}",
            results="float(value), slopes + np.zeros_like(weight)",
        )


def _in_array(term: nt.Term) -> nt.Term:
    """`term` with an array in the place of the weight."""
    return term.substitute({nt.Symbol("weight"): nt.Indexed("weight", ("i",))})
