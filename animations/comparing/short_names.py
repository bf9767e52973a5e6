"""A run whose columns have short names: x and y, where their own are words, so that formulas have room."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from symgd.optimize.run import Run
from symgd.problem.problem import Problem

LONGEST = 3  # letters of a name that stays
WORD = re.compile(r"[^\W\d]\w*")


def short_names(problem: Problem) -> Mapping[str, str]:
    """A short name for each input and the target, by its own; none where all are short, or a short one is taken.

    Examples
    --------
    >>> short_names(Problem("m*eruptions + b", inputs=["eruptions"], target="waiting"))
    {'eruptions': 'x', 'waiting': 'y'}
    >>> short_names(Problem("m*x + b"))
    {}
    """
    if max(map(len, problem.columns), default=0) <= LONGEST or len(problem.targets) != 1:
        return {}
    count = len(problem.inputs)
    letters = ["x"] if count == 1 else [f"x_{number}" for number in range(1, count + 1)]
    found = dict(zip((*problem.inputs, problem.target), (*letters, "y"), strict=True))
    formulas = (
        [problem.model] if isinstance(problem.model, str) else [str(each) for each in problem.model]
    )
    used = {word for formula in formulas for word in WORD.findall(formula)}
    used |= {*problem.parameters, *vars(problem.notation).values()}
    taken = {letter for letter in found.values() if letter in used and letter not in found}
    return {} if taken or problem.weights is not None or len(formulas) > 1 else found


def with_short_names(run: Run) -> Run:
    """The same run over columns with short names, which are called by their own in pictures; itself where that is not so."""
    problem, names = run.problem, short_names(run.problem)
    if not names or not isinstance(problem.model, str):
        return run
    model = WORD.sub(lambda found: names.get(found[0], found[0]), problem.model)
    made = Problem(
        model,
        problem.loss,
        parameters=problem.parameters,
        inputs=[names[name] for name in problem.inputs],
        target=names[problem.target],
        penalty=problem.penalty,
        penalized=problem.penalized or None,
        settings=problem.settings,
        notation=problem.notation,
        labels={short: problem.labels[name] for name, short in names.items()},
        functions=problem.functions,
    )
    columns = tuple(names.get(name, name) for name in run.data.names)
    return replace(run, problem=made, data=replace(run.data, names=columns))
