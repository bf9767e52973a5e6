"""Films: every glyph has an owner, parts move as the derivation says, and a film is whole or not there."""

from __future__ import annotations

import ast
import importlib
import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from grids import EVERY

from symgd.animations import FORMATS, LESSONS, QUALITIES, LessonEntry, Quality, available, render
from symgd.animations.staging.beats import (
    LINE,
    LINES,
    READING,
    Beat,
    Cue,
    caption_parts,
    subrip,
    webvtt,
)
from symgd.api.problem import Problem
from symgd.errors import MissingPackage, OutputError, ProblemError, SymgdError
from symgd.parsing.formula import parse
from symgd.problem.notation import Notation
from symgd.terms import Equation, Term
from symgd.writing.moves import Move

ROOT = Path(__file__).parents[1]
DRAFT = Quality(192, 108, 5)  # with fewer frames a second, what is short is rounded up

PROBLEMS = {
    "line": lambda: Problem("m*x + b"),
    "other letters": lambda: Problem("slope*distance + intercept", inputs=["distance"]),
    "three parameters": lambda: Problem("a*exp(-b*x) + c"),
    "named residual": lambda: Problem(
        "m*x + b", notation=Notation(residual="e", residual_sign="target - prediction")
    ),
    "quotient": lambda: Problem("a*x/(b + x)"),
    "subscripts": lambda: Problem("theta_0 + theta_1*x_1^2"),
}
FORMULAS = [
    "x_1^2", "sin(x)^2", "2*(a + b)", "(-a)^2", "-a*(-b)", "a - (b - c)", "sqrt(x_1)^3", "abs(x)^2",
    "theta_1*x", "1/(1 + exp(-x))", "2^x", "(x/y)^2", "exp(x)^2", "e*exp(x)", "pi*r^2", "mod*sum",
    "max(x, y)^2", "min(x_1, y)^3*erf(x)^2",
]  # fmt: skip


def lines_of(problem: Problem) -> Iterator[tuple[Term, tuple[Move, ...]]]:
    """Every line of every derivation of a problem, with the moves that made it."""
    for derivation in problem.derive().partials.values():
        yield Equation(derivation.left, derivation.start), ()
        for step in derivation.steps:
            yield Equation(derivation.left, step.after), step.moves


# Captions


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "one",
        "two words",
        "a sentence of words, with a comma; and more: " * 6,
        "x" * 300,
        "word " * 40,
    ],
)
def test_caption_parts_keep_every_word_and_fit(caption: str) -> None:
    parts = caption_parts(caption)
    assert all(len(part.split("\n")) <= LINES for part in parts)
    assert all(len(line) <= LINE for part in parts for line in part.split("\n"))
    assert "".join("".join(parts).split()) == "".join(caption.split())


def test_a_long_caption_is_cut_into_equal_parts() -> None:
    assert caption_parts("Two words") == ("Two words",)
    assert len(caption_parts("a word and another " * 8)) == 2


def test_captions_are_files_that_players_read() -> None:
    cues = [Cue(0.0, 1.25, "a & b", "one"), Cue(1.25, 3725.5, "two\nlines", "two")]
    assert webvtt(cues).startswith("WEBVTT\n\n1\n00:00:00.000 --> 00:00:01.250\na &amp; b\n\n2\n")
    assert subrip(cues).endswith("2\n00:00:01,250 --> 01:02:05,500\ntwo\nlines\n")


def test_a_beat_lasts_long_enough_to_read_its_captions() -> None:
    beat = Beat("name", ("first sentence of some length", "second"), seconds=0.5)
    assert beat.least == pytest.approx((29 + 6) / READING)
    assert Beat("name", "short", seconds=4.0).least == 4.0


# What needs no Manim


