"""Formulated: what is declared by a formula with settings in it: optimizers and schedules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from functools import cached_property
from typing import Any, ClassVar

from symgd.errors import DescentError
from symgd.problem.settings import Setting, expect_fitting
from symgd.registry.options import expect_known, names_options
from symgd.registry.registry import Declared, FrozenMap


@names_options
class Formulated(Declared):
    """A formula with settings; a class says what it is called in errors."""

    KIND: ClassVar[str]

    formula: str
    settings: tuple[Setting, ...] | Mapping[str, float]

    def __getstate__(self) -> dict[str, Any]:
        """What is declared: the formula is read anew."""
        return {part.name: getattr(self, part.name) for part in fields(self)}  # type: ignore[arg-type]  # its classes are dataclasses

    @cached_property
    def declared(self) -> Mapping[str, Setting]:
        """The settings by name."""
        assert isinstance(self.settings, tuple)
        return FrozenMap({setting.name: setting for setting in self.settings})

    @property
    def values(self) -> Mapping[str, float]:
        """The settings' defaults by name."""
        return FrozenMap({name: setting.default for name, setting in self.declared.items()})

    def _expect_in(self, names: Collection[str]) -> None:
        """Refuse a setting that the formula does not read: a number that changes nothing was meant for another."""
        expect_known(self.declared, names, f"setting of the {self.KIND} {self.name}", DescentError)

    def chosen(self, given: Mapping[str, float]) -> Mapping[str, float]:
        """Each setting's number: the given one, or its default; DescentError for one that is none or cannot be so."""
        kind = f"setting of the {self.KIND} {self.name}"
        expect_known(given, [*self.declared], kind, DescentError)
        for name, value in given.items():
            expect_fitting(self.declared[name], value, DescentError)
        return FrozenMap({**self.values, **{name: float(value) for name, value in given.items()}})
