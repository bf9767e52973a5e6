"""Places at which the data have peaks: where a formula has a term about x − p, p is looked for there, and its width too.

Laws
----
- a peak's prominence is how far it rises above the higher of the valleys that part it from higher ground, or above the
  median where that is less: between two peaks nothing hangs down
- a peak is as wide as the rows about it that lie above half of its prominence
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.curve import Curve
from symgd.fit.least_squares.units import Units

SHARE = 0.5  # of the candidates that stand on peaks
MORE = 3  # peaks that are looked at beyond one for each term
SHUFFLED = 1.5  # ranks by which peaks change their order
LEAST = 0.02  # of the highest prominence: below it nothing is a peak
SPREAD = 0.3  # how far from its peak's width a width is drawn, in powers of e


@dataclass(frozen=True)
class Bump:
    """A term's place along an input, and its widths, each with its power of the input's unit; by their number among the drawn."""

    place: int
    widths: tuple[tuple[int, int], ...]


def bumps_of(curve: Curve, units: Units) -> dict[int, list[Bump]]:
    """The terms about x − p, by the input that they lie along."""
    numbers = {curve.names[place]: number for number, place in enumerate(curve.others)}
    found: dict[int, list[Bump]] = {}
    for along, name in enumerate(curve.inputs):
        x = sympy.Symbol(name)
        for term in sympy.Add.make_args(curve.formula):
            sums = [part for part in term.atoms(sympy.Add) if part.coeff(x).is_number]
            learned = sorted(str(s) for s in term.free_symbols if str(s) in numbers)
            places = [n for n in learned if any(_are_apart(s, x, n) for s in sums)]
            if len(places) != 1:
                continue
            powers = {n: units.of[n] for n in learned if n not in places}
            widths = tuple(
                (numbers[n], int(of[""][name]))
                for n, of in powers.items()
                if set(of) == {""} and set(of[""]) == {name} and of[""][name] in (1, -1)
            )
            found.setdefault(along, []).append(Bump(numbers[places[0]], widths))
    return found


def _are_apart(part: sympy.Expr, x: sympy.Symbol, name: str) -> bool:
    """Whether a sum is x − p, p − x or a multiple of it, whatever else stands in it without parameters."""
    return bool(part.coeff(sympy.Symbol(name)) == -part.coeff(x) != 0)


@dataclass(frozen=True, eq=False)
class Peaks:
    """Where peaks and valleys of a column are, and how wide, the most prominent first."""

    places: FloatArray
    widths: FloatArray
    heights: FloatArray  # prominences

    def put(self, drawn: FloatArray, bumps: Sequence[Bump], rng: np.random.Generator) -> FloatArray:
        """Candidates, some of them with their terms on peaks, no two of one candidate on the same."""
        made, count = drawn.copy(), len(drawn)
        few = min(len(self.places), len(bumps) + MORE)
        order = np.argsort(np.arange(few) + rng.normal(0, SHUFFLED, (count, few)), axis=1)
        taken = rng.random(count) < SHARE
        for number, bump in enumerate(bumps[:few]):
            at = order[:, number]
            made[taken, bump.place] = self.places[at][taken]
            for width, power in bump.widths:
                size = self.widths[at] * np.exp(SPREAD * rng.normal(size=count))
                made[taken, width] = (size**power)[taken]
        return made


def peaks_of(column: FloatArray, target: FloatArray, signs: Sequence[int] = (1, -1)) -> Peaks:
    """The peaks, and the valleys as peaks that hang down; or those of one sign alone."""
    places, back = np.unique(column, return_inverse=True)
    heights = np.bincount(back, weights=target) / np.bincount(back)
    smooth = np.convolve(np.pad(heights, 1, mode="edge"), (0.25, 0.5, 0.25), mode="valid")
    found = [one for sign in signs for one in _found(places, sign * smooth)]
    found.sort(reverse=True)
    most = found[0][0] if found else 0.0
    kept = np.array([(at, wide, tall) for tall, at, wide in found if tall > LEAST * most])
    return Peaks(*kept.reshape(-1, 3).T)


def _found(places: FloatArray, heights: FloatArray) -> list[tuple[float, float, float]]:
    """Prominence, place and half width of each local maximum that is not at an end."""
    tops = np.flatnonzero((heights[1:-1] > heights[:-2]) & (heights[1:-1] >= heights[2:])) + 1
    made, middle = [], float(np.median(heights))
    for top in tops[heights[tops] > middle]:
        left, right = heights[:top][::-1], heights[top + 1 :]
        valleys = [_until_higher(side, heights[top]).min() for side in (left, right)]
        tall = float(heights[top] - max(*valleys, middle))
        low = heights[top] - tall / 2
        first = top - int(np.argmax(left < low)) - 1
        last = top + int(np.argmax(right < low)) + 1
        made.append((tall, float(places[top]), float(places[last] - places[first]) / 2))
    return made


def _until_higher(side: FloatArray, height: float) -> FloatArray:
    higher = np.flatnonzero(side > height)
    return (
        side[: higher[0]]
        if len(higher) and higher[0]
        else side[: len(side) if not len(higher) else 1]
    )
