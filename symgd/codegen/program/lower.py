"""From the cost and its derivation to a whole-array program, once for every target.

The gradient's entries are the last lines of the derivation, as Terms: formula and code cannot disagree, and the code
adds and multiplies in the order in which the formula is written.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import wraps
from typing import ParamSpec, TypeVar

from symgd import terms as nt
from symgd.codegen.program.kin import with_kin
from symgd.codegen.program.program import (
    CONDITIONS,
    Assignment,
    Local,
    Parts,
    Program,
    expect_numbers,
    is_array,
)
from symgd.codegen.program.stable import in_target, named, with_limits
from symgd.codegen.program.sums import share_factors, summed
from symgd.derivation.calculus.rewrites import LETTERS
from symgd.derivation.calculus.rules import rules_for
from symgd.derivation.checking.check import Checker
from symgd.derivation.engine import derived_once
from symgd.derivation.gradient import Derivation, Gradient
from symgd.derivation.known import Known
from symgd.derivation.second_order.hessian import Hessian, hessian
from symgd.errors import GenerationError
from symgd.parsing.formula import parse
from symgd.problem.problem import Problem
from symgd.registry.registry import FrozenMap
from symgd.terms.function import Function, Target
from symgd.terms.size import TooLarge

_KNOWN: Known[Program] = Known(most=50)
Given = ParamSpec("Given")
Lowered = TypeVar("Lowered")


def _within_sizes(lowering: Callable[Given, Lowered]) -> Callable[Given, Lowered]:
    """The same, where a number that grows too large to be worked with is an error of the formula."""

    @wraps(lowering)
    def told(*arguments: Given.args, **options: Given.kwargs) -> Lowered:
        try:
            return lowering(*arguments, **options)
        except TooLarge as failure:
            raise GenerationError(failure.cause, failure.remedy) from None

    return told


@_within_sizes
def lower(
    problem: Problem, gradient: Gradient, target: Target = "numpy", *, sized: bool = False
) -> Program:
    """The program for a problem's cost and its gradient, as it was derived; GenerationError where a part has no code.

    Where it is `sized`, its count is how much all examples count, a number that is handed to it: N, or what their weights
    add up to.
    """
    slopes = tuple(gradient.partials[name].last for name in problem.parameters)

    def made() -> Program:
        prepared = _Prepared(problem, target, sized=sized)
        partials = prepared.gradient(gradient).partials
        slopes = [partials[name].last for name in problem.parameters]
        return _lowered(prepared, [prepared.cost, *slopes], slopes=len(slopes))

    return _KNOWN.or_made((problem, slopes, target, sized), made)


@_within_sizes
def lower_cost(problem: Problem) -> Program:
    """The program for a problem's cost alone, for which nothing is derived."""
    prepared = _Prepared(problem)
    return _lowered(prepared, [prepared.cost])


@_within_sizes
def lower_apart(
    problem: Problem, gradient: Gradient, forms: Mapping[str, Function]
) -> tuple[Program, Program]:
    """A program for the cost and another for its gradient, for a reader: settings keep their letters.

    A function of the name of one of these `forms` is called as that says.
    """
    prepared = _Prepared(problem, numbers={}, forms=forms)
    slopes = [gradient.partials[name].last for name in problem.parameters]
    if not all(_is_bounded(prepared.written(line, True)) for line in slopes):
        partials = prepared.gradient(gradient).partials
        slopes = [partials[name].last for name in problem.parameters]
    cost = _lowered(prepared, [prepared.cost], kin=False)
    return cost, _lowered(prepared, slopes, slopes=len(slopes), kin=False)


def _is_bounded(term: nt.Term) -> bool:
    """Whether no function in `term` overflows, and nothing is divided by what may be rounded to 0."""
    parts = [*term.parts()]
    calls = {part.function for part in parts if isinstance(part, nt.Call)}
    below = (part.denominator for part in parts if isinstance(part, nt.Fraction))
    return calls.isdisjoint(("exp", "log", "sinh", "cosh")) and not any(map(is_array, below))


