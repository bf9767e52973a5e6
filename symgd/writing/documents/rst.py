"""Derivations as reStructuredText, with the mathematics in directives and roles, as Sphinx and docutils take it."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace

from symgd.terms import Term
from symgd.writing.documents.latex import aligned, beside, definition, latex_prose
from symgd.writing.documents.layout import Layout
from symgd.writing.formulas.styles import RELATIONS
from symgd.writing.outline import Line, Outline, Section


def as_rst(outline: Outline, space: Layout) -> str:
    """Sections with displayed formulas; at full detail a list, with each sentence under its line."""
    in_math = latex_prose(outline)

    def role(term: Term) -> str:
        return f":math:`{in_math.formula(term)}`"

    words = replace(in_math, words=replace(outline.words, escape=_escaped), write=role)

    def item(line: Line) -> str:
        reason = words.reason(line)
        formula = words.line(line, RELATIONS[line.relation].latex)
        formula = rf"* :math:`\displaystyle {formula}`"
        return f"{formula}\n\n  {reason}" if reason else formula

    def section(section: Section) -> list[str]:
        heading = _apart(words.said(section.heading))
        title = f"{heading}\n{'-' * len(heading)}"
        if words.full or not section.lines:
            return [title, *map(item, section.lines)]
        rows = aligned(section, in_math, space, beside)
        return [title, _directive(f"\\begin{{aligned}}\n{rows}\n\\end{{aligned}}")]

    parts = words.told(lambda e: _directive(definition(e, in_math, space)), section)
    return "\n\n".join(_apart(part) for part in parts if part) + "\n"


def _directive(formula: str) -> str:
    return ".. math::\n\n" + textwrap.indent(formula, "   ")


def _escaped(words: str) -> str:
    """Words in which no sign means anything to reStructuredText."""
    return re.sub(r"([\\`*_|])", r"\\\1", words)


def _apart(words: str) -> str:
    """Words in which formulas are told from letters beside them, by a blank that is not shown."""
    words = re.sub(r"(?<=[^\W_]):math:`", r"\\ :math:`", words)
    return re.sub(r"(:math:`[^`]*`)(?=\w)", r"\1\\ ", words)
