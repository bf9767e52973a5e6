"""RaceRules: what the race is about, and each rule made of the plain one, letter by letter."""

from __future__ import annotations

from manim import (
    Animation,
    BackgroundRectangle,
    FadeIn,
    FadeOut,
    Transform,
    TransformFromCopy,
    VGroup,
)

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.paths_picture import PathsPicture
from symgd.animations.comparing.race_story import RaceStory
from symgd.animations.comparing.rule_moves import RuleChanges, is_whole, letters_of, row_comes
from symgd.animations.comparing.step_numbers import StepNumbers, line_comes
from symgd.animations.formulas.formula import Formula
from symgd.animations.formulas.numerals import numeral
from symgd.animations.pictures.callouts import PlaceNumbers
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.rows import Rows
from symgd.animations.staging.stage import Zone
from symgd.terms import Equation, Partial, Symbol, Term

FADE, MOVE = 0.6, 1.2
NAME_EM, NOTE_EM, PLACE_EM = 0.42, 0.27, 0.3
SETTINGS_EM, CLOSE = 0.32, 0.12
GAP = 0.2
TABLE, BESIDE = 0.4, 0.55  # of the mathematics
LOW = 4.0  # mathematics lower than this stand beside each other
GRADIENT = Symbol("g")
SMALL = 0.1  # of its size, a line that goes into a letter


