"""A run whose columns have short names: x and y, where their own are words, so that formulas have room."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from symgd.optimize.run import Run
from symgd.problem.problem import Problem

LONGEST = 3  # letters of a name that stays
LONG = 7  # letters of a parameter that stays
LETTERS = "abcdeghkpqrsw"  # of parameters
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


def short_parameters(problem: Problem) -> Mapping[str, str]:
    """A letter for each parameter, by its own name, where one of them is long; none where all are short.

    Examples
    --------
    >>> short_parameters(Problem("slope_of_the_line*x + offset"))
    {'slope_of_the_line': 'a', 'offset': 'b'}
    >>> short_parameters(Problem("slope*x + offset"))
    {}
    """
    if not isinstance(problem.model, str) or max(map(len, problem.parameters), default=0) <= LONG:
        return {}
    used = {*WORD.findall(problem.model), *problem.parameters, *problem.columns}
    used |= {*vars(problem.notation).values(), *problem.settings, *problem.letters.values()}
    free = [letter for letter in LETTERS if letter not in used]
    long = [name for name in problem.parameters if len(name) > LONGEST]
    return dict(zip(long, free, strict=False)) if len(long) <= len(free) else {}


def renamed(problem: Problem, names: Mapping[str, str]) -> Problem:
    """The same problem with other names for its columns and parameters; pictures call the columns by their own."""
    assert isinstance(problem.model, str)

    def told(name: str) -> str:
        return names.get(name, name)

    return Problem(
        WORD.sub(lambda found: told(found[0]), problem.model),
        problem.loss,
        parameters=[told(name) for name in problem.parameters],
        inputs=[told(name) for name in problem.inputs],
        target=told(problem.target),
        penalty=problem.penalty,
        penalized=[told(name) for name in problem.penalized] or None,
        settings=problem.settings,
        notation=problem.notation,
        labels={told(name): problem.labels[name] for name in problem.columns},
        functions=problem.functions,
    )


def with_short_names(run: Run, *, parameters: bool = False) -> Run:
    """The same run over columns with short names, which are called by their own in pictures; itself where that is not so.

    With `parameters`, those with long names get letters too.
    """
    problem = run.problem
    names = {**short_names(problem), **(short_parameters(problem) if parameters else {})}
    if not names or not isinstance(problem.model, str):
        return run
    made = renamed(problem, names)
    columns = tuple(names.get(name, name) for name in run.data.names)
    known = tuple(names.get(name, name) for name in run.trace.parameters)
    landscape, options = run.landscape, {**run.options}
    if landscape.exact is not None:
        there = _told(landscape.exact.parameters, names)
        landscape = replace(landscape, exact=replace(landscape.exact, parameters=there))
    if isinstance(options.get("start"), Mapping):
        options["start"] = _told(options["start"], names)
    return replace(
        run,
        problem=made,
        data=replace(run.data, names=columns),
        trace=replace(run.trace, parameters=known),
        landscape=landscape,
        options=options,
    )


def _told(values: Mapping[str, float], names: Mapping[str, str]) -> Mapping[str, float]:
    """Values by other names."""
    return {names.get(name, name): value for name, value in values.items()}
