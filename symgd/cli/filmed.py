"""What a film is about: the user's formula and data, as the options say, or the built-in points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from symgd.budget import uncounted
from symgd.cli import options as cli
from symgd.cli.reading import fitting_problem
from symgd.errors import ProblemError, SymgdError

if TYPE_CHECKING:
    from symgd.api.objective import Objective
    from symgd.api.problem import Problem
    from symgd.api.run import Run

OF_COLUMNS = ("columns", "target_column", "weights", "skip_bad_rows")
LOSS = ("loss", "penalty", "penalized")
ROLES = ("parameters", "inputs", "target")


def filmed_function(needs_run: bool, formula: str, **options: Any) -> tuple[Objective, Run | None]:
    """A function without data."""
    from symgd.api.objective import Objective
    from symgd.optimize.example import EPOCHS
    from symgd.optimize.method import setting_names
    from symgd.problem.notation import Notation

    others = [name for name in cli.NOTATION if name != "cost"]
    of_data = ("model", "data", *OF_COLUMNS, *LOSS, "inputs", "target", *others)
    cli.refuse(of_data, "is about data, and --function has none")
    cost = options.pop("cost")
    named: dict[str, Any] = {"notation": None if cost is None else Notation(cost=cost)}
    named["parameters"] = options["parameters"]
    if not needs_run:
        _expect_no_descent()
        return Objective(formula, settings=options["settings"], **named), None
    given = options.pop("settings") or {}
    descent = cli.descent_from(options)
    own = setting_names(descent["optimizer"], descent["schedule"])
    descent["optimizer_settings"] = {name: given[name] for name in own if name in given}
    rest = {name: value for name, value in given.items() if name not in own}
    objective = Objective(formula, settings=rest, **named)
    if descent["max_iter"] is None and descent["epochs"] is None:
        descent["max_iter"] = EPOCHS
    objective.derive()
    with uncounted():
        return objective, objective.descend(**descent)


def filmed_run(
    needs_run: bool, *, data: str | None, model: str | None, **options: Any
) -> tuple[Problem, Run | None]:
    """A model on the user's data, or on the built-in points where none are given."""
    from symgd.optimize.example import EPOCHS, MODEL

    if not needs_run:
        _expect_no_descent()
    if data is None:
        of_columns = OF_COLUMNS if model is None else OF_COLUMNS[1:]
        cli.refuse(of_columns, "goes with --data, which has the columns")
        shaping = (*LOSS, *ROLES, *cli.NOTATION, "settings", *cli.DESCENT)
        if model is None and not cli.typed(shaping):
            return _built_in(needs_run)
    descent = cli.descent_from(options)
    if descent["max_iter"] is None and descent["epochs"] is None:
        descent["epochs"] = EPOCHS
    if data is not None:
        problem, columns = _on_data(data, model or MODEL, **options)
        return problem, (_descended if needs_run else _begun)(problem, columns, **descent)
    return _on_points(model or MODEL, descent if needs_run else None, options)


def _expect_no_descent() -> None:
    cli.refuse(tuple(cli.DESCENT), "goes with a lesson that descends")


def _built_in(needs_run: bool) -> tuple[Problem, Run | None]:
    from symgd.api.problem import Problem
    from symgd.optimize.example import LESSON, demo_problem, points

    problem = demo_problem(Problem)
    return problem, problem.descend(*points(), **LESSON) if needs_run else None


def _on_points(
    model: str, descent: dict[str, Any] | None, options: dict[str, Any]
) -> tuple[Problem, Run | None]:
    from symgd.optimize.example import points

    named = (
        options["inputs"] or ",".join(options["columns"]) or None
    )  # without data, --x names inputs
    problem = cli.problem_from(model, {**options, "inputs": named})
    if descent is not None and len(problem.inputs) > 1:
        cause = f"the built-in points have one input and the model reads {len(problem.inputs)}"
        raise ProblemError(cause, "pass a CSV with --data, and its columns with --x and --y")
    return problem, None if descent is None else _descended(problem, *points(), **descent)


def _on_data(
    data: str,
    model: str,
    *,
    columns: tuple[str, ...],
    target_column: str | None,
    inputs: str | None,
    parameters: str | None,
    target: str,
    **options: Any,
) -> tuple[Problem, Any]:
    """The problem and its columns; --inputs says which names of the model are read, --x which columns that are."""
    if inputs is not None:
        parameters = parameters or _learned(model, inputs, target)
        columns = columns or tuple(name.strip() for name in inputs.split(","))
    if cli.typed(("target",)) and "=" not in model:
        model = f"{target} = {model}"
    about = {name: options[name] for name in (*LOSS, "settings", "weights", "skip_bad_rows")}
    targets = [target_column] if target_column else []
    problem, read = fitting_problem(
        data, model, inputs=columns, targets=targets, parameters=parameters, **about
    )
    return problem.written(**cli.notation_from(options)), read


def _learned(model: str, inputs: str, target: str) -> str | None:
    """The names of a model that are not read."""
    from symgd.problem.models import names_of, read_model

    read = {*names_of(inputs, "inputs")}
    return ",".join(name for name in read_model(model, target).names if name not in read) or None


def _begun(problem: Problem, *data: Any, **descent: Any) -> Run | None:
    """A descent whose data a film of the problem shows; None where none can be made of them."""
    try:
        return _descended(problem, *data, **descent)
    except SymgdError:
        return None


def _descended(problem: Problem, *data: Any, **descent: Any) -> Run:
    """A descent, whose time is its own."""
    problem.derive()
    with uncounted():
        return problem.descend(*data, **descent)
