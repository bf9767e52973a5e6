"""A derivation as one HTML page that needs nothing else: no network, no script, no TeX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from html import escape

from symgd.terms import Path, Term
from symgd.writing.documents.changes import changes
from symgd.writing.documents.html_style import PAGE, POLICY, STYLE
from symgd.writing.documents.layout import Layout, width
from symgd.writing.documents.prose import Prose, prose
from symgd.writing.formulas.mathml import mathml
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.styles import RELATIONS
from symgd.writing.formulas.text import text
from symgd.writing.outline import Line, Outline, Section
from symgd.writing.reading import Detail
from symgd.writing.words import Words, message

COLOURS = 3
MOST_FOLDED = 400_000  # parts of formulas in steps that are folded in; a page of some 20 MB
NARROW = 160.0  # points that a formula may take on a narrow screen; a longer one is scrolled
_FINER: Mapping[Detail, Detail] = {"brief": "standard", "standard": "full"}


def as_html(outline: Outline, space: Layout) -> str:
    """One page; under each line made by several steps, these can be unfolded."""
    words = _prose(outline)
    parts = [
        f'<div class="scroll definition"{_focus(e)}>{words.formula(e)}</div>'
        for e in outline.definitions
    ]
    if any(changes(line) for section in outline.sections for line in section.lines):
        parts.append(f'<p class="legend">{_legend(words.words)}</p>')
    parts += [_section(words, section, n) for n, section in enumerate(outline.sections, start=1)]
    if not _folds(outline):
        left_out = message(
            "The steps between these lines are too long for this page; the text at full detail has them."
        )
        parts.append(f"<p>{words.words(left_out)}</p>")
    closing = words.closing()
    return PAGE.format(
        policy=POLICY,
        language=escape(outline.words.language),
        title=escape(outline.exposition.title.written(outline.by(text), outline.words)),
        heading=words.said(outline.exposition.title),
        style=STYLE,
        body="\n".join(parts),
        closing=f"<footer><p>{closing}</p></footer>\n" if closing else "",
    )


def _prose(outline: Outline) -> Prose:
    """The words of the page, with a colour for each of the first parameters."""
    names = outline.exposition.parameters
    classes = {name: f"p{number}" for number, name in enumerate(names) if number < COLOURS}
    spoken, write_mathml = outline.by(speech), outline.by(mathml)

    def write(term: Term, relation: str = "", marks: Mapping[Path, str] | None = None) -> str:
        heard = spoken(term)
        if relation:
            heard = f"{outline.words(RELATIONS[relation].spoken)} {heard}"
        return write_mathml(term, classes=classes, marks=marks, relation=relation, spoken=heard)

    return prose(outline, write, escape)


def _focus(term: Term) -> str:
    """What lets the keyboard scroll a long formula."""
    return ' tabindex="0"' if width(text(term)) > NARROW else ""


def _legend(words: Words) -> str:
    """What the marks mean."""
    moved = f'<span class="moved">{words(message("moved or rewritten"))}</span>'
    new = f'<span class="new">{words(message("new"))}</span>'
    return words(message("Marked in each line: {moved}, {new}."), moved=moved, new=new)


def _section(words: Prose, section: Section, number: int) -> str:
    """A heading and its lines."""
    detail = words.outline.reading.detail
    lines = _lines(words, section.lines, section, detail) if section.lines else ""
    said = "".join(f"\n<p>{words.said(said)}</p>" for said in section.said)
    heading = words.said(section.heading)
    return (
        f'<section aria-labelledby="s{number}">\n<h2 id="s{number}">{heading}</h2>\n'
        f"{lines}{said}\n</section>"
    )


def _lines(words: Prose, lines: Sequence[Line], section: Section, detail: Detail) -> str:
    """Some lines as a list."""
    words = replace(words, full=detail == "full")
    items = [_line(words, line) + _folded(words, line, section, detail) for line in lines]
    wide = any(line.left and width(text(line.left)) > NARROW for line in lines)
    kind = ' class="apart"' if wide else ""
    return f"<ol{kind}>\n" + "\n".join(f"<li>{item}</li>" for item in items) + "\n</ol>"


def _line(words: Prose, line: Line) -> str:
    """One line with its reason; what moved and what is new is marked."""
    left = f'<span class="left">{words.formula(line.left) if line.left else ""}</span>'
    right = words.formula(line.right, line.relation, changes(line))
    reason = words.reason(line)
    said = f'<span class="reason">{reason}</span>' if reason else ""
    return f'{left}<span class="scroll"{_focus(line.right)}>{right}</span>{said}'


def _folds(outline: Outline) -> bool:
    """Whether the page has room for the steps behind its lines: each is a whole line again."""
    return sum(step.after.size for step in outline.exposition.steps) <= MOST_FOLDED


def _folded(words: Prose, line: Line, section: Section, detail: Detail) -> str:
    """The finer lines behind a line, to be unfolded; behind those the single steps."""
    finer: Detail | None = _FINER.get(detail) if _folds(words.outline) else None
    while finer is not None:
        rows = words.outline.single_steps(line, section, finer)
        if len(rows) > 1:
            said = message("{number} line", "{number} lines in between")
            if finer == "full":
                said = message("{number} step", "{number} steps, one by one")
            summary = words.words(said, number=len(rows))
            inner = _lines(words, rows, section, finer)
            return f"<details><summary>{summary}</summary>\n{inner}</details>"
        finer = _FINER.get(finer)
    return ""
