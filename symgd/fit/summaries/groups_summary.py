"""The summary of fits by group: a row for each group and parameter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from symgd.errors import for_python
from symgd.fit.fitted import Fit
from symgd.fit.groups import Fits
from symgd.fit.summaries.record import as_json
from symgd.fit.summaries.summary_pages import as_html, as_latex, as_markdown, as_text
from symgd.fit.summaries.told import (
    NONE,
    Estimate,
    Told,
    decimals_of,
    figure,
    probability,
    rounded,
    share,
    spoken_in,
)
from symgd.optimize.outcome import KINDS
from symgd.registry.record import json_text
from symgd.writing.words import Language, Words, message, words_in


@dataclass(frozen=True, repr=False)
class GroupsSummary:
    """Fits by group as statisticians print them.

    Parameters
    ----------
    fits : Fits
    """

    fits: Fits[Fit]

    def __str__(self) -> str:
        return self.text()

    __repr__ = __str__

    def text(self, *, ascii: bool = False, language: Language = None) -> str:
        """Plain text."""
        return as_text(self.told(language, ascii=ascii), ascii=ascii)

    def markdown(self, *, language: Language = None) -> str:
        """Markdown with a table."""
        return as_markdown(self.told(language))

    def latex(self, *, document: bool = False, language: Language = None) -> str:
        """A table; with `document`, a file that compiles as it is."""
        return as_latex(self.told(language), document=document)

    def html(self, *, document: bool = False, language: Language = None) -> str:
        """A part of a page, or with `document` a page of its own."""
        return as_html(self.told(language), document=document)

    def json(self, *, language: Language = None) -> str:
        """A record for each group, with its label."""
        words = words_in(language)
        records = [
            {
                "label": label,
                **json.loads(as_json(fit, 0.95, "wald", words=words, speak=for_python)),
            }
            for label, fit in self.fits.items()
        ]
        failures = [
            {"label": label, "message": str(error)} for label, error in self.fits.failures.items()
        ]
        record = {"by": self.fits.by, "fits": records, "failures": failures}
        return json_text(record)

    def _repr_mimebundle_(self, **chosen: object) -> dict[str, str]:
        return {"text/plain": self.text(), "text/html": self.html()}

    def told(self, language: Language = None, *, ascii: bool = False) -> Told:
        """What is said, in a language."""
        words, problem = spoken_in(language, ascii=ascii), self.fits.problem
        head = (
            message("parameter", context="table"),
            message("estimate"),
            message("standard error"),
            message("p"),
            message("R²"),
            message("rows"),
            message("outcome"),
        )
        failures = tuple(f"{label}: {error}" for label, error in self.fits.failures.items())
        return Told(
            words,
            problem.model_equations,
            (words.declared(problem.loss.title),),
            (self.fits.by, *(words(said) for said in head)),
            tuple(self._rows(words)),
            (),
            tuple(map(for_python, failures)),
        )

    def _rows(self, words: Words) -> Iterator[Estimate]:
        for label, fit in self.fits.items():
            errors, chances = fit.standard_errors, fit.p_values
            for number, (name, value) in enumerate(fit.parameters.items()):
                error = errors[name]
                decimals = None if fit.is_perfect else decimals_of(value, error)
                cells = (
                    name,
                    rounded(value, decimals),
                    figure(error, 3) if decimals is None else rounded(error, decimals),
                    NONE if decimals is None else probability(chances[name]),
                    share(fit.r_squared),
                    str(fit.rows),
                    words(KINDS[fit.outcome.kind]),
                )
                yield Estimate(str(label), cells if not number else (*cells[:4], "", "", ""), True)
