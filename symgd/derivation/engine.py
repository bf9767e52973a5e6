"""The engine: applies rules until no Partial is left, then tidies. It names no rule."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from symgd import terms as nt
from symgd.budget import Budget, TimeUp, at_work, current, shared, stopped_after
from symgd.derivation.algebra.tidy import TIDY, tidy_with
from symgd.derivation.calculus.rewrites import LETTERS
from symgd.derivation.calculus.rules import RULES, first_rule, rules_for
from symgd.derivation.checking.check import FORMALLY, Checker, advice
from symgd.derivation.gradient import Derivation, Gradient
from symgd.derivation.kinds import kinds_of
from symgd.derivation.known import Known
from symgd.derivation.later import Later
from symgd.derivation.recorder import ChainBuilder, StepRecorder, written
from symgd.derivation.search import Search, by_name, partials
from symgd.errors import CheckFailed, DerivationError, counted
from symgd.terms.calculus import by_letter, renamed
from symgd.terms.function import Function
from symgd.terms.identity_map import IdentityMap
from symgd.writing.steps import NAMED, PUT_BACK, Check, Rewritten, Rule, Step
from symgd.writing.words import message

_KNOWN: Known[Derivation] = Known(most=400)
MANY = 20  # parameters of which those that are alike are derived when they are asked for
# Of a result whose steps were compared at complex points alone.
NOT_REAL = message("equal to sympy.diff in form, but not real at any point that was tried")


@dataclass
class _Engine(ChainBuilder):
    rules: Sequence[Rule[nt.Partial]] = RULES
    algebra: Sequence[Rule[nt.Term]] = TIDY
    open: list[nt.Abbreviation] = field(default_factory=list)
    letters: set[str] = field(default_factory=set)
    # What the reader wrote stays as it was written, as long as it is still there.
    as_written: Container[nt.Term] = ()
    # The names that the reader gave to parts.
    names: Sequence[nt.Abbreviation] = ()
    # Where a part is derived by a name first: it is tidied as soon as that is done.
    layers: list[nt.Path] = field(default_factory=list)

    def run(self) -> None:
        """Work the line out; DerivationError when the budget is spent, even in the midst of a step."""
        try:
            with self.recorder.limited(self.spent):
                self.work_out()
        except RecursionError:
            raise DerivationError(
                f"the formula is nested too deeply: after {counted(len(self.steps), 'step')} a line could not be read",
                "give inner parts names, or derive a part of the formula at a time",
            ) from None

    def work_out(self) -> None:
        """Apply rules while a Partial is left, put abbreviations back as soon as nothing is derived by them, tidy."""
        self.recorder.checker.unroll(self.line)
        eager = Search(tuple(rule for rule in self.algebra if rule.eager), self.as_written)
        last = Search(tuple(self.algebra), self.as_written)
        while (
            self.tidy_one(eager)
            or self.tidy_layer(last)
            or self.derive_one()
            or self.tidy_one(last)
        ):
            pass

    def spent(self) -> DerivationError:
        left = sum(1 for _ in partials(self.line))
        state = (
            f"still to be taken: {counted(left, 'derivative')}" if left else "only algebra is left"
        )
        return self.recorder.spent(f" by {self.variable.name}", state)

    def derive_one(self) -> bool:
        for path, partial in partials(self.line):
            rule, rewritten = first_rule(partial, self.rules)
            rewritten = self.with_new_letters(rewritten)
            self.rewrite(rule, path, rewritten)
            self.open += rewritten.introduced
            self.layers += _layer(path, partial, rewritten)
            self.put_back()
            self.name_again()
            return True
        return False

    def with_new_letters(self, rewritten: Rewritten) -> Rewritten:
        """The same with letters that this derivation has not used before: u, then v, then w."""
        for u in rewritten.introduced:
            new, taken = u, self.letters | self.line.names | {self.variable.name}
            if u.name in taken:
                own = {other.name for other in rewritten.introduced}
                new = replace(u, name=next(n for n in LETTERS if n not in taken | own))
                rewritten = Rewritten(
                    renamed(rewritten.after, u, new),
                    {key: renamed(term, u, new) for key, term in rewritten.bindings.items()},
                    (*(other for other in rewritten.introduced if other is not u), new),
                    tuple(renamed(term, u, new) for term in rewritten.conditions),
                )
            self.letters.add(new.name)
        return rewritten

    def put_back(self) -> None:
        if not self.open:
            return
        waited_for = {partial.variable for _, partial in partials(self.line)}
        for u in [u for u in self.open if u not in waited_for]:
            self.open.remove(u)
            after = self.line.written_out({u.name})
            if after is not self.line:
                self.rewrite(PUT_BACK, (), Rewritten(after, {"u": u, "g": u.definition}))

    def name_again(self) -> None:
        """Put the reader's names where what they stand for has come up, but not where it is still to be derived."""
        for h in self.names:
            after = by_name(self.line, h, self.as_written)
            if after is not self.line:
                self.rewrite(NAMED, (), Rewritten(after, {"h": h, "g": h.definition}))

    def tidy_layer(self, search: Search) -> bool:
        """Tidy what was derived by a name, before the name itself is derived."""
        while self.layers:
            path = self.layers[-1]
            part = _part(self.line, path)
            if part is not None and nt.holds_partial(part):
                return False
            found = None if part is None else search.first(part)
            if found is not None:
                rule, inner, rewritten = found
                self.rewrite(rule, (*path, *inner), rewritten)
                return True
            self.layers.pop()
        return False

    def tidy_one(self, search: Search) -> bool:
        found = search.first(self.line)
        if found is not None:
            self.rewrite(*found)
        return found is not None


