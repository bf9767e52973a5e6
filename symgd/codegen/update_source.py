"""An update rule as NumPy text: statements over arrays with an entry for each parameter.

The same lines run in memory and stand in generated code; every name in them is chosen by `Names`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from symgd import terms as nt
from symgd.codegen.along import direction
from symgd.codegen.context import Names
from symgd.codegen.expressions import ATOM, SUM, Code, ExpressionWriter
from symgd.codegen.scalars import in_others
from symgd.errors import GenerationError
from symgd.optimizers.rule import UpdateRule
from symgd.optimizers.words import ARGMIN, COST, SOLVE, WORDS, kind_of
from symgd.parsing.updates import FIRST
from symgd.terms.function import Target
from symgd.writing.formulas.names import AFTER

CALLED = ("np", "math", "float")  # what the text itself calls


class _RuleWriter(ExpressionWriter):
    """Writes what stands in update rules: words, and cases that one number decides for all parameters."""

    def __init__(
        self, name: Callable[[nt.Term], str], rule: UpdateRule, target: Target = "numpy"
    ) -> None:
        super().__init__(name, _no_total, target)
        self.rule = rule

    def code(self, term: nt.Term) -> Code:
        """`term` as Python."""
        if isinstance(term, nt.Call) and term.function in WORDS:
            return Code(self._word(term), ATOM)
        if isinstance(term, nt.Cases) and all(map(self._is_number, term.cases)):
            return Code(f"({self._chosen(term.cases)})", ATOM)
        plain = in_others(term)
        return super().code(term) if plain is None else self.code(plain)

    def _word(self, term: nt.Call) -> str:
        *parts, last = term.arguments
        written = [self.text(part) for part in parts]
        written.append(self._condition(last) if term.function == FIRST else self.text(last))
        if term.function == SOLVE and parts == [nt.Symbol("H")]:
            return f"_newton({', '.join(written)})"
        if term.function == ARGMIN and (slope := self._slope(parts[0], str(last.value))):
            formula, name = written
            return f"_argmin(lambda {name}: {formula}, lambda {name}: {slope})"
        code = WORDS[term.function].code(self.target, *written)
        if not code:
            cause = f'there is no {self.target} for "{term.function}"'
            raise GenerationError(cause, "choose an optimizer that does without")
        return code

    def _slope(self, formula: nt.Term, name: str) -> str:
        """The slope of the cost along a line; empty where the formula is another."""
        if not (isinstance(formula, nt.Call) and formula.function == COST):
            return ""
        (point,) = formula.arguments
        ahead = direction(point, name)
        if ahead is None or kind_of(ahead, self.rule.kinds) != "vector":
            return ""
        gradient = f"_gradient({self.text(point)})"
        return WORDS["dot"].code(self.target, gradient, self.text(ahead))

    def _is_number(self, case: nt.Case) -> bool:
        return kind_of(case.condition, self.rule.kinds) == "number"

    def _chosen(self, cases: tuple[nt.Case, ...]) -> str:
        """The first case whose condition holds; no other is worked out."""
        first, *others = cases
        if isinstance(first.condition, nt.Otherwise):
            return self.text(first.body)
        rest = self._chosen(tuple(others)) if others else "np.nan"
        return f"{self._wrapped(first.body, SUM)} if {self._asked(first.condition)} else {rest}"

    def _asked(self, condition: nt.Term) -> str:
        """A condition on numbers, which `and` and `or` join."""
        if isinstance(condition, nt.Junction):
            return f" {condition.word} ".join(f"({self._asked(c)})" for c in condition.conditions)
        return self._condition(condition)


def _no_total(writer: ExpressionWriter, body: nt.Term) -> str:
    raise GenerationError("an update rule has no sum over examples", "write it without")


@dataclass(frozen=True)
class UpdateSource:
    """An update rule as text.

    Examples
    --------
    >>> rule = UpdateRule.read("v' = beta*v + g; theta' = theta - alpha*v'")
    >>> UpdateSource(rule).lines
    ('v = beta * v + g', 'theta = theta - alpha * v')
    """

    rule: UpdateRule
    target: Target = "numpy"

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The identifier of each name; what is after the step takes the place of what was before, where that is not read again."""
        names: Names = Names()
        found: dict[str, str] = {}

        def given(name: str) -> str:
            return names.give("rule", name, own=name not in CALLED)

        terms = (part for s in self.rule.statements for part in s.term.parts())
        met = [part.name for part in terms if isinstance(part, nt.Symbol)]
        for name in (*met, *self.rule.made):
            if not name.endswith(AFTER):
                found[name] = given(name)
        for name in self.rule.made:
            plain = name.removesuffix(AFTER)
            if name != plain:
                anew = self._is_read_after(plain, name)
                found[name] = given(f"{plain}_next") if anew else found.get(plain) or given(plain)
        return found

    def _is_read_after(self, plain: str, made: str) -> bool:
        """Whether what was before the step is read after the statement that works it out anew."""
        place = self.rule.made.index(made)
        return any(plain in s.term.names for s in self.rule.statements[place + 1 :])

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """One assignment for each statement."""
        writer = _RuleWriter(
            lambda term: self.names[getattr(term, "name", "")], self.rule, self.target
        )
        return tuple(f"{self.names[s.name]} = {writer.text(s.term)}" for s in self.rule.statements)
