"""How films are made: beats are drawn once, on all cores, kept, and joined; slides, courses, and what an end leaves."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import html5lib
import pytest
from click.testing import CliRunner

from symgd.animations import LESSONS, LessonEntry, Quality, available, render
from symgd.animations.lessons import all_lessons, installed, lesson_called
from symgd.animations.making.film import Film
from symgd.animations.making.footage import Footage
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.take import Freeze, Pause, Shot, Take
from symgd.api.problem import Problem
from symgd.cli import main
from symgd.errors import OutputError, ProblemError

pytest.importorskip("manim", reason="films need Manim")

import av
import numpy as np
from manim import RIGHT, FadeIn, Square

from symgd.animations.course import course
from symgd.animations.making import film_keys
from symgd.animations.making.crew import drawn
from symgd.animations.making.production import Production
from symgd.animations.making.shooting import Claims
from symgd.animations.staging.encoder import Pictures, held, join
from symgd.animations.staging.lesson import Lesson
from symgd.animations.staging.projector import png
from symgd.animations.staging.stage import Stage
from symgd.writing.words import message

ROOT = Path(__file__).parents[1]
TINY = Quality(128, 72, 5)
SECOND = ["A square has come.", "It moves to the right."]


class Squares(Lesson):
    """Three beats of a square, the second of which asks."""

    def beats(self) -> Iterator[Beat]:
        """It comes, moves and stays."""
        yield self.beat(message("come"), message("Is there a square?"), Squares.come, asks=True)
        yield Beat("move <b>", tuple(SECOND), Squares.move, seconds=1.0)
        yield Beat("stay", "", None, seconds=1.0, hold=0.2)

    def come(self) -> None:
        """It fades in."""
        self.square = Square(side_length=2, fill_opacity=1, color=self.stage.palette.error)
        self.play(FadeIn(self.square), run_time=0.6)

    def move(self) -> None:
        """Two moves."""
        self.play(self.square.animate.shift(2 * RIGHT), run_time=1.0)
        self.turn()
        self.play(self.square.animate.shift(2 * RIGHT), run_time=1.0)


class SquaresEntry(LessonEntry):
    def load(self) -> type[Any]:
        return Squares


class NoneEntry(LessonEntry):
    def load(self) -> Any:
        raise ProblemError("there is nothing to show", "bring something")


LESSON = {"squares": SquaresEntry("squares", "what a square <does>", "problem", "x:Squares")}
BROKEN = {"none": NoneEntry("none", "nothing", "problem", "x:None")}


@pytest.fixture(autouse=True)
def _own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMGD_CACHE", str(tmp_path / "cache"))


def film(output: Path, **asked: Any) -> Film:
    return render("squares", output=output, quality=TINY, lessons=LESSON, **asked)


def pictures_of(path: Path) -> list[Any]:
    with av.open(str(path), "r") as opened:
        return [frame.to_ndarray(format="rgb24") for frame in opened.decode(video=0)]


def length_of(path: Path) -> float:
    with av.open(str(path), "r") as opened:
        assert opened.duration is not None
        return float(opened.duration / av.time_base)


def ends_of(captions: Path) -> list[float]:
    said = re.findall(r"--> (\d+):(\d+):([\d,]+)", captions.read_text(encoding="utf-8"))
    return [int(h) * 3600 + int(m) * 60 + float(s.replace(",", ".")) for h, m, s in said]


class Told(list[tuple[int, int, str]]):
    def __call__(self, done: int, total: int, beat: Any) -> None:
        self.append((done, total, beat.name))


# What is kept


def test_a_take_is_read_as_it_was_written() -> None:
    take = Take((Shot(2, b"a\nb"), Pause(b"\n", turns=True, frames=3), Pause(b"", turns=False)), (("x", "y"),))  # fmt: skip
    assert Take.of_bytes(take.as_bytes()) == take


@pytest.mark.parametrize(
    ("module", "counts"),
    [
        ("fit_a_line", True),
        ("costs.fit_panels", True),
        ("formulas.typeset", True),
        ("making.shooting", True),
        ("pictures.plot_panel", True),
        ("staging.stage", True),
        ("stories.descent_story", True),
        ("comparing.walks", False),
        ("making.slides_page", False),
    ],
)
def test_a_beat_is_drawn_anew_when_a_source_in_any_room_of_its_lesson_has_changed(
    module: str, counts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = LESSONS["fit_a_line"].load()
    production = Production(scene, None, None, None, Stage(), Pictures(128, 72, 5, "mp4"))
    beats = [Beat("beat", "", None)]
    before = film_keys.keys_of(production, beats, set())
    assert film_keys.keys_of(production, beats, set()) == before
    name, read = f"symgd.animations.{module}", film_keys._source
    assert read(name)
    monkeypatch.setattr(
        film_keys, "_source", lambda of: f"{read(of)}\nCHANGED = 1\n" if of == name else read(of)
    )
    assert (film_keys.keys_of(production, beats, set()) != before) == counts


def test_pauses_are_as_long_as_the_captions_ask() -> None:
    take = Take((Shot(5, b"one"), Pause(b"1", turns=True), Shot(5, b"two"), Pause(b"2", turns=False)))  # fmt: skip
    beat = Beat("beat", ("a" * 33, "b" * 33), seconds=0.0, hold=1.0)
    pieces, cues = take.narrated(beat, 1.0, 10)
    assert pieces == [Shot(5, b"one"), Freeze(b"1", 15), Shot(5, b"two"), Freeze(b"2", 15)]
    assert [(round(c.start, 1), c.end, c.text) for c in cues] == [(0, cues[1].start, "a" * 33), (2, 4, "b" * 33)]  # fmt: skip


def test_footage_that_is_broken_or_too_much_is_gone(tmp_path: Path) -> None:
    footage = Footage(tmp_path / "films", most=300)
    for number in range(5):
        footage.put(f"key{number}", bytes(100))
        os.utime(tmp_path / "films" / f"key{number}", (number, number))
    footage.trim()
    assert [footage.get(f"key{n}") is not None for n in range(5)] == [False] * 3 + [True] * 2
    (tmp_path / "films" / "key4").write_bytes(b"half of it")
    assert footage.get("key4") is None
    assert not (tmp_path / "films" / "key4").exists()
    nowhere = Footage(Path(os.devnull) / "films")
    nowhere.put("key", b"")
    assert nowhere.get("key") is None
    assert not nowhere.keeps


def test_clips_are_joined_frame_for_frame(tmp_path: Path) -> None:
    size = Pictures(64, 48, 5)
    shades = [0, 128, 255]
    stills = [png(np.full((48, 64, 3), shade, np.uint8)) for shade in shades]
    clips = [(n + 1, held(still, n + 1, size)) for n, still in enumerate(stills)]
    join(clips, size, tmp_path / "film.mp4", [(0.0, 0.2, "one"), (0.2, 1.2, "rest")])
    seen = [round(float(picture.mean())) for picture in pictures_of(tmp_path / "film.mp4")]
    assert np.allclose(seen, [0, 128, 128, 255, 255, 255], atol=4)
    with av.open(str(tmp_path / "film.mp4"), "r") as opened:
        assert [chapter["metadata"]["title"] for chapter in opened.chapters()] == ["one", "rest"]


# Films


TYPED = """
from manim import FadeIn
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import Lesson
from symgd.writing.words import message


