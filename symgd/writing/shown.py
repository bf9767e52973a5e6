"""Shown: the ways out that all derivations share, to text, LaTeX, HTML and the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from os import PathLike
from pathlib import Path as FilePath
from typing import Any, Unpack

from symgd.writing.exposition import Exposition
from symgd.writing.outline import Outline, outline
from symgd.writing.reading import ReadingOptions, reading_from
from symgd.writing.words import Language


class Shown(ABC):
    """The ways out that all derivations share; the writers are imported when they are asked for.

    Each takes the fields of a `Reading` as keywords: how much detail, what the reader knows, and so on.
    """

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: numbers of 30 digits, and what else was worked out, belong to one process."""
        fields = getattr(self, "__dataclass_fields__", {})
        return {name: getattr(self, name) for name in fields}

    def __str__(self) -> str:
        return self.text()

    def text(self, *, ascii: bool = False, **reading: Unpack[ReadingOptions]) -> str:
        """The derivation as plain text, a line a step, with the rule beside it."""
        from symgd.writing import plain

        return plain.as_text(self.outline(**reading), ascii=ascii)

    def latex(self, *, document: bool = False, **reading: Unpack[ReadingOptions]) -> str:
        """Display lines for amsmath; with `document`, a file that compiles as it is."""
        from symgd.writing import documents

        return documents.as_latex(self.outline(**reading), document=document)

    def markdown(self, **reading: Unpack[ReadingOptions]) -> str:
        """Markdown with ``$$`` mathematics, as notebooks and code hosts render it."""
        from symgd.writing import documents

        return documents.as_markdown(self.outline(**reading))

    def html(self, **reading: Unpack[ReadingOptions]) -> str:
        """One page with MathML that needs nothing else; single steps can be unfolded."""
        from symgd.writing import html

        return html.as_html(self.outline(**reading))

    def typst(self, **reading: Unpack[ReadingOptions]) -> str:
        """A Typst document."""
        from symgd.writing import pdf

        return pdf.as_typst(self.outline(**reading))

    def pdf(self, path: str | PathLike[str], **reading: Unpack[ReadingOptions]) -> FilePath:
        """Write a PDF, typeset by the typst package: ``pip install "symgd[pdf]"``; answers where it is."""
        from symgd.writing import pdf

        return pdf.write_pdf(self.outline(**reading), path)

    def outline(self, **reading: Unpack[ReadingOptions]) -> Outline:
        """The lines that such a reader gets, before they are written in any format."""
        return outline(self.exposition, reading_from(reading), self.rule_names)

    def speech(self, **reading: Unpack[ReadingOptions]) -> str:
        """A sentence for each line, as it is spoken."""
        from symgd.writing import documents

        return documents.as_speech(self.outline(**reading))

    def json(self, *, language: Language = None) -> str:
        """Every step with its check, as JSON; `symgd schema` prints what is in it."""
        from symgd.writing import record

        return record.as_json(self.exposition, language)

    def _repr_mimebundle_(self, **chosen: Any) -> dict[str, str]:
        """For notebooks: Markdown where they show it, LaTeX for their own exports to TeX, else text.

        HTML is left out: notebooks prefer it, and their TeX fonts are better than a browser's MathML.
        """
        return {
            "text/plain": self.text(),
            "text/markdown": self.markdown(),
            "text/latex": self.latex(),
        }

    @property
    def rule_names(self) -> tuple[str, ...]:
        """The rules that a reader may be said to know, beside those that are used."""
        return ()

    @property
    @abstractmethod
    def exposition(self) -> Exposition:
        """The derivation as it is told: chapters of lines."""
