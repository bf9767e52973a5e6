"""Lowered Terms as Python for arrays of any library that follows the array API standard.

Its functions take arrays alone; numbers are worked out as numbers, or made arrays by `_number`.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import sympy

from symgd import terms as nt
from symgd.codegen.expressions.expressions import SUM, ExpressionWriter
from symgd.errors import GenerationError


class ArrayApiWriter(ExpressionWriter):
    """Writes lowered Terms over a namespace `xp`; `like` is an array that numbers are made like, `count` the number N."""

    def __init__(
        self,
        name: Callable[[nt.Term], str],
        total: Callable[[ExpressionWriter, nt.Term], str],
        like: str,
        count: str,
    ) -> None:
        super().__init__(name, total, "array_api")
        self.like, self.count = like, count
        self.plain = ExpressionWriter(name, total, "python")

    def is_plain(self, term: nt.Term) -> bool:
        """Whether a term has no array in it, and is a number of Python."""
        return not term.names - {self.count}

    def as_array(self, term: nt.Term) -> str:
        """The text of `term` as an array, whatever it is."""
        text = self.text(term)
        return f"_number(xp, {text}, {self.like})" if self.is_plain(term) else text

    def _called(self, term: nt.Call) -> str:
        if self.is_plain(term):
            return self._number_of(term)
        return term.declared.code("array_api", *map(self.as_array, term.arguments))

    def _number_of(self, term: nt.Call) -> str:
        """The value of a function at numbers."""
        calls = (part for part in term.parts() if isinstance(part, nt.Call))
        forms = [call.declared.form("python") for call in calls]
        if all(form and not form.startswith("np.") for form in forms):
            return self.plain.text(term)
        value = sympy.N(term.value, 20)
        if not (value.is_Float or value.is_Integer) or not math.isfinite(float(value)):
            raise GenerationError(
                f"there is no number for {term.value}", "write the formula differently"
            )
        return repr(float(value))

    def _cases(self, cases: tuple[nt.Case, ...]) -> str:
        """All cases are worked out, and each example's own is taken."""
        first, *others = cases
        if isinstance(first.condition, nt.Otherwise):
            return self.as_array(first.body)
        rest = self._cases(tuple(others)) if others else f"_number(xp, math.nan, {self.like})"
        return f"xp.where({self._condition(first.condition)}, {self.as_array(first.body)}, {rest})"

    def _condition(self, condition: nt.Term) -> str:
        if isinstance(condition, nt.Comparison) and self.is_plain(condition):
            right = self._wrapped(condition.right, SUM)
            return f"{self.as_array(condition.left)} {condition.sign} {right}"
        return super()._condition(condition)
