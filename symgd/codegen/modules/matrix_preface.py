"""What a module with one matrix of inputs says of itself: what it minimises, by which conventions, and the derivation by the score."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from symgd.codegen.expressions.layout import listed
from symgd.codegen.modules.preface import COUNTS
from symgd.codegen.program.score import Score
from symgd.derivation.engine import gradient_of
from symgd.writing.formulas.text import text


def matrix_preface(
    score: Score, method: str, step_said: str, needs: str, use: Sequence[str]
) -> str:
    """The whole of it, in sections; `needs` is a sentence, `use` lines of code.

    The derivation is by the score, whose slopes by the weights are the columns of X.
    """
    problem, small = score.problem, score.small
    name, shift, count = small.inputs[0], small.parameters[0], len(score.weights)
    beside = "" if score.is_plain else ", each a function of the inputs"
    conventions = [
        f"X has {len(problem.inputs)} columns, the inputs in the order of COLUMNS",
        f"{name} is the sum of {count} weights times as many columns{beside}",
        "" if score.has_shift else f"{shift} is 0: no parameter is added by itself",
        ""
        if problem.weights is None
        else f"{problem.weights} is how much each row counts: {COUNTS}",
        f"residual = {problem.notation.residual_sign}",
        "" if problem.penalty is None else f"added to the cost: {problem.penalty.formula}",
        *(f"{name} = {value:g}" for name, value in problem.settings.items()),
        "by a weight the derivative is that by the score, times the weight's column",
        step_said,
    ]
    model = ", ".join(map(text, small.model_equations))
    derivation = gradient_of(small).text(detail="standard").strip()
    sections = [
        f"{method} for {model}: {problem.loss.title}.",
        f"Made by symgd from the formula. {needs}",
        listed("The cost", (text(equation) for equation in small.equations)),
        listed("Conventions", filter(None, conventions)),
        listed("Use", use),
        "The derivation\n" + textwrap.indent(derivation, "    "),
    ]
    return "\n\n".join(sections) + "\n"
