"""Passed: data that come with a call, by position, by name or in a table, as a problem's columns."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

import numpy as np

from symgd.codegen.compiled import on_arrays
from symgd.data.arrays import FloatArray
from symgd.data.columns import columns_from
from symgd.errors import DataError, at_row
from symgd.parsing.formula import parse_condition
from symgd.problem.problem import Problem
from symgd.registry.options import expect_options, is_option


@dataclass(frozen=True)
class Passed:
    """Reads what is passed to the functions of a problem, call after call."""

    problem: Problem

    def columns(
        self, call: str, data: tuple[object, ...], named: Mapping[str, object]
    ) -> Sequence[FloatArray]:
        """The columns of a call in the problem's order, finite and of one length; plain arrays as they are."""
        if not data and not named:
            raise _no_data(self.problem.columns)
        self.expect_columns(call, named)
        if len(data) == len(self.problem.columns) and not named and _are_plain(data):
            columns: Sequence[FloatArray] = cast("Sequence[FloatArray]", data)
        else:
            columns = columns_from(
                self.problem.columns, _as_rows(data), _rows_by_name(named)
            ).values
        self.expect_targets(columns)
        return columns

    def expect_columns(self, call: str, named: Mapping[str, object]) -> None:
        """Refuse what is no column and was meant for an option."""
        options = ("learning_rate",) if call == "update" else ()
        others = {name: part for name, part in named.items() if name not in self.problem.columns}
        expect_options(
            [n for n, part in others.items() if is_option(n, part, options)], options, call
        )

    def inputs(
        self, inputs: tuple[object, ...], named: Mapping[str, object]
    ) -> Sequence[FloatArray]:
        """The inputs of a call, in the problem's order: numbers or arrays of any one shape."""
        names = self.problem.inputs
        self.expect_columns("predict", named)
        if not inputs and not named:
            raise _no_data(names)
        known = dict(zip(names, inputs, strict=False)) | dict(named)
        plain = {name: np.asarray(part) for name, part in known.items() if _is_free(part)}
        once = len(inputs) <= len(names) and len(known) == len(inputs) + len(named)
        if once and plain.keys() == known.keys() == {*names}:
            return [np.asarray(plain[name], dtype=np.float64) for name in names]
        return columns_from(names, inputs, named).values

    @cached_property
    def _fits(self) -> Callable[..., list[Any]] | None:
        condition = self.problem.loss.targets
        return on_arrays([parse_condition(condition).value], ["target"]) if condition else None

    def expect_targets(self, columns: Sequence[FloatArray]) -> None:
        """Refuse targets that the loss is not meant for."""
        if self._fits is None:
            return
        problem = self.problem
        for name, column in zip(self.problem.columns, columns, strict=True):
            if name in problem.targets:
                fits = np.asarray(self._fits(column)[0]) & np.ones(len(column), dtype=bool)
                if not fits.all():
                    row = int(np.argmin(fits))
                    label, value = problem.labels.get(name, name), f"{column[row]:g}"
                    cause = f"{label}, {at_row(row)}: {value} does not fit the {problem.loss.title}"
                    raise DataError(cause, f"expected {problem.loss.domain}")


def _no_data(names: Sequence[str]) -> DataError:
    wanted = ", ".join(names)
    remedy = f"pass {wanted} after the parameters, or bind data: functions.on({wanted})"
    return DataError(f"no data for {wanted}", remedy)


def _are_plain(data: tuple[Any, ...]) -> bool:
    """Whether columns are float64 arrays of one length, all finite, that can be read as they lie in the memory."""
    for column in data:
        if type(column) is not np.ndarray or column.dtype != np.float64 or column.ndim != 1:
            return False
        if not (column.flags.c_contiguous and 0 < len(column) == len(data[0])):
            return False
        with np.errstate(all="ignore"):
            if not math.isfinite(np.add.reduce(column)):  # it is not where one value is not
                return False
    return True


def _is_free(value: object) -> bool:
    """Whether an input is a number or an array of numbers, of any shape."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiu" and type(value) is np.ndarray
    return _is_number(value)


def _as_rows(data: tuple[object, ...]) -> tuple[object, ...]:
    """Numbers as columns of one row."""
    return tuple([part] if _is_number(part) else part for part in data)


def _rows_by_name(named: Mapping[str, object]) -> dict[str, object]:
    return dict(zip(named, _as_rows(tuple(named.values())), strict=True))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
