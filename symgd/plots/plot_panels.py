"""Each panel of a descent's picture. Colour never stands alone: a dash, a marker or a label says the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from symgd.data.arrays import FloatArray, IntArray, spread
from symgd.optimize.prediction import is_straight, predictor, readable, responses
from symgd.optimize.run import Run, Trace
from symgd.plots.plot_words import number, plain, upright
from symgd.writing.words import Message, Words, message

if TYPE_CHECKING:
    from matplotlib.axes import Axes


GROUND, DATA, PREDICTION, ERROR = "#FFFFFF", "#1F2933", "#00808A", "#C0006B"
FAINT, GRID = "#9AA5B1", "#E4E7EB"
# A parameter's colour, dash and marker, by its number; past the end the dashes differ.
SERIES = ("#004C99", "#A65300", "#8811EE", "#00808A", "#C0006B", "#52606D")
DASHES = ("-", "--", "-.", (0, (6, 1.5, 1, 1.5, 1, 1.5)))
MARKERS = "osD^vPX*"

DOTTED = 40  # up to so many steps each has its marker
DRAWN = 4000  # points of one curve
ROWS = 3000  # rows of data that are drawn
RESIDUALS = 150  # rows whose residuals are drawn
EARLIER = 5  # lines of earlier steps
NOTED = 4  # one part in so many of a curve stands above or below the words at its end
WIDE = 1e3  # parameters that spread so far past their start need a log scale
HIGHEST = 1e100  # what is beyond is left to the words


# ---------------------------------------------------------------------------------------------
# Data


def draw_data(axes: Axes, run: Run, words: Words) -> None:
    """The data and what the model says of them."""
    rows = spread(len(run.data), ROWS)
    if len(run.problem.inputs) == 1:
        _draw_line(axes, run, words, rows)
    else:
        _draw_predicted(axes, run, words, rows)
    handles, labels = axes.get_legend_handles_labels()
    axes.legend(
        handles,
        labels,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.14),
        ncols=2 if len(labels) == 4 else 3,
        columnspacing=1.4,
    )


def _draw_line(axes: Axes, run: Run, words: Words, rows: IntArray) -> None:
    problem = run.problem
    x, y = run.data[problem.inputs[0]][rows], run.data[problem.target][rows]
    lost = run.outcome.kind == "diverged"
    low, high = widened(float(x.min()), float(x.max()), 0.06)
    axes.set_xlim(low, high)
    shown = (0, *_earlier(run)[1:3]) if lost else (0, run.steps)
    reached = np.concatenate([_predictions(run, step, [x]) for step in shown])
    axes.set_ylim(*_readable(y, reached))
    final = _predictions(run, run.steps, [x])
    grid = np.linspace(low, high, 300)
    _draw_earlier(axes, run, words, grid)
    if len(rows) <= RESIDUALS and not lost:
        heights = np.column_stack((y, final))
        for row, (here, ends) in enumerate(zip(x, heights, strict=True)):
            name = "_more" if row else words(message("residuals"))
            axes.plot([here, here], ends, "--", color=ERROR, lw=1.2, zorder=2, label=name)
    line = _predictions(run, run.steps, [grid])
    if _is_seen(axes, line).any():
        straight = is_straight(run.problem)
        at = message("line at step {step}") if straight else message("curve at step {step}")
        name = words(at, step=run.steps)
        axes.plot(grid, line, color=PREDICTION, lw=2.4, zorder=3, label=name)
    size = 34 if len(rows) <= 30 else 16 if len(rows) <= 300 else 5
    axes.scatter(
        x, y, s=size, color=DATA, zorder=4, label=rows_label(len(rows), len(run.data), words)
    )
    axes.set_xlabel(plain(problem.labels[problem.inputs[0]]))
    axes.set_ylabel(upright(problem.labels[problem.target]))
    axes.set_title(words(_data_title(run), step=run.steps))


def _draw_earlier(axes: Axes, run: Run, words: Words, grid: FloatArray) -> None:
    """Faint lines of earlier steps; the first, and all that swing out, with their number."""
    steps = _earlier(run)
    numbered = steps if run.outcome.kind == "diverged" else steps[:1]
    straight, curved = message("line at earlier steps"), message("curve at earlier steps")
    name = words(straight if is_straight(run.problem) else curved)
    for step in steps:
        line = _predictions(run, step, [grid])
        seen = np.flatnonzero(_is_seen(axes, line))
        if not seen.size:
            continue
        axes.plot(grid, line, color=FAINT, lw=1.1, dashes=(4, 2), label=name, zorder=1)
        name = "_more"
        if step in numbered:
            part = 0.8 if len(numbered) > 1 else 0.97
            _name_line(axes, words(message("step {step}"), step=step), grid, line, seen, part)


def _name_line(
    axes: Axes, said: str, grid: FloatArray, line: FloatArray, seen: IntArray, part: float
) -> None:
    """Words beside a line, so far along what is seen of it: neither in the title above nor left of the panel."""
    low, high = axes.get_ylim()
    inside = seen[(line[seen] < high - 0.08 * (high - low)) & (seen >= 0.15 * len(grid))]
    there, style = inside, dict[str, Any](xytext=(-3, 3))
    if not inside.size:
        there, style = seen, {"xytext": (4, -4), "ha": "left", "va": "top"}
    index = there[int(part * (len(there) - 1))]
    _note(axes, said, (grid[index], line[index]), fontsize=8.5, color="#52606D", **style)


def _is_seen(axes: Axes, line: FloatArray) -> npt.NDArray[np.bool_]:
    low, high = axes.get_ylim()
    return np.asarray((line >= low) & (line <= high))


def _note(axes: Axes, text: str, point: tuple[float, float], **style: Any) -> None:
    """Small words beside a line, to the left of a point and above it where the style says nothing else."""
    place = {"textcoords": "offset points", "ha": "right", "va": "bottom", **style}
    axes.annotate(text, point, **place)


def _draw_predicted(axes: Axes, run: Run, words: Words, rows: IntArray) -> None:
    problem = run.problem
    columns = [run.data[name][rows] for name in problem.inputs]
    actual = run.data[problem.target][rows]
    final, first = (
        np.broadcast_to(_predictions(run, step, columns), actual.shape) for step in (run.steps, 0)
    )
    lost = run.outcome.kind == "diverged"
    low, high = _readable(actual, first if lost else np.append(first, final))
    ends, at = [low, high], message("at step {step}")
    axes.plot(
        ends, ends, "--", color=DATA, lw=1.2, zorder=3, label=words(message("predicted = actual"))
    )
    axes.scatter(actual, first, s=18, marker="x", color=FAINT, lw=1, label=words(at, step=0))
    axes.scatter(actual, final, s=18, color=PREDICTION, label=words(at, step=run.steps))
    axes.set_xlim(*widened(float(actual.min()), float(actual.max()), 0.06))
    axes.set_ylim(low, high)
    target, count = problem.labels[problem.target], rows_label(len(rows), len(run.data), words)
    across = message("{target}, actual ({rows})")
    axes.set_xlabel(plain(words(across, target=target, rows=count)))
    axes.set_ylabel(upright(words(message("{target}, predicted"), target=target)))
    title = message("Predicted against actual")
    if lost:
        title = message("Predicted against actual: by step {step} they have left the picture")
    axes.set_title(words(title, step=run.steps))


def _data_title(run: Run) -> Message:
    """The title of the data's panel, for a line or for a curve."""
    if run.outcome.kind == "diverged":
        titles = (
            message("Data and line: by step {step} it has left the picture"),
            message("Data and curve: by step {step} it has left the picture"),
        )
    elif len(run.data) <= RESIDUALS:
        titles = message("Data, line and residuals"), message("Data, curve and residuals")
    else:
        titles = message("Data and line"), message("Data and curve")
    return titles[not is_straight(run.problem)]


