"""Lowered Terms as JavaScript text: numbers, one example at a time."""

from __future__ import annotations

from collections.abc import Mapping

from symgd import terms as nt
from symgd.codegen.expressions.expressions import (
    ATOM,
    NAME,
    PRODUCT,
    SUM,
    UNARY,
    Code,
    ExpressionWriter,
)
from symgd.codegen.program.program import is_short_power

_CONSTANTS: Mapping[str, str] = {"pi": "Math.PI", "e": "Math.E"}
_SIGNS: Mapping[str, str] = {"==": "===", "!=": "!=="}


class JavaScriptWriter(ExpressionWriter):
    """Writes lowered Terms as JavaScript."""

    def _constant(self, name: str) -> str:
        return _CONSTANTS[name]

    def _called(self, term: nt.Call) -> str:
        return term.declared.code("javascript", *(self.text(part) for part in term.arguments))

    def _cases(self, cases: tuple[nt.Case, ...]) -> str:
        """Only the case that is met is worked out."""
        return f"({self._chosen(cases)})"

    def _chosen(self, cases: tuple[nt.Case, ...]) -> str:
        if not cases:
            return "NaN"
        first, *others = cases
        if isinstance(first.condition, nt.Otherwise):
            return self._wrapped(first.body, SUM)
        condition = self._condition(first.condition)
        return f"{condition} ? {self._wrapped(first.body, SUM)} : {self._chosen(tuple(others))}"

    def _condition(self, condition: nt.Term) -> str:
        match condition:
            case nt.Comparison():
                left, right = (self._wrapped(side, SUM) for side in condition.children)
                return f"{left} {_SIGNS.get(condition.sign, condition.sign)} {right}"
            case nt.Junction():
                sign = " && " if condition.word == "and" else " || "
                return sign.join(f"({self._condition(part)})" for part in condition.conditions)
        return "true"

    def _power(self, term: nt.Power) -> Code:
        """A product, or Math.pow, which unlike ** may stand behind a sign."""
        base = self.code(term.base)
        power = term.exponent.number if isinstance(term.exponent, nt.Number) else None
        if power is not None and (is_short_power(term) or power == 2):
            if base.level == NAME:
                return Code(" * ".join([base.text] * int(power)), PRODUCT)
            if power == 2:
                return Code(f"square({base.text})", ATOM)
        return Code(f"Math.pow({base.text}, {self.text(term.exponent)})", ATOM)

    def _negative(self, term: nt.Negative) -> Code:
        """Two signs in a row would be another sign."""
        inner = self.code(term.term)
        if inner.text.startswith("-") or inner.level in (SUM, UNARY):
            return Code(f"-({inner.text})", UNARY)
        return Code(f"-{inner.text}", PRODUCT if inner.level == PRODUCT else UNARY)
