"""The formats of a derivation, each declared once.

The command line, `Shown.save`, the docs and the error for a suffix that is not known all read `FORMATS`. A new format
is one file with its writer and one row here.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Literal

from symgd.files import expect_suffix
from symgd.registry.registry import Declared, Registry, registry_of


@dataclass(frozen=True)
class Format(Declared):
    """One way to write a derivation down.

    Its writer is named "file:function", a file of `documents/` that is imported when the format is asked for. The
    function takes an outline and its layout; where the format reads a result's record, that. It answers text, or bytes.
    """

    name: str  # for programs and the command line
    title: str  # for people
    suffixes: tuple[str, ...]  # what the names of its files end in, the usual one first
    description: str  # what it is made for
    writer: str
    options: tuple[str, ...] = ()  # what the writer takes beside: "ascii", "width", "document"
    reads: Literal["outline", "record"] = "outline"  # for a reader, or every step for programs
    binary: bool = False  # bytes, and not for a terminal

    @property
    def summary(self) -> Mapping[str, str]:
        """Its row in a table."""
        return {"name": self.name, "title": self.title, "for": self.description}

    @property
    def usage(self) -> str:
        """How the command line asks for it."""
        return f"-o FILE{self.suffixes[0]}" if self.suffixes else f"--format {self.name}"

    @property
    def write(self) -> Callable[..., str | bytes]:
        """The writer itself."""
        file, _, function = self.writer.partition(":")
        found: Callable[..., str | bytes] = getattr(
            import_module(f"symgd.writing.documents.{file}"), function
        )
        return found


_ALL = (
    Format("text", "text", (".txt",), "reading, pasting; ASCII for plain terminals", "plain:as_text", ("ascii", "width")),
    Format("markdown", "Markdown", (".md",), "code hosts and notebooks", "markdown:as_markdown"),
    Format("latex", "LaTeX", (".tex",), "papers: display lines for amsmath; a file compiles as it is", "latex:as_latex", ("document",)),
    Format("pdf", "PDF", (".pdf",), "handing out", "pdf:as_pdf", binary=True),
    Format("typst", "Typst", (".typ",), "documents without TeX", "pdf:as_typst"),
    Format("rst", "reStructuredText", (".rst",), "Sphinx: mathematics in directives and roles", "rst:as_rst"),
    Format("asciimath", "AsciiMath", (".asciimath", ".am"), "wikis and course systems: formulas between backticks", "asciimath:as_asciimath"),
    Format("html", "HTML", (".html",), "one page for the browser that needs nothing else", "html:as_html"),
    Format("speech", "speech", (), "the ear: one sentence a line", "speech:as_speech"),
    Format("json", "JSON", (".json",), "other programs: every step with its check", "json_record:as_json", reads="record"),
)  # fmt: skip

FORMATS: Registry[Format] = registry_of(_ALL)
SUFFIXES: Mapping[str, Format] = {suffix: form for form in _ALL for suffix in form.suffixes}
OPTIONS = frozenset(option for form in _ALL for option in form.options)


def format_of(path: str | os.PathLike[str]) -> Format:
    """The format that a file's name asks for; an OutputError for a suffix that no format has, or none.

    Examples
    --------
    >>> format_of("steps.html").title
    'HTML'
    """
    return SUFFIXES[expect_suffix(path, {end: form.title for end, form in SUFFIXES.items()})]
