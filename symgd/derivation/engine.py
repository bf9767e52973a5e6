"""The engine: applies rules until no Partial is left, then tidies. It names no rule."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from symgd.derivation.budget import USUAL, Budget, TimeUp, stopped_after
from symgd.derivation.checking.check import Checker
from symgd.derivation.gradient import Derivation, Gradient
from symgd.derivation.rewrites import LETTERS
from symgd.derivation.rules import RULES, UNCOVERED, rules_for
from symgd.derivation.search import Search, by_name, holds_partial, partials, put_in
from symgd.derivation.tidy import TIDY, tidy_with
from symgd.errors import CheckFailed, DerivationError, FormulaError, either
from symgd.parsing.formula import CONSTANT_NAMES, parse
from symgd.terms import (
    Abbreviation,
    Call,
    Cases,
    Comparison,
    Equation,
    Indexed,
    Junction,
    Partial,
    Path,
    Product,
    Sign,
    Symbol,
    Term,
    Variable,
    abbreviations,
)
from symgd.terms.function import Function
from symgd.terms.functions import FUNCTIONS
from symgd.terms.indices import entry_named
from symgd.terms.rename import by_letter, renamed
from symgd.terms.signs import always_holds
from symgd.writing.moves import moves_between
from symgd.writing.steps import NAMED, PUT_BACK, Check, Rewritten, Rule, Step, TidyRule
from symgd.writing.words import message


@dataclass
class _Engine:
    variable: Variable
    rules: Sequence[Rule]
    tidy: Sequence[TidyRule]
    budget: Budget
    line: Term
    checker: Checker
    steps: list[Step] = field(default_factory=list)
    open: list[Abbreviation] = field(default_factory=list)
    letters: set[str] = field(default_factory=set)
    # What the reader wrote stays as it was written, as long as it is still there.
    written: frozenset[int] = frozenset()
    # The names that the reader gave to parts.
    names: Sequence[Abbreviation] = ()
    # Where a part is derived by a name first: it is tidied as soon as that is done.
    layers: list[Path] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)

    def run(self) -> None:
        """Work the line out; DerivationError when the budget is spent, even in the midst of a step."""
        try:
            with stopped_after(self.budget.seconds):
                self.work_out()
        except TimeUp:
            raise self.spent() from None
        except RecursionError:
            raise DerivationError(
                f"the formula is nested too deeply: after {len(self.steps)} steps a line could not be read",
                "give inner parts names, or derive a part of the formula at a time",
            ) from None

    def work_out(self) -> None:
        """Apply rules while a Partial is left, put abbreviations back as soon as nothing is derived by them, tidy."""
        self.checker.keep(self.line)
        eager = Search(tuple(rule for rule in self.tidy if rule.eager), self.written)
        last = Search(tuple(self.tidy), self.written)
        while (
            self.tidy_one(eager)
            or self.tidy_layer(last)
            or self.derive_one()
            or self.tidy_one(last)
        ):
            seconds = time.monotonic() - self.started
            if len(self.steps) >= self.budget.steps or seconds >= self.budget.seconds:
                raise self.spent()

    def spent(self) -> DerivationError:
        left = sum(1 for _ in partials(self.line))
        state = f"{left} derivatives are still to be taken" if left else "only algebra is left"
        return DerivationError(
            f"the derivation by {self.variable.name} is not finished after {len(self.steps)} "
            f"steps and {time.monotonic() - self.started:.0f} seconds; {state}",
            f"pass {either('a larger budget', 'more with --max-steps or --max-seconds')}, or derive a part of the formula at a time",
        )

    def derive_one(self) -> bool:
        for path, partial in partials(self.line):
            rule, rewritten = self.first_rule(partial)
            rewritten = self.with_new_letters(rewritten)
            self.record(rule, path, rewritten)
            self.open += _introduced(rewritten)
            self.layers += _layer(path, partial, rewritten)
            self.put_back()
            self.name_again()
            return True
        return False

    def first_rule(self, partial: Partial) -> tuple[Rule, Rewritten]:
        for rule in (*self.rules, UNCOVERED):
            rewritten = rule.rewrite(partial)
            if rewritten is not None:
                return rule, rewritten
        raise DerivationError(f"no rule covers {partial.value}", "write the formula differently")

    def with_new_letters(self, rewritten: Rewritten) -> Rewritten:
        """The same with letters that this derivation has not used before: u, then v, then w."""
        new_ones = _introduced(rewritten)
        for u in new_ones:
            others = {other.name for other in new_ones if other is not u}
            taken = self.letters | self.line.names | {self.variable.name}
            name = (
                u.name
                if u.name not in taken
                else next(n for n in LETTERS if n not in taken | others)
            )
            self.letters.add(name)
            if name != u.name:
                new = Abbreviation(name, u.definition, u.indices)
                kept = {key: e for key, e in rewritten.introduced.items() if key != u.name}
                rewritten = Rewritten(
                    renamed(rewritten.after, u, new),
                    {key: renamed(term, u, new) for key, term in rewritten.bindings.items()},
                    {**kept, name: Equation(new, u.definition)},
                    tuple(renamed(term, u, new) for term in rewritten.conditions),
                )
        return rewritten

    def put_back(self) -> None:
        if not self.open:
            return
        waited_for = {partial.variable for _, partial in partials(self.line)}
        for u in [u for u in self.open if u not in waited_for]:
            self.open.remove(u)
            after = put_in(self.line, u)
            if after is not self.line:
                self.record(PUT_BACK, (), Rewritten(after, {"u": u, "g": u.definition}))

    def name_again(self) -> None:
        """Put the reader's names where what they stand for has come up, but not where it is still to be derived."""
        for h in self.names:
            after = by_name(self.line, h, self.written)
            if after is not self.line:
                self.record(NAMED, (), Rewritten(after, {"h": h, "g": h.definition}))

    def tidy_layer(self, search: Search) -> bool:
        """Tidy what was derived by a name, before the name itself is derived."""
        while self.layers:
            path = self.layers[-1]
            part = _part(self.line, path)
            if part is not None and holds_partial(part):
                return False
            found = None if part is None else search.first(part)
            if found is not None:
                rule, inner, rewritten = found
                self.record(rule, (*path, *inner), rewritten)
                return True
            self.layers.pop()
        return False

    def tidy_one(self, search: Search) -> bool:
        found = search.first(self.line)
        if found is not None:
            self.record(*found)
        return found is not None

    def record(self, rule: Rule | TidyRule, path: Path, rewritten: Rewritten) -> None:
        after = self.line.replace(path, rewritten.after)
        # What is equal in value may be exchanged anywhere in a line: the part that changed is compared.
        at = self.line.at(path)
        check = self.checker.equal(at, rewritten.after)
        if not check.passed and not check.trials:
            raise DerivationError(
                f'a step by the rule "{rule.name}" could not be checked: {check.note}',
                "use smaller numbers, or derive a part of the formula at a time",
            )
        if not check.passed:
            raise CheckFailed(
                f'the rule "{rule.name}" made a step that is not true: {_shown(at)} became {_shown(rewritten.after)}',
                "this is a fault of symgd: please report the formula",
            )
        partial_by = at.variable if isinstance(at, Partial) else self.variable
        bindings = {**rewritten.bindings, "variable": partial_by}
        moves = moves_between(self.line, after)
        introduced = rewritten.introduced
        elsewhere = tuple(_elsewhere(self.line, path))
        told = (condition for condition in rewritten.conditions if not always_holds(condition))
        conditions = tuple(_or(condition, elsewhere) for condition in told)
        step = Step(
            rule, self.line, after, path, partial_by, bindings, introduced, moves, check, conditions
        )
        self.steps.append(step)
        self.line = after


