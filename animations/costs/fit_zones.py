"""Where model, table and cost stand in the lesson `fit_a_line`."""

from __future__ import annotations

from dataclasses import dataclass

from symgd.animations.staging.stage import Zone

# Times the height of a model with long names and its parameters; what is below it, in its own.
LONG, OVER = 1.5, 2.0
SHARES = 1.2, 1.9, 1.9, 0.8  # of the model, the table, the sum, and the cost

LOW = 1.6, 1.4  # where the zone is low: upper and lower part
UPPER, LOWER = (4.0, 5.0), (5.4, 3.6)  # and their columns


@dataclass(frozen=True)
class FitZones:
    """Parts of the mathematics: the model and its parameters, the table, the cost's formula, and its value.

    Before there is a sum, the rows are worked in its place.
    """

    model: Zone
    table: Zone
    total: Zone
    cost: Zone

    @classmethod
    def of(cls, zone: Zone, *, long: bool = False) -> FitZones:
        """Below one another, or beside one another in two parts where the zone is low; a model with `long` names has more room."""
        if zone.width > 2 * zone.height:
            if long:  # the model over both columns
                model, rest = zone.rows(1, OVER, gap=0.1)
                table, right = rest.columns(1, 1, gap=0.4)
                return cls(model, table, *right.rows(2.2, 1))
            upper, lower = zone.rows(*LOW, gap=0.1)
            model, table = upper.columns(*UPPER, gap=0.25)
            total, cost = lower.columns(*LOWER, gap=0.25)
            return cls(model, table, total, cost)
        first, *others = SHARES
        return cls(*zone.rows(first * (LONG if long else 1), *others, gap=0.15))
