"""Problem, with its methods: films and the marking of a student's lines, beside what it begins with.

What a method needs is imported when it is asked for: a derivation loads no NumPy, a descent no Manim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from symgd.api.fittable import Fittable
from symgd.budget import Budget, shared
from symgd.problem import problem as value
from symgd.registry.options import names_options
from symgd.writing.words import Language

if TYPE_CHECKING:
    from os import PathLike

    from symgd.animations.making.film import Film, FilmFormat, FilmQuality
    from symgd.api.run import Run
    from symgd.data.columns import ColumnLike, Data
    from symgd.optimizers.optimizer import Optimizer
    from symgd.tutor.hints import Hint
    from symgd.tutor.verdict import Verdict


@names_options
@dataclass(frozen=True, init=False, repr=False, eq=False)
class Problem(Fittable):
    __doc__ = value.Problem.__doc__

    def animate(
        self,
        lesson: str,
        *data: Data | Run,
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
        start: Mapping[str, float] | None = None,
        learning_rate: float | str = "auto",
        max_iter: int | None = None,
        tolerance: float | None = None,
        gradient_tolerance: float | None = None,
        cost_tolerance: float | None = None,
        optimizer: str | Optimizer = "gradient_descent",
        optimizer_settings: Mapping[str, float] | None = None,
        schedule: str | None = None,
        **named_data: ColumnLike,
    ) -> Film:
        """Render a film of `lesson`, with .vtt and .srt captions beside it.

        Parameters
        ----------
        lesson : str
            A name in `symgd.animations.lessons.LESSONS`.
        *data, **named_data
            As for `descend`, or a finished Run; lessons about descent need it.
        output : path
            The film's file.
        quality : {"l", "m", "h", "k"}
            480p15, 720p30, 1080p60, 2160p60.
        format : {"mp4", "gif", "webm", "png", "html"}, optional
            A film, a moving picture, a film for browsers, the last picture, or slides; without it, as the output's
            suffix says.
        pace : float
            Every time is multiplied by this: 2.0 takes twice as long.
        theme : {"light", "dark"}
        aspect : {"16:9", "9:16", "1:1"}
            The frame's shape: everything is laid out anew for it.
        burn_captions : bool
            Draw the captions into the picture as well.
        reduced_motion : bool
            Nothing moves: what would is cross-faded, and the camera stands still.
        section : str or sequence of str, optional
            Only the beats of these names.
        cache : bool
            Whether what was drawn before is taken, and what is drawn now is kept for the next time.
        language : str or path, optional
            Of everything that is said and written; see `symgd.writing.words.words_in`.
        progress : callable, optional
            Called after each beat with (beats done, beats, the beat).
        start, learning_rate, max_iter, tolerance, gradient_tolerance, cost_tolerance, optimizer, optimizer_settings, schedule
            As for `descend`.

        Returns
        -------
        Film
            The film's path; a notebook plays it with its captions.

        Raises
        ------
        MissingPackage
            When Manim is not installed.
        UnknownOption
            For an option that is none of these.
        """
        from symgd.animations.render import film_path, render
        from symgd.optimize.run import Run
        from symgd.problem.tables import problem_columns

        self._expect_columns(named_data, "animate")
        film_path(output, format)
        run = next((part for part in data if isinstance(part, Run)), None)
        columns = [part for part in data if not isinstance(part, Run)]
        if columns or named_data:
            run = self.descend(
                problem_columns(self, columns, named_data),
                start=start,
                learning_rate=learning_rate,
                max_iter=max_iter,
                tolerance=tolerance,
                gradient_tolerance=gradient_tolerance,
                cost_tolerance=cost_tolerance,
                optimizer=optimizer,
                optimizer_settings=optimizer_settings,
                schedule=schedule,
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
            aspect=aspect,
            burn_captions=burn_captions,
            reduced_motion=reduced_motion,
            section=section,
            cache=cache,
            language=language,
            progress=progress,
        )

    def check(
        self,
        lines: str | Iterable[str],
        *,
        wrt: Iterable[str] | str | None = None,
        optimizer: str | Optimizer | None = None,
        optimizer_settings: Mapping[str, float] | None = None,
        language: Language = None,
        budget: Budget | None = None,
    ) -> Verdict:
        """Find the first of somebody's own lines that does not follow, and the misconception behind it.

        Parameters
        ----------
        lines : str or iterable of str
            A derivation as it is typed, "dJ/dm = 1/N * sum(2*(m*x_i + b - y_i)*x_i)", further lines beginning with "=".
            With an `optimizer`, lines of its step: "v' = 0.9 v + g", "theta' = theta - alpha v'".
        wrt : iterable of str, optional
            The parameters whose derivatives, or steps, must be there; without it, what is there is enough.
        optimizer : str or Optimizer, optional
            Whose step the lines are: a name, or an update rule. Without it, they are a derivation.
        optimizer_settings : mapping of str to float, optional
            Numbers of its settings, {"beta": 0.8}; without one, its default.
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
        >>> Problem("m*x + b").check("v' = beta*v + g; theta' = theta - alpha*v'", optimizer="momentum").kind
        'right'
        """
        from symgd.api.exercise import Exercise

        with shared(budget):
            exercise = Exercise.of_problem(self, wrt)
            return exercise.check(
                lines,
                optimizer=optimizer,
                optimizer_settings=optimizer_settings,
                language=language,
            )

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
        from symgd.api.exercise import Exercise

        with shared(budget):
            exercise = Exercise.of_problem(self, wrt)
            return exercise.hint(lines, strength=strength, language=language)
