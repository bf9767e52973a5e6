"""Random input as it comes from strangers: formulas nobody would write, broken text, data of any size."""

from __future__ import annotations

from hypothesis import strategies as st

from symgd.terms.functions import FUNCTIONS

# What acts on terminals, browsers, TeX, Python or Typst where it gets there as it is.
ACTING = (
    *("\x1b[2J", "\x1b]0;x\x07", "\x00", "\x08", "\r", "\u202e", "\u2066", "\u200b", "\u2028", "\ufeff"),
    *("<script>alert(1)</script>", "</style>", "&lt;", "\\input{x}", "$$", "#read(\"x\")", "{{x}}"),
    *("__import__('os')", "x.__class__", "lambda: 0", "f'{x}'", "'''", "# ", ";", "`", "%n"),
)  # fmt: skip

_NUMBERS = (
    *("0", "1", "2", "3", "7", "10", "1/2", "0.1", "2.50", "1e-3"),
    *("1e17", "1e-17", "1e300", "1e-300", "1e309", "10^10", "999999999", "10^(10^9)", "0^0", "1/3"),
)
_NAMES = ("x", "a", "b", "m", "theta", "x_1", "x[i]", "w[j]", "E", "lambda", "beta", "N", "i")
_CALLED = (*FUNCTIONS, "ln", "arcsin", "relu", "sum", "where", "piecewise", "f", "softmax")


def formula_texts(*, leaves: int = 8) -> st.SearchStrategy[str]:
    """Formulas in the signs of the language: most can be read, though few would be written."""
    leaf = st.one_of(st.sampled_from(_NAMES), st.sampled_from(_NAMES), st.sampled_from(_NUMBERS))

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        sign = st.sampled_from((" + ", " - ", "*", "/", "^", "**", " "))
        several = st.lists(inner, min_size=1, max_size=3).map(", ".join)
        compared = st.tuples(inner, st.sampled_from(("<", "<=", ">", "==", "!=")), inner)
        return st.one_of(
            st.tuples(inner, sign, inner).map("".join),
            st.tuples(inner, sign, inner).map(lambda three: f"({''.join(three)})"),
            st.tuples(st.sampled_from(_CALLED), several).map(lambda pair: f"{pair[0]}({pair[1]})"),
            inner.map("-{}".format),
            inner.map("|{}|".format),
            inner.map("({})^2".format),
            inner.map("{}!".format),
            inner.map("sum({}, j, 3)".format),
            st.tuples(inner, compared, inner).map(
                lambda case: f"({case[0]} if {''.join(case[1])} else {case[2]})"
            ),
        )

    return st.recursive(leaf, extend, max_leaves=leaves)


def real_formulas(*, leaves: int = 6) -> st.SearchStrategy[str]:
    """Formulas in x, a and b of roots, logarithms, inverse functions and powers: with edges to their domains."""
    leaf = st.sampled_from(("x", "x", "x", "a", "b", "1", "2", "3", "1/2"))
    one = ("sqrt", "ln", "exp", "sin", "cos", "tan", "abs", "tanh", "sigmoid", "relu", "cbrt")
    inverse = ("atan", "asin", "acos", "acot", "asec", "acosh", "atanh", "asinh")

    def extend(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pair = st.tuples(inner, inner)
        return st.one_of(
            pair.map(lambda p: f"({p[0]} + {p[1]})"),
            pair.map(lambda p: f"({p[0]} - {p[1]})"),
            pair.map(lambda p: f"{p[0]}*{p[1]}"),
            pair.map(lambda p: f"({p[0]})/({p[1]})"),
            pair.map(lambda p: f"({p[0]})^({p[1]})"),
            pair.map(lambda p: f"max({p[0]}, {p[1]})"),
            pair.map(lambda p: f"atan2({p[0]}, {p[1]})"),
            st.tuples(st.sampled_from((*one, *inverse)), inner).map(lambda p: f"{p[0]}({p[1]})"),
            inner.map("({})^2".format),
        )

    return st.recursive(leaf, extend, max_leaves=leaves)


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with some of it gone, doubled, moved, or with something hostile in between."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 8)))
        put = draw(st.one_of(st.just(""), st.sampled_from(ACTING), st.text(max_size=3), st.just(text[start:end] * 2)))  # fmt: skip
        text = text[:start] + put + text[end:]
    return text


@st.composite
def broken(draw: st.DrawFn, whole: bytes) -> bytes:
    """A file with bytes of it changed, gone or put in."""
    content = bytearray(whole)
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(content)))
        end = draw(
            st.integers(start, min(len(content), start + draw(st.sampled_from((1, 9, 999)))))
        )
        content[start:end] = draw(st.binary(max_size=6))
    return bytes(content)


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[float], list[float]]:
    """Columns x and y: each of some scale and offset of its own, sometimes of all sizes at once."""
    length = draw(st.integers(2, 6))
    found = []
    for _ in range(2):
        scale, offset = draw(st.integers(-150, 150)), draw(st.sampled_from((0, 0, 1, 1000, 10**8)))
        steps = draw(st.lists(st.integers(-99, 99), min_size=length, max_size=length))
        found.append([float(f"{offset + step}e{scale}") for step in steps])
    return found[0], found[1]
