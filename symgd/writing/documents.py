"""Derivations as text, LaTeX, Markdown and Typst documents."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from symgd.derivation.account import Account
from symgd.derivation.reading import Detail, Reading
from symgd.notation import BigSum, Term
from symgd.writing.latex import latex
from symgd.writing.outline import Line, Outline, Reason, Section
from symgd.writing.pages import MARGIN, Page, Row, page
from symgd.writing.text import text
from symgd.writing.typst import typst

WIDTH = 100


def short_reasons(line: Line, write: Callable[[Term], str]) -> str:
    """The names of a line's rules, and what was abbreviated."""
    names = list(dict.fromkeys(reason.rule for reason in line.reasons))
    return ", ".join(names) + with_letters(line.reasons, write)


def with_letters(reasons: Sequence[Reason], write: Callable[[Term], str]) -> str:
    """The letters that come into use: ", with u = …"; nothing where there are none."""
    named = [write(equation) for reason in reasons for equation in reason.introduced]
    return f", with {', '.join(named)}" if named else ""


def line_reasons(line: Line, detail: Detail, write: Callable[[Term], str]) -> str:
    """What is said beside a line: rule names, or at full detail the rule and its sentence."""
    if detail != "full" or not line.reasons:
        return short_reasons(line, write)
    return "; ".join(
        f"{reason.rule}{with_letters([reason], write)}: {reason.sentence(write)}"
        for reason in line.reasons
    )


def closing(account: Account) -> str:
    """How everything was checked, in a sentence."""
    steps = account.steps
    exact = sum(step.check.method == "exact" for step in steps)
    sampled = len(steps) - exact
    parts = []
    if exact:
        parts.append(f"{exact} in exact rational arithmetic")
    if sampled:
        parts.append(f"{sampled} to 30 digits")
    sums = any(isinstance(part, BigSum) for step in steps[:1] for _, part in step.before.walk())
    parts += ["sums unrolled to 3 terms"] if sums else []
    how = f" ({', '.join(parts)})" if parts else ""
    uncovered = sum(not step.rule.covered for step in steps)
    extra = f" {_steps(uncovered)} taken from SymPy, not derived." if uncovered else ""
    forms = " or ".join(sorted({check.note for check in account.checks}))
    results = f"; {'results' if len(account.checks) > 1 else 'result'} {forms}" if forms else ""
    return (
        f"Checked by sampling: {_steps(len(steps))} at 3 random points each{how}{results}.{extra}"
    )


def _steps(count: int) -> str:
    return f"{count} step" if count == 1 else f"{count} steps"


def as_text(outline: Outline, *, ascii: bool = False) -> str:
    """Plain text, the reasons in a column of their own."""

    def write(term: Term) -> str:
        return text(term, ascii=ascii, notation=outline.reading.notation)

    blocks = ["\n".join(write(equation) for equation in outline.definitions)]
    for section in outline.sections:
        rows = _text_rows(section, outline.reading.detail, write, ascii)
        title = section.heading.written(write)
        said = [f"  {words.written(write)}" for words in section.said]
        blocks.append("\n".join([f"{title}:", *rows, *said]))
    blocks.append(closing(outline.account))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _text_rows(
    section: Section, detail: Detail, write: Callable[[Term], str], ascii: bool
) -> list[str]:
    left = max((len(write(line.left)) for line in section.lines if line.left), default=0)
    written = [
        f"  {write(line.left) if line.left else '':<{left}} {_relation(line, ascii)} {write(line.right)}"
        for line in section.lines
    ]
    column = min(max(map(len, written)), WIDTH - 30) + 3
    rows = []
    for line, row in zip(section.lines, written, strict=True):
        reason = line_reasons(line, detail, write)
        if reason and ascii:
            reason = reason.encode("ascii", "replace").decode()
        mark = f"[{reason}]" if reason else ""
        same_row = not mark or len(row) + 2 <= column
        rows.append(
            f"{row:<{column}}{mark}".rstrip() if same_row else f"{row}\n{'':<{column}}{mark}"
        )
    return rows


# How a line stands to the one before it, in ASCII, LaTeX and Typst.
_RELATIONS = {"=": ("=", "=", "="), "≤": ("<=", r"\le", "lt.eq"), "≈": ("~", r"\approx", "approx")}


def _relation(line: Line, ascii: bool) -> str:
    return _RELATIONS[line.relation][0] if ascii else line.relation


def _page(outline: Outline) -> Page:
    """The page that all lines fit on; whole sentences never stand beside them."""
    detail, write = outline.reading.detail, partial(text, notation=outline.reading.notation)
    blocks = [
        [
            Row(
                write(line.left) if line.left else "",
                write(line.right),
                line_reasons(line, detail, write),
            )
            for line in section.lines
        ]
        for section in outline.sections
    ]
    blocks += [[Row(text(e.left), text(e.right))] for e in outline.definitions]
    return page(blocks, beside=detail != "full")


_LATEX_SPECIAL = {"_": r"\_", "&": r"\&", "%": r"\%", "#": r"\#", "{": r"\{", "}": r"\}"}
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


