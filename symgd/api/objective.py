"""Objective, with its methods, and `minimize`: functions of their parameters alone, derived and descended.

What a method needs is imported when it is asked for: a derivation loads no NumPy.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from symgd.api.descendable import Descendable
from symgd.budget import at_work
from symgd.problem import objective as value
from symgd.problem.notation import Notation
from symgd.registry.options import names_options
from symgd.terms.function import Function
from symgd.writing.words import Language

if TYPE_CHECKING:
    from os import PathLike

    from symgd.animations.making.film import Film, FilmFormat, FilmQuality
    from symgd.api.run import Run
    from symgd.codegen.rules.rule_code import RuleCode


@names_options
@dataclass(frozen=True, init=False, repr=False, eq=False)
class Objective(Descendable, value.Objective):
    __doc__ = value.Objective.__doc__

    def _in_numbers(self) -> Objective:
        """The same with its vectors written out, where sums end at numbers."""
        ends_are_numbers = bool(self.vectors) and not self.lengths
        return self.written_out() if ends_are_numbers else self

    def _source(self, style: str, script: bool, target: str, code: RuleCode | None) -> str:
        """Code without data; a module for NumPy walks by its own laws."""
        from symgd.codegen.code_targets import MODULE, code_source, expect_no_script
        from symgd.codegen.modules.function_module import function_source
        from symgd.codegen.program.program import expect_numbers
        from symgd.optimize.constant_curvature import quadratic_function

        expect_no_script(script)
        expect_numbers(self)
        gradient = self.derive()
        with at_work("writing the module"):
            if (style, target) != (MODULE, "numpy"):
                return code_source(self, gradient, style=style, target=target, code=code)
            found = quadratic_function(self)
            squares = None if found is None else (found.matrix, found.centre)
            return function_source(self, gradient, squares, code)

    def animate(
        self,
        lesson: str = "descend",
        run: Run | None = None,
        *,
        output: str | PathLike[str],
        quality: FilmQuality = "m",
        format: FilmFormat | None = None,
        pace: float = 1.0,
        theme: Literal["light", "dark"] = "light",
        aspect: Literal["16:9", "9:16", "1:1"] = "16:9",
        burn_captions: bool = False,
        reduced_motion: bool = False,
        section: str | Sequence[str] | None = None,
        cache: bool = True,
        language: Language = None,
        progress: Callable[[int, int, Any], None] | None = None,
        **options: Any,
    ) -> Film:
        """Render a film of `lesson`, with .vtt and .srt captions beside it.

        Parameters
        ----------
        lesson : str
            A name in `symgd.animations.lessons.LESSONS`.
        run : Run, optional
            A finished descent; without it, a lesson that needs one is about one with these `options`.
        output, quality, format, pace, theme, aspect, burn_captions, reduced_motion, section, cache, language, progress
            As for `Problem.animate`.
        **options
            As for `descend`.

        Returns
        -------
        Film
            The film's path; a notebook plays it with its captions.

        Raises
        ------
        MissingPackage
            When Manim is not installed.
        """
        from symgd.animations.lessons import lesson_called
        from symgd.animations.render import film_path, render

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
            aspect=aspect,
            burn_captions=burn_captions,
            reduced_motion=reduced_motion,
            section=section,
            cache=cache,
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
