"""Run: a descent that has ended, and its Trace: every step of it, column by column."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, Self, TypeAlias

import numpy as np
import numpy.typing as npt

from symgd.data.columns import Columns
from symgd.errors import DescentError, MissingPackage, for_python
from symgd.files import TABLE, expect_suffix, write_text
from symgd.optimize.asked import whole_number
from symgd.optimize.curvature import Landscape, Minimum
from symgd.optimize.method import has_rate
from symgd.optimize.onward import Onward
from symgd.optimize.outcome import Outcome
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import GRADIENT_DESCENT
from symgd.parsing.by_name import ByName
from symgd.parsing.tokens import as_spelled
from symgd.problem.problem import Problem
from symgd.registry.options import names_options
from symgd.registry.registry import FrozenMap
from symgd.registry.table import as_html, cut
from symgd.writing.words import Message, words_in

Route: TypeAlias = Literal["data summary", "arrays"]
SHOWN = 12  # rows of a table in a notebook
OWN = ("step", "cost", "gradient_norm", "step_norm")


@names_options
@dataclass(frozen=True, eq=False)
class Trace:
    """The parameters, cost, gradient norm and step norm at every step; row 0 is the start.

    Of a descent of many millions of steps it has one row in 2, 4, 8 ... steps, and the last two; `steps` says which.

    A row is one place in the space of the parameters: its cost, the length of the gradient there, and the length of
    the step that leads on from there, which is the learning rate times it. All are finite; a step too long for a float
    has the largest float for its length.

    Parameters
    ----------
    parameters : tuple of str
    table : array of shape (steps + 1, p + 3 + q)
        The parameters' columns, then cost, gradient norm and step norm, then the q of `state`.
    numbers : array of shape (rows,), optional
        The step that each row belongs to; without it, there is a row for each.
    state : tuple of str
        The columns after those: what an optimizer remembers where the row's step begins, "m[b]" for parameter b.

    Examples
    --------
    >>> import numpy as np
    >>> trace = Trace(("m",), np.array([[0.0, 4.0, 4.0, 0.4], [0.4, 2.56, 3.2, 0.32]]))
    >>> trace["m"].tolist(), len(trace), trace.columns
    ([0.0, 0.4], 2, ('m', 'cost', 'gradient_norm', 'step_norm'))
    """

    parameters: tuple[str, ...]
    table: npt.NDArray[np.float64]
    numbers: npt.NDArray[np.int64] | None = None
    state: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Trace) and (
            (self.parameters, self.state) == (other.parameters, other.state)
            and np.array_equal(self.table, other.table)
            and np.array_equal(self.steps, other.steps)
        )

    def __hash__(self) -> int:
        return hash((self.parameters, self.table.shape))

    @property
    def steps(self) -> npt.NDArray[np.int64]:
        """The step that each row belongs to."""
        return np.arange(len(self)) if self.numbers is None else self.numbers

    @property
    def last(self) -> int:
        """The number of the last step."""
        return len(self) - 1 if self.numbers is None else int(self.numbers[-1])

    def row_at(self, step: int) -> int:
        """The row of a step, or of the last one before it that has a row."""
        return int(np.searchsorted(self.steps, step, side="right")) - 1

    def thinned(self, every: int) -> Self:
        """One row in so many, and the last.

        Parameters
        ----------
        every : int
            The steps whose numbers it divides are kept.

        Examples
        --------
        >>> import numpy as np
        >>> trace = Trace(("m",), np.arange(24.0).reshape(6, 4))
        >>> trace.thinned(2).steps.tolist()
        [0, 2, 4, 5]
        """
        kept = self.steps % whole_number(every, "every", 1) == 0
        kept[-1] = True
        return replace(self, table=self.table[kept], numbers=self.steps[kept])

    @property
    def own(self) -> Mapping[str, str]:
        """The columns that are no parameters, by what they hold; a name that a parameter has gets an underscore."""
        names = {}
        for role in OWN:
            name = role
            while name in self.parameters:
                name += "_"
            names[role] = name
        return FrozenMap(names)

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns' names."""
        return (*self.parameters, *(self.own[role] for role in OWN[1:]), *self.state)

    def __getitem__(self, name: str) -> npt.NDArray[np.float64]:
        """The column called `name`, of shape (rows,); `step` is the number of each row's step."""
        if name == self.own["step"]:
            return self.steps.astype(np.float64)
        (spelled,) = as_spelled((name,))
        if name not in self.columns and spelled in self.columns:
            name = spelled
        if name not in self.columns:
            there = ", ".join(self.columns)
            raise DescentError(f'the trace has no column "{name}"', f"there are {there}")
        return self.table[:, self.columns.index(name)]

    @property
    def cost(self) -> npt.NDArray[np.float64]:
        """The cost at every step, whatever the parameters are called."""
        return self.table[:, len(self.parameters)]

    @property
    def rates(self) -> npt.NDArray[np.float64]:
        """The learning rate of the step that leads on from each row."""
        lengths, steps = self[self.own["gradient_norm"]], self[self.own["step_norm"]]
        return np.divide(steps, lengths, out=np.zeros(len(steps)), where=lengths > 0)

    def __len__(self) -> int:
        """The number of rows: one more than the steps, where all are kept."""
        return len(self.table)

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def __repr__(self) -> str:
        rows = "1 row" if len(self) == 1 else f"{len(self):,} rows"
        return f"Trace of {rows}: {', '.join(self.columns)}"

    def rows(self, most: int) -> list[tuple[str, ...]]:
        """The rows as words, step first: at most so many, and then those in the middle are left out."""
        steps = self.steps
        return cut(
            len(self),
            most,
            lambda row: (f"{steps[row]:,}", *(f"{value:.6g}" for value in self.table[row])),
        )

    def html(self, most: int = SHOWN) -> str:
        """The rows as an HTML table."""
        return as_html((self.own["step"], *self.columns), self.rows(most))

    def to_pandas(self) -> Any:
        """A pandas DataFrame, indexed by step.

        Raises
        ------
        MissingPackage
            Where pandas is not installed.
        """
        try:
            import pandas as pd
        except ImportError as error:
            cause, remedy = "pandas is not installed", "pip install pandas"
            raise MissingPackage.of(error, "pandas", cause, remedy) from error
        index = pd.Index(
            range(len(self)) if self.numbers is None else self.numbers, name=self.own["step"]
        )
        return pd.DataFrame(self.table, columns=list(self.columns), index=index)

    def as_csv(self) -> Iterator[str]:
        """The lines of a CSV file, step first, every number with all of its digits."""
        yield ",".join((self.own["step"], *self.columns)) + "\n"
        numbers = self.steps
        for start in range(0, len(self), 4096):
            rows = self.table[start : start + 4096].tolist()
            steps = numbers[start : start + 4096].tolist()
            for step, row in zip(steps, rows, strict=True):
                yield f"{step},{','.join(map(repr, row))}\n"

    def json(self) -> str:
        """The columns by name, step first, as JSON."""
        columns = {name: self[name].tolist() for name in self.columns}
        return json.dumps({self.own["step"]: self.steps.tolist(), **columns}) + "\n"

    def to_csv(self, path: str | os.PathLike[str], *, every: int = 1) -> None:
        """Write the rows to a CSV file, step first, every number with all of its digits; of every k-th step and the last.

        Raises
        ------
        OutputError
            For a suffix other than .csv, or when the file cannot be written.
        """
        expect_suffix(path, TABLE)
        write_text(path, self.thinned(every).as_csv())


