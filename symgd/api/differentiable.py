"""Differentiable: a Problem with its gradient, its Hessian, its matrix form, and these as functions.

What a method needs is imported when it is asked for: a derivation loads no NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from symgd.api.derivation import Derivation, Gradient, Hessian
from symgd.budget import Budget, at_work, shared
from symgd.derivation.engine import gradient_of
from symgd.derivation.later import each
from symgd.problem import problem as value
from symgd.registry.options import expect_options, is_option, names_options, options_of

if TYPE_CHECKING:
    from symgd.codegen.functions.functions import Functions
    from symgd.data.columns import ColumnLike, Data
    from symgd.matrix.form import MatrixForm

MANY = 20  # parameters of which one is derived by itself where one is asked for


@names_options
class Differentiable(value.Problem):
    """A Problem that derives its cost."""

    @overload
    def derive(
        self, wrt: None = None, *, example: bool = False, budget: Budget | None = None
    ) -> Gradient: ...

    @overload
    def derive(
        self, wrt: str, *, example: bool = False, budget: Budget | None = None
    ) -> Derivation: ...

    def derive(
        self, wrt: str | None = None, *, example: bool = False, budget: Budget | None = None
    ) -> Gradient | Derivation:
        """The gradient, step by step, every step checked.

        Parameters
        ----------
        wrt : str, optional
            One parameter; without it, all of them.
        example : bool
            Derive the loss of one example, L_i, as a step of stochastic descent uses it, in the place of the cost.
        budget : Budget, optional
            How much it may cost, all parameters together; without it, 2000 steps by each and a minute.

        Returns
        -------
        Gradient or Derivation
            Prints as text; has `.latex()`, `.markdown()`, `.typst()`, `.json()`, `.steps` and `.result`.

        Examples
        --------
        >>> from symgd import Problem
        >>> Problem("m*x + b").derive("b").result
        2*Sum(b + m*x[i] - y[i], (i, 1, N))/N
        >>> Problem("m*x + b").derive("b", example=True).result
        2*b + 2*m*x[i] - 2*y[i]
        """
        if wrt is not None:
            self.expect_parameter(wrt)
        if example:
            self.expect_examples("has no examples")
        with shared(budget):
            if wrt is not None and not example and len(self.parameters) > MANY:
                return self._partial(wrt)
            known = self._gradient_of_example if example else self._gradient
        return known if wrt is None else known.partials[wrt]

    def _partial(self, wrt: str) -> Derivation:
        """One derivation of many, which is not to wait for the others."""
        if "_gradient" in self.__dict__:
            return self._gradient.partials[wrt]
        return Gradient.of(gradient_of(self, only=wrt), self).partials[wrt]

    @cached_property
    def _gradient(self) -> Gradient:
        return Gradient.of(gradient_of(self), self, self.lambdify)

    @cached_property
    def _gradient_of_example(self) -> Gradient:
        from symgd.problem.one_example import OneExample

        example = OneExample(self)
        made = gradient_of(example)
        partials = each(made.partials, lambda part: replace(part, said=example.said))
        return Gradient.of(replace(made, partials=partials), None)

    def hessian(self, *, budget: Budget | None = None) -> Hessian:
        """The second derivatives, step by step from the gradient's last lines, every step checked.

        Parameters
        ----------
        budget : Budget, optional
            As for `derive`.

        Returns
        -------
        Hessian
            Prints as text and is written as `derive`'s answer is; `.result` is a SymPy matrix.

        Examples
        --------
        >>> from symgd import Problem
        >>> Problem("m*x + b").hessian()["b", "b"].result
        2
        """
        with shared(budget):
            return self._hessian

    @cached_property
    def _hessian(self) -> Hessian:
        from symgd.derivation.algebra.tidy import tidy_with
        from symgd.derivation.second_order.hessian import hessian

        made = hessian(self._gradient, tidy=tidy_with(self.constants_inside))
        return Hessian.of(made, self._gradient, self)

    def matrix(self, *, budget: Budget | None = None) -> MatrixForm:
        """The cost in matrices, J = ‖Xw − y‖²/N: the way there from Σ, gradient, Hessian and normal equations.

        Parameters
        ----------
        budget : Budget, optional
            As for `derive`.

        Returns
        -------
        MatrixForm
            Prints as text and is written as `derive`'s answer is; `.gradient()`, `.hessian()` and `.stationary()` are
            its parts.

        Raises
        ------
        DerivationError
            When the model is not linear in its parameters, or a sigmoid of one that is.

        Examples
        --------
        >>> from symgd import Problem
        >>> Problem("m*x + b").matrix().gradient().result
        (2/N)*X.T*(X*w - y)
        """
        from symgd.matrix.bridge import matrix_form_of

        self.expect_examples("has no matrix of data")
        with shared(budget):
            return matrix_form_of(self, self.derive())

    def lambdify(
        self, *data: Data, budget: Budget | None = None, **named_data: ColumnLike
    ) -> Functions:
        """The formulas as plain functions of NumPy, for a loop of one's own or another library's optimizer.

        Parameters
        ----------
        *data, **named_data
            As for `descend`; then they are bound, and the functions are called with parameters alone.
        budget : Budget, optional
            As for `derive`.

        Returns
        -------
        Functions
            `predict, cost, gradient, cost_and_gradient, update, hessian`, and `.source`.

        Raises
        ------
        GenerationError
            When the model has a function that has no code.

        Examples
        --------
        >>> from symgd import Problem
        >>> f = Problem("a*x + b").lambdify()
        >>> point = (0.2, 0.5)
        >>> for _ in range(10):
        ...     point = f.update(point, [1, 2, 3], [1.2, 1.8, 3.4], learning_rate=0.06)
        >>> [round(value, 6) for value in point]
        [0.793182, 0.630777]
        """
        from symgd.codegen.functions.functions import Functions

        self._expect_columns(named_data, "lambdify")
        with shared(budget), at_work("writing the functions"):
            made = Functions(self, self.derive, self.hessian)
        return made.on(*data, **named_data) if data or named_data else made

    def _expect_columns(self, given: Mapping[str, Any], call: str, *named: Any) -> None:
        """Refuse what is no column and was meant for an option; a column that is not wanted is named with the others.

        A name among the columns is data, whatever it is called, and so is what an option says by its name, weights="w".
        """
        options = options_of(getattr(type(self), call))
        columns = (*self.columns, *(name for name in named if isinstance(name, str)))
        others = {name: part for name, part in given.items() if name not in columns}
        meant = [name for name, part in others.items() if is_option(name, part, options)]
        if meant and not self.has_examples:
            from symgd.optimize.ways import ABOUT_ROWS

            options = tuple(name for name in options if name not in ABOUT_ROWS)
        expect_options(meant, options, call)
