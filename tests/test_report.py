"""How a descent ended, and what `fit` reports: whole sentences, in English as ever and in French."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from symgd import Problem
from symgd.cli import main
from symgd.codegen.walk.arrival import Ahead
from symgd.codegen.walk.walk import Ending, Limits
from symgd.optimize.curvature import Landscape, Minimum
from symgd.optimize.ended import Story
from symgd.optimize.example import demo_problem, demo_run
from symgd.optimize.outcome import KINDS
from symgd.optimize.rates import Asked
from symgd.optimize.report import as_json, as_text
from symgd.optimize.story import outcome_of

LIMITS = Limits(1200, 1e-9, False, math.inf, gradient=1e-6, cost=1e-12)
SADDLE = Ahead(1e-9, (1e-9,), (1.0,), bends_down=True)
LEFT = Ahead(0.25, (1.0,), (1.0,))


def ending(ended: str, cost: float = 0.5, ahead: Ahead | None = None) -> Ending:
    return Ending(ended, 1200, cost, ahead)


STORY = Story(
    kind="converged",
    ending=ending("step"),
    steps=1200,
    learning_rate=0.1,
    limits=LIMITS,
    asked=Asked(LIMITS, steps_given=True, auto=False),
    first=(4.0, 4.0),
    last=(0.5, 1e-9),
    next_length=1e-10,
    parameters={"m": 2.0},
    landscape=Landscape(),
)
KNOWN = Landscape(Minimum({"m": 2.0}, 0.25, True), (2.0, 8.0))
MANY = Landscape(Minimum({"m": 2.0}, 0.5, False), (2.0, 8.0))
STEEP = Landscape(Minimum({"m": 2.0}, 0.25, True), (0.002, 8.0))

ENDINGS: dict[str, tuple[Story, str, str]] = {
    "by step": (
        STORY,
        "converged: after 1,200 steps the next step would be 1e-10 long, within the tolerance 1e-09",
        "convergence : après 1\u202f200 pas, le pas suivant serait de longueur 1e-10, sous la tolérance 1e-09",
    ),
    "by gradient": (
        replace(STORY, ending=ending("gradient"), steps=1),
        "converged: after 1 step the gradient is 1e-09 long, within the tolerance 1e-06",
        "convergence : après 1 pas, la norme du gradient est 1e-09, sous la tolérance 1e-06",
    ),
    "by cost, above the minimum": (
        replace(STORY, ending=ending("cost"), steps=2, landscape=KNOWN),
        "converged: after 2 steps the last step changed the cost by no more than 1e-12, and the cost is 0.25 above its exact minimum 0.25",
        "convergence : après 2 pas, le dernier pas n'a pas changé le coût de plus de 1e-12, et le coût dépasse de 0.25 son minimum exact 0.25",
    ),
    "one minimum of many": (
        replace(STORY, ending=ending("step", ahead=Ahead(0.0, (0.0,), (1.0,), flat=(0,))), steps=2, landscape=MANY),
        "converged: after 2 steps the next step would be 1e-10 long, within the tolerance 1e-09, and the cost is at its exact minimum 0.5; the minimum is not unique: other parameters reach it as well, by other values of m",
        "convergence : après 2 pas, le pas suivant serait de longueur 1e-10, sous la tolérance 1e-09, et le coût est à son minimum exact 0.5 ; le minimum n'est pas unique : d'autres paramètres l'atteignent aussi, par d'autres valeurs de m",
    ),
    "saddle": (
        replace(STORY, kind="stalled", ending=ending("step", ahead=SADDLE), steps=2),
        "stalled: after 2 steps the next step would be 1e-10 long, within the tolerance 1e-09, but the cost bends down from here: this is a saddle, not a minimum; give another start",
        "enlisement : après 2 pas, le pas suivant serait de longueur 1e-10, sous la tolérance 1e-09, mais d'ici le coût se courbe vers le bas : c'est un point selle, pas un minimum ; donnez un autre départ",
    ),
    "not there yet": (
        replace(STORY, kind="stalled", ending=ending("step", ahead=LEFT), steps=2, learning_rate=0.01, next_length=1e-11, parameters={"m": 1.0}, landscape=KNOWN),
        'stalled: after 2 steps the next step would be 1e-11 long, within the tolerance 1e-09, but the cost can still fall by about 0.25 of 0.5, mostly where m changes by 1, and the cost is 0.25 above its exact minimum 0.25; a short step is not arrival: lower the tolerance, or take learning_rate="auto" (0.2)',
        'enlisement : après 2 pas, le pas suivant serait de longueur 1e-11, sous la tolérance 1e-09, mais le coût peut encore baisser d\'environ 0.25 sur 0.5, surtout si m change de 1, et le coût dépasse de 0.25 son minimum exact 0.25 ; un pas court n\'est pas une arrivée : réduisez la tolérance, ou prenez learning_rate="auto" (0.2)',
    ),
    "out of steps": (
        replace(STORY, kind="out of steps", ending=ending("max_iter"), steps=10, asked=Asked(LIMITS._replace(most=10), steps_given=True, auto=False)),
        "out of steps: all 10 steps that max_iter allows are done, the next would be 1e-10 long; raise max_iter, or take learning_rate=\"auto\"",
        "nombre de pas épuisé : les 10 pas que max_iter autorise sont faits, le suivant serait de longueur 1e-10 ; augmentez max_iter, ou prenez learning_rate=\"auto\"",
    ),
    "out of one step, steep": (
        replace(STORY, kind="out of steps", ending=ending("max_iter"), steps=1, learning_rate=0.01, next_length=1e-11, landscape=STEEP, asked=Asked(LIMITS._replace(most=1), steps_given=True, auto=False)),
        "out of steps: the 1 step that max_iter allows is done, the next would be 1e-11 long, and the cost is 0.25 above its exact minimum 0.25; raise max_iter, or take learning_rate=0.125, half of the largest stable one, or standardise the inputs by standardise=True (the cost bends 4,000 times more in one direction than in another)",
        "nombre de pas épuisé : max_iter n'autorise que 1 pas, le suivant serait de longueur 1e-11, et le coût dépasse de 0.25 son minimum exact 0.25 ; augmentez max_iter, ou prenez learning_rate=0.125, la moitié du plus grand taux stable, ou centrez et réduisez les entrées avec standardise=True (le coût est 4\u202f000 fois plus courbé dans une direction que dans une autre)",
    ),
    "going to diverge": (
        replace(STORY, kind="out of steps", ending=ending("max_iter"), steps=0, learning_rate=0.5, next_length=5e-10, landscape=KNOWN, asked=Asked(LIMITS._replace(most=0), steps_given=True, auto=False)),
        'out of steps: all 0 steps that max_iter allows are done, the next would be 5e-10 long, and the cost is 0.25 above its exact minimum 0.25; it is going to diverge: try 0.125, half of the largest stable one, or "auto" (0.2)',
        'nombre de pas épuisé : max_iter n\'autorise que 0 pas, le suivant serait de longueur 5e-10, et le coût dépasse de 0.25 son minimum exact 0.25 ; la descente va diverger : essayez 0.125, la moitié du plus grand taux stable, ou "auto" (0.2)',
    ),
    "diverged": (
        replace(STORY, kind="diverged", ending=ending("beyond"), steps=3, learning_rate=0.5, last=(99.0, 9.0), landscape=KNOWN),
        'diverged: in 3 steps the cost rose from 4 to 99: the learning rate 0.5 is above the largest stable one, 0.25, so each step overshoots further; try 0.125, half of the largest stable one, or "auto" (0.2)',
        'divergence : en 3 pas, le coût est monté de 4 à 99 : le taux d\'apprentissage 0.5 dépasse le plus grand taux stable, 0.25, et chaque pas dépasse le minimum de plus en plus ; essayez 0.125, la moitié du plus grand taux stable, ou "auto" (0.2)',
    ),
    "not a number": (
        replace(STORY, kind="diverged", ending=ending("beyond", math.nan), steps=0, guess=0.02),
        "diverged: at step 1 the cost is not a number any more: the learning rate 0.1 is too large here; try 0.02: a guess, at which the first steps go down",
        "divergence : au pas 1, le coût n'est plus un nombre : le taux d'apprentissage 0.1 est ici trop grand ; essayez 0.02 : une estimation, avec laquelle les premiers pas descendent",
    ),
    "infinite": (
        replace(STORY, kind="diverged", ending=ending("beyond", math.inf), steps=1),
        "diverged: at step 2 the cost is too large for a float: the learning rate 0.1 is too large here; try a tenth of it, 0.01",
        "divergence : au pas 2, le coût est trop grand pour un nombre à virgule flottante : le taux d'apprentissage 0.1 est ici trop grand ; essayez-en le dixième, 0.01",
    ),
    "interrupted": (
        replace(STORY, kind="interrupted", ending=ending("interrupt"), steps=2),
        "interrupted: it was stopped after 2 steps, at a cost of 0.5; the trace so far is kept; go on with start=run.parameters",
        "interruption : arrêt demandé après 2 pas, à un coût de 0.5 ; la trace est gardée jusque-là ; continuez avec start=run.parameters",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENDINGS)
def test_outcomes_in_two_languages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    story, english, french = ENDINGS[name]
    outcome = outcome_of(story)
    assert outcome.message == str(outcome) == english
    assert (
        f"{outcome.kind}: {outcome.cause}" + (outcome.remedy and f"; {outcome.remedy}") == english
    )
    assert outcome.text("fr").replace("\u00a0", " ") == french
    monkeypatch.setenv("SYMGD_LANGUAGE", "fr")
    assert outcome.message == outcome.text("fr")
    assert outcome.kind in KINDS


def test_the_report_in_french(golden: Callable[[str, str], None]) -> None:
    golden("report_fr.txt", as_text(demo_run(demo_problem(Problem)), language="fr"))


def test_the_report_in_english(golden: Callable[[str, str], None]) -> None:
    golden("report.txt", as_text(demo_run(demo_problem(Problem))))


def test_the_report_in_ascii_has_no_accents() -> None:
    run = Problem("m*x + b", loss="huber").descend([3.0, 4.0], [1.0, 2.0], learning_rate=0.01)
    written = as_text(run, ascii=True, language="fr")
    assert written.isascii()
    assert "?" not in written
    assert "remarque : aucun depart n'est donne pour m = 0, b = 0" in written


def test_notes_of_a_run_are_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    run = Problem("m*x + b").descend([3.0, 3.0], [1.0, 2.0])
    assert (run.notes[0], run.notes[-1]) == (
        "no start is given for m = 0, b = 0",
        "the minimum is not unique",
    )
    monkeypatch.setenv("SYMGD_LANGUAGE", "fr")
    assert run.notes[-1] == "le minimum n'est pas unique"


DATA = (
    ("x,y\n1,a\n2,3\n3,4\n", "1 ligne incorrecte ignorée : ligne 2"),
    ("x,y\n1,a\n2,b\n3,4\n4,4\n", "2 lignes incorrectes ignorées : lignes 2, 3"),
    ("x,y\n" + "a,1\n" * 12 + "3,4\n4,4\n", "lignes 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 et 2 autres"),
    ("x,y\n2,3\n", "une seule ligne"),
    ("x,y\n2,3\n2,4\n", 'la colonne "x" est constante (2.0)'),
)


@pytest.mark.parametrize(("rows", "remark"), DATA)
def test_remarks_on_the_data_are_said_in_the_language_asked_for(
    rows: str, remark: str, tmp_path: Path
) -> None:
    data = tmp_path / "points.csv"
    data.write_text(rows, encoding="utf-8")
    line = ["descend", str(data), "--model", "a*x + b", "--skip-bad-rows", "--max-iter", "1"]
    told = CliRunner().invoke(main, [*line, "--language", "fr"]).stdout
    assert remark in told.replace("\u00a0", " ")
    record = json.loads(
        CliRunner().invoke(main, [*line, "--language", "fr", "--format", "json"]).stdout
    )
    assert any(remark in note.replace("\u00a0", " ") for note in record["notes"])


def test_an_array_that_is_read_as_a_column_is_said_in_french(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    run = Problem("m*x + b").descend([[3.0], [4.0]], [1.0, 2.0], max_iter=1)
    assert 'argument "x" of shape (2, 1) is read as 2 values' in as_text(run)
    monkeypatch.setenv("SYMGD_LANGUAGE", "fr")
    assert run.data.notes == ('argument "x" de forme (2, 1) : lu comme 2 valeurs',)
    assert run.data.notes[0] in as_text(run)


def test_json_keeps_its_keys_and_kinds() -> None:
    run = demo_run(demo_problem(Problem))
    english, french = (json.loads(as_json(run, language=name)) for name in ("en", "fr"))
    assert english.keys() == french.keys()
    assert {key for key in english if english[key] != french[key]} == {"message"}
    assert french["message"] == run.outcome.text("fr")
    assert french["outcome"] == "out of steps"


def test_fit_speaks_the_language_asked_for(tmp_path: Path) -> None:
    data = tmp_path / "points.csv"
    data.write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n", encoding="utf-8")
    line = ["descend", str(data), "--model", "a*x + b"]
    done = CliRunner().invoke(main, [*line, "--language", "fr"])
    assert done.exit_code == 0
    assert "convergence" in done.stdout
    assert "minimum exact" in done.stdout
    wrong = CliRunner().invoke(main, [*line, "--language", "xx"])
    assert wrong.exit_code == 2
    assert 'there is no language "xx"' in wrong.stderr
