"""Fit: a problem's minimum over some data."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, get_args

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.errors import FitError, for_command_line, for_python
from symgd.fit.explained import explained
from symgd.fit.found import Found
from symgd.fit.statistics.bands import Band, BandKind, Spread, band_at
from symgd.fit.statistics.inference import Inference, inference
from symgd.fit.statistics.intervals import (
    Interval,
    IntervalMethod,
    expect_level,
    p_value,
    quantile,
    wald,
)
from symgd.fit.statistics.likelihood import (
    NAN,
    deviance,
    information_criteria,
    log_likelihood,
    mcfadden,
)
from symgd.fit.statistics.sample import Sample, sample_of
from symgd.fit.task import Task
from symgd.optimize.outcome import Outcome
from symgd.optimize.prediction import inputs_from, predicted, r_squared, residuals
from symgd.parsing.by_name import ByName
from symgd.problem.problem import Problem
from symgd.registry.options import declared
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Language, Message, message, words_in

METHODS = {name: name for name in get_args(IntervalMethod)}


@dataclass(frozen=True, eq=False, repr=False)
class Fit:
    """The minimum of a cost over data.

    Parameters
    ----------
    task : Task
        What was asked.
    found : Found
        Where the search ended.
    test : Columns, optional
        Rows that were held out.
    """

    task: Task
    found: Found
    test: Columns | None = None

    @property
    def problem(self) -> Problem:
        """The model and its loss."""
        return self.task.problem

    @property
    def data(self) -> Columns:
        """The rows that were fitted."""
        return self.task.columns

    @cached_property
    def parameters(self) -> Mapping[str, float]:
        """Every parameter in the problem's order: what was found, what was fixed, and what is tied to these."""
        values = {**self.found.values, **self.task.fixed}
        known = {sympy.Symbol(name): value for name, value in self.found.values.items()}
        for name, formula in self.task.tied.items():
            values[name] = float(self.task.settled(formula).evalf(17, subs=known))
        return ByName({name: float(values[name]) for name in self.problem.parameters})

    @property
    def cost(self) -> float:
        """The problem's cost at the minimum, weighted where there are weights."""
        return self.found.cost

    @property
    def outcome(self) -> Outcome:
        """How the search ended."""
        return self.found.outcome

    @property
    def second(self) -> Found | None:
        """Another minimum that is as good, or nearly, with its `values` and `cost`; None where none was found."""
        return self.found.second

    @property
    def method(self) -> str:
        """What was done, and why, in one line."""
        return for_python(self.found.method.written(words=words_in()))

    @property
    def notes(self) -> tuple[str, ...]:
        """What the reader should know, in the language that SYMGD_LANGUAGE names, or English."""
        remarks = (*self.data.remarks, *self.found.remarks)
        return tuple(for_python(remark.written(words=words_in())) for remark in remarks)

    def explain(self, *, language: Language = None, on_command_line: bool = False) -> str:
        """How the minimum was found, at length; remedies are Python's, or the options of the command line."""
        words = words_in(language)
        told = (line.written(words=words) for line in explained(self.task, self.found))
        return "\n".join(map(for_command_line if on_command_line else for_python, told))

    # -----------------------------------------------------------------------------------------
    # What the model says

    def predict(self, *x: object, **named: object) -> FloatArray:
        """What the model says of new rows, of shape (n,), or (n, k) for k scores.

        Parameters
        ----------
        *x, **named
            The inputs, by position or by name, columns or numbers; or a table (a mapping, a frame, a CSV's path) that has
            them among others.

        Raises
        ------
        DataError
            For inputs that are missing, and for the first row of which the model says nothing.
        """
        inputs = inputs_from(self.problem, x, named)
        return predicted(self.problem, self.parameters, inputs)

    def curve(self, *inputs: FloatArray) -> FloatArray:
        """What the model says along arrays of its inputs; nan where it says nothing."""
        columns = Columns(self.problem.inputs, inputs)
        return self._sample.slopes.predictions(self.found.values, columns)[:, 0]

    @cached_property
    def fitted_values(self) -> FloatArray:
        """What the model says of its own rows."""
        return predicted(self.problem, self.parameters, self.data)

    @property
    def residuals(self) -> FloatArray:
        """Prediction less target, or the other way round where the problem's notation has it so, row by row, not weighted."""
        return residuals(self.problem, self.data, self.fitted_values)

    @cached_property
    def r_squared(self) -> float:
        """1 − Σ w (y − ŷ)² / Σ w (y − ȳ)²; nan where the loss compares no numbers."""
        return r_squared(self.problem, self.data, self.fitted_values, self.task.weights)

    @cached_property
    def test_r_squared(self) -> float:
        """The same of the rows that were held out; nan where there are none."""
        if self.test is None:
            return NAN
        made = predicted(self.problem, self.parameters, self.test)
        return r_squared(self.problem, self.test, made)

    @property
    def adjusted_r_squared(self) -> float:
        """1 − (1 − R²) (n − 1) / (n − p)."""
        freedom = self.degrees_of_freedom
        return 1 - (1 - self.r_squared) * (self.rows - 1) / freedom if freedom > 0 else NAN

    # -----------------------------------------------------------------------------------------
    # What statistics say of the parameters

    @cached_property
    def _sample(self) -> Sample:
        return sample_of(self.task, self.found)

    @cached_property
    def _inference(self) -> Inference:
        return inference(self._sample)

    @property
    def rows(self) -> int:
        """How many rows have a weight above 0."""
        return self._sample.rows

    @property
    def degrees_of_freedom(self) -> int:
        """The rows of weight above 0 less the parameters that they determine."""
        return self.rows - self._inference.rank

    @property
    def residual_standard_error(self) -> float:
        """s = √(Σ w r² / degrees of freedom), of squares; nan of other losses."""
        if self.statistic != "t" or self.problem.penalty is not None or self.degrees_of_freedom < 1:
            return NAN
        return math.sqrt(self._sample.dispersion(self._inference.rank))

    @cached_property
    def is_perfect(self) -> bool:
        """Whether predictions are the targets but for rounding, so that standard errors are rounding as well."""
        if self.statistic != "t":
            return False
        sizes = np.maximum(np.abs(self.fitted_values), np.abs(self.data[self.problem.target]))
        return bool(np.all(np.abs(self.residuals) <= 64 * np.finfo(float).eps * sizes))

    @property
    def statistic(self) -> Literal["t", "z"]:
        """What an estimate over its standard error is compared with: t where s² is estimated of squares, else z."""
        likelihood = self._sample.likelihood
        return "t" if likelihood is not None and likelihood.power == 2 else "z"

    @cached_property
    def without_error(self) -> Mapping[str, str]:
        """The parameters that have no standard error, and why."""
        words = words_in()
        told = {n: said.written(words=words) for n, said in self.unknown.items()}
        return FrozenMap({n: for_python(said) for n, said in told.items()})

    @cached_property
    def unknown(self) -> Mapping[str, Message]:
        """The same before it is said in a language."""
        found, none = dict(self._inference.unknown), self._inference.none
        for name in self.task.fixed:
            found[name] = message("{name} was fixed", name=name)
        for name in self.task.tied:
            lost = [other for other in self._hangs_on(name) if other in found]
            if lost or not self._hangs_on(name):
                found[name] = message("{name} is tied", name=name)
        if none is not None:
            found |= {name: none for name in self.problem.parameters if name not in self.task.fixed}
        return ByName({name: found[name] for name in self.problem.parameters if name in found})

    def _hangs_on(self, name: str) -> list[str]:
        """The free parameters that a tied one is a formula of."""
        formula = self.task.settled(self.task.tied[name])
        return [other for other in self.task.free if sympy.Symbol(other) in formula.free_symbols]

    @cached_property
    def _by_free(self) -> FloatArray:
        """The derivatives of all parameters, a row each, by the free ones."""
        free = [sympy.Symbol(name) for name in self.task.free]
        here = {symbol: self.found.values[str(symbol)] for symbol in free}
        formulas = [self.task.settled(sympy.Symbol(name)) for name in self.problem.parameters]
        made = np.zeros((len(formulas), len(free)))
        places = {symbol: place for place, symbol in enumerate(free)}
        for row, formula in zip(made, formulas, strict=True):
            for symbol in formula.free_symbols & places.keys():
                row[places[symbol]] = float(formula.diff(symbol).evalf(17, subs=here))
        return made

    @cached_property
    def covariance(self) -> FloatArray:
        """Of all parameters, of shape (p, p), in the problem's order; nan for those without a standard error."""
        made: FloatArray = self._by_free @ self._inference.covariance @ self._by_free.T
        lost = [name in self.unknown for name in self.problem.parameters]
        made[lost, :] = made[:, lost] = NAN
        return made

    @property
    def free_covariance(self) -> FloatArray | None:
        """Of the free parameters in the task's order, 0 for those on a bound; None where there are no standard errors."""
        return None if self._inference.none is not None else self._inference.covariance

    @property
    def correlation(self) -> FloatArray:
        """The covariance over the standard errors of both."""
        errors = np.sqrt(np.diag(self.covariance))
        with np.errstate(all="ignore"):
            made = self.covariance / np.outer(errors, errors)
        made[np.isfinite(np.diag(made)), np.isfinite(np.diag(made))] = 1.0
        return np.asarray(np.clip(made, -1.0, 1.0))

    @cached_property
    def standard_errors(self) -> Mapping[str, float]:
        """By parameter; nan for those in `without_error`."""
        return self._named(np.sqrt(np.diag(self.covariance)))

    @cached_property
    def t_values(self) -> Mapping[str, float]:
        """Each estimate over its standard error; a z value where `statistic` says so."""
        errors = self.standard_errors
        with np.errstate(all="ignore"):
            made = [np.float64(value) / errors[name] for name, value in self.parameters.items()]
        return self._named(made)

    @cached_property
    def p_values(self) -> Mapping[str, float]:
        """How often a parameter that is 0 would seem so far from it."""
        return self._named([p_value(ratio, self._freedom) for ratio in self.t_values.values()])

    @property
    def _freedom(self) -> float | None:
        return float(self.degrees_of_freedom) if self.statistic == "t" else None

    def _named(self, values: Iterable[float]) -> Mapping[str, float]:
        pairs = zip(self.problem.parameters, values, strict=True)
        return ByName({name: float(value) for name, value in pairs})

    def confidence_intervals(
        self, level: float = 0.95, method: IntervalMethod = "wald"
    ) -> Mapping[str, Interval]:
        """Where each parameter may lie.

        Parameters
        ----------
        level : float
            The share of such intervals that hold what they are for.
        method : {"wald", "profile"}
            As many standard errors to each side as the level asks for; or all values at which the rest, fitted again,
            does not fit significantly worse: these need not be symmetric, and may have no end.
        """
        reach = quantile(expect_level(level), self._freedom)
        if declared(method, METHODS, "method", FitError) == "wald":
            return wald(self.parameters, self.standard_errors, reach)
        from symgd.fit.statistics.profile import profile

        return profile(self._sample, self.parameters, self.standard_errors, reach, self._freedom)

    # -----------------------------------------------------------------------------------------
    # What statistics say of the whole

    @cached_property
    def log_likelihood(self) -> float:
        """Of the targets, at the minimum; nan where the loss is no likelihood."""
        return log_likelihood(self._sample)

    @property
    def aic(self) -> float:
        """Akaike's criterion; a scale that is estimated, as σ is, counts as a parameter, as in R."""
        return information_criteria(self._sample, self._inference.rank)[0]

    @property
    def bic(self) -> float:
        """The Bayesian criterion, with as many parameters."""
        return information_criteria(self._sample, self._inference.rank)[1]

    @property
    def deviance(self) -> float:
        """Twice the log-likelihood that is lacking to predictions that know the targets; of squares, their sum."""
        return deviance(self._sample)

    @property
    def mcfadden_r_squared(self) -> float:
        """1 − ln L / ln L₀ of classes and counts, L₀ being the likelihood of one prediction for all."""
        return mcfadden(self._sample)

    def prediction_band(
        self, *x: object, level: float = 0.95, kind: BandKind = "prediction", **named: object
    ) -> Band:
        """Where new observations may lie, or the curve itself: lower and upper ends, each of shape (n,).

        Parameters
        ----------
        *x, **named
            As for `predict`.
        level : float
        kind : {"prediction", "confidence"}
            For new observations of weight 1, or for the curve alone.

        Raises
        ------
        FitError
            Where there are no standard errors, and for observations of a loss other than squares.
        """
        if self._inference.none is not None:
            cause = f"there is no band: {self._inference.none}"
            raise FitError(cause, "the summary says what is known")
        inputs = inputs_from(self.problem, x, named)
        predicted(self.problem, self.parameters, inputs)  # names a row of which nothing is said
        spread = Spread(self._inference.covariance, self._freedom, self.residual_standard_error)
        return band_at(self._sample.slopes, self.found.values, inputs, spread, level, kind)

    def __getstate__(self) -> dict[str, object]:
        """What was asked and found; what is worked out of it belongs to one process."""
        return {"task": self.task, "found": self.found, "test": self.test}

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value:.6g}" for name, value in self.parameters.items())
        cost = f"{self.problem.notation.cost}={self.cost:.6g}"
        return f"Fit({values}, {cost}: {self.outcome.kind})"
