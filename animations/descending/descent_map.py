"""DescentMap: the plane of a descent's parameters, with the least place that is known, and whether that lies in it."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from manim import Square, VGroup

from symgd.animations.pictures.parameter_picture import EM, ParameterPicture
from symgd.animations.pictures.plot_panel import shape_of
from symgd.animations.stories.known_least import searched
from symgd.animations.stories.views import View, whole_view
from symgd.data.arrays import FloatArray
from symgd.writing.words import Message, message

HERE = 1e-3  # a held value so much of its way from the minimum's, relatively, is in its slice
HOLLOW = 0.2
UNEVEN = 20.0  # times as near along one scale as along the other
REACHED = 10.0  # times as far as the path and the start's values, a searched minimum is shown


class DescentMap(ParameterPicture):
    """The path; the cross is hollow where the minimum is in front of the slice, or behind it."""

    @cached_property
    def searched(self) -> FloatArray | None:
        """What a search found, where no formula knows the minimum, and it is not too far to be seen with the path."""
        found = searched(self.story)
        if found is None:
            return None
        rows = self.story.parameters[np.isfinite(self.story.parameters).all(axis=1)]
        room = np.maximum(np.ptp(rows, axis=0), np.abs(rows).max(axis=0)) * REACHED
        return found if (np.abs(found - rows[0]) <= room).all() else None

    @property
    def whole(self) -> View | None:
        """The view of all, with what a search found."""
        if self.curved:
            return None
        beside = [] if self.searched is None else [self.searched]
        return whole_view(self.story, shape_of(self.zone), beside)

    def near(self, first: int, last: int) -> View:
        """A view near to some steps; where that would stretch one scale far more than the other, the whole."""
        view, whole = super().near(first, last), self.whole
        if whole is None:
            return view
        across, up = (
            (all_.high - all_.low) / (part.high - part.low)
            for all_, part in ((whole.x, view.x), (whole.y, view.y))
        )
        return whole if max(across, up) > UNEVEN * min(across, up) else view

    def cross(self) -> VGroup:
        """A cross at the minimum that is known, and what it is; a hollow mark where this slice doesn't hold it."""
        if self.story.exact is not None:
            return self._hollow() if self.story.sliced and not self.in_slice else super().cross()
        found = self.searched
        if found is None:
            return VGroup()
        place = (float(found[0]), self.story.cost_of(found.tolist()))
        arms = VGroup(*self.arms(*(place if self.curved else self.place(found))))
        said = message("× {name}", name=message("the least that a search found"))
        if self.is_small or not len(arms):
            return VGroup(arms) if len(arms) else VGroup()
        return VGroup(arms, self.panel.corner(said, EM))

    @property
    def in_slice(self) -> bool:
        """Whether the parameters that the plane does not show are where the minimum has them."""
        exact, story = self.story.exact, self.story
        if exact is None:
            return True
        here = story.parameters[self.step]
        held = [index for index in range(len(story.names)) if index not in story.axes]
        sizes = np.maximum(np.abs(exact - story.parameters[0]), np.abs(exact))
        return all(abs(here[n] - exact[n]) <= HERE * sizes[n] for n in held)

    def _hollow(self) -> VGroup:
        """A square on its corner where the minimum would be seen, and how far it is from this slice."""
        assert self.story.exact is not None
        place = self.place(self.story.exact)
        if not self.panel.holds(*place):
            return VGroup()
        ink = self.stage.palette.ink
        mark = Square(side_length=HOLLOW, stroke_color=ink, stroke_width=2.5).rotate(np.pi / 4)
        mark.move_to(self.panel.position(*place))
        if self.is_small:
            return VGroup(VGroup(mark))
        self.panel.footnote.set_fill(opacity=0.0)
        return VGroup(VGroup(mark), self.panel.foot(self._elsewhere(), stays=False))

    def _elsewhere(self) -> Message:
        """What the hollow mark is."""
        assert self.story.exact is not None
        at = self._held(self.story.exact)
        return message("◇ minimum, not in this slice: at {point}", point=at)
