"""RateExercises: lesson 001's exercise on learning rates, in both its versions; nothing here needs Manim.

It has one parameter. Its counts are published, its cost is not: the curvature and the part of the way that give all
counts are our inference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symgd.animations.stories.descent_story import DescentStory

Kind: TypeAlias = Literal["crawling", "good", "best", "too large"]

ALIKE = 1e-9
NEAR = 0.01  # of the way from the start, within which a lane has arrived


@dataclass(frozen=True)
class RateExercise:
    """A version of lesson 001's exercise: its curvature and when it stops, as inferred, and the rates that it names."""

    curvature: float
    near: float
    rates: Mapping[Kind, float]


EXERCISES = (
    RateExercise(0.625, 0.0055, {"crawling": 0.1, "good": 1.0, "best": 1.6, "too large": 4.0}),
    RateExercise(3.48, 0.0134, {"crawling": 0.03, "good": 0.1, "too large": 1.0}),
)


def exercise_of(story: DescentStory) -> RateExercise | None:
    """The exercise that a problem is, told by its one curvature."""
    bent = story.run.curvature
    if bent is None or len(bent) != 1:
        return None
    for exercise in EXERCISES:
        if math.isclose(bent[0], exercise.curvature, rel_tol=ALIKE):
            return exercise
    return None


def near_of(story: DescentStory) -> float:
    """The part of the way within which a lane is there; with one parameter the exercise's: its counts hold for any data."""
    exercise = exercise_of(story)
    if exercise is not None:
        return exercise.near
    return EXERCISES[0].near if len(story.names) == 1 else NEAR
