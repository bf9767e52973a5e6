"""Derivations as LaTeX: display lines for amsmath, and documents that compile."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from symgd.terms import Equation, Symbol
from symgd.writing.documents.breaks import RowStyle
from symgd.writing.documents.layout import MARGIN, Layout
from symgd.writing.documents.prose import Prose, prose
from symgd.writing.formulas.latex import LATEX, SPECIAL, latex
from symgd.writing.formulas.names import GREEK
from symgd.writing.formulas.styles import RELATIONS
from symgd.writing.outline import Outline, Section

_LATEX_SPECIAL = SPECIAL | str.maketrans(
    {
        "\u00a0": "~",
        **{letter: f"${latex(Symbol(name))}$" for name, letter in GREEK.items()},
        **{sign.unicode: f"${sign.latex}$" for sign in RELATIONS.values() if sign.latex[0] == "\\"},
        **{"−": "$-$", "∂": r"$\partial$", "²": "$^2$", "∞": r"$\infty$", "→": r"$\to$"},
        **{"<": r"\textless{}", ">": r"\textgreater{}"},
        **{"“": "``", "”": "''", "’": "'", "…": r"\ldots{}"},
    }
)
# Sentences that wrap, at the right of what stands before the = signs; the rule keeps them away from the next line.
_LATEX_REASON = (
    r"\quad\parbox[t]{\dimexpr\linewidth-%dmm}{\raggedright\small %%s\rule[-1.5ex]{0pt}{0pt}}"
)
# Letters for which pdflatex has no font of its own.
_BEYOND = re.compile("[\u0180-\u1fff\u2c00-\U0010ffff]")
_ENGINE = r"""%% pdflatex has no letters for %s: compile with lualatex or xelatex, and name a font that has them:
%% \usepackage{fontspec}\setmainfont{...}
"""
_LATEX_DOCUMENT = r"""%s\documentclass[fleqn]{article}
\usepackage{amsmath,amssymb}
\usepackage[%s,margin=%dmm]{geometry}
\setlength{\mathindent}{0pt}
%s\allowdisplaybreaks
\begin{document}
\raggedright
%s
\end{document}
"""


_LATEX_ROWS = RowStyle(
    " \\\\\n&\\quad ",
    {"+": "{} + ", "−": "{} - ", "·": r"{} \cdot "},
    r"\bigl(",
    r"\bigr)",
    LATEX.parentheses,
    lambda relation: RELATIONS[relation].latex,
)


def definition(equation: Equation, words: Prose, space: Layout) -> str:
    """A definition, over several rows where it is long."""
    right = space.written(equation.right, words.formula, _LATEX_ROWS)
    if _LATEX_ROWS.begin not in right:
        return words.formula(equation)
    row = f"{words.formula(equation.left)} &= {right}"
    return f"\\begin{{aligned}}\n{row}\n\\end{{aligned}}"


def aligned(section: Section, words: Prose, space: Layout, reasoned: Callable[[str], str]) -> str:
    """The lines of a section, aligned at their = signs."""
    return " \\\\\n".join(space.lines(section, words, _LATEX_ROWS, reasoned))


def beside(reason: str) -> str:
    """A reason in a column of its own."""
    return rf" && \text{{{reason}}}" if reason else ""


def _under(reason: str, box: str) -> str:
    r"""A row of its own; ``\\*`` keeps it on the page of its line."""
    return f" \\\\*\n&{box % reason}" if reason else ""


def in_latex(words: str) -> str:
    """Words with LaTeX's escapes."""
    return words.translate(_LATEX_SPECIAL)


def latex_prose(outline: Outline) -> Prose:
    """Words with LaTeX's escapes, and formulas among them between dollar signs."""
    return prose(outline, outline.by(latex), in_latex, "$")


def as_latex(outline: Outline, space: Layout, *, document: bool = False) -> str:
    """Display lines for amsmath, or with `document` a file that compiles."""
    words, paper = latex_prose(outline), space.paper
    named = paper.beside if document else not words.full
    box = _LATEX_REASON % (paper.left + 10)
    under = partial(_under, box=r"\reason{%s}" if document else box)

    def section(section: Section) -> list[str]:
        body = aligned(section, words, space, beside if named else under)
        if not section.lines:
            return [words.heading(section.heading)]
        return [f"{words.heading(section.heading)}\n\\begin{{align*}}\n{body}\n\\end{{align*}}"]

    def defined(equation: Equation) -> str:
        body = definition(equation, words, space)
        return f"\\begin{{equation*}}\n{body}\n\\end{{equation*}}"

    *parts, closing = words.told(defined, section)
    if not document:
        return "\n".join(parts) + "\n"
    command = "" if named else f"\\newcommand{{\\reason}}[1]{{{box % '#1'}}}\n"
    body = "\n\n".join([*parts, closing])
    size = paper.named("a4paper", "a4paper,landscape", "paperwidth={}mm,paperheight={}mm")
    beyond = "".join(dict.fromkeys(_BEYOND.findall(command + body)))
    engine = _ENGINE % beyond if beyond else ""
    return _LATEX_DOCUMENT % (engine, size, MARGIN, command, body)
