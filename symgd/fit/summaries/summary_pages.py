"""The pages of a summary: text, Markdown, LaTeX and HTML."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from html import escape

from symgd.fit.ascii import in_ascii
from symgd.fit.summaries.told import Estimate, Told
from symgd.registry.table import as_text as text_table
from symgd.terms import Symbol, Term
from symgd.version import __version__
from symgd.writing.documents.html_style import PAGE, POLICY, STYLE
from symgd.writing.documents.latex import in_latex
from symgd.writing.documents.markdown import inline, markdown_escaped
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.mathml import mathml
from symgd.writing.formulas.text import text
from symgd.writing.words import Words, message

_DOCUMENT = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\usepackage[a4paper,landscape,margin=20mm]{geometry}
\begin{document}
%s
\end{document}
"""
_TABLE_STYLE = (
    ".fit table { border-collapse: collapse; margin: 0.6rem 0; } "
    ".fit caption { text-align: left; font-weight: bold; } "
    ".fit th, .fit td { padding: 0.15rem 0.8rem; border-bottom: 1px solid #9AA5B1; } "
    ".fit td { text-align: right; font-variant-numeric: tabular-nums; } .fit th { text-align: left; }"
)
NOTE = message("note: {note}")


def as_text(told: Told, *, ascii: bool = False, width: int | None = None) -> str:
    """Plain text; with `ascii`, in those characters alone; its table in parts where it is wider than `width`."""
    write: Callable[[str], str] = in_ascii if ascii else _with_minus
    formulas = [text(line, ascii=ascii, words=told.words) for line in told.equations]
    cells = [told.head, *((row.name, *row.cells) for row in told.rows)]
    table = text_table([tuple(map(write, row)) for row in cells], width=width, right=True)
    facts = (
        ""
        if not told.facts
        else text_table([(write(label), write(value)) for label, value in told.facts])
    )
    notes = notes_as_text(told.notes, told.words, ascii=ascii)
    parts = ["\n".join(formulas), "\n".join(map(write, told.lines)), table, facts]
    return "\n\n".join(filter(None, [*parts, notes])) + "\n"


def notes_as_text(notes: Iterable[str], words: Words, *, ascii: bool = False) -> str:
    """Plain text of notes alone, one on each line."""
    write: Callable[[str], str] = in_ascii if ascii else _with_minus
    return "\n".join(write(words(NOTE, note=note)) for note in notes)


def _name(row: Estimate, words: Callable[[str], str], formula: Callable[[Term], str]) -> str:
    """What a row is of: a group's label is text, a parameter a formula."""
    return words(row.name) if row.is_group else formula(Symbol(row.name))


def _with_minus(words: str) -> str:
    """Words in which a number's minus is no hyphen."""
    return re.sub(r"(?<![\w.])-(?=[\d∞.])|(?<=\de)-(?=\d)", "−", words)


def as_markdown(told: Told) -> str:
    """Markdown with mathematics between dollar signs, and a table."""
    lines = [f"$$\n{latex(line)}\n$$" for line in told.equations]
    lines.append("\n".join(f"- {markdown_escaped(_with_minus(line))}" for line in told.lines))
    rows = [
        [markdown_escaped(cell) for cell in told.head],
        ["---", *["---:"] * (len(told.head) - 1)],
    ]
    rows += [
        [
            _name(row, markdown_escaped, lambda term: f"${inline(latex(term))}$"),
            *map(_cell, row.cells),
        ]
        for row in told.rows
    ]
    lines.append("\n".join(f"| {' | '.join(row)} |" for row in rows))
    facts = (f"- {markdown_escaped(label)}: {_with_minus(value)}" for label, value in told.facts)
    if told.facts:
        lines.append("\n".join(facts))
    if told.notes:
        said = (markdown_escaped(_with_minus(told.words(NOTE, note=note))) for note in told.notes)
        lines.append("\n".join(f"- {line}" for line in said))
    return "\n\n".join(lines) + "\n"