def test_importing_and_listing_need_no_manim() -> None:
    code = (
        "import sys; sys.modules['manim'] = None; sys.modules['typst'] = None\n"
        "from symgd.animations import available, render\n"
        "print([entry.name for entry in available()])\n"
        "try: render('derive_gradient', output='film.mp4')\n"
        "except ImportError as error: print(type(error).__name__, str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    listed, said = done.stdout.splitlines()
    assert listed == str([entry.name for entry in available()])
    assert said.startswith("MissingPackage a film needs Manim")
    assert "symgd[animations]" in said
    assert "libpango1.0-dev" in said


def test_every_lesson_is_declared_with_a_title_and_a_file() -> None:
    for entry in available():
        assert LESSONS[entry.name] is entry
        assert entry.title
        assert entry.scene.partition(":")[0] == entry.name


@pytest.mark.parametrize(
    ("wrong", "error", "words"),
    [
        (
            {"lesson": "descent"},
            ProblemError,
            "did you mean descend?",
        ),
        ({"quality": "x"}, OutputError, "expected one of l, m, h"),
        ({"format": "avi"}, OutputError, "expected one of mp4, gif, webm"),
        ({"output": "film.mov"}, OutputError, "expected .mp4 (a film), .gif (a moving picture)"),
        ({"format": "gif"}, OutputError, "does not end in .gif"),
        ({"theme": "blue"}, OutputError, "expected one of light, dark"),
        ({"pace": 0.0}, OutputError, "the pace is 0.0"),
        ({"pace": float("nan")}, OutputError, "the pace is nan"),
        ({"problem": Problem("a*x^3 + b*x^2 + c*x + d")}, ProblemError, "4 parameters: a, b, c, d"),
        ({"output": "missing/film.mp4"}, OutputError, "make the folder first"),
    ],
)
def test_a_wrong_request_is_explained_at_once(
    tmp_path: Path, wrong: dict[str, Any], error: type[SymgdError], words: str
) -> None:
    request: dict[str, Any] = {"lesson": "derive_gradient", "output": "film.mp4", **wrong}
    output = tmp_path / request.pop("output")
    with pytest.raises(error, match=re.escape(words)):
        render(request.pop("lesson"), output=output, **request)
    assert not any(tmp_path.iterdir())


def test_formats_and_qualities_are_what_the_command_line_offers() -> None:
    assert FORMATS == ("mp4", "gif", "webm", "png", "html")
    assert [(q.height, q.frame_rate) for q in QUALITIES.values()] == [
        (480, 15),
        (720, 30),
        (1080, 60),
        (2160, 60),
    ]


def scene_files() -> list[Path]:
    return sorted({ROOT / "animations" / f"{e.scene.partition(':')[0]}.py" for e in available()})


def spoken_texts(path: Path) -> list[str]:
    """The texts in a scene's code: neither docstrings nor the formats of numbers."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    passed_over: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            passed_over |= {id(part) for part in ast.walk(node.format_spec)}
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(
            node
        ):
            passed_over.add(id(node.body[0].value))  # type: ignore[attr-defined]
    texts = (node for node in ast.walk(tree) if isinstance(node, ast.Constant))
    return [t.value for t in texts if isinstance(t.value, str) and id(t) not in passed_over]


def test_no_number_and_no_formula_is_typed_into_a_scene() -> None:
    for path in scene_files():
        for text in spoken_texts(path):
            assert not re.search(r"[0-9∑Σ∂∇√²]|frac\(|[a-z]\^|_\(", text), f"{path.name}: {text!r}"


# Glyphs

needs_manim = pytest.importorskip(
    "manim", reason="Manim is not installed: nothing about films could be tested"
)
pytest.importorskip("typst", reason="Typst is not installed: nothing about films could be tested")

stage = importlib.import_module("symgd.animations.staging.stage")
formula = importlib.import_module("symgd.animations.formulas.formula")
typeset = importlib.import_module("symgd.animations.formulas.typeset")
lesson = importlib.import_module("symgd.animations.staging.lesson")
strokes = importlib.import_module("symgd.animations.deriving.strokes")
typst_writer = importlib.import_module("symgd.writing.formulas.typst")


def layout(source: str) -> list[tuple[str, list[float]]]:
    """The shapes of a formula and where they stand, without their numbers."""
    glyphs = typeset.compiled(f"$display({source})$")
    return [(glyph.shape, [round(float(v), 4) for v in glyph.points.ravel()]) for glyph in glyphs]


@cache
def all_terms() -> list[Term]:
    """Formulas, and every sixth line of derivations; all with SYMGD_EXPLORE=1."""
    derived = [line for make in PROBLEMS.values() for line, _ in lines_of(make())]
    return [*(parse(text) for text in FORMULAS), *derived[:: 1 if EVERY else 6]]


def test_tags_leave_the_layout_as_it_is() -> None:
    for term in all_terms():
        assert layout(typst_writer.typst(term)) == layout(typst_writer.tagged(term).source), (
            term.value
        )


def test_every_glyph_belongs_to_one_sub_term_and_every_leaf_has_glyphs() -> None:
    for term in all_terms():
        shown = stage.Stage().formula(term)
        owned = [shown.owner(glyph) for glyph in shown]
        paths = {path for path, _ in term.walk()}
        assert set(owned) <= paths
        leaves = {path for path, part in term.walk() if not part.children}
        assert leaves <= set(owned)
        assert len(shown.glyphs(())) == len(shown)
        assert sum(len(shown.own(path)) for path in paths) == len(shown)


def test_parameters_have_their_colours_and_nothing_else_has() -> None:
    problem = Problem("a*exp(-b*x) + c")
    look = stage.Stage(parameters=problem.parameters)
    colours = look.colours
    for line, _ in lines_of(problem):
        shown = look.formula(line)
        for path, part in line.walk():
            if not part.children:
                expected = colours.get(getattr(part, "name", ""), look.palette.ink)
                found = {shown[n].get_fill_color().to_hex().upper() for n in shown.own(path)}
                assert found == {expected}


def test_what_is_derived_by_is_coloured_under_the_sign_too() -> None:
    derivation = Problem("m*x + b").derive().partials["m"]
    look = stage.Stage(parameters=("m", "b"))
    shown = look.formula(derivation.left)
    colours = [shown[n].get_fill_color().to_hex().upper() for n in shown.own(())]
    assert colours.count(look.palette.slope) == 1


@pytest.mark.parametrize("name", PROBLEMS)
def test_parts_move_as_the_derivation_says(name: str) -> None:
    look = stage.Stage()
    lines = [(look.formula(line), line, moves) for line, moves in lines_of(PROBLEMS[name]())]
    for (before, _, _), (after, _, moves) in itertools.pairwise(lines):
        if not moves:
            continue
        whole = [Move("stays", (0,), (0,)), *formula.moved_into(moves, (1,))]
        matched = formula.match(before, after, whole)
        targets = [new for _, new in matched.pairs]
        assert sorted([*targets, *matched.born]) == list(range(len(after)))
        origin = {new: old for old, new in matched.pairs}
        assert sorted({*origin.values(), *matched.died}) == list(range(len(before)))
        for move in whole:
            old = set(indices(before, move.before)) if move.before is not None else set()
            new = indices(after, move.after) if move.after is not None else []
            if move.kind == "born":
                assert set(new) <= set(matched.born)
            elif move.kind == "dies":
                copied = {
                    n
                    for other in whole
                    if other.kind == "copies"
                    for n in indices(before, other.before)
                }
                assert old <= set(matched.died) | copied
            else:
                assert {origin[index] for index in new if index in origin} <= old
                assert any(index in origin for index in new)


def indices(shown: Any, path: tuple[int, ...] | None) -> list[int]:
    """Which glyphs lie in the sub-term at a path."""
    assert path is not None
    return [index for index, glyph in enumerate(shown) if shown.owner(glyph)[: len(path)] == path]


def test_a_rewritten_line_ends_exactly_where_the_next_one_stands() -> None:
    import numpy as np

    look = stage.Stage()
    (first, _), (second, moves), *_ = lines_of(Problem("m*x + b"))
    before, after = look.formula(first), look.formula(second)
    motion = formula.Rewrite(
        before, after, [Move("stays", (0,), (0,)), *formula.moved_into(moves, (1,))]
    )
    motion.begin()
    starts = [np.array(before[old].points) for old, _ in motion.match.pairs]
    motion.interpolate(0.0)
    assert all(
        np.allclose(g.points, p)
        for g, p in zip([t.old for t in motion.travellers], starts, strict=True)
    )
    motion.interpolate(1.0)
    ends = [after[new] for _, new in motion.match.pairs]
    assert all(
        np.allclose(g.points, e.points)
        for g, e in zip([t.mobjects[-1] for t in motion.travellers], ends, strict=True)
    )
    assert all(glyph.get_fill_opacity() == 1 for glyph in motion.coming)
    assert all(glyph.get_fill_opacity() == 0 for glyph in motion.dying)


def test_the_factors_that_differ_are_found() -> None:
    partials = Problem("m*x + b").derive().partials
    terms = [partial.last for partial in partials.values()]
    slope, intercept = strokes.differing(terms)
    assert [terms[0].at(path) for path in slope] == [parse("x").substitute(Problem("m*x + b").data)]
    assert intercept == ()


def test_words_show_exactly_the_characters_given() -> None:
    hostile = 'a #b $c$ "d" \\e *f* _g_ <h> `i` @j = -- k'
    shown = stage.Stage().sentence(hostile)
    plain = [stage.Stage().sentence(character)[0].shape for character in "#$*_`@"]
    assert set(plain) <= {glyph.shape for glyph in shown}
    assert len(stage.Stage().sentence("")) == 0


def test_words_are_broken_at_the_width() -> None:
    shown = stage.Stage().sentence("some words that need more than a line", em=0.4, width=3.0)
    assert shown.width <= 3.0
    assert shown.height > 0.8


def luminance(colour: str) -> float:
    parts = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_can_be_read_on_the_ground_and_on_a_mark(theme: str) -> None:
    palette = stage.PALETTES[theme]
    names = ("ink", "slope", "intercept", "third", "prediction", "error")
    for ground in (palette.ground, palette.mark):
        for name in names:
            high, low = sorted((luminance(getattr(palette, name)), luminance(ground)), reverse=True)
            least = 4.5 if ground == palette.ground else 3.0
            assert (high + 0.05) / (low + 0.05) >= least, (theme, name, ground)


# Films


class Recorded:
    """A film that was made, with what was told meanwhile."""

    def __init__(self, folder: Path, problem: Problem | None, **settings: Any) -> None:
        self.told: list[tuple[int, int, str]] = []
        self.path = render(
            "derive_gradient",
            problem,
            output=folder / "film.mp4",
            quality=DRAFT,
            progress=lambda done, total, beat: self.told.append((done, total, beat.name)),
            **settings,
        )

    def cues(self) -> list[tuple[float, float, str]]:
        blocks = self.path.with_suffix(".srt").read_text(encoding="utf-8").strip().split("\n\n")
        found = []
        for block in blocks:
            _, times, text = block.split("\n", 2)
            start, end = (_seconds(time) for time in times.split(" --> "))
            found.append((start, end, text))
        return found

    def length(self) -> float:
        import av

        with av.open(str(self.path)) as film:
            assert film.duration is not None
            return film.duration / av.time_base


def _seconds(time: str) -> float:
    hours, minutes, rest = time.split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest.replace(",", "."))


@pytest.fixture(scope="module")
def line_film(tmp_path_factory: pytest.TempPathFactory) -> Recorded:
    return Recorded(tmp_path_factory.mktemp("line"), None)


def test_the_film_of_the_line_has_the_length_of_a_lesson(line_film: Recorded) -> None:
    assert 45 <= line_film.length() <= 120
    assert line_film.told[-1][:2] == (len(line_film.told), len(line_film.told))
    assert [name for _, _, name in line_film.told][:3] == [
        "the cost",
        "with respect to a, b",
        "constant multiple rule",
    ]


def test_captions_are_readable_and_cover_the_film(line_film: Recorded) -> None:
    cues = line_film.cues()
    assert cues[0][0] == 0
    assert cues[-1][1] == pytest.approx(line_film.length(), abs=2 / DRAFT.frame_rate)
    for start, end, text in cues:
        assert len(text.split("\n")) <= 2
        assert len(text) / (end - start) < 20
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(cues))
    vtt = line_film.path.with_suffix(".vtt").read_text(encoding="utf-8")
    assert vtt.startswith("WEBVTT")
    assert vtt.count("-->") == len(cues)


def test_three_parameters_dark_burnt_in_and_silent(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    film = Recorded(
        tmp_path, PROBLEMS["three parameters"](), theme="dark", burn_captions=True, pace=0.1
    )
    assert film.length() > 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["film.mp4", "film.srt", "film.vtt"]
    assert capfd.readouterr() == ("", "")


class Small(lesson.Lesson):  # type: ignore[name-defined,misc]
    """The shortest lesson: one formula."""

    def beats(self) -> Iterator[Beat]:
        yield Beat("show", ("A formula.", "And that is all."), self.show, seconds=1.0, hold=0.5)

    def show(self, _: Any) -> None:
        self.add(self.stage.formula(self.problem.cost_term))
        self.play(needs_manim.FadeIn(self.stage.sentence("words")), run_time=0.5)
        self.turn()


class SmallEntry(LessonEntry):
    def load(self) -> type[Any]:
        return Small


SMALL = {"small": SmallEntry("small", "a formula", "problem", "small:Small")}


def test_a_gif_is_made_and_the_suffix_is_added(tmp_path: Path) -> None:
    made = render("small", output=tmp_path / "film", format="gif", quality=DRAFT, lessons=SMALL)
    assert made == tmp_path / "film.gif"
    assert made.read_bytes()[:4] == b"GIF8"


def test_an_interruption_leaves_what_was_there(tmp_path: Path) -> None:
    old = tmp_path / "film.mp4"
    old.write_bytes(b"an older film")

    def stop(done: int, total: int, beat: Beat) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render("small", output=old, quality=DRAFT, lessons=SMALL, progress=stop)
    assert old.read_bytes() == b"an older film"
    assert list(tmp_path.iterdir()) == [old]


def test_manim_itself_finds_the_scene(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "manim",
        "render",
        "-ql",
        "-n",
        "0,2",
        "--media_dir",
        str(tmp_path),
    ]
    done = subprocess.run(
        [*command, "animations/derive_gradient.py", "DeriveGradient"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert len(list(tmp_path.rglob("DeriveGradient.mp4"))) == 1


def test_a_missing_library_is_one_line(tmp_path: Path) -> None:
    class Broken(LessonEntry):
        def load(self) -> Any:
            raise OSError("libpango-1.0.so.0: cannot open shared object file")

    broken = {"broken": Broken("broken", "", "problem", "broken:Broken")}
    with pytest.raises(MissingPackage, match="libpango") as caught:
        render("broken", output=tmp_path / "film.mp4", lessons=broken)
    assert "\n" not in str(caught.value)
    assert not any(tmp_path.iterdir())
