"""The group of all verbs: errors end in one line, and what a script can tell from the exit code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import click

from symgd.cli import process
from symgd.cli.codes import DONE, EXITS, FAILED, INTERRUPTED, NO_READER, WRONG_INPUT
from symgd.cli.paths import expect_paths
from symgd.errors import CheckFailed, NotWritten, SymgdError
from symgd.printable import printable
from symgd.writing.formats import FORMATS

TRACEBACK = "SYMGD_TRACEBACK"  # set to 1, it shows where in symgd a fault is


class Command(click.Command):
    r"""A command whose examples keep their lines, by a backspace for each ``\\b`` of a raw docstring.

    All files that its options name are looked at before it begins.
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        options["help"] = options["help"].replace("\\b\n", "\b\n")
        super().__init__(*args, **options)

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        rest = super().parse_args(context, args)
        if not context.resilient_parsing:
            expect_paths(context)
        return rest

    def invoke(self, context: click.Context) -> Any:
        """Run the command, all of it within one budget, where it has options for one."""
        asked = {name: context.params.pop(f"max_{name}", None) for name in ("steps", "seconds")}
        if "max_seconds" not in {option.name for option in self.params}:
            return super().invoke(context)
        from symgd.budget import Budget, shared

        with shared(Budget(**{name: most for name, most in asked.items() if most is not None})):
            return super().invoke(context)


class Group(Command, click.Group):
    """Errors end in one line, never in a traceback; commands stand in the order in which they are declared."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        if args is None:
            process.begin()
        names = (args, prog_name, complete_var)
        if not standalone_mode:
            return super().main(*names, standalone_mode=False, **extra)
        try:
            ended = super().main(*names, standalone_mode=False, **extra)
            sys.stdout.flush()
            code = ended if isinstance(ended, int) else DONE
        except Exception as error:
            code = _told(error)
        sys.exit(code)

    def invoke(self, context: click.Context) -> Any:
        try:
            return super().invoke(context)
        except BrokenPipeError:
            raise process.ReaderGone from None
        except KeyboardInterrupt:
            click.echo("symgd: interrupted", err=True)
            context.exit(INTERRUPTED)


class FormulaCommand(Command):
    """A command whose formula may begin with a minus sign, which is not an option then."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        taking = {
            name
            for option in self.params
            if isinstance(option, click.Option) and not option.is_flag
            for name in option.opts
        }
        spaced = [
            f" {arg}" if _is_formula(arg) and before not in taking else arg
            for before, arg in pairwise(("", *args))
        ]
        return super().parse_args(context, spaced)


def _told(error: Exception) -> int:
    """Say in one line what went wrong; the exit code tells a program whose fault it is."""
    if isinstance(error, process.ReaderGone):
        return NO_READER
    if isinstance(error, click.Abort):
        return INTERRUPTED
    if isinstance(error, click.ClickException):
        vars(error)["message"] = printable(error.message)  # which click calls final
        error.show()
        return WRONG_INPUT
    if os.environ.get(TRACEBACK, "0") not in ("", "0"):
        import traceback

        traceback.print_exception(error)
    _say(_line(error))
    ours = isinstance(error, CheckFailed | NotWritten) or not isinstance(error, SymgdError)
    return FAILED if ours else WRONG_INPUT


def _line(error: Exception) -> str:
    if isinstance(error, SymgdError):
        return error.on_command_line
    if isinstance(error, process.StandardOutputFailed):
        return f"the output cannot be written: {error}"
    if isinstance(error, OSError) and error.filename is None:
        return f"the output cannot be written: {error.strerror or error}"
    if isinstance(error, MemoryError):
        return "there is no memory left; take fewer rows or a shorter formula"
    said = printable(" ".join(f"{type(error).__name__}: {error}".split())[:200])
    return f"a fault of symgd itself ({said}); please report it with what {TRACEBACK}=1 shows"


def _say(line: str) -> None:
    """Write a line to standard error; where nobody hears it, it changes nothing."""
    try:
        click.echo(f"symgd: {line}", err=True)
    except (OSError, ValueError):
        return


def _is_formula(argument: str) -> bool:
    """Whether an argument with one minus sign before it is a formula, -a*x, and not -o FILE, -oFILE or -h."""
    if re.match(r"-[oh]", argument):
        return re.match(r"-\w\s*[*^+(]", argument) is not None
    return re.match(r"-[^-]", argument) is not None


def _epilog() -> str:
    """The formats of a derivation and the exit codes, a row each."""
    formats = (f"  {form.usage:<19}{form.description}" for form in FORMATS.values())
    codes = (f"  {code:<5}{meaning}" for code, meaning in EXITS.items())
    listed = (["\b", "Formats of a derivation:", *formats], ["\b", "Exit codes:", *codes])
    return "\n\n".join("\n".join(rows) for rows in listed)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_epilog())
@click.version_option(package_name="symgd")
def main() -> None:
    r"""One formula in; the derivation, the optimizer and the film out.

    \b
    Examples:
      symgd derive "m*x + b"
      symgd fit points.csv --model "m*x + b" --x minute --y volume --save line.json
      symgd predict line.json later.csv
      symgd descend points.csv --model "m*x + b" --x minute --y volume --learning-rate 0.06
      symgd generate "m*x + b" -o optimizer.py
      symgd demo
    """
