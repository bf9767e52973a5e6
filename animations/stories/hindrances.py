"""What keeps a descent from its end: a parameter that hardly moves, a gap that stays; and what would help, tried out.

Laws
----
- a parameter counts as stuck only where the cost asks for a much longer way than it has gone
- a number of steps that is told was counted in a descent that was made
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symgd.animations.stories.descent_story import FURTHER, THERE, DescentStory
from symgd.data.arrays import FloatArray
from symgd.errors import SymgdError
from symgd.optimize.descend import descend
from symgd.optimize.descent_options import DescentOptions

HARDLY = 1e-3  # of its own size: a parameter that has moved by less has hardly moved
ASKED = 30.0  # times what it has moved: so far the cost asks it to go, at least
NUDGE = 1e-4  # of a parameter's size, to see how slopes change
FAR = 0.01  # of the first gap: a run that ends with more left is told what would help


@dataclass(frozen=True)
class Cure:
    """What brings a descent there: another rate, or standardised columns, and in how many steps."""

    standardised: bool
    rate: float
    steps: int


def unmoved(story: DescentStory) -> tuple[str, ...]:
    """The parameters that have hardly moved though the cost asks them to, where others have."""
    if len(story.names) == 1 or story.steps == 0 or story.diverged or story.unstable:
        return ()
    rows = story.parameters
    sizes = np.abs(rows).max(axis=0)
    moved = np.ptp(rows, axis=0)
    still = moved < HARDLY * sizes
    if not still.any() or still.all():
        return ()
    way = _way(story, rows[-1], np.where(sizes > 0, sizes, 1.0))
    if way is None:
        return ()
    stuck = still & (np.abs(way) > ASKED * moved)
    return tuple(name for name, found in zip(story.names, stuck.tolist(), strict=True) if found)


def _way(story: DescentStory, here: FloatArray, sizes: FloatArray) -> FloatArray | None:
    """How far it is to the least cost: known, or as far as slope and curvature tell; None where they don't."""
    if story.exact is not None:
        return np.asarray(story.exact - here)
    columns = []
    with np.errstate(all="ignore"):
        try:
            slope = np.array(story.evaluate(here.tolist())[1])
            for index, size in enumerate(sizes.tolist()):
                nudge = np.zeros(len(here))
                nudge[index] = NUDGE * size
                high, low = (
                    np.array(story.evaluate((here + k * nudge).tolist())[1]) for k in (1, -1)
                )
                columns.append((high - low) / (2 * NUDGE * size))
            bend = np.column_stack(columns)
            bend = (bend + bend.T) / 2
            unit = bend * np.outer(sizes, sizes)  # in parts of each parameter's size
            if not np.isfinite(unit).all() or np.linalg.eigvalsh(unit)[0] <= 0:
                return None
            found = -np.linalg.solve(unit, slope * sizes) * sizes
        except (OverflowError, ZeroDivisionError, ValueError, np.linalg.LinAlgError):
            return None
    return np.asarray(found)


def left(story: DescentStory) -> float | None:
    """The part of the first gap that is left after all steps; None where the least cost is not known."""
    if story.least is None:
        return None
    first, last = float(story.cost[0] - story.least), float(story.cost[-1] - story.least)
    return last / first if first > story.rounding else 0.0


def cure(story: DescentStory) -> Cure | None:
    """What brings a run there that ends far away, tried out; None where it is there, or nothing tried helps."""
    part = left(story)
    if part is None or part <= FAR or story.rule is not None or story.has_schedule:
        return None
    tried: list[tuple[float | str | None, bool]] = [(story.run.landscape.best_rate, False)]
    if story.problem.inputs and story.scaled is None:
        tried.insert(0, ("auto", True))
    for rate, standardised in tried:
        if rate is None:
            continue
        found = _tried(story, rate, standardised)
        if found is not None:
            return found
    return None


def on_log_at(story: DescentStory, rate: float) -> FloatArray | None:
    """What a log scale shows, by step, of the same descent at another rate, tried out; None where it can't be made."""
    start = dict(zip(story.names, story.parameters[0].tolist(), strict=True))
    options = DescentOptions(start=start, learning_rate=rate, max_iter=story.last, tolerance=0)
    try:
        made = descend(story.problem, story.derive, [story.run.data], {}, options)
    except SymgdError:
        return None
    if made.trace.numbers is not None:
        return None
    values = made.trace.cost - (story.least or 0.0)
    found: FloatArray = np.where(values > story.rounding, values, np.nan)
    return found if np.isfinite(found).sum() > 1 else None


def _tried(story: DescentStory, rate: float | str, standardised: bool) -> Cure | None:
    """The steps that it takes so; None where it does not arrive."""
    run, least = story.run, story.least
    assert least is not None
    start = dict(zip(story.names, story.parameters[0].tolist(), strict=True))
    options = DescentOptions(
        start=start,
        learning_rate=rate,
        max_iter=FURTHER,
        tolerance=0,
        standardise=standardised,
    )
    try:
        made = descend(run.problem, story.derive, [run.data], {}, options)
    except SymgdError:
        return None
    gap = made.trace.cost - least
    near = np.flatnonzero(gap <= max(THERE * float(gap[0]), story.rounding))
    if made.trace.numbers is not None or not near.size or not near[0]:
        return None
    return Cure(standardised, made.learning_rate, int(near[0]))
