"""ReasonRows: what is said beside a line: the rule that made it, with its law, and what its letters stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from manim import UL, Animation, FadeIn, FadeOut, Mobject, VGroup, VMobject

from symgd.animations.deriving.derivation_layout import DerivationLayout
from symgd.animations.deriving.strokes import Stroke
from symgd.animations.formulas.laws import law_of, law_source
from symgd.animations.formulas.numerals import listed
from symgd.animations.formulas.typeset import Typeset
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.stage import Zone
from symgd.terms import Abbreviation, Equation, Symbol, Term
from symgd.writing.outline import Reason
from symgd.writing.steps import PUT_BACK
from symgd.writing.words import Message, message

GAP, ROW_GAP, ROUNDING = 0.5, 0.24, 0.01
NAME_EM, LAW_EM, LETTER_EM, PARKED_EM, LEAST_EM = 0.37, 0.44, 0.31, 0.36, 0.27
TIGHT = 0.7  # of a law, where there would be no room for it else
AT_LEISURE = 1.0
GOING = 0.3  # seconds in which words go before others come
CROWDED = 0.4  # of the notes: a definition that takes more is left out
TOGETHER = 3  # reasons of one move that are named with their laws, at most
RULES = 2.2  # the height that definitions leave to two rules with their laws

ORDER = "order"

Letters: TypeAlias = dict[str, Equation | Message]


class RuleRow(VGroup):
    """A rule's name, with its law where that is a formula."""

    def __init__(self, said: tuple[str, str], *parts: VMobject, size: float = 1.0) -> None:
        super().__init__(*parts)
        self.said = said
        self.size = size  # of the law, in parts of how large it may be

    def tighten(self) -> None:
        """The law smaller, where it stood."""
        factor, self.size = min(1.0, TIGHT / self.size), min(TIGHT, self.size)
        for law in self.submobjects[1:]:
            left, middle = law.get_left()[0], self.submobjects[0].get_center()[1]
            beside = left > self.submobjects[0].get_right()[0]
            law.scale(factor, about_point=law.get_corner(UL))
            if beside:
                law.shift([0.0, middle - law.get_center()[1], 0.0])


