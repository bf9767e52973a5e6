"""Two conventions of an optimizer side by side: where they differ, as an equation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import sympy

from symgd import terms as nt
from symgd.derivation.result import Result
from symgd.derivation.second_order.normal import free_letter
from symgd.errors import DescentError
from symgd.optimizers.differences import Bodies, bodies, first_step, in_decimals, shortest
from symgd.optimizers.laws import same_statements
from symgd.optimizers.letters import lettered, shared, typed
from symgd.optimizers.optimizer import Optimizer, names_of, own_names
from symgd.optimizers.optimizers import find_optimizer
from symgd.optimizers.printed import decimal_of, equations, initial_of
from symgd.optimizers.readable import readable
from symgd.optimizers.rule import PARAMETERS_AFTER, THETA
from symgd.optimizers.symbolic import NoExpression, SymbolicStep, expression, same
from symgd.registry.options import names_options
from symgd.writing.exposition import Chain, Chapter, Exposition, Premise
from symgd.writing.formulas.names import AFTER
from symgd.writing.words import Message, message

DIFFERENT = Premise("another formula", "this statement is another one in the other convention")
FIRST_STEP = Premise("the first step", "t is 1, and nothing is remembered yet")
ALWAYS = Premise("every step", "what is remembered has the same formulas in both")
FROM_THE_SAME = Premise("from the same state", "what both remember before the step is the same")
_ZERO = sympy.S.Zero
SAME = message(
    "Both have the same formulas, and begin alike: they agree in every step (shown by SymPy)."
)


@names_options
@dataclass(frozen=True, repr=False)
class Against(Result):
    """An optimizer beside another, or beside a library's of the same name.

    Parameters
    ----------
    here, there : Optimizer
    note : str
        What else is said of the other.

    Examples
    --------
    >>> from symgd.optimizers.optimizers import OPTIMIZERS
    >>> compared(OPTIMIZERS["momentum"], "torch").agree
    True
    """

    here: Optimizer
    there: Optimizer
    note: str = ""

    def __repr__(self) -> str:
        return (
            f"Against({self.here.name}, {self.there.name}: {'agree' if self.agree else 'differ'})"
        )

    @cached_property
    def steps(self) -> tuple[SymbolicStep, SymbolicStep]:
        """Both as SymPy expressions, with the same symbol for the same letter."""
        return SymbolicStep(self.here), SymbolicStep(self.there)

    @cached_property
    def agree(self) -> bool:
        """Whether both make the same steps, whatever the settings are."""
        try:
            return same_statements(*self.steps)
        except NoExpression:
            return self.here.rule == self.there.rule and self.here.initial == self.there.initial

    @cached_property
    def same_state(self) -> bool:
        """Whether both remember the same, by the same names."""
        one, two = self.steps
        try:
            names = {*one.live, *two.live}
            if not names <= {*one.after} & {*two.after}:
                return False
            return all(same(one.after[name], two.after[name]) for name in names)
        except NoExpression:
            return False

    @property
    def premise(self) -> Premise:
        """In which steps the difference holds."""
        if not self.same_state:
            return FIRST_STEP
        one, two = self.steps
        alike = all(same(one.initial[name], two.initial[name]) for name in one.live)
        return ALWAYS if alike else FROM_THE_SAME

    @property
    def difference(self) -> nt.Term | None:
        """θ′ here less θ′ there, in every step where both remember the same, else in the first one; None where no formula says it shortly."""
        found = self.differences
        if not found:
            return nt.number(0)
        return found[0][0]

    @cached_property
    def differences(self) -> list[tuple[nt.Term | None, tuple[nt.Term, ...]]]:
        """The same for each region of the rules' conditions in which they differ, and where that is."""
        try:
            if not self.same_state:
                found: list[tuple[sympy.Expr, tuple[nt.Term, ...]]] = [(self.first_difference, ())]
            else:
                found = [
                    (expression(b.here, self._shared) - expression(b.there, self._shared), b.where)
                    for b in self._bodies
                ]
        except NoExpression:
            return [(None, ())]
        return [(self._written(part), where) for part, where in found if not same(part, _ZERO)]

    def _written(self, part: sympy.Expr) -> nt.Term | None:
        found = readable(shortest(part))
        rules = [s.term for each in (self.here, self.there) for s in each.rule.statements]
        return None if found is None else in_decimals(found, *rules)

    @cached_property
    def _bodies(self) -> list[Bodies]:
        """What θ is after the step in both, region by region."""
        ends = [
            next(s.term for s in rule.statements if s.name == PARAMETERS_AFTER)
            for rule in (self.here.rule, self.there.rule)
        ]
        return bodies(*ends)

    @property
    def _shared(self) -> dict[str, sympy.Expr]:
        """The letters; what both work out in the same way has one, and what only one does is written out."""
        both = [s for s in self.here.rule.statements if s in self.there.rule.statements]
        known: dict[str, sympy.Expr] = {**self.steps[0].symbols, **self.steps[1].symbols}
        for step, rule in zip(self.steps, (self.here.rule, self.there.rule), strict=True):
            known |= {s.name: step.made[s.name] for s in rule.statements if s not in both}
        known |= {s.name: sympy.Symbol(s.name, real=True) for s in both}
        return known

    @property
    def first_difference(self) -> sympy.Expr:
        """θ′ here less θ′ there after the first step."""
        ends = [first_step(step) for step in self.steps]
        return ends[0] - ends[1]

    @cached_property
    def exposition(self) -> Exposition:
        """Both rules, what differs, and what it comes to."""
        names: dict[str, Any] = {"here": Message(self.here.name), "there": Message(self.there.name)}
        chapters = [
            Chapter(
                message("The update rule of {name}", name=Message(rule.name)),
                tuple(self._rule(rule)),
            )
            for rule in (self.here, self.there)
        ]
        chapters += [self._difference(), *self._values()]
        title = message("{here} beside {there}", **names)
        told = Exposition(title, (), (), tuple(chapters), "conventions")
        return lettered(self._with_typed(told), self._printed)

    def _with_typed(self, told: Exposition) -> Exposition:
        """The page with what is typed for the letters that are printed there."""
        met: set[str] = set()

        def meet(term: nt.Term) -> nt.Term:
            met.update(name.removesuffix(AFTER) for name in term.names)
            return term

        told.map(meet)
        here = {name: letter for name, letter in self._printed.items() if name in met}
        differs = told.chapters[2]
        said = (*differs.said[:1], *typed(here), *differs.said[1:])
        chapters = (*told.chapters[:2], replace(differs, said=said), *told.chapters[3:])
        return replace(told, chapters=chapters)

    @property
    def _printed(self) -> Mapping[str, str]:
        """The letters that are printed: those of both, where they mean no second thing."""
        return shared([(each.letters, own_names(each)) for each in (self.here, self.there)])

    def _rule(self, rule: Optimizer) -> Iterator[Chain]:
        others = equations(self.there.rule if rule is self.here else self.here.rule)
        for line in equations(rule.rule):
            yield Chain(None, line, (), None if line in others else DIFFERENT)

    def _difference(self) -> Chapter:
        heading = message("What differs")
        if self.agree:
            return Chapter(heading, (), said=(SAME, *self._noted()))
        names = [nt.Symbol(f"{letter}{AFTER}") for letter in self._letters_of_ends]
        found = [(part, where) for part, where in self.differences if part is not None]
        chains = tuple(
            Chain(nt.minus(*names), part, (), replace(self.premise, conditions=where))
            for part, where in found
        )
        said = [*self._told(names), *self.meaning, *self._noted()]
        return Chapter(heading, chains, said=tuple(said))

    def _told(self, names: list[nt.Symbol]) -> Iterator[Message]:
        """What the lines of the difference are, or why there are none."""
        both: dict[str, Any] = {"here": Message(self.here.name), "there": Message(self.there.name)}
        if any(part is not None for part, _ in self.differences):
            said = message("{one} goes by {here}, {two} by {there}.")
            yield said.filled(one=names[0], two=names[1], **both)
        elif not self.differences and self.same_state:
            yield message("From the same state a step is the same in both.")
        elif not self.differences:
            yield message("The first step is the same, and later ones differ.")
        if any(part is None for part, _ in self.differences):
            yield message("No short formula says what the difference comes to.")
        if self.same_state and 0 < len(self.differences) < len(self._bodies):
            yield message("Elsewhere a step is the same in both, with the same settings.")

    @property
    def _letters_of_ends(self) -> tuple[str, str]:
        """What θ is called in both: names that neither rule has."""
        taken = {*names_of(self.here), *names_of(self.there)}
        one = free_letter(taken, f"{THETA}_1", f"{THETA}_here")
        return one, free_letter(taken, f"{THETA}_2", f"{THETA}_there")

    def _noted(self) -> Iterator[Message]:
        if self.note:
            yield message("Moreover: {note}.", note=Message(self.note))

    @property
    def meaning(self) -> tuple[Message, ...]:
        """What the difference is, in a sentence each."""
        return (
            *self._letters(),
            *self._conditions(),
            *self._places(),
            *self._bias(),
            *self._begun(),
        )

    def _conditions(self) -> Iterator[Message]:
        """Where the first case of θ′ is taken, if it is the same case under another condition."""
        ends = [rule.rule.statements[-1].term for rule in (self.here, self.there)]
        cases = [end.cases[0] for end in ends if isinstance(end, nt.Cases)]
        if len(cases) == 2 and cases[0].condition != cases[1].condition:
            said = message(
                "The first case is taken where {one} in {here}, and where {two} in {there}."
            )
            conditions = {"one": cases[0].condition, "two": cases[1].condition}
            names = {"here": Message(self.here.name), "there": Message(self.there.name)}
            yield said.filled(**conditions, **names)

    def _letters(self) -> Iterator[Message]:
        for one, two in ((self.here, self.there), (self.there, self.here)):
            for name in one.rule.settings:
                if name not in two.rule.settings:
                    said = message("Only {name} has the setting {letter}.")
                    yield said.filled(name=Message(one.name), letter=nt.Symbol(name))

    def _places(self) -> Iterator[Message]:
        both = [n for n in self.here.rule.settings if n in self.there.rule.settings]
        for name in both:
            one, two = (_in_roots(rule, name) for rule in (self.here, self.there))
            letters: dict[str, Any] = {
                "letter": nt.Symbol(name),
                "here": Message(self.here.name),
                "there": Message(self.there.name),
            }
            if one and not two:
                yield message(
                    "{letter} stands inside the root in {here}, and outside in {there}.", **letters
                )
            elif two and not one:
                yield message(
                    "{letter} stands outside the root in {here}, and inside in {there}.", **letters
                )

    def _bias(self) -> Iterator[Message]:
        used = ["t" in rule.rule.used for rule in (self.here, self.there)]
        if used[0] != used[1]:
            with_t, without = (self.here, self.there) if used[0] else (self.there, self.here)
            names: dict[str, Any] = {"one": Message(with_t.name), "other": Message(without.name)}
            yield message("{one} depends on the number of the step, {other} does not.", **names)

    def _begun(self) -> Iterator[Message]:
        for name in self.here.rule.state:
            if name in self.there.rule.state:
                one, two = initial_of(self.here, name), initial_of(self.there, name)
                if one.value != two.value:
                    letter = nt.Symbol(name)
                    lines = {"one": nt.Equation(letter, one), "two": nt.Equation(letter, two)}
                    said = message("Before the first step {one} in {here}, and {two} in {there}.")
                    yield said.filled(
                        **lines, here=Message(self.here.name), there=Message(self.there.name)
                    )

    def _values(self) -> Iterator[Chapter]:
        said = tuple(self._defaults())
        if said:
            yield Chapter(message("Where nothing else is said"), (), said=said)

    def _defaults(self) -> Iterator[Message]:
        """The numbers that differ where nobody chooses them."""
        pairs = [
            (n, s.default, self.there.values[n])
            for n, s in self.here.declared.items()
            if n in self.there.values
        ]
        if None not in (self.here.learning_rate, self.there.learning_rate):
            pairs.append(("alpha", self.here.learning_rate, self.there.learning_rate))  # type: ignore[arg-type]  # no None here
        for name, one, two in pairs:
            if one != two:
                letter = nt.Symbol(name)
                lines = [nt.Equation(letter, decimal_of(value)) for value in (one, two)]
                names: dict[str, Any] = {
                    "here": Message(self.here.name),
                    "there": Message(self.there.name),
                }
                yield message(
                    "{one} in {here}, and {two} in {there}.", one=lines[0], two=lines[1], **names
                )

    def sentence(self, name: Message) -> Message:
        """All of it in a line, about what is called so."""
        differ = [*(() if self.agree else self.meaning), *self._defaults(), *self._noted()]
        if self.agree and not differ:
            return message("{name}: the same.", name=name)
        if self.agree:
            return message("{name}: the same formulas. {what}", name=name, what=_joined(differ))
        if not differ:
            return message("{name}: another formula.", name=name)
        return message("{name}: another formula. {what}", name=name, what=_joined(differ))