def rows_label(shown: int, count: int, words: Words) -> str:
    """How many rows are drawn."""
    part = message("{number} row", "{number} rows", number=count)
    if shown < count:
        part = message("{shown} of {count} rows", shown=shown, count=count)
    return part.written(words=words)


def _earlier(run: Run) -> list[int]:
    """The start and some later steps, closer together where the line still moves much."""
    if run.steps == 0:
        return []
    if run.outcome.kind == "diverged":
        return [*map(int, run.trace.steps[: min(EARLIER, run.steps)])]
    spaced = np.geomspace(1, run.steps, EARLIER + 1)[:-1].astype(int)
    kept = run.trace.steps[[run.trace.row_at(step) for step in spaced if step < run.steps]]
    return sorted({0, *kept.tolist()})[:EARLIER]


def _predictions(run: Run, step: int, columns: list[FloatArray]) -> FloatArray:
    """What the model with the parameters of one step says of targets; nan where it says nothing that can be drawn."""
    values = run.trace.table[run.trace.row_at(step), : len(run.problem.parameters)]
    return _drawable(responses(run.problem, predictor(run.problem)(values, columns)))


def _readable(data: FloatArray, shown: FloatArray) -> tuple[float, float]:
    """Limits that hold the data, and what is shown as far as the data's own height goes."""
    return widened(*readable(data, shown, 1.0), 0.08)


