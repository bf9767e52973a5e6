"""Descendable: a Problem that walks down the gradient of its cost, over data, or of a function of parameters alone.

What a method needs is imported when it is asked for: a derivation loads no NumPy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from symgd.api.surveyable import Surveyable
from symgd.registry.options import names_options

if TYPE_CHECKING:
    from symgd.api.run import Run
    from symgd.data.columns import ColumnLike, Data
    from symgd.optimize.descent_options import Exact, File, Hold, Order, Progress, Rate, Watch
    from symgd.optimizers.optimizer import Optimizer
    from symgd.optimizers.schedule import Schedule


@names_options
class Descendable(Surveyable):
    """A Problem that walks down its gradient."""

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
        """Minimise the cost on data, or a function of its parameters alone, by gradient descent or another optimizer.

        Parameters
        ----------
        *data, **named_data
            The inputs in order and the target, arrays of shape (n,); or one table or CSV path that has them by name.
            An Objective has none, and what is about rows is refused there.
        start : mapping of str to float, optional
            By parameter; what is not named starts at 0.
        learning_rate : float, "auto" or str
            α, or a formula of t, the step's number from 1: "0.1/sqrt(t)". "auto" takes the best constant rate where the
            curvature is constant, which it is where the model is linear in its parameters and the loss a square (1/λ_max
            where that comes further in so many steps), and elsewhere a rate for each step, at which the cost falls
            (backtracking). Another optimizer has the best constant rate where that is known and arrives in so many steps,
            else the best of some that are tried for as many steps as are made, at most a few dozen: with another
            `max_iter` it may be another. The notes say what it took.
        max_iter : int, optional
            How many steps at most. Without it: 1,000,000 where the data summary makes a step of plain descent cost about
            a microsecond (10,000 where a million would bring it hardly further), else, and by another optimizer, 10,000;
            of an Objective 1,000,000 for a quadratic, 100,000 for another smooth function, and 10,000 for one with kinks,
            or of a quadratic by another optimizer. Raise it where the outcome is "out of steps".
        tolerance : float, optional
            Ends when the next step would be no longer than this; 0 makes all steps. Without it: when a step is no
            longer than 1e-9 and the cost can fall no further. "converged" is only a minimum on the parameters' own
            scale, of an Objective where it can fall by no more than a small part of what it has fallen and no parameter
            has far to go; where a tolerance that is given ends a descent elsewhere, it has "stalled".
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
            any but plain descent "auto" is the best constant rate where it is known, else of some that are tried the one
            that brings the cost lowest.
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
            When start, rate or limits do not fit the problem, or an option is about rows and there are none.
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
        >>> from symgd import Objective
        >>> run = Objective("(x - 3)^2 + 10*(y + 1)^2").descend(learning_rate=0.05)
        >>> {name: round(value, 6) for name, value in run.parameters.items()}, run.outcome.kind
        ({'x': 3.0, 'y': -1.0}, 'converged')
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
        walked = self._in_numbers()
        return Run.of(descend(walked, walked.derive, data, named_data, options))

    def _in_numbers(self) -> Descendable:
        """What is walked on: an Objective writes its vectors out."""
        return self
