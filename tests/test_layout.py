"""Long lines over several rows: the rows read on are the formula, and pages stay as narrow as they can."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from symgd import Derivation, MissingPackage, Problem, differentiate, matrix_form
from symgd.cli import main
from symgd.parsing.formula import parse
from symgd.terms import BigSum, Indexed, Partial, Product, Sum, Symbol, Term, number
from symgd.writing.documents.breaks import BrokenRow, pieces
from symgd.writing.documents.layout import Layout
from symgd.writing.formulas.text import text, width

from strategies import formulas

LINE = Problem("m*x + b")
FIVE = Problem("w1*x1 + w2*x2 + w3*x3 + w4*x4 + w5*x5 + bias_term_long")
PDF = pytest.mark.skipif(find_spec("typst") is None, reason="typst comes with the pdf extra")


@cache
def product() -> Derivation:
    """Of so many factors that its lines are long."""
    return differentiate("(x + a)^3*(x - b)^2*(c*x + 1)*(x^2 + x + 1)*exp(-x)", "x")


def _width(term: Term) -> int:
    return len(text(term))


def _shown(piece: BrokenRow) -> str:
    return piece.joint + "(" * piece.opens + text(piece.term) + ")" * piece.closes


@settings(deadline=None, max_examples=150)
@given(formulas(leaves=14), st.integers(min_value=3, max_value=40))
def test_rows_read_on_are_the_formula(term: Term, room: int) -> None:
    signs = {"": "", "+": " + ", "−": " - ", "·": "*"}
    rows, written = [*pieces(term, lambda t: _width(t) <= room)], ""
    for piece in rows:
        body = text(piece.term, ascii=True)
        written += signs[piece.joint] + "(" * piece.opens + body + ")" * piece.closes
    at = {"x": 1.25, "a": 0.75, "b": -0.5, "c": 1.5}
    read, meant = (value.subs(at).evalf() for value in (parse(written).value, term.value))
    assert abs(read - meant) <= 1e-9 * max(1, abs(meant)), written
    assert len(rows) == 1 or _width(term) > room


def test_rows() -> None:
    rows = [*pieces(parse("a*b + c*d - f*g + h"), lambda t: _width(t) <= 10)]
    assert [_shown(piece) for piece in rows] == ["a b + c d", "−f g + h"]
    rows = [*pieces(parse("(a + b)*(c + d)*(f + g)"), lambda t: _width(t) <= 12)]
    assert [_shown(piece) for piece in rows] == ["(a + b)", "·(c + d)", "·(f + g)"] or len(
        rows
    ) == 2
    x = Indexed("x", ("i",))
    long_sum = Sum(tuple(Product((Symbol(letter), x)) for letter in "abcdef"))
    total = Product((Symbol("c"), BigSum(Product((number(2), long_sum)), "i", Symbol("N"))))
    rows = [*pieces(total, lambda t: _width(t) <= 18)]
    assert [_shown(piece) for piece in rows] == [
        "c Σᵢ 2",
        "·(a xᵢ + b xᵢ + c xᵢ",
        "+d xᵢ + e xᵢ + f xᵢ)",
    ]


@pytest.mark.parametrize(
    ("formula", "rows"),
    [
        ("a - (b + c)", ["a", "−(b + c)"]),
        ("a - (b + c) + (d + f)", ["a", "−(b + c)", "+(d + f)"]),
        ("a*(b + (c + d))", ["a", "·(b", "+(c + d))"]),
        ("a - (-b)", ["a", "−(−b)"]),
        ("x + (-a)*b*c", ["x", "+(−a)", "·b", "·c"]),
        ("a*(-b)*c", ["a", "·(−b)", "·c"]),
    ],
)
def test_parentheses_that_a_sign_needs_are_kept(formula: str, rows: list[str]) -> None:
    found = pieces(parse(formula), lambda t: _width(t) <= 1)
    assert [_shown(piece) for piece in found] == rows


def test_nothing_is_broken_after_a_derivative_still_to_be_taken() -> None:
    left = Partial(parse("x^2 + a*x + b"), Symbol("x"))
    rows = [*pieces(Product((left, Symbol("c"), Symbol("d"))), lambda t: _width(t) <= 10)]
    assert not any(isinstance(piece.term, Partial) for piece in rows)


@pytest.mark.parametrize("detail", ["standard", "full"])
def test_long_lines_stay_on_an_upright_page(detail: str) -> None:
    assert Layout(FIVE.derive().outline(detail=detail)).paper.width == 210
    assert Layout(product().outline(detail=detail)).paper.width == 210
    assert Layout(product().outline(detail=detail)).paper.apart


def test_short_lines_are_left_alone() -> None:
    found = Layout(LINE.derive().outline())
    assert found.paper.width == 210
    assert "quad" not in LINE.derive().latex()


@PDF
def test_a_pdf_is_the_same_every_time_and_passes_as_accessible(tmp_path: Path) -> None:
    """Typst refuses a PDF/UA-1 document in which a formula lacks its words."""
    first, second = tmp_path / "a.pdf", tmp_path / "b.pdf"
    assert LINE.derive().pdf(first, language="fr", detail="full") == first
    product().pdf(second)
    assert first.read_bytes().startswith(b"%PDF-1.7")
    assert b"/Lang(fr)" in first.read_bytes().replace(b" ", b"")
    LINE.derive().pdf(second, language="fr", detail="full")
    assert first.read_bytes() == second.read_bytes()


@PDF
@pytest.mark.parametrize(("name", "begin"), [("g.pdf", b"%PDF"), ("g.tex", b"\\documentclass"), ("g.html", b"<!DOCTYPE"), ("g.json", b"{"), ("g.typ", b"#set page"), ("g.md", b"$$"), ("g.txt", b"J = ")])  # fmt: skip
def test_the_outputs_name_says_the_format(name: str, begin: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    done = CliRunner().invoke(main, ["derive", "m*x + b", "-o", str(path)])
    assert done.exit_code == 0, done.stderr
    assert path.read_bytes().startswith(begin)


def test_a_pdf_needs_a_file() -> None:
    done = CliRunner().invoke(main, ["derive", "m*x + b", "--format", "pdf"])
    assert done.exit_code == 2
    assert "name a file" in done.stderr


def test_without_typst_the_error_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(MissingPackage, match=r'pip install "symgd\[pdf\]"'):
        LINE.derive().pdf(tmp_path / "a.pdf")
    assert not list(tmp_path.iterdir())


FOUR_ROWS = {"x": [1, 2, 3, 4], "y": [1.2, 1.8, 3.4, 4.1]}
WIDE: dict[str, Callable[[], Any]] = {
    "gradient": product,
    "hessian": cache(lambda: Problem("a*exp(-b*x)").hessian()),
    "matrix": cache(lambda: matrix_form("ridge")),
    "at a point": cache(lambda: LINE.derive().at({"m": 0.2, "b": 0.5}, FOUR_ROWS)),
    "means": LINE.stationary,
    "cases": cache(lambda: Problem("max(0, a*x + b)", loss="huber").derive()),
    "many terms": FIVE.derive,
}


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("columns", [80, 100, 132])
@pytest.mark.parametrize("name", WIDE)
def test_no_row_is_wider_than_the_terminal(name: str, columns: int, ascii: bool) -> None:
    for row in WIDE[name]().text(width=columns, ascii=ascii, detail="full").splitlines():
        assert width(row) <= columns, row


@pytest.mark.parametrize("ascii", [False, True])
@pytest.mark.parametrize("columns", [40, 60, 80, 120])
def test_rows_that_are_cut_read_on_as_before(columns: int, ascii: bool) -> None:
    point = WIDE["at a point"]()
    cut, whole = (point.text(width=columns, ascii=ascii), point.text(ascii=ascii))
    assert len(cut.splitlines()) > len(whole.splitlines())
    assert "".join(cut.split()) == "".join(whole.split())


def test_a_row_is_cut_at_the_shallowest_sign() -> None:
    rows = LINE.derive().at({"m": 0.25, "b": 0.5}, FOUR_ROWS).text(width=60).splitlines()
    first = next(n for n, row in enumerate(rows) if row.startswith("J = (1/4)"))
    assert rows[first] == "J = (1/4)·((0.25·1 + 0.5 − 1.2)² + (0.25·2 + 0.5 − 1.8)²"
    assert rows[first + 1].startswith("        + (0.25·3 + 0.5 − 3.4)² + (0.25·4 + 0.5 − 4.1)²)")
