"""The verbs that derive, `diff` to `rate`, and `generate`, which makes code of a derivation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import click

from symgd.cli import options as cli
from symgd.cli.code_options import auto, code_or_target
from symgd.cli.group import Command, FormulaCommand
from symgd.cli.paths import InputPath
from symgd.cli.ways import METHOD, expect_used, optimizer_settings
from symgd.codegen.code_targets import CODE_TARGETS, LISTING, MODULE, target_for
from symgd.errors import counted
from symgd.files import CODE, JSON

if TYPE_CHECKING:
    from symgd.api.derivable import Derivable
    from symgd.api.problem import Problem
    from symgd.optimizers.worked_step import WorkedSteps

_derivation_options = cli.together(
    cli.point_options,
    cli.format_option,
    cli.reading_options,
    cli.budget_options,
    cli.ascii_option,
    cli.output_option,
)


@click.command(cls=FormulaCommand)
@click.argument("expression")
@click.option("--wrt", required=True, metavar="NAME", help="The name to derive by.")
@_derivation_options
def diff(expression: str, wrt: str, **options: Any) -> None:
    r"""Derive EXPRESSION step by step, every step checked.

    \b
    Examples:
      symgd diff "3*x^5" --wrt x
      symgd diff "x^2*sin(x)" --wrt x --at x=2
      symgd diff "x^2*sin(x)" --wrt x --detail full -o steps.tex
    """
    from symgd.derivation.typed import differentiate

    derivation = differentiate(expression, wrt)
    cli.deliver(cli.at_point(derivation, options), options)


_step_options = cli.together(
    click.option("--optimizer", metavar="NAME", help="With --at and --data: steps of this one, with numbers put in; symgd optimizers lists them."),
    click.option("--learning-rate", "rate", callback=cli.rate_of_steps, metavar="RATE", help="Of these steps: a number, or a formula of t.  [default: what the optimizer's authors recommend]"),
    METHOD["schedule"],
    click.option("--steps", type=int, default=1, show_default=True, help="How many of these steps."),
)  # fmt: skip


def _worked_steps(
    problem: Problem,
    optimizer: str,
    chosen: Mapping[str, float],
    rate: float | str | None,
    schedule: str | None,
    steps: int,
    options: dict[str, Any],
) -> WorkedSteps:
    """Steps of an optimizer from --at on --data."""
    if options["point"] is None or options["data"] is None:
        raise click.UsageError("--optimizer goes with --at and --data, which have the numbers")
    others = ("matrix", "example", "row", "wrt")
    cli.refuse(others, "does not go with --optimizer, which steps with the whole gradient")
    point = {n: v for n, v in options["point"].items() if n not in problem.letters.values()}
    columns = _columns(problem, {**options, "columns": (), "target_column": None})
    return problem.step(
        *columns,
        start=point,
        optimizer=optimizer,
        optimizer_settings=chosen,
        learning_rate=rate,
        schedule=schedule,
        steps=steps,
        digits=options["digits"],
    )


@click.command(
    cls=FormulaCommand, short_help="Derive the gradient of a model's cost, step by step."
)
@click.argument("formula")
@click.option("--wrt", metavar="NAME", help="One parameter; without it, all of them.")
@click.option(
    "--matrix", is_flag=True, help="In matrices: the way there from the sum, and differentials."
)
@click.option(
    "--example",
    is_flag=True,
    help="Derive the loss of one example, as stochastic descent uses it; so does --row without --at.",
)
@_step_options
@cli.shapes_option
@cli.problem_options
@_derivation_options
def derive(formula: str, wrt: str | None, matrix: bool, example: bool, **options: Any) -> None:
    r"""Derive the gradient of a model's cost, step by step, every step checked.

    The output's name says the format: -o gradient.tex is a document that compiles as it is; symgd --help lists all.

    \b
    Examples:
      symgd derive "m*x + b"
      symgd derive "a*exp(-b*x) + c" --wrt b --detail full
      symgd derive "a*x + b" --at a=0.2,b=0.5 --data points.csv --row 1
      symgd derive "m*x + b" --example
      symgd derive "m*x + b" --known sum,chain --inner in-place
      symgd derive "m*x + b" --residual e -o gradient.tex
      symgd derive "m*x + b" --detail full --language fr -o gradient.pdf
      symgd derive "m*x + b" --matrix --shapes
      symgd derive "m*x + b" --data points.csv --at m=0,b=0 --optimizer adam --steps 2
      symgd derive "m*x + b" --data points.csv --at m=0,b=0 --optimizer adam --schedule cosine --steps 2
    """
    taken = ("optimizer", "rate", "schedule", "steps")
    optimizer, rate, schedule, steps = (options.pop(name) for name in taken)
    chosen = cli.settings_of(optimizer, options, schedule)
    problem = (
        _problem_on_data(formula, options)
        if options["point"]
        else cli.problem_from(formula, options)
    )
    if matrix:
        others = ("wrt", "point", "data", "row", "digits", "example")
        cli.refuse(others, "does not go with --matrix, which derives by all at once, in letters")
    else:
        cli.refuse(("shapes",), "goes with --matrix")
    lone = options["row"] is not None and options["point"] is None and options["data"] is None
    example = example or (lone and not matrix)  # in letters, any row is as every other
    if example:
        why = "does not go with --example, which is in letters: --at with --data and --row puts an example's numbers in"
        cli.refuse(("point", "data", "digits"), why)
    if options["point"] is not None:
        values = {problem.letters[name]: value for name, value in problem.settings.items()}
        options["point"] = {**values, **options["point"]}
    if optimizer is None:
        cli.refuse(("rate", "schedule", "steps"), "goes with --optimizer")
    else:
        made = _worked_steps(problem, optimizer, chosen, rate, schedule, steps, options)
        cli.deliver(made, options)
        return
    if matrix:
        cli.deliver(problem.matrix(), options)
    elif example:
        cli.deliver(problem.derive(wrt, example=True), options)
    else:
        options["data"] = _by_name(problem, options["data"])
        cli.deliver(cli.at_point(problem.derive(wrt), options), options)


_data_options = cli.together(
    click.option("--data", type=InputPath("data file"), help="A CSV; then the numbers are put in."),
    click.option("--x", "columns", multiple=True, metavar="COL", help="An input's column, where it is not called as in the formula."),
    click.option("--y", "target_column", metavar="COL", help="The target's column, where it is not called as in the formula."),
)  # fmt: skip


def _problem_on_data(formula: str, options: dict[str, Any]) -> Problem:
    """The problem, whose inputs are those that the header of --data tells, where nobody says which they are."""
    typed = options.get("columns", ())
    said = (options["inputs"], options["parameters"], *typed)
    if options["data"] is None or any(said):
        return cli.problem_from(formula, options)
    from symgd.cli.header import header_of, inputs_in
    from symgd.problem.models import read_model

    model = read_model(formula, options["target"])
    header = header_of(options["data"], model)
    options["data"] = header.sheet
    given = inputs_in(header, model, (), None)
    return cli.problem_from(formula, {**options, "inputs": given})


def _by_name(problem: Problem, data: Any) -> Any:
    """--data, as its columns by the problem's names where one has another name in the file."""
    if data is None or all(problem.labels.get(n, n) == n for n in problem.columns):
        return data
    from symgd.data.columns import read_csv

    read = read_csv(data, [problem.labels.get(n, n) for n in problem.columns])
    return dict(zip(problem.columns, read.values, strict=True))


