"""RaceRules: what the race is about, and each rule made of the plain one, letter by letter."""

from __future__ import annotations

from itertools import product

from manim import (
    Animation,
    BackgroundRectangle,
    FadeIn,
    FadeOut,
    Transform,
    VGroup,
)

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.rule_moves import RuleChanges, is_whole, letters_of, row_comes
from symgd.animations.comparing.walk_looks import WalkLook
from symgd.animations.comparing.walks import Walk
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.callouts import PlaceNumbers
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.stage import Zone
from symgd.terms import Equation, Partial, Symbol, Term
from symgd.writing.formulas.names import HAT

FADE, MOVE, LETTERS = 0.5, 1.1, 0.8  # seconds
NAME_EM, NOTE_EM, PLACE_EM = 0.42, 0.27, 0.3
SETTINGS_EM, CLOSE = 0.32, 0.12
GAP = 0.2
QUICK, SHORT, STEP = 0.8, 0.4, 0.7  # seconds
STEPS = 2  # of a walk, that are shown with numbers and arrows, and 1 of those that divide: the first tells how
RULES = 0.46, 0.62  # of the mathematics, that statements have
HEAD_GAP, RISE = 0.1, 0.14
COLUMNS = 3  # of statements, at most, in mathematics that are low
TABLE, BESIDE = 0.53, 0.66  # of the mathematics
LOW = 4.0  # mathematics lower than this stand beside each other
GRADIENT = Symbol("g")
SMALL = 0.1  # of its size, a line that goes into a letter