def _cell(words: str) -> str:
    r"""A cell of a Markdown table: an interval keeps its brackets, since \[ would begin mathematics to some readers."""
    return re.sub(r"\\([\[\]<])", r"\1", markdown_escaped(_with_minus(words)))


def as_latex(told: Told, *, document: bool = False) -> str:
    r"""Display mathematics and two tabulars, between \hline; with `document` a file that compiles."""
    formulas = [f"\\[\n{latex(line)}\n\\]" for line in told.equations]
    lines = [f"{in_latex(_with_minus(line))}\\par" for line in told.lines]
    head = " & ".join(in_latex(cell) for cell in told.head)
    rows = [
        " & ".join(
            (
                _name(row, in_latex, lambda term: f"${latex(term)}$"),
                *(f"{{{_number(cell)}}}" for cell in row.cells),
            )
        )
        for row in told.rows
    ]
    table = _tabular("l" + "r" * (len(told.head) - 1), head, rows)
    facts = _tabular("lr", "", [f"{in_latex(n)} & {_number(v)}" for n, v in told.facts])
    notes = [f"{in_latex(_with_minus(told.words(NOTE, note=note)))}\\par" for note in told.notes]
    facts = facts if told.facts else ""
    body = "\n\n".join(["\n".join(formulas), "\n".join(lines), table, facts, "\n".join(notes)])
    return _DOCUMENT % body.strip() if document else body.strip() + "\n"


def _tabular(kind: str, head: str, rows: Sequence[str]) -> str:
    top = f"\\hline\n{head} \\\\\n" if head else ""
    body = " \\\\\n".join(rows)
    return f"\\medskip\\noindent\n\\begin{{tabular}}{{{kind}}}\n{top}\\hline\n{body} \\\\\n\\hline\n\\end{{tabular}}\\par"


def _number(cell: str) -> str:
    """A cell in which every minus is one, and an exponent a power of ten."""
    signed = _with_minus(cell)
    powers = re.sub(r"e([+−]?)0*(\d+)", lambda m: f"·10^{{{m[1].strip('+')}{m[2]}}}", signed)
    if powers != signed or "∞" in powers or "<" in powers:
        plain = powers.replace("−", "-").replace("·", r"\cdot ").replace("∞", r"\infty ")
        return f"${plain}$"
    return in_latex(signed)


def as_html(told: Told, *, document: bool = False) -> str:
    """An element with a table that screen readers can follow; with `document`, a page of its own."""
    words = told.words
    formulas = [f"<p>{mathml(line, words=words)}</p>" for line in told.equations]
    lines = [f"<p>{escape(_with_minus(line))}</p>" for line in told.lines]
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in told.head)
    body = "\n".join(
        f'<tr><th scope="row">{_name(row, escape, mathml)}</th>'
        + "".join(f"<td>{escape(_with_minus(cell))}</td>" for cell in row.cells)
        + "</tr>"
        for row in told.rows
    )
    facts = "\n".join(
        f'<tr><th scope="row">{escape(label)}</th><td>{escape(_with_minus(value))}</td></tr>'
        for label, value in told.facts
    )
    notes = [f"<p>{escape(_with_minus(words(NOTE, note=note)))}</p>" for note in told.notes]
    tables = [
        f"<table>\n<caption>{words(message('Parameters'))}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>",
        f"<table>\n<caption>{words(message('The whole fit'))}</caption>\n<tbody>\n{facts}\n</tbody>\n</table>",
    ]
    shown = tables if told.facts else tables[:1]
    inside = "\n".join([*formulas, *lines, *shown, *notes])
    part = f'<div class="fit" lang="{escape(words.language)}">\n<style>{_TABLE_STYLE}</style>\n{inside}\n</div>\n'
    if not document:
        return part
    title = words(message("Summary of a fit"))
    return PAGE.format(
        policy=POLICY,
        language=escape(words.language),
        title=title,
        heading=title,
        style=STYLE,
        body=part,
        closing=f"symgd {__version__}",
    )
