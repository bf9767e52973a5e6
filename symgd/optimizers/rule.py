"""UpdateRule: what one step does to the parameters and to what an optimizer remembers, as statements over Terms.

Laws
----
- a name with a prime is what something is after the step; without, what it is before
- what has a prime and is read without one is state: it is remembered from step to step
- what is neither state, nor worked out by the rule, nor known to every rule is a setting
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from symgd import terms as nt
from symgd.errors import FormulaError
from symgd.optimizers.meant import from_itself, of_parameters
from symgd.optimizers.sense import expect_fitting_parts
from symgd.optimizers.words import BINDING, CALLED, KNOWN, PUSH, Kind, kind_of
from symgd.parsing.formula import CONSTANT_NAMES
from symgd.parsing.updates import RuleLine, parse_statements
from symgd.registry.registry import FrozenMap
from symgd.writing.formulas.names import AFTER
from symgd.writing.formulas.text import text

THETA = "theta"
PARAMETERS_AFTER = THETA + AFTER


@dataclass(frozen=True)
class UpdateRule:
    """The statements of an update rule, in the order in which they are made.

    Examples
    --------
    >>> rule = UpdateRule.read("v' = beta*v + g; theta' = theta - alpha*v'")
    >>> rule.state, rule.settings
    (('v',), ('beta',))
    """

    statements: tuple[RuleLine, ...]

    @classmethod
    def read(cls, text: str) -> UpdateRule:
        """The rule that a text says.

        Raises
        ------
        FormulaError
            Where it cannot be read, works out what every rule knows, or does not say what θ is after the step.
        """
        rule = cls(parse_statements(text, CALLED))
        rule._expect_sense()
        expect_fitting_parts(rule.statements, rule.kinds, {*rule.made, *rule.state})
        return rule

    @cached_property
    def made(self) -> tuple[str, ...]:
        """The names that the statements give a value, in their order."""
        return tuple(statement.name for statement in self.statements)

    @cached_property
    def used(self) -> frozenset[str]:
        """The names that are read, without those that argmin and first bind."""
        return frozenset(name for s in self.statements for name in _free(s.term))

    @cached_property
    def state(self) -> tuple[str, ...]:
        """What is remembered from one step to the next, beside θ."""
        after = [n.removesuffix(AFTER) for n in self.made if n.endswith(AFTER)]
        return tuple(n for n in after if n != THETA and n in self.used and n not in self.made)

    @cached_property
    def columns(self) -> frozenset[str]:
        """The matrices that begin without a column: those to which push adds them."""
        parts = (part for s in self.statements for part in s.term.parts())
        calls = (part for part in parts if isinstance(part, nt.Call) and part.function == PUSH)
        return frozenset(name for call in calls for name in call.arguments[0].names)

    @cached_property
    def told(self) -> tuple[str, ...]:
        """What has a prime, beside θ and matrices: the columns of a trace."""
        after = [n for n in self.made if n.endswith(AFTER) and n != PARAMETERS_AFTER]
        return tuple(n.removesuffix(AFTER) for n in after if self.kinds[n] != "matrix")

    @cached_property
    def settings(self) -> tuple[str, ...]:
        """The numbers that somebody has to choose, in the order in which they are met."""
        met = (part for s in self.statements for part in _in_order(s.term))
        free = [name for name in met if name in self.used]
        other = {*self.made, *self.state, *KNOWN}
        return tuple(dict.fromkeys(name for name in free if name not in other))

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """What each name is: a number, or a vector with an entry for each parameter, or a matrix.

        State is a number until a statement makes it more.
        """
        kinds: dict[str, Kind] = dict(KNOWN)
        for _ in range(len(self.statements) + 1):
            for statement in self.statements:
                found = kind_of(statement.term, kinds)
                kinds[statement.name] = found
                if statement.name.endswith(AFTER) and statement.name != PARAMETERS_AFTER:
                    kinds[statement.name.removesuffix(AFTER)] = found
        return FrozenMap(kinds)

    @property
    def equations(self) -> tuple[nt.Equation, ...]:
        """The statements as equations, to be printed."""
        return tuple(nt.Equation(nt.Symbol(s.name), s.term) for s in self.statements)

    def written(self, *, ascii: bool = False) -> str:
        """The statements in one line; in ASCII they can be read again."""
        return "; ".join(text(equation, ascii=ascii) for equation in self.equations)

    def calls(self, word: str) -> bool:
        """Whether a statement calls a word, or reads what is called so: H, J, argmin."""
        terms = (part for s in self.statements for part in s.term.parts())
        return any(
            (isinstance(part, nt.Call) and part.function == word) or part == nt.Symbol(word)
            for part in terms
        )

    def put_in(self, values: Mapping[nt.Term, nt.Term]) -> UpdateRule:
        """The same rule with other Terms in the place of names."""
        return UpdateRule(
            tuple(RuleLine(s.name, s.term.substitute(values)) for s in self.statements)
        )

    def _expect_sense(self) -> None:
        if PARAMETERS_AFTER not in self.made:
            cause = "the update rule does not say what the parameters are after the step"
            raise FormulaError(cause, of_parameters(self.statements))
        for statement in self.statements:
            if statement.name in _free(statement.term):
                cause = f'"{statement.name}" is worked out from itself'
                raise FormulaError(cause, from_itself(statement))
        for number, name in enumerate(self.made):
            plain = name.removesuffix(AFTER)
            if name in self.made[:number]:
                raise FormulaError(f'"{name}" is worked out twice', "give one another name")
            if plain in CONSTANT_NAMES:
                raise FormulaError(f'"{plain}" is a number', "give it another name")
            if plain in KNOWN and name != PARAMETERS_AFTER:
                cause = f'"{plain}" is known to every update rule, and is not worked out'
                raise FormulaError(cause, "give it another name")
            if not name.endswith(AFTER) and f"{name}{AFTER}" in self.made:
                cause = f'"{name}" is worked out, and "{name}{AFTER}" as well'
                raise FormulaError(cause, "give one another name")
        for number, statement in enumerate(self.statements):
            for name in _free(statement.term):
                late = name in self.made[number:] or name.endswith(AFTER)
                if late and name not in self.made[:number]:
                    cause = f'"{name}" is read before it is worked out'
                    remedy = "put the statement that works it out first"
                    raise FormulaError(
                        cause,
                        remedy if name in self.made else f'work it out before, "{name} = ..."',
                    )


def _free(term: nt.Term) -> frozenset[str]:
    """The names that a Term reads, but for those that it binds itself."""
    if isinstance(term, nt.Symbol):
        return frozenset({term.name})
    names: frozenset[str] = frozenset().union(*map(_free, term.children))
    if isinstance(term, nt.Call) and term.function in BINDING:
        return names - {str(name) for name in term.arguments[1].names}
    return names


def _in_order(term: nt.Term) -> Iterator[str]:
    if isinstance(term, nt.Symbol):
        yield term.name
    for child in term.children:
        yield from _in_order(child)
