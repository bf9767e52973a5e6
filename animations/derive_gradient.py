"""derive_gradient: how the gradient follows from the cost, one rule at a time.

Every formula shown is a line of the problem's own derivation, and parts move as its steps say that they moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from manim import UP, FadeIn, FadeOut, Mobject, SurroundingRectangle, Transform, VGroup

from symgd.animations.beats import Beat
from symgd.animations.formula import Formula, Rewrite, moved_into
from symgd.animations.lesson import leaving
from symgd.animations.numerals import listed
from symgd.animations.reason_rows import AT_LEISURE, GAP, LINES, MATHEMATICS, ReasonRows, capital
from symgd.animations.strokes import Stroke, differing, in_one, strokes
from symgd.derivation.engine import derive
from symgd.terms import Equation, Path, Symbol, Term
from symgd.writing.formulas.text import text
from symgd.writing.moves import Move
from symgd.writing.outline import Reason, Section, sections
from symgd.writing.words import Message, message

RIGHT_SIDE: Path = (1,)
STAYS = Move("stays", (0,), (0,))
EM = 0.62
CURRENT, BEFORE = 0.2, 2.15
PALER, SMALLER = 0.45, 0.85
READABLE = 0.48
QUICKLY = 0.65
SHOWN_SLOWLY = 2


class DeriveGradient(ReasonRows):
    """Lesson 4: the gradient, derived."""

    line: Formula
    ghost: Formula | None

    def beats(self) -> Iterator[Beat]:
        """One beat a line of the derivation, and three round it."""
        self.sections = sections(self.gradient.exposition)
        self.ghost = None
        self.rows = VGroup()
        self.said: set[str] = set()
        self.many = len(self.gradient.partials) > SHOWN_SLOWLY
        self.size = self.common_size()
        yield self.opening()
        for section in self.sections:
            yield from self.section_beats(section)
        if len(self.gradient.partials) > 1 and self.problem.written_cost.is_of_the_residual:
            yield self.side_by_side()

    # What is said

    def opening(self) -> Beat:
        parameters = listed(self.problem.symbols)
        caption: tuple[Message, ...] = (
            message(
                "The cost {name} is a function of {parameters}: only the parameters have colours.",
                name=self.problem.cost_name,
                parameters=parameters,
            ),
        )
        if self.problem.has_examples:
            data = listed([*self.problem.data.values()])
            caption += (message("{data} are numbers from the data.", data=data),)
        return self.beat(message("the cost"), caption, DeriveGradient.show_cost)

    def section_beats(self, section: Section) -> Iterator[Beat]:
        yield self.beat(
            message("derive by {names}", names=" ".join(section.names)),
            self.introduction(section),
            partial(DeriveGradient.show_first, section=section),
            seconds=3.0,
        )
        for line in section.lines[1:]:
            parts = strokes(line, section, self.gradient.partials)
            known = self.knows(parts)
            hurried = known or self.many
            if known and self.many:
                parts = (in_one(parts),)
            caption = self.explained(parts)
            rules = [self.stage.words.rule(reason.rule) for reason in parts[0].reasons]
            name = rules[0] if rules else message("next line")
            tempo = QUICKLY if hurried else AT_LEISURE
            show = partial(DeriveGradient.show_line, left=_left(section), parts=parts, tempo=tempo)
            yield self.beat(name, caption, show, seconds=2.2, hold=0.7 if hurried else 1.0)

    def introduction(self, section: Section) -> Message:
        if section.letter is not None:
            return message(
                "How does {function} change with {letter}? The first steps are the same for {letter} = {names}.",
                function=self.problem.cost_name,
                letter=section.letter,
                names=listed([Symbol(name) for name in section.names]),
            )
        others = [Symbol(name) for name in self.gradient.partials if name not in section.names]
        name = Symbol(section.names[0])
        if not others:
            return message("Now by {name} alone.", name=name)
        return message(
            "Now by {name} alone; {others} is held.",
            "Now by {name} alone; {others} are held.",
            number=len(others),
            name=name,
            others=listed(others),
        )

    def explained(self, parts: Sequence[Stroke]) -> tuple[Message | str, ...]:
        """A rule is explained in full the first time, and named after that; a sentence for each change."""
        if self.knows(parts):
            rules = dict.fromkeys(reason.rule for part in parts for reason in part.reasons)
            named = listed([self.stage.words.rule(rule) for rule in rules])
            return (message("As before: {rules}.", rules=named),)
        return tuple(
            " ".join(self.stage.said(self.sentence_of(reason)) for reason in part.reasons)
            for part in parts
        )

    def knows(self, parts: Sequence[Stroke]) -> bool:
        """Whether every rule that is used here was explained before."""
        return all(reason.rule in self.said for part in parts for reason in part.reasons)

    def sentence_of(self, reason: Reason) -> Message:
        rule = capital(reason.name(self.stage.words, typed=True))
        if reason.rule not in self.said:
            self.said.add(reason.rule)
            words = self.stage.words
            sentence = reason.sentence(partial(text, words=words), words)
            return message("{rule} – {sentence}.", rule=rule, sentence=sentence)
        subject = next((term for key, term in reason.bindings if key == "c"), None)
        if subject is None:
            return message("{rule} again.", rule=rule)
        return message("{rule} again: {subject}.", rule=rule, subject=subject)

    # What is shown

    def show_cost(self) -> None:
        loss = self.stage.words.declared(self.problem.loss.title)
        heading = message("The gradient of the {loss}", loss=loss)
        if not self.problem.has_examples:
            heading = message("The gradient of {name}", name=self.problem.cost_name)
        self.set_heading(heading)
        cost, *others = self.problem.equations
        self.line = self.placed(cost)
        self.play(FadeIn(self.line))
        for equation in others:
            row = self.stage.sentence(message("with {equation}", equation=equation), em=0.42)
            self.add_rows([row.at_most(MATHEMATICS.width).put(MATHEMATICS.left, 0)])
        self.turn()

    def show_first(self, section: Section) -> None:
        """The section's first line: from the cost, or from the shared lines' last."""
        self.clear_rows()
        names, letter = tuple(Symbol(name) for name in section.names), section.letter
        if letter is not None:
            same = message("The same steps for {letter} = {names}", letter=letter, names=names)
            self.set_heading(same)
        else:
            self.set_heading(message("The derivative by {variable}", variable=names[0]))
        first, start = self.sections[0], Equation(_left(section), section.lines[0].right)
        if section is first:
            moves = [Move("moves", (0,), (0, 0)), Move("moves", RIGHT_SIDE, (*RIGHT_SIDE, 0))]
            self.lift()
            self.rewrite(self.placed(start), moves)
            return
        tempo = QUICKLY if section in self.sections[2:] else AT_LEISURE
        if first.letter is None:
            self.show_again(start, tempo)
        elif section is self.sections[1]:
            self.lift()
        else:
            self.show_again(Equation(_left(first), first.lines[-1].right), tempo)
        self.rewrite(self.placed(start), [Move("stays", (), ())], tempo=tempo)

    def show_again(self, equation: Equation, tempo: float) -> None:
        """Go back to a line that was shown before."""
        origin = self.placed(equation)
        self.play(*leaving(self.line, self.ghost), FadeIn(origin), run_time=tempo)
        self.line, self.ghost = origin, None

    def show_line(self, left: Term, parts: Sequence[Stroke], tempo: float) -> None:
        self.clear_rows()
        self.lift()
        for number, part in enumerate(parts):
            if number:
                self.turn()
            self.show_stroke(left, part, tempo)

    def show_stroke(self, left: Term, stroke: Stroke, tempo: float) -> None:
        """Mark what is rewritten, rewrite it, and say why."""
        mark = None
        if stroke.path is not None:
            mark = self.marked(self.line.glyphs((*RIGHT_SIDE, *stroke.path)))
            self.bring_to_back(mark)
            self.play(FadeIn(mark), run_time=0.4 * tempo)
        self.add_rows(self.reasons(stroke), tempo)
        gone = leaving(mark, self.boxed(stroke))
        after = self.placed(Equation(left, stroke.after))
        moves = [STAYS, *moved_into(stroke.moves, RIGHT_SIDE)]
        self.rewrite(after, moves, *gone, tempo=tempo)
        if stroke.chain is not None:
            labels = self.labels(stroke.chain)
            self.play(FadeIn(labels), run_time=0.5)
            self.wait(1.2)
            self.play(FadeOut(labels), run_time=0.4)

    def boxed(self, stroke: Stroke) -> Mobject | None:
        """A box round what a new letter stands for, where the step brings one in."""
        if stroke.named is None:
            return None
        glyphs, ink = self.line.glyphs((*RIGHT_SIDE, *stroke.named)), self.stage.palette.ink
        box = SurroundingRectangle(glyphs, color=ink, buff=0.08, stroke_width=2.5)
        self.play(FadeIn(box), run_time=0.5)
        self.wait(0.6)
        return box

    def labels(self, path: Path) -> VGroup:
        """Names over the two factors of a chain, outer and inner derivative."""
        outer, inner = (self.line.glyphs((*RIGHT_SIDE, *path, factor)) for factor in range(2))
        names = message("outer derivative"), message("inner derivative")
        over_outer, over_inner = (self.stage.sentence(name, em=0.33) for name in names)
        over_outer.next_to(outer, UP, buff=0.1)
        over_inner.next_to(inner, UP, buff=0.1)
        between = (outer.get_right()[0] + inner.get_left()[0]) / 2
        over_outer.shift([min(0.0, between - GAP / 3 - over_outer.get_right()[0]), 0, 0])
        over_inner.shift([max(0.0, between + GAP / 3 - over_inner.get_left()[0]), 0, 0])
        over_inner.align_to(over_outer, UP)
        return VGroup(over_outer, over_inner)

    def side_by_side(self) -> Beat:
        lines = [Equation(d.left, d.last) for d in self.gradient.partials.values()]
        caption = message(
            "Side by side: they differ only in what the inner derivative left behind."
        )
        show = partial(DeriveGradient.show_together, lines=lines)
        return self.beat(message("side by side"), caption, show, seconds=7.0, hold=2.0)

    def show_together(self, lines: Sequence[Equation]) -> None:
        self.clear_rows()
        self.play(*leaving(self.line, self.ghost))
        self.set_heading(message("The gradient of {cost}", cost=self.problem.cost_name))
        shown = self.stacked(lines)
        notes = self.notes(shown)
        for formula, note in zip(shown, notes, strict=True):
            self.play(FadeIn(formula), FadeIn(note), run_time=0.8)
        for formula, paths in zip(shown, differing([line.right for line in lines]), strict=True):
            parts = [formula.glyphs((*RIGHT_SIDE, *path)) for path in paths]
            marks = [self.marked(glyphs) for glyphs in parts if len(glyphs)]
            if marks:
                self.bring_to_back(*marks)
                self.play(*(FadeIn(mark) for mark in marks), run_time=0.6)

    def notes(self, shown: Sequence[Formula]) -> list[Mobject]:
        """The inner derivative of each line, on its right if there is room, else under it."""
        notes: list[Mobject] = []
        right = max(formula.get_right()[0] for formula in shown) + GAP
        for formula, symbol in zip(shown, self.problem.symbols, strict=True):
            inner = derive(self.problem.residual, self.problem.residual, symbol).last
            said = message(
                "inner derivative by {variable}:  {derivative}", variable=symbol, derivative=inner
            )
            note = self.stage.sentence(said, em=0.34)
            notes.append(note.put(right, formula.baseline))
        if max(note.get_right()[0] for note in notes) > LINES.right:
            for formula, note in zip(shown, notes, strict=True):
                left = self.side(formula) + note.width / 2
                note.at_most(LINES.right - self.side(formula))
                note.move_to([left, formula.get_bottom()[1] - 0.26, 0])
        return notes

    def stacked(self, lines: Sequence[Equation]) -> list[Formula]:
        """Lines under each other, all of one size, with their signs of equality in line."""
        shown = [self.stage.formula(line, em=EM) for line in lines]
        top, bottom = LINES.top, MATHEMATICS.bottom
        room = (top - bottom) / max(len(shown), 2)
        across = max(self.side(formula) - formula.get_left()[0] for formula in shown)
        widest = max(across + formula.get_right()[0] - self.side(formula) for formula in shown)
        highest = max(formula.height for formula in shown)
        factor = min(1.0, LINES.width / widest, (room - 0.7) / highest)
        for number, formula in enumerate(shown):
            formula.scale(factor)
            middle = top - room * (number + 0.5) + 0.1
            formula.move_to([0, middle, 0])
            formula.shift([LINES.left + across * factor - self.side(formula), 0, 0])
        return shown

    @staticmethod
    def side(formula: Formula) -> float:
        """Where the right-hand side begins."""
        return float(formula.glyphs(RIGHT_SIDE).get_left()[0])

    # How it stands

    def common_size(self) -> float:
        """The largest size in which every line fits the width, unless that is hard to read."""
        partials = self.gradient.partials
        shown = (
            self.stage.formula(Equation(_left(section), term), em=EM)
            for section in self.sections
            for line in section.lines
            for term in (line.right, *(part.after for part in strokes(line, section, partials)))
        )
        widest = max(formula.width for formula in shown)
        return float(max(READABLE, EM * min(1.0, LINES.width / widest)))

    def placed(self, equation: Term) -> Formula:
        """A line where the current line stands; one that is too long is made smaller."""
        line = self.stage.formula(equation, em=self.size).at_most(LINES.width)
        return line.put(LINES.left, CURRENT)

    def rewrite(
        self, after: Formula, moves: Sequence[Move], *others: Any, tempo: float = AT_LEISURE
    ) -> None:
        self.play(Rewrite(self.line, after, moves), *others, run_time=1.6 * tempo)
        self.line = after

    def lift(self) -> None:
        """The line stays above, paler, while its next form is made below."""
        ghost = self.line.copy()
        gone = leaving(self.ghost)
        self.add(ghost)
        lifted = ghost.copy().scale(SMALLER).put(LINES.left, BEFORE).set_opacity(PALER)
        self.play(*gone, Transform(ghost, lifted), run_time=0.7)
        self.ghost = ghost

    def marked(self, glyphs: VGroup) -> Mobject:
        """A pale plate behind the part that is about to change."""
        plate = SurroundingRectangle(glyphs, buff=0.08, stroke_width=0)
        return plate.set_fill(self.stage.palette.mark, opacity=1)


def _left(section: Section) -> Term:
    """What the section's lines are equal to."""
    left = section.lines[0].left
    assert left is not None
    return left
