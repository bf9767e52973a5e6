"""Saved: a fit read back from its record, to predict from."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.data.columns import Columns
from symgd.errors import DataError, FitError, either
from symgd.fit.statistics.bands import Band, BandKind, Spread, band_at
from symgd.fit.statistics.slopes import FitSlopes
from symgd.fit.summaries.record import KIND
from symgd.fit.task import Task
from symgd.optimize.prediction import inputs_from, predicted
from symgd.parsing.formula import parse
from symgd.printable import printable
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap

LARGEST = 50_000_000  # bytes of a file


@dataclass(frozen=True, eq=False)
class Saved:
    """A fit that was saved as JSON.

    Parameters
    ----------
    problem : Problem
    parameters : mapping of str to float
    record : mapping of str to anything
        The whole of it.
    """

    problem: Problem
    parameters: Mapping[str, float]
    record: Mapping[str, Any]

    def predict(self, *x: object, **named: object) -> FloatArray:
        """What the model says of new rows, as `predict` of the fit does."""
        return predicted(self.problem, self.parameters, inputs_from(self.problem, x, named))

    def prediction_band(
        self, *x: object, level: float = 0.95, kind: BandKind = "prediction", **named: object
    ) -> Band:
        """The fit's own band at new rows, as `prediction_band` of the fit gives it."""
        rows = self.record.get("band_covariance")
        if rows is None:
            raise FitError(
                "there is no band: the fit has no standard errors", "ask for values alone"
            )
        inputs = inputs_from(self.problem, x, named)
        predicted(self.problem, self.parameters, inputs)
        freedom = self.record["degrees_of_freedom"] if self.record["statistic"] == "t" else None
        noise = self.record.get("residual_standard_error")
        covariance = np.array(rows, dtype=np.float64).reshape(len(rows), len(rows))
        spread = Spread(covariance, freedom, math.nan if noise is None else float(noise))
        return band_at(self._slopes, self.parameters, inputs, spread, level, kind)

    @cached_property
    def _slopes(self) -> FitSlopes:
        ties = {name: parse(text).value for name, text in self.record.get("tied", {}).items()}
        moving = {*self.record["free"], *ties}
        held = {name: value for name, value in self.parameters.items() if name not in moving}
        nothing = Columns(self.problem.columns, (np.zeros(1),) * len(self.problem.columns))
        return FitSlopes(Task(self.problem, nothing, fixed=FrozenMap(held), tied=FrozenMap(ties)))


def load(path: str | os.PathLike[str]) -> Saved:
    """A fit that was saved as JSON.

    Parameters
    ----------
    path : str or path
        As `fit.save("fit.json")` wrote it.

    Raises
    ------
    DataError
        For a file that cannot be read, or is no such record.
    """
    name = printable(os.fspath(path))
    try:
        if Path(path).stat().st_size > LARGEST:
            raise DataError(
                f"{name} is too large for a fit",
                f"name a file that {either('fit.save', 'symgd fit --save')} wrote",
            )
        record = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise DataError(
            f"{name} cannot be read ({error.strerror})", "name a file there is"
        ) from error
    except (ValueError, RecursionError) as error:
        raise _no_record(name) from error
    if not isinstance(record, dict) or record.get("kind") != KIND:
        raise _no_record(name)
    try:
        problem = problem_from(record)
        values = {n: float(record["parameters"][n]) for n in problem.parameters}
        if not {"free", "statistic", "degrees_of_freedom"} <= record.keys():
            raise KeyError
    except (KeyError, TypeError, AttributeError) as error:
        raise _no_record(name) from error
    return Saved(problem, FrozenMap(values), FrozenMap(record))


def problem_from(record: Mapping[str, Any]) -> Problem:
    """The Problem of a record."""
    model, target = record["model"], record["target"]
    return Problem(
        model if isinstance(model, str) else [str(part) for part in model],
        record["loss_formula"] or record["loss"],
        parameters=[*record["parameters"]],
        inputs=list(record["inputs"]),
        target=target if isinstance(target, str) else list(target),
        penalty=record["penalty"],
        penalized=list(record["penalized"]) or None,
        settings={name: float(value) for name, value in record["settings"].items()},
        labels=dict(record["labels"]),
    )


def _no_record(name: str) -> DataError:
    return DataError(
        f"{name} is no saved fit",
        f"name a file that {either('fit.save', 'symgd fit --save')} wrote",
    )
