"""MatrixForm: a cost in matrices, and all that is derived from it.

FORMS are the costs that have a name, one declaration each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import Any

from symgd import terms as nt
from symgd.budget import Budget, current
from symgd.derivation.recorder import StepRecorder
from symgd.derivation.result import Result
from symgd.errors import DerivationError, FormulaError, ShapeError, either
from symgd.matrix.check import MatrixChecker
from symgd.matrix.derive import Derived, gradient_of, hessian_of
from symgd.matrix.rules import written_out
from symgd.matrix.stationary import MatrixNormalEquations, stationary
from symgd.parsing.matrices import USUAL, parse_matrices
from symgd.parsing.tokens import expect_short
from symgd.printable import printable
from symgd.problem.notation import Notation
from symgd.registry.options import declared, instead_of, names_options
from symgd.registry.registry import Declared, Registry, registry_of
from symgd.terms import Abbreviation, Equation, Term
from symgd.terms import matrix as mx
from symgd.terms.matrix import Dimension, Matrix
from symgd.writing.exposition import Chapter, Exposition
from symgd.writing.steps import Step
from symgd.writing.words import Message, message


@dataclass(frozen=True)
class Form(Declared):
    """A cost in matrices that has a name; `parse_matrices` reads the formula, `source` is where the convention is from."""

    name: str
    title: str
    formula: str
    source: str

    @property
    def summary(self) -> Mapping[str, str]:
        return asdict(self)


FORMS: Registry[Form] = registry_of(
    (
        Form(
            "mse",
            "mean squared error of a linear model",
            "1/N*norm(X@w - y)^2",
            "Bishop, Pattern Recognition and Machine Learning (2006), section 3.1, divided by N",
        ),
        Form(
            "half_mse",
            "half mean squared error of a linear model",
            "1/(2*N)*norm(X@w - y)^2",
            "Ng, CS229 lecture notes, with the mean in the place of the sum",
        ),
        Form(
            "sse",
            "sum of squared errors of a linear model",
            "norm(X@w - y)^2",
            "Legendre, Nouvelles méthodes pour la détermination des orbites des comètes (1805)",
        ),
        Form(
            "ridge",
            "mean squared error with a ridge penalty",
            "1/N*norm(X@w - y)^2 + lambda*norm(w)^2",
            "Hoerl and Kennard, Ridge regression (1970), with the mean in the place of the sum",
        ),
        Form(
            "half_ridge",
            "half mean squared error with half a ridge penalty",
            "1/(2*N)*norm(X@w - y)^2 + lambda/2*norm(w)^2",
            "Goodfellow, Bengio and Courville, Deep Learning (2016), section 7.1, with the mean",
        ),
        Form(
            "logistic",
            "binary cross-entropy of a logistic model",
            "1/N*(sum(softplus(X@w)) - t.T@X@w)",
            "Bishop, Pattern Recognition and Machine Learning (2006), section 4.3.2, the mean in logits",
        ),
        Form(
            "quadratic",
            "a quadratic form with a linear part",
            "1/2*w.T@A@w - c.T@w",
            "Boyd and Vandenberghe, Convex Optimization (2004), section 9.1",
        ),
    )
)


@names_options
@dataclass(frozen=True, repr=False)
class MatrixResult(Result):
    """A part of a matrix derivation, that can be written in every format.

    Parameters
    ----------
    told : Exposition
    result : SymPy expression
        What it ends with.
    """

    told: Exposition
    result: Any

    def __repr__(self) -> str:
        return f"MatrixResult({self.told.kind}: {len(self.steps)} steps to {self.result})"

    @property
    def exposition(self) -> Exposition:
        """The derivation as it is told."""
        return self.told

    @property
    def steps(self) -> tuple[Step, ...]:
        """All steps, in reading order."""
        return self.told.steps


@names_options
@dataclass(frozen=True, repr=False)
class MatrixForm(Result):
    """A cost in matrices.

    Parameters
    ----------
    cost : Term
        Of shape 1×1.
    variable : Matrix
        The vector that is learned.
    name : str
        The cost's name.
    given : tuple of Equation
        What the names of matrices stand for.
    before : tuple of Chapter
        What leads to this form, such as the way from Σ.
    after : callable, optional
        What is to be told after the gradient.

    Examples
    --------
    >>> form = matrix_form("ridge")
    >>> form.gradient().result
    (2/N)*X.T*(X*w - y) + (2*lambda)*w
    >>> form.hessian().result
    (2/N)*X.T*X + (2*lambda)*I
    """

    cost: Term
    variable: Matrix
    name: str = "J"
    given: tuple[Equation, ...] = ()
    before: tuple[Chapter, ...] = ()
    after: Callable[[Derived], tuple[Chapter, ...]] | None = field(default=None, compare=False)
    budget: Budget = field(default_factory=current)

    def __post_init__(self) -> None:
        if mx.shape_of(self.cost) != mx.SCALAR:
            raise ShapeError(
                f"the cost has the shape {mx.shape_text(mx.shape_of(self.cost))}",
                "a cost is one number: take a norm, or a row times a column",
            )
        if mx.shape_of(self.variable)[1] != 1:
            raise ShapeError(
                f"{self.variable.name} has the shape {mx.shape_text(self.variable.shape)}",
                "derive by a vector: a matrix with 1 column",
            )

    def __repr__(self) -> str:
        return f"MatrixForm({self.name} = {self.cost.value})"

    @cached_property
    def matrices(self) -> tuple[Matrix, ...]:
        """The matrices of the cost, in reading order, what is learned last."""
        cost = written_out(self.cost, self.variable)
        found = dict.fromkeys(part for part in cost.parts() if isinstance(part, Matrix))
        others = (matrix for matrix in found if matrix != self.variable)
        return (*others, self.variable)

    @cached_property
    def checker(self) -> MatrixChecker:
        """Compares lines at random matrices."""
        return MatrixChecker(side for matrix in self.matrices for side in matrix.shape)

    def recorder(self) -> StepRecorder:
        """Makes the steps of one derivation."""
        return StepRecorder(self.checker, self.budget)

    @cached_property
    def function(self) -> Abbreviation:
        """J, which stands for the cost."""
        return Abbreviation(self.name, self.cost)

    @cached_property
    def derived(self) -> Derived:
        """The gradient's derivation."""
        return gradient_of(self.function, self.cost, self.variable, self.recorder())

    @cached_property
    def second(self) -> Derived:
        """The Hessian's derivation."""
        return hessian_of(self.function, self.derived, self.recorder())

    @cached_property
    def solved(self) -> MatrixNormalEquations | None:
        """The normal equations, where the gradient is linear."""
        return stationary(self.derived, self.recorder())

    def gradient(self) -> MatrixResult:
        """∇J by differentials, step by step."""
        title = message("Gradient of {function}", function=self.function)
        told = self._exposition("gradient", title, [_chapter(self.derived)])
        return MatrixResult(told, self.derived.result)

    def hessian(self) -> MatrixResult:
        """∇²J by differentials, from the gradient's last line."""
        title = message("Hessian of {function}", function=self.function)
        gradient = Equation(self.derived.left, self.derived.last)
        told = self._exposition("hessian", title, [_chapter(self.second)], gradient)
        return MatrixResult(told, self.second.result)

    def stationary(self) -> MatrixResult:
        """The normal equations and their solution, step by step.

        Raises
        ------
        DerivationError
            Where the gradient is not linear, so that there is no such formula.
        """
        if self.solved is None:
            raise DerivationError(
                f"the gradient is not linear in {self.variable.name}, so no formula gives where it is zero",
                "find the minimum by descent",
            )
        title = message("Stationary point of {function}", function=self.function)
        gradient = Equation(self.derived.left, self.derived.last)
        told = self._exposition(
            "stationary point", title, [self._stationary(self.solved)], gradient
        )
        return MatrixResult(told, self.solved.solution.value)

    @property
    def exposition(self) -> Exposition:
        """All of it: the way to this form, gradient, Hessian, and normal equations where there are."""
        title = message("{function} in matrix form", function=self.function)
        more = self.after(self.derived) if self.after else ()
        chapters = [*self.before, _chapter(self.derived), *more, _chapter(self.second)]
        if self.solved is not None:
            chapters.append(self._stationary(self.solved))
        return self._exposition("form", title, chapters)

    def _exposition(
        self, kind: str, title: Message, chapters: Iterable[Chapter], *lines: Equation
    ) -> Exposition:
        shapes = tuple(mx.Belongs(m, mx.Space(*m.shape)) for m in self.matrices)
        given = (Equation(self.function, self.cost), *lines, *shapes, *self.given)
        *others, last = chapters
        tried = self.checker.unrolling.sizes.items()
        sizes = tuple(Equation(nt.Symbol(name), nt.number(size)) for name, size in tried)
        if sizes:
            said = message("The shapes were tried with {sizes}.", sizes=sizes)
            last = replace(last, said=(*last.said, said))
        names = (self.variable.name,)
        return Exposition(title, names, given, (*others, last), kind=f"matrix {kind}")

    def _stationary(self, solved: MatrixNormalEquations) -> Chapter:
        heading = message("Where the gradient is zero")
        where = message("The last line holds where {A} has an inverse.", A=solved.matrix)
        return Chapter(heading, (solved.chain,), check=solved.check, said=(where,))


