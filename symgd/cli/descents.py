"""The verb `descend`: the walk, with every step of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import click

from symgd.budget import uncounted
from symgd.cli import options as cli
from symgd.cli.bars import work_bar
from symgd.cli.codes import DONE, INTERRUPTED, VERDICT
from symgd.cli.group import Command
from symgd.cli.process import keeping
from symgd.cli.reading import fitting_options, fitting_problem
from symgd.files import PICTURES, TABLE
from symgd.printable import printable

if TYPE_CHECKING:
    from symgd.api.derivable import Derivable
    from symgd.api.run import Run
    from symgd.optimize.descent_options import Progress
    from symgd.writing.words import Message

TOLD = ("form", "plot", "thin", "ascii", "remark")  # what is told of a walk, and where
trace_options: Mapping[str, cli.Decorator] = {
    "trace": cli.file_option("--trace", known=TABLE, help="Write every step to a CSV."),
    "thin": click.option("--thin", type=click.IntRange(min=1), metavar="STEPS", help="With --trace: one row for so many steps, and the last."),
}  # fmt: skip


@click.command(cls=Command)
@fitting_options
@cli.descent_options
@cli.seconds_option
@cli.file_option(
    "--plot", known=PICTURES, help="Draw data, parameters and cost to a .png, .svg or .pdf."
)
@cli.together(*trace_options.values())
@cli.text_or_json
@cli.language_option
@cli.ascii_option
def descend(**options: Any) -> None:
    r"""Go down a cost's gradient on data, step by step.

    `symgd fit` finds the minimum without walking there.

    Exit code 0: converged, or after the --max-iter steps that were asked for. 1: out of the default steps, stalled, or diverged. 130: interrupted. symgd --help lists the others.

    \b
    Examples:
      symgd descend bike.csv --model "m*x + b" --x distance --y calories
      symgd descend bike.csv --model "m*x + b" --x distance --y calories --learning-rate 1e-4 --max-iter 1000 --tolerance 0 --plot walk.png
    """
    walk(**options)


def walk(data: str, trace: str | None, language: str | None, **options: Any) -> None:
    """Descend on data, and tell what came of it."""
    from symgd.writing.words import words_in

    _expect_trace(trace)
    words_in(language)  # a language that there is not is said before the data are read
    descent = cli.descent_from(options)
    told = {name: options.pop(name) for name in TOLD if name in options}
    problem, columns = fitting_problem(data, **options)
    told_walk(
        lambda descent, progress: problem.descend(columns, progress=progress, **descent),
        problem,
        descent,
        trace=trace,
        language=language,
        **told,
    )


def _expect_trace(trace: str | None) -> None:
    if trace is None:
        cli.refuse(("thin",), "goes with --trace, whose rows it thins")


def told_walk(
    descend: Callable[[dict[str, Any], Progress | None], Run],
    problem: Derivable,
    descent: dict[str, Any],
    *,
    form: str,
    plot: str | None,
    trace: str | None,
    thin: int | None,
    ascii: bool,
    language: str | None,
    remark: Message | None = None,
) -> None:
    """Descend, tell what came of it and a remark, write what was asked for, and leave with its exit code."""
    from dataclasses import replace

    from symgd.writing.words import words_in

    _expect_trace(trace)
    words_in(language)  # a language that there is not is said before the descent
    problem.derive()
    asked = descent["max_iter"] is not None or descent.get("epochs") is not None
    watched = form != "json" and descent["log_every"] is None
    if descent["log_every"] is not None:
        from symgd.optimize.descend import logged

        descent["watch"] = logged(problem.notation.cost, language)
    with uncounted(), keeping(), work_bar("descend", watched) as progress:
        run = descend(descent, progress)
    if remark is not None:
        run = replace(run, remarks=(remark, *run.remarks))
    try:
        _tell(run, form, ascii, language)
    finally:  # a report that nobody takes is no reason to lose the steps
        if trace is not None:
            _save(run, trace, thin)
        if plot is not None:
            remark_boxes(run.plot(plot, language=language).lacking, plot)
    click.get_current_context().exit(_exit_code(run, asked))


def _tell(run: Run, form: str, ascii: bool, language: str | None) -> None:
    from symgd.optimize.report import as_json, as_text

    if form == "json":
        cli.tell(as_json(run, language=language, on_command_line=True), machine=True)
        return
    told = as_text(run, language=language, ascii=ascii, on_command_line=True)
    cli.tell(cli.fitted(told), machine=False)


def _save(run: Run, path: str, thin: int | None) -> None:
    """The trace to a file; what is left out is said."""
    whole = run.trace
    kept = whole if thin is None else whole.thinned(thin)
    kept.to_csv(path)
    if len(kept) < len(whole):
        said = f"{printable(path)} has {len(kept):,} of {len(whole):,} rows: one for {thin} steps, and the last"
        click.echo(f"symgd: {said}", err=True)


def remark_boxes(letters: str, plot: str) -> None:
    """Say which letters of a picture no font has."""
    if letters:
        cause = (
            f'no font on this machine has "{printable(letters)}", so {printable(plot)} has boxes'
        )
        click.echo(f"symgd: {cause}; install one that has, such as one of Noto's", err=True)


def _exit_code(run: Run, asked: bool) -> int:
    if run.outcome.kind == "interrupted":
        return INTERRUPTED
    made = run.outcome.kind in ("out of steps", "not begun") and asked
    return DONE if made or run.outcome.kind == "converged" else VERDICT