@_within_sizes
def lower_size(problem: Problem) -> Program:
    """The program for how large a function's parts are, added without their signs: its rounding is a part of that."""
    prepared = _Prepared(problem)
    return _lowered(prepared, [_size(prepared.cost)])


def _size(term: nt.Term) -> nt.Term:
    match term:
        case nt.Number():
            return nt.Number(abs(term.number), term.decimal)
        case nt.Negative():
            return _size(term.term)
        case nt.Sum():
            return nt.Sum(tuple(map(_size, term.terms)))
        case nt.Product():
            return nt.Product(tuple(map(_size, term.factors)))
        case nt.Fraction():
            return nt.Fraction(_size(term.numerator), nt.call("abs", term.denominator))
    return nt.call("abs", term)


@_within_sizes
def lower_hessian(
    problem: Problem,
    gradient: Gradient,
    derive: Callable[[], Hessian],
    target: Target = "numpy",
    *,
    sized: bool = False,
    letters: bool = False,
) -> tuple[Program, tuple[tuple[int, int], ...]]:
    """The program for the second derivatives on and above the diagonal, and each one's row and column.

    `derive` answers the problem's Hessian; it is derived anew where the cost has another form in code.
    With `letters` settings keep theirs.
    """
    prepared = _Prepared(problem, target, {} if letters else None, sized=sized)
    found = derive() if prepared.is_as_written else hessian(prepared.gradient(gradient))
    places = {name: place for place, name in enumerate(problem.parameters)}
    pairs = list(found)
    program = _lowered(prepared, [found[pair].last for pair in pairs], slopes=len(pairs))
    return program, tuple((places[row], places[column]) for row, column in pairs)


@_within_sizes
def lower_partial(problem: Problem, partial: Derivation) -> Program:
    """The program for one of the cost's derivatives alone, a first or a second one."""
    prepared = _Prepared(problem)
    return _lowered(prepared, [prepared.partial(partial).last], slopes=1)


@_within_sizes
def lower_examples(
    problem: Problem,
    column: str,
    twice: bool,
    target: Target = "numpy",
    *,
    forms: Mapping[str, Function] | None = None,
) -> Program:
    """The program for what every example adds to the sum, and its slopes by a column and by all parameters but the first.

    With `twice` their second derivatives come after them, those on and above the diagonal. With `forms` it is
    for a reader: settings keep their letters, and functions of these names are called as those say.
    """
    prepared = _Prepared(problem, target, None if forms is None else {}, forms or {})
    standing = nt.Indexed(column, (problem.notation.index,))
    score = nt.Symbol(next(name for name in LETTERS if name not in prepared.plain.names))
    loss = named(problem.weighted_loss.written_out()).substitute({standing: score})
    by = [score, *map(nt.Symbol, problem.parameters[1:])]
    slopes = [prepared.derived(loss, variable).last for variable in by]
    lines = [loss, *slopes]
    if twice:
        lines += [
            prepared.derived(slope, variable).last
            for number, slope in enumerate(slopes)
            for variable in by[number:]
        ]
    lines = [line.substitute({score: standing}) for line in lines]
    return _lowered(prepared, lines, slopes=len(lines) - 1)


@_within_sizes
def lower_penalty(
    problem: Problem, twice: bool, target: Target = "numpy", *, letters: bool = False
) -> list[tuple[nt.Term, ...]]:
    """The parts of a penalty: a number, a function of `weight`, its slope, and with `twice` the slope of that.

    With `letters` settings keep theirs.
    """
    found: list[tuple[nt.Term, ...]] = []
    weight = nt.Symbol("weight")
    for factor, formula in problem.penalty.parts if problem.penalty else ():
        numbers: dict[nt.Term, nt.Term] = {
            nt.Symbol(name): nt.Symbol(problem.letters[name]) if letters else _decimal(value)
            for name, value in problem.settings.items()
        }
        each = [parse(formula)]
        for _ in range(2 if twice else 1):
            each.append(derived_once(each[-1], each[-1], weight).last)
        plain = (in_target(named(term), target) for term in each)
        found.append((parse(factor).substitute(numbers), *plain))
    return found


