"""What README and docs say is run: every example, and every file and command that they name."""

from __future__ import annotations

import doctest
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import consoles
import pytest
import rooms
from click.testing import CliRunner

from scripts import pictures, tables
from symgd import LOSSES, PENALTIES, Function
from symgd.cli import main
from symgd.writing.formats import Format

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]
# What stands under this heading needs a file that symgd does not ship.
ON_DATA = "## On its data"
SHARED = os.environ.get("SYMGD_SHARED_DATA", "")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_examples_in_pages_run(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert run_examples(page, text.partition(ON_DATA)[0]) == 0


@pytest.mark.skipif(not SHARED, reason="SYMGD_SHARED_DATA names no folder")
def test_examples_on_the_articles_data_run(monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [page for page in PAGES if ON_DATA in page.read_text(encoding="utf-8")]
    assert pages
    monkeypatch.chdir(SHARED)
    for page in pages:
        assert run_examples(page, page.read_text(encoding="utf-8")) == 0


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_consoles_in_pages_show_what_is_answered(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But for the last digits, and the steps of a search, in which machines differ."""
    monkeypatch.chdir(tmp_path)
    text = page.read_text(encoding="utf-8")
    answers = map(_rounded, (text, consoles.answered(text)))
    assert len({*answers}) == 1, f"run: python tests/consoles.py {page.relative_to(ROOT)}"


def _rounded(text: str) -> str:
    text = re.sub(r"after \d+ steps from the best start", "after steps from the best start", text)
    return re.sub(r"\d+\.\d{6,}", lambda number: f"{float(number[0]):.6g}", text)


def test_the_pictures_of_the_page_are_those_that_its_script_draws(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "functions.md").read_text(encoding="utf-8")
    drawn = pictures.draw(tmp_path)
    assert {f"images/{path.name}" for path in drawn} == {
        *re.findall(r"\((images/\w+\.png)\)", page)
    }
    for path in drawn:
        assert path.stat().st_size > 10_000
        assert (ROOT / "docs" / "images" / path.name).exists()


def run_examples(page: Path, text: str) -> int:
    """How many of the examples in `text` fail; what they print instead goes to the terminal."""
    examples = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    return runner.run(examples).failed


def test_the_readmes_ten_lines_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """All but the film, which tests/test_animations.py renders."""
    monkeypatch.chdir(tmp_path)
    block = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block is not None
    lines = block.group(1).splitlines()
    film = [line for line in lines if "animate(" in line]
    assert len(film) == 1
    exec("\n".join(line for line in lines if line not in film), {})
    assert {path.name for path in tmp_path.iterdir()} == {
        "descent.png",
        "trace.csv",
        "optimizer.py",
    }


def test_the_readme_shows_what_derive_prints() -> None:
    shown = re.search(
        r'\$ symgd derive "m\*x \+ b"\n(.*?)…', (ROOT / "README.md").read_text(), re.DOTALL
    )
    assert shown is not None
    assert CliRunner().invoke(main, ["derive", "m*x + b"]).stdout.startswith(shown.group(1))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
        assert (page.parent / target).exists(), f"{page.name} links to {target}"


@pytest.mark.parametrize("name", tables.TABLES)
def test_pages_say_nothing_else_than_what_is_declared(name: str) -> None:
    """In the files themselves: an entry that is new is missing there until somebody writes them anew."""
    (said,) = (block[3] for page in tables.PAGES for block in blocks(page) if block[2] == name)
    entries, join = tables.TABLES[name]
    left = " ".join(said.split())
    for entry in sorted((" ".join(entry.split()) for entry in entries()), key=len, reverse=True):
        left = left.replace(entry, "")
    head = " ".join(join(iter(())).split())
    assert left.replace(head, "").strip(" ,.") == "", "run: python scripts/tables.py"


def blocks(page: Path) -> Iterator[re.Match[str]]:
    return tables.BLOCK.finditer(page.read_text(encoding="utf-8"))


DECLARED: tuple[tuple[str, str, Mapping[str, object], str], ...] = (
    (
        "formats",
        "FORMATS",
        {"braille": Format("braille", "Braille", (".brf",), "the fingers", "plain:as_text")},
        '| Braille | `.written("braille")` | `-o FILE.brf` | the fingers |',
    ),
    (
        "formulas",
        "FUNCTIONS",
        {
            "twice": Function(
                "twice", lambda z: 2 * z, compute=lambda context, z: 2 * z, aliases=("dbl",)
            )
        },
        "`twice` (`dbl`)",
    ),
    ("formulas", "SHORTHANDS", {"quart": (1, "u^4")}, "`quart`"),
    (
        "losses",
        "LOSSES",
        {"quartic": replace(LOSSES["mse"], name="sixth", formula="(prediction - target)^6")},
        "∂J/∂m = (6/N) Σᵢ xᵢ (m xᵢ + b − yᵢ)⁵",
    ),
    (
        "losses",
        "PENALTIES",
        {"lone": replace(PENALTIES["lasso"], name="lone", title="alone")},
        "### lone: alone",
    ),
)


@pytest.mark.parametrize(("page", "registry", "new", "row"), DECLARED)
def test_what_is_declared_comes_onto_its_page(
    page: str, registry: str, new: Mapping[str, Any], row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As MkDocs builds it; nobody edits a page."""
    written = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    assert row not in written
    monkeypatch.setattr(tables, registry, {**getattr(tables, registry), **new})
    filled = tables.on_page_markdown(written)
    assert row in filled.replace("\n", " ")  # an entry may be broken over two lines


def test_the_pages_are_filled_as_they_are_built() -> None:
    assert "hooks: [scripts/tables.py]" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


def test_files_that_are_named_exist() -> None:
    scripts = [path for path in (ROOT / "scripts").iterdir() if path.is_file()]
    for page in (*PAGES, *scripts, *(ROOT / "symgd").rglob("*.py"), *(ROOT / "tests").glob("*.py")):
        text = page.read_text(encoding="utf-8")
        for name in re.findall(
            r"\b(?:symgd|animations|tests|docs|benchmarks)/[\w/]+\.(?:py|md)\b", text
        ):
            assert (ROOT / name).exists(), f"{page.relative_to(ROOT)} names {name}"


def test_the_architecture_page_names_every_room_and_file() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    table = page[page.index("## Where to find what") : page.index("## Decisions")]
    for room in (ROOT / "symgd").iterdir():
        if (room / "__init__.py").exists():
            assert f"`{room.name}/`" in table, f"docs/architecture.md does not name {room.name}/"
    for room in sorted(path.parent for path in (ROOT / "animations").glob("*/__init__.py")):
        row = re.search(rf"^\| `animations/{room.name}/` \|.*", table, re.MULTILINE)
        assert row, f"docs/architecture.md has no row for animations/{room.name}/"
        told = set(re.findall(r"\w+", row[0])) | {"__init__"}
        for path in room.glob("*.py"):
            assert path.stem in told, f"the row of animations/{room.name}/ lacks {path.stem}"
    named = set(re.findall(r"\w+", table))
    for path in (ROOT / "symgd").glob("*.py"):
        known = path.stem.startswith("__") or path.stem == "version"
        assert known or path.stem in named, f"docs/architecture.md does not name {path.name}"


def test_the_picture_of_the_rooms_is_as_the_rooms_are() -> None:
    assert rooms.PICTURE.read_text(encoding="utf-8") == rooms.drawing(), (
        "run: python tests/rooms.py"
    )


def test_the_glossary_is_in_order_and_names_things_once() -> None:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    words = re.findall(r"^\*\*([^*]+)\*\*", page, re.MULTILINE)
    assert words == sorted(set(words), key=str.casefold)
    for name in re.findall(r"`(symgd/[\w/]+\.py)`", page):
        assert (ROOT / name).exists(), f"docs/glossary.md names {name}"
