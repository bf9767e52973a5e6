"""Gradient and Hessian of a cost of matrices by differentials: dJ = gᵀ dw says that g is the gradient.

The engine applies the rules until dw alone is left, then tidies. Every step is checked when it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sympy

from symgd import terms as nt
from symgd.derivation.recorder import ChainBuilder, StepRecorder
from symgd.errors import CheckFailed, DerivationError
from symgd.matrix.check import MatrixChecker
from symgd.matrix.rules import DIFFERENTIALS, unfinished, written_out
from symgd.matrix.tidy import TIDY_MATRICES, matrix_factors
from symgd.terms import Path, Symbol, Term
from symgd.terms import matrix as mx
from symgd.terms.matrix import Differential, Matrix, Nabla, matrix_product
from symgd.writing.exposition import Chain, Premise
from symgd.writing.steps import Check, Rule

GRADIENT_IDENTIFIED = Premise(
    "identification",
    "{left} is one row times {dw}, whatever {dw} is: the row, turned into a column, is the gradient",
)
HESSIAN_IDENTIFIED = Premise(
    "identification",
    "{left} is one matrix times {dw}, whatever {dw} is: that matrix is the Hessian",
)


class Rewriting(ChainBuilder):
    """A line with matrices that is rewritten step by step."""

    def compared(self, path: Path, after: Term) -> Check:
        """Whole lines are compared, in their shapes as well."""
        return self.recorder.equal(self.line, after)

    def differentiate(self, rules: Sequence[Rule[Term]]) -> None:
        """Work out all differentials, the outermost first."""
        while found := next(((p, t) for p, t in self.line.walk() if unfinished(t)), None):
            path, term = found
            for rule in rules:
                rewritten = rule.rewrite(term)
                if rewritten is not None:
                    self.rewrite(rule, path, rewritten)
                    break
            else:
                kind = type(term.children[0]).__name__
                raise DerivationError(
                    f"no rule covers the differential of a {kind}",
                    "write the cost with norms, products, and functions of each entry",
                )


@dataclass(frozen=True, repr=False)
class Derived:
    """A gradient or a Hessian of `body`, found by differentials; `check` is against `sympy.diff` of the entries."""

    left: Nabla
    body: Term
    chains: tuple[Chain, ...]
    check: Check

    def __repr__(self) -> str:
        steps = sum(len(chain.steps) for chain in self.chains)
        return f"Derived({steps} steps to {self.result})"

    @property
    def last(self) -> Term:
        """The last line as a Term."""
        return self.chains[-1].last

    @property
    def result(self) -> sympy.Expr:
        """The last line as SymPy's matrices."""
        return self.last.value


def gradient_of(name: Term, cost: Term, variable: Matrix, recorder: StepRecorder) -> Derived:
    """The gradient of a number, `cost`, by a vector; `name` stands on the left."""
    return _by_differentials(Nabla(name, variable), name, cost, cost, recorder)


def hessian_of(name: Term, gradient: Derived, recorder: StepRecorder) -> Derived:
    """The Hessian, from the gradient's last line, by differentials once more."""
    whole = Nabla(name, gradient.left.variable, 2)
    return _by_differentials(whole, gradient.left, gradient.last, gradient.body, recorder)


def _by_differentials(
    whole: Nabla, named: Term, body: Term, cost: Term, recorder: StepRecorder
) -> Derived:
    """The differential of `body`, which is `named`, and what stands before dw in it: `whole`, compared with SymPy's."""
    variable, checker = whole.variable, recorder.checker
    assert isinstance(checker, MatrixChecker)
    by, left = Symbol(variable.name), Differential(named, variable)
    identified = GRADIENT_IDENTIFIED if whole.order == 1 else HESSIAN_IDENTIFIED
    dw = Differential(variable, variable)
    premise = replace(identified, bindings={"left": left, "dw": dw})
    first = Rewriting(Differential(body, variable), by, recorder, left=left)
    with recorder.limited():
        first.differentiate(DIFFERENTIALS)
        first.tidy(TIDY_MATRICES)
    start = _weights(first.line, variable)
    if whole.order == 1 and start.holds_matrices:
        start = mx.Transpose(start)
    second = Rewriting(start, by, recorder, premise, whole)
    _expect(checker.equal(Nabla(body, variable, whole.order), second.line), premise)
    with recorder.limited():
        second.tidy(TIDY_MATRICES)
    known = written_out(cost, variable)
    check = checker.against_sympy(second.line, known, variable, order=whole.order)
    _expect(check, premise)
    return Derived(whole, body, (first.chain, second.chain), check)


def _weights(line: Term, variable: Matrix) -> Term:
    """What stands before dw."""
    bare = nt.unsigned(line)
    factors = matrix_factors(bare)
    rows, columns = mx.shape_of(line)[0], variable.rows
    if nt.is_number(bare, 0) or isinstance(bare, mx.Zeros):
        return mx.Zeros(rows, columns)
    dw = Differential(variable, variable)
    if dw in factors and variable.rows == 1:  # a number may stand anywhere
        factors = (*(factor for factor in factors if factor != dw), dw)
    *front, last = factors
    if last != dw:
        raise DerivationError(
            f"the differential does not end in d{variable.name}",
            "write the cost with norms, products, and functions of each entry",
        )
    held = any(factor.holds_matrices for factor in front)
    if not held and rows != 1:
        front.append(mx.Identity(rows))
    return nt.signed_as(line, matrix_product(front))


def _expect(check: Check, premise: Premise) -> None:
    if not check.passed:
        raise CheckFailed(f"the {premise.name} is not true{check.note and ': ' + check.note}")
