"""Problem: a model, a loss and the roles of the names, which give the cost.

Derivations are asked of it here; what else it offers stands in `desk.py`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

import sympy

from symgd.desk import Desk
from symgd.errors import DerivationError, ProblemError
from symgd.indices import Range, counts, totals, vectors
from symgd.letters import Notation as Notation
from symgd.letters import notation_beside
from symgd.losses import LOSSES, Loss
from symgd.notation import (
    Abbreviation,
    BigSum,
    Equation,
    Fraction,
    Indexed,
    Negative,
    Power,
    Product,
    Sum,
    Symbol,
    Term,
    Variable,
    fresh_index,
    indices_of,
    number,
    terms_of,
)
from symgd.parsing import CONSTANT_NAMES, parse
from symgd.roles import assign_roles, names_of, target_of

if TYPE_CHECKING:
    from fractions import Fraction as Rational

    from symgd.derivation.hessian import Hessian
    from symgd.derivation.stationary import Stationary
    from symgd.derivation.taylor import StableRate
    from symgd.derivation.tree import Derivation, Gradient, TidyRule


class Problem(Desk):
    """A model and a loss: what gradient descent is to minimise. It does not change once it is made.

    Parameters
    ----------
    model : str
        The prediction formula, such as "m*x + b"; "y = m*x + b" names the target too.
    loss : str or Loss
        A name in `losses`, or one example's loss as a formula in `prediction` and `target` (their mean is the cost).
    parameters : sequence of str, optional
        What is learned. Without it: every name that is not an input.
    inputs : sequence of str, optional
        What is read from data. Without it: x, x1, x_2 and the like, or every name that is not a parameter.
    target : str
        The name of what is predicted.
    notation : Notation, optional
        Without it: J, N and i, or other letters where the formula uses these.
    losses : mapping of str to Loss
    labels : mapping of str to str, optional
        What data columns are called in pictures and films, where their names in the formula are shorter.

    Raises
    ------
    FormulaError
        When a formula cannot be read.
    ProblemError
        When the roles do not fit the model.

    Examples
    --------
    >>> problem = Problem("m*x + b")
    >>> problem.parameters, problem.inputs
    (('m', 'b'), ('x',))
    >>> problem.cost
    Sum((b + m*x[i] - y[i])**2, (i, 1, N))/N
    """

    def __init__(
        self,
        model: str,
        loss: str | Loss = "mse",
        *,
        parameters: Sequence[str] | None = None,
        inputs: Sequence[str] | None = None,
        target: str = "y",
        notation: Notation | None = None,
        losses: Mapping[str, Loss] = LOSSES,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        if isinstance(model, str) and model.count("=") == 1:
            target, model = (side.strip() for side in model.split("="))
        given = {*names_of(parameters, "parameters"), *names_of(inputs, "inputs")}
        self.model = model
        self.prediction = parse(model, constants=[c for c in CONSTANT_NAMES if c not in given])
        self.target = target_of(target)
        self.parameters, self.inputs = assign_roles(self.prediction, parameters, inputs, target)
        self.loss = _found_loss(loss, losses)
        if notation is not None and not isinstance(notation, Notation):
            raise ProblemError(f"notation is {notation!r}", "pass a Notation")
        self.notation = notation or notation_beside(self._own_names)
        columns = (*self.inputs, self.target)
        self.labels = {name: (labels or {}).get(name, name) for name in columns}
        self._check_names()
        self._check_indices()

    def __repr__(self) -> str:
        return f'Problem("{self.model}", loss="{self.loss.name}", parameters={self.parameters})'

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        roles = (self.parameters, self.inputs, self.target, tuple(self.labels.items()))
        return (self.prediction, self.loss, self.notation, *roles)

    def __getstate__(self) -> dict[str, Any]:
        """What was given and found; what can be worked out again is not kept."""
        names = (
            "model",
            "prediction",
            "target",
            "parameters",
            "inputs",
            "loss",
            "notation",
            "labels",
        )
        return {name: getattr(self, name) for name in names}

    def _repr_markdown_(self) -> str:
        from symgd.writing.latex import latex

        return "\n\n".join(f"$$\n{latex(line)}\n$$" for line in self.equations)

    def _check_indices(self) -> None:
        """Every index is bound by a sum, but for the one that counts the examples, and that in inputs alone."""
        for _, term in self.prediction.walk():
            learned = isinstance(term, Indexed) and term.name in self.parameters
            for index in indices_of(term):
                if index in self.prediction.names and (learned or index != self.notation.index):
                    raise ProblemError(
                        f'no sum in the model counts by the index "{index}"',
                        f'write sum(..., {index}, p); "{self.notation.index}" counts the examples, and is added to '
                        "the inputs",
                    )

    def _check_names(self) -> None:
        notation = self.notation
        used = self._own_names
        own = [notation.cost, notation.count, notation.index]
        own += [notation.residual] if notation.residual else []
        for name in own:
            if name in used:
                raise ProblemError(
                    f'"{name}" is a name in the formula and in the notation',
                    "choose another for the notation's cost, count, index or residual",
                )
        if len(set(own)) < len(own):
            raise ProblemError(
                f"the notation uses one name twice: {', '.join(own)}", "choose others"
            )

    @property
    def _own_names(self) -> set[str]:
        """The names that the notation's letters must not be."""
        bound = {total.index for total in totals(self.prediction)}
        return {*self.parameters, *self.inputs, self.target, *counts(self.prediction), *bound}

    @cached_property
    def vectors(self) -> Mapping[str, tuple[Range | None, ...]]:
        """The parameters and inputs that have entries, and what their indices run over."""
        return vectors(self.prediction)

    @property
    def lengths(self) -> tuple[str, ...]:
        """The names that sums in the model count to."""
        return counts(self.prediction)

    @cached_property
    def symbols(self) -> tuple[Variable, ...]:
        """The parameters as Terms: a number's name, or any one entry of a vector."""
        return tuple(self._variable(name) for name in self.parameters)

    def _variable(self, name: str) -> Variable:
        used = {*self._own_names, *vars(self.notation).values()}
        indices: list[str] = []
        for _ in self.vectors.get(name, ()):
            indices.append(fresh_index({*used, *indices}, "klmnqrsj"))
        return Indexed(name, tuple(indices)) if indices else Symbol(name)

    @cached_property
    def data(self) -> Mapping[Term, Term]:
        """Each data column's name, as one example's value of it."""
        index = self.notation.index
        found: dict[Term, Term] = {
            Symbol(name): Indexed(name, (index,)) for name in (*self.inputs, self.target)
        }
        for _, term in self.prediction.walk():
            if isinstance(term, Indexed) and term.name in self.inputs and index not in term.indices:
                found[term] = Indexed(term.name, (index, *term.indices))
        return found

    @cached_property
    def residual(self) -> Term:
        """One example's residual, written out: m x_i + b − y_i."""
        predicted = self.prediction.substitute(self.data)
        target = Indexed(self.target, (self.notation.index,))
        if self.notation.residual_sign == "target - prediction":
            return Sum((target, Negative(predicted)))
        return Sum((*terms_of(predicted), Negative(target)))

    @cached_property
    def shown_residual(self) -> Term:
        """The residual as the notation shows it: written out, or under its name."""
        name = self.notation.residual
        return Abbreviation(name, self.residual, (self.notation.index,)) if name else self.residual

    @cached_property
    def example_loss(self) -> Term:
        """One example's loss."""
        prediction, target = Symbol("prediction"), Symbol("target")
        term = parse(self.loss.formula)
        strange = sorted(term.names - {"prediction", "target"})
        if strange:
            raise ProblemError(
                f'the loss "{self.loss.formula}" has the name "{strange[0]}"',
                "write it in `prediction` and `target` alone",
            )
        even = self._is_even(term)
        if self.notation.residual_sign == "target - prediction" and not even:
            raise ProblemError(
                "this loss changes with the residual's sign",
                'use Notation(residual_sign="prediction - target")',
            )
        difference = Sum((prediction, Negative(target)))
        predicted = self.prediction.substitute(self.data)
        return term.substitute(
            {
                difference: self.shown_residual,
                prediction: predicted,
                target: Indexed(self.target, (self.notation.index,)),
            }
        )

    @staticmethod
    def _is_even(loss: Term) -> bool:
        """Whether the loss stays the same when prediction and target change places."""
        a, b = Symbol("prediction"), Symbol("target")
        flipped = loss.substitute({a: b, b: a}).value
        return bool(sympy.expand(loss.value - flipped) == 0)

    @cached_property
    def cost_term(self) -> Term:
        """The cost as it is written."""
        count = Symbol(self.notation.count)
        total = BigSum(self.example_loss, self.notation.index, count)
        if self.loss.reduction == "sum":
            return total
        below = count if self.loss.reduction == "mean" else Product((number(2), count))
        return Product((Fraction(number(1), below), total))

    @cached_property
    def cost_name(self) -> Abbreviation:
        """J, which stands for the cost."""
        return Abbreviation(self.notation.cost, self.cost_term)

    @property
    def equations(self) -> tuple[Equation, ...]:
        """What the names stand for: J = …, and e_i = … where the residual is named."""
        lines = [Equation(self.cost_name, self.cost_term)]
        shown = self.shown_residual
        if isinstance(shown, Abbreviation):
            lines.append(Equation(shown, shown.definition))
        return tuple(lines)

    @property
    def cost(self) -> sympy.Expr:
        """The cost as SymPy knows it."""
        return self.cost_term.value

    @overload
    def derive(self, wrt: None = None) -> Gradient: ...

    @overload
    def derive(self, wrt: str) -> Derivation: ...

    def derive(self, wrt: str | None = None) -> Gradient | Derivation:
        """The gradient, step by step, every step checked.

        Parameters
        ----------
        wrt : str, optional
            One parameter; without it, all of them.

        Returns
        -------
        Gradient or Derivation
            Prints as text; has `.latex()`, `.markdown()`, `.typst()`, `.json()`, `.steps` and `.result`.

        Examples
        --------
        >>> Problem("m*x + b").derive("b").result
        2*Sum(b + m*x[i] - y[i], (i, 1, N))/N
        """
        if wrt is not None:
            self._expect_parameter(wrt)
            return self._gradient.partials[wrt]
        return self._gradient

    @cached_property
    def _gradient(self) -> Gradient:
        from symgd.derivation.check import Checker
        from symgd.derivation.derive import derive, gradient

        name, cost = self.cost_name, self.cost_term
        tidy, checker = self._tidy, Checker()

        def derived(by: Variable) -> Derivation:
            return derive(name, cost, by, tidy=tidy, checker=checker)

        return gradient(name, cost, self.symbols, derived)

    @property
    def _tidy(self) -> tuple[TidyRule, ...]:
        """The algebra that brings a line into the notation's form."""
        from symgd.derivation.tidy import CONSTANTS_OUT, TIDY

        # The 2 of the square and the 2 of 1/(2N) can only meet before the Σ.
        inside = self.notation.constants == "inside" and self.loss.reduction != "half mean"
        return tuple(rule for rule in TIDY if not (inside and rule is CONSTANTS_OUT))

    def hessian(self) -> Hessian:
        """The second derivatives, step by step from the gradient's last lines, every step checked.

        Returns
        -------
        Hessian
            Prints as text and is written as `derive`'s answer is; `.result` is a SymPy matrix.

        Examples
        --------
        >>> Problem("m*x + b").hessian()["b", "b"].result
        2
        """
        return self._hessian

    @cached_property
    def _hessian(self) -> Hessian:
        from symgd.derivation.hessian import hessian

        return hessian(self._gradient, tidy=self._tidy)

    def stationary(self, *data: Any, **named_data: Any) -> Stationary:
        """Where the gradient is zero, step by step: the normal equations, and their solution.

        Parameters
        ----------
        *data, **named_data
            As for `descend`; then the numbers are put in, each as the decimal that it is written as.

        Raises
        ------
        DerivationError
            Where an equation is not linear in the parameters, or many points are solutions.

        Examples
        --------
        >>> Problem("m*x").stationary().result["m"]
        Sum(x[i]*y[i], (i, 1, N))/Sum(x[i]**2, (i, 1, N))
        """
        from symgd.derivation.stationary import stationary

        if self.vectors:
            raise DerivationError(
                "the stationary point is not solved for vectors of any length",
                "write them out with problem.written_out(p=2), in its own lengths",
            )
        loss = self.example_loss
        least = isinstance(loss, Power) and loss.exponent == number(2)
        columns = self._exactly(data, named_data)
        return stationary(self._gradient, self.notation.count, least=least, columns=columns)

    def stable_rate(
        self, *data: Any, at: Mapping[str, float] | None = None, **named_data: Any
    ) -> StableRate:
        """Why a constant rate must be below 2/λ_max: Taylor's formula for one step, step by step.

        Parameters
        ----------
        *data, **named_data
            As for `descend`; then the curvatures and rates are worked out.
        at : mapping of str to float, optional
            The parameters, which the curvatures depend on where the cost is not quadratic.

        Raises
        ------
        DerivationError
            For a vector of parameters, and where `at` is needed and missing.

        Examples
        --------
        >>> rate = Problem("a*x + b").stable_rate([1, 2, 3], [1.2, 1.8, 3.4])
        >>> round(rate.largest, 8)
        0.18029485
        """
        from symgd.derivation.figures import exact
        from symgd.derivation.taylor import stable_rate

        for name in at or {}:
            self._expect_parameter(name)
        place = {name: exact(value) for name, value in (at or {}).items()}
        columns = self._exactly(data, named_data)
        return stable_rate(self._hessian, columns, self.notation.count, place)

    def _exactly(
        self, data: tuple[Any, ...], named: Mapping[str, Any]
    ) -> dict[str, tuple[Rational, ...]] | None:
        """The data as exact fractions; None without any."""
        if not data and not named:
            return None
        from symgd.data import columns_from
        from symgd.derivation.figures import exact

        names = (*self.inputs, self.target)
        columns = columns_from(names, data, named)
        return {name: tuple(map(exact, columns[name])) for name in names}

    def written(self, **changes: Any) -> Problem:
        """The same problem in another notation.

        Examples
        --------
        >>> Problem("m*x + b").written(residual="e", count="n").cost_term == Problem("m*x + b").cost_term
        False
        """
        return Problem(
            self.model,
            self.loss,
            parameters=self.parameters,
            inputs=self.inputs,
            target=self.target,
            notation=replace(self.notation, **changes),
            labels=self.labels,
        )

    def _expect_parameter(self, name: str) -> None:
        if name not in self.parameters:
            raise ProblemError(
                f'"{name}" is not a parameter', f"expected one of {', '.join(self.parameters)}"
            )


def _found_loss(loss: str | Loss, losses: Mapping[str, Loss]) -> Loss:
    if isinstance(loss, Loss):
        return loss
    if loss in losses:
        return losses[loss]
    if re.fullmatch(r"\w+", str(loss)):
        raise ProblemError(
            f'there is no loss "{loss}"',
            f'expected one of {", ".join(losses)}, or a formula such as "(prediction - target)^4"',
        )
    return Loss("custom", "the given loss", str(loss), "mean", "as given", "the user")
