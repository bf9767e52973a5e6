"""Derivable: a Problem with all that is worked out from its derivatives, in which everything else that it does begins.

What a method needs is imported when it is asked for: a derivation loads no NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal, overload

from symgd.api.differentiable import Differentiable
from symgd.budget import Budget, at_work, shared
from symgd.errors import DerivationError, either
from symgd.parsing.tokens import by_spelling
from symgd.registry.options import names_options
from symgd.terms import Power, number

if TYPE_CHECKING:
    from fractions import Fraction as Rational

    from symgd.codegen.rules.rule_code import RuleCode
    from symgd.data.columns import ColumnLike, Data
    from symgd.derivation.second_order.stationary import Stationary
    from symgd.derivation.second_order.taylor import StableRate
    from symgd.optimizers.optimizer import Optimizer
    from symgd.optimizers.rate import OptimizerRate
    from symgd.optimizers.schedule import Schedule
    from symgd.optimizers.step_writer import StepWriter, WorkedStep
    from symgd.optimizers.worked_step import Whole, WorkedSteps
    from symgd.writing.words import Language


@names_options
class Derivable(Differentiable):
    """A Problem that derives its cost, works out steps and rates, and writes the module that fits it."""

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

    @overload
    def stable_rate(
        self,
        *data: Data,
        at: Mapping[str, float] | None = None,
        optimizer: None = None,
        optimizer_settings: Mapping[str, float] | None = None,
        budget: Budget | None = None,
        **named_data: ColumnLike,
    ) -> StableRate: ...

    @overload
    def stable_rate(
        self,
        *data: Data,
        at: Mapping[str, float] | None = None,
        optimizer: str | Optimizer,
        optimizer_settings: Mapping[str, float] | None = None,
        budget: Budget | None = None,
        **named_data: ColumnLike,
    ) -> OptimizerRate: ...

    def stable_rate(
        self,
        *data: Data,
        at: Mapping[str, float] | None = None,
        optimizer: str | Optimizer | None = None,
        optimizer_settings: Mapping[str, float] | None = None,
        budget: Budget | None = None,
        **named_data: ColumnLike,
    ) -> StableRate | OptimizerRate:
        """Why a constant rate must be below 2/λ_max: Taylor's formula for one step, step by step.

        Parameters
        ----------
        *data, **named_data
            As for `descend`; then the curvatures and rates are worked out.
        at : mapping of str to float, optional
            The parameters, which the curvatures depend on where the cost is not quadratic.
        optimizer : str or Optimizer, optional
            Another one than plain descent: its matrix on a quadratic cost, Jury's conditions, its limit and best settings.
        optimizer_settings : mapping of str to float, optional
            Its settings, where they are not its defaults.
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
            if optimizer is None:
                return stable_rate(self.hessian(), columns, self.notation.count, known)
            from symgd.optimizers.optimizers import find_optimizer
            from symgd.optimizers.rate import rate_of

            found = find_optimizer(optimizer, optimizer_settings)
            count = self.notation.count
            if columns is None:
                cause = f"the rate of {found.name} is found from curvatures, which need data"
                name = found.name
                page = either(f'OPTIMIZERS["{name}"]', f"symgd rate --optimizer {name}")
                remedy = f"pass {either('the columns', '--data')}; {page} has the limit in general"
                raise DerivationError(cause, remedy)
            return rate_of(found, optimizer_settings, self.hessian(), columns, count, known)

    def step(
        self,
        *data: Data,
        start: Mapping[str, float] | None = None,
        optimizer: str | Optimizer = "gradient_descent",
        optimizer_settings: Mapping[str, float] | None = None,
        learning_rate: float | str | None = None,
        schedule: str | Schedule | None = None,
        steps: int = 1,
        digits: int = 6,
        budget: Budget | None = None,
        **named_data: ColumnLike,
    ) -> WorkedSteps:
        """A step of an optimizer with numbers put in: the gradient, each statement for each parameter, what they come to.

        Parameters
        ----------
        *data, **named_data
            As for `descend`.
        start : mapping of str to float, optional
            By parameter; what is not named starts at 0.
        optimizer : str or Optimizer
            A name that `symgd optimizers` lists, or an update rule.
        optimizer_settings : mapping of str to float, optional
            Its settings, where they are not its defaults.
        learning_rate : float or str, optional
            Without it, the one that the optimizer's authors recommend; or a formula of t, as for `descend`.
        schedule : str or Schedule, optional
            How the learning rate changes, as for `descend`: the rate of each step is shown, by its formula, T being `steps`.
        steps : int
            How many steps, one after the other.
        digits : int
            How many significant digits are shown; ≈ stands where that is not the number itself.
        budget : Budget, optional
            As for `derive`.

        Returns
        -------
        WorkedSteps
            Prints as text, and has all formats of a derivation; `.result` is where the last step ends.

        Raises
        ------
        DerivationError
            Where a step leads to what is no finite number, or the cost has not what the rule asks.

        Notes
        -----
        A rule that asks the cost elsewhere or works with matrices has its statements worked out in floating point, for all
        parameters at once, with the matrices shown; what a search or a solution of equations finds is said to be found so.

        Examples
        --------
        >>> from symgd import Problem
        >>> line = Problem("m*x + b")
        >>> line.step([1, 2, 3], [1.2, 1.8, 3.4], learning_rate=0.06).result["b"]
        0.256
        >>> "α/√(t)" in line.step([1, 2], [1.2, 1.8], learning_rate=0.06, schedule="alpha/sqrt(t)").text()
        True
        """
        from symgd.optimizers.optimizers import find_optimizer
        from symgd.optimizers.worked_step import worked_steps

        if self.vectors:
            cause = (
                "a step is worked out for parameters that are numbers, and the model has a vector"
            )
            raise DerivationError(cause, "write the entries out, w1*x1 + w2*x2")
        start = by_spelling(start or {})
        for name in start:
            self.expect_parameter(name)
        columns = self._exactly(data, named_data, "step")
        changing = None
        own = isinstance(learning_rate, str) and learning_rate != "auto"
        if schedule is None and not own:
            found = find_optimizer(optimizer, optimizer_settings)
        else:
            from symgd.optimize.method import changing_rate

            asked = (optimizer, optimizer_settings, learning_rate, schedule)
            found, optimizer_settings, law = changing_rate(*asked)
            changing = None if law is None else (law.schedule, law.settings)
            learning_rate = None if own else learning_rate
        with shared(budget):
            return worked_steps(
                self.derive(),
                columns,
                {**self._settings(), **start},
                found,
                optimizer_settings,
                learning_rate,
                steps,
                digits,
                self._whole_steps(columns),
                changing,
            )

    def _whole_steps(self, columns: Mapping[str, Sequence[Rational]] | None) -> Whole | None:
        """What makes steps of rules that look at all parameters at once; None without any numbers."""

        def whole(
            writer: StepWriter,
        ) -> Callable[[Mapping[str, Any], int], Iterator[WorkedStep]]:
            import numpy as np

            from symgd.optimize.whole_step import WholeSteps

            arrays = [np.array([*map(float, (columns or {})[name])]) for name in self.columns]
            return WholeSteps(self, self.derive(), writer, arrays).steps

        return None if columns is None else whole

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
        learning_rate: Literal["auto"] | None = None,
        budget: Budget | None = None,
    ) -> str:
        """Code that fits this problem, or minimises this function, by gradient descent or another optimizer.

        Parameters
        ----------
        style : {"module", "listing"}
            A module is for use: it checks what it is given, finds rates and says whether it has arrived. A listing is to
            be read: imports, cost, gradient, update and loop in few lines.
        script : bool
            Whether the module can be run as a script that reads a CSV file; of an Objective there is none.
        target : str
            What it is for: a name in CODE_TARGETS, "numpy", "array-api" for arrays of any library, "javascript".
        optimizer, optimizer_settings, schedule
            As for `descend`: a name such as "adam" or an update rule of one's own, its settings by name, and how the
            learning rate changes.
        learning_rate : "auto", optional
            A NumPy module that finds a rate for the optimizer where its `descend` is given none, as `descend` here does: it is
            some 90 lines longer, with momentum on a quadratic 190. Without this it asks for a rate.
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
        >>> from symgd import Objective
        >>> "slope_y = 4 * (y * y * y)" in Objective("(1 - x)^2 + y^4").source()
        True
        """
        from symgd.optimize.found_rate import code_with_rate
        from symgd.optimize.method import code_of

        code = code_of(optimizer, optimizer_settings, schedule)
        code = code_with_rate(code, learning_rate, target)
        code = None if code is None else code.beside(self.equations)
        with shared(budget):
            return self._source(style, script, target, code)

    def _source(self, style: str, script: bool, target: str, code: RuleCode | None) -> str:
        """The code, where it is known what is walked and by which rule."""
        from symgd.codegen.code_targets import code_source

        gradient = self.derive()
        with at_work("writing the module"):
            return code_source(self, gradient, style=style, script=script, target=target, code=code)

    def explain_plan(
        self,
        *,
        style: str = "module",
        target: str = "numpy",
        optimizer: str | Optimizer = "gradient_descent",
        optimizer_settings: Mapping[str, float] | None = None,
        schedule: str | Schedule | None = None,
        language: Language = None,
    ) -> str:
        """Which form generated code and descent take, and why: a data summary, a matrix form or blocks of whole arrays.

        Parameters
        ----------
        style, target, optimizer, optimizer_settings, schedule
            Of the code, as for `source`.
        language : str, optional
            As for `save`.

        Raises
        ------
        GenerationError
            As for `source`.

        Examples
        --------
        >>> from symgd import Problem
        >>> print(Problem("m*x + b").explain_plan().splitlines()[0])
        Form: data summary
        """
        from symgd.codegen.code_targets import form_of, is_over_matrix
        from symgd.codegen.evaluators.residuals import expect_squares
        from symgd.codegen.plan import SECOND, plan_of
        from symgd.codegen.program.jumps import expect_smooth
        from symgd.optimize.method import code_of
        from symgd.writing.words import words_in

        words, code = words_in(language), code_of(optimizer, optimizer_settings, schedule)
        matrix = is_over_matrix(self, style=style, target=target, code=code)
        form = form_of(self, style=style, target=target, code=code)
        asked = frozenset() if code is None else SECOND & code.rule.used
        if code is not None and "H" in asked:
            expect_smooth(self, code.optimizer.name)
        elif code is not None and asked:
            expect_squares(self, code.optimizer.name)
        told = plan_of(self).told(matrix, form, asked, python=target == "numpy")
        return "\n".join(said.written(words=words) for said in told)