def _columns(problem: Problem, options: dict[str, Any]) -> tuple[Any, ...]:
    """The columns of --data in the problem's order; nothing without it."""
    path, inputs, target = (options[name] for name in ("data", "columns", "target_column"))
    if path is None:
        cli.refuse(("columns", "target_column"), "goes with --data, which has the columns")
        return ()
    if inputs and len(inputs) != len(problem.inputs):
        has = f"{counted(len(problem.inputs), 'input')} ({', '.join(problem.inputs)})"
        remedy = "give --x once for each, or not at all"
        raise click.UsageError(f"the formula has {has}; {remedy}")
    from symgd.data.columns import read_csv

    own = (*(inputs or problem.inputs), target or problem.target)
    beside = [problem.labels.get(n, n) for n in problem.columns[len(own) :]]
    return read_csv(path, (*own, *(name for name in beside if name not in own))).values


@click.command(cls=FormulaCommand, short_help="Derive the second derivatives of a model's cost.")
@click.argument("formula")
@cli.problem_options
@cli.written_options
def hessian(formula: str, **options: Any) -> None:
    r"""Derive the second derivatives of a model's cost, from the gradient's last lines.

    \b
    Examples:
      symgd hessian "m*x + b"
      symgd hessian "a*exp(-b*x)" -o hessian.html
    """
    cli.deliver(cli.problem_from(formula, options).hessian(), options)