@dataclass(frozen=True, repr=False)
class Run:
    """A descent that has ended.

    Parameters
    ----------
    problem : Problem
    data : Columns
    trace : Trace
    outcome : Outcome
    learning_rate : float
        Of every step; where each has a rate of its own, as "auto" gives them to a cost that is no quadratic, of the
        last one made: `trace.rates` has all.
    landscape : Landscape
        Exact minimum and curvature, where they are known.
    route : {"data summary", "arrays"}
        What the cost was evaluated from.
    remarks : tuple of Message
        Decisions that the reader should know.
    options : mapping
        What the same descent is called with again.
    onward : Onward, optional
        Where it stands, so that it goes on.
    """

    problem: Problem
    data: Columns
    trace: Trace
    outcome: Outcome
    learning_rate: float
    landscape: Landscape
    route: Route
    remarks: tuple[Message, ...]
    options: Mapping[str, Any] = field(default_factory=FrozenMap, compare=False)
    onward: Onward | None = field(default=None, compare=False)

    @property
    def notes(self) -> tuple[str, ...]:
        """The remarks in the language that SYMGD_LANGUAGE names, or English."""
        return tuple(for_python(remark.written(words=words_in())) for remark in self.remarks)

    @property
    def steps(self) -> int:
        """How many steps were made."""
        return self.trace.last

    @property
    def parameters(self) -> Mapping[str, float]:
        """The parameters at the end, by name."""
        last = self.trace.table[-1].tolist()
        return ByName(dict(zip(self.trace.parameters, last, strict=False)))

    @property
    def cost(self) -> float:
        """The cost at the end."""
        return float(self.trace.cost[-1])

    @property
    def optimizer(self) -> Optimizer:
        """What made the steps."""
        found = self.options.get("optimizer", GRADIENT_DESCENT)
        assert isinstance(found, Optimizer)
        return found

    @property
    def optimizer_settings(self) -> Mapping[str, float]:
        """All of the optimizer's settings."""
        given, known = self.options.get("optimizer_settings", {}), self.optimizer.declared
        return self.optimizer.chosen({name: v for name, v in given.items() if name in known})

    @property
    def is_plain(self) -> bool:
        """Whether the steps are those of gradient descent."""
        return self.optimizer.rule == GRADIENT_DESCENT.rule

    @property
    def has_rate(self) -> bool:
        """Whether the steps are in proportion to a learning rate that somebody chose, or "auto" did."""
        given = self.options.get("learning_rate", "auto") != "auto"
        return given or has_rate(self.optimizer)

    @property
    def varies(self) -> bool:
        """Whether each step has a learning rate of its own."""
        rate = self.options.get("learning_rate", "auto")
        if self.options.get("schedule") is not None or (isinstance(rate, str) and rate != "auto"):
            return True
        if self.onward is not None and self.onward.rate is not None:
            return False  # the lengths of steps are not the rate times the gradient's on every way
        rates = self.trace.rates[:-1]
        return len(rates) > 0 and bool((abs(rates - self.learning_rate) > 1e-9 * rates).any())

    @property
    def exact(self) -> Minimum | None:
        """The exact minimum, where it is known."""
        return self.landscape.exact

    @property
    def curvature(self) -> tuple[float, ...] | None:
        """The Hessian's eigenvalues in ascending order, where they are the same everywhere."""
        return self.landscape.curvature

    @property
    def largest_stable_rate(self) -> float | None:
        """The learning rate from which on descent does not settle, where it is known."""
        return self.landscape.largest_stable_rate

    def __repr__(self) -> str:
        values = ", ".join(f"{name}={value:.6g}" for name, value in self.parameters.items())
        cost = f"{self.problem.notation.cost}={self.cost:.6g}"
        step = "step" if self.steps == 1 else "steps"
        by = "" if self.is_plain else f" of {self.optimizer.name}"
        rate = f" at learning rate {self.learning_rate:.6g}" if self.has_rate else ""
        return f"Run({values}, {cost}: {self.outcome.kind} after {self.steps} {step}{by}{rate})"
