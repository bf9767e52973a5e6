"""A lesson about a descent by the gradient itself: the built-in one, or the viewer's run."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from manim import Mobject, UpdateFromAlphaFunc, VGroup, VMobject, there_and_back

from symgd.animations.staging.lesson import Lesson
from symgd.animations.stories.descent_story import DescentStory, tell
from symgd.animations.stories.level_start import ELSEWHERE, expect_slope
from symgd.errors import ProblemError
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.run import Run
from symgd.problem.problem import Problem


class RunLesson(Lesson):
    """A lesson that needs a run; without a problem and a run it is about the three points."""

    run: Run | None
    lesson = ""  # its name, as in a list of lessons

    def example(self) -> Problem:
        """Three points, and a line through them."""
        return demo_problem(Problem)

    def prepared(self) -> DescentStory:
        """The run's story.

        Raises
        ------
        ProblemError
            When there is a problem and no run of it.
        """
        if self.run is None:
            if self.problem.model != self.example().model:
                cause = f"the lesson {self.lesson} is about a descent"
                raise ProblemError(cause, "pass data, or a run")
            self.run = demo_run(self.problem)
        return tell(self.run, lambda: self.gradient)

    def told_plain(self) -> DescentStory:
        """The story of a run by the gradient alone that makes a step.

        Raises
        ------
        ProblemError
            When the steps are those of another optimizer, or there are none.
        """
        story = self.prepared()
        if story.rule is not None:
            cause = f"the lesson {self.lesson} explains θ − α∇J, and {story.run.optimizer.name} steps by another rule"
            raise ProblemError(cause, "film it with the lesson descend, which shows every rule")
        expect_slope(story.evaluate, story.parameters[0].tolist())
        if not story.steps:
            cause = "the gradient at the start is too small for a step"
            raise ProblemError(cause, ELSEWHERE)
        return story

    def moving(self, show: Callable[[float], object], seconds: float, *moved: Mobject) -> None:
        """Call `show` with the part of the way that is done; `moved` are all things that it changes."""
        group = VGroup(*moved)
        self.play(UpdateFromAlphaFunc(group, lambda _, part: show(float(part))), run_time=seconds)
        show(1.0)
        self.remove(group)
        self.add(*moved)

    def pulse(self, *lines: VMobject, times: float = 2.0, seconds: float = 1.4) -> None:
        """Lines grow thicker and thin again: they are what is spoken of."""
        thick = [line.animate.set_stroke(width=times * line.get_stroke_width()) for line in lines]
        self.play(*thick, rate_func=there_and_back, run_time=seconds)


def refill(holder: Mobject, parts: Sequence[Mobject]) -> None:
    """Other things in a group that stays; Manim draws the old ones until an animation ends, so they lose their points."""
    kept = {id(member) for part in parts for member in part.get_family()}
    for old in holder.get_family()[1:]:
        if id(old) not in kept:
            old.clear_points()
    holder.submobjects = [*parts]
