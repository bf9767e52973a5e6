"""A Term as text, in the style of a format."""

from __future__ import annotations

from dataclasses import replace

from symgd import terms as nt
from symgd.writing.formulas.fold import Writer
from symgd.writing.formulas.styles import CONDITION_WORDS, Style
from symgd.writing.reading import DerivativeStyle
from symgd.writing.words import ENGLISH, Words


def write(
    term: nt.Term,
    style: Style,
    derivative_style: DerivativeStyle = "leibniz",
    words: Words = ENGLISH,
) -> str:
    """`term` written in `style`, what is still to be derived in `derivative_style`, the words of conditions in a language."""
    if derivative_style != style.derivative_style:
        style = replace(style, derivative_style=derivative_style)
    writer = Writer
    if term.holds_matrices:
        from symgd.writing.formulas.matrix_fold import MatrixWriter as writer
    written = writer(style, e_is_free="e" not in term.names).piece(term, ()).text
    for sign, word in CONDITION_WORDS.items():
        if sign in written:
            written = written.replace(sign, style.word(words(word)))
    return written
