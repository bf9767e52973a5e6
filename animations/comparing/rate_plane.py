"""The Hessian at a minimum, and the two parameters whose plane holds its steepest and its flattest way best; nothing here needs Manim."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.optimize.curvature import local_hessian


def hessian_at(story: DescentStory, target: FloatArray) -> FloatArray | None:
    """From differences of the gradient, which are exact for a quadratic however far apart; None where it is not finite."""
    if story.run.curvature is None:
        return local_hessian(story.evaluate, target.tolist())
    columns = []
    here = np.array(story.evaluate(target.tolist())[1])
    for index in range(len(target)):
        beside = target.copy()
        beside[index] += max(1.0, abs(float(target[index])))
        slopes = np.array(story.evaluate(beside.tolist())[1])
        columns.append((slopes - here) / (beside[index] - target[index]))
    found = np.array(columns)
    return np.asarray((found + found.T) / 2)


def plane_of(story: DescentStory, target: FloatArray | None) -> tuple[int, int] | None:
    """Of more than two parameters the pair whose plane holds most of both ways; None where they are not known."""
    if target is None or not story.sliced:
        return None
    hessian = hessian_at(story, target)
    if hessian is None:
        return None
    _, ways = np.linalg.eigh(hessian)
    both = ways[:, [0, -1]]
    pairs = [*combinations(range(len(target)), 2)]
    return max(pairs, key=lambda pair: abs(float(np.linalg.det(both[[*pair]]))))
