"""A derivation as one HTML page that needs nothing else: no network, no script, no TeX."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from html import escape

from symgd.notation import Term
from symgd.writing.mathml import mathml
from symgd.writing.outline import Line, Outline, Section
from symgd.writing.prose import Prose, prose
from symgd.writing.text import text

# TEACHING colours, light and dark: a parameter has the same colour everywhere, and a second code in its letter.
_STYLE = """
:root { color-scheme: light dark; --ink: #1F2933; --ground: #FFFFFF; --faint: #52606D; --rule: #E4E7EB;
  --p0: #004C99; --p1: #A65300; --p2: #8811EE; }
@media (prefers-color-scheme: dark) { :root { --ink: #F2F4F7; --ground: #12161C; --faint: #A8B3BF;
  --rule: #323A45; --p0: #5BB8F5; --p1: #FFB000; --p2: #C79BFF; } }
body { color: var(--ink); background: var(--ground); font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto;
  max-width: 70rem; padding: 1rem; }
h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
math { font-size: 1.15rem; math-style: normal; } .p0 { color: var(--p0); } .p1 { color: var(--p1); } .p2 { color: var(--p2); }
.scroll { overflow-x: auto; overflow-y: hidden; padding: 0.2rem 0; } .definition { margin: 0.5rem 0; }
ol { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: auto 1fr auto; column-gap: 0.4rem; }
li { border-top: 1px solid var(--rule); padding: 0.3rem 0; grid-column: 1 / -1; display: grid;
  grid-template-columns: subgrid; align-items: center; }
details { grid-column: 2 / -1; } .reason { padding-left: 1rem; }
details .reason { grid-column: 2 / -1; padding-left: 0.9rem; }
@media (max-width: 40rem) { .reason { grid-column: 2 / -1; } .left { min-width: 1rem; } }
.reason, summary, footer { color: var(--faint); font-size: 0.9rem; }
summary { cursor: pointer; } summary:focus-visible { outline: 2px solid var(--p0); }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_PAGE = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
<footer><p>{closing}</p></footer>
</body>
</html>
"""
COLOURS = 3


def as_html(outline: Outline) -> str:
    """One page; under each line made by several steps, these can be unfolded."""
    account, names = outline.account, outline.account.parameters
    classes = {name: f"p{place}" for place, name in enumerate(names) if place < COLOURS}

    notation = outline.reading.notation

    def write(term: Term) -> str:
        return mathml(term, classes=classes, notation=notation)

    def plain(term: Term) -> str:
        return text(term, notation=notation)

    words = prose(outline, write, escape)
    parts = [f'<div class="scroll definition">{write(e)}</div>' for e in outline.definitions]
    for section in outline.sections:
        parts.append(f"<h2>{words.said(section.heading)}</h2>")
        parts.append(_list([_item(line, section, outline, words) for line in section.lines]))
        parts += [f"<p>{words.said(said)}</p>" for said in section.said]
    return _PAGE.format(
        policy=_POLICY,
        language=escape(words.words.language),
        title=escape(account.title.written(plain, outline.words)),
        style=_STYLE,
        body="\n".join(parts),
        closing=words.closing(account),
    )


def _list(items: Sequence[str]) -> str:
    return "<ol>\n" + "\n".join(items) + "\n</ol>"


def _item(line: Line, section: Section, outline: Outline, words: Prose) -> str:
    """A line, and the steps behind it, which can be unfolded."""
    single = outline.single_steps(line, section)
    folded = ""
    if not words.full and len(single) > 1:
        inner = _list([_row(step, replace(words, full=True)) for step in single])
        folded = f"<details><summary>{words.steps(len(single))}</summary>{inner}</details>"
    return _row(line, words, folded)


def _row(line: Line, words: Prose, folded: str = "") -> str:
    left = f'<span class="left">{words.write(line.left) if line.left else ""}</span>'
    right = f'<span class="scroll">{escape(line.relation)} {words.write(line.right)}</span>'
    reason = f'<span class="reason">{words.reason(line)}</span>'
    return f"<li>{left}{right}{reason}{folded}</li>"
