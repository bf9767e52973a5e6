"""PrintedSummary: what a table of estimates says, written in any format."""

from __future__ import annotations

from abc import ABC, abstractmethod

from symgd.fit.summaries.summary_pages import as_html, as_latex, as_markdown, as_text
from symgd.fit.summaries.told import Told
from symgd.writing.words import Language


class PrintedSummary(ABC):
    """A summary that prints itself; a class says what is in it."""

    @abstractmethod
    def told(self, language: Language = None, *, ascii: bool = False) -> Told:
        """What is said, in a language."""

    @abstractmethod
    def json(self, *, language: Language = None) -> str:
        """All of it for programs, with all digits."""

    def text(
        self, *, ascii: bool = False, language: Language = None, width: int | None = None
    ) -> str:
        """Plain text; its table in parts where it is wider than `width`.

        Examples
        --------
        >>> import symgd
        >>> summary = symgd.Problem("a*x + b").fit([1, 2, 3], [1.2, 1.8, 3.4]).summary()
        >>> summary.text().splitlines()[0]
        'y = 1.1x − 0.066667'
        """
        return as_text(self.told(language, ascii=ascii), ascii=ascii, width=width)

    def markdown(self, *, language: Language = None) -> str:
        """Markdown with a table."""
        return as_markdown(self.told(language))

    def latex(self, *, document: bool = False, language: Language = None) -> str:
        """A table that needs no package but amsmath; with `document`, a file that compiles as it is."""
        return as_latex(self.told(language), document=document)

    def html(self, *, document: bool = False, language: Language = None) -> str:
        """A part of a page, or with `document` a page of its own."""
        return as_html(self.told(language), document=document)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text()

    def _repr_mimebundle_(self, **chosen: object) -> dict[str, str]:
        return {
            "text/plain": self.text(),
            "text/html": self.html(),
            "text/markdown": self.markdown(),
            "text/latex": self.latex(),
        }
