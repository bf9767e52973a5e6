"""How derive_gradient sets the partial derivatives below or beside each other, and puts numbers into them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from math import ceil

from manim import FadeIn, Mobject, TransformFromCopy, VGroup

from symgd.animations.deriving.derivation_layout import LEAST
from symgd.animations.deriving.function_picture import FunctionPicture
from symgd.animations.deriving.gradient_picture import told
from symgd.animations.deriving.reason_rows import ROUNDING, ROW_GAP, ReasonRows
from symgd.animations.deriving.row_sums import RowSumTable, row_sums
from symgd.animations.deriving.strokes import differing
from symgd.animations.deriving.swing_picture import SwingPicture
from symgd.animations.formulas.formula import Formula, Rewrite, extent_of
from symgd.animations.formulas.names import brief, ever_shorter
from symgd.animations.formulas.numerals import SLOPE_DIGITS, numeral
from symgd.animations.staging.lesson import leaving
from symgd.animations.staging.stage import Zone
from symgd.animations.stories.descent_story import DescentStory
from symgd.data.arrays import FloatArray
from symgd.derivation.engine import derive
from symgd.terms import Equation, Negative, Number, Path, Term
from symgd.writing.moves import Move
from symgd.writing.words import Message, message

RIGHT_SIDE: Path = (1,)
EM, LARGEST, NOTE_EM = 0.56, 0.85, 0.34
BROKEN = (0.34, 0.3, 0.28, 0.26)
READABLE = 0.34  # in less than that, lines below each other take the place of the picture
BESIDE = 0.4  # in no less than that, lines stand beside each other
BETWEEN = 1.0  # lines beside each other
WHOLE = Move("stays", (), ())
INNER = 0.62  # the height for an inner derivative below lines
COMES = 0.5  # seconds in which a line takes its place
ROUND = -1.2  # an arc to the right, round the rows below
ONCE, AGAIN = 0.3, 0.2  # seconds for a move of the first sum, and of those like it
TOLD = 0.2  # seconds that a row's numbers stay alone, in the first sum
WORD, BELOW = 0.15, 0.12  # between words and what they say, beside and below them


class DeriveTogether(ReasonRows):
    """The partial derivatives together."""

    line: Formula
    lines: list[Formula]
    ghost: Mobject | None
    story: DescentStory | None
    rows_said: Message | None
    marks: VGroup
    picture: SwingPicture | FunctionPicture | None

    def show_together(self, lines: Sequence[Equation], alike: bool) -> None:
        """All partial derivatives, and what the inner derivative left in each."""
        self.settle()
        waiting = {n: shown for n, shown in self.letters.items() if n in self.parked}
        gone = [shown for name, shown in self.letters.items() if name not in waiting]
        self.play(*leaving(self.ghost, *self.rows, *gone), run_time=0.4)
        self.rows, self.letters = VGroup(), {}
        self.set_heading(message("The gradient of {cost}", cost=self.problem.cost_name))
        beside = self.in_a_row(lines, self.space.lines)
        self.lines = beside or self.stacked(lines, self.space.lines)
        if self.space.picture is None:
            self.lines = self.spread(lines, alike=alike)
        elif self.column is not None:
            self.lines = self.column
        elif self.picture is not None and not beside and self.too_many(lines, self.space.lines):
            self.play(*leaving(self.picture.panel.drawing, self.picture.live), run_time=0.4)
            self.picture = None
            self.lines = self.stacked(lines, self.space.above)
        self.come_together(lines, [self.line, *waiting.values()])
        if not self.problem.has_examples:
            return
        rows: Sequence[Mobject] = [VGroup() for _ in lines]
        if alike:
            rows = self.rows = self.inner_rows()
        for formula, paths, row in zip(
            self.lines, differing([line.right for line in lines]), rows, strict=False
        ):
            parts = [formula.glyphs((*RIGHT_SIDE, *path)) for path in paths]
            marks = [self.marked(glyphs) for glyphs in parts if len(glyphs)]
            self.bring_to_back(*marks)
            come = [*marks, *([row] if len(row) else [])]
            if come:
                self.play(*map(FadeIn, come), run_time=0.4)
            self.marks.add(*marks)
        if len(rows) > len(lines):
            self.play(FadeIn(rows[-1]), run_time=0.4)

    @cached_property
    def column(self) -> list[Formula] | None:
        """The lines below each other beside the picture, where they have no room above it; None where they have."""
        lines = [Equation(each.left, each.last) for each in self.gradient.partials.values()]
        space = self.space
        if space.picture is None or space.notes.left < space.picture.right:
            return None
        if self.in_a_row(lines, space.lines) or not self.too_many(lines, space.lines):
            return None
        bottom = space.notes.bottom + INNER * len(lines)
        zone = Zone(space.notes.left, space.notes.right, bottom, space.lines.top)
        return self.stacked(lines, zone)

    @property
    def below(self) -> Zone:
        """The notes, as far as no lines stand there."""
        notes = self.space.notes
        if self.column is None:
            return notes
        low = min(float(line.get_bottom()[1]) for line in self.column) - 2 * ROW_GAP
        return Zone(notes.left, notes.right, notes.bottom, min(notes.top, low))

    def come_together(self, lines: Sequence[Equation], there: Sequence[Mobject]) -> None:
        """Each line comes from where it stands, the last first; one that is not there any more fades in."""
        found = {each.term: each for each in there if isinstance(each, Formula)}
        gone = [each for term, each in found.items() if term not in lines]
        if gone:
            self.play(*leaving(*gone), run_time=0.4)
        for line, formula in [*zip(lines, self.lines, strict=True)][::-1]:
            origin = found.get(line)
            come = FadeIn(formula) if origin is None else Rewrite(origin, formula, [WHOLE])
            self.play(come, run_time=COMES)

    def spread(self, lines: Sequence[Equation], *, alike: bool) -> list[Formula]:
        """Lines over all the room there is, where no picture comes."""
        zone = self.space.above if alike else self.stage.layout.whole
        shown = self.stacked(lines, zone, LARGEST)
        spare = zone.height - sum(formula.height for formula in shown)
        gap, top = spare / (len(shown) + 1), zone.top
        for formula in shown:
            top -= gap
            formula.shift([0.0, top - formula.get_top()[1], 0.0])
            top = float(formula.get_bottom()[1])
        return shown

    def in_a_row(self, lines: Sequence[Equation], zone: Zone) -> list[Formula]:
        """Lines beside each other, on one base line, where they are large enough for that; else none."""
        extents = [extent_of(line, self.stage.words) for line in lines]
        room = zone.width - BETWEEN * (len(lines) - 1)
        em = min(EM, room / sum(each.width for each in extents))
        if em < BESIDE:
            return []
        sized = [each.sized(em) for each in extents]
        high, low = max(each.top for each in sized), min(each.bottom for each in sized)
        base = zone.bottom + (zone.height - high + low) / 2 - low
        apart = (zone.width - sum(each.width for each in sized)) / (len(lines) + 1)
        left, shown = zone.left, list[Formula]()
        for line in lines:
            formula = self.stage.formula(line, em=em)
            shown.append(formula.put(left + apart, base))
            left = float(formula.get_right()[0])
        return shown

    def too_many(self, lines: Sequence[Equation], zone: Zone) -> bool:
        """Whether lines below each other are small in a zone."""
        extents = [extent_of(line, self.stage.words).sized(READABLE) for line in lines]
        rows = (
            (each.top - each.bottom + ROW_GAP) * ceil(each.width / zone.width) for each in extents
        )
        return sum(rows) > zone.height + ROW_GAP

    def marked(self, glyphs: VGroup) -> Mobject:
        """A plate behind a part."""
        raise NotImplementedError  # abstract: the lesson has it

    def settle(self) -> None:
        """The model is where it was, and every letter written out that is no letter of the line."""
        raise NotImplementedError  # abstract: the lesson has it

    def inner_rows(self) -> VGroup:
        """The inner derivative by each parameter, in the notes, and where a minus went that all of them have."""
        made, zone, inner = VGroup(), self.below, list[Term]()
        top = zone.top
        for symbol in self.problem.symbols:
            inner.append(derive(self.problem.residual, self.problem.residual, symbol).last)
            row = self._inner_row(symbol, inner[-1], zone)
            row.shift([zone.left - row.get_left()[0], top - row.get_top()[1], 0])
            top -= row.height + ROW_GAP
            made.add(row)
        lasts = [each.last for each in self.gradient.partials.values()]
        if all(map(is_negative, inner)) and all(map(is_negative, lasts)):
            said = message("the minus of each stands in front of its sum")
            note = self.stage.sentence(said, em=NOTE_EM, width=zone.width).at_most(zone.width)
            note.shift([zone.left - note.get_left()[0], top - note.get_top()[1], 0])
            if note.get_bottom()[1] >= zone.bottom:
                made.add(note)
        return made

    def _inner_row(self, symbol: Term, inner: Term, zone: Zone) -> VGroup:
        """Words, and beside or below them the derivative, on a plate as the part is that it left."""
        said = message("inner derivative with respect to {variable}:", variable=symbol)
        words = self.stage.sentence(said, em=NOTE_EM).at_most(zone.width)
        shown = self.stage.formula(inner, em=NOTE_EM).at_most(zone.width)
        if words.width + WORD + shown.width <= zone.width:
            shown.put(float(words.get_right()[0]) + WORD, words.baseline)
        else:
            down = float(words.get_bottom()[1]) - BELOW - float(shown.get_top()[1])
            shown.shift([float(words.get_left()[0] - shown.get_left()[0]), down, 0.0])
        return VGroup(self.marked(shown), words, shown)

    def stacked(self, lines: Sequence[Equation], zone: Zone, em: float = EM) -> list[Formula]:
        """Lines below each other, all of one size, with their signs of equality in line; broken where they are long."""
        gaps = ROW_GAP * (len(lines) - 1)
        shown = [self.stage.formula(line, em=em) for line in lines]
        across = max(self.side(formula) - formula.get_left()[0] for formula in shown)
        widest = max(across + formula.get_right()[0] - self.side(formula) for formula in shown)
        factor = min(1.0, zone.width / widest, (zone.height - gaps) / sum(f.height for f in shown))
        if factor * em < LEAST - ROUNDING:
            return self._broken(lines, zone)
        top = zone.top
        for formula in shown:
            formula.scale(factor)
            left = zone.left + across * factor - self.side(formula)
            formula.shift([left, top - formula.get_top()[1], 0])
            top -= formula.height + ROW_GAP
        return shown

    def _broken(self, lines: Sequence[Equation], zone: Zone) -> list[Formula]:
        """Lines that are too long for one row each; the largest size in which all have room."""
        sizes = [(em, brief) for em in BROKEN] + [(BROKEN[-1], named) for named in ever_shorter()]
        for em, named in sizes:
            made = [self.stage.formula(line, em=em, named=named) for line in lines]
            shown = [formula.broken(zone.width) for formula in made]
            height = sum(formula.height + ROW_GAP for formula in shown) - ROW_GAP
            if height <= zone.height:
                break
        factor, top = min(1.0, zone.height / height), zone.top
        for formula in shown:
            formula.scale(factor).at_most(zone.width)
            formula.shift([zone.left - formula.get_left()[0], top - formula.get_top()[1], 0])
            top -= formula.height + ROW_GAP
        return shown

    @staticmethod
    def side(formula: Formula) -> float:
        """Where the right-hand side begins."""
        return float(formula.glyphs(RIGHT_SIDE).get_left()[0])

    # ---------------------------------------------------------------------------------------------
    # Numbers

    @cached_property
    def table(self) -> RowSumTable | None:
        """What each row gives to the sums, beside the picture; None where there is none, or no room for it."""
        if self.story is None or self.space.picture is None:
            return None
        slopes = [told(value, self.story) for value in self.story.gradient(0)]
        shown = [numeral(slope, SLOPE_DIGITS) for slope in slopes]
        sums = row_sums(self.gradient, shown, self.story)
        return None if sums is None else RowSumTable.fitted(self.stage, self.below, sums)

    def show_numbers(self) -> None:
        """Row by row, beside the residuals; then the sums, into which the rows' numbers go."""
        table = self.table
        assert table is not None
        self.clear_rows()
        for number, (rows, total) in enumerate(zip(table.rows, table.totals, strict=True)):
            name, flights = table.name(number), table.flights(number)
            taken = AGAIN if number else ONCE
            self.play(FadeIn(name), run_time=taken)
            for row, line in enumerate(rows):
                seen = self.residual_of(row, number)
                self.play(*map(FadeIn, (line, *seen)), run_time=AGAIN if number else 0.4)
                if not number:
                    self.wait(TOLD)
                if seen:
                    self.remove(*seen)
            flown = {id(glyph) for _, target in flights for glyph in target}
            flown |= {id(glyph) for glyph in name}
            rest = VGroup(*(glyph for glyph in total if id(glyph) not in flown))
            for flight in flights:
                self.play(TransformFromCopy(*flight, path_arc=ROUND), run_time=taken)
            self.play(FadeIn(rest), run_time=taken)
            self.remove(*total)
            self.add(total)
            up = total.animate.shift([0.0, table.ways[number], 0.0])
            self.play(*leaving(*rows), run_time=taken)
            self.play(up, run_time=0.4)
        self.rows = VGroup(*table.totals)

    def residual_of(self, row: int, index: int) -> list[Mobject]:
        """A row's residual in the picture, bolder, with the area that it has times its lever arm."""
        picture = self.picture
        if not isinstance(picture, SwingPicture):
            return []
        bold = picture.residual(row)
        area = picture.product(index, row)
        return [] if bold is None else [*([area] if len(area) else []), bold]


def swung(picture: SwingPicture | FunctionPicture | None, story: DescentStory) -> list[FloatArray]:
    """The ends of the model's swings, in the plane of the two parameters that are shown."""
    axes = [*story.axes]
    if picture is None:
        return []
    return [picture.moved(index, part)[axes] for index in axes for part in (-1.0, 1.0)]


def is_negative(term: Term) -> bool:
    """Whether a minus stands in front of it."""
    return isinstance(term, Negative) or (isinstance(term, Number) and term.number < 0)
