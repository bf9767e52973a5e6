"""The command line: one function a verb, heavy imports inside."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from symgd.errors import SymgdError

if TYPE_CHECKING:
    from symgd.descent import Run
    from symgd.problem import Problem

FORMATS = ("text", "latex", "markdown", "html", "typst", "json")
DETAILS = ("brief", "standard", "full")

# What a script can tell from the exit code.
DONE, NOT_CONVERGED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


class _Group(click.Group):
    """Errors end in one line, never in a traceback; commands stand in the order in which they are declared."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, context: click.Context) -> Any:
        try:
            result = super().invoke(context)
            sys.stdout.flush()
            return result
        except SymgdError as error:
            click.echo(f"symgd: {error}", err=True)
            context.exit(WRONG_INPUT)
        except BrokenPipeError:
            # The reader of our output has gone; there is nobody left to tell.
            sys.stderr.close()
            context.exit(DONE)
        except OSError as failure:
            _forget_output()
            click.echo(f"symgd: the output cannot be written: {failure.strerror}", err=True)
            context.exit(WRONG_INPUT)
        except KeyboardInterrupt:
            click.echo("symgd: interrupted", err=True)
            context.exit(INTERRUPTED)


def _forget_output() -> None:
    """Let nothing more be written to an output that takes nothing, not even when Python ends."""
    sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it lasts as long as the process


