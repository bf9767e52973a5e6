"""Shown: the ways out that all derivations share, to text, LaTeX, HTML and the rest."""

from __future__ import annotations

from abc import ABC, abstractmethod
from os import PathLike
from pathlib import Path as FilePath
from typing import Any, ClassVar, Unpack

from symgd.errors import OutputError
from symgd.files import expect_suffix, write_bytes
from symgd.registry.options import declared, names_options
from symgd.writing.documents.layout import Layout
from symgd.writing.exposition import Exposition
from symgd.writing.formats import FORMATS, OPTIONS, format_of
from symgd.writing.outline import Outline, outline
from symgd.writing.reading import ReadingOptions, reading_from
from symgd.writing.words import Language


@names_options
class Shown(ABC):
    """The ways out that all derivations share; the writers are imported when they are asked for.

    Each takes the fields of a `Reading` as keywords: how much detail, what the reader knows, and so on.
    """

    # The rules that a reader may be said to know, beside those that are used.
    rule_names: ClassVar[tuple[str, ...]] = ()

    def __getstate__(self) -> dict[str, Any]:
        """The fields alone: numbers of 30 digits, and what else was worked out, belong to one process."""
        fields = getattr(self, "__dataclass_fields__", {})
        return {name: getattr(self, name) for name in fields}

    def __str__(self) -> str:
        return self.text()

    def text(
        self, *, ascii: bool = False, width: int | None = None, **reading: Unpack[ReadingOptions]
    ) -> str:
        """The derivation as plain text, a line a step, with the rule beside it; no wider than `width` where it can be."""
        return self._text("text", ascii=ascii, width=width, **reading)

    def latex(self, *, document: bool = False, **reading: Unpack[ReadingOptions]) -> str:
        """Display lines for amsmath; with `document`, a file that compiles as it is."""
        return self._text("latex", document=document, **reading)

    def markdown(self, **reading: Unpack[ReadingOptions]) -> str:
        """Markdown with ``$$`` mathematics, as notebooks and code hosts render it."""
        return self._text("markdown", **reading)

    def html(self, **reading: Unpack[ReadingOptions]) -> str:
        """One page with MathML that needs nothing else; single steps can be unfolded."""
        return self._text("html", **reading)

    def typst(self, **reading: Unpack[ReadingOptions]) -> str:
        """A Typst document."""
        return self._text("typst", **reading)

    def speech(self, **reading: Unpack[ReadingOptions]) -> str:
        """A sentence for each line, as it is spoken."""
        return self._text("speech", **reading)

    def json(self, *, language: Language = None) -> str:
        """Every step with its check, as JSON; `symgd schema` prints what is in it."""
        return self._text("json", language=language)

    def pdf(self, path: str | PathLike[str], **reading: Unpack[ReadingOptions]) -> FilePath:
        """Write a PDF, typeset by the typst package: ``pip install "symgd[pdf]"``; answers where it is."""
        expect_suffix(path, {".pdf": "PDF"})
        return self.save(path, name="pdf", **reading)

    def save(
        self,
        path: str | PathLike[str],
        *,
        name: str | None = None,
        ascii: bool = False,
        width: int | None = None,
        document: bool = True,
        **reading: Unpack[ReadingOptions],
    ) -> FilePath:
        """Write a file in the format that its name asks for: steps.tex, steps.html, steps.pdf and so on.

        Parameters
        ----------
        path : path
        name : str, optional
            The format, where the file's name does not say it.
        ascii, width
            For plain text: ASCII characters alone, and no lines that are wider.
        document : bool
            For LaTeX: a document that compiles as it is; False leaves the display lines alone.
        **reading
            The fields of a `Reading`.

        Returns
        -------
        path
            Where the file is.

        Raises
        ------
        OutputError
            For a suffix that no format has, or none, or when the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from symgd import differentiate
        >>> page = differentiate("x^2", "x").save(FilePath(tempfile.mkdtemp(), "steps.html"))
        >>> page.read_text(encoding="utf-8")[:15]
        '<!DOCTYPE html>'
        """
        shape = {"ascii": ascii, "width": width, "document": document}
        content = self.written(name or format_of(path).name, **shape, **reading)
        write_bytes(path, content.encode() if isinstance(content, str) else content)
        return FilePath(path)

    def written(self, name: str, **options: Any) -> str | bytes:
        """The derivation in a format: the whole way from a result to text.

        1. *Exposition.* A result tells itself in chapters of chains of steps, each line with the step that made it
           (`exposition.py`). A gradient, a Hessian and a matrix form are alike from here on.
        2. *Outline.* For one `Reading`, steps are put together to the lines that this reader wants to see, each with
           its reasons (`outline.py`). Formulas are still Terms.
        3. *Layout.* The page is chosen, and lines that are wider go over several rows (`layout.py`, `breaks.py`). It
           is worked out when a writer asks: a browser needs none.
        4. *Format.* The format's writer puts words (`prose.py`) round the formulas. Each Term is written by the one
           fold (`fold.py`, `matrix_fold.py`), which decides where parentheses and signs stand; the format's `Style`
           (`styles.py`) says what each kind of node looks like.

        Parameters
        ----------
        name : str
            A name in `FORMATS`.
        **options
            The fields of a `Reading`, and what the format's writer takes; what other writers take is left out.

        Examples
        --------
        >>> from symgd import differentiate
        >>> differentiate("x^2", "x").written("speech", detail="brief").splitlines()[1]
        'the derivative with respect to x of the quantity x squared equals two times x: power rule.'
        """
        form = declared(name, FORMATS, "format", OutputError)
        own = {option: options[option] for option in form.options if option in options}
        reading = {option: value for option, value in options.items() if option not in OPTIONS}
        outline = self.outline(
            **reading
        )  # for a record too: no format takes a reading that another refuses
        if form.reads == "record":
            return form.write(self.record(options.get("language")))
        return form.write(outline, Layout(outline), **own)

    def _text(self, name: str, **options: Any) -> str:
        return str(self.written(name, **options))

    def outline(self, **reading: Unpack[ReadingOptions]) -> Outline:
        """The lines that such a reader gets of the exposition, before they are written in any format."""
        return outline(self.exposition, reading_from(reading), self.rule_names)

    def record(self, language: Language = None) -> dict[str, Any]:
        """Every step with its check, as plain data."""
        from symgd.writing.documents.json_record import recorded

        return recorded(self.exposition, language)

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
    @abstractmethod
    def exposition(self) -> Exposition:
        """The derivation as it is told: chapters of lines."""
