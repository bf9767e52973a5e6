"""Fit, with its files and its pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from symgd.fit import fitted
from symgd.registry.options import names_options


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class Fit(fitted.Fit):
    __doc__ = fitted.Fit.__doc__

    @classmethod
    def of(cls, made: fitted.Fit) -> Self:
        """A fit with its picture and its files."""
        return cls(task=made.task, found=made.found, test=made.test)
