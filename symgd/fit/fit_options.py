"""FitOptions: what may be asked of a fit, before it is checked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from symgd.fit.task import Progress

Bound: TypeAlias = "tuple[float | None, float | None] | Sequence[float | None]"


@dataclass(frozen=True, kw_only=True)
class FitOptions:
    """What may be asked of a fit: `symgd.Problem.fit` says what each option means."""

    weights: object = None
    start: Mapping[str, float] | None = None
    fixed: Mapping[str, float] | None = None
    bounds: Mapping[str, Bound] | None = None
    tied: Mapping[str, str] | None = None
    by: object = None
    test_size: float | None = None
    seed: int = 0
    progress: Progress | None = None
