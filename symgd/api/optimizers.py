"""Optimizer with its page, and OPTIMIZERS: those that come with symgd."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from symgd.derivation.result import Result
from symgd.optimizers import optimizer as value
from symgd.optimizers import optimizers as declared
from symgd.registry.options import names_options
from symgd.registry.registry import Registry, registry_of
from symgd.writing.exposition import Exposition

if TYPE_CHECKING:
    from symgd.optimizers.against import Against
    from symgd.optimizers.laws import Laws


@names_options
@dataclass(frozen=True, repr=False)
class Optimizer(value.Optimizer, Result):
    __doc__ = value.Optimizer.__doc__

    @classmethod
    def of(cls, made: value.Optimizer) -> Self:
        """An optimizer that is declared elsewhere."""
        return cls(**{part.name: getattr(made, part.name) for part in fields(made)})

    __hash__ = value.Optimizer.__hash__

    @property
    def laws(self) -> Laws:
        """What is proved of the rule: found when it is asked for.

        Examples
        --------
        >>> mine = Optimizer("mine", "v' = b*v + g; theta' = theta - alpha*v'", {"b": 0.9})
        >>> [(law.other.name, dict(law.put), dict(law.letters)) for law in mine.laws.special]
        [('momentum', {}, {'beta': 'b'}), ('gradient_descent', {'b': 0}, {})]
        """
        from symgd.optimizers.laws import LawFinder

        return LawFinder(self, tuple(declared.OPTIMIZERS.values())).laws

    def against(self, other: str) -> Against:
        """The rule beside a library's, "torch" or "optax", or beside another optimizer.

        Parameters
        ----------
        other : str
            A library, with what it is asked for where that is not what it does by itself: "torch (weight decay)"; or the name
            of an optimizer.

        Raises
        ------
        DescentError
            Where there is none of this name.

        Examples
        --------
        >>> OPTIMIZERS["adam"].against("torch").agree
        True
        """
        from symgd.optimizers.against import compared

        return compared(self, other, declared.OPTIMIZERS)

    @cached_property
    def exposition(self) -> Exposition:
        """The page: the update rule, its letters and settings, what is proved of it, and its sources."""
        from symgd.optimizers.page import exposition_of

        return exposition_of(self, declared.OPTIMIZERS.values())

    def _repr_mimebundle_(self, **chosen: Any) -> dict[str, str]:
        return Result._repr_mimebundle_(self, **chosen)


OPTIMIZERS: Registry[Optimizer] = registry_of(
    tuple(Optimizer.of(each) for each in declared.OPTIMIZERS.values())
)


def find_optimizer(given: str, settings: Mapping[str, float] | None = None) -> Optimizer:
    """An optimizer by what somebody calls it, or by the update rule itself, whose settings have these numbers."""
    return Optimizer.of(declared.find_optimizer(given, settings))
