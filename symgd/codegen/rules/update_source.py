"""An update rule as NumPy text: statements over arrays with an entry for each parameter.

The same lines run in memory and stand in generated code; every name in them is chosen by `Names`.
"""

from __future__ import annotations

import keyword
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from symgd import terms as nt
from symgd.codegen.expressions.context import RESERVED, Names
from symgd.codegen.expressions.expressions import ATOM, NAME, POWER, SUM, Code, ExpressionWriter
from symgd.codegen.expressions.scalars import in_others
from symgd.codegen.rules.along import direction
from symgd.errors import GenerationError
from symgd.optimizers.rule import UpdateRule
from symgd.optimizers.words import ARGMIN, COST, SOLVE, WORDS, kind_of
from symgd.parsing.updates import FIRST
from symgd.registry.registry import FrozenMap
from symgd.terms.function import Target
from symgd.writing.formulas.names import AFTER

CALLED = ("np", "math", "float")  # what the text itself calls
# Beside the words themselves: what solve is where A is the Hessian, and argmin where the slope is known.
NEWTON, ALONG = "newton", "argmin along"
FORMS: Mapping[str, str] = {
    NEWTON: "_newton({}, {})",
    ALONG: "_along(lambda {1}: {0}, lambda {1}: {2})",
}


class _RuleWriter(ExpressionWriter):
    """Writes what stands in update rules: words, and cases that one number decides for all parameters."""

    def __init__(
        self,
        name: Callable[[nt.Term], str],
        rule: UpdateRule,
        target: Target = "numpy",
        forms: Mapping[str, str] = FORMS,
    ) -> None:
        super().__init__(name, _no_total, target)
        self.rule, self.forms = rule, {**FORMS, **forms}

    def code(self, term: nt.Term) -> Code:
        """`term` as Python."""
        if isinstance(term, nt.Call) and term.function in WORDS:
            return Code(self._word(term), ATOM)
        if isinstance(term, nt.Cases) and self._is_chosen(term):
            return Code(f"({self._chosen(term.cases)})", ATOM)
        plain = in_others(term)
        return super().code(term) if plain is None else self.code(plain)

    def _power(self, term: nt.Power) -> Code:
        """The square of a vector is written as one."""
        base = self.code(term.base)
        two = isinstance(term.exponent, nt.Number) and term.exponent.number == 2
        if two and base.level == NAME and kind_of(term.base, self.rule.kinds) != "number":
            return Code(f"{base.text}**2", POWER)
        return super()._power(term)

    def _word(self, term: nt.Call) -> str:
        *parts, last = term.arguments
        written = [self.text(part) for part in parts]
        written.append(self._condition(last) if term.function == FIRST else self.text(last))
        if term.function == SOLVE and parts == [nt.Symbol("H")]:
            return self._called_as(NEWTON, *written)
        if term.function == ARGMIN and (slope := self.slope_along(term)):
            return self._called_as(ALONG, *written, slope)
        return self._called_as(term.function, *written)

    def _called_as(self, word: str, *arguments: str) -> str:
        """A call of a word; GenerationError where there is none in code."""
        form = self.forms.get(word)
        code = WORDS[word].code(self.target, *arguments) if form is None else form
        if not code:
            raise no_word(word.split()[0], self.target)
        return code if form is None else form.format(*arguments)

    def slope_along(self, term: nt.Call) -> str:
        """The slope along the line of argmin(J(…), s); empty where it is of another formula."""
        formula, name = term.arguments[0], str(term.arguments[1].value)
        if not (isinstance(formula, nt.Call) and formula.function == COST):
            return ""
        (point,) = formula.arguments
        ahead = direction(point, name)
        if ahead is None or kind_of(ahead, self.rule.kinds) != "vector":
            return ""
        gradient = self._called_as("g", self.text(point))
        return self._called_as("dot", gradient, self.text(ahead))

    def _is_chosen(self, term: nt.Cases) -> bool:
        """Whether numbers decide between cases of one kind; a number beside vectors is one for each parameter."""
        kinds = self.rule.kinds
        bodies = {kind_of(case.body, kinds) for case in term.cases}
        asked = {kind_of(case.condition, kinds) for case in term.cases}
        return len(bodies) == 1 and asked == {"number"}

    def _chosen(self, cases: tuple[nt.Case, ...]) -> str:
        """The first case whose condition holds; no other is worked out."""
        first, *others = cases
        if isinstance(first.condition, nt.Otherwise):
            return self.text(first.body)
        rest = self._chosen(tuple(others)) if others else "np.nan"
        return f"{self._wrapped(first.body, SUM)} if {self.asked(first.condition)} else {rest}"

    def asked(self, condition: nt.Term) -> str:
        """A condition on numbers, which `and` and `or` join."""
        if isinstance(condition, nt.Junction):
            return f" {condition.word} ".join(f"({self.asked(c)})" for c in condition.conditions)
        return self._condition(condition)


