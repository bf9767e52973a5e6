"""A file, a formula and column names, made into a Problem and its data."""

from __future__ import annotations

from collections.abc import Sequence

from symgd.data import Columns, read_csv
from symgd.errors import ProblemError
from symgd.problem import Problem


def fitting_problem(
    path: str,
    model: str,
    *,
    inputs: Sequence[str] = (),
    target: str | None = None,
    loss: str = "mse",
    parameters: str | None = None,
    skip_bad_rows: bool = False,
) -> tuple[Problem, Columns]:
    """What a model's names mean in a CSV.

    Parameters
    ----------
    path : str
        A CSV with a header; "-" is standard input.
    model : str
        The prediction formula.
    inputs : sequence of str
        The inputs' columns. Where all of them are names in the model they are taken by name, else in the order in
        which the model names its inputs. Without them, the model's own input names are the columns.
    target : str, optional
        The target's column; without it, the model's own target name.
    loss, parameters
        As for `Problem`.
    skip_bad_rows : bool
        Leave out rows that cannot be read; the columns' notes say which.

    Returns
    -------
    Problem, Columns
        The columns under the problem's own names.

    Raises
    ------
    FormulaError, ProblemError, DataError
    """
    by_name = _by_name(model, inputs)
    problem = Problem(model, loss, parameters=parameters, inputs=inputs if by_name else None)
    names = tuple(problem.inputs) if by_name or not inputs else tuple(inputs)
    if len(names) != len(problem.inputs):
        raise ProblemError(
            f"the model reads {len(problem.inputs)} inputs ({', '.join(problem.inputs)}) "
            f"and {len(names)} columns are named ({', '.join(names)})",
            "name one column for each input, in order",
        )
    columns = (*names, target or problem.target)
    own = (*problem.inputs, problem.target)
    labels = dict(zip(own, columns, strict=True))
    problem = Problem(
        model,
        loss,
        parameters=parameters,
        inputs=problem.inputs,
        target=problem.target,
        labels=labels,
    )
    read = read_csv(path, columns, skip_bad_rows=skip_bad_rows)
    values = tuple(read[name] for name in columns)
    return problem, Columns(own, values, read.notes, read.source)


def _by_name(model: str, inputs: Sequence[str]) -> bool:
    """Whether the input columns are all names that the model uses itself."""
    if not inputs:
        return False
    from symgd.parsing import parse

    formula = model.split("=")[-1]
    return set(inputs) <= parse(formula, constants=()).names