class Typed(Lesson):
    def beats(self):
        said = [message("It cmes."), message("It stays.")]
        yield self.beat(message("come"), said, Typed.come, seconds=1.0)

    def come(self):
        self.play(FadeIn(self.stage.sentence(message("words"))), run_time=0.6)
        self.turn()
"""


def test_a_film_is_drawn_once_and_a_corrected_caption_draws_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "typed_lesson.py"
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    entries = {"typed": LessonEntry("typed", "typed", "problem", "typed_lesson:Typed")}

    def made(typed: str, **asked: Any) -> Film:
        source.write_text(typed, encoding="utf-8")
        sys.modules.pop("typed_lesson", None)
        return render("typed", output=tmp_path / "film.mp4", quality=TINY, lessons=entries, **asked)

    long = TYPED.replace("It cmes.", "It comes, and it takes its time to be read.")
    before, burnt = pictures_of(made(TYPED)), pictures_of(made(TYPED, burn_captions=True))
    monkeypatch.setattr(Lesson, "play", None)
    again = made(long)
    assert "It comes" in again.with_suffix(".vtt").read_text(encoding="utf-8")
    after = pictures_of(again)
    assert len(after) > len(before) == len(burnt)
    assert np.allclose(after[-1], before[-1], atol=12)
    in_it = pictures_of(made(long, burn_captions=True))
    assert len(in_it) == len(after)
    for plain, said in ((before, burnt), (after, in_it)):
        assert np.allclose(plain[-1][:50], said[-1][:50], atol=40)
        assert plain[-1][64:].min() > 200 > said[-1][64:].min()
    longer = TYPED.replace("It cmes.", "It comes, and takes much of its time. " * 4)
    for typed, asked in ((TYPED.replace('"words"', '"letters"'), {}), (TYPED, {"theme": "dark"}), (TYPED, {"cache": False}), (longer, {})):  # fmt: skip
        with pytest.raises(TypeError):
            made(typed, **asked)


def test_two_processes_make_the_same_film_as_one(tmp_path: Path) -> None:
    problem = Problem("m*x")
    names = ["the cost", "constant multiple rule"]
    asked = {"quality": TINY, "section": names, "pace": 0.1, "cache": False}
    told = Told()
    one = render("derive_gradient", problem, output=tmp_path / "one.mp4", processes=1, **asked)
    two = render("derive_gradient", problem, output=tmp_path / "two.mp4", processes=2, progress=told, **asked)  # fmt: skip
    alone, together = pictures_of(one), pictures_of(two)
    assert len(alone) == len(together) > 2
    assert all(np.array_equal(a, b) for a, b in zip(alone, together, strict=True))
    assert one.with_suffix(".srt").read_text() == two.with_suffix(".srt").read_text()
    assert [done for done, _, _ in told] == [*range(1, len(told) + 1)]
    assert told[-1][1] == len(told)


def test_a_film_is_begun_by_one_and_its_beats_are_drawn_once(tmp_path: Path) -> None:
    one, two = Claims(tmp_path), Claims(tmp_path)
    assert [one.begin(0), two.begin(0), two.begin(1), one.begin(1)] == [True, False, True, False]
    assert [one.take(0, 0), two.take(0, 1), two.take(0, 0)] == [True, True, False]
    assert [one.taken(0, 1), one.taken(0, 2), one.taken(1, 0)] == [True, False, False]


def test_a_section_is_shown_alone(tmp_path: Path) -> None:
    made = film(tmp_path / "film.mp4", section="MOVE <b>")
    assert "right" in made.with_suffix(".vtt").read_text()
    assert "Is there" not in made.with_suffix(".vtt").read_text()
    with pytest.raises(OutputError, match="did you mean stay"):
        film(tmp_path / "film.mp4", section="stey")


def test_with_reduced_motion_nothing_is_seen_on_its_way(tmp_path: Path) -> None:
    quiet = film(tmp_path / "quiet.mp4", section="move <b>", reduced_motion=True)
    moving = film(tmp_path / "moving.mp4", section="move <b>")
    assert length_of(quiet) == pytest.approx(length_of(moving))
    assert np.allclose(pictures_of(quiet)[-1], pictures_of(moving)[-1], atol=12)
    column = [picture[36].mean(axis=1) for picture in pictures_of(quiet)]
    centres = {round(float(np.average(np.arange(128), weights=255.1 - line))) for line in column}
    assert len(centres) <= 5  # three places, and what is mixed of two


def test_each_format_is_what_its_name_says(tmp_path: Path) -> None:
    poster = film(tmp_path / "film.png")
    assert poster.read_bytes()[:4] == b"\x89PNG"
    assert [path.name for path in tmp_path.glob("film.*")] == ["film.png"]
    webm = film(tmp_path / "film.webm")
    assert len(pictures_of(webm)) == pytest.approx(length_of(webm) * TINY.frame_rate)
    assert webm.with_suffix(".srt").exists()


def test_slides_are_one_safe_page_with_a_film_a_beat(tmp_path: Path) -> None:
    page = film(tmp_path / "slides.html").read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    slides = tree.findall(".//section")
    assert [slide.get("data-name") for slide in slides] == ["come", "move <b>", "stay"]
    assert [slide.get("class") for slide in slides] == ["asks", "", ""]
    assert "<b>" not in page
    assert "what a square &lt;does&gt;" in page.lower()
    for slide in slides:
        assert slide.find("video").get("src").startswith("data:video/webm;base64,")
        assert slide.find("img").get("src").startswith("data:image/png;base64,")
    said = json.loads(slides[1].get("data-cues"))
    assert [text for _, _, text in said] == SECOND
    assert said[0][0] == 0
    policy = tree.find(".//meta[@http-equiv='Content-Security-Policy']").get("content")
    assert policy.startswith("default-src 'none'")
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert "http" not in page.replace("http-equiv", "")


def test_a_film_plays_in_a_notebook_and_is_a_path(tmp_path: Path) -> None:
    made = film(tmp_path / "film.mp4")
    assert isinstance(made, Path)
    shown = made._repr_html_()
    assert '<video controls playsinline title="film.mp4"' in shown
    assert 'src="data:text/vtt;base64,' in shown
    assert Film("no & film.mp4")._repr_html_() == '<a href="no &amp; film.mp4">no &amp; film.mp4</a>'  # fmt: skip


# Courses


def test_a_course_has_all_lessons_that_can_be_made(tmp_path: Path) -> None:
    made = course(
        Problem("m*x"), output=tmp_path / "course", quality=TINY, lessons={**BROKEN, **LESSON}
    )
    assert made.left_out == (("none", "there is nothing to show; bring something"),)
    assert [path.name for path in made.films] == ["01_squares.mp4"]
    page = made.page.read_text(encoding="utf-8")
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    for video in tree.findall(".//video"):
        assert (made.page.parent / video.get("src")).is_file()
        assert (made.page.parent / video.get("poster")).is_file()
        assert video.find("track").get("src").startswith("data:text/vtt")
    (card,) = tree.findall(".//ol/li/a")
    assert tree.find(f".//section[@id='{card.get('href')[1:]}']") is not None
    assert (made.page.parent / card.find("img").get("src")).is_file()
    seconds = sum(
        float(s.duration * s.time_base) for s in av.open(str(made.films[0])).streams.video
    )
    assert card.find("time").text == f"0:{int(seconds):02}"
    buttons = tree.findall(".//button")
    assert [html.escape("".join(button.itertext())) for button in buttons] == [
        "0:03 come",
        *[html.escape("".join(button.itertext())) for button in buttons[1:]],
    ]
    text = (tmp_path / "course" / "transcript.txt").read_text(encoding="utf-8")
    assert text.startswith("What a square <does>\n====")
    assert "[0:03] come\nIs there a square?" in text
    with pytest.raises(ProblemError, match="no lesson can be made"):
        course(Problem("m*x"), output=tmp_path / "other", quality=TINY, lessons=BROKEN)


def test_the_readme_lists_the_lessons_in_their_order() -> None:
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.findall(r"^\d+\. `(\w+)`:", page, re.MULTILINE) == [*LESSONS]


# Lessons of installed packages


def test_an_installed_package_adds_lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    about = tmp_path / "tiny_lessons-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: tiny-lessons\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[symgd.lessons]\nblink = tiny_lessons:BLINK\nbroken = tiny_lessons_not:IT\nwrong = tiny_lessons:Blink\n"
    )
    page = (ROOT / "docs" / "films.md").read_text(encoding="utf-8")
    thirty = re.findall(r"```python\n(.*?)```", page, re.DOTALL)[-1]
    assert len(thirty.splitlines()) <= 30
    (tmp_path / "tiny_lessons.py").write_text(thirty, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert {"blink", "broken", "wrong"} <= installed().keys()
    assert "blink" in all_lessons()
    assert "blink" in [entry.name for entry in available()]
    with pytest.raises(ProblemError, match="lesson broken of tiny-lessons cannot be loaded"):
        lesson_called("broken")
    listed = CliRunner().invoke(main, ["animate", "--list"])
    assert "blink" in listed.stdout
    assert "broken of tiny-lessons cannot be loaded" in listed.stderr
    made = render("blink", Problem("m*x"), output=tmp_path / "blink.mp4", quality=TINY)
    assert length_of(made) > 3


# What an end leaves

ENDLESS = """
from manim import Circle, Rotating
from symgd.animations import LESSONS, LessonEntry, Quality, render
from symgd.animations.staging.beats import Beat
from symgd.animations.staging.lesson import Lesson