class RaceRules(Lesson):
    """The facts at the start, and the rules."""

    story: RaceStory
    paths: PathsPicture
    other_zone: Zone
    rule: VGroup  # all that is seen of the rule, or of the facts before it
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
        """What is descended and its gradient; and the start, whose numbers come from the picture."""
        problem, zone = self.problem, self.stage.layout.mathematics
        costs = [*dict.fromkeys(problem.equations[1:] or problem.model_equations)]
        costs.append(Equation(problem.cost_name, problem.cost_term))
        slopes = [
            Equation(Partial(problem.cost_name, name), self.gradient[name.name].last)
            for name in problem.symbols
        ]
        values = [numeral(value) for value in self.story.walks[0].points[0].tolist()]
        start = [Equation(*pair) for pair in zip(problem.symbols, values, strict=True)]
        rows, made = Rows(self.stage), VGroup()
        for chosen in ((*costs, *slopes), (*costs[1:], *slopes), costs, costs[1:], ()):
            if len(made := rows.set_into(zone, (*chosen, *start))):
                break
            if slopes[0] in chosen and len(made := rows.folded_into(zone, (*chosen, *start))):
                break
        self.play(FadeIn(self.paths.marks[0]), run_time=FADE)
        self.rule = made
        if not len(made):
            return
        ends = made[-len(start) :]
        self.play(FadeIn(VGroup(*made[: -len(start)])), run_time=FADE)
        self.place = self.start_numbers(values)
        self.play(FadeIn(self.place), run_time=FADE)
        for row, seen in zip(ends, self.place[1].items, strict=True):
            self.play(FadeIn(VGroup(*row[:2])), TransformFromCopy(seen, row[2]), run_time=MOVE)
            self.remove(*row)
            self.add(row)
        self.play(FadeOut(self.place), run_time=FADE)

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
        name, rows, feet = new
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
        if len(feet):
            self.play(FadeIn(feet), run_time=FADE)
        self.clear(before)
        self.add(new)
        if not number:
            self.put_numbers(rows[-1], feet)

    def put_numbers(self, last: VGroup, feet: VGroup) -> None:
        """The plain rule's first step in numbers: the start's come from the picture, the rate from where it stands."""
        walk, zone = self.story.walks[0], self.other_zone
        low = float(feet.get_top()[1]) if len(feet) else zone.bottom
        room = Zone(zone.left, zone.right, low + GAP, float(last.get_bottom()[1]) - 2 * GAP)
        lines = StepNumbers(self.stage, room, self.story, walk).lines
        if self.rate_seen is None or not len(lines):
            return
        place = self.start_numbers([numeral(value) for value in walk.points[0].tolist()])
        self.play(FadeIn(place), run_time=FADE)
        for line, seen in zip(lines, place[1].items, strict=False):
            self.play(*line_comes(line, seen, self.rate_seen), run_time=MOVE)
            self.play(FadeIn(VGroup(*line[3:])), run_time=FADE)
            self.clear(line)
            self.add(line)
        self.play(FadeOut(place), run_time=FADE)
        self.rule.add(lines)

    def clear(self, group: VGroup) -> None:
        """Take all parts of something off the stage."""
        self.remove(group, *group.get_family())

    def slopes_become(self, before: VGroup, new: VGroup) -> None:
        """The partial derivatives are one letter of the plain rule from now on."""
        name, rows, _ = new
        last = rows[-1]
        seen = letters_of(last[2]).get(GRADIENT)
        firsts = [n for n, row in enumerate(before) if _is_slope(row)]
        partials = before[firsts[0] : -len(self.problem.symbols)] if firsts else VGroup()
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
        back: list[Animation] = [FadeOut(VGroup(*leaving)), FadeIn(name)]
        if is_whole(old):
            heads = [Transform(one, other) for one, other in zip(old[:2], last[:2], strict=True)]
            back += [*heads, RuleChanges(old[2], plain, {})]
        else:
            back += [FadeOut(old), FadeIn(last[0], last[1], plain)]
        self.play(*back, run_time=MOVE)
        self.clear(VGroup(*old[:2]))
        self.add(last[0], last[1])
        seen: dict[Term, VGroup] = letters_of(plain)
        sources: dict[Term, VGroup] = {}
        for row in rows[:-1]:
            self.play(*row_comes(row, {**seen, **sources}), run_time=MOVE)
            self.clear(row)
            self.add(row)
            if is_whole(row):
                sources[row[0].term] = row[0]
        self.play(RuleChanges(plain, last[2], sources), run_time=MOVE)
        self.clear(plain)

    def plain_for(self, row: VGroup) -> Formula:
        """The first walk's step, where another's stands, and as large."""
        name, _, formula = row
        em = name.width / self.stage.formula(name.term, em=1.0).width
        made = self.stage.formula(self.story.rule(self.story.walks[0])[-1].right, em=em)
        return made.put(float(formula.get_left()[0]), formula.baseline)

    def rule_lines(self, number: int) -> VGroup:
        """The optimizer's name and its statements, as large as there is room for; and what its letters are."""
        zone, stage, walk = self.other_zone, self.stage, self.story.walks[number]
        name = VGroup(stage.sentence(bold=stage.said(walk.name), em=NAME_EM))
        self.rate_seen = None
        if (rate := self.story.rate(walk)) is not None:
            shown = stage.formula(rate, em=SETTINGS_EM)
            self.rate_seen = shown.glyphs((1,))
            name.add(shown)
        name[0].at_most(zone.width - (name[1].width + GAP if len(name) > 1 else 0.0))
        name[0].put(zone.left, zone.top - NAME_EM)
        for shown in name[1:]:
            shown.put(zone.right - shown.width, zone.top - NAME_EM)
        note = stage.sentence(words.letters(), em=NOTE_EM, width=zone.width)
        foot = zone.bottom - note.get_bottom()[1]
        note.shift((zone.left - note.get_left()[0], foot, 0))
        above = VGroup(note, *self.settings_line(number, note.get_top()[1] + CLOSE))
        alone = self.settings_line(number, zone.bottom)
        statements = self.story.rule(walk)
        last, none = statements[-1:], VGroup()
        rooms = (statements, above), (statements, alone), (last, above), (statements, none)
        for chosen, feet in (*rooms, (last, none)):
            low = feet.get_top()[1] + GAP if len(feet) else zone.bottom
            room = Zone(zone.left, zone.right, low, zone.top - 1.7 * NAME_EM)
            if len(rows := Rows(stage).set_into(room, chosen)):
                return VGroup(name, rows, feet)
        return VGroup(name, VGroup(), VGroup())

    def settings_line(self, number: int, foot: float) -> VGroup:
        """The numbers of a rule's settings, over what its letters are."""
        said = words.settings(self.story, self.story.walks[number])
        if said is None:
            return VGroup()
        zone = self.other_zone
        made = self.stage.sentence(said, em=SETTINGS_EM, width=zone.width).at_most(zone.width)
        made.shift((zone.left - made.get_left()[0], foot - made.get_bottom()[1], 0))
        return VGroup(made)


def _is_slope(row: VGroup) -> bool:
    """Whether a row begins with a partial derivative."""
    return isinstance(row[0], Formula) and isinstance(row[0].term, Partial)
