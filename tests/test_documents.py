"""Text, LaTeX, Markdown, Typst and JSON: golden files, and documents read by the real reader of their format.

What TeX reads is in tests/test_tex.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cache
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path

import matplotlib.image
import pytest
import sympy
from grids import in_turn
from hypothesis import given, settings

from symgd import Notation, Problem, differentiate
from symgd.derivation.gradient import Derivation, Gradient
from symgd.parsing.formula import parse
from symgd.terms import Negative, Number, Partial, Product, Sum, Symbol, Term, number
from symgd.writing.documents.asciimath import asciimath
from symgd.writing.documents.layout import MARGIN
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.sympy_text import sympy_text
from symgd.writing.formulas.text import text
from symgd.writing.formulas.typst import typst

from strategies import formulas

LESSONS = {
    "lesson_000": Problem("m*x + c", target="Y", notation=Notation(cost="E", count="n", residual_sign="target - prediction")),
    "lesson_001": Problem("Y = m*X + b", notation=Notation(residual="Error")),
    "lesson_002": Problem("m*x + b", notation=Notation(cost="Error")),
    "lesson_003": Problem("m*x + b", notation=Notation(cost="f", residual_sign="target - prediction", constants="inside")),
    "lesson_004": Problem("a*x + b", notation=Notation(cost="MSE", residual_sign="target - prediction")),
}  # fmt: skip

# The partial derivatives as each lesson prints them, in its own letters.
PRINTED = {
    "lesson_000": {"m": "−(2/n) Σᵢ xᵢ (Yᵢ − (m xᵢ + c))", "c": "−(2/n) Σᵢ (Yᵢ − (m xᵢ + c))"},
    "lesson_001": {"m": "(2/N) Σᵢ Xᵢ·Errorᵢ", "b": "(2/N) Σᵢ Errorᵢ"},
    "lesson_002": {"m": "(2/N) Σᵢ xᵢ (m xᵢ + b − yᵢ)", "b": "(2/N) Σᵢ (m xᵢ + b − yᵢ)"},
    "lesson_003": {"m": "(1/N) Σᵢ −2xᵢ (yᵢ − (m xᵢ + b))", "b": "(1/N) Σᵢ −2(yᵢ − (m xᵢ + b))"},
    "lesson_004": {"a": "−(2/N) Σᵢ xᵢ (yᵢ − (a xᵢ + b))", "b": "−(2/N) Σᵢ (yᵢ − (a xᵢ + b))"},
}

OTHERS = {
    "decay": Problem("a*exp(-b*x) + c", "half_mse"),
    "words": Problem("slope*speed + intercept", inputs=["speed"], target="dist"),
    "two_inputs": Problem("a*x1 + b*x2 + c", "sse"),
    "hostile_names": Problem("lambda*x + E*N + S*beta", notation=Notation(count="n")),
    "quartic": Problem("w*t + c", "(prediction - target)^4", inputs=["t"]),
}

GRADIENTS = {**LESSONS, **OTHERS}

# Lines too long for an upright page.
LONG = {
    "line": Problem("m*x + b"),
    "long_names": Problem("learning_rate*x_1 + theta"),
    "three_inputs": Problem("w1*x1 + w2*x2 + w3*x3 + b"),
    "five_inputs": Problem("w1*x1 + w2*x2 + w3*x3 + w4*x4 + w5*x5 + bias_term_long"),
    "capitals": Problem("WIDTH*MASS + M*W*Q", inputs=["MASS", "Q"]),
    "named": Problem("a*exp(-b*x) + c", notation=Notation(residual="e")),
}
PRINTED_PAGES = {**GRADIENTS, **LONG}
DETAILS = ("brief", "standard", "full")


@pytest.mark.parametrize("lesson", LESSONS)
def test_each_lesson_in_its_own_notation(lesson: str) -> None:
    gradient = LESSONS[lesson].derive()
    assert {name: text(partial.last) for name, partial in gradient.partials.items()} == PRINTED[
        lesson
    ]


@pytest.mark.parametrize("lesson", ["lesson_001", "lesson_003", "lesson_004"])
@pytest.mark.parametrize("form", ["txt", "tex", "typ", "md", "rst", "am"])
def test_golden_documents(lesson: str, form: str, golden: Callable[[str, str], None]) -> None:
    gradient = LESSONS[lesson].derive()
    written = {
        "txt": lambda: gradient.text(detail="full"),
        "tex": lambda: gradient.latex(document=True),
        "typ": gradient.typst,
        "md": gradient.markdown,
        "rst": lambda: str(gradient.written("rst")),
        "am": lambda: str(gradient.written("asciimath", detail="brief")),
    }
    golden(f"{lesson}.{form}", written[form]())


def test_rows_of_formulas() -> None:
    """Parentheses exactly where they are needed; negatives in parentheses when they are put in."""
    a, b, x = Symbol("a"), Symbol("b"), Symbol("x")
    minus_two = Number(number(-2).number)
    rows: list[tuple[Term, str, str]] = [
        (Sum((a, minus_two)), "a + (−2)", r"a + \left(-2\right)"),
        (Product((a, minus_two)), "a·(−2)", r"a \cdot \left(-2\right)"),
        (Product((minus_two, a)), "−2a", "-2a"),
        (parse("x").substitute({x: Negative(a)}), "−a", "-a"),
        (parse("2*x + b").substitute({x: minus_two}), "2·(−2) + b", r"2 \cdot \left(-2\right) + b"),
        (parse("x^2").substitute({x: minus_two}), "(−2)²", r"\left(-2\right)^{2}"),
        (parse("a - x").substitute({x: Negative(b)}), "a − (−b)", r"a - \left(-b\right)"),
        (parse("a - x").substitute({x: Sum((a, b))}), "a − (a + b)", r"a - \left(a + b\right)"),
        (parse("a*x").substitute({x: Sum((a, b))}), "a (a + b)", r"a \left(a + b\right)"),
    ]
    for term, plain, tex in rows:
        assert text(term) == plain
        assert latex(term) == tex


@cache
def read_back(written: str) -> sympy.Expr:
    """What SymPy reads; each line of a derivation is written where one step ends and the next begins."""
    return sympy.sympify(written)


@pytest.mark.parametrize("name", GRADIENTS)
def test_json_is_complete_and_reads_back(name: str) -> None:
    gradient = GRADIENTS[name].derive()
    record = json.loads(gradient.json())
    assert record["schema"] == "symgd/derivation/1"
    assert sympy.sympify(record["cost"]["sympy"]) == gradient.definition.value
    assert [partial["wrt"] for partial in record["partials"]] == list(gradient.partials)
    for written in record["partials"]:
        derivation = gradient.partials[written["wrt"]]
        assert len(written["steps"]) == len(derivation.steps)
        for row, step in zip(written["steps"], derivation.steps, strict=True):
            assert {"rule", "why", "before", "after", "check"} <= set(row)
            assert row["check"]["passed"] is True
            assert row["check"]["method"] in ("exact", "numeric")
            assert read_back(row["before"]["sympy"]) == step.before.value
            assert read_back(row["after"]["sympy"]) == step.after.value
            assert row["after"]["latex"] == latex(step.after)
            assert "{" not in row["why"]
        assert sympy.sympify(written["result"]["sympy"]) == derivation.result


@settings(deadline=None, max_examples=60)
@given(formulas())
def test_sympy_text_reads_back_to_the_same_expression(term: Term) -> None:
    assert sympy.sympify(sympy_text(term.value)) == term.value


@pytest.mark.parametrize(
    "name", ["N", "E", "S", "lambda", "beta", "print", "Sum", "I", "Q", "match", "x_1", "None"]
)
def test_any_name_reads_back(name: str) -> None:
    assert sympy.sympify(sympy_text(sympy.Symbol(name) ** 2)) == sympy.Symbol(name) ** 2


def test_numbers_are_not_distributed_when_read_back() -> None:
    expression = parse("2*(a + b)*x/N").value
    assert sympy.sympify(sympy_text(expression)) == expression


@pytest.mark.parametrize(("name", "detail"), in_turn([*PRINTED_PAGES], DETAILS, of=3))
def test_typst_compiles_and_keeps_off_the_margins(name: str, detail: str, tmp_path: Path) -> None:
    compiler = pytest.importorskip(
        "typst", reason="the typst wheel comes with the animations extra"
    )
    source = tmp_path / "derivation.typ"
    source.write_text(PRINTED_PAGES[name].derive().typst(detail=detail), encoding="utf-8")
    dots_per_inch = 36
    made = compiler.compile(str(source), format="png", ppi=dots_per_inch)
    for page in made if isinstance(made, list) else [made]:
        pixels = matplotlib.image.imread(BytesIO(page))[..., :3]
        margin = int(0.9 * MARGIN * dots_per_inch / 25.4)
        assert (pixels[:, :margin] == 1).all()
        assert (pixels[:, -margin:] == 1).all()
        assert (pixels < 1).any()


def test_sentences_have_room_beside_a_long_left_side() -> None:
    product = "*".join(f"factor{number}" for number in range(1, 11))
    written = differentiate(product, "y").typst(detail="full")
    boxes = [int(width) for width in re.findall(r"#box\(width: (-?\d+)mm", written)]
    assert boxes
    assert min(boxes) > 50


def test_the_line_is_on_an_upright_page_with_reasons_beside() -> None:
    gradient = LONG["line"].derive()
    assert "[a4paper," in gradient.latex(document=True)
    assert r"&& \text{constant multiple rule}" in gradient.latex(document=True)
    assert '#set page(paper: "a4", margin' in gradient.typst()
    assert r"\parbox" not in gradient.latex(document=True)
    assert r"\parbox" in gradient.latex(document=True, detail="full")


def test_a_part_of_a_document_keeps_rule_names_beside_the_line() -> None:
    part = LONG["five_inputs"].derive().latex()
    assert r"&& \text{sum rule over the examples}" in part
    assert r"\parbox" not in part


def test_full_markdown_has_each_sentence_under_its_line() -> None:
    written = LONG["line"].derive().markdown(detail="full")
    assert r"\text" not in written
    items = [line for line in written.splitlines() if line.startswith("- ")]
    assert sum("<br>" in item for item in items) == len(items) - 3  # each section's first line
    assert all(item.count("$") % 2 == 0 for item in items)


@pytest.mark.parametrize("name", GRADIENTS)
def test_latex_is_ascii_and_balanced(name: str) -> None:
    written = GRADIENTS[name].derive().latex(detail="full", document=True)
    assert written.isascii()
    assert written.count("{") == written.count("}")
    assert written.count(r"\left(") == written.count(r"\right)")


def test_ascii_text_is_ascii() -> None:
    for problem in GRADIENTS.values():
        assert problem.derive().text(ascii=True, detail="full").isascii()


def test_levels_of_detail() -> None:
    """Brief is a few lines, full is every step, and all end in the same line."""
    gradient = Problem("m*x + b").derive()
    lines = {d: gradient.text(detail=d).count("\n") for d in ("brief", "standard", "full")}
    assert lines["brief"] < lines["standard"] < lines["full"]
    assert all("(2/N) Σᵢ xᵢ (m xᵢ + b − yᵢ)" in gradient.text(detail=d) for d in lines)


def test_no_ugly_lines() -> None:
    """No 1·, no x¹, no − −, no empty parentheses in any last line."""
    ugly = re.compile(r"\b1·|1 Σ|\^1\b|¹(?![⁰-⁹])|− −|\+ −|\(\)|·1\b")
    for problem in GRADIENTS.values():
        for partial in problem.derive().partials.values():
            assert not ugly.search(text(partial.last)), text(partial.last)


class _Outline(HTMLParser):
    """Reads a page as a browser would: which elements are open, what is asked from outside."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.outside: list[str] = []
        self.seen: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self.outside += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.mark.parametrize(("name", "detail"), in_turn([*GRADIENTS], DETAILS, of=3))