@click.command(cls=FormulaCommand, short_help="Solve gradient = 0 step by step.")
@click.argument("formula")
@_data_options
@cli.problem_options
@cli.written_options
def solve(formula: str, **options: Any) -> None:
    r"""Solve gradient = 0 step by step: the normal equations, and with data the numbers.

    \b
    Examples:
      symgd solve "m*x + b"
      symgd solve "m*x + b" --data bike.csv --x distance --y calories
    """
    problem = _problem_on_data(formula, options)
    cli.deliver(problem.stationary(*_columns(problem, options)), options)


@click.command(cls=FormulaCommand, short_help="Derive the largest stable learning rate.")
@click.argument("formula", required=False)
@_data_options
@cli.point_option
@click.option(
    "--optimizer",
    metavar="NAME",
    help="Another one than plain descent; without FORMULA, its limit in general.",
)
@cli.problem_options
@cli.written_options
def rate(
    formula: str | None, point: dict[str, float] | None, optimizer: str | None, **options: Any
) -> None:
    r"""Derive why a constant learning rate must be below 2/λ_max, by Taylor's formula for one step.

    \b
    Examples:
      symgd rate "m*x + b"
      symgd rate "m*x + b" --data bike.csv --x distance --y calories
      symgd rate "a*exp(-b*x)" --data decay.csv --at a=1,b=0.5
      symgd rate --optimizer momentum
      symgd rate "m*x + b" --optimizer nesterov --data bike.csv --x distance --y calories
    """
    chosen = cli.settings_of(optimizer, options)
    if formula is None:
        if optimizer is None:
            raise click.UsageError("give FORMULA, or --optimizer for its limit in general")
        cli.refuse(("data", "point", "columns", "target_column"), "goes with FORMULA")
        if "=" not in optimizer and chosen:
            why = "goes with FORMULA and --data: without them the limit is for all values of the settings"
            cli.refuse(("settings",), why)
        from symgd.optimizers.optimizers import find_optimizer
        from symgd.optimizers.rate import rate_of

        cli.deliver(rate_of(find_optimizer(optimizer, chosen), chosen), options)
        return
    problem = _problem_on_data(formula, options)
    columns = _columns(problem, options)
    found = problem.stable_rate(*columns, at=point, optimizer=optimizer, optimizer_settings=chosen)
    cli.deliver(found, options)