class _FormulaCommand(click.Command):
    """A command whose formula may begin with a minus sign, which is not an option then."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(context, [f" {arg}" if _is_formula(arg) else arg for arg in args])


def _is_formula(argument: str) -> bool:
    """Whether an argument with one minus sign before it is a formula, -a*x, and not -o FILE, -oFILE or -h."""
    if re.match(r"-[oh]", argument):
        return re.match(r"-\w\s*[*^+(]", argument) is not None
    return re.match(r"-[^-]", argument) is not None


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="symgd")
def main() -> None:
    r"""One formula in; the derivation, the optimizer and the film out.

    \b
    Examples:
      symgd derive "m*x + b"
      symgd fit points.csv --model "m*x + b" --x minute --y volume
      symgd generate "m*x + b" -o optimizer.py
      symgd demo
    """


def _output_option(function: Callable[..., None]) -> Callable[..., None]:
    option = click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False),
        help="Write to this file, not the terminal.",
    )
    return option(function)


def _ascii_option(function: Callable[..., None]) -> Callable[..., None]:
    option = click.option(
        "--ascii",
        is_flag=True,
        default=lambda: not _shows("∂Σᵢ²"),
        help="Plain ASCII text; by itself where the terminal has no other characters.",
    )
    return option(function)


def _shows(characters: str) -> bool:
    """Whether standard output can show `characters`; what it cannot is never an error."""
    try:
        characters.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="replace")
        return False
    return True


def _detail_option(function: Callable[..., None]) -> Callable[..., None]:
    option = click.option(
        "--detail",
        type=click.Choice(DETAILS),
        default="standard",
        show_default=True,
        help="How many lines.",
    )
    return option(function)


def _format_option(function: Callable[..., None]) -> Callable[..., None]:
    option = click.option(
        "--format", "form", type=click.Choice(FORMATS), default="text", show_default=True
    )
    return option(function)


def _problem_options(function: Callable[..., None]) -> Callable[..., None]:
    """The options that say what a formula's names mean and how the cost is written."""
    options = (
        click.option("--loss", default="mse", show_default=True, help="mse, sse, half_mse, or a formula in prediction and target."),
        click.option("--parameters", help="What is learned: m,b. Without it: every name that is not an input."),
        click.option("--inputs", help="What is read from data: x. Without it: x, x1, x_2 and the like."),
        click.option("--target", default="y", show_default=True, help="The name of what is predicted."),
        click.option("--cost-name", help="The cost's name.  [default: J]"),
        click.option("--count", help="The number of examples' name.  [default: N]"),
        click.option("--index", help="The index's name.  [default: i]"),
        click.option("--residual", help="A name for the residual, such as e; without it, it is written out."),
        click.option("--residual-sign", type=click.Choice(["prediction - target", "target - prediction"]), default="prediction - target", show_default=True),
        click.option("--constants", type=click.Choice(["outside", "inside"]), default="outside", show_default=True, help="Common factors before the Σ, or inside."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


def _problem(formula: str, options: dict[str, Any]) -> Problem:
    from symgd.problem import Problem

    roles = {name: options[name] for name in ("parameters", "inputs", "target", "loss")}
    plain = Problem(formula, **roles)
    named = {
        "cost": options["cost_name"],
        **{n: options[n] for n in ("count", "index", "residual")},
    }
    changes = {role: name for role, name in named.items() if name is not None}
    return plain.written(
        **changes, residual_sign=options["residual_sign"], constants=options["constants"]
    )


def _show(text: str, output: str | None, what: str) -> None:
    """Print `text`, or write it to a file and say so."""
    if output is None:
        click.echo(text, nl=not text.endswith("\n"))
        return
    from symgd.files import expect_apart, write_text

    expect_apart({"--output": output})

    write_text(output, text)
    click.echo(f"{what} written to {output}", err=True)


def _written(derivation: Any, form: str, detail: Any, output: str | None, ascii: bool) -> str:
    if form == "text":
        return str(derivation.text(detail=detail, ascii=ascii))
    if form == "json":
        return str(derivation.json())
    if form == "latex":
        return str(derivation.latex(detail=detail, document=output is not None))
    return str(getattr(derivation, form)(detail=detail))


@main.command(cls=_FormulaCommand)
@click.argument("expression")
@click.option("--wrt", required=True, metavar="NAME", help="The name to derive by.")
@_format_option
@_detail_option
@_ascii_option
@_output_option
def diff(
    expression: str, wrt: str, form: str, detail: str, ascii: bool, output: str | None
) -> None:
    r"""Derive EXPRESSION step by step, every step checked.

    \b
    Examples:
      symgd diff "3*x^5" --wrt x
      symgd diff "x^2*sin(x)" --wrt x --detail full --format latex -o steps.tex
    """
    from symgd.derivation.derive import differentiate

    derivation = differentiate(expression, wrt)
    _show(_written(derivation, form, detail, output, ascii), output, "derivation")


@main.command(cls=_FormulaCommand)
@click.argument("formula")
@click.option("--wrt", metavar="NAME", help="One parameter; without it, all of them.")
@_problem_options
@_format_option
@_detail_option
@_ascii_option
@_output_option
def derive(
    formula: str,
    wrt: str | None,
    form: str,
    detail: str,
    ascii: bool,
    output: str | None,
    **options: Any,
) -> None:
    r"""Derive the gradient of a model's cost, step by step, every step checked.

    With -o, --format latex writes a document that compiles as it is.

    \b
    Examples:
      symgd derive "m*x + b"
      symgd derive "a*exp(-b*x) + c" --wrt b --detail full
      symgd derive "m*x + b" --residual e --format latex -o gradient.tex
    """
    derivation = _problem(formula, options).derive(wrt)
    _show(_written(derivation, form, detail, output, ascii), output, "derivation")


@main.command(cls=_FormulaCommand)
@click.argument("formula")
@_problem_options
@_output_option
def generate(formula: str, output: str | None, **options: Any) -> None:
    r"""Write a module that fits FORMULA by gradient descent and needs NumPy alone.

    \b
    Examples:
      symgd generate "m*x + b" -o optimizer.py
      python optimizer.py points.csv --x minute --y volume
    """
    _show(_problem(formula, options).source(), output, "optimizer")


def _start(context: click.Context, option: click.Parameter, value: str | None) -> dict[str, float]:
    start = {}
    for part in filter(None, (value or "").split(",")):
        name, sign, number = part.partition("=")
        if name.strip() in start:
            raise click.BadParameter(f'"{name.strip()}" is there twice')
        try:
            start[name.strip()] = float(number)
        except ValueError:
            sign = ""
        if not sign:
            raise click.BadParameter(f'"{part}" is not a start; write m=0,b=0.5')
    return start


def _rate(context: click.Context, option: click.Parameter, value: str) -> float | str:
    if value == "auto":
        return value
    try:
        return float(value)
    except ValueError:
        raise click.BadParameter(f'"{value}" is neither a number nor "auto"') from None


def _descent_options(function: Callable[..., None]) -> Callable[..., None]:
    options = (
        click.option("--learning-rate", default="auto", show_default=True, callback=_rate, help="A number, or auto: the best constant rate, where the curvature is known."),
        click.option("--start", callback=_start, metavar="m=0,b=0", help="Where to start; what is not named starts at 0."),
        click.option("--max-iter", type=click.IntRange(min=0), help="Steps at most.  [default: 1000000 where a step does not depend on the data's size, else 10000]"),
        click.option("--tolerance", type=float, default=1e-9, show_default=True, help="Stop when a step is shorter than this; 0 runs all steps."),
        click.option("--skip-bad-rows", is_flag=True, help="Leave out rows that cannot be read, and say which."),
    )  # fmt: skip
    for option in reversed(options):
        function = option(function)
    return function


@main.command()
@click.argument("data", type=click.Path(allow_dash=True))
@click.option(
    "--model", required=True, metavar="FORMULA", help='The prediction formula, such as "m*x + b".'
)
@click.option(
    "--x",
    "columns",
    multiple=True,
    metavar="COL",
    help="An input's column; once for each input of the model.",
)
@click.option("--y", "target_column", metavar="COL", help="The column to predict.")
@click.option("--loss", default="mse", show_default=True)
@click.option("--parameters", help="What is learned: m,b.")
@_descent_options
@click.option(
    "--plot",
    type=click.Path(dir_okay=False),
    help="Draw data, parameters and cost to a .png, .svg or .pdf.",
)
@click.option("--trace", type=click.Path(dir_okay=False), help="Write every step to a CSV.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True
)
@_ascii_option
def fit(
    data: str,
    form: str,
    plot: str | None,
    trace: str | None,
    ascii: bool,
    **options: Any,
) -> None:
    r"""Fit a formula to the columns of a CSV by gradient descent.

    Exit code 0: ended by a tolerance, or after the --max-iter steps that were asked for. 1: out of the default steps, or diverged. 2: something in the input is wrong. 130: interrupted.

    \b
    Examples:
      symgd fit bike.csv --model "m*x + b" --x distance --y calories
      symgd fit bike.csv --model "m*x + b" --x distance --y calories --learning-rate 1e-4 --max-iter 1000 --tolerance 0 --plot fit.png
    """
    from symgd.files import expect_apart
    from symgd.fitting import fitting_problem

    expect_apart({"--plot": plot, "--trace": trace}, [data] if data != "-" else [])
    problem, columns = fitting_problem(
        data,
        options["model"],
        inputs=options["columns"],
        target=options["target_column"],
        loss=options["loss"],
        parameters=options["parameters"],
        skip_bad_rows=options["skip_bad_rows"],
    )
    asked = options["max_iter"]
    run = problem.descend(
        columns,
        start=options["start"],
        learning_rate=options["learning_rate"],
        max_iter=asked,
        tolerance=options["tolerance"],
    )
    from symgd.report import as_json, as_text

    click.echo(as_json(run) if form == "json" else as_text(run, ascii=ascii), nl=False)
    if trace is not None:
        run.trace.to_csv(trace)
    if plot is not None:
        run.plot(plot)
    click.get_current_context().exit(_exit_code(run, asked is not None))


def _exit_code(run: Run, asked: bool) -> int:
    if run.outcome.kind == "interrupted":
        return INTERRUPTED
    ended = run.outcome.kind == "converged" or (run.outcome.kind == "out of steps" and asked)
    return DONE if ended else NOT_CONVERGED


@main.command()
@click.argument("lesson", required=False)
@click.option("--list", "listing", is_flag=True, help="Show the lessons there are.")
@click.option(
    "--model", default=None, metavar="FORMULA", help='The prediction formula.  [default: "a*x + b"]'
)
@click.option("--data", type=click.Path(), help="A CSV; without it, three built-in points.")
@click.option("--x", "columns", multiple=True, metavar="COL", help="An input's column.")
@click.option("--y", "target_column", metavar="COL", help="The column to predict.")
@click.option("--loss", default="mse", show_default=True)
@click.option("--parameters", help="What is learned: m,b.")
@_descent_options
@click.option(
    "--quality",
    type=click.Choice(["l", "m", "h"]),
    default="m",
    show_default=True,
    help="480p15, 720p30 or 1080p60.",
)
@click.option(
    "--format", "form", type=click.Choice(["mp4", "gif"]), default="mp4", show_default=True
)
@click.option(
    "--pace",
    type=click.FloatRange(min=0.05),
    default=1.0,
    show_default=True,
    help="All times are multiplied by this.",
)
@click.option("--theme", type=click.Choice(["light", "dark"]), default="light", show_default=True)
@click.option("--burn-captions", is_flag=True, help="Draw the captions into the picture.")
@_output_option
def animate(lesson: str | None, listing: bool, output: str | None, **options: Any) -> None:
    r"""Render a film of LESSON, with captions beside it.

    \b
    Examples:
      symgd animate --list
      symgd animate derive_gradient -o derivation.mp4
      symgd animate descend --data bike.csv --model "m*x + b" --x distance --y calories
    """
    from symgd.animations import LESSONS

    if listing or lesson is None:
        click.echo("\n".join(f"{name:<18}{entry.title}" for name, entry in LESSONS.items()))
        return
    from symgd.files import expect_apart
    from symgd.fitting import filmed_run

    expect_apart({"--output": output}, [options["data"]] if options["data"] else [])
    problem, run = filmed_run(lesson, options)
    film = problem.animate(
        lesson,
        *((run,) if run else ()),
        output=output or f"{lesson}.{options['form']}",
        progress=_beats(lesson),
        format=options["form"],
        **{name: options[name] for name in ("quality", "pace", "theme", "burn_captions")},
    )
    click.echo(f"film written to {film}, captions beside it", err=True)


def _beats(lesson: str) -> Callable[[int, int, Any], None]:
    """A progress bar that follows a film's beats; silent where nobody watches."""
    bar: Any = click.progressbar(
        length=1,
        label=lesson,
        item_show_func=lambda beat: beat.name if beat else None,
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    )

    def progress(done: int, total: int, beat: Any) -> None:
        bar.length = total
        bar.update(done - bar.pos, beat)
        if done == total:
            bar.render_finish()

    return progress


@main.command()
@click.option(
    "-o",
    "--output",
    "folder",
    type=click.Path(file_okay=False),
    default="symgd-demo",
    show_default=True,
    help="The folder to fill.",
)
@click.option(
    "--films/--no-films", default=True, show_default=True, help="Render the two films as well."
)
def demo(folder: str, films: bool) -> None:
    """Do the whole of it on three built-in points: derivation, optimizer, descent, picture and films."""
    from symgd.demo import run_demo

    run_demo(Path(folder), films=films, say=click.echo, progress=_beats)
