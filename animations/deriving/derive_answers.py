"""What the picture of derive_gradient answers to each rule, while the line is derived by several parameters at once.

Laws
----
- what a rule speaks of moves or is marked: the examples of a sum one by one, the data that are no unknowns, the model
  along each parameter that a term has
- the square of a residual is drawn where a letter for the residual is squared, and grows as its derivative says
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from manim import (
    Animation,
    Dot,
    FadeIn,
    FadeOut,
    Mobject,
    UpdateFromAlphaFunc,
    VGroup,
    there_and_back,
)

from symgd.animations.deriving.derive_swings import MOST, DeriveSwings
from symgd.animations.deriving.growing_square import GrowingSquare
from symgd.animations.deriving.strokes import Stroke
from symgd.animations.deriving.swing_picture import BOLD, SwingPicture
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.pictures.plot_panel import stroke as outline
from symgd.terms import Abbreviation, BigSum, Number, Partial, Power, Symbol, Term
from symgd.writing.words import message

EACH, ALL = (
    1.3,
    4.5,
)  # seconds in which the model moves with one parameter of several, and with all
LARGER, LARGER_STILL = 1.9, 1.35  # the size of points that a rule speaks of, and of words
SHOWN = 0.4
MULTIPLE, LAST = "constant multiple rule", "one fraction"
FEW, LIT = 4, 0.45  # rows that light up one by one, and for how long
GROWS = 1.2  # seconds in which the square opens and grows


class DeriveAnswers(DeriveSwings):
    """Motion in the picture for the lines that all parameters share."""

    square: GrowingSquare | None = None
    squares_letter: Abbreviation | None = None  # of the residual, whose square is drawn
    square_names: VGroup = VGroup()
    many: bool
    long: bool

    @property
    def answers_all(self) -> bool:
        """Whether there is time for an answer to each rule."""
        return isinstance(self.picture, SwingPicture) and not (self.many or self.long)

    def answering(self, stroke: Stroke, names: Sequence[str]) -> list[Animation]:
        """What moves in the picture while a line is rewritten."""
        picture = self.picture
        if not isinstance(picture, SwingPicture) or stroke.path is None:
            return []
        if self.square is not None and self.squared(stroke) is not None:
            return []  # one after the other: the line, then the square
        before, after = stroke.rewritten, stroke.made
        if not isinstance(before, Partial):
            return []
        if isinstance(after, BigSum) and isinstance(after.body, Partial):
            return self.one_by_one(picture)
        counted = stroke.uses(MULTIPLE) and not names
        if counted or (isinstance(after, Number) and self.is_of_data(before.body)):
            points = picture.points
            return [dot.animate(rate_func=there_and_back).scale(LARGER) for dot in points]
        return self.arms_answer(stroke) if names else []

    def arms_answer(self, stroke: Stroke) -> list[Animation]:
        """Of the arrows that stay while an inner derivative is derived: their factors, or what holds the line."""
        if self.away is None or not self.answers_all:
            return []
        held = isinstance(stroke.made, Number) and not float(stroke.made.number)
        kind: type[Mobject] = Dot if held else Typeset
        marked = [part for part in self.arms.get_family() if isinstance(part, kind)]
        return [each.animate(rate_func=there_and_back).scale(LARGER_STILL) for each in marked]

    def rows_answer(self, stroke: Stroke, name: str) -> None:
        """Where the sum is as it stays: each row's residual times its lever arm, one after the other."""
        picture = self.picture
        if not isinstance(picture, SwingPicture) or not (self.answers_all and stroke.uses(LAST)):
            return
        index = picture.names.index(name)
        for row in sorted(picture.among, key=lambda row: float(picture.xs[row]))[:FEW]:
            bold, area = picture.residual(row), picture.product(index, row)
            if bold is not None:
                self.add(area, bold)
                self.wait(LIT)
                self.remove(area, bold)

    def is_of_data(self, term: Term) -> bool:
        """Whether a term has the target in it, and no parameter."""
        symbol = Symbol(self.problem.target)
        target = self.problem.data.get(symbol, symbol)
        return bool(target.names <= term.names) and not term.names & {*self.problem.parameters}

    @staticmethod
    def one_by_one(picture: SwingPicture) -> list[Animation]:
        """The residuals light up, one after the other."""
        rows = sorted(picture.among, key=lambda row: float(picture.xs[row]))
        shown = [each for row in rows if (each := picture.residual(row)) is not None]
        bright = outline(picture.stage.palette.error, BOLD)

        def lit(_: Mobject, alpha: float) -> None:
            number = min(int(alpha * len(shown)), len(shown) - 1)
            bright.set_points(shown[number].points if alpha < 1 else [])

        if not shown:
            return []
        return [UpdateFromAlphaFunc(bright, lit, rate_func=lambda t: t, remover=True)]

    # ---------------------------------------------------------------------------------------------
    # The model along each parameter

    def along_each(self, names: Sequence[str]) -> None:
        """The model moves with one parameter after the other, and the cost says what it comes to."""
        picture = self.picture
        assert picture is not None
        self.remove(self.rows)
        self.rows = VGroup()
        self.read(picture.start, names[:MOST])
        self.add(self.readout)
        for name in names:
            if picture.moves(name):
                self.play(*self.swinging(name), run_time=min(EACH, ALL / len(names)))

    def moves_along(self, names: Sequence[str]) -> bool:
        """Whether the model moves along these, one after the other."""
        picture = self.picture
        return picture is not None and self.answers_all and any(map(picture.moves, names))

    def readout_goes(self) -> list[Animation]:
        """How the cost's value goes that was read meanwhile."""
        if not len(self.readout) or self.away is not None:
            return []
        gone, self.readout = self.readout, VGroup()
        return [FadeOut(gone)]

    # ---------------------------------------------------------------------------------------------
    # The square

    def square_begins(self, stroke: Stroke) -> None:
        """A letter for the residual stands beside one of them, if there is a square to come."""
        letter = self.letter_of(stroke)
        if letter is None or not isinstance(self.picture, SwingPicture):
            return
        self.square = GrowingSquare.of(self.picture)
        if self.square is None:
            return
        square = self.square
        square.show(self.picture.start)
        label = square.side_label(letter)
        self.square_names = VGroup(label)
        self.play(FadeIn(square.edge), FadeIn(label), run_time=SHOWN)

    def square_letter(self, stroke: Stroke) -> Term | None:
        """The letter whose square a change derives, where a square is drawn then; told when the film is planned."""
        letter = self.letter_of(stroke)
        if letter is not None and isinstance(self.picture, SwingPicture):
            self.squares_letter = letter if GrowingSquare.of(self.picture) is not None else None
        power = self.squared(stroke)
        return None if power is None or power.base != self.squares_letter else power.base

    def letter_of(self, stroke: Stroke) -> Abbreviation | None:
        """The letter that a change brings for the residual, where it is squared then; a function has none."""
        if not self.problem.targets:
            return None
        residual = self.problem.residual.substitute(self.problem.data)
        found = [
            letter
            for step in stroke.steps
            for letter in step.introduced
            if letter.definition == residual
        ]
        squares = [
            part.base
            for _, part in stroke.after.walk()
            if isinstance(part, Power) and _is_two(part.exponent)
        ]
        return next((letter for letter in found if letter in squares), None)

    @staticmethod
    def squared(stroke: Stroke) -> Power | None:
        """The square of a letter that is derived in a change by that letter."""
        before = stroke.rewritten
        if not isinstance(before, Partial) or before.body == before.variable:
            return None
        body = before.body
        alone = isinstance(body, Power) and body.base == before.variable and _is_two(body.exponent)
        return body if alone and isinstance(body, Power) else None

    def square_named(self, stroke: Stroke) -> None:
        """The square's name, and what it grows by: its derivative times how much the residual grew."""
        power = self.squared(stroke)
        rate = stroke.made
        if self.square is None or power is None or rate is None:
            return
        letter = power.base
        self.turn()
        self.play(*self.square.grows(), run_time=GROWS)
        self.add(self.square.edge, *self.square_names)
        area = self.square.area_label(power)
        growth = message("+ {rate} · Δ{letter}", rate=rate, letter=letter)
        strip = self.square.strip_label(growth)
        self.square_names.add(area, strip)
        self.play(FadeIn(area), FadeIn(strip), run_time=SHOWN)

    def square_goes(self) -> list[Animation]:
        """It goes, and the model goes back to where it was."""
        square, picture = self.square, self.picture
        if square is None or not isinstance(picture, SwingPicture):
            return []
        self.square = None
        gone = VGroup(square.live, square.edge, self.square_names)

        def back(_: Mobject, alpha: float) -> None:
            picture.show(picture.moved(square.index, square.part * (1 - alpha)))

        return [FadeOut(gone), UpdateFromAlphaFunc(picture.live, back)]


def _is_two(term: Term) -> bool:
    return isinstance(term, Number) and bool(np.isclose(float(term.number), 2))
