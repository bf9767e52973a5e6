"""Request: what a descent was called with, checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from symgd.data.columns import Columns
from symgd.derivation.gradient import Gradient
from symgd.optimize.checkpoint import Checkpoint
from symgd.optimize.descent_options import Progress, Watch
from symgd.optimize.method import Method
from symgd.optimize.rates import Asked
from symgd.optimize.ways import Ways
from symgd.problem.problem import Problem
from symgd.writing.words import Message


@dataclass(frozen=True, eq=False)
class Request:
    """What a descent was called with, checked.

    `derive` answers the problem's gradient; it is asked for where no data summary makes it unnecessary.
    """

    problem: Problem
    derive: Callable[[], Gradient]
    columns: Columns
    start: list[float]
    learning_rate: float | None
    asked: Asked
    ways: Ways
    method: Method
    remarks: tuple[Message, ...]
    options: Mapping[str, Any]  # what the same descent is called with again
    progress: Progress | None = None
    watch: Watch | None = None
    checkpoint: Checkpoint | None = None
