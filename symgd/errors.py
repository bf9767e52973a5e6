"""What can go wrong, each with its cause and its remedy; each is a SymgdError, and an error of Python's kind too."""

from __future__ import annotations

import re
from collections.abc import Callable

from symgd.printable import is_unseen, printable

EXCERPT = 72  # characters of a text round the place of a fault
# Words for Python and words for the command line, where they differ. No text that can be read holds these characters.
_EITHER = re.compile("\x02([^\x02\x03\x1f]*)\x1f([^\x02\x03\x1f]*)\x03")


_OPTIONS = {"optimizer_settings": "--set"}  # whose options are called otherwise


def either(arguments: str, options: str) -> str:
    """Words in a message that are others for who calls from Python and who types at a command line.

    Examples
    --------
    >>> error = DescentError("too steep", f"pass {either('max_iter=5', '--max-iter 5')}")
    >>> str(error), error.on_command_line
    ('too steep; pass max_iter=5', 'too steep; pass --max-iter 5')
    """
    return f"\x02{arguments}\x1f{options}\x03"


def parameter(name: str, value: str = "") -> str:
    """A parameter in a message: an argument in Python, an option on the command line.

    Examples
    --------
    >>> for_python(parameter("max_iter", "5")), for_command_line(parameter("max_iter", "5"))
    ('max_iter=5', '--max-iter 5')
    """
    option = _OPTIONS.get(name) or f"--{name.replace('_', '-')}"
    if not value:
        return either(name, option)
    return either(f"{name}={value}", f"{option} {value.strip(chr(34))}")


def at_row(index: int) -> str:
    """A row of data in a message: arrays are counted from 0, and rows at the command line from 1.

    Examples
    --------
    >>> for_python(at_row(2)), for_command_line(at_row(2))
    ('row index 2', 'row 3')
    """
    return either(f"row index {index}", f"row {index + 1}")


def counted(number: int, thing: str) -> str:
    """So many things in a message.

    Examples
    --------
    >>> counted(1, "input"), counted(2, "input")
    ('1 input', '2 inputs')
    """
    return f"{number} {thing}" + "s" * (number != 1)


def for_python(words: str) -> str:
    """A message as Python says it: with arguments."""
    return _EITHER.sub(r"\1", words)


def for_command_line(words: str) -> str:
    """A message as the command line says it: with options."""
    return _EITHER.sub(r"\2", words)


class SymgdError(Exception):
    """The root of every error that symgd raises on purpose.

    Parameters
    ----------
    cause : str
        What is wrong, naming the thing.
    remedy : str, optional
        What the reader can do about it.

    Attributes
    ----------
    cause, remedy : str
        As Python says them; `on_command_line` has options where Python has arguments.
    words : tuple of (str, str)
        Cause and remedy as they were given, with what `either` marked.

    Examples
    --------
    >>> str(SymgdError("the file is empty", "pass a file with a header line"))
    'the file is empty; pass a file with a header line'
    """

    def __init__(self, cause: str, remedy: str = "") -> None:
        self.cause, self.remedy = printable(for_python(cause)), printable(for_python(remedy))
        super().__init__(f"{self.cause}; {self.remedy}" if remedy else self.cause)
        self.words = cause, remedy

    def __str__(self) -> str:
        return self._message(for_python)

    @property
    def on_command_line(self) -> str:
        """The message for who types at a command line."""
        return self._message(for_command_line)

    def _message(self, told: Callable[[str], str]) -> str:
        return "; ".join(printable(told(words)) for words in self.words if words)


class FormulaError(SymgdError, ValueError):
    """A formula text that cannot be read; shows the place with a caret.

    Parameters
    ----------
    cause, remedy : str
        As for `SymgdError`.
    text : str, optional
        The formula as it was typed.
    position : int, optional
        The offending character's place in `text`, counted from 0.
    """

    def __init__(self, cause: str, remedy: str = "", *, text: str = "", position: int = 0) -> None:
        super().__init__(cause, remedy)
        self.text = text
        self.position = position

    def _message(self, told: Callable[[str], str]) -> str:
        """The message, the line of the text, and a caret under the place."""
        place = _excerpt(self.text, self.position) if self.text else ()
        return "\n  ".join((super()._message(told), *place))


class ProblemError(SymgdError, ValueError):
    """A model, loss, role or notation that does not fit the others."""


class DerivationError(SymgdError, ValueError):
    """A derivation that cannot be given."""


class CheckFailed(DerivationError):
    """A step whose two sides differ: a fault of symgd, never shown as a result."""

    def __init__(
        self, cause: str, remedy: str = "this is a fault of symgd: please report the formula"
    ) -> None:
        super().__init__(cause, remedy)


class ShapeError(DerivationError):
    """Matrices whose shapes do not fit together."""


class DataError(SymgdError, ValueError):
    """Data that cannot be used, with line and column where they are known."""


class DescentError(SymgdError, ValueError):
    """A start, learning rate or limit that does not fit the problem."""


class FitError(SymgdError, ValueError):
    """Weights, bounds, ties or another wish for a fit that does not go with the problem."""


class GenerationError(SymgdError, ValueError):
    """A formula from which no code can be made."""


class LanguageError(SymgdError, ValueError):
    """A language that symgd does not speak, or a file of words that cannot be read."""


class OutputError(SymgdError, OSError):
    """A file that cannot be written."""


class NotWritten(OutputError):
    """Output that could not be written whole, though nothing is wrong with what was asked for: a full disk for one."""


class UnknownOption(SymgdError, TypeError):
    """An option that a call does not take, or of a kind that it does not take."""


class MissingPackage(SymgdError, ImportError):
    """An optional package, or a library of the system, that is not installed."""

    @classmethod
    def of(cls, error: ImportError, package: str, cause: str, remedy: str) -> MissingPackage:
        """What to say of an import that failed: `package` is not there, which is `cause`, or is there and broken.

        Raises
        ------
        KeyboardInterrupt
            When Ctrl-C came in the midst of it, which packages written in C tell as an error of their own.
        """
        before: BaseException | None = error
        while before is not None:
            if isinstance(before, KeyboardInterrupt):
                raise before
            before = before.__cause__ or before.__context__
        if (error.name or "").partition(".")[0] == package:
            return cls(cause, remedy)
        said = " ".join(str(error).split())
        again = f"install it again: {remedy.removeprefix('install it: ')}"
        return cls(f"{package} cannot be loaded ({said})", again)


def _excerpt(text: str, position: int) -> tuple[str, str]:
    """The part of `text` around `position` on one line, and a caret under it."""
    start = max(0, min(position - EXCERPT // 2, len(text) - EXCERPT))
    line = text[start : start + EXCERPT]
    shown = "".join(" " if is_unseen(character) else character for character in line)
    return printable(shown), " " * (position - start) + "^"
