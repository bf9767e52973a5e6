"""Parts of the mathematics of the lesson `slope_tells_direction`."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.animations.staging.stage import Zone

SLOPE, RULE, NUMBERS, DATA = 0.42, 0.88, 0.65, 2.9  # heights of rows, compared with a formula's
LOW = 0.85  # of the row in which rule and numbers stand beside each other
SIDE = (1.6, 1.0)  # of a low zone: the formulas, and the data beside them


@dataclass(frozen=True)
class SlopeZones:
    """A formula, the slope's value, an update's rule and numbers, and the data; others take turns in their places."""

    statement: Zone
    slope: Zone
    rule: Zone
    numbers: Zone
    worked: Zone  # where rule and numbers come later
    readouts: Zone  # all of these as one
    data: Zone | None  # where it stands below the rest

    @classmethod
    def of(cls, zone: Zone, *, share: float = 1.0, data: bool = True) -> SlopeZones:
        """Below one another, with so many rows for formulas; rule and numbers beside each other where the zone is low."""
        low = zone.width > 2 * zone.height
        if low and data:
            left, right = zone.columns(*SIDE, gap=0.3)
            return cls._stacked(left.rows(share, SLOPE, RULE, NUMBERS, gap=0.12), right)
        if low:
            statement, slope, lower = zone.rows(1.2 * share, SLOPE, LOW, gap=0.2)
            rule, numbers = lower.columns(1, 1, gap=0.4)
            readouts = Zone(slope.left, slope.right, lower.bottom, statement.top)
            return cls(statement, slope, rule, numbers, lower, readouts, None)
        rest = max(2.2, DATA + 1 - share) if data else 1.2
        parts = zone.rows(share, SLOPE, RULE, NUMBERS, rest, gap=0.16)
        return cls._stacked(parts[:4], parts[4] if data else None)

    @classmethod
    def _stacked(cls, parts: list[Zone], data: Zone | None) -> SlopeZones:
        statement, slope, rule, numbers = parts
        worked = Zone(rule.left, rule.right, numbers.bottom, rule.top)
        readouts = Zone(rule.left, rule.right, numbers.bottom, statement.top)
        return cls(statement, slope, rule, numbers, worked, readouts, data)
