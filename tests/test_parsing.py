"""Formula text to Term: what is read, and what is refused with which words."""

import contextlib
import re
import time
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from symgd import Problem
from symgd.derivation.checking.check import check_equal
from symgd.errors import FormulaError
from symgd.parsing.formula import parse
from symgd.parsing.tokens import MAX_LENGTH
from symgd.terms import Number, Symbol
from symgd.writing.formulas.text import text

READ = [
    ("m*x + b", "m x + b", "m*x + b"),
    ("m*x+b", "m x + b", "m*x + b"),
    ("y - (m*x + b)", "y − (m x + b)", "y - (m*x + b)"),
    ("3*x^5", "3x⁵", "3*x^5"),
    ("3*x**5", "3x⁵", "3*x^5"),
    ("3·x²", "3x²", "3*x^2"),
    ("a*x^2*y", "a x² y", "a*x^2*y"),
    ("θ_1*α²", "θ₁ α²", "theta_1*alpha^2"),
    ("θ₁*x", "θ₁ x", "theta_1*x"),
    ("lambda*x + E*N", "λ x + E N", "lambda*x + E*N"),
    ("slope*speed", "slope·speed", "slope*speed"),
    ("-x^2", "−x²", "-x^2"),
    ("(-x)^2", "(−x)²", "(-x)^2"),
    ("2*-3", "2·(−3)", "2*(-3)"),
    ("a - (-b)", "a − (−b)", "a - (-b)"),
    ("a - (b - c) - d", "a − (b − c) − d", "a - (b - c) - d"),
    ("(a + b) + c", "(a + b) + c", "(a + b) + c"),
    ("a*(b*c)", "a (b c)", "a*(b*c)"),
    ("a/(b/c)", "a/(b/c)", "a/(b/c)"),
    ("a/b/c", "a/b/c", "a/b/c"),
    ("(a + b)/c", "(a + b)/c", "(a + b)/c"),
    ("2^-1", "2⁻¹", "2^(-1)"),
    ("x^(a + b)", "x^(a + b)", "x^(a + b)"),
    ("(2/3)^2", "(2/3)²", "(2/3)^2"),
    ("0.50*x", "0.5x", "0.5*x"),
    ("1e-3*x", "0.001x", "0.001*x"),
    ("ln(2*x)", "log(2x)", "log(2*x)"),
    ("sqrt(x^2 + 1)", "√(x² + 1)", "sqrt(x^2 + 1)"),
    ("sin(x)^2", "sin(x)²", "sin(x)^2"),
    ("pi*x", "π x", "pi*x"),
    ("x1 + x_1", "x₁ + x₁", "x1 + x_1"),
    ("2x + b", "2x + b", "2*x + b"),
    ("-3x^2 + 2(x + 1)", "−3x² + 2(x + 1)", "-3*x^2 + 2*(x + 1)"),
    ("(x + 1)(x - 1) x", "(x + 1) (x − 1) x", "(x + 1)*(x - 1)*x"),
    ("5x*3x/2", "5x·3x/2", "5*x*3*x/2"),
    ("2 sin(x) cos(x)", "2 sin(x) cos(x)", "2*sin(x)*cos(x)"),
    ("t^2 x^2", "t² x²", "t^2*x^2"),
    ("x²y + 2e^(3x)", "x² y + 2 exp(3x)", "x^2*y + 2*exp(3*x)"),
    ("1/2*3x + 1/x + 2y", "(1/2)·3x + 1/x + 2y", "(1/2)*3*x + 1/x + 2*y"),
    ("sin^2(x) + cos²(2x)", "sin(x)² + cos(2x)²", "sin(x)^2 + cos(2*x)^2"),
    ("2^sin^2(x)", "2^(sin(x)²)", "2^(sin(x)^2)"),
    ("|x - 1| + 2|x||y|", "abs(x − 1) + 2 abs(x) abs(y)", "abs(x - 1) + 2*abs(x)*abs(y)"),
    ("|x - |y||", "abs(x − abs(y))", "abs(x - abs(y))"),
    ("n!/(2n)!", "gamma(n + 1)/gamma(2n + 1)", "gamma(n + 1)/gamma(2*n + 1)"),
]


