"""Pictured: a result that has a picture, which a notebook shows beside its page, and files that it is saved to."""

from __future__ import annotations

import base64
import html
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import fields
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, Self

from symgd.errors import MissingPackage, OutputError
from symgd.files import PICTURES, expect_suffix, write_text
from symgd.registry.options import names_options
from symgd.writing.words import Language, Message, words_in

if TYPE_CHECKING:
    from symgd.plots.picture import Picture


class TextFile(NamedTuple):
    """A file of text that a result is saved to: what is in it, and how it is made, in a language."""

    holds: str
    text: Callable[[Any, Language], str | Iterable[str]]


# Of results that have a report.
RECORD = TextFile("a report for programs", lambda made, language: made.json(language=language))
REPORT = TextFile("a report", lambda made, language: made.text(language=language))


@names_options
class Pictured(ABC):
    """A result that has a picture; a class says which text files it has besides, and what its picture shows."""

    FILES: ClassVar[Mapping[str, TextFile]]  # by suffix
    CAPTION: ClassVar[Message]

    @classmethod
    def of(cls, made: Any) -> Self:
        """The same value, with its picture and its files."""
        return cls(**{part.name: getattr(made, part.name) for part in fields(made)})

    @abstractmethod
    def plot(self) -> Picture:
        """The picture; each class has options of its own, `path` and `language` among them."""

    @abstractmethod
    def html(self) -> str:
        """The page."""

    def save(self, path: str | PathLike[str], *, language: Language = None) -> Path:
        """Write the result as the file's name ends; answers where it is.

        Parameters
        ----------
        path : str or path
            A .png, .svg or .pdf for the picture, or one of `FILES`: a .json for programs, a .txt to read, a .csv of
            the points or steps, a .md, .tex or .html of a fit's summary.
        language : str or path, optional
            Of what is said; see `symgd.writing.words.words_in`.

        Raises
        ------
        OutputError
            For another suffix, or none, with all that there are; or when the file cannot be written.

        Examples
        --------
        >>> import tempfile
        >>> from symgd import Problem
        >>> run = Problem("a*x + b").descend([1, 2, 3], [1.2, 1.8, 3.4], max_iter=2, tolerance=0)
        >>> file = run.save(Path(tempfile.mkdtemp(), "steps.csv"))
        >>> file.read_text(encoding="utf-8").splitlines()[0]
        'step,a,b,cost,gradient_norm,step_norm'
        """
        texts = {end: file.holds for end, file in self.FILES.items()}
        suffix = expect_suffix(path, PICTURES | texts)
        if suffix in PICTURES:
            self.plot(path=path, language=language)  # type: ignore[call-arg]  # every class has these
        else:
            write_text(path, self.FILES[suffix].text(self, language))
        return Path(path)

    def _repr_mimebundle_(self, **chosen: Any) -> dict[str, str]:
        """The page with the picture, whose absence is no reason to show no numbers, and words for it."""
        page = self.html()
        with suppress(MissingPackage, OutputError):
            data = base64.b64encode(self.plot().written()).decode()
            style = f'alt="{html.escape(words_in()(self.CAPTION))}" style="max-width: 100%"'
            page += f'\n<img {style} src="data:image/png;base64,{data}">'
        return {"text/plain": repr(self), "text/html": page}
