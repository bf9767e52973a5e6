"""Gradient and Hessian of a cost of matrices by differentials: dJ = gᵀ dw says that g is the gradient.

The engine applies the rules until dw alone is left, then tidies. Every step is checked when it is made.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sympy

from symgd import terms as nt
from symgd.derivation.search import Search
from symgd.errors import CheckFailed, DerivationError
from symgd.matrix.check import MatrixChecker
from symgd.matrix.rules import DIFFERENTIALS, unfinished, written_out
from symgd.matrix.tidy import TIDY_MATRICES
from symgd.terms import Path, Term
from symgd.terms import matrix as mx
from symgd.terms.matrix import Differential, Matrix, Nabla, matrix_product
from symgd.writing.exposition import Chain, Premise
from symgd.writing.moves import moves_between
from symgd.writing.steps import Check, Rewritten, Step, TidyRule

MOST_STEPS = 400
GRADIENT_IDENTIFIED = Premise(
    "identification",
    "{left} is one row times {dw}, whatever {dw} is: the row, turned into a column, is the gradient",
)
HESSIAN_IDENTIFIED = Premise(
    "identification",
    "{left} is one matrix times {dw}, whatever {dw} is: that matrix is the Hessian",
)
GRADIENT_IDENTIFIED = Premise(
    "identification",
    "{left} is one row times {dw}, whatever {dw} is: the row, turned into a column, is the gradient",
)
HESSIAN_IDENTIFIED = Premise(
    "identification",
    "{left} is one matrix times {dw}, whatever {dw} is: that matrix is the Hessian",
)


@dataclass(frozen=True)
class Rules:
    """What a derivation may use, in the order in which it is tried."""

    differentials: Sequence[TidyRule] = DIFFERENTIALS
    tidy: Sequence[TidyRule] = TIDY_MATRICES


USUAL_RULES = Rules()


class Rewriting:
    """A line that is rewritten step by step, each step checked.

    Parameters
    ----------
    line : Term
        Where it begins.
    variable : Matrix
        What varies.
    checker : MatrixChecker
    """

    def __init__(self, line: Term, variable: Matrix, checker: MatrixChecker) -> None:
        self.start = line
        self.line = line
        self.variable = variable
        self.checker = checker
        self.steps: list[Step] = []

    def differentiate(self, rules: Sequence[TidyRule]) -> None:
        """Work out all differentials, the outermost first."""
        while place := next(((p, t) for p, t in self.line.walk() if unfinished(t)), None):
            path, term = place
            for rule in rules:
                rewritten = rule.rewrite(term)
                if rewritten is not None:
                    self.record(rule, path, rewritten)
                    break
            else:
                kind = type(term.children[0]).__name__
                raise DerivationError(
                    f"no rule covers the differential of a {kind}",
                    "write the cost with norms, products, and functions of each entry",
                )

    def exhaust(self, rules: Sequence[TidyRule]) -> None:
        """Apply rules, the first that fits anywhere, until none does."""
        search = Search(tuple(rules))
        while found := search.first(self.line):
            self.record(*found)

    def record(self, rule: TidyRule, path: Path, rewritten: Rewritten) -> None:
        """Put a new part into the line, if that is true."""
        after = self.line.replace(path, rewritten.after)
        self.keep(rule, path, after, self.checker.equal(self.line, after), rewritten)

    def keep(
        self, rule: TidyRule, path: Path, after: Term, check: Check, rewritten: Rewritten
    ) -> None:
        """Make `after` the line, with its check."""
        if not check.passed and not check.trials and check.note and check.method != "shapes":
            raise DerivationError(
                f'the rule "{rule.name}" makes a step that cannot be checked: {check.note}',
                "write the cost so that it has a value at ordinary numbers",
            )
        if not check.passed:
            raise CheckFailed(
                f'the rule "{rule.name}" made a step that is not true{check.note and ": " + check.note}',
                "this is a fault of symgd: please report the formula",
            )
        if len(self.steps) >= MOST_STEPS:
            raise DerivationError(
                f"the derivation is not finished after {MOST_STEPS} steps",
                "derive a part of the formula at a time",
            )
        by = nt.Symbol(self.variable.name)
        moves = moves_between(self.line, after)
        bound, introduced = rewritten.bindings, rewritten.introduced
        step = Step(rule, self.line, after, path, by, bound, introduced, moves, check)
        self.steps.append(step)
        self.line = after

    def chain(self, left: Term | None, premise: Premise | None = None) -> Chain:
        """The lines so far."""
        return Chain(left, self.start, tuple(self.steps), premise)


@dataclass(frozen=True, repr=False)
class Derived:
    """A gradient or a Hessian, found by differentials.

    Parameters
    ----------
    left : Nabla
        What it is, ∇J or ∇²J.
    body : Term
        What was derived.
    chains : tuple of Chain
        The differential, and what it says.
    check : Check
        The last line against `sympy.diff` of the entries.
    """

    left: Nabla
    body: Term
    chains: tuple[Chain, ...]
    check: Check

    def __repr__(self) -> str:
        return f"Derived({len(self.steps)} steps to {self.result})"

    @property
    def last(self) -> Term:
        """The last line as a Term."""
        return self.chains[-1].last

    @property
    def result(self) -> sympy.Expr:
        """The last line as SymPy's matrices."""
        return self.last.value

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps."""
        return tuple(step for chain in self.chains for step in chain.steps)


def gradient_of(
    name: Term,
    cost: Term,
    variable: Matrix,
    checker: MatrixChecker,
    rules: Rules = USUAL_RULES,
) -> Derived:
    """The gradient of a number by a vector.

    Parameters
    ----------
    name : Term
        What stands on the left, J.
    cost : Term
        What is derived: a Term of shape 1×1.
    variable : Matrix
        A vector.
    checker : MatrixChecker
    rules : Rules

    Raises
    ------
    DerivationError
        Where no rule covers a part.
    CheckFailed
        When a step is not true; then nothing is returned.

    Examples
    --------
    >>> X, w = Matrix("X", "N", "p"), Matrix("w", "p")
    >>> cost = mx.SquaredNorm(matrix_product((X, w)))
    >>> gradient_of(cost, cost, w, MatrixChecker(("N", "p"))).result
    2*X.T*X*w
    """
    left = Differential(name, variable)
    first = _differential(cost, variable, checker, rules)
    weights = _weights(first.line, variable)
    bindings = {"left": left, "dw": Differential(variable, variable)}
    premise = replace(GRADIENT_IDENTIFIED, bindings=bindings)
    turned = mx.Transpose(weights) if mx.holds_matrices(weights) else weights
    second = Rewriting(turned, variable, checker)
    _expect(checker.equal(Nabla(cost, variable), second.line), premise)
    second.exhaust(rules.tidy)
    check = checker.against_sympy(second.line, written_out(cost, variable), variable)
    _expect(check, premise)
    chains = (first.chain(left), second.chain(Nabla(name, variable), premise))
    return Derived(Nabla(name, variable), cost, chains, check)


def hessian_of(
    name: Term, gradient: Derived, checker: MatrixChecker, rules: Rules = USUAL_RULES
) -> Derived:
    """The Hessian, from the gradient's last line, by differentials once more."""
    variable = gradient.left.variable
    left = Differential(gradient.left, variable)
    first = _differential(gradient.last, variable, checker, rules)
    bindings = {"left": left, "dw": Differential(variable, variable)}
    premise = replace(HESSIAN_IDENTIFIED, bindings=bindings)
    second = Rewriting(_weights(first.line, variable), variable, checker)
    _expect(checker.equal(Nabla(gradient.last, variable, 2), second.line), premise)
    second.exhaust(rules.tidy)
    cost = written_out(gradient.body, variable)
    check = checker.against_sympy(second.line, cost, variable, order=2)
    _expect(check, premise)
    whole = Nabla(name, variable, 2)
    chains = (first.chain(left), second.chain(whole, premise))
    return Derived(whole, gradient.last, chains, check)


def _differential(body: Term, variable: Matrix, checker: MatrixChecker, rules: Rules) -> Rewriting:
    rewriting = Rewriting(Differential(body, variable), variable, checker)
    rewriting.differentiate(rules.differentials)
    rewriting.exhaust(rules.tidy)
    return rewriting


def _weights(line: Term, variable: Matrix) -> Term:
    """What stands before dw."""
    sign = isinstance(line, nt.Negative)
    bare = line.children[0] if sign else line
    factors = bare.factors if isinstance(bare, mx.MatrixProduct) else (bare,)
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
    held = any(mx.holds_matrices(factor) for factor in front)
    if not held and rows != 1:
        front.append(mx.Identity(rows))
    weights = matrix_product(front)
    return nt.Negative(weights) if sign else weights


def _expect(check: Check, premise: Premise) -> None:
    if not check.passed:
        raise CheckFailed(
            f"the {premise.name} is not true{check.note and ': ' + check.note}",
            "this is a fault of symgd: please report the formula",
        )