@_within_sizes
def lower_predictions(problem: Problem, target: Target = "numpy") -> Program:
    """The program for what the model says of every example, score by score."""
    prepared = _Prepared(problem, target)
    lines = [part.substitute(problem.data) for part in problem.predictions]
    return _lowered(prepared, lines, whole="prediction")


@_within_sizes
def lower_residuals(problem: Problem, target: Target = "numpy") -> Program:
    """The program for every example's prediction less its target, and the prediction's derivatives by the parameters."""
    prepared = _Prepared(problem, target)
    prediction = named(problem.prediction.substitute(problem.data).written_out())
    of_data = nt.Indexed(problem.target, (problem.notation.index,))
    slopes = [prepared.derived(prediction, nt.Symbol(name)).last for name in problem.parameters]
    lines = [nt.minus(prediction, of_data), *slopes]
    return _lowered(prepared, lines, slopes=len(slopes), kin=False)


def _lowered(
    prepared: _Prepared,
    lines: Sequence[nt.Term],
    whole: str = "",
    slopes: int = 0,
    *,
    kin: bool = True,
) -> Program:
    """The program for some lines over all examples, the last of which are slopes; no part is called as they are as a `whole`.

    With `kin` functions of one argument are worked out together, where that is faster: in NumPy.
    """
    problem = prepared.problem
    values = len(lines) - slopes
    written = [prepared.written(term, n >= values) for n, term in enumerate(lines)]
    definitions: list[Assignment] = []
    if problem.has_examples:  # which alone have a residual and a prediction
        parts = _Named(problem, prepared, whole)
        written = [parts.put_in(term) for term in written]
    roots = [*map(summed, written)]
    for term in (t for root in roots for t in root.parts()):
        if isinstance(term, nt.Partial | nt.BigSum | nt.Equation):
            cause = f"there is no code for {term.value}"
            raise GenerationError(cause, "write the formula with differentiable functions")
    if problem.has_examples:  # sums by common factors have names too
        roots = share_factors([parts.put_in(root) for root in roots])
        definitions = parts.definitions()
    else:
        roots = share_factors(roots)
    together = kin and prepared.target == "numpy"
    return Parts(
        problem, *(with_kin(definitions, roots) if together else (definitions, roots))
    ).program()


@_within_sizes
def lowered_predictions(problem: Problem) -> list[nt.Term]:
    """What the model predicts, a Term for each target, over the data's columns."""
    prepared = _Prepared(problem)
    return [prepared.written(part.substitute(problem.data)) for part in problem.predictions]


class _Prepared:
    """A problem's cost in forms that do not overflow, derived anew where it was written in others."""

    def __init__(
        self,
        problem: Problem,
        target: Target = "numpy",
        numbers: Mapping[nt.Term, nt.Term] | None = None,
        forms: Mapping[str, Function] = FrozenMap(),
        *,
        sized: bool = False,
    ) -> None:
        """With the `numbers` of the settings by their letters, and `forms` in which functions are called."""
        expect_numbers(problem)
        self.problem, self.target, self.forms, self.checker = problem, target, forms, Checker()
        self.plain = problem.cost_term.written_out()
        self.cost = named(self.plain)
        self.numbers = _numbers_of(problem) if numbers is None else numbers
        if sized:
            count = nt.Symbol(problem.notation.count)
            self.numbers = {**self.numbers, problem.written_cost.size: count}

    @property
    def is_as_written(self) -> bool:
        """Whether the cost has the form in code that it was derived in."""
        return self.cost is self.plain

    def partial(self, derived: Derivation) -> Derivation:
        """One derivative of the cost, by one name or by two, in its form in code."""
        if self.is_as_written:
            return derived
        before, line = derived.function, self.cost
        if isinstance(before, nt.Partial):
            line = self.derived(line, before.variable).last
        return self.derived(line, derived.variable)

    def derived(self, line: nt.Term, variable: nt.Variable) -> Derivation:
        """The derivation of a line; one checker, which knows the parts that all have in common, looks at every step."""
        rules = rules_for(self.problem.functions)
        return derived_once(line, line, variable, rules=rules, checker=self.checker)

    def gradient(self, derived: Gradient) -> Gradient:
        """The gradient of the cost in its form in code."""
        if self.is_as_written:
            return derived
        partials = {name: self.partial(partial) for name, partial in derived.partials.items()}
        return Gradient(self.cost, None, partials, 0)

    def written(self, term: nt.Term, is_slope: bool = False) -> nt.Term:
        """`term` without abbreviations, with the settings' numbers, in the target's functions; of slopes with their limits."""
        plain = named(term.written_out().substitute(self.numbers))
        plain = with_limits(plain) if is_slope else plain
        return in_target(plain.rewrite(self._in_form) if self.forms else plain, self.target)

    def _in_form(self, term: nt.Term) -> nt.Term | None:
        """A call of a function that has a form of its own."""
        known = self.forms.get(term.function) if isinstance(term, nt.Call) else None
        return None if known is None else nt.Call(known.name, term.children, known)


