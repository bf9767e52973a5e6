"""What the model says of one row, worked out with numbers: 0.2·1 + 0.5 = 0.7."""

from __future__ import annotations

import numpy as np
from manim import VGroup

from symgd.animations.costs.told_rows import FollowedRows
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol, Term

EM = 0.4


class WorkedRow:
    """The first told row in the model; `whole` is nothing where it has no room, or several inputs.

    Attributes
    ----------
    given, predicted : VGroup
        Where in it the row's input stands, and what comes out; `rest` is all else.
    """

    def __init__(self, stage: Stage, zone: Zone, told: FollowedRows, values: FloatArray) -> None:
        self.whole, self.given, self.predicted = VGroup(), VGroup(), VGroup()
        self.rest = VGroup()
        model = told.problem.model_equations
        row = told.at(values)[0]
        if told.across or len(model) != 1 or not np.isfinite(row.predicted):
            return
        (name,) = told.problem.inputs
        known = dict(zip(told.problem.parameters, map(float, values), strict=True))
        known[name] = float(told.inputs[0][told.rows[0]])
        numbers: dict[Term, Term] = {Symbol(each): numeral(n) for each, n in known.items()}
        before = model[0].right
        term = Equation(before.substitute(numbers), numeral(row.predicted))
        made = stage.formula(term, em=EM)
        if made.width * LEAST_EM > zone.width * EM:
            return
        made.at_most(zone.width).put(zone.left, zone.centre[1])
        places = {path: part.name for path, part in before.walk() if isinstance(part, Symbol)}
        for path, said in places.items():
            if said in stage.colours:
                made.glyphs((0, *path)).set_color(stage.colours[said])
        inputs = [made.glyphs((0, *path)) for path, said in places.items() if said == name]
        self.given = VGroup(*inputs)
        self.predicted = made.glyphs((1,)).set_color(stage.palette.prediction)
        apart = {id(glyph) for part in (*inputs, self.predicted) for glyph in part}
        self.rest = VGroup(*(glyph for glyph in made if id(glyph) not in apart))
        self.whole = made