def _objects(body: Term) -> frozenset[int]:
    """The identities of all sub-terms, those of the abbreviations' definitions included."""
    found: set[int] = set()
    for _, term in body.walk():
        found.add(id(term))
        if isinstance(term, Abbreviation):
            found |= _objects(term.definition)
    return frozenset(found)


_OPPOSITE: Mapping[Sign, Sign] = {
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "==": "!=",
    "!=": "==",
}


def _elsewhere(line: Term, path: Path) -> Iterator[Term]:
    """The conditions under which the part at `path` does not count, as another case is taken."""
    for place in path:
        if isinstance(line, Cases):
            yield from (case.condition for case in line.cases[:place])
            own = line.cases[place].condition
            if isinstance(own, Comparison):
                yield Comparison(own.left, _OPPOSITE[own.sign], own.right)
        line = line.children[place]


def _or(condition: Term, others: tuple[Term, ...]) -> Term:
    """The condition, or that one of the others holds."""
    return Junction("or", (condition, *others)) if others else condition


def _layer(path: Path, partial: Partial, rewritten: Rewritten) -> list[Path]:
    """Where a rule left a derivative by a name that was there before."""
    after = rewritten.after
    if not isinstance(after, Product) or rewritten.introduced:
        return []
    first = after.factors[0]
    if not isinstance(first, Partial) or first.variable == partial.variable:
        return []
    return [(*path, 0)] if isinstance(first.variable, Abbreviation) else []


