"""Objective, with its methods, and `minimize`: functions of their parameters alone, derived and descended.

What a method needs is imported when it is asked for: a derivation loads no NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from symgd.api.surveyable import Surveyable
from symgd.budget import Budget, at_work, shared
from symgd.problem import objective as value
from symgd.problem.notation import Notation
from symgd.registry.options import expect_options, names_options, options_of
from symgd.terms.function import Function
from symgd.writing.words import Language

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from symgd.api.run import Run
    from symgd.optimize.descent_options import Exact, File, Hold, Order, Progress, Rate, Watch
    from symgd.optimizers.optimizer import Optimizer
    from symgd.optimizers.schedule import Schedule


@names_options
@dataclass(frozen=True, init=False, repr=False, eq=False)
class Objective(Surveyable, value.Objective):
    __doc__ = value.Objective.__doc__

    def descend(
        self,
        *,
        start: Mapping[str, float] | None = None,
        learning_rate: Rate = "auto",
        max_iter: int | None = None,
        tolerance: float | None = None,
        gradient_tolerance: float | None = None,
        cost_tolerance: float | None = None,
        alternate: Order = False,
        hold: Hold = (),
        coordinates: Exact | None = None,
        progress: Progress | None = None,
        watch: Watch | None = None,
        log_every: int | None = None,
        checkpoint: File | None = None,
        checkpoint_every: int | None = None,
        **others: Any,
    ) -> Run:
        """Minimise the function by gradient descent; `symgd.Problem.descend` says more of each option.

        Parameters
        ----------
        start : mapping of str to float, optional
            By parameter; what is not named starts at 0.
        learning_rate : float or "auto"
            α; "auto" takes the best constant rate of a quadratic, and elsewhere a rate for each step, at which the
            function falls (backtracking).
        max_iter : int, optional
            How many steps at most. Without it: 1,000,000 for a quadratic, 100,000 for another smooth function, and 10,000
            for one with kinks, or of a quadratic by another optimizer: raise it where the outcome is "out of steps".
        tolerance, gradient_tolerance, cost_tolerance : float, optional
            When to end. It has then "converged" where the function can fall by no more than a small part of what it has
            fallen and no parameter has far to go, and else "stalled".
        alternate : bool or sequence of str
            Move one parameter after the other.
        hold : mapping of str to float or None, or sequence of str
            Parameters that do not move.
        coordinates : "exact", optional
            Make the steps where a quadratic is round.
        progress, watch, log_every, checkpoint, checkpoint_every
            As for `Problem.descend`.
        **others
            What else `Problem.descend` takes; what is about rows of data is refused.

        Raises
        ------
        DescentError
            When start, rate or limits do not fit the function, or an option is about data.
        UnknownOption
            For an option that is none of these.

        Examples
        --------
        >>> from symgd import Objective
        >>> run = Objective("(x - 3)^2 + 10*(y + 1)^2").descend(learning_rate=0.05)
        >>> {name: round(value, 6) for name, value in run.parameters.items()}, run.outcome.kind
        ({'x': 3.0, 'y': -1.0}, 'converged')
        """
        from symgd.api.run import Run
        from symgd.optimize.descend import descend
        from symgd.optimize.descent_options import DescentOptions
        from symgd.optimize.ways import ABOUT_ROWS

        ends_are_numbers = bool(self.vectors) and not self.lengths
        function = self.written_out() if ends_are_numbers else self
        every = options_of(DescentOptions)
        unknown = [name for name in others if name not in every]
        expect_options(unknown, [name for name in every if name not in ABOUT_ROWS], "descend")
        options = DescentOptions(
            start=start,
            learning_rate=learning_rate,
            max_iter=max_iter,
            tolerance=tolerance,
            gradient_tolerance=gradient_tolerance,
            cost_tolerance=cost_tolerance,
            alternate=alternate,
            hold=hold,
            coordinates=coordinates,
            progress=progress,
            watch=watch,
            log_every=log_every,
            checkpoint=checkpoint,
            checkpoint_every=checkpoint_every,
            **others,
        )
        return Run.of(descend(function, function.derive, (), {}, options))

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
        """A documented module that minimises this function by gradient descent, or another optimizer; it needs NumPy alone.

        Parameters
        ----------
        style, script, target
            As for `Problem.source`; of a function without data there are modules for NumPy.
        optimizer, optimizer_settings, schedule
            As for `descend`.
        learning_rate : "auto", optional
            As for `Problem.source`.
        budget : Budget, optional
            As for `derive`.

        Raises
        ------
        GenerationError
            When the formula has a function that the module cannot hold, or the optimizer a word.

        Examples
        --------
        >>> from symgd import Objective
        >>> "slope_y = 4 * (y * y * y)" in Objective("(1 - x)^2 + y^4").source()
        True
        """
        from symgd.codegen.code_targets import expect_module
        from symgd.codegen.modules.function_module import function_source
        from symgd.codegen.program.program import expect_numbers
        from symgd.optimize.constant_curvature import quadratic_function
        from symgd.optimize.found_rate import code_with_rate
        from symgd.optimize.method import code_of

        expect_module(style, script, target)
        code = code_of(optimizer, optimizer_settings, schedule)
        code = code_with_rate(code, learning_rate, target)
        with shared(budget):
            expect_numbers(self)
            gradient = self.derive()
            with at_work("writing the module"):
                found = quadratic_function(self)
                squares = None if found is None else (found.matrix, found.centre)
                return function_source(self, gradient, squares, code)

    def animate(
        self,
        lesson: str = "descend",
        run: Run | None = None,
        *,
        output: str | PathLike[str],
        quality: Literal["l", "m", "h"] = "m",
        format: Literal["mp4", "gif"] | None = None,
        pace: float = 1.0,
        theme: Literal["light", "dark"] = "light",
        burn_captions: bool = False,
        language: Language = None,
        progress: Callable[[int, int, Any], None] | None = None,
        **options: Any,
    ) -> Path:
        """Render a film of `lesson`, with .vtt and .srt captions beside it.

        Parameters
        ----------
        lesson : str
            A name in `symgd.animations.render.LESSONS`.
        run : Run, optional
            A finished descent; without it, a lesson that needs one is about one with these `options`.
        output, quality, format, pace, theme, burn_captions, language, progress
            As for `Problem.animate`.
        **options
            As for `descend`.

        Raises
        ------
        MissingPackage
            When Manim is not installed.
        """
        from symgd.animations.render import film_path, lesson_called, render

        film_path(output, format)
        if run is None and lesson_called(lesson).needs == "run":
            run = self.descend(**options)
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


@names_options
def minimize(
    formula: str,
    *,
    parameters: Sequence[str] | None = None,
    settings: Mapping[str, float] | None = None,
    notation: Notation | None = None,
    functions: Mapping[str, Function] | None = None,
    **options: Any,
) -> Run:
    """Minimise a function of its parameters alone by gradient descent: ``Objective(formula, ...).descend(...)``.

    Parameters
    ----------
    formula : str
        Such as "(1 - x)^2 + 100*(y - x^2)^2".
    parameters, settings, notation, functions
        As for `Objective`.
    **options
        As for `Objective.descend`: start, learning_rate, max_iter, tolerance and the others.

    Returns
    -------
    Run

    Raises
    ------
    FormulaError, ProblemError
        When the formula cannot be read, or its names do not fit together.
    DescentError
        When an option does not fit the function.

    Examples
    --------
    >>> from symgd import minimize
    >>> run = minimize("(1 - x)^2 + 100*(y - x^2)^2", start={"x": -1.2, "y": 1.0},
    ...                learning_rate=0.001, max_iter=1000, tolerance=0)
    >>> len(run.trace), run.outcome.kind, round(float(run.trace.cost[0]), 6)
    (1001, 'out of steps', 24.2)
    """
    made = Objective(
        formula, parameters=parameters, settings=settings, notation=notation, functions=functions
    )
    return made.descend(**options)
