"""What a film tells of batches: each row's own gradient at the start, and three walks on one clock; nothing here needs Manim.

Laws
----
- a row's gradient is the library's own of a batch of that row, and the walks are its own descents
- the rate is the run's, halved until no walk is lost
- rows are drawn as the run draws them; where it draws none, with replacement, so that each draw is right on average
- an epoch is as many rows read as there are: a clock on which walks are compared that read batches of other sizes
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from symgd.animations.comparing.lowest_place import LowestPlace, lowest_place
from symgd.animations.comparing.walks import Walk, again, axes_of
from symgd.animations.stories.descent_story import tell
from symgd.animations.stories.level_start import expect_slope
from symgd.animations.stories.scaled_story import RAW, over_scaled_columns
from symgd.codegen.evaluators.evaluator import Evaluate, compile_array, compile_batches
from symgd.data.arrays import FloatArray, spread
from symgd.derivation.engine import gradient_of
from symgd.derivation.gradient import Gradient
from symgd.errors import ProblemError, parameter
from symgd.optimize.batches import Batches
from symgd.optimize.run import Run
from symgd.problem.one_example import OneExample
from symgd.problem.problem import Problem
from symgd.writing.words import Message, message

FEW = 6  # rows whose arrows are drawn
MOST_ROWS = 10_000  # beyond, a descent keeps one row of its trace for each epoch
FIRST = 3  # epochs that are seen step by step
STEPS, EPOCHS, FEWEST_EPOCHS = 300, 10, FIRST  # steps of single rows that are shown, and epochs
FURTHER = 2000  # steps of single rows, if that many bring all rows to the minimum
THERE = 1e-4  # of the start's gap, that is left then
WANDERS = 10.0  # times that, a walk's gap is on the average that does not settle
PLENTY, STILL = 30, 0.7  # steps, and how much of its gap a walk keeps that comes no nearer
CENTRED = 0.35  # of the spread of its steps, by which a walk's middle may miss the minimum
SOON_UNIT = 1e-9  # of the clock's units, by which a whole one may be missed
HALVINGS = 40
LOST, THROWN = (
    1.5,
    0.5,
)  # a walk is lost that is so many times as high as it began, or rises by such a part in one step
SAME, FIGURES = 1e-6, 6
SOON = 10.0  # epochs, among which the place of the arrows is
AGREED = 0.45  # the length of the mean beside the mean of the lengths, where arrows scatter and still lead somewhere
WHOLE = 0.2  # by so much the agreement after a whole step may be another one
PLACES, SAMPLED = 121, 100  # along the walk, and rows, by which such a place is sought
BEYOND_TIP, TRIED, FINER = (
    2.5,
    41,
    3,
)  # arrows long is the way on which a row's own least loss is sought, at so many places, ever closer
LONG = 0.5  # of the walks' own reach, the longest arrow at most
NICE = (1, 2, 5, 10)


@dataclass(frozen=True, eq=False)
class BatchStory:
    """A run's problem, looked at row by row."""

    run: Run
    derive: Callable[[], Gradient]

    @property
    def problem(self) -> Problem:
        """What is descended."""
        return self.run.problem

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.run.data)

    @property
    def size(self) -> int | None:
        """Rows of a mini-batch: the run's own, or about as many as it has batches; None where none lies between one and all."""
        asked = self.run.options.get("batch_size")
        if asked and 1 < asked < self.rows:
            return int(asked)
        size = 2 ** max(1, round(math.log2(self.rows) / 2))
        return size if size < self.rows else None

    def _epochs(self, rate: float) -> int:
        """How long the walks are shown: until all rows are at the minimum, where that is soon enough."""
        few = max(FEWEST_EPOCHS, min(EPOCHS, STEPS // self.rows))
        most = FURTHER // self.rows
        if self.least is None or most <= few:
            return few
        options = {"learning_rate": rate, "epochs": most, "seed": self.seed}
        whole = Walk("", again(self.run, self.derive, batch_size=None, **options))
        there = whole.arrives(self.least.cost, THERE)
        return few if there is None else max(few, there)

    @property
    def epochs(self) -> int:
        """How many epochs are shown."""
        return round(self.walks[0].end)

    @property
    def replaces(self) -> bool:
        """Whether each batch is drawn from all rows: not so where the run's own are not."""
        options = self.run.options
        return not options.get("batch_size") or bool(options.get("replacement"))

    def drawn(self, number: int, count: int) -> list[int]:
        """The rows that a walk by single rows read in `count` steps from one on, that is counted from 0."""
        shuffle = bool(self.run.options.get("shuffle", True)) or self.replaces
        batches = Batches(self.rows, 1, self.replaces, shuffle, self.seed)
        return [int(batches.at(step)[0]) for step in range(number, number + count)]

    @cached_property
    def least(self) -> LowestPlace | None:
        """Where the cost is least, if that is known or found."""
        return lowest_place(self.run, self.derive)

    @property
    def seed(self) -> int:
        """By which rows are drawn."""
        return int(self.run.options.get("seed", 0))

    @cached_property
    def wanderers(self) -> list[int]:
        """The walks that are still about the minimum, no nearer than before, when that of all rows has come there, or they long have."""
        least, whole = self.least, self.walks[0]
        if least is None:
            return []
        far = WANDERS * THERE * (float(whole.cost[0]) - least.cost)
        late = [walk.cost[walk.clock >= walk.end / 2] - least.cost for walk in self.walks]
        found = [number for number, gap in enumerate(late) if number and gap.mean() > far]
        if whole.arrives(least.cost, THERE) is not None:
            return found
        return [number for number in found if self._stays_about(number, least)]

    def _stays_about(self, number: int, least: LowestPlace) -> bool:
        """Whether a walk has come no nearer for half of its time, with the minimum among its places."""
        walk = self.walks[number]
        gap = walk.cost - least.cost
        late = walk.clock >= walk.end / 2
        before = (walk.clock >= walk.end / 4) & ~late
        if np.count_nonzero(before) < PLENTY or gap[late].mean() < STILL * gap[before].mean():
            return False
        away = np.abs(self.middle(number) - least.point)
        return bool((away <= walk.points[late].std(axis=0)).all())

    @property
    def wanders(self) -> bool:
        """Whether the walk along single rows does."""
        return len(self.walks) - 1 in self.wanderers

    def middle(self, number: int) -> FloatArray:
        """The mean of all places of a walk in the later half of its time."""
        walk = self.walks[number]
        return np.asarray(walk.points[walk.clock >= walk.end / 2].mean(axis=0))

    @property
    def is_centred(self) -> bool:
        """Whether the walk along single rows has the minimum in its middle: much nearer to it than its steps are to each other."""
        least, walk = self.least, self.walks[-1]
        if least is None:
            return False
        spreads = walk.points[walk.clock >= walk.end / 2].std(axis=0)
        return bool((np.abs(self.middle(-1) - least.point) <= CENTRED * spreads).all())

    def after_first(self, number: int) -> float:
        """A walk's whole cost after the first epoch."""
        walk = self.walks[number]
        return float(walk.cost[int(np.searchsorted(walk.clock, 1 + SOON_UNIT, side="right")) - 1])

    @property
    def lies_aside(self) -> bool:
        """Whether the walk's middle misses the minimum because no row comes twice in an epoch."""
        return not self.is_centred and not self.replaces

    @cached_property
    def start(self) -> FloatArray:
        """Where all begin."""
        return np.array(self.run.trace.table[0, : len(self.run.trace.parameters)])

    @cached_property
    def evaluate(self) -> Evaluate:
        """The whole cost and its gradient."""
        return compile_array(self.problem, self.derive(), self.run.data)

    @cached_property
    def _ones(self) -> list[Evaluate]:
        """The cost and the gradient of each row alone."""
        columns = [self.run.data[name] for name in self.problem.columns]
        on_rows = compile_batches(self.problem, self.derive(), columns)
        ones = ([column[row : row + 1] for column in columns] for row in range(self.rows))
        return [on_rows(one) for one in ones]

    def singles_at(self, place: FloatArray, rows: Sequence[int] | None = None) -> FloatArray:
        """Each row's own gradient at a place, of shape (rows, p)."""
        at, chosen = place.tolist(), range(self.rows) if rows is None else rows
        return np.array([self._ones[row](at)[1] for row in chosen])

    @cached_property
    def time(self) -> float:
        """When the walk along all rows comes to the `place`."""
        end = min(self.walks[0].end, SOON)
        off, time = self._nearest(np.arange(0.0, end + SAME))
        if off <= WHOLE:
            return time
        _, near = self._nearest(np.linspace(0.0, end, PLACES))
        beside = end / (PLACES - 1)
        low, high = max(0.0, near - beside), min(end, near + beside)
        return self._nearest(np.linspace(low, high, PLACES))[1]

    def _nearest(self, times: FloatArray) -> tuple[float, float]:
        """How far from `AGREED` the rows agree where they are nearest to it, and when that is."""
        return min((self._off(float(time)), float(time)) for time in times)

    def _off(self, time: float) -> float:
        """How far from `AGREED` the rows agree at a time, to few digits, so that the first of equal ones is taken."""
        among, axes = spread(self.rows, SAMPLED).tolist(), list(self.axes)
        here = self.walks[0].until(time)[1][-1]
        gradients = self.singles_at(here, among)[:, axes] * self._scales
        sizes = np.linalg.norm(gradients, axis=1).mean()
        agreed = np.linalg.norm(gradients.mean(axis=0)) / sizes if sizes > 0 else 0.0
        return round(abs(float(agreed) - AGREED), FIGURES)

    @property
    def _scales(self) -> FloatArray:
        """One over how far the walks go along each parameter of the picture."""
        reach = np.max([np.ptp(walk.points, axis=0) for walk in self.walks], axis=0)
        chosen = reach[list(self.axes)]
        return np.asarray(1 / np.where(chosen > 0, chosen, 1.0))

    @cached_property
    def place(self) -> FloatArray:
        """Where the arrows are: on the way of all rows, where rows agree by half."""
        return np.array(self.walks[0].until(self.time)[1][-1])

    @cached_property
    def singles(self) -> FloatArray:
        """Each row's own gradient at the place, of shape (rows, p)."""
        return self.singles_at(self.place)

    @property
    def mean(self) -> FloatArray:
        """The mean of the rows' own gradients."""
        return np.asarray(self.singles.mean(axis=0))

    @cached_property
    def whole(self) -> FloatArray:
        """The gradient of the whole cost at the place."""
        return np.array(self.evaluate(self.place.tolist())[1])

    @property
    def is_sum(self) -> bool:
        """Whether the cost adds the rows up, so that its gradient is so many times the mean of theirs."""
        return self.problem.loss.reduction == "sum"

    def few(self, most: int) -> list[int]:
        """The rows whose arrows are drawn, among all, where there is room for so many."""
        return [int(row) for row in spread(self.rows, min(FEW, most))]

    @cached_property
    def one(self) -> Gradient:
        """The derivation of one row's own gradient."""
        return gradient_of(self.example)

    @cached_property
    def example(self) -> OneExample:
        """One row's loss, by itself."""
        return OneExample(self.problem)

    @cached_property
    def walks(self) -> tuple[Walk, ...]:
        """All rows, some rows and one row at a time: as many as differ."""
        for halved in range(HALVINGS):
            made = self._walks(self.run.learning_rate / 2**halved)
            if all(self._is_kept(walk) for walk in made):
                return made
        cause = "steps along single rows leave the picture at any learning rate that was tried"
        raise ProblemError(cause, f"start nearer to the minimum: {parameter('start', '...')}")

    @property
    def sizes(self) -> list[int]:
        """How many rows a step of each walk reads."""
        return [self.rows, *([self.size] if self.size else []), 1]

    def _walks(self, rate: float) -> tuple[Walk, ...]:
        sizes = self.sizes
        names = [
            message("all rows"),
            message("{count} rows", count=self.size or 0),
            message("one row"),
        ]
        names = names if self.size else [names[0], names[2]]
        epochs = self._epochs(rate)
        pairs = zip(names, sizes, strict=True)
        return tuple(self._walk(name, size, rate, epochs) for name, size in pairs)

    def _walk(self, name: Message, size: int, rate: float, epochs: int) -> Walk:
        """A descent by batches of a size, for so many epochs."""
        options = {"learning_rate": rate, "seed": self.seed}
        if size == self.rows:
            return Walk(
                name, again(self.run, self.derive, batch_size=None, epochs=epochs, **options)
            )
        if self.replaces:
            each = self.rows / size
            options |= {"replacement": True, "max_iter": round(epochs * each)}
        else:
            each = -(-self.rows // size)
            options |= {"shuffle": self.run.options.get("shuffle", True), "epochs": epochs}
        return Walk(name, again(self.run, self.derive, batch_size=size, **options), each)

    @staticmethod
    def _is_kept(walk: Walk) -> bool:
        first, settled = abs(walk.cost[0]), walk.run.outcome.kind not in ("diverged", "undefined")
        thrown = bool((np.diff(walk.cost) > THROWN * first).any())
        return settled and not thrown and bool((walk.cost <= LOST * first).all())

    @property
    def rate(self) -> float:
        """The learning rate of all three."""
        return self.walks[0].run.learning_rate

    @property
    def is_halved(self) -> bool:
        """Whether the run's own rate was too much for single rows."""
        return self.rate < self.run.learning_rate * (1 - SAME)

    @cached_property
    def axes(self) -> tuple[int, ...]:
        """The parameters of the picture."""
        return axes_of(self.walks)

    @cached_property
    def factor(self) -> float:
        """How many times a step of the rate an arrow is long: a round number, so that the arrows are seen and stay near."""
        steps = self.rate * np.abs(self.singles[:, list(self.axes)]).max(axis=0)
        longest = float(np.max(steps * self._scales))
        if longest <= 0:
            return 1.0
        power = 10.0 ** math.floor(math.log10(LONG / longest))
        return max(power * unit for unit in NICE if power * unit <= LONG / longest * (1 + SAME))

    def tip(self, gradient: FloatArray) -> FloatArray:
        """Where an arrow against a gradient ends, in the parameters."""
        return np.asarray(self.place - self.factor * self.rate * gradient)

    def own(self, row: int) -> FloatArray:
        """Where on the way of a row's arrow, or beyond it, the row's own loss is least: there the model is as near to it as this way leads."""
        way = self.tip(self.singles[row]) - self.place
        low, high = 0.0, BEYOND_TIP
        for _ in range(FINER):
            parts = np.linspace(low, high, TRIED)
            costs = [self._ones[row]((self.place + part * way).tolist())[0] for part in parts]
            best = int(np.argmin(np.where(np.isfinite(costs), costs, np.inf)))
            low, high = parts[max(best - 1, 0)], parts[min(best + 1, TRIED - 1)]
        return np.asarray(self.place + parts[best] * way)

    @property
    def is_chained_whole(self) -> bool:
        """Whether the arrows go head to tail in their whole length before they get shorter: where they are few, and their mean is the batch's."""
        return self.rows <= FEW and not self.is_sum

    @property
    def sums(self) -> FloatArray:
        """The tips of the arrows head to tail in their whole length, of shape (rows, p)."""
        return np.array([self.tip(total) for total in self.singles.cumsum(axis=0)])


def standardised(story: BatchStory) -> BatchStory | None:
    """Where a long ravine keeps all rows from the minimum, the same over standardised inputs; None where it does not."""
    run, bent = story.run, story.run.curvature
    exact = run.exact
    if exact is None or not bent or not bent[0] > 0 or bent[-1] < RAW * bent[0]:
        return None
    if story.walks[0].arrives(exact.cost, THERE) is not None:
        return None
    told = over_scaled_columns(tell(run, story.derive), 1)
    return None if told is None else tell_batches(told.run, story.derive)


def tell_batches(run: Run, derive: Callable[[], Gradient]) -> BatchStory:
    """The story of a run's rows.

    Raises
    ------
    ProblemError
        Where there are no rows, one, or too many, or the whole gradient is not made of the rows' own.
    """
    problem = run.problem
    if not problem.has_examples:
        cause = "the lesson is about rows of data, and this function has none"
        raise ProblemError(cause, "film a model with data, or another lesson")
    if len(run.data) < 2:
        raise ProblemError("there is one row, and so one batch", "pass two rows or more")
    if len(run.data) > MOST_ROWS:
        cause = (
            f"the data have {len(run.data):,} rows, and a trace by single rows keeps epochs alone"
        )
        raise ProblemError(cause, f"pass {MOST_ROWS:,} of them at most")
    story = BatchStory(run, derive)
    at = story.start
    expect_slope(story.evaluate, at.tolist())
    whole = np.array(story.evaluate(at.tolist())[1]) / (story.rows if story.is_sum else 1)
    singles = story.singles_at(at)
    near = np.abs(whole - singles.mean(axis=0)) <= SAME * np.abs(singles).max()
    if not np.isfinite(whole).all() or not near.all():
        cause = f"with the {problem.loss.title}, the gradient is not the mean of the rows' own"
        raise ProblemError(cause, 'take a loss that is a mean, such as "mse"')
    return story