@pytest.mark.parametrize(("typed", "shown", "ascii"), READ)
def test_formula_is_read_in_the_writers_order_and_shape(typed: str, shown: str, ascii: str) -> None:
    term = parse(typed)
    assert text(term) == shown
    assert text(term, ascii=True) == ascii
    assert parse(ascii) == term


REFUSED = [
    ("m x + b", 2, 'for a product write "m*x"'),
    ("1/2x", 3, "under the line or beside"),
    ("a/(b)(c)", 5, "under the line or beside"),
    ("1/2 sin(x)", 4, "under the line or beside"),
    ("1/-2x", 4, "under the line or beside"),
    ("x^2y", 3, "belong to the exponent"),
    ("e^-2x", 4, "belong to the exponent"),
    ("(x)2", 3, "a sign is missing"),
    ("0x10", 1, "a sign is missing"),
    ("1_000", 1, "a sign is missing"),
    ("sin^-1(x)", 0, 'write "arcsin(...)"'),
    ("sin^2(x)^3", 8, "two exponents"),
    ("x!!", 1, "two things"),
    ("!x", 0, 'unexpected "!"'),
    ("|x", 0, "not closed"),
    ("log|x|", 3, 'write "log(|x|)"'),
    ("(|x)", 3, "not closed before"),
    ("m(x + b)", 1, 'for a product write "m*("'),
    ("x**y**", 6, "ends too early"),
    ("a +", 3, "ends too early"),
    ("a + * b", 4, 'unexpected "*"'),
    ("(a + b", 0, "not closed"),
    ("a + b)", 5, "closes nothing"),
    ("()", 0, "a formula is missing"),
    ("sine(x)", 0, 'did you mean "sin"?'),
    ("sin + 1", 0, 'write "sin(...)"'),
    ("a = b = c", 2, "right-hand side"),
    ("3,5*x", 1, "with a point"),
    ("1/0", 0, "divides by zero"),
    ("9**9**9", 0, "more than 4096 bits"),
    ("(9**999)**999", 0, "more than 4096 bits"),
    ("1e9999", 0, "too long"),
    ("ф + 1", 0, "neither Latin nor Greek"),
    ("x if y else z", 5, "a condition is missing"),
    ("lambda x: x", 8, 'unexpected ":"'),
    ("[x for x in y]", 3, "a sign is missing"),
    ("x.__class__", 1, 'unexpected "."'),
    ("__import__('os').system('id')", 11, "unexpected"),
    ('"a"', 0, "unexpected"),
    ("{x}", 0, "unexpected"),
    ("x; y", 1, "unexpected"),
    ("x\x00", 1, "unexpected"),
    ("a @ b", 2, "unexpected"),
    ("a % b", 2, "unexpected"),
    ("a < b", 0, "a comparison is not a number"),
    ("", 0, "empty"),
    ("   ", 0, "empty"),
]


@pytest.mark.parametrize(("typed", "position", "words"), REFUSED)
def test_what_is_not_a_formula_is_refused_with_its_place(
    typed: str, position: int, words: str
) -> None:
    with pytest.raises(FormulaError) as caught:
        parse(typed)
    message = str(caught.value)
    assert words in message
    assert caught.value.position == position
    if typed.strip():
        caret = message.splitlines()[-1]
        assert caret.index("^") == position + 2


@pytest.mark.parametrize(
    "typed",
    [
        "(" * 5000,
        "-" * 3000 + "x",
        "x" + "**x" * 900,
        "a" * (MAX_LENGTH + 1),
        "(" * 61 + "x" + ")" * 61,
        "2**" * 40 + "2",
    ],
)
def test_size_is_bounded(typed: str) -> None:
    with pytest.raises(FormulaError):
        parse(typed)


def test_two_hundred_terms_are_read() -> None:
    assert len(parse(" + ".join(f"a{n}*x" for n in range(200))).children) == 200


def test_pi_may_be_a_parameter() -> None:
    assert parse("pi", constants=()) == Symbol("pi")


def test_decimals_are_exact() -> None:
    term = parse("0.1")
    assert isinstance(term, Number)
    assert (term.number.numerator, term.number.denominator) == (1, 10)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(typed: str) -> None:
    with contextlib.suppress(FormulaError):
        assert parse(text(parse(typed), ascii=True)) is not None


