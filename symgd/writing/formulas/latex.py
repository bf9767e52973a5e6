r"""Terms as LaTeX, for amsmath's math mode."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from symgd.writing.formulas.names import (
    GREEK,
    UNBOUNDED,
    NameStyle,
    primed,
    signed,
    split_name,
    straight,
)
from symgd.writing.formulas.styles import IF, OTHERWISE, Style, relations
from symgd.writing.formulas.write import write

# What means something in LaTeX, as it stands in words.
SPECIAL = str.maketrans(
    {
        **{character: f"\\{character}" for character in "_&%#{}$"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
    }
)


def _word(word: str) -> str:
    if word in GREEK:
        return "o" if word == "omicron" else rf"\{word}"
    if word == UNBOUNDED:
        return r"\infty"
    if (len(word) == 1 and word.isalpha()) or word.isdigit():
        return word
    escaped = word.replace("_", r"\_")
    return rf"\mathrm{{{escaped}}}"


def _bold(name: str) -> str:
    """A matrix's name: bold and upright; Greek letters keep their slope."""
    base, subscript = split_name(name)
    bold = rf"\boldsymbol{{{_word(base)}}}" if base in GREEK else rf"\mathbf{{{base}}}"
    return bold + (f"_{{{_word(subscript)}}}" if subscript else "")


def _displayed(cells: Sequence[str]) -> str:
    """A row of a matrix, with sums and fractions in their full size."""
    return " & ".join(rf"\displaystyle {cell}" for cell in cells)


LATEX = Style(
    kept="latex",
    forms="latex",
    relations=relations(lambda sign: sign.latex),
    times=r" \cdot ",
    dots=r"\cdots",
    listed=r",\quad ",
    name=NameStyle(
        _word,
        "{0}_{{{1}}}".format,
        r"\bar{{{0}}}".format,
        "{0}'".format,
        " ",
        "",
        ",",
        signed("{0}^{{{1}}}"),
    ),
    function=lambda function: function.in_latex,
    parentheses=r"\left({0}\right)".format,
    fraction=r"\frac{{{0}}}{{{1}}}".format,
    power="{0}^{{{1}}}".format,
    call=r"{0}\left({1}\right)".format,
    raised="{0}^{{{1}}}".format,
    absolute=r"\left|{0}\right|".format,
    root=r"\sqrt{{{0}}}".format,
    exponential="e^{{{0}}}".format,
    logarithm=r"\log_{{{0}}}\left({1}\right)".format,
    big_sum=r"\sum_{{{0}={1}}}^{{{2}}} {3}".format,
    signs={"∂": r"\partial", "d": r"\mathrm{d}"},
    partial=r"\frac{{{0}}}{{{0} {1}}} {2}".format,
    partial_of_name=r"\frac{{{0} {2}}}{{{0} {1}}}".format,
    twice=r"\frac{{\partial^{{2}} {1}}}{{\partial {0}^{{2}}}}".format,
    mixed=r"\frac{{\partial^{{2}} {2}}}{{\partial {0} \partial {1}}}".format,
    prime=primed(straight, lambda lower: f"_{{{' '.join(lower)}}}"),
    case=rf"{{0}} & \text{{{{{IF} }}}} {{1}}".format,
    last_case="{0} & {1}".format,
    between_cases=r" \\ ",
    cases=r"\begin{{cases}} {0} \end{{cases}}".format,
    otherwise=rf"\text{{{OTHERWISE}}}",
    word=lambda words: words.translate(SPECIAL),
    joining=r" \text{{ {0} }} ".format,
    matrix=_bold,
    ones=r"\mathbf{{1}}".format,
    zeros=r"\mathbf{{0}}".format,
    identity=r"\mathbf{{I}}".format,
    transpose=r"{0}^{{\top}}".format,
    norm=r"\left\|{0}\right\|^{{2}}".format,
    inverse="{0}^{{-1}}".format,
    diagonal=r"\operatorname{{diag}}\left({0}\right)".format,
    entrywise=r" \odot ",
    differential=r"\mathop{{}}\!\mathrm{{d}}{0}".format,
    nabla=r"\nabla {0}".format,
    hessian=r"\nabla^{{2}} {0}".format,
    columns=lambda columns: rf"\begin{{bmatrix}} {' & '.join(columns)} \end{{bmatrix}}",
    grid=lambda rows: (
        "\\begin{pmatrix} " + r" \\[2.5ex] ".join(map(_displayed, rows)) + r" \end{pmatrix}"
    ),
    stacked=lambda entries: "\\begin{pmatrix} " + r" \\ ".join(entries) + r" \end{pmatrix}",
    entry="{0}_{{{1}}}".format,
    shaped=r"\underbrace{{{0}}}_{{{1}}}\,".format,
    by=r" \times ",
    space=r"\mathbb{{R}}^{{{0}}}".format,
)

# Writes a Term, as `write` does.
latex = partial(write, style=LATEX)
