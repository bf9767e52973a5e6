"""Languages: every message has its translation, .po files are read as gettext's own tools read them, and nothing in them is run."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polib
import pytest
from click.testing import CliRunner
from messages import CATALOGUES, TEMPLATE, Entry, key, messages, rules

from symgd import Problem, differentiate
from symgd.cli import main
from symgd.terms import Symbol
from symgd.writing.formulas.text import text
from symgd.writing.placeholders import placeholders
from symgd.writing.words import (
    ENGLISH,
    LOCALE,
    VARIABLE,
    Message,
    languages,
    message,
    words_in,
)

LINE = Problem("m*x + b")
ACCENT = "é"


def _catalogue(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "symgd.po"


def test_the_template_has_nothing_that_is_said_no_more() -> None:
    stale = {key(entry) for entry in polib.pofile(str(TEMPLATE))} - set(messages())
    assert not stale, f"run scripts/messages: the template has {stale}"


def test_a_message_is_counted_has_contexts_and_takes_its_parts_along() -> None:
    french = words_in("fr")
    steps = message("{number} step", "{number} steps, one by one", number=2)
    assert (str(steps), steps.written(words=french)) == (
        "2 steps, one by one",
        "les 2 étapes, une à une",
    )
    assert french(message("if", context="condition")) == "si"
    assert french(message("if", context="nothing has this")) == "if"
    inner = message("the gradient of {body}", body=Symbol("J"))
    outer = Message("{what} was {lost}", {"what": inner, "lost": (Symbol("a"), Symbol("b"))})
    said = outer.written(lambda term: f"<{text(term)}>", french)
    assert said == "le gradient de <J> was <a>, <b>", "what has no translation is English"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_a_catalogue_has_nothing_that_is_said_no_more(path: Path) -> None:
    """What it lacks is said in English; ``scripts/messages`` lists it, and no test fails."""
    stale = {key(entry) for entry in polib.pofile(str(path))} - set(messages())
    assert not stale, f"run scripts/messages: {path.relative_to(LOCALE.parent.parent)} has {stale}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parent.parent.name)
def test_translations_have_the_forms_and_the_placeholders_of_their_messages(path: Path) -> None:
    catalogue = polib.pofile(str(path))
    count = re.search(r"nplurals=(\d+)", catalogue.metadata["Plural-Forms"])
    assert count is not None
    for entry in catalogue.translated_entries():
        assert len(entry.msgstr_plural) == (int(count[1]) if entry.msgid_plural else 0), entry.msgid
        for form in entry.msgstr_plural.values() or [entry.msgstr]:
            left_out = {"number"} if entry.msgid_plural else set()
            assert (
                placeholders(form) | left_out
                == placeholders(entry.msgid + entry.msgid_plural) | left_out
            ), entry.msgid
            assert (form[:1] == " ") == (entry.msgid[:1] == " "), entry.msgid


def test_what_is_declared_is_collected_from_its_declaration() -> None:
    collected = set(messages())
    assert len({rule.name for rule, _ in rules()}) > 40
    assert Entry("chain rule", "rule") in collected
    assert Entry("identification", "rule") in collected, "a premise"


def test_a_derivation_in_french() -> None:
    written = LINE.derive().text(language="fr")
    assert "[règle de la chaîne, dérivée d'une puissance, avec uᵢ = m xᵢ + b − yᵢ]" in written
    assert "Dérivée par rapport à m, sans faire varier b\u00a0:" in written
    assert "Contrôle par échantillonnage\u00a0: 27 étapes, chacune en 3 points" in written


_ENGLISH_WORDS = re.compile(r"\b(the|with|rule|of|by|steps?|and|is|each|sum|random)\b")


@pytest.mark.parametrize("form", ["text", "latex", "markdown", "typst", "speech", "html"])
def test_no_english_is_left_in_french(form: str) -> None:
    written = getattr(LINE.derive(), form)(language="fr", detail="full")
    if form == "html":
        written = re.sub(r"<style>.*?</style>|<meta[^>]*>|<[^>]*>", " ", written, flags=re.DOTALL)
    written = re.sub(r"\\[a-z]+", "", written)  # LaTeX's own words
    assert ACCENT in written
    assert not _ENGLISH_WORDS.findall(written)


@pytest.mark.parametrize("form", ["text", "latex", "markdown", "typst", "speech", "html"])
def test_conditions_in_formulas_are_in_the_language(form: str) -> None:
    kink = differentiate("max(x^2, 1 - x)", "x")
    french = getattr(kink, form)(language="fr")
    assert re.search(r"\bsi\b.*\bsinon\b", french, re.DOTALL)
    assert not re.search("\\botherwise\\b|[\ue000-\ue003]", french)
    assert "otherwise" in getattr(kink, form)()


def test_formulas_keep_their_decimal_point_and_prose_keeps_its_own() -> None:
    derivation = Problem("m*x + 0.5").derive("m")
    assert "0.5" in derivation.text(language="fr")
    assert "0,5" in derivation.speech(language="fr")


def test_the_language_is_asked_for_or_set_or_english(monkeypatch: pytest.MonkeyPatch) -> None:
    assert words_in() is ENGLISH
    monkeypatch.setenv("SYMGD_LANGUAGE", "fr_CA.UTF-8")
    assert words_in().language == "fr"
    assert "facteur constant" in LINE.derive().text()
    assert words_in("en").rule("sum rule") == "sum rule"


def test_an_own_language_is_one_file(tmp_path: Path) -> None:
    own = tmp_path / "de.po"
    own.write_text(
        'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: de\\n"\n"Plural-Forms: nplurals=2; plural=n != 1;\\n"\n\n'
        'msgctxt "rule"\nmsgid "chain rule"\nmsgstr "Kettenregel"\n\n#, fuzzy\nmsgctxt "rule"\nmsgid "sum rule"\nmsgstr "noch nicht"\n\n'
        'msgid "Derivative by {variable}"\nmsgstr ""\n"Ableitung <b>nach</b> "\n"{variable}"\n'
    )
    written = differentiate("(x + 1)^2", "x").html(language=own)
    assert "Kettenregel" in written
    assert "sum rule" in written, "what is fuzzy or lacks is English"
    assert "Ableitung &lt;b&gt;nach&lt;/b&gt; <math" in written, "words are escaped"
    assert '<html lang="de">' in written


def test_nothing_in_a_file_reaches_into_python(tmp_path: Path) -> None:
    path = tmp_path / "xx.po"
    header = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    path.write_text(header + 'msgid "{f} is"\nmsgstr "{f.__class__} {f:>99999999} {f!r} {f}"\n')
    assert words_in(path)(message("{f} is"), f="x") == "{f.__class__} {f:>99999999} {f!r} x"


def test_the_command_line_speaks_french_and_names_the_languages() -> None:
    done = CliRunner().invoke(main, ["derive", "m*x + b", "--language", "fr"])
    assert "règle de la chaîne" in done.stdout
    done = CliRunner().invoke(main, ["derive", "m*x + b", "--language", "fr", "--ascii"])
    assert "regle de la chaine" in done.stdout
    assert done.stdout.isascii()
    assert "?" not in done.stdout
    wrong = CliRunner().invoke(main, ["derive", "m*x + b", "--language", "xx"])
    assert wrong.exit_code == 2
    assert f'there is no language "xx"; expected one of {", ".join(languages())}' in wrong.stderr
    assert CliRunner().invoke(main, ["derive", "m*x", "--language", "no.po"]).exit_code == 2


def test_the_package_takes_its_words_and_its_schema_along() -> None:
    """What lies beside the modules is named in pyproject.toml, or an installed symgd would lack it."""
    package = LOCALE.parent
    with (package.parent / "pyproject.toml").open("rb") as file:
        globs = tomllib.load(file)["tool"]["setuptools"]["package-data"]["symgd"]
    taken = {path for pattern in globs for path in package.glob(pattern)}
    beside = {
        path for path in package.rglob("*.*") if path.suffix in (".po", ".pot", ".json", ".typed")
    }
    assert beside == taken


LISTS = [
    (("losses",), "huber\u00a0: perte de Huber\n  formule\u00a0: ("),
    (("losses", "lasso"), "(par défaut)\u00a0: combien coûtent les grands paramètres"),
    (("animate", "--list"), "une règle à la fois"),
    (("matrix", "--list"), "erreur quadratique moyenne d'un modèle linéaire"),
]


@pytest.mark.parametrize(("arguments", "french"), LISTS)
@pytest.mark.parametrize("asked", ["option", "environment"])
def test_lists_are_in_the_readers_language(
    arguments: Sequence[str], french: str, asked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert french not in CliRunner().invoke(main, arguments).stdout
    if asked == "environment":
        monkeypatch.setenv(VARIABLE, "fr")
    options = ["--language", "fr"] if asked == "option" else []
    assert french in CliRunner().invoke(main, [*arguments, *options]).stdout


def test_results_of_a_descent_are_french_in_a_notebook(monkeypatch: pytest.MonkeyPatch) -> None:
    run = LINE.descend(x=[1, 2, 3], y=[1.2, 1.8, 3.4], max_iter=10)
    assert run.exact is not None
    assert "<p><b>out of steps</b>: all 10 steps" in run.outcome.html()
    assert "least cost" in run.exact._repr_html_()
    monkeypatch.setenv(VARIABLE, "fr")
    said = run.outcome.html()
    assert said.startswith("<p><b>nombre de pas épuisé</b>\u00a0: les 10 pas")
    assert "\u00a0; augmentez max_iter</p>" in said
    several = replace(run.exact, unique=False)._repr_html_()
    assert "coût minimal" in several
    assert "<p>D&#x27;autres paramètres ont aussi ce coût.</p>" in several
    shown = run._repr_mimebundle_()["text/html"]
    assert 'alt="Les données et la courbe, chaque paramètre et le coût, pas à pas"' in shown


def test_a_hint_for_programs_has_the_rules_names_beside_their_keys() -> None:
    record = json.loads(LINE.hint(language="fr").json())
    assert record["rules"] == ["constant multiple rule"]
    assert record["names"] == ["facteur constant"]
