"""The verb `matrix`, which derives a cost that is written in matrices."""

from __future__ import annotations

from typing import Any

import click

from symgd.cli import options as cli
from symgd.cli.group import FormulaCommand
from symgd.cli.values import by_name


@click.command(cls=FormulaCommand, short_help="Derive a cost that is written in matrices.")
@click.argument("formula", required=False)
@click.option("--list", "listing", is_flag=True, help="Show the costs that have a name.")
@click.option(
    "--wrt", default="w", show_default=True, metavar="NAME", help="The vector to derive by."
)
@click.option(
    "--shape",
    "given",
    multiple=True,
    callback=by_name("a shape; write X=Nxp, or w=p for a vector", lambda shape: shape or None),
    metavar="X=Nxp",
    help="A name's rows and columns; X, w, y, t, A, B, c have the usual ones.",
)
@click.option("--cost-name", default="J", show_default=True, help="The cost's name.")
@cli.one_of(
    "--part", words=("all", "gradient", "hessian", "stationary"), help="What of it to show."
)
@cli.shapes_option
@cli.written_options
def matrix(
    formula: str | None,
    listing: bool,
    wrt: str,
    given: dict[str, str],
    cost_name: str,
    part: str,
    **options: Any,
) -> None:  # fmt: skip
    r"""Derive a cost that is written in matrices, by differentials, every step checked.

    FORMULA is one of the costs in --list, or a formula in NumPy's signs: @ multiplies matrices, .T transposes, norm(u)^2 is the squared norm. For a model such as "m*x + b" use symgd derive --matrix.

    \b
    Examples:
      symgd matrix mse
      symgd matrix ridge --part gradient --detail full
      symgd matrix "norm(X@w - y)^2/N" -o gradient.tex
      symgd matrix "norm(D@v)^2" --wrt v --shape D=Nxk --shape v=k
    """
    from symgd.matrix.form import FORMS, matrix_form

    if listing or formula is None:
        from symgd.registry.table import as_text
        from symgd.writing.words import words_in

        say = words_in(options["language"]).declared
        rows = [(entry.name, entry.formula, say(entry.title)) for entry in FORMS.values()]
        table = as_text(rows)
        click.echo(cli.fitted(table, table.index(rows[0][1])))
        return
    whole = matrix_form(formula, wrt=wrt, name=cost_name, shapes=given)
    told = whole if part == "all" else getattr(whole, part)()
    cli.deliver(told, options)
