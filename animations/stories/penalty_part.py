"""What a penalty adds to the cost; nothing here needs Manim."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.animations.stories.rule_story import value_of
from symgd.optimizers.printed import decimal_of
from symgd.problem.problem import Problem
from symgd.terms import Equation, Symbol


def penalty_part(problem: Problem, names: Sequence[str], values: Sequence[float]) -> float | None:
    """Its value at some parameters; None where there is none, or it is of other parameters than these."""
    term = problem.written_cost.penalty
    if term is None:
        return None
    known = {
        problem.letters[name]: float(v)
        for name, v in problem.settings.items()
        if name in problem.letters
    }
    known |= dict(zip(names, values, strict=True))
    if not term.names <= {*known}:
        return None
    return float(value_of(term, known))


def penalty_settings(problem: Problem) -> tuple[Equation, ...]:
    """The numbers that somebody chose for it: λ = 0.1."""
    if problem.penalty is None:
        return ()
    return tuple(
        Equation(Symbol(problem.letters[s.name]), decimal_of(problem.settings[s.name]))
        for s in problem.penalty.settings
    )
