"""RaceEndings: why the first was first, on the map, with its rivals in sight; and the answer."""

from __future__ import annotations

from manim import FadeIn, FadeOut, Mobject, Rectangle, UpdateFromAlphaFunc, VGroup, linear

from symgd.animations.comparing import race_words as words
from symgd.animations.comparing.race_marks import RaceMarks
from symgd.animations.comparing.race_rules import FADE, MOVE, NAME_EM
from symgd.animations.comparing.race_scenes import RaceScenes
from symgd.animations.comparing.race_story import NEAR
from symgd.animations.comparing.ride_marks import RideMarks
from symgd.animations.comparing.sum_rows import SumRows
from symgd.animations.comparing.valley_ways import ValleyWays
from symgd.animations.staging.stage import Zone

EDGE = 0.15  # round the table, as far as a row's frame goes
REPLAY, PACE = 6.0, 0.4  # seconds, at most, and of a step
TABLE_GAP = 0.3


class RaceEndings(RaceScenes):
    """The last beat."""

    def show_ending(self) -> None:
        """The answer: whose row it is, why, and by which rule."""
        firsts = [n for n, walk in enumerate(self.story.walks) if walk in self.firsts]
        if firsts:
            self.play(FadeIn(*map(self.row_ring, firsts)), run_time=FADE)
        if len(firsts) == 1 and (found := self.story.arrivals(NEAR)[firsts[0]]) is not None:
            self.show_why(firsts[0], found)
        self.set_heading(words.answer(self.story))

    def show_why(self, number: int, last: int) -> None:
        """The race once more on the large map, as far as the first was in."""
        if self.whole_map.single:
            self.show_winner(number)
            return
        table = self.in_table()  # the map's way leads over it
        gone = [*self.counted_parts, self.small_finish, self.marks.live]
        self.play(FadeOut(*gone, *table), run_time=FADE)
        self.fly(self.whole_map)
        whole = self.paths
        marks, ride = RaceMarks(whole), RideMarks(whole, self.story, number)
        ways = ValleyWays(whole, self.story, last) if words.is_ravine(self.story) else None
        live = VGroup(marks.live, ride.clock)
        if self.summed(number) is not None:
            live.add(ride.carried)
        if ways is not None and ways.fits:
            live.add(ways.live)
            self.play(FadeIn(ways.still, marks.live, *table), run_time=FADE)
        else:
            ways = None
            self.play(FadeIn(marks.live, *table), run_time=FADE)
        self.turn()

        def show(time: float) -> None:
            marks.show(time)
            ride.show(time)
            if ways is not None:
                ways.show(time)

        moving = UpdateFromAlphaFunc(
            live, lambda _, part: show(float(part) * last), rate_func=linear
        )
        self.play(moving, run_time=min(REPLAY, max(2.0, PACE * last)))
        show(last)
        if ways is not None:
            self.play(FadeIn(ways.numbers(last, (number, 0))), run_time=FADE)
        self.turn()
        if not self.show_sum_again(number):
            self.show_winner(number)

    def in_table(self) -> list[Mobject]:
        """All that is seen of the table."""
        zone, made = self.table.zone, []
        for each in self.mobjects:
            if each in self.counted_parts or not len(each.get_all_points()):
                continue
            left, right = float(each.get_left()[0]), float(each.get_right()[0])
            low, middle = float(each.get_bottom()[1]), float(each.get_center()[1])
            beside = zone.left - EDGE <= left and right <= zone.right + EDGE
            if beside and low >= self.table.bottom - EDGE and middle <= zone.top + EDGE:
                made.append(each)
        return made

    def show_sum_again(self, number: int) -> bool:
        """Below the table: the step whose parts were seen to cancel across and to add along; whether there was one."""
        if (found := self.summed(number)) is None:
            return False
        zone, stage = self.other_zone, self.stage
        room = Zone(zone.left, zone.right, zone.bottom, self.table.bottom - TABLE_GAP)
        rows = SumRows(stage, room, found, self.looks[number].colour, dated=True)
        if not rows.fits:
            return False
        for title, parts in zip(rows.titles, rows.rows, strict=True):
            self.play(FadeIn(title, *parts), run_time=MOVE)
        return True

    def show_winner(self, number: int) -> None:
        """In the small map's place: the rule that was first, where there is room for it."""
        zone, look = self.other_zone, self.looks[number]
        name = self.stage.sentence(bold=self.stage.said(self.story.walks[number].name), em=NAME_EM)
        name.set_fill(look.colour).at_most(zone.width).put(zone.left, zone.top - NAME_EM)
        room = Zone(zone.left, zone.right, zone.bottom, zone.top - 1.7 * NAME_EM)
        made = self.set_rule(self.story.walks[number], [room], 1, divided=True)
        if self.whole_map.single:
            floor = self.floor
            gone = [floor.panel.drawing, *floor.lines, self.marks.live]
            self.play(FadeOut(*gone), run_time=FADE)
        if len(made):
            self.play(FadeIn(name, made), run_time=FADE)

    def row_ring(self, row: int) -> Rectangle:
        """A frame round a row of the table."""
        zone, base = self.table.zone, self.table.bases[row]
        made = Rectangle(width=zone.width + 0.1, height=0.44)
        made.set_stroke(self.looks[row].colour, width=3.0, opacity=1).set_fill(opacity=0)
        return made.move_to((zone.centre[0], base + 0.1, 0))
