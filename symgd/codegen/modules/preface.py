"""What a generated module says of itself: what it minimises, by which conventions, and the derivation."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from symgd.codegen.expressions.layout import listed
from symgd.codegen.rules.rule_code import RuleCode
from symgd.derivation.gradient import Gradient
from symgd.problem.problem import Problem
from symgd.terms import Symbol
from symgd.writing.formulas.text import text

COUNTS = "one of weight 2 as two, one of weight 0 not at all"
PLAIN = "a step: each parameter minus the learning rate times its partial derivative"


def preface(
    problem: Problem,
    gradient: Gradient,
    needs: str,
    use: Sequence[str],
    code: RuleCode | None = None,
) -> str:
    """The whole of it, in sections; `needs` is a sentence, `use` lines of code, `code` what makes the steps."""
    method = "Gradient descent" if code is None else code.title
    derived, equations = gradient.text(detail="standard").strip(), [*map(text, problem.equations)]
    derived = derived.removeprefix("\n".join(equations)).strip("\n")
    model = ", ".join(map(text, problem.model_equations))
    loss = f": {' '.join(problem.loss.title.split())}" * problem.has_examples
    sections = [
        f"{method} for {model}{loss}.",
        f"Made by symgd from the formula. {needs}",
        listed("The cost" if problem.has_examples else "The function", equations),
        listed("Conventions", [*conventions(problem), PLAIN if code is None else code.said]),
        listed("Use", use),
        "The derivation\n" + textwrap.indent(derived, "    "),
    ]
    return "\n\n".join(sections) + "\n"


def conventions(problem: Problem) -> list[str]:
    """Order, signs, divisors and settings."""
    named = f"parameters, in this order: {', '.join(problem.parameters)}"
    letters = problem.letters
    numbers = [f"{text(Symbol(letters[n]))} = {v:g}" for n, v in problem.settings.items()]
    if not problem.has_examples:
        return [named, *numbers]
    count = text(Symbol(problem.notation.count))
    size = text(problem.written_cost.size)
    twice = f"2{size}" if problem.weights is None else f"2 {size}"
    divisors = {
        "mean": f"divided by {size}",
        "sum": "not divided",
        "half mean": f"divided by {twice}",
        "root mean": f"divided by {size}, and its root taken",
    }
    return [
        named,
        f"data: {', '.join(problem.columns)}, one value of each for every example; {count} examples",
        *(
            []
            if problem.weights is None
            else [f"{problem.weights} is how much each example counts: {COUNTS}"]
        ),
        f"residual = {problem.notation.residual_sign}",
        f"the sum over the examples is {divisors[problem.loss.reduction]}",
        *numbers,
    ]