def _joined(said: list[Message]) -> Message:
    """Sentences one after the other."""
    if len(said) == 1:
        return said[0]
    return message("{first} {rest}", first=said[0], rest=_joined(said[1:]))


def compared(here: Optimizer, name: str, others: Mapping[str, Optimizer] | None = None) -> Against:
    """An optimizer beside a library's, or beside another of some.

    Raises
    ------
    DescentError
        Where nobody has declared how the library has it, and no other is called so.
    """
    library, _, variant = (part.strip(" ()") for part in name.partition(" "))
    known = {c.library: c for c in here.conventions if c.variant == variant}
    if library in known:
        return Against(here, here.as_in(library, variant), known[library].note)
    if library in {c.library for o in (others or {}).values() for c in o.conventions}:
        here.as_in(library, variant)  # says what there is
    other = None if others is None else _other(here, name)
    if other is not None and other.formula != here.formula:
        return Against(here, other)
    if other is not None:
        raise DescentError(f"{here.name} is what it is compared with", "name another optimizer")
    here.as_in(library, variant)  # says what there is
    raise AssertionError(name)


def _other(here: Optimizer, name: str) -> Optimizer:
    """The optimizer that one is compared with; DescentError names the libraries too."""
    try:
        return find_optimizer(name)
    except DescentError as unknown:
        if "=" in name:
            raise
        libraries = ", ".join(dict.fromkeys(c.library for c in here.conventions))
        known = f"of libraries there is {libraries}" if libraries else "no library's is known"
        remedy = f"{unknown.remedy}; {known}"
        raise DescentError(f'there is no optimizer and no library "{name}"', remedy) from None


def _in_roots(rule: Optimizer, name: str) -> bool:
    """Whether a setting stands under a root that holds state or the gradient, as a term of its own."""
    for statement in rule.rule.statements:
        for part in statement.term.parts():
            root = isinstance(part, nt.Call) and part.function == "sqrt"
            if root and nt.Symbol(name) in nt.terms_of(part.children[0]):
                return True
    return False
