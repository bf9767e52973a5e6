"""EntrySource: a rule that acts on each parameter by itself, as statements for one parameter in another language.

What is remembered is kept for each parameter, numbers too: these are the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from symgd import terms as nt
from symgd.codegen.expressions.expressions import ATOM, SUM, Code, ExpressionWriter
from symgd.codegen.expressions.scalars import in_others
from symgd.codegen.rules.rule_code import RuleCode
from symgd.codegen.rules.update_source import UpdateSource, no_word
from symgd.codegen.targets.array_api_expressions import ArrayApiWriter
from symgd.codegen.targets.javascript_expressions import JavaScriptWriter
from symgd.errors import GenerationError
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA, UpdateRule
from symgd.optimizers.words import WORDS, kind_of
from symgd.writing.formulas.names import AFTER

WHOLE = ("H", "r", "Jac", "I")  # names of what looks at all parameters


def no_total(writer: ExpressionWriter, body: nt.Term) -> str:
    raise GenerationError("an update rule has no sum over examples", "write it without")


class ScriptWriter(JavaScriptWriter):
    """Writes for one number in JavaScript."""

    def code(self, term: nt.Term) -> Code:
        """`term` as JavaScript."""
        if isinstance(term, nt.Call) and term.function in WORDS:
            return Code(
                WORDS[term.function].code("javascript", *map(self.text, term.arguments)), ATOM
            )
        plain = None
        if isinstance(term, nt.Call) and not term.declared.form("javascript"):
            plain = in_others(term)
        return super().code(term) if plain is None else self.code(plain)


class EntryWriter(ArrayApiWriter):
    """Writes for one parameter, an array without dimensions; numbers are Python's."""

    def __init__(self, name: Callable[[nt.Term], str], rule: UpdateRule) -> None:
        super().__init__(name, no_total, "like", "")  # the array that numbers are made like
        self.kinds = {**rule.kinds, "j": "number"}
        self.numbers = NumberWriter(name, no_total, "python")

    def is_plain(self, term: nt.Term) -> bool:
        """Whether a term is a number of Python."""
        return kind_of(term, self.kinds) == "number"

    def code(self, term: nt.Term) -> Code:
        """`term` as Python."""
        if isinstance(term, nt.Call) and term.function in WORDS and not self.is_plain(term):
            code = WORDS[term.function].code("array_api", *map(self.as_array, term.arguments))
            return Code(code, ATOM)
        if self.is_plain(term) and not isinstance(term, nt.Symbol | nt.Number):
            return self.numbers.code(term)
        if isinstance(term, nt.Cases) and all(self.is_plain(c.condition) for c in term.cases):
            return Code(f"({self._chosen(term.cases)})", ATOM)
        plain = in_others(term)
        return super().code(term) if plain is None else self.code(plain)

    def _chosen(self, cases: tuple[nt.Case, ...]) -> str:
        first, *others = cases
        if isinstance(first.condition, nt.Otherwise):
            return self.text(first.body)
        rest = self._chosen(tuple(others)) if others else "math.nan"
        asked = self.numbers.asked(first.condition)
        return f"{self._wrapped(first.body, SUM)} if {asked} else {rest}"


_PLAIN: Mapping[str, str] = {
    "mod": "(({}) % ({}))",
    "floor": "float(math.floor({}))",
    "clip": "min(max({}, {}), {})",
    "sign": "(({0} > 0) - ({0} < 0))",
}
_OF_SEVERAL = ("max", "min")


