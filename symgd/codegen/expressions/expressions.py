"""Lowered Terms as Python text, in the writer's order.

SymPy's own printers reorder (`b + m*x - y`), and another order is another rounding. Parentheses stand where Python
needs them, and spaces where a formatter puts them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from symgd import terms as nt
from symgd.codegen.program.program import Local, Total, is_array, is_short_power
from symgd.errors import GenerationError
from symgd.terms.exact import exact_number
from symgd.terms.function import Target

SUM, PRODUCT, UNARY, POWER, ATOM, NAME = range(6)  # a name, or a number without a sign
EXACT = 2**53  # whole numbers up to here are floats without rounding


@dataclass(frozen=True)
class Code:
    """Python text and how tightly it holds together."""

    text: str
    level: int


class ExpressionWriter:
    """Writes lowered Terms as Python, for arrays ("numpy") or for plain numbers ("python").

    `name` answers the identifier for a Symbol, Indexed or Local, and `total` the text for the sum over all examples of
    an array.
    """

    def __init__(
        self,
        name: Callable[[nt.Term], str],
        total: Callable[[ExpressionWriter, nt.Term], str],
        target: Target = "numpy",
    ) -> None:
        self.name = name
        self.total = total
        self.target = target

    def text(self, term: nt.Term) -> str:
        """`term` as one line of Python."""
        return self.code(term).text

    def condition(self, condition: nt.Term) -> str:
        """A condition, as one line."""
        return self._condition(condition)

    def code(self, term: nt.Term) -> Code:
        """`term` as Python, with what its neighbours must know of it."""
        worked_out = exact_number(term) if term.children and not term.names else None
        if worked_out is not None and abs(worked_out) > EXACT:
            return self._number(nt.Number(worked_out))
        match term:
            case nt.Number():
                return self._number(term)
            case nt.Constant():
                return Code(self._constant(term.name), NAME)
            case nt.Symbol() | nt.Indexed() | Local():
                return Code(self.name(term), NAME)
            case nt.Negative():
                return self._negative(term)
            case nt.Sum():
                return Code(" ".join(self.terms(term)), SUM)
            case nt.Product():
                return self._product(term)
            case nt.Fraction():
                top = self._wrapped(term.numerator, PRODUCT)
                return Code(f"{top} / {self._wrapped(term.denominator, POWER)}", PRODUCT)
            case nt.Power():
                return self._power(term)
            case nt.Call() if called := self._called(term):
                return Code(called, ATOM)
            case nt.Cases() if self.target != "python":
                return Code(self._cases(term.cases), ATOM)
            case Total():
                return Code(self.total(self, term.body), ATOM)
        language = "JavaScript" if self.target == "javascript" else "Python"
        raise GenerationError(
            f"there is no {language} for {term.value}", "write the formula differently"
        )

    def _constant(self, name: str) -> str:
        return f"np.{name}" if self.target == "numpy" else f"math.{name}"

    def _called(self, term: nt.Call) -> str:
        """A call; empty where the target does not have the function."""
        arguments = [self.text(argument) for argument in term.arguments]
        called = term.declared.code(self.target, *arguments)
        numpy = called or term.declared.code("numpy", *arguments)
        # Of one number it is made a plain float again, so that nothing warns.
        return called or (numpy and f"float({numpy})")

    def _cases(self, cases: tuple[nt.Case, ...]) -> str:
        """All cases are worked out, and each example's own is taken: what the others are does not matter."""
        first, *others = cases
        if isinstance(first.condition, nt.Otherwise):
            return self.text(first.body)
        rest = self._cases(tuple(others)) if others else "np.nan"
        return f"np.where({self._condition(first.condition)}, {self.text(first.body)}, {rest})"

    def _condition(self, condition: nt.Term) -> str:
        match condition:
            case nt.Comparison():
                left, right = (self._wrapped(side, SUM) for side in condition.children)
                return f"{left} {condition.sign} {right}"
            case nt.Junction():
                sign = " & " if condition.word == "and" else " | "
                return sign.join(f"({self._condition(part)})" for part in condition.conditions)
        return "True"

    def _wrapped(self, term: nt.Term, least: int) -> str:
        """The text of `term`, in parentheses where it holds less tightly than `least`."""
        code = self.code(term)
        return f"({code.text})" if code.level < least else code.text

    def _number(self, term: nt.Number) -> Code:
        value = term.number
        if value.denominator == 1 and abs(value.numerator) <= EXACT:
            return Code(str(value.numerator), UNARY if value < 0 else NAME)
        try:
            near = float(value)
        except OverflowError:
            near = math.inf
        if math.isinf(near) or (near == 0 and value != 0):
            cause = "a number in the formula does not fit a floating-point number"
            raise GenerationError(cause, "its size must be between 1e-307 and 1e308")
        if term.decimal or max(abs(value.numerator), value.denominator) > EXACT:
            return Code(repr(near), UNARY if value < 0 else NAME)
        return Code(f"{value.numerator} / {value.denominator}", PRODUCT)

    def _negative(self, term: nt.Negative) -> Code:
        inner = self.code(term.term)
        if inner.level in (SUM, UNARY):
            return Code(f"-({inner.text})", UNARY)
        return Code(f"-{inner.text}", PRODUCT if inner.level == PRODUCT else UNARY)

    def terms(self, term: nt.Sum) -> list[str]:
        """A sum's terms, each with its sign, the first with none but its own."""
        rows = [self._wrapped(term.terms[0], SUM)]
        for child in term.terms[1:]:
            sign = "-" if isinstance(child, nt.Negative) else "+"
            rows.append(f"{sign} {self._wrapped(nt.unsigned(child), PRODUCT)}")
        return rows

    def _product(self, term: nt.Product) -> Code:
        first, *others = term.factors
        rest = [self._wrapped(factor, POWER) for factor in others]
        return Code(" * ".join([self._wrapped(first, PRODUCT), *rest]), PRODUCT)

    def _is_repeated(self, term: nt.Power) -> bool:
        """Whether a power of a name is written as a product.

        A float's ** raises OverflowError where * answers inf, and x*x*x is far faster than x**3.
        """
        square = isinstance(term.exponent, nt.Number) and term.exponent.number == 2
        return is_short_power(term) or (square and not is_array(term.base))

    def _power(self, term: nt.Power) -> Code:
        base, exponent = self.code(term.base), self.code(term.exponent)
        power = term.exponent.number if isinstance(term.exponent, nt.Number) else None
        if self._is_repeated(term) and base.level == NAME and power is not None:
            return Code(" * ".join([base.text] * int(power)), PRODUCT)
        if self.target == "python" and (power is None or power.denominator != 1):
            # Unlike **, which turns complex, it raises ValueError where there is no real power.
            return Code(f"math.pow({base.text}, {exponent.text})", ATOM)
        under = base.text if base.level > POWER else f"({base.text})"
        over = exponent.text if exponent.level > UNARY else f"({exponent.text})"
        tight = base.level == exponent.level == NAME
        return Code(f"{under}**{over}" if tight else f"{under} ** {over}", POWER)
