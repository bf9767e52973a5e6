"""The verb `fit`: the minimum, by what works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

import click

from symgd.cli import options as cli
from symgd.cli.bars import work_bar
from symgd.cli.codes import DONE, INTERRUPTED, VERDICT
from symgd.cli.descents import remark_boxes, trace_options, walk
from symgd.cli.group import Command
from symgd.cli.paths import OutputPath
from symgd.cli.process import keeping
from symgd.cli.reading import fitting_options, table_for
from symgd.cli.values import bounds_in, by_name, listed_by_name, number_in
from symgd.files import JSON, PICTURES, expect_suffix, write_text

if TYPE_CHECKING:
    from symgd.api.fit import Fit
    from symgd.fit.groups import Fits
    from symgd.fit.statistics.intervals import IntervalMethod

    Fitted: TypeAlias = Fit | Fits[Fit]

FORMS: Mapping[str, str] = {
    ".txt": "text",
    ".md": "markdown",
    ".tex": "latex",
    ".html": "html",
    ".json": "json",
}
SHORT: Mapping[str, str] = {"md": "markdown", "tex": "latex", "txt": "text"}


class SummaryForm(click.Choice[str]):
    """A format of a summary, by its name or as a file's name ends."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        return super().convert(SHORT.get(value, value), param, ctx)


SEARCH: Mapping[str, cli.Decorator] = {
    "start": click.option("--start", multiple=True, callback=listed_by_name("a start; write a=1,b=2", number_in), metavar="a=1,b=2", help="Values that are tried first; others are found without."),
    "fixed": click.option("--fixed", "--fix", "fixed", multiple=True, callback=listed_by_name("a parameter and its value; write b=0", number_in), metavar="b=0", help="Parameters that keep a value."),
    "bounds": click.option("--bounds", "--bound", "bounds", multiple=True, callback=listed_by_name("a bound; write k=0:10, or k=0: or k=:10", bounds_in), metavar="k=0:10", help="The least and the greatest value of a parameter; k=0: has no greatest."),
    "tied": click.option("--tied", "--tie", "tied", multiple=True, callback=by_name("a tie; write c=2*a", lambda formula: formula or None), metavar="c=2*a", help="A parameter that is a formula of others; once for each."),
    "by": click.option("--by", metavar="COL", help="Fit each group of rows by itself: those with the same label in this column."),
    "test_size": click.option("--test-size", type=float, metavar="SHARE", help="Hold out this share of the rows, .25, and tell how well they are predicted."),
    "seed": click.option("--seed", type=click.IntRange(min=0), default=0, show_default=True, help="Of all that is drawn: starts, and the rows that are held out."),
}  # fmt: skip
"""What is sought: each argument of `Problem.fit` with its option."""

TELL: Mapping[str, cli.Decorator] = {
    "level": click.option("--level", type=float, default=0.95, show_default=True, help="Of confidence intervals."),
    "intervals": cli.one_of("--intervals", words=("wald", "profile"), help="By standard errors, or by fitting again around the minimum."),
    "explain": click.option("--explain", is_flag=True, help="Tell at length how the minimum was found."),
    "output": click.option(*cli.OUTPUT, type=OutputPath(), help="Write to this file, not the terminal."),
    "save": cli.file_option("--save", known=JSON, help="Keep the fit in a .json, for symgd predict."),
}  # fmt: skip
"""How it is told."""

form_option = click.option(
    "--format",
    "form",
    type=SummaryForm(tuple(FORMS.values())),
    metavar="[text|json|md|tex|html]",
    help="Without it, as the output's name ends, else text.",
)

# What makes a fit walk, as it did once.
WALK = {name: option for name, option in cli.DESCENT.items() if name not in SEARCH}
WALK = {**WALK, **trace_options}


def _hidden(function: Any) -> Any:
    """The walk's options, which the help of `descend` lists."""
    made = cli.together(*WALK.values())(function)
    for option in vars(made)["__click_params__"]:
        option.hidden = option.hidden or option.name in WALK
    return made