def _latex_writers(reading: Reading) -> tuple[Callable[[Term], str], Callable[[Term], str]]:
    """How a Term is written in displayed mathematics, and in a sentence."""

    def display(term: Term) -> str:
        return latex(term, notation=reading.notation)

    return display, lambda term: f"${display(term)}$"


def _latex_beside(reason: str) -> str:
    return rf" && \text{{{reason}}}" if reason else ""


def _latex_under(reason: str, box: str) -> str:
    r"""A row of its own; ``\\*`` keeps it on the page of its line."""
    return f" \\\\*\n&{box % reason}" if reason else ""


def _aligned(section: Section, reading: Reading, reasoned: Callable[[str], str]) -> str:
    write, inline = _latex_writers(reading)
    rows = []
    for line in section.lines:
        left = write(line.left) + " " if line.left else ""
        reason = reasoned(line_reasons(line, reading.detail, inline))
        rows.append(f"{left}&{_RELATIONS[line.relation][1]} {write(line.right)}{reason}")
    return " \\\\\n".join(rows)


def as_latex(outline: Outline, *, document: bool = False) -> str:
    """Display lines for amsmath, or with `document` a file that compiles."""
    paper, (write, inline) = _page(outline), _latex_writers(outline.reading)
    beside = paper.beside if document else outline.reading.detail != "full"
    box = _LATEX_REASON % (paper.left + 10)

    def reasoned(reason: str) -> str:
        if beside:
            return _latex_beside(reason)
        return _latex_under(reason, r"\reason{%s}" if document else box)

    parts = []
    for equation in outline.definitions:
        parts.append(f"\\begin{{equation*}}\n{write(equation)}\n\\end{{equation*}}")
    for section in outline.sections:
        title = section.heading.written(inline)
        body = _aligned(section, outline.reading, reasoned)
        parts.append(f"{title}:\n\\begin{{align*}}\n{body}\n\\end{{align*}}")
        parts += [words.written(inline) for words in section.said]
    if not document:
        return "\n".join(parts) + "\n"
    parts.append(_latex_escaped(closing(outline.account)))
    command = "" if beside else f"\\newcommand{{\\reason}}[1]{{{box % '#1'}}}\n"
    return _LATEX_DOCUMENT % (paper.in_latex, MARGIN, command, "\n\n".join(parts))


def _latex_escaped(sentence: str) -> str:
    return "".join(_LATEX_SPECIAL.get(character, character) for character in sentence)


def as_markdown(outline: Outline) -> str:
    """Markdown with mathematics between dollar signs; at full detail a list, with each sentence under its line."""
    write, inline = _latex_writers(outline.reading)
    parts = [f"$$\n{write(equation)}\n$$" for equation in outline.definitions]
    for section in outline.sections:
        parts.append(f"**{section.heading.written(inline)}**")
        if outline.reading.detail == "full":
            items = [_markdown_item(line, outline.reading) for line in section.lines]
            parts.append("\n".join(items))
        else:
            body = _aligned(section, outline.reading, _latex_beside)
            parts.append(f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$")
        parts += [words.written(inline) for words in section.said]
    parts.append(f"*{closing(outline.account)}*")
    return "\n\n".join(parts) + "\n"


def _markdown_item(line: Line, reading: Reading) -> str:
    write, inline = _latex_writers(reading)
    left = write(line.left) + " " if line.left else ""
    reason = line_reasons(line, reading.detail, inline)
    under = f" <br>{reason}" if reason else ""
    return f"- $\\displaystyle {left}{_RELATIONS[line.relation][1]} {write(line.right)}${under}"


_TYPST_PREAMBLE = """#set page(%s, margin: %dmm)
#set text(size: 10pt)
#show math.equation.where(block: true): set block(breakable: true)
#show math.equation.where(block: true): set align(left)
#show math.frac: it => math.class("normal", h(0.08em) + it + h(0.08em))"""


def as_typst(outline: Outline) -> str:
    """A Typst document."""
    paper, write = _page(outline), partial(typst, notation=outline.reading.notation)

    def inline(term: Term) -> str:
        return f"${write(term)}$"

    def reasoned(reason: str) -> str:
        small = f"#text(size: 0.85em)[{reason}]"
        if paper.beside:
            return f" && #[#h(2em){small}]" if reason else ""
        box = f"#box(width: {paper.reason}mm, inset: (bottom: 0.5em))[{small}]"
        return f" \\\n  &quad {box}" if reason else ""

    parts = [_TYPST_PREAMBLE % (paper.in_typst, MARGIN)]
    parts += [f"$ {write(equation)} $" for equation in outline.definitions]
    for section in outline.sections:
        parts.append(f"#block(sticky: true)[{section.heading.written(inline)}:]")
        rows = []
        for line in section.lines:
            left = write(line.left) + " " if line.left else ""
            reason = reasoned(line_reasons(line, outline.reading.detail, inline))
            relation = _RELATIONS[line.relation][2]
            rows.append(f"  {left}&{relation} {write(line.right)}{reason}")
        parts.append("$\n" + " \\\n".join(rows) + "\n$")
        parts += [words.written(inline) for words in section.said]
    parts.append(closing(outline.account))
    return "\n\n".join(parts) + "\n"