@nt.each_term
def _as_written(body: nt.Term) -> IdentityMap[nt.Term, bool]:
    """All parts of what is derived, found once for all names that it is derived by."""
    return _told_apart(body.parts(definitions=True))


def _told_apart(parts: Iterable[nt.Term]) -> IdentityMap[nt.Term, bool]:
    """The parts, each known again as the very object that it is."""
    found: IdentityMap[nt.Term, bool] = IdentityMap()
    for part in parts:
        found[part] = True
    return found


def _layer(path: nt.Path, partial: nt.Partial, rewritten: Rewritten) -> list[nt.Path]:
    """Where a rule left a derivative by a name that was there before."""
    after = rewritten.after
    if not isinstance(after, nt.Product) or rewritten.introduced:
        return []
    first = after.factors[0]
    if not isinstance(first, nt.Partial) or first.variable == partial.variable:
        return []
    return [(*path, 0)] if isinstance(first.variable, nt.Abbreviation) else []


def _part(line: nt.Term, path: nt.Path) -> nt.Term | None:
    """The sub-term at `path`, or None where there is none any more."""
    try:
        return line.at(path)
    except IndexError:
        return None


def derive(
    function: nt.Term,
    body: nt.Term,
    variable: nt.Variable,
    *,
    ordinary: bool = False,
    rules: Sequence[Rule[nt.Partial]] = RULES,
    tidy: Sequence[Rule[nt.Term]] = TIDY,
    budget: Budget | None = None,
    checker: Checker | None = None,
) -> Derivation:
    """Derive `body` by `variable`, every step checked: one that is not true is an error, and nothing is returned.

    On the left stands `function`, a name for `body` or `body` itself; `ordinary` writes d/dx rather than ∂/∂x. Rules are
    tried in their order. A `checker` that has seen parts of the body before knows their values already.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> body = parse("3*x^5")
    >>> derive(body, body, nt.Symbol("x")).result
    15*x**4
    """
    start = nt.Partial(body, variable, ordinary)
    checker, budget = checker or Checker(), budget or current()
    names = tuple(name for name in nt.abbreviations(body) if name.definition.children)
    if isinstance(function, nt.Abbreviation) and isinstance(function.definition, nt.Call):
        names = (function, *names)
    engine = _Engine(
        start,
        variable,
        StepRecorder(checker, budget),
        rules=rules,
        algebra=tidy,
        as_written=_as_written(body),
        names=names,
    )
    with at_work(f"deriving by {variable.name}"):
        engine.run()
    with at_work(f"comparing the derivative by {variable.name} with sympy.diff"):
        check = _compared(engine.line, body, variable, checker, budget.comparison)
    if not check.passed and not check.trials:
        raise DerivationError(
            f"the result could not be compared with sympy.diff: {check.note}",
            advice(check),
        )
    if not check.passed:
        raise CheckFailed(
            f"the result {written(engine.line)} differs from sympy.diff of {written(body)}"
        )
    if any(step.check.remark == FORMALLY for step in engine.steps):
        check = replace(check, remark=NOT_REAL)
    return Derivation(function, start, tuple(engine.steps), check)


def derived_once(
    function: nt.Term,
    body: nt.Term,
    variable: nt.Variable,
    *,
    rules: Sequence[Rule[nt.Partial]] = RULES,
    tidy: Sequence[Rule[nt.Term]] = TIDY,
    budget: Budget | None = None,
    checker: Checker | None = None,
) -> Derivation:
    """What `derive` answers, which is kept: a cost is asked for again by each optimizer, way and target that it is written for."""
    checker = checker or Checker()
    asked = (function, body, variable, rules, tidy, type(checker), checker.seed)
    how: Any = {"rules": rules, "tidy": tidy, "budget": budget, "checker": checker}
    return _KNOWN.or_made(asked, lambda: derive(function, body, variable, **how))


