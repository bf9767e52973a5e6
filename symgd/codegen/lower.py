"""From the cost and its derivation to a whole-array program, once for every target.

The gradient's entries are the last lines of the derivation, as Terms: formula and code cannot disagree, and the code
adds and multiplies in the order in which the formula is written.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from symgd import terms as nt
from symgd.codegen.program import (
    CONDITIONS,
    Assignment,
    Local,
    Parts,
    Program,
    expect_numbers,
    is_array,
)
from symgd.codegen.stable import in_numpy, named
from symgd.codegen.sums import share_factors, summed
from symgd.derivation.calculus.rules import rules_for
from symgd.derivation.engine import derive
from symgd.derivation.gradient import Derivation, Gradient
from symgd.errors import GenerationError
from symgd.problem.problem import Problem


def lower(problem: Problem, gradient: Gradient) -> Program:
    """The program for a problem's cost and its gradient, as it was derived; GenerationError where a part has no code."""
    expect_numbers(problem)
    prepared = _Prepared(problem)
    partials = prepared.gradient(gradient)
    written = [prepared.cost, *(partials[name].last for name in problem.parameters)]
    parts = _Named(problem, prepared)
    roots = [summed(parts.put_in(prepared.written(term))) for term in written]
    for term in (t for root in roots for t in root.parts()):
        if isinstance(term, nt.Partial | nt.BigSum | nt.Equation):
            cause = f"there is no code for {term.value}"
            raise GenerationError(cause, "write the formula with differentiable functions")
    roots = share_factors(roots)
    return Parts(problem, parts.definitions(), roots).program()


def lowered_predictions(problem: Problem) -> list[nt.Term]:
    """What the model predicts, a Term for each target, over the data's columns."""
    prepared = _Prepared(problem)
    return [prepared.written(part.substitute(problem.data)) for part in problem.predictions]


class _Prepared:
    """A problem's cost in forms that do not overflow, derived anew where it was written in others."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.plain = problem.cost_term.written_out()
        self.cost = named(self.plain)
        self.numbers: dict[nt.Term, nt.Term] = {
            nt.Symbol(problem.letters[name]): nt.number(
                Fraction(repr(value)), not value.is_integer()
            )
            for name, value in problem.settings.items()
        }

    def gradient(self, derived: Gradient) -> Mapping[str, Derivation]:
        if self.cost is self.plain:
            return derived.partials
        rules = rules_for(self.problem.functions)
        return {
            variable.name: derive(self.cost, self.cost, variable, rules=rules)
            for variable in self.problem.symbols
        }

    def written(self, term: nt.Term) -> nt.Term:
        """`term` without abbreviations, with the settings' numbers, in NumPy's functions."""
        return in_numpy(named(term.written_out().substitute(self.numbers)))


# ---------------------------------------------------------------------------------------------
# The residual, the prediction and the inner functions, by name


class _Named:
    """Puts Locals in the place of what has a name, whatever its form: residual, prediction, inner functions."""

    def __init__(self, problem: Problem, prepared: _Prepared) -> None:
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
        self.used: set[str] = set()

    def put_in(self, term: nt.Term) -> nt.Term:
        if not term.children or isinstance(term, CONDITIONS):
            return term.map(self.put_in)
        if term.value == -self.residual.value and not isinstance(term, nt.Negative):
            self.used.add("residual")
            return nt.Negative(Local("residual", array=True))
        return self._name_among(self.bodies, term) or term.map(self.put_in)

    def _name_among(self, bodies: Mapping[str, nt.Term], term: nt.Term) -> Local | None:
        """The name of the body that `term` is."""
        for name, body in bodies.items() if is_array(term) else ():
            if body.children and term.value == body.value:
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
