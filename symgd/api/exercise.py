"""Exercise, with its marker and its hints."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from symgd.api.derivable import Derivable
from symgd.budget import Budget, at_work, shared
from symgd.registry.options import names_options
from symgd.tutor import exercise as value
from symgd.tutor.hints import Hint, hint
from symgd.tutor.marking import mark
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
        language: Language = None,
        budget: Budget | None = None,
    ) -> Verdict:
        """Mark a student's lines; see `symgd.tutor.marking.mark`.

        Examples
        --------
        >>> Exercise.of_formula("3*x^5", "x").check("f'(x) = 15 x^5").misconception.name
        'power not lowered'
        """
        with shared(budget), at_work("marking the lines"):
            return mark(self, lines, language=language)

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
