"""The summary of fits by group: a row for each group and parameter."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from symgd.data.labels import Label
from symgd.errors import SymgdError
from symgd.fit.ascii import spoken_in
from symgd.fit.fitted import Fit
from symgd.fit.groups import Fits
from symgd.fit.statistics.intervals import IntervalMethod
from symgd.fit.summaries.printed import PrintedSummary
from symgd.fit.summaries.summary import FitSummary
from symgd.fit.summaries.told import Estimate, Told, share
from symgd.optimize.outcome import KINDS
from symgd.registry.record import json_text
from symgd.writing.words import Language, Words, message


@dataclass(frozen=True, repr=False)
class GroupsSummary(PrintedSummary):
    """Fits by group as statisticians print them.

    Parameters
    ----------
    fits : Fits
    level, method, on_command_line
        As for `FitSummary`.
    """

    fits: Fits[Fit]
    level: float = 0.95
    method: IntervalMethod = "wald"
    on_command_line: bool = False

    def json(self, *, language: Language = None) -> str:
        """A record for each group, with its label."""
        fits = [
            {"label": label, **json.loads(one.json(language=language))}
            for label, one in self._each()
        ]
        failures = [
            {"label": label, "message": self._speak_of(error)}
            for label, error in self.fits.failures.items()
        ]
        record = {"by": self.fits.by, "fits": fits, "failures": failures}
        return json_text(record)

    def _each(self) -> Iterator[tuple[Label, FitSummary]]:
        for label, fit in self.fits.items():
            yield label, FitSummary(fit, self.level, self.method, self.on_command_line)

    def _speak_of(self, error: SymgdError) -> str:
        return error.on_command_line if self.on_command_line else str(error)

    def told(self, language: Language = None, *, ascii: bool = False) -> Told:
        """What is said, in a language."""
        words, problem = spoken_in(language, ascii=ascii), self.fits.problem
        head = (
            message("parameter", context="table"),
            message("estimate"),
            message("standard error"),
            message("p"),
            message("{percent} % interval", percent=f"{100 * self.level:g}"),
            message("R²"),
            message("rows"),
            message("outcome"),
        )
        failures = (f"{n}: {self._speak_of(error)}" for n, error in self.fits.failures.items())
        return Told(
            words,
            problem.model_equations,
            (words.declared(problem.loss.title), *self._source(words)),
            (self.fits.by, *(said.written(words=words) for said in head)),
            tuple(self._rows(words)),
            (),
            (*self._notes(words), *failures),
        )

    def _source(self, words: Words) -> Iterator[str]:
        """What was read: of groups all the same."""
        for _, one in [*self._each()][:1]:
            yield from (said.written(words=words) for said in one.source())

    def _rows(self, words: Words) -> Iterator[Estimate]:
        for label, one in self._each():
            fit = one.fit
            outcome = words(KINDS[fit.outcome.kind])
            whole = share(fit.r_squared), str(fit.rows), outcome
            for row in one.rows(words):
                estimate, error, _, chance, interval = row.cells
                cells = (row.name, estimate, error, chance, interval, *whole)
                yield Estimate(str(label), cells, is_group=True)
                whole = "", "", ""

    def _notes(self, words: Words) -> Iterator[str]:
        """What there is to say of each group; what is said of all, once."""
        said: dict[str, list[Label]] = {}
        for label, one in self._each():
            for note in one.notes(words):
                said.setdefault(note, []).append(label)
        for note, labels in said.items():
            alone = len(labels) == len(self.fits)
            yield note if alone else f"{', '.join(map(str, labels))}: {note}"
