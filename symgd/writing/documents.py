"""Derivations as text, LaTeX, Markdown and Typst documents."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import partial

from symgd.writing.fold import GREEK
from symgd.writing.latex import latex
from symgd.writing.outline import Line, Outline, Section
from symgd.writing.pages import MARGIN, Page, Row, page
from symgd.writing.prose import Prose, as_it_is, prose
from symgd.writing.speech import speech
from symgd.writing.text import text
from symgd.writing.typst import typst

WIDTH = 100


def as_text(outline: Outline, *, ascii: bool = False) -> str:
    """Plain text, the reasons in a column of their own."""
    write = partial(text, ascii=ascii, notation=outline.reading.notation)
    words = prose(outline, write, _unaccented if ascii else as_it_is)
    blocks = ["\n".join(write(equation) for equation in outline.definitions)]
    for section in outline.sections:
        rows = _text_rows(section, words, ascii)
        said = [f"  {words.said(said)}" for said in section.said]
        blocks.append("\n".join([words.heading(section.heading), *rows, *said]))
    blocks.append(words.closing(outline.account))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _unaccented(words: str) -> str:
    """Words in ASCII: letters without their accents, and a question mark for what has no such letter."""
    plain = (c for c in unicodedata.normalize("NFKD", words) if not unicodedata.combining(c))
    return "".join(plain).encode("ascii", "replace").decode()


def _text_rows(section: Section, words: Prose, ascii: bool) -> list[str]:
    write = words.formula
    left = max((len(write(line.left)) for line in section.lines if line.left), default=0)
    written = [
        f"  {write(line.left) if line.left else '':<{left}} {_relation(line, ascii)} {write(line.right)}"
        for line in section.lines
    ]
    column = min(max(map(len, written)), WIDTH - 30) + 3
    rows = []
    for line, row in zip(section.lines, written, strict=True):
        reason = words.reason(line)
        mark = f"[{reason}]" if reason else ""
        same_row = not mark or len(row) + 2 <= column
        rows.append(
            f"{row:<{column}}{mark}".rstrip() if same_row else f"{row}\n{'':<{column}}{mark}"
        )
    return rows


# How a line stands to the one before it, in ASCII, LaTeX and Typst.
_RELATIONS = {
    "=": ("=", "=", "="),
    "<": ("<", "<", "<"),
    "≤": ("<=", r"\le", "lt.eq"),
    "≈": ("~", r"\approx", "approx"),
}


def _relation(line: Line, ascii: bool) -> str:
    return _RELATIONS[line.relation][0] if ascii else line.relation


def _page(outline: Outline) -> Page:
    """The page that all lines fit on; whole sentences never stand beside them."""
    words = prose(outline, partial(text, notation=outline.reading.notation))
    write = words.formula
    blocks = [
        [
            Row(write(line.left) if line.left else "", write(line.right), words.reason(line))
            for line in section.lines
        ]
        for section in outline.sections
    ]
    blocks += [[Row(text(e.left), text(e.right))] for e in outline.definitions]
    return page(blocks, beside=not words.full)


_LATEX_SPECIAL = str.maketrans(
    {
        **{character: f"\\{character}" for character in "_&%#{}$"},
        "\\": r"\textbackslash{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "\u00a0": "~",
        **{letter: rf"$\{name}$" for name, letter in GREEK.items() if name != "omicron"},
    }
)
# Sentences that wrap, at the right of what stands before the = signs; the rule keeps them away from the next line.
_LATEX_REASON = (
    r"\quad\parbox[t]{\dimexpr\linewidth-%dmm}{\raggedright\small %%s\rule[-1.5ex]{0pt}{0pt}}"
)
_LATEX_DOCUMENT = r"""\documentclass[fleqn]{article}
\usepackage{amsmath,amssymb}
\usepackage[%s,margin=%dmm]{geometry}
\setlength{\mathindent}{0pt}
%s\allowdisplaybreaks
\begin{document}
\raggedright
%s
\end{document}
"""


def _latex_beside(reason: str) -> str:
    return rf" && \text{{{reason}}}" if reason else ""


def _latex_under(reason: str, box: str) -> str:
    r"""A row of its own; ``\\*`` keeps it on the page of its line."""
    return f" \\\\*\n&{box % reason}" if reason else ""


def _aligned(section: Section, words: Prose, reasoned: Callable[[str], str]) -> str:
    rows = []
    for line in section.lines:
        left = words.formula(line.left) + " " if line.left else ""
        reason = reasoned(words.reason(line))
        relation = _RELATIONS[line.relation][1]
        rows.append(f"{left}&{relation} {words.formula(line.right)}{reason}")
    return " \\\\\n".join(rows)


def as_latex(outline: Outline, *, document: bool = False) -> str:
    """Display lines for amsmath, or with `document` a file that compiles."""
    paper, words = _page(outline), _in_latex(outline)
    beside = paper.beside if document else not words.full
    box = _LATEX_REASON % (paper.left + 10)

    def reasoned(reason: str) -> str:
        if beside:
            return _latex_beside(reason)
        return _latex_under(reason, r"\reason{%s}" if document else box)

    parts = []
    for equation in outline.definitions:
        parts.append(f"\\begin{{equation*}}\n{words.formula(equation)}\n\\end{{equation*}}")
    for section in outline.sections:
        title, body = words.heading(section.heading), _aligned(section, words, reasoned)
        parts.append(f"{title}\n\\begin{{align*}}\n{body}\n\\end{{align*}}")
        parts += map(words.said, section.said)
    if not document:
        return "\n".join(parts) + "\n"
    parts.append(words.closing(outline.account))
    command = "" if beside else f"\\newcommand{{\\reason}}[1]{{{box % '#1'}}}\n"
    return _LATEX_DOCUMENT % (paper.in_latex, MARGIN, command, "\n\n".join(parts))


def _in_latex(outline: Outline) -> Prose:
    write = partial(latex, notation=outline.reading.notation)
    return prose(outline, write, lambda words: words.translate(_LATEX_SPECIAL), "$")


def as_markdown(outline: Outline) -> str:
    """Markdown with mathematics between dollar signs; at full detail a list, with each sentence under its line."""
    write = partial(latex, notation=outline.reading.notation)
    words = prose(outline, write, _markdown_escaped, "$")
    parts = [f"$$\n{write(equation)}\n$$" for equation in outline.definitions]
    for section in outline.sections:
        parts.append(f"**{words.said(section.heading)}**")
        if words.full:
            parts.append("\n".join(_markdown_item(line, words) for line in section.lines))
        else:
            body = _aligned(section, words, _latex_beside)
            parts.append(f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$")
        parts += map(words.said, section.said)
    parts.append(f"*{words.closing(outline.account)}*")
    return "\n\n".join(parts) + "\n"


def _markdown_escaped(words: str) -> str:
    return re.sub(r"([\\`*_\[\]<>$#|])", r"\\\1", words)


def _markdown_item(line: Line, words: Prose) -> str:
    left = words.formula(line.left) + " " if line.left else ""
    reason = words.reason(line)
    under = f" <br>{reason}" if reason else ""
    right = words.formula(line.right)
    return f"- $\\displaystyle {left}{_RELATIONS[line.relation][1]} {right}${under}"


_TYPST_PREAMBLE = """#set page(%s, margin: %dmm)
#set text(size: 10pt)
#show math.equation.where(block: true): set block(breakable: true)
#show math.equation.where(block: true): set align(left)
#show math.frac: it => math.class("normal", h(0.08em) + it + h(0.08em))"""


