"""Desk: what a problem offers beside its derivations, each imported when it is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, cast

from symgd.errors import DerivationError, ProblemError
from symgd.terms import Power, number

if TYPE_CHECKING:
    from fractions import Fraction as Rational
    from os import PathLike
    from pathlib import Path

    from symgd.derivation.second_order.stationary import Stationary
    from symgd.derivation.second_order.taylor import StableRate
    from symgd.matrix.form import MatrixForm
    from symgd.optimize.descend import Run
    from symgd.problem.problem import Problem
    from symgd.tutor.hints import Hint
    from symgd.tutor.verdict import Verdict


class Desk:
    """The ways from a Problem to code, descent, films, and a student's own lines."""

    @property
    def _problem(self) -> Problem:
        return cast("Problem", self)

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
        >>> from symgd import Problem
        >>> Problem("m*x").stationary().result["m"]
        Sum(x[i]*y[i], (i, 1, N))/Sum(x[i]**2, (i, 1, N))
        """
        from symgd.derivation.second_order.stationary import stationary

        problem = self._problem
        if problem.vectors:
            raise DerivationError(
                "the stationary point is not solved for vectors of any length",
                "write them out with problem.written_out(p=2), in its own lengths",
            )
        loss = problem.example_loss
        square = isinstance(loss, Power) and loss.exponent == number(2)
        least = square and problem.penalty is None
        columns = self._exactly(data, named_data)
        count, settings = problem.notation.count, self._settings()
        return stationary(problem.derive(), count, least=least, columns=columns, settings=settings)

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
        >>> from symgd import Problem
        >>> rate = Problem("a*x + b").stable_rate([1, 2, 3], [1.2, 1.8, 3.4])
        >>> round(rate.largest, 8)
        0.18029485
        """
        from symgd.derivation.second_order.figures import exact
        from symgd.derivation.second_order.taylor import stable_rate

        problem = self._problem
        for name in at or {}:
            problem.expect_parameter(name)
        place = {name: exact(value) for name, value in (at or {}).items()}
        columns = self._exactly(data, named_data)
        known = {**self._settings(), **place}
        return stable_rate(problem.hessian(), columns, problem.notation.count, known)

    def _exactly(
        self, data: tuple[Any, ...], named: Mapping[str, Any]
    ) -> dict[str, tuple[Rational, ...]] | None:
        """The data as exact fractions; None without any."""
        if not data and not named:
            return None
        from symgd.data.columns import columns_from
        from symgd.derivation.second_order.figures import exact

        names = (*self._problem.inputs, self._problem.target)
        columns = columns_from(names, data, named)
        return {name: tuple(map(exact, columns[name])) for name in names}

    def _settings(self) -> dict[str, Rational]:
        """The numbers of the loss and the penalty, by their letters."""
        from symgd.derivation.second_order.figures import exact

        letters = self._problem.letters
        return {letters[name]: exact(value) for name, value in self._problem.settings.items()}

    def source(self) -> str:
        """A documented module that fits this problem by gradient descent and needs NumPy alone.

        Raises
        ------
        GenerationError
            When the model has a function that the module cannot hold.
        """
        from symgd.codegen.python import source

        return source(self._problem)

    def written_out(self, **lengths: int) -> Problem:
        """The same problem with the sums of its model written out, for descent, code and all that needs numbers.

        Parameters
        ----------
        **lengths
            What each sum counts to. An entry w_1 of w is then a parameter of its own, and x_1 an input.

        Raises
        ------
        ProblemError
            For a sum without a length, or a length that is too long.

        Examples
        --------
        >>> from symgd import Problem
        >>> plane = Problem("sum(w[j]*x[j], j, p) + b").written_out(p=2)
        >>> plane.model, plane.parameters, plane.inputs
        ('w_1*x_1 + w_2*x_2 + b', ('w_1', 'w_2', 'b'), ('x_1', 'x_2'))
        """
        from symgd.problem.costs import written_out as plain
        from symgd.terms.unrolling import WrittenOut
        from symgd.writing.text import text

        problem = self._problem
        for name in lengths:
            if name not in problem.lengths:
                known = ", ".join(problem.lengths) or "none"
                raise ProblemError(
                    f'no sum in the model counts to "{name}"', f"the lengths are {known}"
                )
        written = WrittenOut(lengths, problem.notation.index)
        models = [text(written.term(plain(part)), ascii=True) for part in problem.predictions]

        def names(of: tuple[str, ...]) -> list[str]:
            return [entry for name in of for entry in written.entries.get(name, [name])]

        return type(problem)(
            models[0] if len(models) == 1 else models,
            problem.loss,
            parameters=names(problem.parameters),
            inputs=names(problem.inputs),
            target=problem.targets,
            penalty=problem.penalty,
            penalized=names(problem.penalized) or None,
            settings=problem.settings,
            notation=problem.notation,
        )

    def matrix(self) -> MatrixForm:
        """The cost in matrices, J = ‖Xw − y‖²/N: the way there from Σ, gradient, Hessian and normal equations.

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

        return matrix_form_of(self._problem)

    def descend(self, *data: Any, **options: Any) -> Run:
        """Minimise the cost on data by gradient descent; see `symgd.optimize.descend.descend` for all options.

        Parameters
        ----------
        *data
            The inputs in order and the target, arrays of shape (n,); or one table or CSV path that has them by name.
        **options
            start, learning_rate, max_iter, tolerance and others; further names are data columns.

        Examples
        --------
        >>> from symgd import Problem
        >>> run = Problem("a*x + b").descend([1, 2, 3], [1.2, 1.8, 3.4], max_iter=5, tolerance=0,
        ...                                  learning_rate=0.06, start={"a": 0.2, "b": 0.5})
        >>> round(run.parameters["a"], 6)
        0.767794
        """
        from symgd.optimize.descend import descend

        return descend(self._problem, *data, **options)

    def animate(
        self,
        lesson: str,
        *data: Any,
        output: str | PathLike[str],
        quality: str = "m",
        format: str = "mp4",
        pace: float = 1.0,
        theme: str = "light",
        burn_captions: bool = False,
        progress: Callable[[int, int, Any], None] | None = None,
        **options: Any,
    ) -> Path:
        """Render a film of `lesson`, with .vtt and .srt captions beside it.

        Parameters
        ----------
        lesson : str
            A name in `symgd.animations.render.LESSONS`.
        *data
            As for `descend`, or a finished Run; lessons about descent need it.
        output : path
            The film's file.
        quality : {"l", "m", "h"}
            480p15, 720p30, 1080p60.
        format : {"mp4", "gif"}
        pace : float
            Every time is multiplied by this.
        theme : {"light", "dark"}
        burn_captions : bool
            Draw the captions into the picture.
        progress : callable, optional
            Called after each beat with (beats done, beats, the beat).
        **options
            As for `descend`.

        Raises
        ------
        MissingPackage
            When Manim is not installed.
        """
        from symgd.animations import render
        from symgd.optimize.descend import Run

        given = data[0] if len(data) == 1 and isinstance(data[0], Run) else None
        run = given or (self.descend(*data, **options) if data else None)
        film: Path = render(
            lesson,
            self._problem,
            run,
            output=output,
            quality=quality,
            format=format,
            pace=pace,
            theme=theme,
            burn_captions=burn_captions,
            progress=progress,
        )
        return film

    def check(
        self, lines: str | Iterable[str], *, wrt: Iterable[str] | str | None = None
    ) -> Verdict:
        """Find the first of somebody's own lines that does not follow, and the misconception behind it.

        Parameters
        ----------
        lines : str or iterable of str
            A derivation as it is typed, "dJ/dm = 1/N * sum(2*(m*x_i + b - y_i)*x_i)", further lines beginning with "=".
        wrt : iterable of str, optional
            The parameters whose derivatives must be there; without it, what is there is enough.

        Returns
        -------
        Verdict
            Prints as text; has `.kind`, `.line`, `.misconception`, `.witness` and `.json()`.

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

        return Exercise.of_problem(self._problem, wrt).check(lines)

    def hint(
        self,
        lines: str | Iterable[str] = "",
        *,
        strength: int = 1,
        wrt: Iterable[str] | str | None = None,
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

        Examples
        --------
        >>> from symgd import Problem
        >>> Problem("m*x + b").hint("dJ/dm = d/dm 1/N sum (m x_i + b - y_i)^2").rules
        ('constant multiple rule',)
        """
        from symgd.tutor.exercise import Exercise

        return Exercise.of_problem(self._problem, wrt).hint(lines, strength=strength)