def _numbers_of(problem: Problem) -> dict[nt.Term, nt.Term]:
    """The settings' numbers by their letters."""
    return {
        nt.Symbol(problem.letters[name]): _decimal(value)
        for name, value in problem.settings.items()
    }


def _decimal(value: float) -> nt.Number:
    """A setting's number, as it is written."""
    return nt.number(Fraction(repr(value)), not value.is_integer())


# ---------------------------------------------------------------------------------------------
# The residual, the prediction and the inner functions, by name


class _Named:
    """Puts Locals in the place of what has a name, whatever its form: residual, prediction, inner functions."""

    def __init__(self, problem: Problem, prepared: _Prepared, whole: str = "") -> None:
        self.residual = prepared.written(problem.residual)
        self.prediction = prepared.written(problem.prediction.substitute(problem.data))
        self.target = nt.Indexed(problem.target, (problem.notation.index,))
        own = {"residual": self.residual, "prediction": self.prediction}
        self.inner = {
            name.name: prepared.written(name.definition)
            for whole in problem.predictions
            for name in nt.abbreviations(whole.substitute(problem.data))
            if name.name not in own
        }
        self.bodies = own | self.inner
        self.bodies.pop(whole, None)
        self.used: set[str] = set()

    def put_in(self, term: nt.Term) -> nt.Term:
        if not term.children or isinstance(term, CONDITIONS):
            return term.map(self.put_in)
        if term.value == -self.residual.value and not isinstance(term, nt.Negative):
            self.used.add("residual")
            return nt.Negative(Local("residual", array=True))
        return self._name_among(self.bodies, term) or term.map(self.put_in)

    def _name_among(self, bodies: Mapping[str, nt.Term], term: nt.Term) -> Local | None:
        """The name of the body that `term` is; a body that is a number whatever the data, x·sin(0), may be anything's value."""
        for name, body in bodies.items() if is_array(term) else ():
            if body.children and term.value == body.value and not body.value.is_number:
                self.used.add(name)
                return Local(name, array=True)
        return None

    def _with_inner(self, term: nt.Term) -> nt.Term:
        """`term` over the names of inner functions."""
        named = None if isinstance(term, CONDITIONS) else self._name_among(self.inner, term)
        return named or term.map(self._with_inner)

    def _defined(self, name: str, body: nt.Term) -> Assignment:
        return Assignment(Local(name, array=True), body.map(self._with_inner))

    def definitions(self) -> list[Assignment]:
        """What was used, a part before what is made of it."""
        found, residual = [], self.residual
        if "prediction" in self.used:
            found.append(self._defined("prediction", self.prediction))
            prediction = found[0].local
            backwards = nt.terms_of(residual)[0] == self.target
            pair = (self.target, prediction) if backwards else (prediction, self.target)
            residual = nt.minus(*pair)
        if "residual" in self.used:
            found.append(self._defined("residual", residual))
        # Outer ones first: what they use is known when it is met.
        inner = [self._defined(*pair) for pair in self.inner.items() if pair[0] in self.used]
        return [*reversed(inner), *found]
