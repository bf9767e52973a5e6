"""How lanes become the same lanes in smaller frames: what leaves, what moves, and what comes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from manim import ReplacementTransform, VGroup, VMobject

from symgd.animations.comparing.lanes import LanePicture


@dataclass(frozen=True, eq=False)
class LaneShrinking:
    """Numbers and words leave, frames and ways move, and smaller numbers and words come."""

    gone: list[VMobject]
    moves: list[ReplacementTransform]
    come: list[VMobject]


def shrinking(old: Sequence[LanePicture], new: Sequence[LanePicture], step: int) -> LaneShrinking:
    """From the old frames to the new, all at a step."""
    gone, come, moves = list[VMobject](), list[VMobject](), list[ReplacementTransform]()
    for before, after in zip(old, new, strict=True):
        after.show(step)
        gone += [before.measure, *before.names, before.ticks, before.levels]
        come += [after.measure, *after.names, after.ticks]
        pairs = [
            (before.panel.drawing, after.panel.drawing),
            (before.lines, after.lines),
            *zip(before.cross, after.cross, strict=True),
            *zip(before.title[:2], after.title[:2], strict=True),
            (VGroup(before.trail, before.path), VGroup(after.trail, after.path)),
            (before.stops, after.stops),
            (before.dot, after.dot),
        ]
        moves += [ReplacementTransform(a, b) for a, b in pairs if len(a.get_family()) > 0]
    return LaneShrinking(gone, moves, come)