class RaceRules(Lesson):
    """The facts at the start, and the rules."""

    story: RaceStory
    paths: PathsPicture
    looks: tuple[WalkLook, ...]
    numbers_zone: Zone  # where a step's numbers are written
    stead_zone: Zone  # where they are written in the rule's stead, if there is no room beside it
    hidden: bool = False  # whether they are
    rule: VGroup  # all that is seen of the rule, or of the facts before it
    numbers: VGroup | None = None  # of the step that was shown last, while they are seen
    rate_seen: VGroup | None = None  # a rule's learning rate, as a number

    def halves(self) -> list[Zone]:
        """Room for the table, and for rules and then curves."""
        zone = self.stage.layout.mathematics
        if zone.height < LOW:
            return zone.columns(BESIDE, 1 - BESIDE, gap=GAP)
        return zone.rows(TABLE, 1 - TABLE, gap=GAP)

    # ---------------------------------------------------------------------------------------------
    # What all have in common

    def show_facts(self) -> None:
        """What is descended and its gradient; and the start."""
        problem, zone = self.problem, self.stage.layout.mathematics
        costs = [*dict.fromkeys(problem.equations[1:] or problem.model_equations)]
        costs.append(Equation(problem.cost_name, problem.cost_term))
        slopes = [
            Equation(Partial(problem.cost_name, name), self.gradient[name.name].last)
            for name in problem.symbols
        ]
        rows, made = Rows(self.stage), VGroup()
        for chosen in ((*costs, *slopes), (*costs[1:], *slopes), costs, costs[1:]):
            if len(made := rows.set_into(zone, chosen)):
                break
            if slopes[0] in chosen and len(made := rows.folded_into(zone, chosen)):
                break
        self.rule = made
        if len(made):
            self.play(FadeIn(made), run_time=FADE)
        values = [numeral(value) for value in self.story.walks[0].points[0].tolist()]
        place = self.start_numbers(values)
        self.play(FadeIn(self.paths.marks[0], place), run_time=FADE)
        self.turn()
        self.play(FadeOut(place), run_time=FADE)

    def start_numbers(self, values: list[Term]) -> VGroup:
        """The start's parameters beside its mark, on a plate."""
        stage, mark, box = self.stage, self.paths.marks[0], self.paths.panel.box
        colours = [stage.colours.get(n.name, stage.palette.ink) for n in self.problem.symbols]
        made = PlaceNumbers(stage, values, PLACE_EM, colours)
        made.scale(min(1.0, box.width / 2 / made.width))
        here = mark.get_center()
        side = 1.0 if here[0] < box.centre[0] else -1.0
        made.move_to(here).shift((side * (made.width / 2 + GAP), GAP, 0))
        plate = BackgroundRectangle(made, color=stage.palette.ground, fill_opacity=0.85, buff=0.04)
        return VGroup(plate, made)

    # ---------------------------------------------------------------------------------------------
    # Rules

    def change_rule(self, number: int) -> None:
        """The rule of a walk in the place of the facts, or of the rule before it."""
        before, new = self.rule, self.rule_lines(number)
        name, rows, feet, kin = new
        self.rule = new
        last = rows[-1] if len(rows) else VGroup()
        if not is_whole(last):
            self.play(FadeOut(before), run_time=FADE)
            self.play(FadeIn(new), run_time=FADE)
            return
        if not number:
            self.slopes_become(before, new)
        else:
            self.made_of_plain(before, name, rows)
        if coming := [part for part in (feet, kin) if len(part)]:
            self.play(*map(FadeIn, coming), run_time=FADE)
        self.clear(before)
        self.add(new)

    def clear(self, group: VGroup) -> None:
        """Take all parts of something off the stage."""
        self.remove(group, *group.get_family())

    def slopes_become(self, before: VGroup, new: VGroup) -> None:
        """The partial derivatives are one letter of the plain rule from now on."""
        name, rows, *_ = new
        last = rows[-1]
        seen = letters_of(last[2]).get(GRADIENT)
        firsts = [n for n, row in enumerate(before) if _is_slope(row)]
        partials = before[firsts[0] :] if firsts else VGroup()
        others = [row for row in before if row not in [*partials]]
        self.play(FadeOut(VGroup(*others)), run_time=FADE)
        if seen is None or not len(partials):
            if len(partials):
                self.play(*map(FadeOut, partials), run_time=FADE)
            self.play(FadeIn(name, rows), run_time=FADE)
            return
        rest = [glyph for part in last for glyph in part if glyph not in [*seen]]
        gone = [row.animate.scale(SMALL).move_to(seen).set_opacity(0.0) for row in partials]
        self.play(*gone, FadeIn(seen), run_time=MOVE)
        self.clear(partials)
        self.play(FadeIn(name, *rest, *rows[:-1]), run_time=FADE)
        self.remove(*rest, *seen)

    def made_of_plain(self, before: VGroup, name: VGroup, rows: VGroup) -> None:
        """The rule before becomes plain again; then state by state comes, and at last the step has them."""
        old, last = before[1][-1], rows[-1]
        plain = self.plain_for(last)
        leaving = [before[0], *before[1][:-1], *before[2], *before[3:]]
        self.play(FadeOut(VGroup(*leaving)), run_time=SHORT)
        back: list[Animation] = [FadeIn(name)]
        if is_whole(old):
            heads = [Transform(one, other) for one, other in zip(old[:2], last[:2], strict=True)]
            back += [*heads, RuleChanges(old[2], plain, {})]
        else:
            back += [FadeOut(old), FadeIn(last[0], last[1], plain)]
        self.play(*back, run_time=LETTERS)
        self.turn()
        self.clear(VGroup(*old[:2]))
        self.add(last[0], last[1])
        seen: dict[Term, VGroup] = letters_of(plain)
        sources: dict[Term, VGroup] = {}
        hatted = False
        for row in rows[:-1]:
            if not hatted and _is_hat(row):
                self.turn()
                hatted = True
            self.play(*row_comes(row, {**seen, **sources}, rows[:-1]), run_time=LETTERS)
            self.clear(row)
            self.add(row)
            if is_whole(row):
                sources[row[0].term] = row[0]
        self.turn()
        self.play(RuleChanges(plain, last[2], sources), run_time=LETTERS)
        self.clear(plain)

    def plain_for(self, row: VGroup) -> Formula:
        """The first walk's step, where another's stands, and as large."""
        name, _, formula = row
        em = name.width / self.stage.formula(name.term, em=1.0).width
        made = self.stage.formula(self.story.rule(self.story.walks[0])[-1].right, em=em)
        return made.put(float(formula.get_left()[0]), formula.baseline)

    def rule_lines(self, number: int) -> VGroup:
        """An optimizer's name, its statements, their settings with what the letters are, and whose states they have.

        Below them is room for numbers, or else in their stead.
        """
        zone, stage, walk = self.stage.layout.mathematics, self.stage, self.story.walks[number]
        low_zone, name = zone.height < LOW, self.rule_name(number, zone)
        note = stage.sentence(words.letters(), em=NOTE_EM, width=zone.width)
        note.shift((zone.left - note.get_left()[0], zone.bottom - note.get_bottom()[1], 0))
        settings = self.settings_line(number, zone)
        high = zone.top - 1.7 * NAME_EM
        every = VGroup(note, *settings), VGroup(note), VGroup()
        for divided, feet in product((True, False), every):
            low = zone.bottom + sum(float(part.height) + GAP for part in feet)
            lows = [low] if low_zone else [max(low, high - part * zone.height) for part in RULES]
            rooms = [Zone(zone.left, zone.right, each, high) for each in lows]
            if len(made := self.set_rule(walk, rooms, COLUMNS if low_zone else 1, divided)):
                break
        foot = float(made.get_bottom()[1]) if len(made) else high
        for line in feet[1:]:
            top = foot - 2 * GAP
            if low_zone:
                top = float(note.get_top()[1]) + line.height + CLOSE
            line.shift((0, top - line.get_top()[1], 0))
            foot = float(line.get_bottom()[1])
        low = float(note.get_top()[1]) + GAP if len(feet) else zone.bottom
        self.numbers_zone = Zone(zone.left, zone.right, low, max(low, foot - 2 * GAP))
        over = float(feet[1].get_top()[1]) + GAP if len(feet) > 1 else low
        self.stead_zone = Zone(zone.left, zone.right, over, high)
        return VGroup(name, made, feet, self.kin_of(walk, made, zone))

    def set_rule(
        self, walk: Walk, rooms: list[Zone], columns: int, divided: bool = False
    ) -> VGroup:
        """A walk's statements in the first of some rooms that holds them, each larger than the one before; or the last one.

        Where they are to be `divided`, no fraction may have a fraction inside.
        """
        story, rows = self.story, Rows(self.stage)
        every = (story.written(walk), story.rule(walk), story.rule(walk)[-1:])
        for statements in every[:1] if divided else every:
            for room in rooms:
                if len(made := rows.set_into(room, statements, columns)):
                    return made
        return VGroup()

    def rule_name(self, number: int, zone: Zone) -> VGroup:
        """Mark, name and learning rate of a walk, at the top of a zone."""
        stage, walk, look = self.stage, self.story.walks[number], self.looks[number]
        mark = look.mark(stage.palette.ground)
        said = stage.sentence(bold=stage.said(walk.name), em=NAME_EM).set_fill(look.colour)
        name, left = VGroup(said), zone.left + mark.width + CLOSE
        self.rate_seen = None
        if (rate := self.story.rate(walk)) is not None:
            shown = stage.formula(rate, em=SETTINGS_EM)
            self.rate_seen = shown.glyphs((1,))
            name.add(shown.put(zone.right - shown.width, zone.top - NAME_EM))
        said.at_most(zone.right - left - (name[1].width + GAP if len(name) > 1 else 0.0))
        said.put(left, zone.top - NAME_EM)
        mark.move_to((zone.left + mark.width / 2, zone.top - NAME_EM + RISE, 0))
        return name.add(mark)

    def kin_of(self, walk: Walk, rows: VGroup, zone: Zone) -> VGroup:
        """Beside a state that an earlier optimizer has as well: whose it is."""
        made, kin = VGroup(), self.story.kin(walk)
        for row in rows:
            if not is_whole(row) or row[0].term not in kin:
                continue
            number = kin[row[0].term]
            for told in words.kin(self.story, walk, row[0].term, number):
                said = self.stage.sentence(told, em=NOTE_EM)
                said.set_fill(self.looks[number].colour)
                end = float(row.get_right()[0])
                left = max(end + CLOSE, min(end + 2 * GAP, zone.right - said.width))
                right = left + said.width
                if right <= zone.right and not any(_meets(row, each, right) for each in rows):
                    made.add(said.put(left, row[2].baseline))
                    break
        return made

    def settings_line(self, number: int, zone: Zone) -> VGroup:
        """The numbers of a rule's settings."""
        said = words.settings(self.story, self.story.walks[number])
        if said is None:
            return VGroup()
        made = self.stage.sentence(said, em=SETTINGS_EM, width=zone.width).at_most(zone.width)
        made.shift((zone.left - made.get_left()[0], 0, 0))
        return VGroup(made)


def _meets(row: VGroup, other: VGroup, right: float) -> bool:
    """Whether another row stands at the right of one, before `right`."""
    beside = row.get_right()[0] < other.get_left()[0] < right
    low, high = row.get_bottom()[1], row.get_top()[1]
    return bool(beside and other.get_bottom()[1] < high and other.get_top()[1] > low)


def _is_hat(row: VGroup) -> bool:
    """Whether a row says what a letter with a hat is."""
    name = row[0].term if isinstance(row[0], Formula) else None
    return isinstance(name, Symbol) and name.name.endswith(HAT)


def _is_slope(row: VGroup) -> bool:
    """Whether a row begins with a partial derivative."""
    return isinstance(row[0], Formula) and isinstance(row[0].term, Partial)