class NumberWriter(ExpressionWriter):
    """Writes numbers of Python."""

    def code(self, term: nt.Term) -> Code:
        """`term` as Python."""
        if isinstance(term, nt.Call) and term.function in _PLAIN:
            written = (self._wrapped(part, ATOM) for part in term.arguments)
            return Code(_PLAIN[term.function].format(*written), ATOM)
        if isinstance(term, nt.Cases):
            return Code(f"({self._chosen(term.cases)})", ATOM)
        plain = in_others(term)
        return super().code(term) if plain is None else self.code(plain)

    def _called(self, term: nt.Call) -> str:
        """A call that needs no NumPy."""
        if term.function in _OF_SEVERAL:
            return f"{term.function}({', '.join(map(self.text, term.arguments))})"
        called = super()._called(term)
        if "np." in called:
            raise no_word(term.function, "the Python array API standard")
        return called

    def _chosen(self, cases: tuple[nt.Case, ...]) -> str:
        first, *others = cases
        if isinstance(first.condition, nt.Otherwise):
            return self.text(first.body)
        rest = self._chosen(tuple(others)) if others else "math.nan"
        return f"{self._wrapped(first.body, SUM)} if {self.asked(first.condition)} else {rest}"

    def asked(self, condition: nt.Term) -> str:
        """A condition on numbers."""
        if isinstance(condition, nt.Junction):
            return f" {condition.word} ".join(f"({self.asked(c)})" for c in condition.conditions)
        return self._condition(condition)


@dataclass(frozen=True, eq=False)
class EntrySource:
    """A rule for one parameter.

    Parameters
    ----------
    code : RuleCode
    language : {"JavaScript", "the Python array API standard"}
    taken : collection of str
        Identifiers that no name of the rule may have.
    whole : bool
        Whether the statements are for all parameters at once.
    """

    code: RuleCode
    language: str
    taken: Collection[str]
    whole: bool = False

    def __post_init__(self) -> None:
        rule = self.code.rule
        if self.whole:
            return
        for name in WHOLE:
            if rule.calls(name):
                raise no_word(name, self.language)
        for statement in rule.statements:
            for part in statement.term.parts():
                word = WORDS.get(part.function) if isinstance(part, nt.Call) else None
                if word is not None and not word.entrywise:
                    raise no_word(word.function.name, self.language)

    @cached_property
    def constants(self) -> tuple[dict[str, tuple[str, float]], dict[str, tuple[str, float]]]:
        """The settings as constants, and those of the schedule."""
        return self.code.constants(frozenset(self.taken))

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The identifier of each name."""
        given = {name: constant for name, (constant, _) in self.constants[0].items()}
        return UpdateSource(self.code.rule, given=given, taken=self.taken).names

    def name(self, term: nt.Term) -> str:
        """The identifier of a Symbol: a name of the rule, or what a schedule has."""
        name = str(getattr(term, "name", ""))
        of_rate = self.constants[1].get(name) or self.constants[0].get(name)
        return self.names.get(name) or (of_rate[0] if of_rate else name)

    def lines(self, writer: ExpressionWriter, first: str = "") -> Iterator[str]:
        """The statements; `first` stands before a name that is met for the first time."""
        met = {self.names[n] for n in (THETA, *self.code.rule.state) if n in self.names}
        for statement in self.code.rule.statements:
            name = self.names[statement.name]
            yield f"{'' if name in met else first}{name} = {writer.text(statement.term)}"
            met.add(name)

    def rate(self, t: str, alpha: str, kind: Callable[..., ExpressionWriter]) -> str:
        """The learning rate of step `t`, by such a writer; `alpha` is the one that is given."""
        schedule = self.code.schedule
        if schedule is None:
            return alpha
        words = {"t": t, "alpha": alpha, "T": "T"}
        words |= {name: constant for name, (constant, _) in self.constants[1].items()}
        writer = kind(lambda term: words[getattr(term, "name", "")], no_total, "javascript")
        return writer.text(schedule.term)

    @property
    def after(self) -> list[str]:
        """θ after the step, and what is remembered."""
        names = (PARAMETERS_AFTER, *(name + AFTER for name in self.code.rule.state))
        return [self.names[name] for name in names]

    def begun(self, writer: ExpressionWriter, rate: str) -> list[str]:
        """What each part of the state is at first, a number."""
        found = []
        for name in self.code.rule.state:
            formula = self.code.begun.get(name)
            read = UpdateRule.read(f"{PARAMETERS_AFTER} = {formula or 0}")
            term = read.statements[0].term.substitute({nt.Symbol("alpha"): nt.Symbol(rate)})
            found.append(writer.text(term))
        return found
