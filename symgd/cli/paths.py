"""What an option says of the files it names: that they are read, or that they are written.

A command looks at all of them before it begins (`expect_paths`), so no verb has to remember it: an option or argument
that names a file is an `InputPath`, a `LanguagePath`, an `OutputPath`, or a kind of these.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias

import click

from symgd.files import expect_apart, expect_folder, expect_writable

Written: TypeAlias = Callable[[str, Mapping[str, Any]], Sequence[str | os.PathLike[str]]]


class InputPath(click.Path):
    """A file that is read, or - for standard input; `what` it is stands in messages."""

    def __init__(self, what: str) -> None:
        super().__init__(allow_dash=True)
        self.what = what

    def read(self, value: Any) -> Sequence[tuple[str, str | int]]:
        """The files that are read where the option has this value, each with what it is."""
        values = value if isinstance(value, tuple) else (value,)
        return [(self.what, 0 if path == "-" else path) for path in values if path]


class LanguagePath(click.types.StringParamType):
    """A language's name, or a .po file, by the option or the environment."""

    def read(self, value: Any) -> Sequence[tuple[str, str]]:
        """The file of words that is read."""
        from symgd.writing.words import VARIABLE

        path = value or os.environ.get(VARIABLE) or ""
        return [("file of words", path)] if path.endswith(".po") else []


class OutputPath(click.Path):
    """A file that is written, - being standard output, or a folder that is made and filled.

    `written` answers all files that are, from the option's value and the command's others.
    """

    def __init__(self, written: Written | None = None, *, folder: bool = False) -> None:
        super().__init__(file_okay=not folder, dir_okay=folder)
        self.written, self.folder = written or _itself, folder

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path; click's own checks of it are those of a file or a folder."""
        named = "/dev/stdout" if value == "-" and not self.folder else value
        return super().convert(named, param, ctx)


def _itself(value: str | None, others: Mapping[str, Any]) -> Sequence[str]:
    return [] if value is None else [value]


def expect_paths(context: click.Context) -> None:
    """Refuse, before anything is worked out, to write over what is read, and to write where nothing can be written.

    Raises
    ------
    OutputError
        Where an output is an input or another output, or cannot be written to.
    """
    inputs: list[tuple[str, Any]] = []
    outputs: list[tuple[str, Any]] = []
    for option in context.command.params:
        value: Any = context.params.get(option.name or "")
        if isinstance(option.type, InputPath | LanguagePath):
            inputs += option.type.read(value)
        elif isinstance(option.type, OutputPath):
            if option.type.folder:
                expect_folder(value)
            paths = option.type.written(value, context.params)
            outputs += [(option.opts[-1], path) for path in paths]
    expect_apart([*outputs, ("standard output", 1)] if inputs else outputs, inputs)
    for _, path in outputs:
        expect_writable(path)
