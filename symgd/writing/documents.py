"""Derivations as text, LaTeX, Markdown and Typst documents."""

from __future__ import annotations

from collections.abc import Callable

from symgd.derivation.tree import Detail, Gradient
from symgd.notation import Abbreviation, BigSum, Equation, Symbol, Term
from symgd.writing.latex import latex
from symgd.writing.outline import Line, Section, sections
from symgd.writing.pages import MARGIN, Page, Row, page
from symgd.writing.record import as_json as as_json
from symgd.writing.text import text
from symgd.writing.typst import typst

WIDTH = 100


def definitions(gradient: Gradient) -> tuple[Equation, ...]:
    """What the names on the lines stand for: J = …, e_i = …."""
    if gradient.definition is None:
        return ()
    found = {
        part: Equation(part, part.definition)
        for _, part in gradient.definition.walk()
        if isinstance(part, Abbreviation)
    }
    return (Equation(gradient.function, gradient.definition), *found.values())


def heading(section: Section, gradient: Gradient, write: Callable[[Term], str]) -> str:
    """What a section is about, in words."""
    if section.letter is not None:
        names = ", ".join(write(Symbol(name)) for name in section.wrt)
        return f"The first lines are the same for {write(section.letter)} = {names}"
    derivation = gradient.partials[section.wrt[0]]
    if gradient.definition is None:
        return f"Derivative by {write(derivation.variable)}"
    held = [name for name in gradient.partials if name != section.wrt[0]]
    constant = (
        f", with {', '.join(write(Symbol(name)) for name in held)} held constant" if held else ""
    )
    return f"Derivative by {write(derivation.variable)}{constant}"


def short_reasons(line: Line, write: Callable[[Term], str]) -> str:
    """The names of a line's rules, and what was abbreviated."""
    names = list(dict.fromkeys(reason.rule for reason in line.reasons))
    named = [write(equation) for reason in line.reasons for equation in reason.introduced]
    return ", ".join(names) + (f", with {', '.join(named)}" if named else "")


def line_reasons(line: Line, detail: Detail, write: Callable[[Term], str]) -> str:
    """What is said beside a line: rule names, or at full detail the rule and its sentence."""
    if detail != "full" or not line.reasons:
        return short_reasons(line, write)
    return "; ".join(f"{reason.rule}: {reason.sentence(write)}" for reason in line.reasons)


def closing(gradient: Gradient) -> str:
    """How everything was checked, in a sentence."""
    steps = gradient.steps
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
    forms = sorted({partial.check.note for partial in gradient.partials.values()})
    results = f"{'results' if len(gradient) > 1 else 'result'} {' or '.join(forms)}"
    return (
        f"Checked by sampling: {_steps(len(steps))} at 3 random points each{how}; {results}.{extra}"
    )


def _steps(count: int) -> str:
    return f"{count} step" if count == 1 else f"{count} steps"


def as_text(gradient: Gradient, detail: Detail, *, ascii: bool = False) -> str:
    """Plain text, the reasons in a column of their own."""

    def write(term: Term) -> str:
        return text(term, ascii=ascii)

    blocks = ["\n".join(write(equation) for equation in definitions(gradient))]
    for section in sections(gradient, detail):
        rows = _text_rows(section, detail, write, ascii)
        title = heading(section, gradient, write)
        blocks.append("\n".join([f"{title}:", *rows]))
    blocks.append(closing(gradient))
    return "\n\n".join(block for block in blocks if block) + "\n"


