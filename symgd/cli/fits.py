"""The verb `fit`."""

from __future__ import annotations

from typing import Any

import click

from symgd.cli import options as cli
from symgd.cli.descents import trace_option, walk
from symgd.cli.group import Command
from symgd.cli.reading import fitting_options
from symgd.files import PICTURES


@click.command(cls=Command)
@fitting_options
@cli.descent_options
@cli.seconds_option
@cli.file_option(
    "--plot", known=PICTURES, help="Draw data, parameters and cost to a .png, .svg or .pdf."
)
@trace_option
@cli.text_or_json
@cli.language_option
@cli.ascii_option
def fit(**options: Any) -> None:
    r"""Fit a formula to the columns of a CSV by gradient descent.

    Exit code 0: ended by a tolerance, or after the --max-iter steps that were asked for. 1: out of the default steps, or diverged. 130: interrupted. symgd --help lists the others.

    \b
    Examples:
      symgd fit bike.csv --model "m*x + b" --x distance --y calories
      symgd fit bike.csv --model "m*x + b" --x distance --y calories --learning-rate 1e-4 --max-iter 1000 --tolerance 0 --plot fit.png
    """
    walk(**options)