def _part(line: Term, path: Path) -> Term | None:
    """The sub-term at `path`, or None where there is none any more."""
    for place in path:
        if place >= len(line.children):
            return None
        line = line.children[place]
    return line


def _introduced(rewritten: Rewritten) -> list[Abbreviation]:
    """The abbreviations that a rule brought into use."""
    equations = [e for e in rewritten.introduced.values() if isinstance(e, Equation)]
    return [e.left for e in equations if isinstance(e.left, Abbreviation)]


def derive(
    function: Term,
    body: Term,
    variable: Variable,
    *,
    ordinary: bool = False,
    rules: Sequence[Rule] = RULES,
    tidy: Sequence[TidyRule] = TIDY,
    budget: Budget = USUAL,
    checker: Checker | None = None,
) -> Derivation:
    """Derive `body` by `variable`, every step checked.

    Parameters
    ----------
    function : Term
        What stands on the left, a name for `body` or `body` itself.
    body : Term
        The expression.
    variable : Symbol or Abbreviation
    ordinary : bool
        Write d/dx rather than ∂/∂x.
    rules, tidy : sequences of rules
        In the order in which they are tried.
    budget : Budget
    checker : Checker, optional
        One that has seen parts of the body before knows their values already.

    Raises
    ------
    DerivationError
        When the budget is spent.
    CheckFailed
        When a step is not true; then nothing is returned.

    Examples
    --------
    >>> from symgd.parsing.formula import CONSTANT_NAMES, parse
    >>> body = parse("3*x^5")
    >>> derive(body, body, Symbol("x")).result
    15*x**4
    """
    start = Partial(body, variable, ordinary)
    checker = checker or Checker()
    names = tuple(name for name in abbreviations(body) if name.definition.children)
    if isinstance(function, Abbreviation) and isinstance(function.definition, Call):
        names = (function, *names)
    engine = _Engine(
        variable, rules, tidy, budget, start, checker, written=_objects(body), names=names
    )
    engine.run()
    check = _compared(engine.line, body, variable, checker, budget.comparison)
    if not check.passed and not check.trials:
        raise DerivationError(
            f"the result could not be compared with sympy.diff: {check.note}",
            "use smaller numbers, or derive a part of the formula at a time",
        )
    if not check.passed:
        raise CheckFailed(
            f"the result {_shown(engine.line)} differs from sympy.diff of {_shown(body)}",
            "this is a fault of symgd: please report the formula",
        )
    return Derivation(function, start, tuple(engine.steps), check)


def _shown(term: Term) -> str:
    """A Term for an error message, whether or not SymPy can take it."""
    try:
        return str(term.value)
    except (ArithmeticError, TypeError, ValueError):
        return repr(term)


def _compared(
    line: Term, body: Term, variable: Variable, checker: Checker, seconds: float
) -> Check:
    """The last line against `sympy.diff`; where that takes too long, against slopes."""
    try:
        with stopped_after(seconds):
            return checker.against_sympy(line, body, variable)
    except (TimeUp, RecursionError, ArithmeticError, TypeError, ValueError, NotImplementedError):
        remark = message("equal to the slopes at random points; sympy.diff had no answer")
        return checker.by_slopes(line, body, variable, remark)


def derive_on(
    line: Term,
    variable: Variable,
    *,
    like: Term,
    tidy: Sequence[TidyRule] = TIDY,
    budget: Budget = USUAL,
) -> tuple[Step, ...]:
    """The steps from any line that still holds derivatives, or could be tidied, to its end.

    Parameters
    ----------
    line : Term
    variable : Variable
    like : Term
        What was to be derived: its parts keep the form in which they were written.
    tidy, budget
        As for `derive`.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> body = parse("(2*x + 1)^3")
    >>> line = parse("3*(2*x + 1)^2")
    >>> steps = derive_on(Partial(line, Symbol("x")), Symbol("x"), like=body)
    >>> steps[-1].after.value
    24*x + 12
    """
    parts = {part for _, part in like.walk()}
    written = frozenset(id(part) for _, part in line.walk() if part in parts)
    engine = _Engine(variable, RULES, tidy, budget, line, Checker(), written=written)
    by = [part.variable for _, part in line.walk() if isinstance(part, Partial)]
    engine.open += dict.fromkeys(u for u in by if isinstance(u, Abbreviation))
    engine.run()
    return tuple(engine.steps)


