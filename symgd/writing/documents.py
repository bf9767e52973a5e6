"""Derivations as text, LaTeX, Markdown, Typst and JSON documents."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from symgd.derivation.tree import Check, Derivation, Detail, Gradient
from symgd.notation import Abbreviation, BigSum, Equation, Symbol, Term
from symgd.writing.latex import latex
from symgd.writing.outline import Line, Section, sections
from symgd.writing.sympy_text import sympy_text
from symgd.writing.text import text
from symgd.writing.typst import typst

SCHEMA = "symgd/derivation/1"
WIDTH = 100
PAGE_WIDTH = 95


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


_LATEX_SPECIAL = {"_": r"\_", "&": r"\&", "%": r"\%", "#": r"\#", "{": r"\{", "}": r"\}"}
_LATEX_DOCUMENT = r"""\documentclass{article}
\usepackage{amsmath,amssymb}
\usepackage[a4paper,margin=18mm%s]{geometry}
\allowdisplaybreaks
\begin{document}
%s
\end{document}
"""


def _latex_inline(term: Term) -> str:
    return f"${latex(term)}$"


def _aligned(section: Section, detail: Detail) -> str:
    rows = []
    for line in section.lines:
        left = latex(line.left) + " " if line.left else ""
        reason = line_reasons(line, detail, _latex_inline)
        beside = rf" && \text{{{reason}}}" if reason else ""
        rows.append(f"{left}&= {latex(line.right)}{beside}")
    return " \\\\\n".join(rows)


def as_latex(gradient: Gradient, detail: Detail, *, document: bool = False) -> str:
    """Display lines for amsmath, or with `document` a file that compiles."""
    parts = []
    for equation in definitions(gradient):
        parts.append(f"\\begin{{equation*}}\n{latex(equation)}\n\\end{{equation*}}")
    longest = 0
    for section in sections(gradient, detail):
        title = heading(section, gradient, _latex_inline)
        parts.append(f"{title}:\n\\begin{{align*}}\n{_aligned(section, detail)}\n\\end{{align*}}")
        longest = max(longest, *(_width(line, detail) for line in section.lines))
    if not document:
        return "\n".join(parts) + "\n"
    parts.append(f"\\noindent {_latex_escaped(closing(gradient))}")
    return _LATEX_DOCUMENT % (",landscape" if longest > PAGE_WIDTH else "", "\n\n".join(parts))


def _width(line: Line, detail: Detail) -> int:
    return len(text(line.right)) + len(line_reasons(line, detail, text))


def _latex_escaped(sentence: str) -> str:
    return "".join(_LATEX_SPECIAL.get(character, character) for character in sentence)


def as_markdown(gradient: Gradient, detail: Detail) -> str:
    """Markdown with $$ mathematics."""
    parts = [f"$$\n{latex(equation)}\n$$" for equation in definitions(gradient)]
    for section in sections(gradient, detail):
        parts.append(f"**{heading(section, gradient, _latex_inline)}**")
        body = _aligned(section, detail)
        parts.append(f"$$\n\\begin{{aligned}}\n{body}\n\\end{{aligned}}\n$$")
    parts.append(f"*{closing(gradient)}*")
    return "\n\n".join(parts) + "\n"


_TYPST_PREAMBLE = """#set page(paper: "a4", margin: 18mm%s)
#set text(size: 10pt)
#show math.equation.where(block: true): set block(breakable: true)
#show math.frac: it => math.class("normal", h(0.08em) + it + h(0.08em))"""


def as_typst(gradient: Gradient, detail: Detail) -> str:
    """A Typst document."""

    def inline(term: Term) -> str:
        return f"${typst(term)}$"

    wide = max(_width(line, detail) for part in sections(gradient, detail) for line in part.lines)
    flipped = ", flipped: true" if wide > PAGE_WIDTH else ""
    parts = [_TYPST_PREAMBLE % flipped]
    parts += [f"$ {typst(equation)} $" for equation in definitions(gradient)]
    for section in sections(gradient, detail):
        parts.append(f"#block(sticky: true)[{heading(section, gradient, inline)}:]")
        rows = []
        for line in section.lines:
            left = typst(line.left) + " " if line.left else ""
            reason = line_reasons(line, detail, inline)
            beside = f" && #[#h(2em)#text(size: 0.85em)[{reason}]]" if reason else ""
            rows.append(f"  {left}&= {typst(line.right)}{beside}")
        parts.append("$\n" + " \\\n".join(rows) + "\n$")
    parts.append(closing(gradient))
    return "\n\n".join(parts) + "\n"


def as_json(gradient: Gradient) -> str:
    """Every step with its check."""
    record: dict[str, Any] = {"schema": SCHEMA}
    if gradient.definition is not None:
        record["cost"] = {"name": text(gradient.function), **_both(gradient.definition)}
    record["shared_steps"] = gradient.shared
    record["partials"] = [_partial(partial) for partial in gradient.partials.values()]
    return json.dumps(record, indent=2, ensure_ascii=False) + "\n"


def _partial(derivation: Derivation) -> dict[str, Any]:
    steps = [
        {
            "rule": step.rule.name,
            "law": step.rule.law,
            "why": step.rule.why.format_map({n: text(t) for n, t in step.bindings.items()}),
            "before": _both(step.before),
            "after": _both(step.after),
            "path": list(step.path),
            "introduced": {
                name: _both(term.right)
                for name, term in step.introduced.items()
                if isinstance(term, Equation)
            },
            "covered": step.rule.covered,
            "check": _check(step.check),
        }
        for step in derivation.steps
    ]
    return {
        "wrt": derivation.variable.name,
        "of": _both(derivation.start.body),
        "steps": steps,
        "result": _both(derivation.last),
        "check": _check(derivation.check),
    }


def _both(term: Term) -> dict[str, str]:
    return {"latex": latex(term), "text": text(term), "sympy": sympy_text(term.value)}


def _check(check: Check) -> dict[str, Any]:
    return {
        "method": check.method,
        "passed": check.passed,
        "trials": check.trials,
        "seed": check.seed,
        "false_pass_probability": check.bound,
        "note": check.note,
    }