@click.command(cls=Command)
@fitting_options
@cli.together(*SEARCH.values(), cli.skip_bad_rows_option, *TELL.values())
@cli.file_option(
    "--plot", known=PICTURES, help="Draw data, curve and residuals to a .png, .svg or .pdf."
)
@form_option
@cli.seconds_option
@cli.language_option
@cli.ascii_option
@_hidden
def fit(**options: Any) -> None:
    r"""Find the parameters at which a formula fits data best.

    It needs no start and no learning rate. With --learning-rate, --max-iter, --tolerance or --trace it walks, as `symgd descend` does.

    Exit code 0: at the minimum. 1: an answer that is none, and the summary says why. 130: interrupted; what was found till then is told. symgd --help lists the others.

    \b
    Examples:
      symgd fit bike.csv --model "m*x + b" --x distance --y calories
      symgd fit ads.csv --model "sales = a*TV + b*radio + c"
      symgd fit decay.csv --model "a*exp(-k*t) + c" --x t --y counts --bound k=0: --save decay.json
      symgd fit cells.csv --model "K/(1 + exp(-r*(t - t0)))" --x t --y n --by dish --format json
    """
    walking = cli.typed(WALK)
    if walking:
        _walk_instead(walking[0], options)
    for name in WALK:
        del options[name]
    form, output = options.pop("form"), options["output"]
    if form is None:
        form = FORMS[expect_suffix(output, FORMS)] if _has_suffix(output) else "text"
    _search(form=form, **options)


def _has_suffix(output: str | None) -> bool:
    from pathlib import Path

    return output is not None and bool(Path(output).suffix)


def _walk_instead(asked: str, options: dict[str, Any]) -> None:
    """Go down the gradient as was asked for, which has a verb of its own now."""
    from symgd.writing.words import message

    alone = [name for name in (*SEARCH, *TELL) if name not in cli.DESCENT]
    cli.refuse(alone, f"does not go with {asked}, with which symgd fit walks")
    form = options.pop("form") or "text"
    if form not in ("text", "json"):
        raise click.UsageError(f"--format {form} does not go with {asked}: a walk is told as text or json")  # fmt: skip
    remark = message(
        "with {option} this walks, which is what symgd descend does; without, symgd fit finds the minimum",
        option=asked,
    )
    given = {name: value for name, value in options.items() if name not in alone}
    walk(form=form, remark=remark, **given)


def _search(
    data: str,
    form: str,
    level: float,
    intervals: IntervalMethod,
    explain: bool,
    output: str | None,
    save: str | None,
    plot: str | None,
    language: str | None,
    ascii: bool,
    **options: Any,
) -> None:
    """Find the minimum, tell it, write what was asked for, and leave with its exit code."""
    from symgd.api.fit import Fit
    from symgd.cli.told import expect_told, written
    from symgd.writing.words import words_in

    words_in(language)  # a language that there is not is said before the search
    expect_told(form, level, by=options["by"], save=save, explain=explain)
    asked = {name: options.pop(name) for name in SEARCH if name != "by"}
    by = options["by"]
    table = table_for(data, **options)
    with keeping(), work_bar("fit", form != "json") as progress:
        made = table.problem.fit(
            table.columns, weights=table.weights, by=table.labels, progress=progress, **asked
        )
    if by is not None:
        made = replace(made, by=by)
    told = written(
        made,
        form,
        level=level,
        intervals=intervals,
        explain=explain,
        language=language,
        ascii=ascii,
        document=output is not None,
    )
    _deliver(told, form, output)
    if save is not None and isinstance(made, Fit):
        write_text(save, made.json(language=language))
    if plot is not None:
        remark_boxes(made.plot(path=plot, language=language).lacking, plot)
    click.get_current_context().exit(_exit_code(made))


def _deliver(told: str, form: str, output: str | None) -> None:
    if output is not None:
        cli.show(told, output, "summary")
    else:
        cli.tell(told if form != "text" else cli.fitted(told), machine=form != "text")


def _exit_code(made: Fitted) -> int:
    from symgd.fit.groups import Fits

    fits = [*made.values()] if isinstance(made, Fits) else [made]
    if any(each.outcome.kind == "interrupted" for each in fits):
        return INTERRUPTED
    good = all(each.outcome.kind == "converged" for each in fits)
    return DONE if good and not (isinstance(made, Fits) and made.failures) else VERDICT
