"""Every derivation of the gallery in every format, read by the real reader of the format; TeX in tests/test_tex.py."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import html5lib
import jsonschema
import pytest
from click.testing import CliRunner
from gallery import gallery, in_part
from grids import EVERY
from hypothesis import given, settings
from messages import Entry, messages

from symgd.cli import main, options
from symgd.derivation.result import Result
from symgd.errors import OutputError
from symgd.parsing.formula import parse
from symgd.parsing.matrices import parse_matrices
from symgd.terms import Fraction, Negative, Product, Term
from symgd.terms.matrix import Shaped, with_shapes
from symgd.writing.appearance import appearance
from symgd.writing.documents.json_record import schema
from symgd.writing.formats import FORMATS, SUFFIXES, Format
from symgd.writing.formulas.latex import latex
from symgd.writing.formulas.speech import speech
from symgd.writing.formulas.text import text, width
from symgd.writing.reading import Detail, ReadingOptions
from symgd.writing.shown import Shown
from symgd.writing.words import languages, words_in

from strategies import formulas

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
    """For one in nine: a schema's reader is slow."""
    validator, read = _strict(), in_part(of=9)
    for place, (name, derivation) in enumerate(derivations()):
        if name not in read:
            continue
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
    """One page in fourteen, and one of each kind: the strict reader is slow, and tests/test_documents.py reads many more."""
    read = in_part(of=14)
    for name, (derivation, reading) in zip(gallery(), _readings(), strict=True):
        if name not in read:
            continue
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


def test_restructured_text_is_read_without_a_warning() -> None:
    core = pytest.importorskip("docutils.core", reason="docutils comes with the dev extra")
    for derivation, reading in _readings():
        source = str(derivation.written("rst", **reading))
        tree = core.publish_doctree(source, settings_overrides={"halt_level": 1, "report_level": 5})
        seen = [node.astext() for node in tree.findall() if node.tagname in ("math", "math_block")]
        assert len(seen) == source.count(":math:`") + source.count(".. math::"), source
        assert not any(":math:" in node.astext() for node in tree.findall()), source


@pytest.mark.parametrize("language", ["en", "fr"])
def test_speech_is_words(language: str) -> None:
    """No sign is left for a voice to stumble over, but in the headings and reasons, which are read as they stand."""
    start, kinds = ("en", "fr").index(language), in_part(of=len(gallery()))
    for place, (name, derivation) in enumerate(derivations()):
        if not EVERY and place % 2 != start and name not in kinds:
            continue  # the others in the other language
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


def _results(of: type[Result]) -> Iterator[type[Result]]:
    """The classes that derivations are of: those that nothing is built on."""
    for kind in of.__subclasses__():
        yield from _results(kind) if kind.__subclasses__() else [kind]


def test_every_kind_of_derivation_is_in_the_gallery() -> None:
    kinds = {type(derivation) for _, derivation in derivations()}
    missing = [kind.__name__ for kind in _results(Result) if kind not in kinds]
    assert not missing, f"add one of each of these to tests/gallery.py: {missing}"


def test_the_command_line_knows_the_formats_that_there_are() -> None:
    whole = CliRunner().invoke(main, ["--help"]).output
    verb = CliRunner().invoke(main, ["diff", "--help"], terminal_width=200).output
    for form in FORMATS.values():
        assert f"{form.usage:<19}{form.description}" in whole
        assert form.name in verb
    assert all(suffix in verb for suffix in SUFFIXES)


@pytest.mark.parametrize("form", FORMATS.values(), ids=lambda form: form.name)
def test_every_format_saves_what_it_writes(form: Format, tmp_path: Path) -> None:
    if form.name == "pdf":
        pytest.importorskip("typst", reason="typst comes with the pdf extra")
    derivation = gallery()["problem line"]
    path = derivation.save(tmp_path / f"a{(*form.suffixes, '')[0]}", name=form.name, detail="brief")
    written = derivation.written(form.name, detail="brief", document=True)
    assert path.read_bytes() == (written if isinstance(written, bytes) else written.encode())
    assert isinstance(written, bytes) == form.binary
    if form.suffixes:
        assert derivation.save(path, detail="brief").read_bytes() == path.read_bytes()


