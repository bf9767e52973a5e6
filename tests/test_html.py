"""The page of a derivation: contrast, levels that unfold, what is marked, and what the keyboard and the ear get."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import html5lib
import pytest

from symgd import Problem, differentiate
from symgd.writing.documents.changes import changes
from symgd.writing.documents.html_style import STYLE
from symgd.writing.formulas.text import text
from symgd.writing.reading import Detail

LINE = Problem("m*x + b").derive()
MATH = "{http://www.w3.org/1998/Math/MathML}math"
GROUNDS = ("ground", "tint")
INKS = ("ink", "faint", "p0", "p1", "p2")


def _page(written: str) -> Element:
    return html5lib.parse(written, namespaceHTMLElements=False)


def _themes() -> list[dict[str, str]]:
    light, dark = (
        dict(re.findall(r"--(\w+): (#[0-9A-F]{6})", block))
        for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    )
    return [light, dark]


def _luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", _themes(), ids=["light", "dark"])
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", INKS)
def test_contrast(theme: dict[str, str], ground: str, ink: str) -> None:
    above, below = sorted((_luminance(theme[ground]), _luminance(theme[ink])), reverse=True)
    assert (above + 0.05) / (below + 0.05) >= 4.5


def _marked(detail: Detail) -> dict[str, set[tuple[str, str]]]:
    lines = [line for section in LINE.outline(detail=detail).sections for line in section.lines]
    return {
        text(line.right): {
            (kind, text(line.right.at(path))) for path, kind in changes(line).items()
        }
        for line in lines
    }


def test_what_moved_is_marked() -> None:
    """As a teacher would: the constant that came out, the two copies of u, the 2 that came down."""
    marked = _marked("standard")
    assert marked["(1/N) ∂/∂θ Σᵢ (m xᵢ + b − yᵢ)²"] == {("moved", "1/N")}
    assert marked["(1/N) Σᵢ 2(m xᵢ + b − yᵢ) ∂/∂θ (m xᵢ + b − yᵢ)"] == {
        ("moved", "2"),
        ("moved", "m xᵢ + b − yᵢ"),
    }
    assert marked["(2/N) Σᵢ xᵢ (m xᵢ + b − yᵢ)"] >= {("moved", "2")}
    assert ("new", "1") in _marked("full")["(1/N) Σᵢ 2(m xᵢ + b − yᵢ) (xᵢ·1 + ∂b/∂m − ∂yᵢ/∂m)"]
    assert _marked("full")["(1/N) Σᵢ 2(m xᵢ + b − yᵢ) (xᵢ·1 + 0 − 0)"] == {("new", "0")}


def test_a_mark_changes_nothing_else_of_a_formula() -> None:
    """cos²(x) stays cos²(x) beside a marked part."""
    page = differentiate("cos(x)^2*x", "x").html(detail="full")
    assert "<msup><mi>cos</mi><mrow><mn>2</mn></mrow></msup>" in page
    without = re.sub(r'<mrow class="(?:moved|new)">', "<mrow>", page)
    assert without.count("<mrow>") == page.count("<mrow")


@pytest.mark.parametrize(("detail", "depth"), [("brief", 2), ("standard", 1), ("full", 0)])
def test_lines_unfold_down_to_the_single_steps(detail: Detail, depth: int) -> None:
    page = _page(LINE.html(detail=detail))
    nested = (
        page.findall(".//details" + "//details" * (depth - 1))
        if depth
        else page.findall(".//details")
    )
    assert bool(nested) == bool(depth)
    assert not page.findall(".//details" + "//details" * depth) if depth else True
    assert all(block.find("summary") is not None for block in page.iter("details"))


@pytest.mark.parametrize(("language", "heard"), [("en", "equals two over N times the sum"), ("fr", "égale deux sur N fois la somme")])  # fmt: skip
def test_formulas_are_heard_as_sentences(language: str, heard: str) -> None:
    page = _page(LINE.html(language=language))
    spoken = [math.get("alttext") or "" for math in page.iter(MATH)]
    assert any(sentence.startswith(heard) for sentence in spoken)
    assert all(sentence and "∂" not in sentence for sentence in spoken)
    assert page.get("lang") == language


def test_the_page_has_an_outline_and_its_long_formulas_take_the_focus() -> None:
    page = _page(LINE.html())
    assert len(list(page.iter("h1"))) == 1
    for section in page.iter("section"):
        assert section.get("aria-labelledby") == section.find("h2").get("id")
    scrolled = [part for part in page.iter("span") if part.get("class") == "scroll"]
    assert {part.get("tabindex") for part in scrolled} == {"0", None}


def test_text_from_outside_is_escaped() -> None:
    page = Problem("slope*speed", inputs=["speed"]).derive().html()
    assert _page(page).find(".//script") is None
    assert "default-src 'none'" in page