def no_word(word: str, target: str) -> GenerationError:
    """What is said of a word that a target does not have."""
    cause = f'{target} has no "{word}", which the update rule calls'
    return GenerationError(cause, "choose an optimizer that does without, or another target")


def _no_total(writer: ExpressionWriter, body: nt.Term) -> str:
    raise GenerationError("an update rule has no sum over examples", "write it without")


@dataclass(frozen=True)
class UpdateSource:
    """An update rule as text.

    Parameters
    ----------
    rule : UpdateRule
    target : {"numpy", "array_api"}
    given : mapping of str to str
        The identifiers of names that have one already, such as settings that are constants.
    taken : collection of str
        Identifiers that no other name may have.
    forms : mapping of str to str
        How words are called where it is otherwise than `WORDS` and `FORMS` say; empty for what there is not.

    Examples
    --------
    >>> rule = UpdateRule.read("v' = beta*v + g; theta' = theta - alpha*v'")
    >>> UpdateSource(rule).lines
    ('v = beta * v + g', 'theta = theta - alpha * v')
    >>> UpdateSource(rule, given={"beta": "BETA"}, taken=("v",)).lines
    ('v_ = BETA * v_ + g', 'theta = theta - alpha * v_')
    """

    rule: UpdateRule
    target: Target = "numpy"
    given: Mapping[str, str] = field(default_factory=FrozenMap)
    taken: Collection[str] = ()
    forms: Mapping[str, str] = field(default_factory=FrozenMap)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The identifier of each name; what is after the step takes the place of what was before, where that is not read again."""
        taken = {*self.taken, *self.given.values(), *CALLED}
        names = Names(RESERVED | taken, frozenset(keyword.kwlist) | taken)
        found: dict[str, str] = {}

        def named(name: str) -> str:
            return self.given.get(name) or names.give("rule", name, own=True)

        terms = (part for s in self.rule.statements for part in s.term.parts())
        met = [part.name for part in terms if isinstance(part, nt.Symbol)]
        for name in (*met, *self.rule.made):
            if not name.endswith(AFTER):
                found[name] = named(name)
        for name in self.rule.made:
            plain = name.removesuffix(AFTER)
            if name != plain:
                anew = self._is_read_after(plain, name)
                found[name] = named(f"{plain}_next") if anew else found.get(plain) or named(plain)
        return found

    def _is_read_after(self, plain: str, made: str) -> bool:
        """Whether what was before the step is read after the statement that works it out anew."""
        place = self.rule.made.index(made)
        return any(plain in s.term.names for s in self.rule.statements[place + 1 :])

    @cached_property
    def writer(self) -> _RuleWriter:
        """Writes Terms with these names."""
        names = self.names
        return _RuleWriter(
            lambda term: names.get(name := getattr(term, "name", "")) or self.given.get(name, name),
            self.rule,
            self.target,
            self.forms,
        )

    @cached_property
    def lines(self) -> tuple[str, ...]:
        """One assignment for each statement."""
        return tuple(
            f"{self.names[s.name]} = {self.writer.text(s.term)}" for s in self.rule.statements
        )

    def block(self, name: str, term: nt.Term, width: int) -> list[str]:
        """What gives `name` a value: one line, or where cases of a number make it too long, a block for each."""
        text = self.writer.text(term)
        apart = isinstance(term, nt.Cases) and text.startswith("(") and text.endswith(")")
        line = f"{self.names[name]} = {text[1:-1] if apart else text}"
        if not (apart and isinstance(term, nt.Cases) and len(line) > width):
            return [line]
        rows: list[str] = []
        for number, case in enumerate(term.cases):
            last = isinstance(case.condition, nt.Otherwise)
            if last and self.writer.text(case.body) == self.names[name]:
                continue  # it stays what it is
            word = "elif" if number else "if"
            rows.append("else:" if last else f"{word} {self.writer.asked(case.condition)}:")
            rows += [f"    {row}" for row in self.block(name, case.body, width - 4)]
        return rows
