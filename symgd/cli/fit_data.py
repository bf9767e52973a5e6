"""A file, a formula and column names, made into a Problem and its data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from symgd.api.problem import Problem
from symgd.cli.demo import demo_descent
from symgd.cli.options import descent_from
from symgd.data.columns import Columns, read_csv
from symgd.errors import ProblemError
from symgd.optimize.example import EPOCHS, MODEL, demo_problem, points
from symgd.problem.models import read_scores

if TYPE_CHECKING:
    from symgd.api.run import Run


def fitting_problem(
    path: str,
    model: str,
    *,
    inputs: Sequence[str] = (),
    targets: Sequence[str] = (),
    skip_bad_rows: bool = False,
    **roles: Any,
) -> tuple[Problem, Columns]:
    """What a model's names mean in a CSV: the problem, and the columns under the problem's own names.

    Where all input columns are names in the model they are taken by name, else in the order in which the model names
    its inputs; without them, the model's own input names are the columns. There is a target's column for each score;
    without it, the model's own target names are the columns.
    """
    own_targets = [f"y_{n + 1}" for n in range(len(targets))] if len(targets) > 1 else ["y"]
    by_name = _by_name(model, inputs, own_targets)
    problem = Problem(model, inputs=inputs if by_name else None, target=own_targets, **roles)
    names = tuple(problem.inputs) if by_name or not inputs else tuple(inputs)
    if len(names) != len(problem.inputs):
        raise ProblemError(
            f"the model reads {len(problem.inputs)} inputs ({', '.join(problem.inputs)}) "
            f"and {len(names)} columns are named ({', '.join(names)})",
            "name one column for each input, in order",
        )
    columns = (*names, *(targets or problem.targets))
    own = problem.columns
    labels = dict(zip(own, columns, strict=True))
    problem = Problem(model, inputs=problem.inputs, target=problem.targets, labels=labels, **roles)
    read = read_csv(path, columns, skip_bad_rows=skip_bad_rows)
    values = tuple(read[name] for name in columns)
    return problem, Columns(own, values, read.notes, read.source)


def _by_name(model: str, inputs: Sequence[str], targets: Sequence[str]) -> bool:
    """Whether the input columns are all names that the model uses itself."""
    if not inputs:
        return False
    parts = read_scores(model, targets).parts
    return set(inputs) <= frozenset().union(*(part.names for part in parts))


def filmed_run(
    lesson: str, *, data: str | None, model: str | None, target: str | None, **options: Any
) -> tuple[Problem, Run | None]:
    """What a film is about: the user's formula and data, or the built-in points where none are given.

    An unknown lesson is left to the renderer to refuse.
    """
    from symgd.animations import LESSONS

    needs_run = lesson in LESSONS and LESSONS[lesson].needs == "run"
    if data is None and model is None:
        problem = demo_problem(Problem)
        return problem, demo_descent(problem) if needs_run else None
    descent = descent_from(options)
    descent["max_iter"] = EPOCHS if descent["max_iter"] is None else descent["max_iter"]
    if data is not None:
        targets = [target] if target else []
        problem, columns = fitting_problem(data, model or MODEL, targets=targets, **options)
        return problem, problem.descend(columns, **descent) if needs_run else None
    problem = Problem(model or MODEL, options["loss"], parameters=options["parameters"])
    if needs_run and len(problem.inputs) > 1:
        cause = f"the built-in points have one input and the model reads {len(problem.inputs)}"
        raise ProblemError(cause, "pass a CSV with --data, and its columns with --x and --y")
    return problem, problem.descend(*points(), **descent) if needs_run else None