def as_typst(outline: Outline) -> str:
    """A Typst document."""
    paper, write = _page(outline), partial(typst, notation=outline.reading.notation)
    words = prose(outline, write, _typst_escaped, "$")

    def reasoned(reason: str) -> str:
        small = f"#text(size: 0.85em)[{reason}]"
        if paper.beside:
            return f" && #[#h(2em){small}]" if reason else ""
        box = f"#box(width: {paper.reason}mm, inset: (bottom: 0.5em))[{small}]"
        return f" \\\n  &quad {box}" if reason else ""

    parts = [_TYPST_PREAMBLE % (paper.in_typst, MARGIN)]
    parts += [f"$ {write(equation)} $" for equation in outline.definitions]
    for section in outline.sections:
        parts.append(f"#block(sticky: true)[{words.heading(section.heading)}]")
        rows = []
        for line in section.lines:
            left = write(line.left) + " " if line.left else ""
            reason = reasoned(words.reason(line))
            relation = _RELATIONS[line.relation][2]
            rows.append(f"  {left}&{relation} {write(line.right)}{reason}")
        parts.append("$\n" + " \\\n".join(rows) + "\n$")
        parts += map(words.said, section.said)
    parts.append(words.closing(outline.account))
    return "\n\n".join(parts) + "\n"


def _typst_escaped(words: str) -> str:
    return re.sub(r"([\\`*_\[\]<>$#@~/])", r"\\\1", words)


def as_speech(outline: Outline) -> str:
    """A sentence for each line, under headings; the whole is read from the first to the last."""
    write = partial(speech, words=outline.words, notation=outline.reading.notation)
    words = prose(outline, write)
    blocks = [[f"{write(equation)}." for equation in outline.definitions]]
    for section in outline.sections:
        lines = [words.sentence(line) for line in section.lines]
        blocks.append([words.heading(section.heading), *lines, *map(words.said, section.said)])
    blocks.append([words.closing(outline.account)])
    return "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
