"""Problem, with its methods: derivations, code, descent, films, and the marking of a student's lines.

What a method needs is imported when it is asked for: a derivation loads no NumPy, a descent no Manim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal, overload

from symgd.budget import Budget, at_work, shared
from symgd.derivation.engine import gradient_of
from symgd.derivation.gradient import Derivation, Gradient
from symgd.errors import DerivationError, either
from symgd.problem import problem as value
from symgd.registry.options import expect_options, is_option, names_options, options_of
from symgd.terms import Power, number
from symgd.writing.words import Language

if TYPE_CHECKING:
    from fractions import Fraction as Rational
    from os import PathLike
    from pathlib import Path

    from symgd.api.run import Run
    from symgd.data.columns import ColumnLike, Data
    from symgd.derivation.second_order.hessian import Hessian
    from symgd.derivation.second_order.stationary import Stationary
    from symgd.derivation.second_order.taylor import StableRate
    from symgd.matrix.form import MatrixForm
    from symgd.tutor.hints import Hint
    from symgd.tutor.verdict import Verdict


@names_options
@dataclass(frozen=True, init=False, repr=False, eq=False)
class Problem(value.Problem):
    __doc__ = value.Problem.__doc__

    @overload
    def derive(self, wrt: None = None, *, budget: Budget | None = None) -> Gradient: ...

    @overload
    def derive(self, wrt: str, *, budget: Budget | None = None) -> Derivation: ...

    def derive(
        self, wrt: str | None = None, *, budget: Budget | None = None
    ) -> Gradient | Derivation:
        """The gradient, step by step, every step checked.

        Parameters
        ----------
        wrt : str, optional
            One parameter; without it, all of them.
        budget : Budget, optional
            How much it may cost, all parameters together; without it, 2000 steps by each and a minute.

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
            self.expect_parameter(wrt)
        with shared(budget):
            known = self._gradient
        return known if wrt is None else known.partials[wrt]

    @cached_property
    def _gradient(self) -> Gradient:
        return gradient_of(self)

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
        >>> Problem("m*x + b").hessian()["b", "b"].result
        2
        """
        with shared(budget):
            return self._hessian

    @cached_property
    def _hessian(self) -> Hessian:
        from symgd.derivation.algebra.tidy import tidy_with
        from symgd.derivation.second_order.hessian import hessian

        return hessian(self._gradient, tidy=tidy_with(self.constants_inside))

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
            return None
        from symgd.data.columns import columns_from
        from symgd.derivation.checking.point import exact

        columns = columns_from(self.columns, data, named)
        return {name: tuple(map(exact, columns[name])) for name in self.columns}

    def _settings(self) -> dict[str, Rational]:
        """The numbers of the loss and the penalty, by their letters."""
        from symgd.derivation.checking.point import exact

        letters = self.letters
        return {letters[name]: exact(value) for name, value in self.settings.items()}

    def source(self, *, budget: Budget | None = None) -> str:
        """A documented module that fits this problem by gradient descent and needs NumPy alone.

        Parameters
        ----------
        budget : Budget, optional
            As for `derive`.

        Raises
        ------
        GenerationError
            When the model has a function that the module cannot hold.
        """
        from symgd.codegen.numpy_module import source

        with shared(budget):
            gradient = self.derive()
            with at_work("writing the module"):
                return source(self, gradient)

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

        with shared(budget):
            return matrix_form_of(self, self.derive())

    def descend(
        self,
        *data: Data,
        start: Mapping[str, float] | None = None,
        learning_rate: float | Literal["auto"] = "auto",
        max_iter: int | None = None,
        tolerance: float = 1e-9,
        gradient_tolerance: float | None = None,
        cost_tolerance: float | None = None,
        progress: Callable[[int, int], None] | None = None,
        **named_data: ColumnLike,
    ) -> Run:
        """Minimise the cost on data by gradient descent at a constant rate.

        Parameters
        ----------
        *data, **named_data
            The inputs in order and the target, arrays of shape (n,); or one table or CSV path that has them by name.
        start : mapping of str to float, optional
            By parameter; what is not named starts at 0.
        learning_rate : float or "auto"
            α; "auto" takes the best constant rate where the curvature is known, which it is where the model is linear
            in its parameters and the loss a square.
        max_iter : int, optional
            How many steps at most. Without it: 1,000,000 where the data summary makes a step cost about a
            microsecond, else 10,000.
        tolerance : float
            Ends when the next step would be no longer than this; 0 makes all steps.
        gradient_tolerance, cost_tolerance : float, optional
            Ends as well when the gradient is no longer than this, or when a step changes the cost by no more.
        progress : callable, optional
            Called now and then with the steps made and `max_iter`.

        Returns
        -------
        Run
            Ctrl-C ends a descent too: its Run has the trace so far.

        Raises
        ------
        DescentError
            When start, rate or limits do not fit the problem.
        UnknownOption
            For an option that is none of these, with the one that was probably meant.
        DataError
            When the data do not fit it.

        Examples
        --------
        >>> from symgd import Problem
        >>> run = Problem("a*x + b").descend([1, 2, 3], [1.2, 1.8, 3.4], max_iter=5, tolerance=0,
        ...                                  learning_rate=0.06, start={"a": 0.2, "b": 0.5})
        >>> round(run.parameters["a"], 6)
        0.767794
        """
        from symgd.api.run import Run
        from symgd.optimize.descend import descend

        self._expect_columns(named_data, "descend")
        return Run.of(
            descend(
                self,
                self.derive,
                *data,
                start=start,
                learning_rate=learning_rate,
                max_iter=max_iter,
                tolerance=tolerance,
                gradient_tolerance=gradient_tolerance,
                cost_tolerance=cost_tolerance,
                progress=progress,
                **named_data,
            )
        )

    def animate(
        self,
        lesson: str,
        *data: Data | Run,
        output: str | PathLike[str],
        quality: Literal["l", "m", "h"] = "m",
        format: Literal["mp4", "gif"] | None = None,
        pace: float = 1.0,
        theme: Literal["light", "dark"] = "light",
        burn_captions: bool = False,
        language: Language = None,
        progress: Callable[[int, int, Any], None] | None = None,
        start: Mapping[str, float] | None = None,
        learning_rate: float | Literal["auto"] = "auto",
        max_iter: int | None = None,
        tolerance: float = 1e-9,
        gradient_tolerance: float | None = None,
        cost_tolerance: float | None = None,
        **named_data: ColumnLike,
    ) -> Path:
        """Render a film of `lesson`, with .vtt and .srt captions beside it.

        Parameters
        ----------
        lesson : str
            A name in `symgd.animations.render.LESSONS`.
        *data, **named_data
            As for `descend`, or a finished Run; lessons about descent need it.
        output : path
            The film's file.
        quality : {"l", "m", "h"}
            480p15, 720p30, 1080p60.
        format : {"mp4", "gif"}, optional
            Without it, as the output's suffix says.
        pace : float
            Every time is multiplied by this: 2.0 takes twice as long.
        theme : {"light", "dark"}
        burn_captions : bool
            Draw the captions into the picture as well.
        language : str or path, optional
            Of everything that is said and written; see `symgd.writing.words.words_in`.
        progress : callable, optional
            Called after each beat with (beats done, beats, the beat).
        start, learning_rate, max_iter, tolerance, gradient_tolerance, cost_tolerance
            As for `descend`.

        Raises
        ------
        MissingPackage
            When Manim is not installed.
        UnknownOption
            For an option that is none of these.
        """
        from symgd.animations.render import film_path, render
        from symgd.optimize.run import Run

        self._expect_columns(named_data, "animate")
        film_path(output, format)
        run = next((part for part in data if isinstance(part, Run)), None)
        columns = [part for part in data if not isinstance(part, Run)]
        if columns or named_data:
            run = self.descend(
                *columns,
                start=start,
                learning_rate=learning_rate,
                max_iter=max_iter,
                tolerance=tolerance,
                gradient_tolerance=gradient_tolerance,
                cost_tolerance=cost_tolerance,
                progress=None,
                **named_data,
            )
        return render(
            lesson,
            self,
            run,
            derive=self.derive,
            output=output,
            quality=quality,
            format=format,
            pace=pace,
            theme=theme,
            burn_captions=burn_captions,
            language=language,
            progress=progress,
        )

    def _expect_columns(self, given: Mapping[str, Any], call: str) -> None:
        """Refuse what is no column and was meant for an option; a column that is not wanted is named with the others.

        A name among the columns is data, whatever it is called.
        """
        options = options_of(getattr(Problem, call))
        others = {name: part for name, part in given.items() if name not in self.columns}
        meant = [name for name, part in others.items() if is_option(name, part, options)]
        expect_options(meant, options, call)

    def check(
        self,
        lines: str | Iterable[str],
        *,
        wrt: Iterable[str] | str | None = None,
        language: Language = None,
        budget: Budget | None = None,
    ) -> Verdict:
        """Find the first of somebody's own lines that does not follow, and the misconception behind it.

        Parameters
        ----------
        lines : str or iterable of str
            A derivation as it is typed, "dJ/dm = 1/N * sum(2*(m*x_i + b - y_i)*x_i)", further lines beginning with "=".
        wrt : iterable of str, optional
            The parameters whose derivatives must be there; without it, what is there is enough.
        language : str or path, optional
            What the verdict is said in: "fr", or a .po file.
        budget : Budget, optional
            How much our own derivation and the marking may cost together; without it, a minute.

        Returns
        -------
        Verdict
            Prints as text; has `.kind`, `.line`, `.misconception`, `.counterexample` and `.json()`.

        Raises
        ------
        FormulaError
            When a line cannot be read, with its number and column.

        Examples
        --------
        >>> from symgd import Problem
        >>> verdict = Problem("m*x + b").check("dJ/dm = 1/N sum 2(m x_i + b - y_i)")
        >>> verdict.line, verdict.misconception.name
        (1, 'lost inner derivative')
        """
        from symgd.tutor.exercise import Exercise
        from symgd.tutor.marking import mark

        with shared(budget):
            exercise = Exercise.of_gradient(self, self.derive(), wrt)
            with at_work("marking the lines"):
                return mark(exercise, lines, language=language)

    def hint(
        self,
        lines: str | Iterable[str] = "",
        *,
        strength: int = 1,
        wrt: Iterable[str] | str | None = None,
        language: Language = None,
        budget: Budget | None = None,
    ) -> Hint:
        """The next step from somebody's last right line.

        Parameters
        ----------
        lines : str or iterable of str
            What is there already, as for `check`.
        strength : {1, 2, 3}
            1 names the rule, 2 also the part that it is used on, 3 also the line that comes out.
        wrt : iterable of str, optional
            The parameters to go on with.
        language : str or path, optional
            What the hint is told in: "fr", or a .po file.
        budget : Budget, optional
            As for `check`.

        Examples
        --------
        >>> from symgd import Problem
        >>> Problem("m*x + b").hint("dJ/dm = d/dm 1/N sum (m x_i + b - y_i)^2").rules
        ('constant multiple rule',)
        """
        from symgd.tutor.exercise import Exercise
        from symgd.tutor.hints import hint

        with shared(budget):
            exercise = Exercise.of_gradient(self, self.derive(), wrt)
            with at_work("looking for the next step"):
                return hint(exercise, lines, strength, language=language)
