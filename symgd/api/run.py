"""Run and its Trace, with their pictures and their files."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Self

from numpy import array_equal

from symgd.api.pictured import RECORD, REPORT, Pictured, TextFile
from symgd.data.arrays import FloatArray
from symgd.errors import OutputError
from symgd.optimize import run
from symgd.optimize.prediction import inputs_from, predicted, r_squared, residuals
from symgd.optimize.report import as_html, as_json, as_text
from symgd.registry.options import instead_of, names_options
from symgd.registry.registry import FrozenMap
from symgd.writing.words import Language, message

if TYPE_CHECKING:
    from symgd.plots.picture import Picture


@names_options
@dataclass(frozen=True, eq=False, repr=False)
class Trace(run.Trace, Pictured):
    __doc__ = run.Trace.__doc__

    FILES = FrozenMap(
        {
            ".csv": TextFile("a table", lambda trace, _: trace.as_csv()),
            ".json": TextFile("columns by name", lambda trace, _: trace.json()),
        }
    )
    CAPTION = message("The trace")

    def plot(
        self, path: str | PathLike[str] | None = None, *, language: Language = None
    ) -> Picture:
        """The parameters and the cost, by step; writes it to a .png, .svg or .pdf as well where `path` is given."""
        from symgd.plots.plots import plot_trace

        return plot_trace(self, path, language=language)

    def save(self, path: str | PathLike[str], *, every: int = 1, language: Language = None) -> Path:
        """Write the trace to a file: its rows to a .csv or .json, or its picture to a .png, .svg or .pdf; answers where it is.

        Of many rows, `every` k-th step and the last is written.

        Raises
        ------
        OutputError
            For another suffix, or none, or when the file cannot be written.
        """
        return super(Trace, self.thinned(every)).save(path, language=language)


@names_options
@dataclass(frozen=True, repr=False)
class Run(run.Run, Pictured):
    __doc__ = run.Run.__doc__

    FILES = FrozenMap(
        {
            ".csv": TextFile("the trace", lambda made, _: made.trace.as_csv()),
            ".json": RECORD,
            ".txt": REPORT,
        }
    )
    CAPTION = message("Data and line, each parameter, and the cost, by step")

    trace: Trace

    @classmethod
    def of(cls, made: run.Run) -> Self:
        """The same descent, with its picture and its files, and those of its trace."""
        return super().of(replace(made, trace=Trace.of(made.trace)))

    def resume(
        self,
        steps: int,
        *,
        progress: Callable[[int, int], None] | None = None,
        watch: Callable[[int, Mapping[str, float], float, float], object] | None = None,
        log_every: int | None = None,
    ) -> Run:
        """Go on for so many steps at most: the Run is that of one long descent, to the last bit.

        A rate that "auto" chose is kept. A Run that was pickled goes on as well.

        Parameters
        ----------
        steps : int
        progress, watch, log_every
            As for `Problem.descend`.

        Raises
        ------
        DescentError
            For a run that does not know where it stands, or steps that are no whole epochs where its rows are epochs.

        Examples
        --------
        >>> from symgd import Problem
        >>> problem, data = Problem("a*x + b"), ([1, 2, 3], [1.2, 1.8, 3.4])
        >>> short = problem.descend(*data, learning_rate=0.06, max_iter=5)
        >>> long = problem.descend(*data, learning_rate=0.06, max_iter=12)
        >>> short.resume(7).trace == long.trace
        True
        """
        from symgd.optimize.descend import resumed

        told = {"progress": progress, "watch": watch, "log_every": log_every}
        return Run.of(resumed(self, steps, **told))

    def plot(
        self,
        kind: str | PathLike[str] | None = "descent",
        path: str | PathLike[str] | None = None,
        *,
        parameters: Sequence[str] | None = None,
        language: Language = None,
    ) -> Picture:
        """A picture of the run; writes it to a .png, .svg or .pdf as well where `path` is given.

        Parameters
        ----------
        kind : {"descent", "fit", "contour", "surface", "slice"}
            "descent": data and line, each parameter, and the cost, by step. "fit": data, curve
            and residuals. "contour": the walk on a map of the cost.
            "surface": the same in three dimensions. "slice": the cost along one parameter, with tangents at the steps.
            What is no kind is the path of a "descent".
        path : str or path, optional
        parameters : sequence of str, optional
            Of a contour and a surface the two that are drawn, of a slice the one; the others are held at the end's values.
        language : str or path, optional
            Of what is said; see `symgd.writing.words.words_in`.

        Raises
        ------
        OutputError
            When the file cannot be written, or such a picture needs other parameters.
        """
        from symgd.plots.plots import KINDS, plot, plot_kind

        if kind in KINDS:
            return plot_kind(self, str(kind), path, parameters=parameters, language=language)
        if kind == "fit":
            from symgd.plots.fit_picture import plot_fit

            self.problem.expect_examples("has no data to draw")
            return plot_fit(self, path, language=language)
        if kind == "descent":
            return plot(self, path, language=language)
        if (kind is not None and path is not None) or (isinstance(kind, str) and "." not in kind):
            known = ("descent", "fit", *KINDS)
            raise OutputError(f'there is no picture "{kind}"', instead_of(str(kind), known))
        return plot(self, kind, language=language)

    def compare(
        self,
        *others: run.Run,
        path: str | PathLike[str] | None = None,
        parameters: Sequence[str] | None = None,
        language: Language = None,
    ) -> Picture:
        """A picture of this run beside others of the same cost, by other optimizers or at other rates.

        Parameters
        ----------
        *others : Run
        path, parameters, language
            As for `plot`; two parameters, whose map is drawn.

        Raises
        ------
        OutputError
            For runs of other problems or other data, or when the file cannot be written.

        Examples
        --------
        >>> from symgd import Problem
        >>> problem, data = Problem("a*x + b"), ([1, 2, 3], [1.2, 1.8, 3.4])
        >>> plain, adam = (problem.descend(*data, optimizer=name) for name in ("gradient_descent", "adam"))
        >>> type(plain.compare(adam)).__name__
        'Picture'
        """
        from symgd.plots.plots import plot_rates

        for other in others:
            same = other.problem.cost_term == self.problem.cost_term
            if not (same and other.problem.settings == self.problem.settings):
                raise OutputError("the runs are of different costs", "compare runs of one problem")
            if not all(map(array_equal, self.data.values, other.data.values)):
                raise OutputError("the runs are of different data", "compare runs on the same data")
        return plot_rates([self, *others], path, parameters=parameters, language=language)

    def predict(self, *x: object, **named: object) -> FloatArray:
        """What the model with the parameters at the end says of new rows, of shape (n,), or (n, k) for k scores.

        Parameters
        ----------
        *x, **named
            The inputs, by position or by name, columns or numbers; or a table (a mapping, a frame, a CSV's path) that has
            them among others.

        Raises
        ------
        DataError
            For inputs that are missing, and for the first row of which the model says nothing.

        Examples
        --------
        >>> from symgd import Problem
        >>> run = Problem("a*x + b").descend([1, 2, 3], [1.2, 1.8, 3.4])
        >>> run.predict([4, 5]).round(4).tolist()
        [4.3333, 5.4333]
        """
        self.problem.expect_examples("predicts nothing")
        return predicted(self.problem, self.parameters, inputs_from(self.problem, x, named))

    @property
    def residuals(self) -> FloatArray:
        """Prediction less target, or the other way round where the problem's notation has it so, row by row."""
        return residuals(self.problem, self.data, self._fitted)

    @property
    def r_squared(self) -> float:
        """1 − Σ (y − ŷ)² / Σ (y − ȳ)²; nan where the loss compares no numbers."""
        weights = self.problem.weights
        counts = None if weights is None else self.data[weights]
        return r_squared(self.problem, self.data, self._fitted, counts)

    @property
    def _fitted(self) -> FloatArray:
        self.problem.expect_examples("predicts nothing")
        return predicted(self.problem, self.parameters, self.data)

    def __str__(self) -> str:
        return self.text()

    def text(self, *, ascii: bool = False, language: Language = None) -> str:
        """What the descent came to, in a few lines."""
        return as_text(self, ascii=ascii, language=language)

    def json(self, *, language: Language = None) -> str:
        """The same for programs."""
        return as_json(self, language=language)

    def html(self) -> str:
        """The same for notebooks, with the first and last rows of the trace."""
        return as_html(self)
