"""Passed: data that come with a call, by position, by name or in a table, as a problem's columns.

A look at every value would cost a loop half as much as its arithmetic. So plain arrays that came with the call before are
taken as they are: a value that was put into one of them since is worked with, not refused.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, cast
from weakref import ref

import numpy as np

from symgd.codegen.functions.loss_targets import expect_targets
from symgd.data.arrays import FloatArray
from symgd.data.columns import columns_from
from symgd.errors import DataError
from symgd.problem.problem import Problem
from symgd.problem.tables import no_columns
from symgd.registry.options import expect_options, is_option


class Passed:
    """Reads what is passed to the functions of a problem, call after call."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._seen: tuple[ref[FloatArray], ...] = ()  # plain arrays whose values were looked at

    def columns(
        self, call: str, data: tuple[object, ...], named: Mapping[str, object]
    ) -> Sequence[FloatArray]:
        """The columns of a call in the problem's order, finite and of one length; plain arrays as they are."""
        if not self.problem.has_examples:
            return no_columns(self.problem, (*data, *named)).values
        if not data and not named:
            raise _no_data(self.problem.columns)
        self.expect_columns(call, named)
        if len(data) == len(self.problem.columns) and not named and _are_plain(data):
            plain = cast("tuple[FloatArray, ...]", data)
            seen = self._seen
            if len(seen) == len(plain) and all(s() is c for s, c in zip(seen, plain, strict=True)):
                return plain
            if _are_finite(plain):
                expect_targets(self.problem, plain)
                self._seen = tuple(map(ref, plain))
                return plain
        columns = columns_from(self.problem.columns, _as_rows(data), _rows_by_name(named)).values
        expect_targets(self.problem, columns)
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
        if names and not inputs and not named:
            wanted, every = ", ".join(names), ", ".join(self.problem.columns)
            remedy = f"pass {wanted} after the parameters, or bind data: functions.on({every})"
            raise DataError(f"no data for {wanted}", remedy)
        known = dict(zip(names, inputs, strict=False)) | dict(named)
        plain = {name: np.asarray(part) for name, part in known.items() if _is_free(part)}
        once = len(inputs) <= len(names) and len(known) == len(inputs) + len(named)
        if once and plain.keys() == known.keys() == {*names}:
            return [np.asarray(plain[name], dtype=np.float64) for name in names]
        return columns_from(names, inputs, named).values


def _no_data(names: Sequence[str]) -> DataError:
    wanted = ", ".join(names)
    remedy = f"pass {wanted} after the parameters, or bind data: functions.on({wanted})"
    return DataError(f"no data for {wanted}", remedy)


def _are_plain(data: tuple[Any, ...]) -> bool:
    """Whether columns are float64 arrays of one length that can be read as they lie in the memory."""
    for column in data:
        if type(column) is not np.ndarray or column.dtype != np.float64 or column.ndim != 1:
            return False
        if not (column.flags.c_contiguous and 0 < len(column) == len(data[0])):
            return False
    return True


def _are_finite(columns: tuple[FloatArray, ...]) -> bool:
    with np.errstate(all="ignore"):  # a sum is not finite where one value is not
        return all(math.isfinite(np.add.reduce(column)) for column in columns)


def _is_free(value: object) -> bool:
    """Whether an input is a number or an array of numbers, of any shape."""
    if isinstance(value, np.ndarray):
        return value.dtype.kind in "fiu" and type(value) is np.ndarray
    return _is_number(value)


def _as_rows(data: tuple[object, ...]) -> tuple[object, ...]:
    """Numbers as columns of one row."""
    return tuple([np.asarray(part)[()]] if _is_number(part) else part for part in data)


def _rows_by_name(named: Mapping[str, object]) -> dict[str, object]:
    return dict(zip(named, _as_rows(tuple(named.values())), strict=True))


def _is_number(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim == 0 and value.dtype.kind in "fiu"
    return isinstance(value, int | float | np.number) and not isinstance(value, bool)