@click.command(cls=FormulaCommand, short_help="Write code that fits FORMULA, with NumPy alone.")
@click.argument("formula")
@click.option(
    "--listing",
    "style",
    flag_value="listing",
    default=MODULE,
    help="A few lines to be read, for a slide: cost, gradient, update and loop.",
)
@click.option(
    "--script", is_flag=True, help="A module that can be run: it reads a CSV file, and has options."
)
@cli.one_of(
    "--code",
    "code",
    words=(*CODE_TARGETS,),
    default=None,
    show_default=False,
    help=f"What the code is for; --target takes these names too, and else what is predicted.  [default: as the file's name ends, or {next(iter(CODE_TARGETS))}]",
)
@cli.together(*METHOD.values())
@click.option(
    "--learning-rate",
    "learning_rate",
    metavar="[auto]",
    callback=auto,
    help="A NumPy module that finds the optimizer's rate where it is given none.  [default: it asks for one]",
)
@click.option(
    "--function", "alone", is_flag=True, help="FORMULA is a function of its parameters alone."
)
@cli.problem_options
@cli.budget_options
@cli.file_option(*cli.OUTPUT, known=CODE)
@click.option(
    "--explain", is_flag=True, help="Print which form the code takes and why, and write none."
)
def generate(
    formula: str,
    output: str | None,
    style: str,
    script: bool,
    code: str | None,
    explain: bool,
    alone: bool,
    **options: Any,
) -> None:
    r"""Write code that fits FORMULA by gradient descent, or another --optimizer, and needs NumPy alone, or what --code says: a module with functions, or with --listing a few lines to be read.

    \b
    Examples:
      symgd generate "m*x + b" -o optimizer.py
      symgd generate "m*x + b" --listing
      symgd generate "m*x + b" --listing --optimizer adam --set beta1=0.95
      symgd generate "m*x + b" --optimizer momentum --schedule cosine -o optimizer.py
      symgd generate "m*x + b" --optimizer adam --learning-rate auto -o optimizer.py
      symgd generate "m*x + b" -o optimizer.mjs
      symgd generate "m*x + b" --code array-api -o optimizer.py
      symgd generate "(1 - x)^2 + 100*(y - x^2)^2" --function --listing --optimizer adam
      symgd generate "m*x + b" --script -o fit_line.py
      python fit_line.py points.csv --x minute --y volume
      symgd generate "m*x + b" --explain
    """
    target = target_for(output, code_or_target(code, options))
    method = {name: options.pop(name) for name in (*METHOD, "learning_rate")}
    problem: Derivable
    if alone:
        problem = _function(formula, method, options)
    else:
        method["optimizer_settings"] = optimizer_settings(method, options)
        problem = cli.problem_from(formula, options)
        cli.remark_names(problem.parameters, problem.inputs)
    if explain:
        if output is not None:
            cause = "--explain tells which form the code takes, and writes none to -o"
            raise click.UsageError(f"{cause}; leave one of them out")
        method.pop("learning_rate")
        told = problem.explain_plan(style=style, target=target.name, **method)
        cli.show(told, None, "optimizer")
        return
    written = problem.source(style=style, script=script, target=target.name, **method)
    cli.show(written, output, "listing" if style == LISTING else "optimizer")


@click.command(cls=Command)
@cli.file_option(*cli.OUTPUT, known=JSON)
def schema(output: str | None) -> None:
    r"""Print the JSON Schema of what --format json writes.

    \b
    Examples:
      symgd schema -o derivation-1.json
    """
    from symgd.writing.documents.json_record import schema

    cli.show(schema(), output, "schema")


def _function(formula: str, method: dict[str, Any], options: dict[str, Any]) -> Derivable:
    """A function of its parameters alone; the settings of the optimizer are told apart from its constants."""
    from symgd.api.objective import Objective
    from symgd.optimize.method import setting_names
    from symgd.problem.notation import Notation

    cli.refuse(
        ("loss", "penalty", "penalized", "weights", "inputs"),
        "is about data, and a function has none",
    )
    own, given = setting_names(method["optimizer"], method["schedule"]), options["settings"]
    expect_used(formula, given or {}, own)
    method["optimizer_settings"] = {n: value for n, value in given.items() if n in own}
    constants = {n: value for n, value in given.items() if n not in own}
    named = options["cost"]
    notation = None if named is None else Notation(cost=named)
    return Objective(
        formula, parameters=options["parameters"], settings=constants, notation=notation
    )
