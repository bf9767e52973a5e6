"""Verdicts and hints in French: each kind of sentence, every misconception, and a whole exercise."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import polib
import pytest
from attempts import LINE
from click.testing import CliRunner
from messages import CATALOGUES

from symgd import Problem
from symgd.api.exercise import Exercise
from symgd.cli import main
from symgd.terms import Symbol
from symgd.tutor.misconception import Diagnosis, Misconception
from symgd.tutor.misconceptions import MISCONCEPTIONS
from symgd.writing.formulas.text import text
from symgd.writing.placeholders import placeholders
from symgd.writing.words import words_in

FRENCH = words_in("fr")
_ENGLISH = re.compile(r"\b(the|with|rule|of|by|derivative|line|and|is|each|write|keep|this)\b")

WHOLE = """Ma dérivation :
dJ/dm = 1/N Σ d/dm (m x_i + b - y_i)^2
      = 1/N Σ 2(m x_i + b - y_i)
      = 2/N Σ (m x_i + b - y_i)
      = 2/N Σ (m x_i - b - y_i)
      = 2/N Σ (m x_i + b - y_i) x_i"""
UNFINISHED = "dJ/dm = 2/N Σ (m x_i + b - y_i) d/dm (m x_i + b - y_i)"


@cache
def exercise(formula: str) -> Exercise:
    if formula == LINE:
        return Exercise.of_problem(Problem(formula), "m,b")
    return Exercise.of_formula(formula, "x")


SENTENCES = (
    # Right and unfinished
    ("3*x^5", "15x^4", "Juste : la ligne est exacte (comparée, en des points tirés au hasard, à ce qui était à dériver)."),
    (LINE, "dJ/dm = 2/N Σ e_i x_i\ndJ/db = 2/N Σ e_i", "Juste : les 2 lignes sont exactes (comparées, en des points tirés au hasard, à ce qui était à dériver)."),
    (LINE, UNFINISHED, "Juste jusqu'ici, mais inachevé : il reste ∂/∂m (m xᵢ + b − yᵢ) à la ligne 1 ; il manque la dérivée par rapport à b."),
    (LINE, "∂e_i/∂m = x_i", "Juste jusqu'ici, mais inachevé : il manque la dérivée par rapport à m ; il manque la dérivée par rapport à b."),
    # Wrong, with a line before and without
    (LINE, WHOLE, "La ligne 3 ne découle pas de la ligne 2 :"),
    (LINE, WHOLE, "  ∂J/∂m = (1/N) Σᵢ 2(m xᵢ + b − yᵢ)   <- ligne 3"),
    (LINE, WHOLE, "Pour m = 2, b = 1, x = (1, 2, 3), y = (2, 6, 5), N = 3 : la ligne 2 vaut 10/3 ≈ 3.333, la ligne 3 vaut 4/3 ≈ 1.333."),
    (LINE, WHOLE, "À faire : multiplier par la dérivée de ce qui est à l'intérieur."),
    (LINE, WHOLE, "Le bon résultat : ∂J/∂m = (2/N) Σᵢ xᵢ (m xᵢ + b − yᵢ)"),
    ("3*x", "f'(x) = 4", "La ligne 1 n'est pas égale à df/dx :"),
    ("x^2", "f'(x) = 2x = 3x", "À la ligne 1, ce qui suit le second signe = ne découle pas de ce qui le précède :"),
    ("x^2", "f'(x) = 2x = 3x", "Pour x = 2 : la première expression vaut 4, la seconde vaut 6."),
    (LINE, "m := m - 2/N Σ e_i x_i", "La ligne 1 n'est pas la nouvelle valeur de m :"),
    (LINE, "dJ/dm = 2/N x_i Σ e_i", "Pour m = 2, b = 1, x = (1, 2, 3), y = (2, 6, 5), N = 3, et l'exemple 1 là où un indice est hors de tout Σ : ∂J/∂m vaut 10/3 ≈ 3.333, la ligne 1 vaut 4/3 ≈ 1.333."),
    # Two slips, and none that is known
    (LINE, "dJ/dm = -1/N Σ e_i x_i", "Deux erreurs à la fois : facteur 2 oublié et mauvais signe."),
    (LINE, "dJ/dm = 5m + 17", "Ce n'est pas une erreur que symgd connaisse."),
    # Read as, taken for words, and afterwards
    (LINE, "dJ/dm = 2/N sum(m x_i + b - y_i) x_i", "La ligne 1 a été lue comme (2/N) Σᵢ (m xᵢ + b − yᵢ) xᵢ."),
    (LINE, WHOLE, "La ligne 1 a été prise pour du texte."),
    (LINE, f"Voici les étapes :\n{WHOLE}", "Les lignes 1, 2 ont été prises pour du texte."),
    (LINE, WHOLE.replace("(m x_i - b", "(m x_i + b"), "Les lignes 4, 5 en découlent, sans nouvelle erreur."),
    (LINE, WHOLE, "La ligne 5 contient une autre erreur."),
    (LINE, WHOLE, "La ligne 6 est de nouveau juste."),
)  # fmt: skip


def _typed(said: str) -> str:
    """French without its unbreakable spaces, after seeing that they are there."""
    assert not re.search("[^\u00a0][:;]( |$)|«[^\u00a0]|[^\u00a0]»", said, re.MULTILINE), said
    return said.replace("\u00a0", " ")


@cache
def _verdict(formula: str, lines: str) -> str:
    return _typed(exercise(formula).check(lines, language="fr").text())


@pytest.mark.parametrize(("formula", "lines", "sentence"), SENTENCES)
def test_each_kind_of_sentence_in_french(formula: str, lines: str, sentence: str) -> None:
    assert sentence in _verdict(formula, lines).splitlines()


def test_a_search_without_time_says_so_in_french() -> None:
    verdict = exercise(LINE).check("dJ/dm = 5m + 17")
    said = replace(verdict, hurried=True).text(language="fr")
    assert "Aucune erreur connue de symgd n'a été trouvée en 5 secondes." in said


@pytest.mark.parametrize("known", MISCONCEPTIONS, ids=lambda known: known.key)
def test_every_misconception_is_said_in_french(known: Misconception) -> None:
    """What nobody has translated yet is English, and no failure."""
    (path,) = (path for path in CATALOGUES if path.parent.parent.name == "fr")
    translated = {entry.msgid for entry in polib.pofile(str(path)).translated_entries()}
    letters = (
        placeholders(known.name) | placeholders(known.explanation) | placeholders(known.remedy)
    )
    found = Diagnosis(known, {letter: Symbol("q") for letter in letters})
    for part in (found.name, found.explanation, found.remedy):
        said = part.written(text, FRENCH)
        assert "{" not in said
        assert part.text not in translated or not _ENGLISH.search(_typed(said)), said


def test_a_whole_exercise_in_french(golden: Callable[[str, str], None]) -> None:
    ours = exercise(LINE)
    hints = [ours.hint(WHOLE, strength=strength, language="fr").text() for strength in (1, 2, 3)]
    verdict = ours.check(WHOLE, language="fr")
    golden("verdict_fr.txt", "\n".join([verdict.text(), *hints, verdict.text(ascii=True)]))


def test_a_language_is_asked_for_at_the_check_or_at_the_text_or_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ours = exercise("3*x^5")
    english, french = ours.check("15x^5"), ours.check("15x^5", language="fr")
    assert english.text(language="fr") == french.text() == str(french)
    assert french.text(language="en") == english.text()
    assert french._repr_markdown_() != english._repr_markdown_()
    assert json.loads(french.json())["misconceptions"][0]["name"] == "exposant non diminué"
    assert json.loads(french.json()).keys() == json.loads(english.json()).keys()
    monkeypatch.setenv("SYMGD_LANGUAGE", "fr")
    assert english.text() == french.text()
    assert ours.hint().text().startswith("Pour commencer df/dx")


def test_rules_in_french_hints_have_their_names_and_reasons() -> None:
    hint = Problem("m*x + b").hint("dJ/dm = 1/N Σ d/dm e_i^2", strength=2, language="fr")
    said = _typed(hint.text())
    assert "appliquer « règle de la chaîne », puis « dérivée d'une puissance »." in said
    record = json.loads(hint.json())
    assert record["rules"] == ["chain rule", "power rule"], "programs know rules by their names"
    assert "l'exposant 2 descend en facteur et diminue de un" in record["why"]


def test_the_command_line_marks_and_helps_in_french() -> None:
    arguments = ["--expr", "3*x^5", "--wrt", "x", "-", "--language", "fr"]
    marked = CliRunner().invoke(main, ["check", *arguments], input="15x^5")
    assert marked.exit_code == 1
    assert "Exposant non diminué" in marked.stdout
    plain = CliRunner().invoke(main, ["check", *arguments, "--ascii"], input="15x^5")
    assert "Exposant non diminue : l'exposant 5 est descendu" in plain.stdout
    helped = CliRunner().invoke(main, ["hint", *arguments, "--ascii"], input="")
    assert 'Pour commencer df/dx : appliquer "facteur constant".' in helped.stdout
    wrong = CliRunner().invoke(main, ["check", *arguments[:-1], "xx"], input="15x^5")
    assert wrong.exit_code == 2
    assert 'there is no language "xx"' in wrong.stderr
