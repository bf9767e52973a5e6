"""The verbs `check` and `hint`: a student's own lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from symgd.budget import uncounted
from symgd.cli import options as cli
from symgd.cli.codes import DONE, UNFINISHED, VERDICT
from symgd.cli.group import FormulaCommand
from symgd.cli.paths import InputPath

if TYPE_CHECKING:
    from symgd.api.exercise import Exercise

# No derivation is longer; what is, is read no further.
MAX_CHARACTERS = 200_000
_LINES = InputPath("file of lines")  # the formula before it, or what else is no file, is no harm

_exercise_options = cli.together(
    click.option("--expr", metavar="EXPR", help="A plain formula to be derived, in the place of FORMULA's cost; needs --wrt."),
    click.option("--wrt", metavar="NAMES", help="What is to be derived by: m, or m,b; all of these must be there."),
    cli.text_or_json,
    cli.language_option,
    cli.problem_options,
    cli.budget_options,
    cli.ascii_option,
)  # fmt: skip


def _exercise(
    arguments: tuple[str, ...], options: dict[str, Any], least: int
) -> tuple[Exercise, str | None]:
    """The exercise, and where the lines are: the formula is an argument, unless --expr gives it."""
    from symgd.api.exercise import Exercise

    expression, wrt = options.pop("expr"), options.pop("wrt")
    given = [*arguments]
    if expression is None:
        if not given:
            raise click.UsageError("Missing argument 'FORMULA'; or give --expr and --wrt.")
        exercise = Exercise.of_problem(cli.problem_from(given.pop(0), options), wrt)
    elif wrt is None:
        raise click.UsageError("--expr needs --wrt, the name to derive by.")
    else:
        cli.refuse(options, "goes with FORMULA; --expr is derived as it stands")
        exercise = Exercise.of_formula(expression, wrt)
    if len(given) < least:
        raise click.UsageError("Missing argument 'LINES': a file, or - for standard input.")
    if len(given) > 1:
        raise click.UsageError(f"Got {len(given)} files with lines; expected one.")
    return exercise, given[0] if given else None


def _text(path: str) -> str:
    """What stands in a file, or on standard input."""
    from symgd.errors import FormulaError

    try:
        with uncounted(), click.open_file(path, encoding="utf-8-sig") as stream:
            text = str(stream.read(MAX_CHARACTERS + 1))
    except FileNotFoundError:
        raise FormulaError(f'there is no file "{path}"', "write its path, or - for standard input") from None  # fmt: skip
    except IsADirectoryError:
        raise FormulaError(f'"{path}" is a folder', "write the path of a text file") from None
    except UnicodeDecodeError:
        raise FormulaError(f'"{path}" is not text in UTF-8', "save it as UTF-8 text") from None
    except OSError as failure:
        raise FormulaError(f'"{path}" cannot be read ({failure.strerror})', "write the path of a text file") from None  # fmt: skip
    except AttributeError:  # Python has none where it is closed
        raise FormulaError("standard input is closed", "pipe the lines in, or name a file") from None  # fmt: skip
    if len(text) > MAX_CHARACTERS:
        raise FormulaError(f'"{path}" is longer than {MAX_CHARACTERS} characters', "pass the lines of one derivation alone")  # fmt: skip
    return text


@click.command(cls=FormulaCommand, short_help="Mark a student's own derivation.")
@click.argument("arguments", nargs=-1, type=_LINES, metavar="FORMULA LINES")
@click.option("--optimizer", metavar="NAME|RULE", help="LINES are a step of this optimizer, momentum, adam and the like, or of a rule such as \"v' = beta*v + g; theta' = theta - alpha*v'\"; --set has its settings.")  # fmt: skip
@_exercise_options
def check(
    arguments: tuple[str, ...],
    optimizer: str | None,
    form: str,
    language: str | None,
    ascii: bool,
    **options: Any,
) -> None:
    r"""Find the first line of LINES, a text file, that does not follow, and say why.

    Exit code 0: all lines are right. 1: a line is wrong. 2: a line, or something else, cannot be read. 3: right so far, but unfinished. symgd --help lists the others.

    \b
    Examples:
      symgd check "m*x + b" lines.txt
      symgd check "m*x + b" - --wrt m,b --format json < lines.txt
      symgd check --expr "3*x^5" --wrt x lines.txt
      symgd check "m*x + b" lines.txt --language fr
      symgd check "m*x + b" lines.txt --optimizer momentum --set beta=0.8
    """
    chosen = cli.settings_of(optimizer, options)
    exercise, path = _exercise(arguments, options, 1)
    assert path is not None
    verdict = exercise.check(
        _text(path), optimizer=optimizer, optimizer_settings=chosen, language=language
    )
    told = verdict.json() if form == "json" else cli.fitted(verdict.text(ascii=ascii))
    cli.tell(told, machine=form == "json")
    codes = {"right": DONE, "wrong": VERDICT, "unfinished": UNFINISHED}
    click.get_current_context().exit(codes[verdict.kind])


@click.command(cls=FormulaCommand, short_help="Give the next step of a derivation.")
@click.argument("arguments", nargs=-1, type=_LINES, metavar="FORMULA [LINES]")
@click.option(
    "--strength",
    type=click.IntRange(1, 3),
    default=1,
    show_default=True,
    help="1: which rule. 2: also on which part. 3: also the line itself.",
)
@_exercise_options
def hint(
    arguments: tuple[str, ...],
    strength: int,
    form: str,
    language: str | None,
    ascii: bool,
    **options: Any,
) -> None:
    r"""Give the next step from the last right line of LINES, or the first step.

    \b
    Examples:
      symgd hint "m*x + b"
      symgd hint "m*x + b" lines.txt --strength 3
      symgd hint --expr "(2*x + 1)^3" --wrt x lines.txt
    """
    exercise, path = _exercise(arguments, options, 0)
    vocabulary = exercise.vocabulary
    cli.remark_names(vocabulary.symbols, {*vocabulary.symbols, *vocabulary.columns})
    written = _text(path) if path is not None else ""
    found = exercise.hint(written, strength=strength, language=language)
    told = found.json() if form == "json" else cli.fitted(found.text(ascii=ascii))
    cli.tell(told, machine=form == "json")
