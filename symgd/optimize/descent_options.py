"""DescentOptions: what may be asked of a descent, before it is checked."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from symgd.optimizers.optimizer import Optimizer
    from symgd.optimizers.schedule import Schedule

Rate: TypeAlias = float | str  # "auto", or a formula of t
Exact: TypeAlias = Literal["exact"]
Order: TypeAlias = bool | Iterable[str]
Hold: TypeAlias = Mapping[str, float | None] | Iterable[str]  # None: at its start
File: TypeAlias = str | os.PathLike[str]
Progress: TypeAlias = Callable[[int, int], None]
Watch: TypeAlias = Callable[[int, Mapping[str, float], float, float], object]


@dataclass(frozen=True, kw_only=True)
class DescentOptions:
    """What may be asked of a descent: `symgd.Problem.descend` says what each option means."""

    start: Mapping[str, float] | None = None
    learning_rate: Rate = "auto"
    max_iter: int | None = None
    tolerance: float | None = None
    gradient_tolerance: float | None = None
    cost_tolerance: float | None = None
    batch_size: int | None = None
    replacement: bool = False
    shuffle: bool = True
    seed: int = 0
    epochs: int | None = None
    alternate: Order = False
    hold: Hold = ()
    standardise: bool = False
    coordinates: Exact | None = None
    optimizer: str | Optimizer = "gradient_descent"
    optimizer_settings: Mapping[str, float] | None = None
    schedule: str | Schedule | None = None
    progress: Progress | None = None
    watch: Watch | None = None
    log_every: int | None = None
    checkpoint: File | None = None
    checkpoint_every: int | None = None