def _chapter(derived: Derived) -> Chapter:
    first, second = message("Gradient by differentials"), message("Hessian by differentials")
    heading = first if derived.left.order == 1 else second
    return Chapter(heading, derived.chains, check=derived.check)


_EXAMPLE = ', or a formula such as "norm(X@w - y)^2/N"'


@names_options
def matrix_form(
    formula: str,
    *,
    wrt: str = "w",
    name: str = "J",
    shapes: Mapping[str, str | tuple[Dimension, ...]] | None = None,
) -> MatrixForm:
    """A cost in matrices: one of FORMS by its name, or a formula.

    Parameters
    ----------
    formula : str
        "mse", "ridge", "logistic" and the like, or a formula such as "norm(X@w - y)^2/N".
    wrt : str
        The vector that is learned.
    name : str
        The cost's name.
    shapes : mapping of str to shape, optional
        Rows and columns of further names, "N×p" or ("N", "p"); X, w, y, t, A, B, c have the usual ones.

    Raises
    ------
    FormulaError
        When the formula cannot be read.
    ShapeError
        When shapes do not fit.

    Examples
    --------
    >>> matrix_form("norm(X@w - y)^2/N").gradient().result
    (2/N)*X.T*(X*w - y)
    >>> matrix_form("norm(D@v)^2", wrt="v", shapes={"D": "N×k", "v": "k"}).gradient().result
    2*D.T*D*v
    """
    expect_short(name)
    known = dict(USUAL)
    for symbol, shape in (shapes or {}).items():
        known[symbol] = _shaped(symbol, shape)
    if wrt not in known:
        one = either(f'shapes={{"{wrt}": "p"}}', f"--shape {wrt}=p")
        raise ShapeError(f'"{wrt}" has no shape', f"give it one, {one}")
    text = formula
    if str(formula).isidentifier() and formula[0] != "_" and formula not in known:
        text = declared(formula, FORMS, "cost in matrices", FormulaError, _EXAMPLE).formula
    cost = parse_matrices(text, known)
    used = {wrt, *(part.name for part in cost.parts() if isinstance(part, Matrix))}
    for symbol in shapes or ():
        if symbol not in used:
            cause = f'"{symbol}" has a shape and is not in the formula'
            raise ShapeError(cause, instead_of(symbol, sorted(used)))
    if name in used | cost.names:
        other = either('name="C"', "--cost-name C")
        raise FormulaError(f'"{name}" is a name in the formula and the cost', f"choose {other}")
    return MatrixForm(cost, known[wrt], Notation(cost=name).cost)


def _shaped(name: str, shape: str | tuple[Dimension, ...]) -> Matrix:
    sides = re.split("[x×,]", shape) if isinstance(shape, str) else shape
    names = (str(side).strip() for side in sides)
    read: list[Dimension] = [int(name) if name.isdigit() else name for name in names]
    allowed = (
        side > 0 if isinstance(side, int) else side.isidentifier() and printable(side) == side
        for side in read
    )
    if not 1 <= len(read) <= 2 or not all(allowed):
        raise ShapeError(
            f'"{shape}" is not a shape for "{name}"', 'write one such as "N×p", or "p" for a vector'
        )
    return Matrix(name, read[0], read[1] if len(read) > 1 else 1, name.lower())