@given(st.text(alphabet="abxyNEθ₁²0123456789.+-*/^() ", max_size=40))
def test_formula_like_text_is_stable_once_it_is_written(typed: str) -> None:
    """−(a·b) and (−a)·b are written alike: the text is the same again, and so is the value."""
    try:
        term = parse(typed)
    except FormulaError:
        return
    written = text(term, ascii=True)
    again = parse(written)
    assert text(again, ascii=True) == written
    assert check_equal(term, again).passed or not check_equal(term, term).passed


@pytest.mark.parametrize("sign", ["+", "-", "*"])
def test_a_long_chain_of_signs_is_flat_wherever_it_stands(sign: str) -> None:
    names = [f"w{number}" for number in range(2000)]
    term = parse(f"exp({sign.join(names)})")
    assert len(term.children[0].children) == 2000
    assert text(parse(text(term, ascii=True))) == text(term)


@pytest.mark.parametrize("chain", ["a/", "a*b/", "a^2/"])
def test_a_long_chain_that_nests_is_refused(chain: str) -> None:
    with pytest.raises(FormulaError, match="nested too deeply"):
        parse(chain * 300 + "c")
    assert parse(chain * 100 + "c").names <= {"a", "b", "c"}


def test_parentheses_end_a_chain_and_begin_another() -> None:
    assert text(parse("(a + b) + c - (d - e)*f*(g*h)")) == "(a + b) + c − (d − e) f (g h)"
    assert text(parse("(a*b)*c/d*e - (a - b) - c")) == text(parse("((a*b)*c)/d*e - (a - b) - c"))


@pytest.mark.parametrize(
    "typed",
    [
        "*".join(["9" * 300] * 20) + "*x",
        "*".join(f"{'9' * 300}*a{number}" for number in range(20)) + "*x",
    ],
)
def test_numbers_that_would_be_multiplied_without_end_are_refused(typed: str) -> None:
    with pytest.raises(FormulaError, match="more than 4096 bits"):
        parse(typed)


def test_a_number_too_long_to_be_written_is_refused() -> None:
    with pytest.raises(FormulaError, match="more than 4,000 digits"):
        text(Number(Fraction(10**4999)))


@pytest.mark.parametrize("name", ["max", "min"])
def test_the_largest_of_many_is_read_at_once(name: str) -> None:
    began = time.process_time()
    parse(f"{name}({','.join(f'a{number}*x' for number in range(300))})")
    assert time.process_time() - began < 5
    assert parse(f"{name}({','.join(map(str, range(30)))})").value == (29 if name == "max" else 0)


def test_many_sums_over_an_index_are_read_at_once() -> None:
    began = time.process_time()
    parse("+".join(["sum(w[j]*x[j], j, p)"] * 500))
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("typed", "usual"),
    [
        ("{a if x > 0; b otherwise}", "a if x > 0 else b"),
        (
            "2*{a if x > 0; b if x < −1; c otherwise} + 1",
            "2*(a if x > 0 else b if x < -1 else c) + 1",
        ),
        ("{a if t = 1; {b if y > 0; c otherwise} otherwise}", "a if t == 1 else b if y > 0 else c"),
        ("max({a if x ≥ 0 and y < 1;\n b otherwise}, 2)", "max(a if x >= 0 and y < 1 else b, 2)"),
    ],
)
def test_cases_are_read_as_they_are_printed(typed: str, usual: str) -> None:
    read = parse(typed)
    assert read == parse(usual)
    assert parse(text(read)) == read
    here = {"inputs": ["b"]}
    assert (
        Problem(f"z = {typed}", **here).prediction == Problem(usual, target="z", **here).prediction
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("e^{-x}", 'write cases as "a if c else b"'),
        ("{a if x > 0}", 'have none that is "otherwise"'),
        ("{a if x > 0; b otherwise", "a brace is not closed"),
        ("{a otherwise; b if x > 0}", "is the last case"),
        ("(a if x > 0; b)", 'unexpected ";"'),
        ("{(a if x > 0; b otherwise})", 'unexpected ";"'),
        ("a}", 'unexpected "}"'),
        ("a = b", "write only the right-hand side"),
    ],
)
def test_braces_that_are_no_cases_are_refused(typed: str, said: str) -> None:
    with pytest.raises(FormulaError, match=re.escape(said)):
        parse(typed)