def test_an_unknown_suffix_is_an_error_that_lists_the_known_ones(tmp_path: Path) -> None:
    path = tmp_path / "gradient.docx"
    with pytest.raises(OutputError, match=r'ends in "\.docx".*expected \.txt \(text\), \.md \(Markdown\)'):  # fmt: skip
        gallery()["problem line"].save(path)
    done = CliRunner().invoke(main, ["derive", "m*x + b", "-o", str(path)])
    assert done.exit_code == 2
    assert all(f"{suffix} ({form.title})" in done.stderr for suffix, form in SUFFIXES.items())
    assert not path.exists()
    unread = CliRunner().invoke(main, ["derive", "m*x +", "-o", str(path)])
    assert ".docx" in unread.stderr, "the name is looked at before anything is derived"
    named = CliRunner().invoke(main, ["derive", "m*x + b", "-o", str(path), "--format", "text"])
    assert (named.exit_code, path.read_text()[:4]) == (0, "J = ")
    with pytest.raises(OutputError, match='no format "word"; expected one of text, markdown'):
        gallery()["problem line"].written("word")


def test_a_name_without_a_suffix_says_no_format(tmp_path: Path) -> None:
    derivation, path = gallery()["problem line"], tmp_path / "steps"
    with pytest.raises(OutputError, match=r"has no suffix; expected \.txt \(text\), \.md"):
        derivation.save(path)
    assert not path.exists()
    # The command line says what it writes then, in its help: text.
    assert CliRunner().invoke(main, ["derive", "m*x + b", "-o", str(path)]).exit_code == 0
    assert path.read_text().startswith("J = ")
    named = ["derive", "m*x + b", "-o", str(path), "--format", "latex"]
    assert CliRunner().invoke(main, named).exit_code == 0
    assert path.read_text().startswith(r"\documentclass")


def test_a_file_is_as_wide_and_as_whole_as_it_is_wanted(tmp_path: Path) -> None:
    derivation = gallery()["problem line"]
    part = derivation.save(tmp_path / "part.tex", document=False)
    whole = derivation.save(tmp_path / "whole.tex", document=True)
    narrow = derivation.save(tmp_path / "narrow.txt", width=60)
    assert part.read_text(encoding="utf-8") == derivation.latex()
    assert whole.read_text(encoding="utf-8") == derivation.latex(document=True)
    assert narrow.read_text(encoding="utf-8") == derivation.text(width=60)


@pytest.mark.parametrize("columns", [60, 80, 120])
def test_text_is_as_wide_as_it_may_be(columns: int) -> None:
    """What cannot be broken stays whole: the lines of these can."""
    for name in (
        "problem line",
        "problem quadratic",
        "(x + a)^3*(x - b)^2*(c*x + 1)*(x^2 + x + 1)*exp(-x) by x",
    ):
        derivation = gallery()[name]
        narrow = derivation.text(width=columns, detail="full")
        assert max(map(width, narrow.splitlines())) <= columns, name
        words = re.sub(r"[\s\[\]()·*]", "", derivation.text(width=10_000, detail="full"))
        assert re.sub(r"[\s\[\]()·*]", "", narrow) == words, name


def test_a_terminal_says_how_wide_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(options, "terminal_width", lambda: 70)
    done = CliRunner().invoke(main, ["derive", "m*x + b"])
    assert done.output == gallery()["problem line"].text(width=70)


def test_what_looks_alike_is_told_by_structure() -> None:
    """For every step of every derivation: the lines have the same appearance where they are written alike."""
    for name, derivation in derivations():
        for step in derivation.exposition.steps:
            alike = appearance(step.before) == appearance(step.after)
            assert alike == (text(step.before) == text(step.after)), (name, str(step.rule.name))


@pytest.mark.parametrize("end", ["0", "8", "3.5"])
@pytest.mark.parametrize("after", ["sin(1)", "x", "x^2", "(a + b)", "(3/(2 + x^2))", "-b"])
def test_a_number_at_the_end_of_a_product_is_read_as_in_one(end: str, after: str) -> None:
    factors = (parse("a"), parse(end), parse(after))
    nested = Product((Product(factors[:2]), factors[2]))
    for write in (text, latex):
        assert write(nested) == write(Product(factors))


def _regrouped(term: Term) -> Term | None:
    """The same value, with its first factors in a product of their own, or its sign elsewhere."""
    if isinstance(term, Product) and len(term.factors) > 2:
        return Product((Product(term.factors[:-1]), term.factors[-1]))
    if isinstance(term, Negative) and isinstance(term.term, Product):
        first, *others = term.term.factors
        return Product((Negative(first), *others))
    if isinstance(term, Negative) and isinstance(term.term, Fraction):
        return Fraction(Negative(term.term.numerator), term.term.denominator)
    return None


@settings(deadline=None, max_examples=200)
@given(formulas(leaves=10))
def test_what_has_the_same_appearance_is_written_alike(term: Term) -> None:
    other = term.rewrite(_regrouped)
    if appearance(term) == appearance(other):
        assert text(term) == text(other)
