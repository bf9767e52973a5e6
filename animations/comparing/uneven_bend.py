"""How much more a cost bends one way than another, round where it is least, found from its gradients' differences; nothing here needs Manim."""

from __future__ import annotations

import numpy as np

from symgd.animations.comparing.race_story import RaceStory

NUDGE = 1e-5  # of a parameter, or of 1 where it is smaller
LEAST = 5.0  # times as much


def uneven(story: RaceStory) -> float | None:
    """The ratio of the largest curvature to the smallest, where it is large; None where that is not known."""
    least = story.ground.held
    columns = []
    for index, value in enumerate(least.tolist()):
        away, slopes = NUDGE * max(1.0, abs(value)), []
        for side in (1, -1):
            beside = least.copy()
            beside[index] += side * away
            slopes.append(np.array(story.evaluate(beside.tolist())[1]))
        columns.append((slopes[0] - slopes[1]) / (2 * away))
    found = np.array(columns)
    if not story.least[1] or story.is_slice or not np.isfinite(found).all():
        return None
    bends = np.linalg.eigvalsh((found + found.T) / 2)
    ratio = float(bends[-1] / bends[0]) if bends[0] > 0 else 0.0
    return ratio if ratio > LEAST else None
