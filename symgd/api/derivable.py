"""Derivable: a Problem with its derivations, in which everything else that it does begins.

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
from symgd.errors import DerivationError, either
from symgd.problem import problem as value
from symgd.registry.options import expect_options, is_option, names_options, options_of
from symgd.terms import Power, number

if TYPE_CHECKING:
    from fractions import Fraction as Rational

    from symgd.codegen.functions import Functions
    from symgd.data.columns import ColumnLike, Data
    from symgd.derivation.second_order.stationary import Stationary
    from symgd.derivation.second_order.taylor import StableRate
    from symgd.matrix.form import MatrixForm
    from symgd.optimizers.optimizer import Optimizer
    from symgd.optimizers.schedule import Schedule

MANY = 20  # parameters of which one is derived by itself where one is asked for


@names_options
class Derivable(value.Problem):
    """A Problem that derives its cost, and writes the module that fits it."""

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
        partials = {name: replace(part, said=example.said) for name, part in made.partials.items()}
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

    def stationary(
        self, *data: Data, budget: Budget | None = None, **named_data: ColumnLike
    ) -> Stationary:
        """Where the gradient is zero, step by step: the normal equations, and their solution.

        Parameters
        ----------
        *data, **named_data
            As for `descend`; then the numbers are put in, each as the decimal that it is written as.
        budget : Budget, optional
            As for `derive`.

        Raises
        ------
        DerivationError
            Where an equation is not linear in the parameters, or many points are solutions.

        Examples
        --------
        >>> from symgd import Problem
        >>> Problem("m*x").stationary().result["m"]
        Sum(x[i]*y[i], (i, 1, N))/Sum(x[i]**2, (i, 1, N))
        """
        from symgd.derivation.second_order.stationary import stationary

        if self.vectors:
            cause = "the stationary point is not solved for vectors of any length"
            lengths = "write them out with problem.written_out(p=2), in its own lengths"
            typed = "write them out, such as w1*x1 + w2*x2"
            raise DerivationError(cause, either(lengths, typed))
        loss = self.example_loss
        square = isinstance(loss, Power) and loss.exponent == number(2)
        least = square and self.penalty is None
        columns = self._exactly(data, named_data, "stationary")
        count, settings = self.notation.count, self._settings()
        with shared(budget):
            return stationary(self.derive(), count, least=least, columns=columns, settings=settings)

    def stable_rate(
        self,
        *data: Data,
        at: Mapping[str, float] | None = None,
        budget: Budget | None = None,
        **named_data: ColumnLike,
    ) -> StableRate:
        """Why a constant rate must be below 2/λ_max: Taylor's formula for one step, step by step.

        Parameters
        ----------
        *data, **named_data
            As for `descend`; then the curvatures and rates are worked out.
        at : mapping of str to float, optional
            The parameters, which the curvatures depend on where the cost is not quadratic.
        budget : Budget, optional
            As for `derive`.

        Raises
        ------
        DerivationError
            For a vector of parameters, and where `at` is needed and missing.

        Examples
        --------
        >>> from symgd import Problem
        >>> rate = Problem("a*x + b").stable_rate([1, 2, 3], [1.2, 1.8, 3.4])
        >>> round(rate.largest, 8)
        0.18029485
        """
        from symgd.derivation.at_point.bindings import exactly
        from symgd.derivation.second_order.taylor import stable_rate

        columns = self._exactly(data, named_data, "stable_rate")
        for name in at or {}:
            self.expect_parameter(name)
        point = {name: exactly(name, value) for name, value in (at or {}).items()}
        known = {**self._settings(), **point}
        with shared(budget):
            return stable_rate(self.hessian(), columns, self.notation.count, known)

    def _exactly(
        self, data: tuple[Any, ...], named: Mapping[str, Any], call: str
    ) -> dict[str, tuple[Rational, ...]] | None:
        """The data of a call as exact fractions; None without any."""
        self._expect_columns(named, call)
        if not data and not named:
            return None if self.has_examples else {}
        from symgd.derivation.checking.point import exact
        from symgd.problem.tables import problem_columns

        columns = problem_columns(self, data, named)
        return {name: tuple(map(exact, columns[name])) for name in self.columns}

    def _settings(self) -> dict[str, Rational]:
        """The numbers of the loss and the penalty, by their letters."""
        from symgd.derivation.checking.point import exact

        letters = self.letters
        return {letters[name]: exact(value) for name, value in self.settings.items()}

    def source(
        self,
        *,
        style: str = "module",
        script: bool = False,
        target: str = "numpy",
        optimizer: str | Optimizer = "gradient_descent",
        optimizer_settings: Mapping[str, float] | None = None,
        schedule: str | Schedule | None = None,
        budget: Budget | None = None,
    ) -> str:
        """Code that fits this problem by gradient descent, or another optimizer: a documented module, or a listing for a slide.

        Parameters
        ----------
        style : {"module", "listing"}
            A module is for use: it checks what it is given, finds rates and says whether it has arrived. A listing is to
            be read: imports, cost, gradient, update and loop in few lines.
        script : bool
            Whether the module can be run as a script that reads a CSV file.
        target : str
            What it is for: a name in CODE_TARGETS, "numpy", "array-api" for arrays of any library, "javascript".
        optimizer, optimizer_settings, schedule
            As for `descend`: a name such as "adam" or an update rule of one's own, its settings by name, and how the
            learning rate changes.
        budget : Budget, optional
            As for `derive`.

        Raises
        ------
        GenerationError
            When the model has a function that the module cannot hold, or the optimizer a word that the target lacks.
        DescentError
            For an optimizer, a setting or a schedule that there is not.

        Examples
        --------
        >>> from symgd import Problem
        >>> "residual = m * x + b - y" in Problem("m*x + b").source()
        True
        >>> "m = BETA1 * m + (1 - BETA1) * g" in Problem("a*x + b").source(style="listing", optimizer="adam")
        True
        """
        from symgd.codegen.code_targets import code_source
        from symgd.optimize.method import code_of

        code = code_of(optimizer, optimizer_settings, schedule)
        with shared(budget):
            gradient = self.derive()
            with at_work("writing the module"):
                return code_source(
                    self, gradient, style=style, script=script, target=target, code=code
                )

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
        from symgd.codegen.functions import Functions

        self._expect_columns(named_data, "lambdify")
        with shared(budget), at_work("writing the functions"):
            made = Functions(self, self.derive, self.hessian)
        return made.on(*data, **named_data) if data or named_data else made

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

    def _expect_columns(self, given: Mapping[str, Any], call: str, *named: Any) -> None:
        """Refuse what is no column and was meant for an option; a column that is not wanted is named with the others.

        A name among the columns is data, whatever it is called, and so is what an option says by its name, weights="w".
        """
        options = options_of(getattr(type(self), call))
        columns = (*self.columns, *(name for name in named if isinstance(name, str)))
        others = {name: part for name, part in given.items() if name not in columns}
        meant = [name for name, part in others.items() if is_option(name, part, options)]
        expect_options(meant, options, call)