def test_html_is_well_formed_and_needs_nothing_else(name: str, detail: str) -> None:
    page = GRADIENTS[name].derive().html(detail=detail)
    outline = _Outline()
    outline.feed(page)
    assert outline.open == []
    assert outline.outside == []
    assert "script" not in outline.seen
    assert {"math", "mfrac", "msup", "munderover"} <= outline.seen
    assert "default-src 'none'" in page


def test_html_unfolds_the_single_steps_in_the_sections_own_letter() -> None:
    page = Problem("m*x + b").derive().html()
    shared = page[: page.index("Derivative by")]
    assert "3 steps, one by one" in shared
    assert "of two times u sub i times the partial derivative with respect to theta" in shared
    assert "∂/∂m" not in shared


def test_notebooks_show_mathematics() -> None:
    derivation: Derivation | Gradient
    for derivation in (Problem("m*x + b").derive(), differentiate("x^2", "x")):
        bundle = derivation._repr_mimebundle_(include=None, exclude=None)
        assert "$$" in bundle["text/markdown"]
        assert "align*" in bundle["text/latex"]
        assert bundle["text/plain"] == str(derivation)
        assert "text/html" not in bundle, "notebooks would prefer it to mathematics in TeX's fonts"
    assert "$$" in Problem("m*x + b")._repr_markdown_()


