"""Markdown as notebooks and code hosts read it: by CommonMark's rules, with mathematics between dollar signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gallery import gallery, in_part
from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from symgd.writing.reading import Detail
from symgd.writing.words import languages

READER = MarkdownIt("commonmark").use(dollarmath_plugin, double_inline=False)
PLAIN = MarkdownIt("commonmark")
_INLINE = re.compile(r"(?<![\\$])\$([^$]+?)\$(?!\$)")


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])


DETAILS: tuple[Detail, ...] = ("standard", "full")


def test_all_mathematics_is_seen_as_mathematics() -> None:
    for place, (name, derivation) in enumerate(gallery().items()):
        written = derivation.markdown(
            detail=DETAILS[place // 2 % 2], language=languages()[place % 2]
        )
        tokens = list(_all(READER.parse(written)))
        assert not [t.content for t in tokens if t.type == "text" and "$" in t.content], name
        blocks = [token for token in tokens if token.type == "math_block"]
        assert len(blocks) == written.splitlines().count("$$") / 2, name
        assert all(token.content.count("{") == token.content.count("}") for token in blocks), name


def test_formulas_among_words_survive_a_reader_that_knows_no_mathematics() -> None:
    """Some hosts look for dollar signs after CommonMark has had its way: it must find nothing to change.

    One in two is read, and one of each kind: the test above reads all.
    """
    for name in sorted(in_part(of=2)):
        derivation = gallery()[name]
        written = re.sub(r"^\$\$\n.*?\n\$\$$", "", derivation.markdown(detail="full"), flags=re.DOTALL | re.MULTILINE)  # fmt: skip
        expected = _INLINE.findall(written)
        seen = "".join(
            t.content for t in _all(PLAIN.parse(written)) if t.type in ("text", "html_inline")
        )
        for formula in expected:
            assert formula in seen, f"{name}: {formula}"
