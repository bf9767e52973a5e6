"""What the model says of a row, worked out with numbers: 0.2·1 + 0.5 = 0.7."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from manim import Animation, FadeIn, VGroup

from symgd.animations.costs.told_rows import FollowedRows
from symgd.animations.formulas.number_flight import carried
from symgd.animations.formulas.numerals import numeral
from symgd.animations.formulas.typeset import LEAST_EM, Glyph
from symgd.animations.staging.stage import Stage, Zone
from symgd.data.arrays import FloatArray
from symgd.terms import Equation, Symbol, Term

EM = 0.4


class WorkedRow:
    """A told row in the model; `whole` is nothing where it has no room.

    Attributes
    ----------
    given : list of tuple
        The number of an input, and where in the row it stands.
    settings : list of VGroup
        The parameters' numbers.
    predicted : VGroup
        What comes out; `rest` is all else.
    """

    def __init__(
        self, stage: Stage, zone: Zone, told: FollowedRows, values: FloatArray, number: int = 0
    ) -> None:
        self.whole, self.predicted, self.rest = VGroup(), VGroup(), VGroup()
        self.given: list[tuple[int, VGroup]] = []
        self.settings: list[VGroup] = []
        model, names = told.problem.model_equations, told.problem.inputs
        row = told.at(values)[number]
        if not names or len(model) != 1 or not np.isfinite(row.predicted):
            return
        known = dict(zip(told.problem.parameters, map(float, values), strict=True))
        for name, column in zip(names, told.inputs, strict=True):
            known[name] = float(column[told.rows[number]])
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
        self.given = [
            (names.index(said), made.glyphs((0, *path)))
            for path, said in places.items()
            if said in names
        ]
        self.predicted = made.glyphs((1,)).set_color(stage.palette.prediction)
        self.settings = [
            made.glyphs((0, *path)) for path, said in places.items() if said in stage.colours
        ]
        moved = [part for _, part in self.given]
        apart = {id(glyph) for part in (*moved, self.predicted) for glyph in part}
        self.rest = VGroup(*(glyph for glyph in made if id(glyph) not in apart))
        self.whole = made

    def came(self, values: VGroup) -> Iterator[Animation]:
        """Its parameters' numbers come from where their values are written, and what stands between them by itself."""
        written = [part for part in values.get_family() if isinstance(part, Glyph)]
        apart, begin = {id(glyph) for part in self.settings for glyph in part}, 0
        for number in self.settings:
            found = _run_of([*number], written[begin:])
            if found is None:
                yield FadeIn(number)
                continue
            yield carried(VGroup(*written[begin:][found]), number)
            begin += found.stop
        yield FadeIn(VGroup(*(glyph for glyph in self.rest if id(glyph) not in apart)))


def _run_of(sought: Sequence[Glyph], written: Sequence[Glyph]) -> slice | None:
    """Where the same glyphs stand one after the other."""
    shapes, long = [glyph.shape for glyph in sought], len(sought)
    for begin in range(len(written) - long + 1):
        if [glyph.shape for glyph in written[begin : begin + long]] == shapes:
            return slice(begin, begin + long)
    return None
