"""A derivation as one HTML page that needs nothing else: no network, no script, no TeX."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape

from symgd.terms import Path, Term
from symgd.writing.documents.changes import changes
from symgd.writing.documents.html_style import PAGE, POLICY, STYLE
from symgd.writing.documents.layout import Layout
from symgd.writing.documents.pages import width
from symgd.writing.documents.prose import Prose, prose
from symgd.writing.formulas.mathml import mathml
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.styles import RELATIONS
from symgd.writing.formulas.text import text
from symgd.writing.outline import Line, Outline, Section
from symgd.writing.reading import Detail
from symgd.writing.words import message

COLOURS = 3
NARROW = 160.0  # points that a formula may take on a narrow screen; a longer one is scrolled
_FINER: Mapping[Detail, Detail] = {"brief": "standard", "standard": "full"}


def as_html(outline: Outline, space: Layout) -> str:
    """One page; under each line made by several steps, these can be unfolded."""
    page = _HtmlWriter.of(outline)
    words = page.words
    parts = [
        f'<div class="scroll definition"{page.focus(e)}>{page.inline(e)}</div>'
        for e in outline.definitions
    ]
    if any(changes(line) for section in outline.sections for line in section.lines):
        parts.append(f'<p class="legend">{page.legend()}</p>')
    parts += [page.section(section, n) for n, section in enumerate(outline.sections, start=1)]
    return PAGE.format(
        policy=POLICY,
        language=escape(words.words.language),
        title=escape(outline.exposition.title.written(outline.by(text), outline.words)),
        heading=words.said(outline.exposition.title),
        style=STYLE,
        body="\n".join(parts),
        closing=words.closing(outline.exposition),
    )


@dataclass(frozen=True)
class _HtmlWriter:
    """Writes the parts of one page."""

    outline: Outline
    words: Prose
    mathml: Callable[..., str]

    @classmethod
    def of(cls, outline: Outline) -> _HtmlWriter:
        """The page of an outline, with a colour for each of the first parameters."""
        names = outline.exposition.parameters
        classes = {name: f"p{number}" for number, name in enumerate(names) if number < COLOURS}
        spoken, write_mathml = outline.by(speech), outline.by(mathml)

        def write(term: Term, relation: str = "", marks: Mapping[Path, str] | None = None) -> str:
            heard = spoken(term)
            if relation:
                heard = f"{outline.words(RELATIONS[relation].spoken)} {heard}"
            return write_mathml(term, classes=classes, marks=marks, relation=relation, spoken=heard)

        return cls(outline, prose(outline, write, escape), write)

    def inline(self, term: Term) -> str:
        return self.mathml(term)

    def focus(self, term: Term) -> str:
        """What lets the keyboard scroll a long formula."""
        return ' tabindex="0"' if width(text(term)) > NARROW else ""

    def legend(self) -> str:
        """What the marks mean."""
        words = self.words.words
        moved = f'<span class="moved">{words(message("moved or rewritten"))}</span>'
        new = f'<span class="new">{words(message("new"))}</span>'
        return words(message("Marked in each line: {moved}, {new}."), moved=moved, new=new)

    def section(self, section: Section, number: int) -> str:
        """A heading and its lines."""
        lines = self.lines(section.lines, section, self.outline.reading.detail)
        said = "".join(f"\n<p>{self.words.said(said)}</p>" for said in section.said)
        heading = self.words.said(section.heading)
        return (
            f'<section aria-labelledby="s{number}">\n<h2 id="s{number}">{heading}</h2>\n'
            f"{lines}{said}\n</section>"
        )

    def lines(self, lines: Sequence[Line], section: Section, detail: Detail) -> str:
        """Some lines as a list."""
        words = replace(self.words, full=detail == "full")
        items = [self.line(line, words) + self.folded(line, section, detail) for line in lines]
        wide = any(line.left and width(text(line.left)) > NARROW for line in lines)
        kind = ' class="apart"' if wide else ""
        return f"<ol{kind}>\n" + "\n".join(f"<li>{item}</li>" for item in items) + "\n</ol>"

    def line(self, line: Line, words: Prose) -> str:
        """One line with its reason; what moved and what is new is marked."""
        left = f'<span class="left">{self.mathml(line.left) if line.left else ""}</span>'
        right = self.mathml(line.right, line.relation, changes(line))
        reason = words.reason(line)
        said = f'<span class="reason">{reason}</span>' if reason else ""
        return f'{left}<span class="scroll"{self.focus(line.right)}>{right}</span>{said}'

    def folded(self, line: Line, section: Section, detail: Detail) -> str:
        """The finer lines behind a line, to be unfolded; behind those the single steps."""
        finer: Detail | None = _FINER.get(detail)
        while finer is not None:
            rows = self.outline.single_steps(line, section, finer)
            if len(rows) > 1:
                words = self.words
                summary = (words.steps if finer == "full" else words.lines)(len(rows))
                inner = self.lines(rows, section, finer)
                return f"<details><summary>{summary}</summary>\n{inner}</details>"
            finer = _FINER.get(finer)
        return ""
