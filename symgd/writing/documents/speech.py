"""Derivations as they are spoken."""

from __future__ import annotations

from symgd.writing.documents.layout import Layout
from symgd.writing.documents.prose import prose
from symgd.writing.formulas.speech import contracted, speech
from symgd.writing.outline import Outline


def as_speech(outline: Outline, space: Layout) -> str:
    """A sentence for each line, under headings; the whole is read from the first to the last."""
    write = outline.by(speech)
    words = prose(outline, write)
    blocks = [[f"{write(equation)}." for equation in outline.definitions]]
    for section in outline.sections:
        lines = [words.sentence(line) for line in section.lines]
        blocks.append([words.heading(section.heading), *lines, *map(words.said, section.said)])
    blocks.append([*filter(None, [words.closing()])])
    whole = "\n\n".join("\n".join(block) for block in blocks if block) + "\n"
    names = whole.replace("_", " ").replace("–", "-")  # of optimizers, which are spoken as words
    return contracted(names, outline.words)