def test_ordinary_derivatives_have_a_straight_d() -> None:
    assert "d/dx" in str(differentiate("3*x^5", "x"))
    assert "∂/∂x" in str(differentiate("a*x^5", "x"))


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("m*x + b", "m x + b"),
        ("slope*speed", '"slope" dot "speed"'),
        ("theta_1*x", "θ_(1) x"),
        ("exp(-x)", "e^(-x)"),
        ("e*exp(-x)", "e exp(-x)"),
    ],
)
def test_typst_rows(formula: str, expected: str) -> None:
    assert typst(parse(formula)) == expected


@pytest.mark.parametrize(
    ("formula", "expected"),
    [
        ("m*x + b", "m x + b"),
        ("slope*speed", '"slope" * "speed"'),
        ("theta_1^2*x_max", 'theta_(1)^(2) x_("max")'),
        ("(m*x + b)^2/2", "((m x + b)^(2))/(2)"),
        ("exp(-x)", "e^(-x)"),
        ("e*exp(-x)", "e exp(-x)"),
        ("sin(x)^2 + sech(x)", 'sin^(2)(x) + "sech"(x)'),
        ("sqrt(abs(x))", "sqrt(abs(x))"),
        ("log(x, 2) - log(x)", "log_(2)(x) - ln(x)"),
        ("sum(w[j]*x[i, j], j, p)", "sum_(j = 1)^(p) w_(j) x_(i j)"),
        (
            "piecewise((0, x <= 0 or x != 1), (x, True))",
            '{(0, "if " x <= 0 " or " x != 1), (x, "otherwise"):}',
        ),
        ("x_bar*2*3", "bar(x) * 2 * 3"),
    ],
)
def test_asciimath_rows(formula: str, expected: str) -> None:
    assert asciimath(parse(formula)) == expected


def test_asciimath_of_derivatives() -> None:
    m, b, J = Symbol("m"), Symbol("b"), Symbol("J")
    assert asciimath(Partial(Partial(J, b), m)) == "(del^(2) J)/(del m del b)"
    assert asciimath(Partial(Partial(J, m), m)) == "(del^(2) J)/(del m^(2))"
    assert asciimath(Partial(parse("x^2"), m), derivative_style="prime") == "(x^(2))'_(m)"


def test_asciimath_documents_have_their_formulas_between_backticks() -> None:
    for name, problem in PRINTED_PAGES.items():
        written = str(problem.derive().written("asciimath", detail="full"))
        for part in written.split("\n\n"):
            assert part.count("`") % 2 == 0, (name, part)
            for formula in part.split("`")[1::2]:
                assert formula.isascii(), (name, formula)
                assert formula.count("(") == formula.count(")"), (name, formula)
