"""Exercise, with its marker and its hints."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from symgd.api.derivable import Derivable
from symgd.budget import Budget, at_work, shared
from symgd.errors import DescentError
from symgd.optimizers.optimizer import Optimizer
from symgd.optimizers.optimizers import find_optimizer
from symgd.registry.options import names_options
from symgd.tutor import exercise as value
from symgd.tutor.hints import Hint, hint
from symgd.tutor.marking import mark
from symgd.tutor.updates.marking import mark_updates
from symgd.tutor.verdict import Verdict
from symgd.writing.words import Language


@names_options
@dataclass(frozen=True, repr=False)
class Exercise(value.Exercise):
    __doc__ = value.Exercise.__doc__

    @classmethod
    def of_problem(cls, problem: Derivable, wrt: Iterable[str] | str | None = None) -> Self:
        """The gradient of a problem's cost, by the parameters that are asked for, or by any."""
        return cls.of_gradient(problem, problem.derive(), wrt)

    def check(
        self,
        lines: str | Iterable[str],
        *,
        optimizer: str | Optimizer | None = None,
        optimizer_settings: Mapping[str, float] | None = None,
        language: Language = None,
        budget: Budget | None = None,
    ) -> Verdict:
        """Mark a student's lines: a derivation, or an optimizer's step; see `symgd.tutor.marking.mark`.

        Parameters
        ----------
        lines : str or iterable of str
            As they were typed.
        optimizer : str or Optimizer, optional
            Whose step they are: a name, or an update rule; without one, they are a derivation.
        optimizer_settings : mapping of str to float, optional
            Numbers of its settings.
        language : str or path, optional
            What the verdict is said in.
        budget : Budget, optional
            How much it may cost; without it, a minute.

        Examples
        --------
        >>> Exercise.of_formula("3*x^5", "x").check("f'(x) = 15 x^5").misconception.name
        'power not lowered'
        """
        with shared(budget), at_work("marking the lines"):
            if optimizer is None:
                if optimizer_settings:
                    cause = "settings of an optimizer are given, and no optimizer"
                    raise DescentError(cause, 'pass optimizer="momentum"')
                return mark(self, lines, language=language)
            found = find_optimizer(optimizer, optimizer_settings)
            return mark_updates(self, lines, found, optimizer_settings, language=language)

    def hint(
        self,
        lines: str | Iterable[str] = "",
        *,
        strength: int = 1,
        language: Language = None,
        budget: Budget | None = None,
    ) -> Hint:
        """The next step; see `symgd.tutor.hints.hint`."""
        with shared(budget), at_work("looking for the next step"):
            return hint(self, lines, strength, language=language)