class ReasonRows(Lesson):
    """A lesson that names the rule of each move beside its lines, and keeps the letters' definitions below."""

    space: DerivationLayout
    rows: VGroup
    letters: dict[str, Mobject]
    packed: bool = False  # whether a beat has so many rules that their laws are smaller
    meanings: Mapping[str, str] = {}  # what parameters are called, by their letters
    parked: dict[str, Equation]  # results that wait until all are there, by a name of their own

    @property
    def notes(self) -> Zone:
        """Where it is said."""
        return self.space.rules

    # ---------------------------------------------------------------------------------------------
    # Rules

    def reasons(self, stroke: Stroke) -> list[Mobject]:
        """A row for each rule: its name, and its law where that is a formula."""
        by_rule: dict[str, Reason] = {}
        for reason in stroke.reasons:  # in the order in which they were used
            by_rule.setdefault(reason.rule, reason)
        for name in (PUT_BACK.name, ORDER):  # the move says it
            by_rule.pop(name, None)
        if len(by_rule) > (1 if self.parked else TOGETHER):
            return [self.named_together([*by_rule.values()])]
        there = {row.said for row in self.rows if isinstance(row, RuleRow)}
        rows = [self.row(reason, stroke) for reason in by_rule.values()]
        rows = [row for row in rows if row.said not in there]  # no rule stands there twice
        several = len(by_rule) > 1 or len(self.rows) > 0
        if self.parked or self.packed or (several and stroke.is_algebra):
            for row in rows:
                row.tighten()
        return rows

    def named_together(self, reasons: Sequence[Reason]) -> Mobject:
        """The names of rules that were used at once, without their laws."""
        names = ", ".join(reason.name(self.stage.words) for reason in reasons)
        zone = self.notes
        said = self.stage.sentence(bold=capital(names), em=NAME_EM, width=zone.width)
        said.at_most(zone.width)
        return said.shift([zone.left - said.get_left()[0], 0.0, 0.0])

    def row(self, reason: Reason, stroke: Stroke) -> RuleRow:
        """A rule's name, and beside or below it the law."""
        zone = self.notes
        named = capital(reason.name(self.stage.words))
        name = self.stage.sentence(bold=named, em=NAME_EM)
        name.at_most(zone.width).put(zone.left, 0.0)
        taken = {*self.problem.parameters, *map(str, self.problem.columns)}
        source = law_source(law_of(reason, stroke.steps, self.gradient.generic, taken))
        if not source:
            return RuleRow((named, ""), name)
        law = Typeset(f"$display({source})$", em=LAW_EM, colour=self.stage.palette.ink)
        law.at_most(zone.width)
        size = 1.0
        if name.width + GAP + TIGHT * law.width <= zone.width:
            size = min(1.0, (zone.width - name.width - GAP) / law.width)
            law.scale(size)
            law.put(zone.left + name.width + GAP, 0.0)
        else:
            law.put(zone.left, 0.0).shift([0, name.get_bottom()[1] - 0.12 - law.get_top()[1], 0])
        return RuleRow((named, source), name, law, size=size)

    def room_for(
        self, rows: Sequence[Mobject], wanted: Letters | None = None
    ) -> tuple[list[Animation], list[Animation]]:
        """Put reasons under those of this beat: how the oldest go that have no room, and how the others settle then."""
        kept, gone, settling = list(self.rows), [], list[Animation]()
        room = self.room(wanted)
        if self.height_of((*kept, *rows)) > room + ROUNDING:
            for row in (each for each in rows if isinstance(each, RuleRow)):
                row.tighten()
        if self.height_of((*kept, *rows)) > room + ROUNDING:
            for row in (each for each in rows if isinstance(each, RuleRow)):
                row.submobjects = row.submobjects[:1]
        while len(kept) > 1 and self.height_of((*kept, *rows)) > room + ROUNDING:
            gone.append(kept.pop(1))  # the first is the beat's own
        while kept and self.height_of((*kept, *rows)) > room + ROUNDING:
            gone.append(kept.pop(0))
        top = self.notes.top
        for row in (*kept, *rows):
            down = [0.0, top - row.get_top()[1], 0.0]
            if row in rows:
                row.shift(down)
            elif gone:
                settling.append(row.animate.shift(down))
            top -= row.height + ROW_GAP
        self.rows = VGroup(*kept, *rows)
        return [FadeOut(row) for row in gone], settling

    @staticmethod
    def height_of(rows: Sequence[Mobject]) -> float:
        """Of rows below each other, with the gap after them."""
        return float(sum(row.height + ROW_GAP for row in rows))

    def room(self, wanted: Letters | None = None) -> float:
        """The height that the letters' definitions leave, those that are there or those that will be."""
        if self.space.beside:
            return self.notes.height
        shown = self.letters
        if wanted is not None:
            shown = {n: self.letters.get(n) or self._letter(said) for n, said in wanted.items()}
        return self.notes.height - self.height_of([*shown.values()])

    def clear_rows(self) -> None:
        """All of them go."""
        going = self.rows_go()
        if going:
            self.play(*going, run_time=0.3)

    def rows_go(self) -> list[Animation]:
        """How all of them go."""
        rows, self.rows = self.rows, VGroup()
        return [FadeOut(rows)] if len(rows) else []

    # ---------------------------------------------------------------------------------------------
    # Letters

    def letters_in(self, equation: Term, generic: Sequence[str] = ()) -> Letters:
        """What the letters of a line stand for: abbreviations, and the letter for several parameters."""
        found: Letters = {}
        for _, part in equation.walk():
            for term in (part, getattr(part, "variable", part)):
                if isinstance(term, Abbreviation) and term.name not in found:
                    found[term.name] = Equation(term, term.definition)
        cost = self.problem.equations[0]
        if isinstance(cost, Equation) and isinstance(cost.left, Abbreviation):
            shown = self._letter(cost).height
            if shown > CROWDED * self.space.definitions.height:
                found.pop(cost.left.name, None)
        if generic:
            names = tuple(Symbol(name) for name in generic)
            letter = self.gradient.generic
            found["generic"] = message("{letter} stands for {names}", letter=letter, names=names)
        if self.meanings:
            named = [
                message("{letter}: {name}", letter=Symbol(letter), name=name)
                for letter, name in self.meanings.items()
            ]
            said = listed(named)
            assert isinstance(said, Message)
            found["meanings"] = said
        found |= self.parked
        # The heading says what the generic letter is; the cost goes where not one rule would have room.
        goes = [("generic", RULES), *((name, RULES / 2) for name in _own_name(cost))]
        for name, least in (*goes, *((name, RULES / 2) for name in self.parked)):
            if not self.space.beside and self.room(found) < least:
                found.pop(name, None)
        return found

    def placed_letters(self, wanted: Letters) -> dict[str, Mobject]:
        """Definitions from the bottom of the notes upwards; those that are there have settled there."""
        made: dict[str, Mobject] = {}
        bottom, left = self.space.definitions.bottom, self.space.definitions.left
        for name in self._in_order(wanted):
            made[name] = shown = self.letters.get(name) or self._letter(wanted[name])
            if name not in self.letters:
                shown.shift([left - shown.get_left()[0], bottom - shown.get_bottom()[1], 0])
            bottom += shown.height + ROW_GAP
        return made

    def letters_go(self, wanted: Letters) -> list[Animation]:
        """How definitions go that are not wanted, and how the others settle."""
        gone = [shown for name, shown in self.letters.items() if name not in wanted]
        self.letters = {n: shown for n, shown in self.letters.items() if n in wanted}
        made: list[Animation] = [FadeOut(shown) for shown in gone]
        bottom = self.space.definitions.bottom
        for name in self._in_order(wanted):
            shown = self.letters.get(name)
            if shown is None:
                continue
            down = bottom - float(shown.get_bottom()[1])
            if abs(down) > ROUNDING:
                made.append(shown.animate.shift([0.0, down, 0.0]))
            bottom += shown.height + ROW_GAP
        return made

    def _in_order(self, wanted: Letters) -> list[str]:
        """First those that are there, as they are: they stay."""
        kept = [name for name in self.letters if name in wanted]
        return [*kept, *(name for name in wanted if name not in self.letters)]

    def _letter(self, said: Equation | Message) -> Mobject:
        width = self.space.definitions.width
        if isinstance(said, Equation):
            em = PARKED_EM if said in self.parked.values() else LETTER_EM
            whole = self.stage.formula(said, em=em)
            if whole.width * LEAST_EM / em <= width:
                return whole.at_most(width)
            return self.stage.formula(said, em=LEAST_EM).broken(width).at_most(width)
        return self.stage.sentence(said, em=LETTER_EM, width=width)

    def define(
        self, wanted: Letters, *, others: Sequence[Animation] = (), tempo: float = AT_LEISURE
    ) -> None:
        """Show what these letters stand for, and no others, and play what else comes meanwhile."""
        going = self.letters_go(wanted)
        if going:
            self.play(*going, run_time=GOING * tempo)
        kept, after = self.letters, self.placed_letters(wanted)
        self.letters = after
        coming = [FadeIn(shown) for name, shown in after.items() if name not in kept]
        if coming or others:
            self.play(*coming, *others, run_time=0.4 * tempo)


def _own_name(cost: Term) -> tuple[str, ...]:
    """The cost's letter, where it has one."""
    named = isinstance(cost, Equation) and isinstance(cost.left, Abbreviation)
    return (cost.left.name,) if named else ()  # type: ignore[attr-defined]


def capital(name: str) -> str:
    """A rule's name as a sentence begins with it."""
    return name[:1].upper() + name[1:]
