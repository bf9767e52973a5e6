"""Options that several verbs have, and what they make: a problem, a written derivation, a file."""

from __future__ import annotations

import io
import os
import re
import shutil
import sys
import textwrap
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

import click
from click.core import ParameterSource

from symgd.budget import uncounted
from symgd.cli.paths import InputPath, LanguagePath, OutputPath
from symgd.cli.values import by_name, exactly_in, listed_by_name, number_in
from symgd.cli.ways import METHOD, WAYS, optimizer_settings
from symgd.files import expect_suffix, in_utf8, write_text
from symgd.printable import printable
from symgd.writing.formats import FORMATS, SUFFIXES, format_of

if TYPE_CHECKING:
    from symgd.api.problem import Problem
    from symgd.writing.shown import Shown


Decorator: TypeAlias = Callable[[Callable[..., None]], Callable[..., None]]


def together(*options: Decorator) -> Decorator:
    """Several options as one decorator, in the order in which the help lists them."""

    def decorated(function: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(options):
            function = option(function)
        return function

    return decorated


def _shows(characters: str) -> bool:
    """Whether standard output can show `characters`; what it cannot is written as an escape."""
    try:
        characters.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
        return False
    return True


def _rate(context: click.Context, option: click.Parameter, value: str) -> float | str:
    rate = value if value == "auto" or re.search(r"\bt\b", value) else number_in(value)
    if rate is None:
        raise click.BadParameter(f'"{value}" is neither a number nor "auto", nor a formula of t')
    return rate


def rate_of_steps(
    context: click.Context, option: click.Parameter, value: str | None
) -> float | str | None:
    """The rate of steps with numbers: a number, or a formula of t; None where none is given."""
    if value is None or re.search(r"\bt\b", value):
        return value
    rate = number_in(value)
    if rate is None:
        raise click.BadParameter(f'"{value}" is neither a number nor a formula of t')
    return rate


def typed(names: Collection[str]) -> list[str]:
    """Those of the command's options that somebody typed."""
    context = click.get_current_context()
    return [
        option.opts[-1]
        for option in context.command.params
        if option.name in names
        and context.get_parameter_source(option.name) is ParameterSource.COMMANDLINE
    ]


def refuse(names: Collection[str], why: str) -> None:
    """A usage error where one of these options was typed, which would change nothing."""
    for option in typed(names):
        raise click.UsageError(f"{option} {why}")


def one_of(*names: str, words: tuple[str, ...], **more: Any) -> Decorator:
    """An option that takes one of some words, the first where nothing is said."""
    more = {"default": words[0], "show_default": True, **more}
    return click.option(*names, type=click.Choice(words), **more)


def file_option(
    *names: str,
    known: Mapping[str, str] | None = None,
    help: str = "Write to this file, not the terminal.",
) -> Decorator:
    """An option that names a file to write, refused before anything is worked out where nobody knows its suffix.

    Without any `known` it is for a derivation, and says the format where --format does not: text, without a suffix.
    """

    def checked(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
        if value and known is not None:
            expect_suffix(value, known)
        elif value and context.params["form"] is None:
            named = os.path.splitext(value)[1]
            context.params["form"] = format_of(value).name if named else "text"
        return value

    return click.option(*names, type=OutputPath(), callback=checked, help=help)


OUTPUT = ("-o", "--output")

output_option = file_option(*OUTPUT)

ascii_option = click.option(
    "--ascii",
    is_flag=True,
    default=lambda: not _shows("∂Σᵢ²"),
    help="Plain ASCII text; by itself where the terminal has no other characters.",
)

text_or_json = one_of("--format", "form", words=("text", "json"))

language_option = click.option(
    "--language",
    type=LanguagePath(),
    metavar="LANG",
    help="en, fr, or a .po file of words.  [default: $SYMGD_LANGUAGE, else en]",
)

reading_options = together(
    one_of("--detail", words=("brief", "standard", "full"), default="standard", help="How many lines."),
    click.option("--known", default="", metavar="RULES", help="Rules that need no line and no reason: power,sum."),
    one_of("--inner", words=("named", "in-place"), help="Whether the chain rule gives the inner function a letter."),
    one_of("--derivative-style", "--notation", "derivative_style", words=("leibniz", "prime"), help="How derivatives are written: d/dx f, or f'."),
    language_option,
)  # fmt: skip
"""The fields of a `Reading`; a command takes them as keywords."""


class _Seconds(click.FloatRange):
    """More than 0, and a number: click takes nan for one in every range."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        seconds = super().convert(value, param, ctx)
        if seconds != seconds:
            self.fail(f'"{value}" is no number of seconds', param, ctx)
        return seconds


seconds_option = click.option("--max-seconds", type=_Seconds(min=0, min_open=True), metavar="SECONDS", help="Give up reading, deriving, checking and writing after so long.  [default: 60]")  # fmt: skip

budget_options = together(
    click.option("--max-steps", type=click.IntRange(min=1), metavar="STEPS", help="Give up after so many steps by one name.  [default: 2000]"),
    seconds_option,
)  # fmt: skip
"""How much a whole command may cost: `group.Command` keeps to it, and hands none of them on."""


_point = by_name("a name's number; write m=2,b=0.5", exactly_in)

point_options = together(
    click.option("--at", "point", callback=_point, metavar="m=2,b=0.5", help="Put numbers into every line."),
    click.option("--data", type=InputPath("data file"), help="With --at: a CSV whose columns have the formula's names."),
    click.option("--row", type=int, is_flag=False, flag_value=0, help="With --at: one row of the data alone, counted from 1; without, one example in letters, and no number is needed."),
    click.option("--digits", type=click.IntRange(1, 15), default=6, show_default=True, help="With --at: significant digits."),
)  # fmt: skip
"""Where a derivation is worked out in numbers."""


point_option = click.option(
    "--at",
    "point",
    callback=_point,
    metavar="a=1,b=0.5",
    help="The parameters, where the curvatures depend on them.",
)


def at_point(derivation: Any, options: dict[str, Any]) -> Any:
    """The derivation, or where --at is given the same with numbers."""
    point, data, row, digits = (options[name] for name in ("point", "data", "row", "digits"))
    if point is None:
        refuse(("data", "row", "digits"), "goes with --at, which names the parameters")
        return derivation
    return derivation.at(point, data, row=row, digits=digits)


shapes_option = click.option(
    "--shapes", is_flag=True, help="Write rows and columns beside the parts of each line."
)

format_option = click.option(
    "--format",
    "form",
    type=click.Choice(tuple(FORMATS)),
    is_eager=True,
    help=f"Without it, as the output's name ends ({', '.join(SUFFIXES)}), else text.",
)

written_options = together(
    format_option, reading_options, budget_options, ascii_option, output_option
)
"""What `deliver` takes of a command's keywords."""

settings_option = click.option("--set", "settings", multiple=True, callback=by_name("a setting; write delta=1.35", number_in), metavar="NAME=NUMBER", help="A setting of the loss or the penalty, delta=1.35, or where a descent has one of its optimizer, beta=0.9; once for each.")  # fmt: skip

weights_option = click.option("--weights", metavar="COL", help="The column that says how much each row counts: a row of weight 2 counts as two.")  # fmt: skip

loss_options = together(
    click.option("--loss", default="mse", show_default=True, help="A name that `symgd losses` lists, or a formula in p and y."),
    click.option("--penalty", help="A name that `symgd losses` lists."),
    click.option("--penalized", metavar="NAMES", help="The parameters that the penalty is on.  [default: all but intercepts]"),
    weights_option,
    settings_option,
)  # fmt: skip
"""What is minimised."""

role_options = together(
    click.option("--parameters", help="What is learned: m,b. Without it: every name that is not an input."),
    click.option("--inputs", help="What is read from data: x. Without it: x; or, where there is no x, x1, x_2 and the like."),
    click.option("--target", default="y", show_default=True, help="The name of what is predicted."),
)  # fmt: skip
"""What the names of a formula mean."""

notation_options = together(
    click.option("--cost-name", "cost", help="The cost's name.  [default: J]"),
    click.option("--count", help="The number of examples' name.  [default: N]"),
    click.option("--index", help="The index's name.  [default: i]"),
    click.option("--residual", help="A name for the residual, such as e; without it, it is written out."),
    click.option("--prediction", help="A name for the prediction, such as p; without it, the loss decides."),
    one_of("--residual-sign", words=("prediction - target", "target - prediction")),
    one_of("--constants", words=("outside", "inside"), help="Common factors before the Σ, or inside."),
)  # fmt: skip
"""How the cost is written."""

problem_options = together(loss_options, role_options, notation_options)
"""The options that say what a formula's names mean and how the cost is written."""

NOTATION = ("cost", "count", "index", "residual", "prediction", "residual_sign", "constants")


def notation_from(options: Mapping[str, Any]) -> dict[str, Any]:
    """How the cost is to be written, of what was asked for."""
    return {name: options[name] for name in NOTATION if options[name] is not None}


def problem_from(formula: str, options: dict[str, Any]) -> Problem:
    from symgd.api.problem import Problem
    from symgd.cli.header import weighed_by

    roles = (
        "parameters",
        "inputs",
        "target",
        "loss",
        "penalty",
        "penalized",
        "settings",
    )
    given = {name: options[name] for name in roles}
    problem = Problem(formula, **given).written(**notation_from(options))
    weights = options["weights"]
    return problem if weights is None else weighed_by(problem, weights)


def tell(text: str, *, machine: bool) -> None:
    """Print `text`, for somebody who may read a page at a time; what a machine reads is UTF-8 everywhere."""
    ended = text if text.endswith("\n") else f"{text}\n"
    with uncounted():
        click.echo(in_utf8(ended) if machine else ended, nl=False)
        sys.stdout.flush()


def show(text: str, output: str | None, what: str) -> None:
    """Print `text`, which is for a machine, or write it to a file and say so."""
    if output is None:
        tell(text, machine=True)
        return
    with uncounted():
        write_text(output, text)
    click.echo(f"{what} written to {printable(output)}", err=True)


SPOKEN = ("text", "speech")  # what people read as it stands
READING = ("detail", "known", "inner", "derivative_style")


def deliver(derivation: Shown, options: dict[str, Any]) -> None:
    """Print the derivation, or write it to a file, in the format asked for or as the file's name ends."""
    form, output, ascii = options["form"], options["output"], options["ascii"]
    reading = {name: options[name].replace("-", " ") for name in READING}
    reading |= {"language": options["language"], "shapes": options.get("shapes", False)}
    if output is not None:
        derivation.save(output, name=form, ascii=ascii, **reading)
        click.echo(f"derivation written to {printable(output)}", err=True)
        return
    chosen = FORMATS[form or "text"]
    if chosen.binary:
        from symgd.errors import OutputError

        remedy = f"name a file: -o derivation{chosen.suffixes[0]}"
        raise OutputError(f"a {chosen.title} is not for the terminal", remedy)
    written = derivation.written(chosen.name, ascii=ascii, width=terminal_width(), **reading)
    assert isinstance(written, str)
    tell(written, machine=chosen.name not in SPOKEN)


def terminal_width() -> int | None:
    """How many columns the terminal has; None where standard output is none."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def fitted(text: str, hanging: int = 0) -> str:
    """The text with lines that are wider than the terminal over several rows, all but the first `hanging` by so much."""
    width = terminal_width()
    if width is None:
        return text
    return "\n".join(
        textwrap.fill(
            line,
            width,
            subsequent_indent=" " * (len(line) - len(line.lstrip()) + hanging),
            break_long_words=False,
            break_on_hyphens=False,
        )
        for line in text.split("\n")
    )


DESCENT: Mapping[str, Decorator] = {
    "learning_rate": click.option("--learning-rate", default="auto", show_default=True, callback=_rate, metavar="RATE", help="A number, a formula of t such as 0.1/sqrt(t), or auto: the best constant rate where the curvature is constant, else one for each step."),
    "start": click.option("--start", multiple=True, callback=listed_by_name("a start; write m=0,b=0.5", number_in), metavar="m=0,b=0", help="Where to start; what is not named starts at 0."),
    "max_iter": click.option("--max-iter", type=click.IntRange(min=0), help="Steps at most.  [default: 1000000 where a step of gradient descent does not depend on the data's size, else 10000]"),
    "tolerance": click.option("--tolerance", type=float, help="Stop when a step is shorter than this; 0 runs all steps. Without it, when one is shorter than 1e-9 and the cost can fall no further."),
    **WAYS,
    **METHOD,
}  # fmt: skip
"""How a descent goes: each argument of `Problem.descend` with its option. Who adds one adds it here, and nowhere else."""

skip_bad_rows_option = click.option(
    "--skip-bad-rows", is_flag=True, help="Leave out rows that cannot be read, and say which."
)

descent_options = together(*DESCENT.values(), skip_bad_rows_option)


def descent_from(options: dict[str, Any]) -> dict[str, Any]:
    """What `Problem.descend` is told; takes its options out of `options`, and the optimizer's own of the settings."""
    descent = {name: options.pop(name) for name in DESCENT}
    if options.get("settings"):
        descent["optimizer_settings"] = optimizer_settings(descent, options)
    return descent


def settings_of(
    optimizer: str | None, options: dict[str, Any], schedule: str | None = None
) -> dict[str, float]:
    """The settings of an optimizer and of a schedule; takes them out of `options`."""
    if optimizer is None or not options.get("settings"):
        return {}
    return optimizer_settings({"optimizer": optimizer, "schedule": schedule}, options)


def remark_names(names: Collection[str], also: Collection[str] = ()) -> None:
    """Say on standard error which names may be meant as products."""
    from symgd.writing.together import remarks_on
    from symgd.writing.words import words_in

    for remark in remarks_on(names, also):
        click.echo(f"symgd: {remark.written(words=words_in())}", err=True)
