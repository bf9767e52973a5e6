"""How a descent ended, in words that teach: what happened, why, and what to do."""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from symgd.errors import for_command_line, for_python
from symgd.registry.options import names_options
from symgd.writing.words import Language, Message, message, words_in

Kind = Literal[
    "converged", "stalled", "no minimum", "out of steps", "diverged", "interrupted", "not begun"
]

KINDS: Mapping[Kind, Message] = {
    "converged": message("converged", context="outcome"),
    "stalled": message("stalled", context="outcome"),
    "no minimum": message("no minimum", context="outcome"),
    "out of steps": message("out of steps", context="outcome"),
    "diverged": message("diverged", context="outcome"),
    "interrupted": message("interrupted", context="outcome"),
    "not begun": message("not begun", context="outcome"),
}


@names_options
@dataclass(frozen=True, repr=False)
class Outcome:
    """How a descent ended.

    Parameters
    ----------
    kind : {"converged", "stalled", "no minimum", "out of steps", "diverged", "interrupted", "not begun"}
        In English, for programs.
    why : Message
        Why it ended, with numbers.
    advice : Message or None
        What to do; None where nothing needs doing.

    Examples
    --------
    >>> outcome = Outcome("converged", message("after {number} step", "after {number} steps", number=2))
    >>> outcome.cause, outcome.remedy, outcome.message
    ('after 2 steps', '', 'converged: after 2 steps')
    """

    kind: Kind
    why: Message
    advice: Message | None = None

    @property
    def cause(self) -> str:
        """Why it ended."""
        return for_python(self.why.written(words=words_in()))

    @property
    def remedy(self) -> str:
        """What to do; empty where nothing needs doing."""
        return "" if self.advice is None else for_python(self.advice.written(words=words_in()))

    @property
    def message(self) -> str:
        """Kind, cause and remedy in one line, in the language that SYMGD_LANGUAGE names, or English."""
        return self.text()

    def text(self, language: Language = None, *, on_command_line: bool = False) -> str:
        """Kind, cause and remedy in one line.

        Parameters
        ----------
        language : str or path, optional
            As for `words_in`.
        on_command_line : bool
            Name options of the command line in the place of Python's arguments.
        """
        said = self.said.written(words=words_in(language))
        return for_command_line(said) if on_command_line else for_python(said)

    def html(self) -> str:
        """The same for notebooks."""
        kind = html.escape(KINDS[self.kind].written(words=words_in()))
        return f"<p>{html.escape(self.text()).replace(kind, f'<b>{kind}</b>', 1)}</p>"

    @property
    def said(self) -> Message:
        """The same, before it is said in a language."""
        kind = KINDS[self.kind]
        if self.advice is None:
            return message("{kind}: {cause}", kind=kind, cause=self.why)
        return message("{kind}: {cause}; {remedy}", kind=kind, cause=self.why, remedy=self.advice)

    def __str__(self) -> str:
        return self.message

    def __repr__(self) -> str:
        return f"Outcome({self.message})"

    _repr_html_ = html