# ---------------------------------------------------------------------------------------------
# Parameters and cost by step


def draw_parameter(axes: Axes, run: Run, words: Words, name: str, series: int) -> None:
    """One parameter by step, with its exact value dotted."""
    values = _drawable(run.trace[name])
    exact = None if run.exact is None else run.exact.parameters[name]
    wide = _scale(axes, values, exact)
    _draw_series(axes, words, run.trace, values, series, name)
    if exact is not None:
        axes.axhline(exact, color=SERIES[series % len(SERIES)], ls=":", lw=1.6, zorder=1)
        level = message("exact {value}", value=number(exact)).written(words=words)
        tail = values[-(len(values) // NOTED + 1) :]
        under = bool((tail > exact).mean() > 0.5)  # the words stand where the line's end is not
        _note(
            axes,
            level,
            (1.0, exact),
            xycoords=("axes fraction", "data"),
            xytext=(0, -3) if under else (0, 3),
            va="top" if under else "bottom",
            color=SERIES[series % len(SERIES)],
            fontsize=9,
            bbox={"facecolor": GROUND, "edgecolor": "none", "alpha": 0.8, "pad": 1.0},
            zorder=5,
        )
    axes.margins(y=0.14)
    title = message("{name} by step: {ends}")
    if wide:
        title = message("{name} by step: {ends} (log scale both ways)")
    axes.set_title(plain(words(title, name=name, ends=_ends(run.trace[name]))))
    axes.set_ylabel(plain(name))
    _label_steps(axes, run.steps, words)


def draw_all_parameters(
    axes: Axes, trace: Trace, words: Words, numbers: Mapping[str, int] | None = None
) -> None:
    """Many parameters in one panel; dash and marker tell them apart. Colours are by `numbers`, or by place."""
    names = trace.parameters
    numbers = numbers or {name: number for number, name in enumerate(names)}
    every = np.array([_drawable(trace[name]) for name in names])
    wide = _scale(axes, every, None)
    for name, values in zip(names, every, strict=True):
        _draw_series(axes, words, trace, values, numbers[name], name)
    handles, _ = axes.get_legend_handles_labels()
    axes.legend(
        handles,
        [plain(f"{name} = {number(trace[name][-1])}") for name in names],
        loc="center left",
        bbox_to_anchor=(1.0, 0.5),
        ncols=1 + len(names) // 13,
    )
    scaled = message("Parameters by step (log scale both ways)")
    axes.set_title(words(scaled if wide else message("Parameters by step")))
    _label_steps(axes, trace.last, words)


def draw_cost(axes: Axes, trace: Trace, name: str, least: float | None, words: Words) -> None:
    """The cost by step, called `name`: its gap to the `least` where that is known, on a log scale."""
    cost = _drawable(trace.cost)
    rows = spread(len(cost), DRAWN)
    values, title, label = cost, message("{cost} by step", cost=name), name
    if least is not None:
        gap = cost - least
        gap[~(gap > 8 * np.finfo(float).eps * least)] = np.nan
        if np.isfinite(gap).sum() >= min(2, len(cost)):  # of several, one point is no curve
            values, label = gap, f"{name} − {number(least)}" if least else name
            title = message("{cost} above its exact minimum", cost=name)
    finite = values[np.isfinite(values)]
    log = bool(finite.size and finite.min() > 0)
    if log:
        axes.set_yscale("log")
    marker = MARKERS[-1] if len(cost) - 1 <= DOTTED else None
    axes.plot(trace.steps[rows], values[rows], color=ERROR, marker=marker)
    scale = message("log scale") if log else message("linear scale")
    drawn = message("{title} ({scale})", title=title, scale=scale)
    ends = message("{name}: {ends}", name=name, ends=_ends(trace.cost))
    axes.set_title("\n".join(plain(line.written(words=words)) for line in (drawn, ends)))
    axes.set_ylabel(plain(label))
    _label_steps(axes, trace.last, words)


def _draw_series(
    axes: Axes, words: Words, trace: Trace, values: FloatArray, series: int, name: str
) -> None:
    rows = spread(len(values), DRAWN)
    lap, colour = divmod(series, len(SERIES))
    axes.plot(
        trace.steps[rows],
        values[rows],
        color=SERIES[colour],
        ls=DASHES[lap % len(DASHES) if lap else colour % 3],
        marker=MARKERS[series % len(MARKERS)],
        markevery=1 if len(values) - 1 <= DOTTED else max(1, len(rows) // 12),
        label=words(message("parameter {name}"), name=name),
    )


def _scale(axes: Axes, values: FloatArray, exact: float | None) -> bool:
    """A log scale to both sides for values that run away; answers whether they do."""
    there = values[np.isfinite(values)]
    first = values[..., :2]
    near = [*np.abs(first[np.isfinite(first)]).tolist(), abs(exact or 0.0)]
    size = max(near) or 1.0
    if float(np.abs(there).max()) <= WIDE * size:
        return False
    axes.set_yscale("symlog", linthresh=size)
    low, high = np.log10(size), np.log10(float(np.abs(there).max()))
    powers = [10.0 ** round(low + part * (high - low)) for part in (1 / 3, 2 / 3, 1)]
    axes.set_yticks([*(-power for power in reversed(powers)), 0.0, *powers])
    axes.minorticks_off()
    return True


def _label_steps(axes: Axes, last: int, words: Words) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.set_xlabel(words(message("step")))
    ticks = 8 if last < 10_000 else 4
    axes.xaxis.set_major_locator(MaxNLocator(ticks, integer=True, steps=[1, 2, 2.5, 5, 10]))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda step, _: words.number(round(step))))
    if last == 0:
        axes.set_xlim(-0.5, 0.5)
        axes.set_xticks([0])
    else:
        axes.set_xlim(-0.04 * last, 1.04 * last)


# ---------------------------------------------------------------------------------------------
# Small things


def _drawable(values: FloatArray) -> FloatArray:
    return np.where(np.abs(values) < HIGHEST, values, np.nan)


def _ends(values: FloatArray) -> str:
    return f"{number(values[0])} → {number(values[-1])}"


def widened(low: float, high: float, part: float) -> tuple[float, float]:
    """Limits with room at both ends, in parts of what lies between them."""
    room = part * (high - low) or 0.5 * abs(high) or 0.5
    return low - room, high + room
