"""The record of a fit, for programs: all that is known of it, and enough to predict from it again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from symgd.data.arrays import FloatArray
from symgd.fit.fitted import Fit
from symgd.fit.found import Found
from symgd.fit.statistics.intervals import IntervalMethod
from symgd.problem.losses import LOSSES
from symgd.problem.problem import Problem
from symgd.registry.record import json_text
from symgd.writing.words import Words

KIND = "fit"


def as_json(
    fit: Fit, level: float, method: IntervalMethod, *, words: Words, speak: Callable[[str], str]
) -> str:
    """The record as JSON; null for what has no value. What is said is spoken to Python, or to the command line."""
    record = {
        "kind": KIND,
        **problem_record(fit.problem),
        **_found(fit),
        "message": speak(fit.outcome.said.written(words=words)),
        "method": fit.found.method.written(words=words),
        "without_error": {n: speak(said.written(words=words)) for n, said in fit.unknown.items()},
        "level": level,
        "interval_method": method,
        "confidence_intervals": {
            name: list(ends) for name, ends in fit.confidence_intervals(level, method).items()
        },
        **_statistics(fit),
        "test": None
        if fit.test is None
        else {"rows": len(fit.test), "r_squared": fit.test_r_squared},
        "notes": [
            speak(note.written(words=words)) for note in (*fit.data.remarks, *fit.found.remarks)
        ],
    }
    return json_text(record)


def problem_record(problem: Problem) -> dict[str, Any]:
    """What a Problem is made of again; `symgd.fit.summaries.saved.problem_from` reads it."""
    custom = LOSSES.get(problem.loss.name) != problem.loss
    return {
        "model": problem.model if isinstance(problem.model, str) else list(problem.model),
        "loss": problem.loss.name,
        "loss_formula": problem.loss.formula if custom else None,
        "penalty": problem.penalty and problem.penalty.name,
        "penalized": list(problem.penalized),
        "settings": dict(problem.settings),
        "inputs": list(problem.inputs),
        "target": list(problem.targets) if len(problem.targets) > 1 else problem.target,
        "labels": dict(problem.labels),
    }


def _found(fit: Fit) -> dict[str, Any]:
    return {
        "parameters": dict(fit.parameters),
        "fixed": dict(fit.task.fixed),
        "tied": {name: str(formula) for name, formula in fit.task.tied.items()},
        "bounds": {name: list(ends) for name, ends in fit.task.bounds.items()},
        "cost": fit.cost,
        "outcome": fit.outcome.kind,
        "second": None if fit.second is None else _second(fit.second),
    }


def _second(second: Found) -> dict[str, Any]:
    return {
        "parameters": dict(second.values),
        "cost": second.cost,
        "as_good": second.is_twin,
    }


def _statistics(fit: Fit) -> dict[str, Any]:
    return {
        "rows": fit.rows,
        "degrees_of_freedom": fit.degrees_of_freedom,
        "statistic": fit.statistic,
        "standard_errors": dict(fit.standard_errors),
        "t_values": dict(fit.t_values),
        "p_values": dict(fit.p_values),
        "covariance": fit.covariance.tolist(),
        "free": list(fit.task.free),
        "band_covariance": _or_none(fit.free_covariance),
        "residual_standard_error": fit.residual_standard_error,
        "r_squared": fit.r_squared,
        "adjusted_r_squared": fit.adjusted_r_squared,
        "log_likelihood": fit.log_likelihood,
        "aic": fit.aic,
        "bic": fit.bic,
        "deviance": fit.deviance,
        "mcfadden_r_squared": fit.mcfadden_r_squared,
    }


def _or_none(matrix: FloatArray | None) -> list[list[float]] | None:
    return None if matrix is None else matrix.tolist()
