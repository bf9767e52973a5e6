"""Problem, with its methods: derivations, code, descent, films, and the marking of a student's lines.

What a method needs is imported when it is asked for: a derivation loads no NumPy, a descent no Manim.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from symgd.api.fittable import Fittable
from symgd.budget import Budget, shared
from symgd.problem import problem as value
from symgd.registry.options import names_options
from symgd.writing.words import Language

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    from symgd.api.run import Run
    from symgd.data.columns import ColumnLike, Data
    from symgd.optimize.descent_options import Exact, File, Hold, Order, Progress, Rate, Watch
    from symgd.optimizers.optimizer import Optimizer
    from symgd.optimizers.schedule import Schedule
    from symgd.tutor.hints import Hint
    from symgd.tutor.verdict import Verdict


@names_options
@dataclass(frozen=True, init=False, repr=False, eq=False)
class Problem(Fittable):
    __doc__ = value.Problem.__doc__

    def descend(
        self,
        /,
        *data: Data,
        start: Mapping[str, float] | None = None,
        learning_rate: Rate = "auto",
        max_iter: int | None = None,
        tolerance: float | None = None,
        gradient_tolerance: float | None = None,
        cost_tolerance: float | None = None,
        batch_size: int | None = None,
        replacement: bool = False,
        shuffle: bool = True,
        seed: int = 0,
        epochs: int | None = None,
        alternate: Order = False,
        hold: Hold = (),
        standardise: bool = False,
        coordinates: Exact | None = None,
        optimizer: str | Optimizer = "gradient_descent",
        optimizer_settings: Mapping[str, float] | None = None,
        schedule: str | Schedule | None = None,
        progress: Progress | None = None,
        watch: Watch | None = None,
        log_every: int | None = None,
        checkpoint: File | None = None,
        checkpoint_every: int | None = None,
        **named_data: ColumnLike,
    ) -> Run:
        """Minimise the cost on data by gradient descent, or another optimizer.

        Parameters
        ----------
        *data, **named_data
            The inputs in order and the target, arrays of shape (n,); or one table or CSV path that has them by name.
        start : mapping of str to float, optional
            By parameter; what is not named starts at 0.
        learning_rate : float, "auto" or str
            α, or a formula of t, the step's number from 1: "0.1/sqrt(t)". "auto" takes the best constant rate where the curvature is constant, which it is where the model is
            linear in its parameters and the loss a square (1/λ_max where that comes further in so many steps), and
            elsewhere a rate for each step, at which the cost falls (backtracking). Another optimizer has the best constant
            rate where that is known and arrives in so many steps, else the best of some that are tried for as many steps
            as are made, at most a few dozen: with another `max_iter` it may be another. The notes say what it took.
        max_iter : int, optional
            How many steps at most. Without it: 1,000,000 where the data summary makes a step of plain descent cost about
            a microsecond (10,000 where a million would bring it hardly further), else, and by another optimizer, 10,000: raise it where
            the outcome is "out of steps".
        tolerance : float, optional
            Ends when the next step would be no longer than this; 0 makes all steps. Without it: when a step is no
            longer than 1e-9 and the cost can fall no further. "converged" is only a minimum on the parameters' own
            scale; where a tolerance that is given ends a descent elsewhere, it has "stalled".
        gradient_tolerance, cost_tolerance : float, optional
            Ends as well when the gradient is no longer than this, or when a step changes the cost by no more.
        batch_size : int, optional
            Rows that a step looks at, 1 for one example at a time; their cost alone, as though they were all, gives the
            gradient. The trace and the tests are about the whole cost, which costs a pass over the data for each row of
            the trace: beyond 10,000 rows, where no data summary makes it cheap, there is a row an epoch.
        replacement, shuffle, seed
            Epoch e takes the rows as ``numpy.random.default_rng([seed, e]).permutation(n)`` has them, `batch_size` at a
            time; with replacement as ``.integers(0, n, (ceil(n/k), k))`` does, a batch a row; with ``shuffle=False`` in
            their own order.
        epochs : int, optional
            Passes over the data at most, in the place of `max_iter`, which counts steps. With batches and without
            both: 100, or as many as 100,000 steps make.
        alternate : bool or sequence of str
            A step moves one parameter after the other, each from where the one before has led: in this order, or
            where it is True in the problem's.
        hold : mapping of str to float or None, or sequence of str
            Parameters that keep this value, or where it is None or not given their start, and do not move.
        standardise : bool
            Make the steps where each input is centred and scaled: the learning rate holds there, parameters and trace
            stay in your units. Where the model is not linear in its parameters, their effects at the start are scaled.
        coordinates : "exact", optional
            Make the steps where a quadratic cost is round: one step at a rate of 0.5 is the whole way.
        optimizer : str or Optimizer
            A name that `symgd.optimizers.optimizers.OPTIMIZERS` has, such as "momentum" or "adam", or an update rule:
            "v' = beta*v + g; theta' = theta - alpha*v'". What it remembers is in the trace: ``run.trace["v[a]"]``. With
            any but plain descent "auto" is the best constant rate where it is known, else of some that are tried for a
            few dozen steps the one that brings the cost lowest.
        optimizer_settings : mapping of str to float, optional
            Its settings by name, such as ``{"beta": 0.9}``.
        schedule : str, optional
            How the rate changes: a name, or a formula of t, alpha and T, the most steps: "alpha/sqrt(t)".
        progress : callable, optional
            Called now and then with the steps made and `max_iter`.
        watch : callable, optional
            Called before each step with its number, the parameters by name, the cost and the gradient's length.
        log_every : int, optional
            Call `watch` only so often; without it, write a line to standard error.
        checkpoint : path, optional
            A file that the descent is kept in, from which the same call goes on to the last bit after whatever ended
            it; it may ask for more steps. One of another problem, data or options is refused.
        checkpoint_every : int, optional
            Steps between two writings; without it, ten seconds or more.

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
        from symgd.optimize.descent_options import DescentOptions

        self._expect_columns(named_data, "descend")
        options = DescentOptions(
            start=start,
            learning_rate=learning_rate,
            max_iter=max_iter,
            tolerance=tolerance,
            gradient_tolerance=gradient_tolerance,
            cost_tolerance=cost_tolerance,
            batch_size=batch_size,
            replacement=replacement,
            shuffle=shuffle,
            seed=seed,
            epochs=epochs,
            alternate=alternate,
            hold=hold,
            standardise=standardise,
            coordinates=coordinates,
            optimizer=optimizer,
            optimizer_settings=optimizer_settings,
            schedule=schedule,
            progress=progress,
            watch=watch,
            log_every=log_every,
            checkpoint=checkpoint,
            checkpoint_every=checkpoint_every,
        )
        return Run.of(descend(self, self.derive, data, named_data, options))

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
        learning_rate: float | str = "auto",
        max_iter: int | None = None,
        tolerance: float | None = None,
        gradient_tolerance: float | None = None,
        cost_tolerance: float | None = None,
        optimizer: str | Optimizer = "gradient_descent",
        optimizer_settings: Mapping[str, float] | None = None,
        schedule: str | None = None,
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
        start, learning_rate, max_iter, tolerance, gradient_tolerance, cost_tolerance, optimizer, optimizer_settings, schedule
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
            burn_captions=burn_captions,
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
