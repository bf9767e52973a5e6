"""PathNames: what the parts of a path are, written beside them; which words, the director's kind of descent decides."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from manim import DL, UR, BackgroundRectangle, Mobject, VGroup, VMobject

from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.label_places import LabelPlaces, along, rounds
from symgd.animations.pictures.parameter_picture import DOT, ParameterPicture
from symgd.animations.stories.descent_story import DescentStory
from symgd.animations.stories.director import Director
from symgd.animations.stories.rule_story import RuleStory
from symgd.data.arrays import FloatArray, spread
from symgd.terms import Equation, Negative, Partial, Product, Symbol, Term
from symgd.terms.matrix.operations import Nabla
from symgd.terms.matrix.terms import Matrix
from symgd.writing.words import Message, message

EM, ARROW_EM, INNER = 0.3, 0.34, 0.15
MOST, CELLS = 300, 5  # points of a path that are kept clear, and of words along each side
PLATE, MARGIN = 0.85, 0.04
Named = tuple[Message, float]


def parts_named(director: Director) -> tuple[Named, ...]:
    """Words, and the step, or the time between two, to which each belongs."""
    story, kind = director.story, director.kind
    turn, last = story.turn, float(story.steps)
    if kind == "turn" and turn is not None:
        return (
            (message("steep side"), 0.5),
            (message("bend"), float(turn.step)),
            (message("floor"), halfway(story, turn.step)),
        )
    if kind == "ravine":
        return (message("steep side"), 0.5), (message("floor"), halfway(story, 1))
    if kind == "zigzag" and last > 1:
        return (message("across"), 0.5), (message("and back"), 1.5)
    if kind == "overshoot" and last > 1:
        return (message("too far"), 1.0), (message("and back"), 2.0)
    if kind == "divergence" and last > 1:
        return (message("too far"), 1.0), (message("farther"), 2.0)
    if kind == "plateau":
        return ((message("plateau"), 0.0),)
    return ()


def halfway(story: DescentStory, first: int) -> float:
    """The time at which half of the way from a step to the last is behind, each parameter in parts of its reach."""
    rows = story.parameters[first:, story.axes]
    reach = np.ptp(rows, axis=0)
    ways = np.linalg.norm(np.diff(rows, axis=0) / np.where(reach > 0, reach, 1.0), axis=1)
    if not len(ways) or not np.isfinite(ways).all():
        return float(first)
    return float(first + np.searchsorted(np.cumsum(ways), ways.sum() / 2))


class PathNames:
    """Labels in a picture of the parameters, clear of its path, its lines and each other."""

    def __init__(self, picture: ParameterPicture, director: Director) -> None:
        self.picture, self.director = picture, director
        self.stage, story = picture.stage, picture.story
        panel = picture.panel
        rows = [picture.point(step) for step in spread(story.last + 1, MOST).tolist()]
        ways = panel.segments(*zip(*rows, strict=True)) if len(rows) > 1 else []
        hard = [*along(ways), *rounds([panel.border(*row) for row in rows], DOT)]
        if story.exact is not None:
            least = story.least or 0.0
            place = (float(story.exact[0]), least) if picture.curved else picture.place(story.exact)
            hard += rounds([panel.border(*place)], 2 * DOT)
        hard += [place for words in picture.lines[len(picture.found) :] for place in _area(words)]
        self.places = LabelPlaces(self.stage, panel.box, hard)

    def kinds(self) -> VGroup:
        """The names of the path's parts that are in view."""
        made = VGroup()
        for said, time in parts_named(self.director):
            here = self.picture.point(time)
            if self.picture.panel.holds(*here):
                label = self.stage.sentence(bold=self.stage.said(said), em=EM)
                made.add(self._put(label, self.picture.panel.position(*here)))
        return made

    def arrow(self, sign: float, arrow: Mobject, *, rated: bool = True) -> VGroup:
        """What an arrow along the gradient is: ∇J, times the rate where it is `rated`, or with the minus that turns it."""
        label = self.stage.formula(signed(self.picture, sign, rated=rated), em=ARROW_EM)
        ends = arrow[0].get_start(), arrow[1].get_center()
        self.places.add(along([ends]))
        return self._put(label, arrow.get_center())

    def level(self, line: VMobject, slope: Term) -> VGroup:
        """Of a line where a slope is zero, what it is, beside its upper end."""
        label = self.stage.formula(Equation(slope, numeral(0.0)), em=EM)
        self.places.add(along([(line.get_start(), line.get_end())]))
        ends = sorted((line.get_start(), line.get_end()), key=lambda end: float(end[1]))
        return self._put(label, INNER * ends[0] + (1 - INNER) * ends[1])

    def _put(self, label: Mobject, here: FloatArray) -> VGroup:
        """A label near a place, on a plate that keeps the lines of equal cost away from its letters."""
        ground = self.stage.palette.ground
        made = self.places.put(label, here)
        plate = BackgroundRectangle(label, color=ground, fill_opacity=PLATE, buff=MARGIN)
        return VGroup(plate, *made)


def signed(picture: ParameterPicture, sign: float, *, rated: bool = True) -> Term:
    """α∇J, or −α∇J; of an optimizer with a rule of its own, or before it is told, without the rate."""
    story = picture.story
    slopes: Term = Nabla(story.problem.cost_name, Matrix("theta", len(story.names)))
    if len(story.names) == 1:
        slopes = Partial(story.problem.cost_name, Symbol(story.names[0]))
    rated = rated and not isinstance(story.rule, RuleStory)
    made = Product((story.rate, slopes)) if rated else slopes
    return Negative(made) if sign < 0 else made


def _area(words: Mobject) -> Iterator[FloatArray]:
    """Places all over what words cover."""
    low, high = words.get_corner(DL), words.get_corner(UR)
    for x in np.linspace(low[0], high[0], CELLS):
        for y in np.linspace(low[1], high[1], CELLS):
            yield np.array([x, y, 0.0])
