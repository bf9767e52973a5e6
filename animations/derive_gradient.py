"""derive_gradient: how the gradient follows from the cost, one rule at a time.

Every formula shown is a line of the problem's own derivation, and parts move as its steps say that they moved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from manim import UP, FadeIn, FadeOut, Mobject, VGroup

from symgd.animations.beats import Beat
from symgd.animations.formula import Formula, Rewrite, moved_into
from symgd.animations.lesson import Lesson
from symgd.animations.stage import ROWS
from symgd.animations.strokes import Stroke, differing, strokes
from symgd.derivation.tree import Gradient, Move
from symgd.notation import Equation, Partial, Path, Product, Symbol, Term, product_of
from symgd.writing.outline import Line, Reason, Section, sections
from symgd.writing.text import text

RIGHT_SIDE: Path = (1,)
STAYS = Move("stays", (0,), (0,))
EM = 0.62
LEFT_EDGE = ROWS.picture.left
WIDTH = ROWS.picture.width
CURRENT, BEFORE = 0.55, 2.1
ROW = 0.5


class DeriveGradient(Lesson):
    """Lesson 4: the gradient, derived."""

    zones = ROWS

    def beats(self) -> Iterator[Beat]:
        """One beat a line of the derivation, and three round it."""
        self.gradient: Gradient = self.problem.derive()
        self.sections = sections(self.gradient, "standard")
        self.line: Formula | None = None
        self.ghost: Formula | None = None
        self.rows = VGroup()
        self.heading: Mobject | None = None
        self.said: set[str] = set()
        self.size = self.common_size()
        yield self.opening()
        for section in self.sections:
            yield from self.section_beats(section)
        if len(self.gradient.partials) > 1:
            yield self.side_by_side()

    # What is said

    def opening(self) -> Beat:
        parameters = _listed([text(symbol) for symbol in self.problem.symbols])
        data = _listed([text(term) for term in self.problem.data.values()])
        name = text(self.problem.cost_name)
        caption = (
            f"The cost {name} is a function of {parameters}: only the parameters have colours.",
            f"{data} are numbers from the data.",
        )
        return Beat("the cost", caption, self.show_cost)

    def section_beats(self, section: Section) -> Iterator[Beat]:
        first, *rest = section.lines
        yield Beat(
            f"derive by {' '.join(section.wrt)}", self.introduction(section), partial(self.show_first, section, first)
        )
        before = first.right
        for line in rest:
            parts = strokes(line, before, section, self.gradient.partials)
            caption = tuple(sentence for part in parts for sentence in self.sentences(part))
            name = parts[0].reasons[0].rule if parts[0].reasons else "next line"
            yield Beat(name, caption, partial(self.show_line, first, parts), seconds=3.0)
            before = line.right

    def introduction(self, section: Section) -> str:
        function = text(self.problem.cost_name)
        if section.letter is not None:
            letter, names = text(section.letter), _listed(list(section.wrt))
            return f"How does {function} change with {letter}? The first steps are the same for {letter} = {names}."
        others = [name for name in self.gradient.partials if name not in section.wrt]
        name = section.wrt[0]
        held = f"; {_listed(others)} is held" if len(others) == 1 else f"; {_listed(others)} are held" if others else ""
        return f"Now by {name} alone{held}."

    def sentences(self, stroke: Stroke) -> Iterator[str]:
        """A rule is explained in full the first time, and named after that."""
        for reason in stroke.reasons:
            name = reason.rule[:1].upper() + reason.rule[1:]
            if reason.rule in self.said:
                subject = next((term for key, term in reason.bindings if key == "c"), None)
                yield f"{name} again: {text(subject)}." if subject is not None else f"{name} again."
            else:
                self.said.add(reason.rule)
                yield f"{name} – {reason.sentence(text)}."

    # What is shown

    def show_cost(self, _: Lesson) -> None:
        self.set_heading(f"The gradient of the {self.problem.loss.title}")
        cost, *others = self.problem.equations
        self.line = self.placed(cost)
        self.play(FadeIn(self.line))
        for equation in others:
            self.add_row(self.stage.sentence("with ", equation, em=0.42))
        self.turn()

    def show_first(self, section: Section, first: Line, _: Lesson) -> None:
        """The section's first line: from the cost, or from the shared lines' last."""
        self.clear_rows()
        start = Equation(_side(first.left), first.right)
        if section.letter is not None:
            names: list[str | Term] = []
            for name in section.wrt:
                names += [", " if names else "", Symbol(name)]
            self.set_heading("For ", section.letter, " = ", *names, " alike")
        else:
            self.set_heading("By ", Symbol(section.wrt[0]))
        if section is self.sections[0]:
            moves = [Move("moves", (0,), (0, 0)), Move("moves", RIGHT_SIDE, (*RIGHT_SIDE, 0))]
            self.lift()
            self.rewrite(self.placed(start), moves)
            return
        shared = self.sections[0].lines[-1] if self.sections[0].letter is not None else first
        left = self.sections[0].lines[0].left if shared is not first else first.left
        origin = self.placed(Equation(_side(left), shared.right))
        if section is not self.sections[1] or shared is first:
            self.show_again(origin)
        else:
            self.lift()
        self.rewrite(self.placed(start), [Move("stays", (), ())])

    def show_again(self, origin: Formula) -> None:
        """Go back to a line that was shown before."""
        gone = [part for part in (self.line, self.ghost) if part is not None]
        self.play(*(FadeOut(part) for part in gone), FadeIn(origin))
        self.line, self.ghost = origin, None

    def show_line(self, first: Line, parts: Sequence[Stroke], _: Lesson) -> None:
        self.clear_rows()
        self.lift()
        for number, part in enumerate(parts):
            if number:
                self.turn()
            self.show_stroke(_side(first.left), part, alone=len(parts) == 1)

    def show_stroke(self, left: Term, stroke: Stroke, *, alone: bool) -> None:
        """Mark what is rewritten, rewrite it, and say why."""
        assert self.line is not None
        mark = None
        if stroke.path is not None:
            mark = self.marked(self.line.glyphs((*RIGHT_SIDE, *stroke.path)))
            self.bring_to_back(mark)
            self.play(FadeIn(mark), run_time=0.4)
        for reason in stroke.reasons:
            self.add_row(self.reason(reason, stroke.law if alone else ""))
        box = self.boxed(stroke)
        leaving = [part for part in (mark,) if part is not None]
        after = self.placed(Equation(left, stroke.after))
        moves = [STAYS, *moved_into(stroke.moves, RIGHT_SIDE)]
        self.rewrite(after, moves, *(FadeOut(part) for part in (*leaving, *box)))
        labels = self.labels(stroke)
        if labels:
            self.play(FadeIn(labels), run_time=0.5)
            self.wait(1.5)
            self.play(FadeOut(labels), run_time=0.4)

    def boxed(self, stroke: Stroke) -> list[Mobject]:
        """A box round what a new letter stands for, where the step brings one in."""
        assert self.line is not None
        inner = stroke.named
        if inner is None:
            return []
        box = self.stage.frame(self.line.glyphs((*RIGHT_SIDE, *inner)), colour=self.stage.palette.ink)
        self.play(FadeIn(box), run_time=0.5)
        self.wait(0.8)
        return [box]

    def labels(self, stroke: Stroke) -> VGroup | None:
        """"outer" and "inner" under the two factors of a chain."""
        assert self.line is not None
        product = stroke.after.at(stroke.path) if stroke.path is not None else None
        if not isinstance(product, Product) or not stroke.is_chain:
            return None
        group = VGroup()
        for place, (factor, word) in enumerate(zip(product.factors, ("outer", "inner"), strict=False)):
            assert isinstance(factor, Partial)
            glyphs = self.line.glyphs((*RIGHT_SIDE, *(stroke.path or ()), place))
            label = self.stage.words(word, em=0.34)
            label.move_to([glyphs.get_center()[0], self.line.get_bottom()[1] - 0.3, 0])
            group.add(label)
        return group

    def side_by_side(self) -> Beat:
        lines = [Equation(d.left, d.last) for d in self.gradient.partials.values()]
        caption = "Side by side: they differ only in what the inner derivative left behind."
        return Beat("side by side", caption, partial(self.show_together, lines), seconds=7.0, hold=2.0)

    def show_together(self, lines: Sequence[Equation], _: Lesson) -> None:
        self.clear_rows()
        self.set_heading("The gradient of ", self.problem.cost_name)
        gone = [part for part in (self.line, self.ghost) if part is not None]
        self.play(*(FadeOut(part) for part in gone))
        self.line = self.ghost = None
        shown = [self.stage.formula(line, em=EM) for line in lines]
        for formula in shown:
            formula.at_most(WIDTH)
        smallest = min(formula.magnification for formula in shown)
        room = (ROWS.picture.top - ROWS.mathematics.bottom) / len(shown)
        for number, formula in enumerate(shown):
            formula.scale(smallest / formula.magnification)
            formula.put(LEFT_EDGE, ROWS.picture.top - room * (number + 0.62))
            self.play(FadeIn(formula), run_time=0.8)
        for formula, paths in zip(shown, differing([line.right for line in lines]), strict=True):
            for path in paths:
                glyphs = formula.glyphs((*RIGHT_SIDE, *path))
                if len(glyphs):
                    frame = self.stage.frame(glyphs, colour=self.stage.palette.ink)
                    self.play(FadeIn(frame), run_time=0.6)

    # How it stands

    def common_size(self) -> float:
        """The largest size in which every line fits the width."""
        widest = 0.0
        for section in self.sections:
            left = _side(section.lines[0].left)
            before = section.lines[0].right
            for line in section.lines:
                terms = [line.right]
                if line.steps:
                    terms += [part.after for part in strokes(line, before, section, self.gradient.partials)]
                for term in terms:
                    widest = max(widest, self.stage.formula(Equation(left, term), em=EM).width)
                before = line.right
        return EM * min(1.0, WIDTH / widest)

    def placed(self, equation: Term) -> Formula:
        """A line where the current line stands."""
        formula = self.stage.formula(equation, em=self.size)
        formula.at_most(WIDTH)
        return formula.put(LEFT_EDGE, CURRENT)

    def rewrite(self, after: Formula, moves: Sequence[Move], *others: Any) -> None:
        assert self.line is not None
        self.play(Rewrite(self.line, after, moves), *others, run_time=1.6)
        self.line = after

    def lift(self) -> None:
        """The line stays above, paler, while its next form is made below."""
        assert self.line is not None
        ghost = self.line.copy()
        gone = [FadeOut(self.ghost)] if self.ghost is not None else []
        self.add(ghost)
        self.play(*gone, ghost.animate.shift(UP * (BEFORE - CURRENT)).set_opacity(0.4), run_time=0.7)
        self.ghost = ghost

    def marked(self, glyphs: VGroup) -> Mobject:
        """A pale plate behind the part that is about to change."""
        plate = self.stage.frame(glyphs, colour=self.stage.palette.faint, room=0.1)
        return plate.set_stroke(width=0).set_fill(self.stage.palette.faint, opacity=0.55)

    def set_heading(self, *parts: str | Term) -> None:
        heading = self.stage.sentence(*parts, em=0.42)
        zone = ROWS.heading
        heading.at_most(zone.width).put(zone.left, zone.bottom + 0.12)
        old, self.heading = self.heading, heading
        self.replace_with(old, heading)

    def reason(self, reason: Reason, law: str) -> Mobject:
        """The rule's name, its reason with formulas in it, and its law where there is room."""
        terms: list[Term] = []

        def kept(term: Term) -> str:
            terms.append(term)
            return f"\0{len(terms) - 1}\0"

        words = reason.sentence(kept).split("\0")
        parts: list[str | Term] = [f"{reason.rule[:1].upper()}{reason.rule[1:]}:  "]
        parts += [terms[int(word)] if place % 2 else word for place, word in enumerate(words)]
        sentence = self.stage.sentence(*parts, width=ROWS.mathematics.width)
        if not law:
            return sentence
        return VGroup(sentence, self.stage.words(law, em=0.36).next_to(sentence, -UP, aligned_edge=-1 * UP))

    def add_row(self, row: Mobject) -> None:
        zone = ROWS.mathematics
        top = self.rows.get_bottom()[1] - 0.16 if len(self.rows) else zone.top - 0.1
        row.move_to([zone.left + row.width / 2, top - row.height / 2, 0])
        self.rows.add(row)
        self.play(FadeIn(row), run_time=0.5)

    def clear_rows(self) -> None:
        if len(self.rows):
            self.play(FadeOut(self.rows), run_time=0.3)
        self.rows = VGroup()


def _side(term: Term | None) -> Term:
    assert term is not None
    return term


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
