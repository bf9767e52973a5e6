"""derive_gradient: how the gradient follows from the cost, one rule at a time.

Every formula shown is a line of the problem's own derivation, and parts move as its steps say that they moved. Where
there are data, the model answers beside it: one parameter moves as the cost is derived by it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from manim import (
    FadeIn,
    Mobject,
    VGroup,
    smooth,
    squish_rate_func,
)

from symgd.animations.deriving import derive_words as words
from symgd.animations.deriving.derivation_layout import DerivationLayout
from symgd.animations.deriving.derive_ends import NOTE_EM
from symgd.animations.deriving.derive_moves import QUICKLY, RIGHT_SIDE, DeriveMoves, left_of
from symgd.animations.deriving.derive_numbers import still_at, story_of
from symgd.animations.deriving.function_picture import FunctionPicture
from symgd.animations.deriving.reason_rows import AT_LEISURE, GOING, ORDER, Letters
from symgd.animations.deriving.strokes import Stroke, strokes
from symgd.animations.deriving.swing_picture import SwingPicture
from symgd.animations.formulas.formula import Formula, Rewrite
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import leaving
from symgd.animations.stories.short_names import (
    renamed,
    short_names,
    short_parameters,
    with_short_names,
)
from symgd.optimize.example import demo_problem
from symgd.problem.problem import Problem
from symgd.problem.shades import by_shade
from symgd.terms import Equation, Symbol, Term
from symgd.writing.moves import Move
from symgd.writing.outline import Section, sections
from symgd.writing.words import Message, message

BRISKLY = 0.7
PARKS = 0.8  # seconds in which a result goes to where it waits
READ, READ_LONG, READ_KNOWN = 2.0, 3.2, 0.9  # seconds that a rule takes, the lesson's, a known one
READ_AGAIN = 1.5  # the last of known ones
LATE = squish_rate_func(smooth, 0.6, 1.0)
HEART = ("chain rule", "power rule")
SHOWN_SLOWLY = 2
TWO, ROOM_FOR_TWO = 2, 2.1  # rules whose laws have room in full, and the height they take
LONG = 20  # lines: of a longer derivation, known rules share beats


class DeriveGradient(DeriveMoves):
    """Lesson 4: the gradient, derived."""

    def example(self) -> Problem:
        """Three points, and a line through them."""
        return demo_problem(Problem)

    def beats(self) -> Iterator[Beat]:
        """The question, one beat a line of the derivation, the model answering, and the gradient as a vector."""
        self.shorten_names()
        self.sections = sections(self.gradient.exposition)
        self.ghost, self.rows, self.letters, self.said = None, VGroup(), {}, set()
        self.parked = {}
        self.marks, self.away, self.readout = VGroup(), None, VGroup()
        self.going = []
        self.long = sum(len(each.lines) for each in self.sections) > LONG
        self.many = len(self.gradient.partials) > SHOWN_SLOWLY
        self.story, self.rows_said = story_of(self.problem, self.run, lambda: self.gradient)
        pictured = self.story is not None and len(self.problem.targets) <= 1
        self.space = DerivationLayout.of(self.stage, self.all_lines(), pictured=pictured)
        self.picture: SwingPicture | FunctionPicture | None = None
        if self.story is not None and self.space.picture is not None:
            self.picture = self.picture_in(self.space.picture, self.story)
        caption = words.opening(self.problem, self.still_at_start())
        yield self.beat(message("the cost"), caption, DeriveGradient.show_cost, asks=True)
        for section in self.sections:
            yield from self.section_beats(section)
        yield from self.last_beats()

    def shorten_names(self) -> None:
        """Columns that are words, and long parameters, have letters in the formulas; what these are called is told."""
        own, run = self.problem, self.run
        names = {**short_names(own), **short_parameters(own)}
        if not names:
            return
        self.run = None if run is None else with_short_names(run, parameters=True)
        self.problem = renamed(own, names) if self.run is None else self.run.problem
        self.stage = replace(self.stage, parameters=by_shade(self.problem))
        told = [*own.parameters, *(own.inputs if len(own.inputs) > 1 else ())]
        self.meanings = {names[name]: own.labels.get(name, name) for name in told if name in names}
        self._derive = None

    def still_at_start(self) -> list[str]:
        """With which parameters the model doesn't change where the run begins, where the film begins elsewhere."""
        if self.run is None or self.story is None or self.story.run is self.run:
            return []
        return still_at(self.run, self.run.trace.table[0, : len(self.run.trace.parameters)])

    def all_lines(self) -> list[Term]:
        """Every line that is shown."""
        found: list[Term] = [self.problem.equations[0]]
        for section in self.sections:
            found.append(Equation(left_of(section), section.lines[0].right))
            for line in section.lines[1:]:
                parts = strokes(line, section, self.gradient.partials)
                found += [Equation(left_of(section), part.after) for part in parts]
        return found

    def section_beats(self, section: Section) -> Iterator[Beat]:
        """A section's first line, the model that answers, and the lines that follow."""
        yield self.beat(
            message("with respect to {names}", names=", ".join(section.names)),
            words.introduction(section, self.problem, self.gradient),
            partial(DeriveGradient.show_first, section=section),
            seconds=2.0,
            hold=0.2,
        )
        alone = section.names[0] if len(section.names) == 1 else ""
        swing = alone if self.picture is not None and alone and self.picture.moves(alone) else ""
        if swing:
            yield from self.swing_beats(swing)
        for parts in self.changes_of(section):
            hurried = self.knows(parts)
            caption = self.caption_of(parts, section)
            loud = [step.rule.name for part in parts for step in part.steps if not step.rule.quiet]
            rules = [self.stage.words.rule(rule) for rule in loud]
            show = partial(
                DeriveGradient.show_line,
                section=section,
                parts=parts,
                tempo=self.tempo_of(parts, hurried=hurried),
            )
            name = rules[0] if rules else message("next line")
            if len(rules) > 1 and all(part.is_algebra for part in parts):
                name = message("tidying up")
            yield self.beat(name, caption, show, seconds=1.2, hold=0.2)

    def swing_beats(self, name: str) -> Iterator[Beat]:
        """One parameter moves: a question, the first time, and what the points answer."""
        first = "swing" not in self.said
        self.said.add("swing")
        show = partial(DeriveGradient.show_swing, name=name)
        if first:
            yield self.beat(
                message("only {name} moves", name=Symbol(name)),
                words.swings(self.problem, name),
                show,
                asks=True,
            )
            show = partial(DeriveGradient.show_arms, name=name)
        else:
            show = partial(DeriveGradient.show_swing_and_arms, name=name)
        answer = words.answers(self.problem, name)
        title = message("the inner derivative with respect to {name}", name=Symbol(name))
        if not self.problem.has_examples:
            answer, title = self.slope_said(name), message("rise or fall")
        yield self.beat(title, answer, show, hold=0.5)

    def caption_of(self, parts: Sequence[Stroke], section: Section) -> words.Caption:
        """A sentence for each move; of moves that are all known, one for all."""
        if self.knows(parts):
            names = section.names if section.letter is None else (str(section.letter.name),)
            return (words.again(names, parts, self.stage.words),)
        if all(part.is_algebra for part in parts):
            first = "algebra" not in self.said
            self.said |= {"algebra", *(reason.rule for part in parts for reason in part.reasons)}
            return (words.tidied(parts, first=first),)
        said: list[Message | str] = []
        for part in parts:
            said.append(words.explained(part, self.stage.words))
            if (letter := self.square_letter(part)) is not None:
                said.append(words.square_grows(letter))
            self.said |= {reason.rule for reason in part.reasons}
        return tuple(said)

    def tempo_of(self, parts: Sequence[Stroke], *, hurried: bool) -> float:
        """How quickly a line is made: what was explained goes faster, and so does algebra."""
        algebra = all(part.is_algebra for part in parts)
        if algebra and len(parts) == 1 and not hurried:
            return AT_LEISURE
        if hurried or self.many:
            return QUICKLY
        return BRISKLY if algebra else AT_LEISURE

    # ---------------------------------------------------------------------------------------------
    # Lines

    def show_cost(self) -> None:
        """The question, the cost, and the data with the model where there are any."""
        self.set_heading(words.question(self.problem))
        cost, *others = self.problem.equations
        self.line = self.space.line(cost)
        seen: list[Mobject] = [self.line]
        if self.picture is not None:
            if self.rows_said is not None:
                self.picture.panel.foot(self.rows_said, NOTE_EM)
            seen += [self.picture.panel.drawing, self.picture.live]
        self.play(*map(FadeIn, seen))
        own: Letters = {
            str(number): row for number, row in enumerate(others) if isinstance(row, Equation)
        }
        self.define(own)
        if self.picture is not None:
            values = self.values_here()
            self.room_for(values)
            self.play(*map(FadeIn, values), run_time=0.5)
        self.turn()

    def letters_of(self, section: Section, term: Term) -> dict[str, Any]:
        """What the letters of a line stand for."""
        generic = section.names if section.letter is not None else ()
        return self.letters_in(Equation(left_of(section), term), generic)

    def show_first(self, section: Section) -> None:
        """The section's first line: from the cost, or from the shared lines' last."""
        self.settle()
        names, letter = tuple(map(Symbol, section.names)), section.letter
        if letter is not None:
            said = message("The same steps for {letter} = {names}", letter=letter, names=names)
        else:
            said = message("The derivative with respect to {variable}", variable=names[0])
        self.set_heading(said)
        first, start = self.sections[0], Equation(left_of(section), section.lines[0].right)
        if section is first:
            live = letter is not None and self.moves_along(section.names)
            moves = [Move("moves", (0,), (0, 0)), Move("moves", RIGHT_SIDE, (*RIGHT_SIDE, 0))]
            self.rewrite(self.space.line(start), moves, aside=[] if live else self.rows_go())
            self.define(self.letters_of(section, start.right))
            if live:
                self.along_each(section.names)
            return
        tempo = QUICKLY if section in self.sections[2:] else AT_LEISURE
        if first.letter is None or section is not self.sections[1]:
            shared = Equation(left_of(first), first.lines[-1].right)
            self.park(section, start if first.letter is None else shared)
        self.leave_ghost()
        stays = [Move("stays", (), ())]
        self.rewrite(self.space.line(start), stays, aside=self.rows_go(), tempo=tempo)
        self.define(self.letters_of(section, start.right))

    def settle(self) -> None:
        """The model goes back to where it was, and the inner derivative is written out."""
        self.take_back()
        self.unfold()

    def park(self, following: Section, again: Equation) -> None:
        """A result goes to the notes, where it waits for the others, and the line is again one that was shown before."""
        number, result = len(self.parked), self.line.term
        assert isinstance(result, Equation)
        name = f"parked {number}"
        self.parked[name] = result
        wanted = self.letters_of(following, following.lines[0].right)
        self.play(*self.rows_go(), *leaving(self.ghost), *self.letters_go(wanted), run_time=GOING)
        self.ghost, kept = None, dict(self.letters)
        row = self.placed_letters(wanted).get(name)
        if not isinstance(row, Formula):
            self.play(*leaving(self.line), run_time=GOING)
            self.line = self.space.line(again)
            self.play(FadeIn(self.line), run_time=PARKS)
            return
        down = float(row.get_center()[1] - self.line.get_center()[1])
        row.shift([0.0, -down, 0.0])  # beside the picture, then down
        self.play(Rewrite(self.line, row, [Move("stays", (), ())]), run_time=PARKS / 2)
        self.line = self.space.line(again)
        under = row.animate.shift([0.0, down, 0.0])
        self.play(under, FadeIn(self.line, rate_func=LATE), run_time=PARKS)
        self.letters = {**kept, name: row}

    def show_line(self, section: Section, parts: Sequence[Stroke], tempo: float) -> None:
        """All moves of a line; the arrows of an inner derivative stay while it is derived."""
        if all(part.is_algebra for part in parts):
            self.take_back()
        else:
            self.leave_arms_alone()
        ruled, room = sum(not part.puts_back for part in parts), self.room_at(section, parts)
        self.packed = ruled > TWO or (ruled == TWO and room < ROOM_FOR_TWO)
        self.going = [*self.rows_go(), *self.readout_goes()]
        for number, part in enumerate(parts):
            if number:
                self.turn()
            begun = self.time
            if self.card_of(part) is not None:  # its way leads over the rules
                self.going += self.rows_go()
            self.show_stroke(section, part, tempo)
            last = number == len(parts) - 1
            self.let_read(part, begun, last=last, known=tempo == QUICKLY)

    def room_at(self, section: Section, parts: Sequence[Stroke]) -> float:
        """The least height that definitions leave to the rules of a beat."""
        return min(self.room(self.letters_of(section, part.after)) for part in parts)

    def let_read(self, stroke: Stroke, begun: float, *, last: bool, known: bool) -> None:
        """A rule stays for a while, those that the film is about for longer, and those that are known not so long."""
        least = READ if last or not stroke.is_algebra else READ_KNOWN
        if stroke.puts_back or stroke.uses(ORDER):
            return
        least = min(least, READ_KNOWN if not last else READ_AGAIN) if known else least
        if not self.many and not self.long and stroke.uses(*HEART):
            least = READ_LONG
        lasted = (self.time - begun) / self.stage.pace
        if lasted < least:
            self.wait(least - lasted)
