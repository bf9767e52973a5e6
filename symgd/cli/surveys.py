"""The verbs that look at a cost on data without walking: `grid` and `analyse`."""

from __future__ import annotations

from typing import Any

import click

from symgd.cli import options as cli
from symgd.cli.group import Command
from symgd.cli.reading import fitting_options, fitting_problem
from symgd.cli.values import by_name, number_in
from symgd.files import PICTURES, TABLE

_told_options = cli.together(
    cli.seconds_option, cli.text_or_json, cli.language_option, cli.ascii_option
)


def _range(written: str) -> tuple[float, float, int] | None:
    """low:high:count as three numbers."""
    parts = written.split(":")
    if len(parts) != 3 or not parts[2].strip().isdigit() or int(parts[2]) < 1:
        return None
    low, high = map(number_in, parts[:2])
    return None if low is None or high is None else (low, high, int(parts[2]))


@click.command(cls=Command, short_help="Grid search: the best of many points.")
@fitting_options
@cli.skip_bad_rows_option
@click.option(
    "--grid",
    "ranges",
    multiple=True,
    required=True,
    callback=by_name("a range; write m=0:2:41", _range),
    metavar="m=0:2:41",
    help="A parameter's least value, greatest value, and how many; once for each.",
)
@click.option(
    "--fix",
    "fixed",
    default="",
    callback=by_name("a value; write b=0", number_in),
    metavar="b=0",
    help="Parameters that keep a value.",
)
@cli.file_option(
    "--plot", known=PICTURES, help="Draw the costs in colours to a .png, .svg or .pdf."
)
@cli.file_option("--table", known=TABLE, help="Write every point to a CSV.")
@_told_options
def grid(
    data: str,
    ranges: dict[str, tuple[float, float, int]],
    fixed: dict[str, float],
    plot: str | None,
    table: str | None,
    form: str,
    ascii: bool,
    language: str | None,
    **options: Any,
) -> None:
    r"""Grid search: the cost at every point of a grid, and the best of them.

    \b
    Examples:
      symgd grid points.csv --model "m*x + b" --grid m=0:2:41 --grid b=-1:1:41
      symgd grid bike.csv --model "m*x + b" --x distance --y calories --grid m=0:3:61 --fix b=0 --plot grid.png
    """
    problem, columns = fitting_problem(data, **options)
    found = problem.grid(columns, ranges=ranges, fixed=fixed)
    _tell(found, form, ascii, language)
    if table is not None:
        found.save(table)
    if plot is not None:
        found.plot(plot, language=language)


@click.command(cls=Command, short_help="Foretell a descent: rates, steps, what scaling gains.")
@fitting_options
@cli.skip_bad_rows_option
@click.option(
    "--start",
    default="",
    callback=by_name("a start; write m=0,b=0.5", number_in),
    metavar="m=0,b=0",
    help="Where the walk would start; what is not named starts at 0.",
)
@click.option(
    "--tolerance",
    type=float,
    default=1e-9,
    show_default=True,
    help="The walk ends when a step is shorter than this.",
)
@cli.file_option("--plot", known=PICTURES, help="Draw the ravine to a .png, .svg or .pdf.")
@_told_options
def analyse(
    data: str,
    start: dict[str, float],
    tolerance: float,
    plot: str | None,
    form: str,
    ascii: bool,
    language: str | None,
    **options: Any,
) -> None:
    r"""Foretell a descent: curvature, rates, how many steps at each, and what standardising would gain.

    \b
    Examples:
      symgd analyse bike.csv --model "m*x + b" --x distance --y calories
      symgd analyse points.csv --model "a*x + b" --start a=0.2,b=0.5 --plot ravine.png
    """
    problem, columns = fitting_problem(data, **options)
    found = problem.analyse(columns, start=start, tolerance=tolerance)
    _tell(found, form, ascii, language)
    if plot is not None:
        found.plot(plot, language=language)


def _tell(found: Any, form: str, ascii: bool, language: str | None) -> None:
    machine = form == "json"
    told = found.json(language=language) if machine else found.text(ascii=ascii, language=language)
    cli.tell(told if machine else cli.fitted(told), machine=machine)
