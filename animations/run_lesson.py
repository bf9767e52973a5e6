"""RunLesson: a lesson about a run; the built-in one's, where nobody brings another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from manim import Mobject

from symgd.animations.descent_story import DescentStory, tell
from symgd.animations.lesson import Lesson
from symgd.errors import ProblemError
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run
from symgd.problem.problem import Problem


class RunLesson(Lesson):
    """A lesson that is told of a run's story."""

    called: ClassVar[str]
    run: Run | None
    story: DescentStory

    def example(self) -> Problem:
        """Three points, and a line through them."""
        return demo_problem(Problem)

    def prepared(self) -> DescentStory:
        """The run's story; without a problem and a run, the built-in one's."""
        if self.run is None:
            if self.problem.model != self.example().model:
                cause = f"the lesson {self.called} is about a descent"
                raise ProblemError(cause, "pass data, or a run")
            self.run = demo_run(self.problem)
        return tell(self.run, lambda: self.gradient)


def refill(holder: Mobject, parts: Sequence[Mobject]) -> None:
    """Other things in a group that stays; Manim draws the old ones until an animation ends, so they lose their points."""
    kept = {id(member) for part in parts for member in part.get_family()}
    for old in holder.get_family()[1:]:
        if id(old) not in kept:
            old.clear_points()
    holder.submobjects = [*parts]
