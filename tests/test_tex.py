"""LaTeX, read by TeX itself. Where TeX is not installed these are skipped; ``scripts/check --all`` installs it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from gallery import gallery
from test_documents import LONG

from symgd.writing.reading import Detail
from symgd.writing.shown import Shown
from symgd.writing.words import languages

pytestmark = pytest.mark.skipif(
    shutil.which("pdflatex") is None,
    reason="TeX is not installed: LaTeX is written and not compiled",
)

# Wide enough for every line, so that a fragment's own page does not matter.
HEAD = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\usepackage[paperwidth=5000mm,paperheight=297mm,margin=18mm]{geometry}
\begin{document}
"""
DETAILS: tuple[Detail, ...] = ("brief", "standard", "full")


def compiled(source: str, folder: Path) -> str:
    """What TeX says of a document that it has made a PDF of."""
    (folder / "derivation.tex").write_text(source, encoding="utf-8")
    command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "derivation.tex"]
    made = subprocess.run(command, cwd=folder, capture_output=True, check=False)
    said = made.stdout.decode("utf-8", "replace")
    assert made.returncode == 0, said[-2000:]
    assert (folder / "derivation.pdf").read_bytes().startswith(b"%PDF")
    return said


@pytest.mark.parametrize("language", languages())
def test_all_fragments_compile_together(language: str, tmp_path: Path) -> None:
    """Each derivation at one detail, in one notation, by turns."""
    parts = [
        shown.latex(
            language=language,
            detail=DETAILS[place % 3],
            derivative_style=("leibniz", "prime")[place % 5 == 0],
        )
        for place, shown in enumerate(gallery().values())
    ]
    compiled(HEAD + "\n\\clearpage\n".join(parts) + "\n\\end{document}\n", tmp_path)


def check_document(shown: Shown, detail: Detail, language: str, folder: Path) -> None:
    said = compiled(shown.latex(document=True, detail=detail, language=language), folder)
    assert "Overfull" not in said, said[said.index("Overfull") :][:400]


@pytest.mark.parametrize("language", languages())
@pytest.mark.parametrize("detail", DETAILS)
@pytest.mark.parametrize("name", LONG)
def test_long_documents_keep_to_their_page(
    name: str, detail: Detail, language: str, tmp_path: Path
) -> None:
    check_document(LONG[name].derive(), detail, language, tmp_path)


@pytest.mark.parametrize("turn", range(3))
def test_every_document_keeps_to_its_page(turn: int, tmp_path: Path) -> None:
    """Hessians, matrices, solutions, rates, numbers: every third of the gallery, the languages by turns."""
    for place, (name, shown) in list(enumerate(gallery().items()))[turn::3]:
        folder = tmp_path / str(place)
        folder.mkdir()
        try:
            check_document(shown, DETAILS[turn], languages()[place % 2], folder)
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from error
