"""Commands, and what pages show of a console: files that `cat` prints, and commands with what they answer.

As a program, `python tests/consoles.py PAGE...`, it writes the answers anew.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from click.testing import CliRunner, Result

from symgd.cli import main

BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def run(*arguments: str, standard_input: str | None = None) -> Result:
    """A command of symgd in this process, which leaves with an exit code and no traceback."""
    result = CliRunner().invoke(main, list(arguments), input=standard_input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def answered(page: str) -> str:
    """The page with what its commands answer in the working directory, where its files are written as well."""
    return BLOCK.sub(lambda block: f"```console\n{''.join(_answers(block[1]))}```", page)


def _answers(block: str) -> Iterator[str]:
    for part in re.split(r"^(?=\$ )", block, flags=re.MULTILINE)[1:]:
        command, _, below = part.partition("\n")
        yield f"{command}\n"
        words = [word.strip('"') for word in re.findall(r'"[^"]*"|\S+', command[2:])]
        if words[0] == "cat":
            Path(words[1]).write_text(below, encoding="utf-8")
            yield below
        else:
            yield run(*words[1:]).output


if __name__ == "__main__":
    import os
    import tempfile

    pages = [Path(name).resolve() for name in sys.argv[1:]]
    for path in pages:
        os.chdir(tempfile.mkdtemp())
        path.write_text(answered(path.read_text(encoding="utf-8")), encoding="utf-8")
