"""What a step of a walk is made of: what was carried on, the gradient where it began, and the step; nothing here needs Manim.

Laws
----
- a state that is a sum or a mean of gradients is what it keeps of itself and a part of the gradient: both are the trace's
- both are drawn to one scale, at which their sum is as long as the step; where that is the learning rate, they end with it
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from symgd.animations.comparing.race_memory import kept_of
from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.walks import Walk
from symgd.data.arrays import FloatArray
from symgd.terms import Symbol, Term

CLOSE = 1e-6


@dataclass(frozen=True)
class StepParts:
    """Vectors over the parameters, as long as they are drawn."""

    carried: FloatArray
    gradient: FloatArray
    step: FloatArray
    is_rated: bool = (
        False  # whether the gradient's part is as long as the learning rate times the gradient
    )

    @property
    def adds_up(self) -> bool:
        """Whether the step is the sum of the others."""
        away = np.linalg.norm(self.carried + self.gradient - self.step)
        return bool(away <= CLOSE * np.linalg.norm(self.step))


def step_parts(story: RaceStory, walk: Walk, step: int) -> StepParts:
    """A step's parts."""
    points = walk.points
    made = np.asarray(points[step + 1] - points[step])
    gradient = np.array(story.evaluate(points[step].tolist())[1])
    pushed, carried = gradient, np.zeros_like(gradient)
    names = walk.run.trace.parameters
    for state, (kept, squares) in kept_of(walk.run.optimizer).items():
        if squares:
            continue
        columns = np.column_stack([walk.run.trace[f"{state}[{name}]"] for name in names])
        pushed, carried = columns[step + 1], _value(walk, kept) * columns[step]
        break
    length = float(np.linalg.norm(pushed))
    scale = -float(np.linalg.norm(made)) / length if length else 0.0
    part, whole = scale * (pushed - carried), -walk.run.learning_rate * gradient
    away = float(np.linalg.norm(part - whole))
    return StepParts(scale * carried, part, made, away <= CLOSE * float(np.linalg.norm(whole)))


def _value(walk: Walk, kept: Term) -> float:
    """What a state keeps: a setting, or all."""
    given = walk.run.options.get("optimizer_settings") or {}
    values = {**walk.run.optimizer.values, **given}
    return float(values[kept.name]) if isinstance(kept, Symbol) else 1.0
