"""What is said of a search: its method in a line, its account at length, its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import sympy

from symgd.data.arrays import FloatArray
from symgd.fit.least_squares.hunt import Caught, Hunt
from symgd.fit.least_squares.infinity import Runaway
from symgd.fit.least_squares.marquardt import Descent
from symgd.fit.outcomes import falling, holding
from symgd.optimize.outcome import Outcome
from symgd.writing.words import Message, message


@dataclass(frozen=True, eq=False)
class Account:
    """What a search did, for its reader."""

    hunt: Hunt
    caught: Caught
    by_start: bool  # whether the caller's start led to the answer

    def _named(self, places: Sequence[int]) -> tuple[str, ...]:
        return tuple(self.hunt.curve.names[place] for place in places)

    @property
    def method(self) -> Message:
        """What was done, in one line."""
        curve, drawn = self.hunt.curve, self.caught.drawn
        if self.by_start:
            return message("least squares by Levenberg and Marquardt from the start that was given")
        if not curve.others:
            return message(
                "least squares, solved exactly: the model is affine in {names}",
                names=self._named(curve.affine),
            )
        if self.caught.added:
            return message(
                "least squares: {number} like terms placed one after the other, each where the residual shows it, then all finished by Levenberg and Marquardt",
                number=self.caught.added,
            )
        if self.caught.is_sloped:
            return message(
                "least squares: the sum of many inputs first along the direction of a linear fit, then all finished by Levenberg and Marquardt"
            )
        if not curve.affine:
            return message(
                "least squares: {number} start for {names} on the scale of their units, the best finished by Levenberg and Marquardt",
                "least squares: {number} starts for {names} on the scale of their units, the best finished by Levenberg and Marquardt",
                number=drawn,
                names=self._named(curve.others),
            )
        return message(
            "least squares: {number} start for {names} on the scale of their units, {solved} solved exactly for each, the best finished by Levenberg and Marquardt",
            "least squares: {number} starts for {names} on the scale of their units, {solved} solved exactly for each, the best finished by Levenberg and Marquardt",
            number=drawn,
            names=self._named(curve.others),
            solved=self._named(curve.affine),
        )

    def lines(self, end: Descent, settled: FloatArray) -> tuple[Message, ...]:
        """The same at length."""
        return (*self._ways(), *self._counts(), *self._choices(end.theta, settled))

    def _ways(self) -> list[Message]:
        curve, made = self.hunt.curve, []
        if curve.affine:
            made.append(
                message(
                    "The model is affine in {names}: they are solved for exactly, whatever the others are.",
                    names=self._named(curve.affine),
                )
            )
        for number, place in enumerate(curve.others):
            name = curve.names[place]
            if number in self.hunt.drawer.waves.rhythms:
                made.append(
                    message(
                        "{name} sets a frequency: it is looked for where the periodogram is high.",
                        name=name,
                    )
                )
                continue
            made.append(
                message(
                    "The formula gives {name} the unit {unit}, and with these columns the natural scale {scale}.",
                    name=name,
                    unit=self._unit(name),
                    scale=float(f"{float(self.hunt.scales.size(name, {})):.4g}"),
                )
            )
        return made

    def _unit(self, name: str) -> str:
        """A parameter's unit in the columns' names; 1 of a pure number."""
        target = self.hunt.task.problem.target
        powers = self.hunt.scales.units.of[name].get("", {})
        return str(
            sympy.Mul(
                *(
                    sympy.Symbol(target if base == "=" else base)
                    ** sympy.Rational(power.numerator, power.denominator)
                    for base, power in powers.items()
                )
            )
        )

    def _counts(self) -> list[Message]:
        if not self.caught.drawn:
            return []
        return [
            message(
                "{drawn} starts were drawn over six decades about these scales; of the most promising, {agreed} came to this minimum.",
                drawn=self.caught.drawn,
                agreed=self.caught.agreed,
            ),
        ]

    def _choices(self, before: FloatArray, after: FloatArray) -> list[Message]:
        ties, names, made = self.hunt.ties, self.hunt.curve.names, []
        for swap in (*ties.swaps, *ties.exchanges(self.hunt.rows)):
            one, other = ties.key(swap)
            made.append(
                message(
                    "Terms can change places: the order is {first}, then {second}.",
                    first=f"{names[one]} = {after[one]:.6g}",
                    second=f"{names[other]} = {after[other]:.6g}",
                )
            )
        turned = np.flatnonzero(
            (before * after < 0) & (np.abs(before + after) <= 1e-9 * np.abs(after))
        )
        if len(turned):
            made.append(
                message(
                    "Another sign of {names} gives the same model: this one is taken.",
                    names=self._named(turned.tolist()),
                )
            )
        return made


def converged(end: Descent, holds: Sequence[str]) -> Outcome:
    """The outcome of a minimum; `holds` are the parameters at a bound."""
    why = message(
        "after {number} step from the best start the gradient is 0, as far as floats tell",
        "after {number} steps from the best start the gradient is 0, as far as floats tell",
        number=end.steps,
    )
    return Outcome("converged", holding(why, holds))


def at_kink(holds: Sequence[str]) -> Outcome:
    """The outcome of a minimum where the slope jumps; `holds` are the parameters at a bound."""
    why = message("the cost has a kink here, and its slopes to all sides lead up")
    return Outcome("converged", holding(why, holds))


def stalled(names: Sequence[str]) -> Outcome:
    """The outcome where no step lowers the cost and the gradient is not 0."""
    why = message(
        "no step lowers the cost any more, and yet its gradient by {names} is not 0: the model may have a kink or a jump here",
        names=tuple(names),
    )
    return Outcome("stalled", why, message("give another start, or a smoother formula"))


def exhausted(end: Descent, names: Sequence[str]) -> Outcome:
    """The outcome where steps go on lowering the cost."""
    why = message(
        "after {number} steps the cost still falls, and its gradient by {names} is not 0",
        number=end.steps,
        names=tuple(names),
    )
    return Outcome("out of steps", why, message("go on from there: pass these values as a start"))


def at_edge(name: str, value: float) -> Outcome:
    """The outcome where the cost falls up to a place beyond which the model has no value."""
    why = message(
        "the cost falls as {name} goes to {value}, and beyond it the model has no finite value on these data",
        name=name,
        value=f"{0.0 if abs(value) < 1e-9 else value:.6g}",
    )
    advice = message(
        "bound {name}, or leave out the rows at which the model has no value", name=name
    )
    return Outcome("stalled", why, advice)


def infinite(found: Runaway, end: Descent, names: Sequence[str]) -> Outcome:
    """The outcome where the least cost lies at infinity."""
    name = names[found.place]
    limit = message("infinity") if end.theta[found.place] > 0 else message("minus infinity")
    if found.endless:
        return falling((f"{name} → 0",))
    if found.inwards:
        return _to_zero(name)
    why = message(
        "as {name} goes to {limit} the cost falls and never rises again: no value is the best, and the one said is only on the way",
        name=name,
        limit=limit,
    )
    if found.along:
        why = message(
            "{cause}; with it go {others}",
            cause=why,
            others=tuple(names[one] for one in found.along),
        )
    advice = message(
        "bound {name} or fix it, or take the simpler formula that is left in the limit", name=name
    )
    return Outcome("no minimum", why, advice)


def _to_zero(name: str) -> Outcome:
    """The outcome where a perfect fit is left beside 0 and not at it."""
    why = message(
        "as {name} goes to 0 the cost goes to 0, and the model has no such value at 0: no value is the best, and the one said is only on the way",
        name=name,
    )
    return Outcome("no minimum", why, message("bound {name} or fix it", name=name))


def undefined() -> Outcome:
    """The outcome where the model has no value for any start."""
    why = message(
        "the model has no finite value on these data for any of the starts that were tried"
    )
    return Outcome("stalled", why, message("give a start where it has one"))


START_LEFT = message(
    "The start that was given leads to a higher minimum, so another start's was taken."
)
SMOOTHEST = message(
    "Other parameters fit the data as well; between the rows this curve is the smoothest."
)
SPIKE = message(
    "A curve that rises without end between the rows fits better still; it is no minimum, and this one is."
)
SECOND = message("Another minimum is nearly as good.")
TWIN = message("Another minimum is as good as this one.")
EVERY = message("Every parameter is held: there is nothing to find.")
