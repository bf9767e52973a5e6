"""Every derivation of the gallery in every format, read by the real reader of the format; TeX in tests/test_tex.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import html5lib
import jsonschema
import pytest
from gallery import gallery
from messages import Entry, messages

from symgd.derivation.result import Result
from symgd.parsing.matrices import parse_matrices
from symgd.terms import Term
from symgd.terms.matrix import Shaped, with_shapes
from symgd.writing.reading import Detail, ReadingOptions
from symgd.writing.record import schema
from symgd.writing.shown import Shown
from symgd.writing.speech import speech
from symgd.writing.words import languages, words_in

DETAILS: tuple[Detail, ...] = ("brief", "standard", "full")
_SPOKEN = re.compile(r"[^\W\d_]|[ .,:;()'’\-−°]|\d|\u00a0|\n|[∂Σ=+/·²]")


def derivations() -> Iterator[tuple[str, Shown]]:
    yield from gallery().items()


_FORMULA = "a formula"


def _formula(part: dict[str, object]) -> object:
    """A word in the place of each formula, which is looked at here: there are too many for a schema's reader."""
    if set(part) - {"shape"} != {"latex", "text", "sympy", "speech"}:
        return part
    written = [part[name] for name in part if name != "sympy" or part[name] is not None]
    assert all(isinstance(said, str) and said for said in written), part
    return _FORMULA


def _strict() -> jsonschema.Draft202012Validator:
    """The schema with no further fields allowed: what is written is described."""
    said = json.loads(schema())
    jsonschema.Draft202012Validator.check_schema(said)
    said["$defs"]["formula"] = {
        "const": _FORMULA,
        "properties": said["$defs"]["formula"]["properties"],
    }
    for part in said["$defs"].values():
        if part.get("type") == "object" and "properties" in part:
            part["additionalProperties"] = False
    return jsonschema.Draft202012Validator(said)


def test_json_is_as_its_schema_says() -> None:
    validator = _strict()
    for place, (name, derivation) in enumerate(derivations()):
        language = ("en", "fr")[place % 2]
        record = json.loads(derivation.json(language=language), object_hook=_formula)
        error = next(validator.iter_errors(record), None)
        assert error is None, f"{name}: {error and error.json_path}: {error and error.message}"
        assert record["language"] == language


@pytest.mark.parametrize("broken", ["steps", "check", "schema"])
def test_the_schema_refuses_what_is_not_a_derivation(broken: str) -> None:
    record = json.loads(gallery()["problem line"].json())
    if broken == "schema":
        record["schema"] = "symgd/derivation/2"
    elif broken == "steps":
        del record["partials"][0]["steps"][2]["after"]
    else:
        record["partials"][0]["steps"][0]["check"]["passed"] = False
    assert not jsonschema.Draft202012Validator(json.loads(schema())).is_valid(record)


def _readings() -> Iterator[tuple[Shown, ReadingOptions]]:
    """Every derivation, at every detail, in every language and notation in turn."""
    for place, (_, derivation) in enumerate(derivations()):
        yield (
            derivation,
            {
                "detail": DETAILS[place % 3],
                "language": ("fr", "en")[place % 2],
                "derivative_style": ("leibniz", "prime")[place % 5 == 0],
            },
        )


def test_html_is_valid() -> None:
    """Every second page: the strict reader is slow, and tests/test_documents.py reads many more."""
    for derivation, reading in islice(_readings(), 0, None, 2):
        page = derivation.html(**reading)
        html5lib.HTMLParser(strict=True).parse(page)
        assert "<script" not in page


def test_all_typst_documents_compile_together(tmp_path: Path) -> None:
    compiler = pytest.importorskip("typst", reason="the typst wheel comes with the pdf extra")
    source = tmp_path / "gallery.typ"
    written = [d.typst(**reading) for d, reading in _readings()]
    # One preamble for all: Typst nests the show rules of a hundred of them, and its stack is not that deep.
    preamble, *_ = written[0].split("\n\n")
    bodies = ["\n\n".join(document.split("\n\n")[1:]) for document in written]
    pages = "\n#pagebreak(weak: true)\n".join(bodies)
    source.write_text(f"{preamble}\n#set page(width: auto)\n\n{pages}", encoding="utf-8")
    assert compiler.compile(str(source)).startswith(b"%PDF")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_speech_is_words(language: str) -> None:
    """No sign is left for a voice to stumble over, but in the headings and reasons, which are read as they stand."""
    for name, derivation in derivations():
        spoken = derivation.speech(language=language)
        assert not _SPOKEN.sub("", spoken), f"{name}: {_SPOKEN.sub('', spoken)}"
        assert "{" not in spoken


def _terms(derivation: Shown) -> Iterator[Term]:
    exposition = derivation.exposition
    yield from exposition.definitions
    for chapter in exposition.chapters:
        for chain in chapter.chains:
            yield from [chain.start, *([chain.left] if chain.left else [])]
    for step in exposition.steps:
        yield from (step.before, step.after, *step.conditions)


def _kinds(kind: type[Term]) -> Iterator[type[Term]]:
    """The kinds of Terms that a line can hold; those with kinds of their own below them, private, or of code are not."""
    below = kind.__subclasses__()
    if not below and not kind.__name__.startswith("_") and ".codegen." not in kind.__module__:
        yield kind
    for inner in below:
        yield from _kinds(inner)


def test_every_kind_of_term_is_in_the_gallery_and_is_spoken() -> None:
    seen: dict[type[Term], Term] = {}
    for _, derivation in derivations():
        for term in _terms(derivation):
            seen.update({type(part): part for _, part in term.walk()})
    seen[Shaped] = with_shapes(
        parse_matrices("2*X.T@(X@w - y)")
    )  # what matrix formulas show at will
    missing = [kind.__name__ for kind in _kinds(Term) if kind not in seen]
    assert not missing, f"add a derivation to tests/gallery.py that has these: {missing}"
    for kind, part in seen.items():
        for language in languages():
            said = speech(part, words_in(language))
            assert said, kind
            assert not re.search("[{}\ue000-\ue003\x1e\x1f]", said), (kind, said)


def test_what_every_step_says_is_among_the_messages() -> None:
    """A rule that is made where it is used is translated as well."""
    known = messages()
    for name, derivation in derivations():
        for step in derivation.exposition.steps:
            assert Entry(step.rule.name, "rule") in known, f"{name}: {step.rule.name}"
            assert Entry(step.rule.why) in known, f"{name}: {step.rule.why}"
        for chapter in derivation.exposition.chapters:
            assert Entry(chapter.heading.text) in known, f"{name}: {chapter.heading.text}"
            assert {Entry(said.text) for said in chapter.said} <= set(known), name


def test_every_kind_of_derivation_is_in_the_gallery() -> None:
    kinds = {type(derivation) for _, derivation in derivations()}
    missing = [kind.__name__ for kind in Result.__subclasses__() if kind not in kinds]
    assert not missing, f"add one of each of these to tests/gallery.py: {missing}"