class Endless(Lesson):
    def beats(self):
        yield Beat("short", "", Endless.turned, seconds=1.0)
        for name in ("long", "longer", "longest"):
            yield Beat(name, "", Endless.turned_for_long, seconds=1000.0)

    def turned(self, seconds=1.0):
        self.play(Rotating(Circle(), run_time=seconds))

    def turned_for_long(self):
        self.turned(1000.0)


def made(output):
    entry = LessonEntry("endless", "endless", "problem", "endless:Endless")
    told = lambda *_: print("beat", flush=True)
    looks = {"quality": Quality(256, 144, 10), "processes": 2, "progress": told}
    render("endless", output=output, lessons={"endless": entry}, **looks)
"""


# What symgd on the command line does before anything else: SIGTERM ends it, and what is unfinished goes.
COMMAND_LINE = "from symgd.cli.process import begin; begin(); "


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
@pytest.mark.parametrize(
    ("name", "before"),
    [("SIGINT", ""), ("SIGTERM", COMMAND_LINE), ("SIGKILL", "")],
)
def test_an_end_leaves_the_old_film_and_what_is_left_goes_next_time(
    tmp_path: Path, name: str, before: str
) -> None:
    number = signal.Signals[name]
    old, temporary = tmp_path / "film.mp4", tmp_path / "temporary"
    old.write_bytes(b"an older film")
    temporary.mkdir()
    (temporary / "endless.py").write_text(ENDLESS)
    begun = subprocess.Popen(
        [sys.executable, "-c", before + "import sys, endless; endless.made(sys.argv[1])", str(old)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "TMPDIR": str(temporary), "PYTHONPATH": str(temporary)},
        cwd=ROOT,
    )
    assert begun.stdout is not None
    assert begun.stdout.readline() == b"beat\n"
    children = _children(begun.pid)
    assert len(children) == 2
    begun.send_signal(number)
    code = begun.wait()
    begun.stdout.close()
    assert code == 128 + number if before else code != 0
    for _ in range(200):
        if not any(map(_alive, children)):
            break
        time.sleep(0.05)
    assert not any(map(_alive, children))
    if name == "SIGKILL":
        again = [sys.executable, "-c", "import sys; from pathlib import Path; from symgd.unfinished import sweep; [sweep(Path(p)) for p in sys.argv[1:]]"]  # fmt: skip
        subprocess.run([*again, str(tmp_path), str(temporary)], check=True, cwd=ROOT)
    assert old.read_bytes() == b"an older film"
    left = {path.name for path in tmp_path.iterdir()} - {"cache"}
    assert left == {"film.mp4", "temporary"}
    assert not [path for path in temporary.iterdir() if path.name.startswith(".symgd")]


def _children(parent: int) -> list[int]:
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)  # fmt: skip
    return [int(number) for number in found.stdout.split()]


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_to_draw_needs_no_process() -> None:
    drawn([], Footage(Path(os.devnull)), Path(os.devnull), lambda *_: None)
