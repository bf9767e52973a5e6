"""The group of all verbs: errors end in one line, and what a script can tell from the exit code."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from symgd.errors import SymgdError
from symgd.printable import printable
from symgd.writing.formats import FORMATS

# What a script can tell from the exit code.
DONE, NOT_CONVERGED, WRONG_INPUT, INTERRUPTED = 0, 1, 2, 130


class Command(click.Command):
    r"""A command whose examples keep their lines, by a backspace for each ``\\b`` of a raw docstring."""

    def __init__(self, *args: Any, **options: Any) -> None:
        options["help"] = options["help"].replace("\\b\n", "\b\n")
        super().__init__(*args, **options)

    def make_context(self, *arguments: Any, **options: Any) -> click.Context:
        with _quoting():
            return super().make_context(*arguments, **options)

    def invoke(self, context: click.Context) -> Any:
        with _quoting():
            return super().invoke(context)


@contextmanager
def _quoting() -> Iterator[None]:
    """What somebody typed is shown in click's errors as it is in ours."""
    try:
        yield
    except click.ClickException as error:
        vars(error)["message"] = printable(error.message)  # which click calls final
        raise


class Group(Command, click.Group):
    """Errors end in one line, never in a traceback; commands stand in the order in which they are declared."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(self.commands)

    def invoke(self, context: click.Context) -> Any:
        try:
            result = super().invoke(context)
            sys.stdout.flush()
            return result
        except SymgdError as error:
            click.echo(f"symgd: {error.on_command_line}", err=True)
            context.exit(WRONG_INPUT)
        except BrokenPipeError:
            # The reader of our output has gone; there is nobody left to tell.
            sys.stderr.close()
            context.exit(DONE)
        except OSError as failure:
            # Nothing more is written to an output that takes nothing, not even when Python ends.
            sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - it lasts as long as the process
            click.echo(f"symgd: the output cannot be written: {failure.strerror}", err=True)
            context.exit(WRONG_INPUT)
        except KeyboardInterrupt:
            click.echo("symgd: interrupted", err=True)
            context.exit(INTERRUPTED)


class FormulaCommand(Command):
    """A command whose formula may begin with a minus sign, which is not an option then."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(context, [f" {arg}" if _is_formula(arg) else arg for arg in args])


def _is_formula(argument: str) -> bool:
    """Whether an argument with one minus sign before it is a formula, -a*x, and not -o FILE, -oFILE or -h."""
    if re.match(r"-[oh]", argument):
        return re.match(r"-\w\s*[*^+(]", argument) is not None
    return re.match(r"-[^-]", argument) is not None


def _formats() -> str:
    """The formats of a derivation, a row each."""
    rows = (f"  {form.usage:<19}{form.description}" for form in FORMATS.values())
    return "\n".join(["\b", "Formats of a derivation:", *rows])


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]}, epilog=_formats())
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