def gradient(
    function: Term,
    body: Term,
    variables: Sequence[Variable],
    derive_by: Callable[[Variable], Derivation],
) -> Gradient:
    """The partial derivatives by each of `variables`, and how many first steps they share."""
    names = [variable.name for variable in variables]
    partials = {
        variable.name: replace(
            derive_by(variable), held=tuple(name for name in names if name != variable.name)
        )
        for variable in variables
    }
    return Gradient(function, body, partials, _shared(partials))


def _shared(partials: Mapping[str, Derivation]) -> int:
    """How many first steps are the same for all, the derived-by name apart."""
    first, *others = partials.values()
    count = 0
    if not others:
        return 0
    for rows in zip(*(partial.steps for partial in (first, *others)), strict=False):
        lines = {_unnamed(step.after, partials) for step in rows}
        same_rule = len({(step.rule.name, step.path) for step in rows}) == 1
        if not same_rule or len(lines) > 1:
            break
        count += 1
    return count


def _unnamed(line: Term, names: Collection[str]) -> Term:
    """`line` with the same letter in every Partial by a parameter."""
    return by_letter(line, names, Symbol("?"))


class Costly(Protocol):
    """What has a cost to be derived: a Problem."""

    @property
    def cost_name(self) -> Abbreviation:
        """J, which stands for the cost."""

    @property
    def symbols(self) -> Sequence[Variable]:
        """What it is derived by."""

    @property
    def functions(self) -> Mapping[str, Function]:
        """What its formulas may call."""

    @property
    def constants_inside(self) -> bool:
        """Whether factors common to all examples are left behind the Σ."""


def gradient_of(problem: Costly, budget: Budget = USUAL) -> Gradient:
    """The gradient of a problem's cost, every step checked.

    Parameters
    ----------
    problem : Costly
        A Problem, or whatever else has a cost.
    budget : Budget
        How much the derivation by each variable may cost.

    Raises
    ------
    DerivationError, CheckFailed

    Examples
    --------
    >>> from symgd import Problem
    >>> gradient_of(Problem("m*x + b")).result["b"]
    2*Sum(b + m*x[i] - y[i], (i, 1, N))/N
    """
    name, tidy, checker = problem.cost_name, tidy_with(problem.constants_inside), Checker()
    cost, rules = name.definition, rules_for(problem.functions)

    def derived(by: Variable) -> Derivation:
        return derive(name, cost, by, rules=rules, tidy=tidy, checker=checker, budget=budget)

    return gradient(name, cost, problem.symbols, derived)


def differentiate(
    formula: str,
    variable: str,
    *,
    budget: Budget = USUAL,
    functions: Mapping[str, Function] = FUNCTIONS,
) -> Derivation:
    """Derive a formula by one of its names, step by step, every step checked.

    Parameters
    ----------
    formula : str
        As people type it, "3*x^5".
    variable : str
        The name to derive by, or any one entry of a vector, "w[k]".
    budget : Budget
        How many steps and seconds it may take.
    functions : mapping of str to Function
        What may be called: ``{**FUNCTIONS, "bump": Function("bump", ...)}`` has one more.

    Returns
    -------
    Derivation

    Raises
    ------
    FormulaError, DerivationError

    Examples
    --------
    >>> differentiate("3*x**5", "x").result
    15*x**4
    """
    by = parse(variable, constants=()) if variable.strip() else None
    if not isinstance(by, Symbol | Indexed):
        raise FormulaError(f'"{variable}" is not a name to derive by', 'write one such as "x"')
    constants = [c for c in CONSTANT_NAMES if c != by.name]
    body = parse(formula, constants=constants, functions=functions)
    by = entry_named(by, body)
    ordinary = body.names <= {by.name}
    return derive(body, body, by, ordinary=ordinary, rules=rules_for(functions), budget=budget)