def _text_rows(
    section: Section, detail: Detail, write: Callable[[Term], str], ascii: bool
) -> list[str]:
    left = max((len(write(line.left)) for line in section.lines if line.left), default=0)
    written = [
        f"  {write(line.left) if line.left else '':<{left}} = {write(line.right)}"
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


def _page(gradient: Gradient, detail: Detail) -> Page:
    """The page that all lines fit on; whole sentences never stand beside them."""
    blocks = [
        [
            Row(
                text(line.left) if line.left else "",
                text(line.right),
                line_reasons(line, detail, text),
            )
            for line in section.lines
        ]
        for section in sections(gradient, detail)
    ]
    blocks += [[Row(text(e.left), text(e.right))] for e in definitions(gradient)]
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


def _latex_inline(term: Term) -> str:
    return f"${latex(term)}$"


def _latex_beside(reason: str) -> str:
    return rf" && \text{{{reason}}}" if reason else ""


def _latex_under(reason: str, box: str) -> str:
    r"""A row of its own; ``\\*`` keeps it on the page of its line."""
    return f" \\\\*\n&{box % reason}" if reason else ""


def _aligned(section: Section, detail: Detail, reasoned: Callable[[str], str]) -> str:
    rows = []
    for line in section.lines:
        left = latex(line.left) + " " if line.left else ""
        reason = reasoned(line_reasons(line, detail, _latex_inline))
        rows.append(f"{left}&= {latex(line.right)}{reason}")
    return " \\\\\n".join(rows)


def as_latex(gradient: Gradient, detail: Detail, *, document: bool = False) -> str:
    """Display lines for amsmath, or with `document` a file that compiles."""
    paper = _page(gradient, detail)
    beside = paper.beside if document else detail != "full"
    box = _LATEX_REASON % (paper.left + 10)

    def reasoned(reason: str) -> str:
        if beside:
            return _latex_beside(reason)
        return _latex_under(reason, r"\reason{%s}" if document else box)

    parts = []
    for equation in definitions(gradient):
        parts.append(f"\\begin{{equation*}}\n{latex(equation)}\n\\end{{equation*}}")
    for section in sections(gradient, detail):
        title = heading(section, gradient, _latex_inline)
        body = _aligned(section, detail, reasoned)
        parts.append(f"{title}:\n\\begin{{align*}}\n{body}\n\\end{{align*}}")
    if not document:
        return "\n".join(parts) + "\n"
    parts.append(_latex_escaped(closing(gradient)))
    command = "" if beside else f"\\newcommand{{\\reason}}[1]{{{box % '#1'}}}\n"
    return _LATEX_DOCUMENT % (paper.in_latex, MARGIN, command, "\n\n".join(parts))


def _latex_escaped(sentence: str) -> str:
    return "".join(_LATEX_SPECIAL.get(character, character) for character in sentence)


def as_markdown(gradient: Gradient, detail: Detail) -> str:
    """Markdown with mathematics between dollar signs; at full detail a list, with each sentence under its line."""
    parts = [f"$$\n{latex(equation)}\n$$" for equation in definitions(gradient)]
    for section in sections(gradient, detail):
        parts.append(f"**{heading(section, gradient, _latex_inline)}**")
        if detail == "full":
            parts.append("\n".join(_markdown_item(line, detail) for line in section.lines))
            continue
        body = _aligned(section, detail, _latex_beside)
        parts.append(f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$")
    parts.append(f"*{closing(gradient)}*")
    return "\n\n".join(parts) + "\n"


def _markdown_item(line: Line, detail: Detail) -> str:
    left = latex(line.left) + " " if line.left else ""
    reason = line_reasons(line, detail, _latex_inline)
    under = f" <br>{reason}" if reason else ""
    return f"- $\\displaystyle {left}= {latex(line.right)}${under}"


_TYPST_PREAMBLE = """#set page(%s, margin: %dmm)
#set text(size: 10pt)
#show math.equation.where(block: true): set block(breakable: true)
#show math.equation.where(block: true): set align(left)
#show math.frac: it => math.class("normal", h(0.08em) + it + h(0.08em))"""


def as_typst(gradient: Gradient, detail: Detail) -> str:
    """A Typst document."""
    paper = _page(gradient, detail)

    def inline(term: Term) -> str:
        return f"${typst(term)}$"

    def reasoned(reason: str) -> str:
        small = f"#text(size: 0.85em)[{reason}]"
        if paper.beside:
            return f" && #[#h(2em){small}]" if reason else ""
        box = f"#box(width: {paper.reason}mm, inset: (bottom: 0.5em))[{small}]"
        return f" \\\n  &quad {box}" if reason else ""

    parts = [_TYPST_PREAMBLE % (paper.in_typst, MARGIN)]
    parts += [f"$ {typst(equation)} $" for equation in definitions(gradient)]
    for section in sections(gradient, detail):
        parts.append(f"#block(sticky: true)[{heading(section, gradient, inline)}:]")
        rows = []
        for line in section.lines:
            left = typst(line.left) + " " if line.left else ""
            reason = reasoned(line_reasons(line, detail, inline))
            rows.append(f"  {left}&= {typst(line.right)}{reason}")
        parts.append("$\n" + " \\\n".join(rows) + "\n$")
    parts.append(closing(gradient))
    return "\n\n".join(parts) + "\n"
