"""FitSummary: a fit as statisticians print it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from symgd.errors import for_command_line, for_python
from symgd.fit.ascii import spoken_in
from symgd.fit.explained import second_minimum
from symgd.fit.fitted import Fit
from symgd.fit.least_squares.account import SECOND, TWIN
from symgd.fit.statistics.intervals import IntervalMethod
from symgd.fit.summaries.equation import equation_of
from symgd.fit.summaries.printed import PrintedSummary
from symgd.fit.summaries.record import as_json
from symgd.fit.summaries.told import (
    NONE,
    Estimate,
    Told,
    decimals_of,
    figure,
    probability,
    rounded,
    share,
)
from symgd.optimize.report import SOURCES
from symgd.writing.words import Language, Message, Words, message, words_in


@dataclass(frozen=True, repr=False)
class FitSummary(PrintedSummary):
    """A fit as statisticians print it.

    Parameters
    ----------
    fit : Fit
    level : float
        Of the confidence intervals.
    method : {"wald", "profile"}
        How they are found.
    on_command_line : bool
        Whether remedies name options of the command line in the place of Python's arguments.
    """

    fit: Fit
    level: float = 0.95
    method: IntervalMethod = "wald"
    on_command_line: bool = False

    def json(self, *, language: Language = None) -> str:
        """All of it for programs, with all digits; `symgd.fit.summaries.saved.load` reads it."""
        words = words_in(language)
        return as_json(self.fit, self.level, self.method, words=words, speak=self._speak)

    @property
    def _speak(self) -> Callable[[str], str]:
        return for_command_line if self.on_command_line else for_python

    def told(self, language: Language = None, *, ascii: bool = False) -> Told:
        """What is said, in a language."""
        told = self._speak
        fit, words = self.fit, spoken_in(language, ascii=ascii)
        return Told(
            words,
            equation_of(fit),
            tuple(told(line.written(words=words)) for line in self._lines(words)),
            tuple(said.written(words=words) for said in self._head()),
            tuple(self.rows(words)),
            tuple((said.written(words=words), value) for said, value in self._facts()),
            self.notes(words),
        )

    def _lines(self, words: Words) -> Iterator[Message]:
        fit = self.fit
        yield message(
            "{loss}, {number} row",
            "{loss}, {number} rows",
            loss=words.declared(fit.problem.loss.title),
            number=fit.rows,
        )
        yield from self.source()
        yield fit.found.method
        yield fit.outcome.said

    def source(self) -> Iterator[Message]:
        """The file that was read, and which columns of it, where they have other names."""
        fit = self.fit
        renamed = {n: label for n, label in fit.problem.labels.items() if n != label}
        if fit.data.source in SOURCES and not renamed:
            return
        names = (
            message("{name} is {label}", name=name, label=label) for name, label in renamed.items()
        )
        source = SOURCES.get(fit.data.source, fit.data.source)
        yield message("data: {parts}", parts=(source, *names))

    def _head(self) -> Iterator[Message]:
        yield message("parameter", context="table")
        yield message("estimate")
        yield message("standard error")
        yield message("z") if self.fit.statistic == "z" else message("t")
        yield message("p")
        yield message("{percent} % interval", percent=f"{100 * self.level:g}")

    def rows(self, words: Words) -> Iterator[Estimate]:
        """A row for each parameter."""
        fit = self.fit
        intervals = fit.confidence_intervals(self.level, self.method)
        for name, value in fit.parameters.items():
            if name in fit.task.fixed:
                held = words(message("fixed", context="parameter"))
                yield Estimate(name, (f"{value:.10g}", held, NONE, NONE, NONE))
                continue
            error = fit.standard_errors[name]
            decimals = None if fit.is_perfect else decimals_of(value, error)
            estimate, *ends = (rounded(number, decimals) for number in (value, *intervals[name]))
            between = NONE if any(map(math.isnan, intervals[name])) else f"[{ends[0]}, {ends[1]}]"
            yield Estimate(
                name,
                (
                    estimate,
                    figure(error, 3) if decimals is None else rounded(error, decimals),
                    figure(fit.t_values[name]),
                    probability(fit.p_values[name]),
                    between,
                ),
            )

    def _facts(self) -> Iterator[tuple[Message, str]]:
        fit = self.fit
        freedom = fit.degrees_of_freedom
        yield message("cost {cost}", cost=fit.problem.notation.cost), f"{fit.cost:.6g}"
        if not math.isnan(fit.residual_standard_error):
            yield message("residual standard error"), figure(fit.residual_standard_error, 4)
        yield message("degrees of freedom"), f"{freedom}"
        shares = (
            (message("R²"), fit.r_squared),
            (message("adjusted R²"), fit.adjusted_r_squared),
            (
                message("R² of the {number} test rows", number=len(fit.test or ())),
                fit.test_r_squared,
            ),
            (message("McFadden's R²"), fit.mcfadden_r_squared),
        )
        known = (
            (message("deviance"), math.nan if fit.statistic == "t" else fit.deviance),
            (message("log-likelihood"), fit.log_likelihood),
            (message("AIC"), fit.aic),
            (message("BIC"), fit.bic),
        )
        yield from ((said, share(value)) for said, value in shares if not math.isnan(value))
        yield from ((said, figure(value, 5)) for said, value in known if not math.isnan(value))

    def notes(self, words: Words) -> tuple[str, ...]:
        """What there is to say beside the tables."""
        return tuple(self._speak(note.written(words=words)) for note in self._notes())

    def _notes(self) -> Iterator[Message]:
        fit = self.fit
        yield from fit.data.remarks
        yield from (
            r for r in fit.found.remarks if r not in (SECOND, TWIN)
        )  # told below, and where
        reasons: dict[Message, list[str]] = {}
        for name, said in fit.unknown.items():
            if name not in fit.task.fixed:
                reasons.setdefault(said, []).append(name)
        for said, names in reasons.items():
            yield message("no standard error of {names}: {why}", names=tuple(names), why=said)
        for name, formula in fit.task.tied.items():
            yield message("{name} is tied: {name} = {formula}", name=name, formula=f"{formula}")
        if fit.is_perfect and fit.free_covariance is not None:
            yield message(
                "the fit is perfect but for rounding, and the standard errors are rounding, too"
            )
        if fit.task.weights is not None:
            yield message("weights are relative precisions: rows of weight 0 are left out")
        if fit.second is not None:
            yield second_minimum(fit.second)