def _compared(
    line: nt.Term, body: nt.Term, variable: nt.Variable, checker: Checker, seconds: float
) -> Check:
    """The last line against `sympy.diff`; where that takes too long, against slopes."""
    try:
        with stopped_after(seconds):
            return checker.against_sympy(line, body, variable)
    except (TimeUp, RecursionError, ArithmeticError, TypeError, ValueError, NotImplementedError):
        remark = message("equal to the slopes at random points; sympy.diff had no answer")
        return checker.by_slopes(line, body, variable, remark)


def derive_on(
    line: nt.Term, variable: nt.Variable, *, like: nt.Term, tidy: Sequence[Rule[nt.Term]] = TIDY
) -> tuple[Step, ...]:
    """The steps from any line that still holds derivatives, or could be tidied, to its end.

    Parts of `like`, which was to be derived, keep the form in which they were written.

    Examples
    --------
    >>> from symgd.parsing.formula import parse
    >>> body = parse("(2*x + 1)^3")
    >>> line = parse("3*(2*x + 1)^2")
    >>> steps = derive_on(nt.Partial(line, nt.Symbol("x")), nt.Symbol("x"), like=body)
    >>> steps[-1].after.value
    24*x + 12
    """
    known = set(like.parts())
    kept = _told_apart(part for part in line.parts() if part in known)
    engine = _Engine(line, variable, StepRecorder(), algebra=tidy, as_written=kept)
    by = [part.variable for part in line.parts() if isinstance(part, nt.Partial)]
    engine.open += dict.fromkeys(u for u in by if isinstance(u, nt.Abbreviation))
    engine.run()
    return tuple(engine.steps)


def gradient(
    function: nt.Term,
    body: nt.Term,
    variables: Sequence[nt.Variable],
    derive_by: Callable[[nt.Variable], Derivation],
    only: str | None = None,
) -> Gradient:
    """The partial derivatives by each of `variables`, or by the one that is named, and how many first steps they share."""
    names = [variable.name for variable in variables]
    by = dict(zip(names, variables, strict=True))

    def derived(name: str) -> Derivation:
        return replace(derive_by(by[name]), held=tuple(other for other in names if other != name))

    if only is not None or len(names) < MANY:
        found = {name: derived(name) for name in names if only in (None, name)}
        return Gradient(function, body, found, _shared(found))
    kinds = kinds_of(body, names)
    partials = Later(names, derived)
    firsts = {kind.names[0]: partials[kind.names[0]] for kind in kinds}
    return Gradient(
        function, body, partials, _shared(firsts), kinds if len(kinds) < len(names) else ()
    )


def _shared(partials: Mapping[str, Derivation]) -> int:
    """How many first steps are the same for all, the derived-by name apart."""
    if len(partials) == 1:
        return 0
    count = 0
    for rows in zip(*(partial.steps for partial in partials.values()), strict=False):
        # The same letter in every Partial by a parameter.
        lines = {by_letter(step.after, partials, nt.Symbol("?")) for step in rows}
        rules = {(step.rule.name, step.path) for step in rows}
        if len(lines) > 1 or len(rules) > 1:
            break
        count += 1
    return count


class Costly(Protocol):
    """What has a cost to be derived: a Problem."""

    @property
    def cost_name(self) -> nt.Abbreviation:
        """J, which stands for the cost."""

    @property
    def symbols(self) -> Sequence[nt.Variable]:
        """What it is derived by."""

    @property
    def functions(self) -> Mapping[str, Function]:
        """What its formulas may call."""

    @property
    def constants_inside(self) -> bool:
        """Whether factors common to all examples are left behind the Σ."""


def gradient_of(
    problem: Costly, budget: Budget | None = None, *, only: str | None = None
) -> Gradient:
    """The gradient of a problem's cost, or its part by `only` one parameter, every step checked, all derivations within one budget.

    Examples
    --------
    >>> from symgd import Problem
    >>> gradient_of(Problem("m*x + b")).result["b"]
    2*Sum(b + m*x[i] - y[i], (i, 1, N))/N
    """
    name, tidy, checker = problem.cost_name, tidy_with(problem.constants_inside), Checker()
    cost, rules = name.definition, rules_for(problem.functions)

    def derived(by: nt.Variable) -> Derivation:
        return derived_once(name, cost, by, rules=rules, tidy=tidy, checker=checker, budget=budget)

    with shared(budget):
        return gradient(name, cost, problem.symbols, derived, only)
