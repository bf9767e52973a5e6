"""What people meet: names, help, signatures, tables and pictures in notebooks, files, copies, and messages in their words."""

from __future__ import annotations

import ast
import base64
import copy
import inspect
import json
import math
import multiprocessing
import pickle
import pydoc
import re
import subprocess
import sys
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from gallery import gallery

import symgd
from symgd import PENALTIES, Problem, matrix_form
from symgd.animations import LESSONS
from symgd.cli import main
from symgd.cli.options import descent_options
from symgd.data.datasets import DATASETS, load
from symgd.errors import SymgdError, either, for_command_line, for_python
from symgd.fit.fit_options import FitOptions
from symgd.matrix.form import FORMS
from symgd.optimize.descent_options import DescentOptions
from symgd.problem.notation import NotationOptions
from symgd.problem.problem_options import ProblemOptions
from symgd.registry.options import ELSEWHERE
from symgd.registry.registry import FrozenMap, Registry
from symgd.registry.table import cut
from symgd.writing.formats import FORMATS
from symgd.writing.shown import Shown
from symgd.writing.words import Message

X, Y = [1, 2, 3], [1.2, 1.8, 3.4]
NASTY = '<script>alert("&")</script>'


@cache
def line() -> symgd.Problem:
    return symgd.Problem("a*x + b")


@cache
def run() -> symgd.Run:
    return line().descend(X, Y, learning_rate=0.06, max_iter=30, tolerance=0)


def refused(call: Callable[[], object]) -> SymgdError:
    with pytest.raises(SymgdError) as caught:
        call()
    return caught.value


# ---------------------------------------------------------------------------------------------
# Names, help and signatures


def test_the_package_shows_its_public_names_alone() -> None:
    shown = subprocess.run(
        [sys.executable, "-c", "import symgd; print(*dir(symgd))"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout.split() == sorted(symgd.__all__)
    assert dir(symgd) == sorted(symgd.__all__)


def test_every_public_name_is_known_to_type_checkers() -> None:
    """Names are loaded late by a table; checkers read the imports that are for them alone."""
    homes = {
        alias.name: node.module
        for node in ast.walk(ast.parse(inspect.getsource(symgd)))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname == alias.name
    }
    assert homes == {**symgd._HOME, "__version__": "symgd.version"}


@pytest.mark.parametrize("name", symgd.__all__)
def test_every_public_name_has_help(name: str) -> None:
    value = getattr(symgd, name)
    if inspect.isclass(value) or inspect.isfunction(value):
        assert inspect.getdoc(value), name


def test_help_on_a_problem_is_readable() -> None:
    said = pydoc.render_doc(symgd.Problem, renderer=pydoc.plaintext)
    assert "A model and a loss: what gradient descent is to minimise." in said
    assert "mappingproxy" not in said
    assert "Registry" not in said


def methods() -> list[tuple[type, str]]:
    kinds = (symgd.Problem, symgd.Run, symgd.Trace, symgd.Exercise, symgd.Verdict, symgd.Hint)
    return [
        (kind, name)
        for kind in kinds
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    ]


@pytest.mark.parametrize(("kind", "name"), methods())
def test_signatures_are_typed(kind: type, name: str) -> None:
    signature = inspect.signature(getattr(kind, name))
    parameters = [each for each in signature.parameters.values() if each.name != "self"]
    assert all(each.annotation is not each.empty for each in parameters)
    assert signature.return_annotation is not signature.empty


def public_calls() -> dict[str, Callable[..., object]]:
    """Every public class, function and method."""
    values = {name: getattr(symgd, name) for name in symgd.__all__}
    found = {name: value for name, value in values.items() if inspect.isfunction(value)}
    for kind in (kind for kind in values.values() if isinstance(kind, type)):
        if not issubclass(kind, Exception):
            found[kind.__name__] = kind
            for name, method in inspect.getmembers(kind, callable):
                if not name.startswith("_") and inspect.isroutine(method):
                    found[f"{kind.__name__}.{name}"] = method
    return found


PUBLIC_CALLS = public_calls()


@pytest.mark.parametrize("name", PUBLIC_CALLS)
def test_signatures_are_short(name: str) -> None:
    """No table, and nothing else that is long or has an address, stands as a default value."""
    signature = inspect.signature(PUBLIC_CALLS[name])
    defaults = [repr(part.default) for part in signature.parameters.values()]
    assert all(len(said) < 30 and " at 0x" not in said for said in defaults)
    assert len(str(signature)) < 900


@pytest.mark.parametrize("name", symgd.__all__)
def test_help_is_readable(name: str) -> None:
    value = getattr(symgd, name)
    if callable(value):
        said = pydoc.render_doc(value, renderer=pydoc.plaintext)
        assert max(map(len, said.splitlines())) < 900


@pytest.mark.parametrize(
    ("options", "call", "own"),
    [(DescentOptions, Problem.descend, set()), (FitOptions, Problem.fit, {"budget"})],
)
def test_options_are_those_that_are_typed(
    options: type, call: Callable[..., object], own: set[str]
) -> None:
    typed = {
        n: p.default
        for n, p in inspect.signature(call).parameters.items()
        if p.kind is p.KEYWORD_ONLY
    }
    assert {part.name: part.default for part in fields(options)} == {
        name: default for name, default in typed.items() if name not in own
    }


@pytest.mark.parametrize(
    ("options", "call"), [(ProblemOptions, symgd.Problem), (NotationOptions, symgd.Notation)]
)
def test_changes_are_the_arguments_of_the_class(options: type, call: type) -> None:
    given = inspect.get_annotations(options)
    taken = inspect.signature(call).parameters
    assert {name: part.__forward_arg__ for name, part in given.items()} == {
        name: part.annotation for name, part in taken.items()
    }


@pytest.mark.parametrize("name", ["descend", "animate"])
def test_options_of_a_descent_can_be_completed(name: str) -> None:
    known = inspect.signature(getattr(symgd.Problem, name)).parameters
    assert {"start", "learning_rate", "max_iter", "tolerance", "cost_tolerance"} <= {*known}


# ---------------------------------------------------------------------------------------------
# Options that are none


@pytest.mark.parametrize(
    ("name", "value", "meant"),
    [
        ("lr", 0.1, "learning_rate"),
        ("alpha", 0.1, "learning_rate"),
        ("learnin_rate", 0.1, "learning_rate"),
        ("n_epochs", 10, "epochs"),
        ("tol", 1e-6, "tolerance"),
        ("x0", [0.0, 0.0], "start"),
        ("init", {"a": 0.0}, "start"),
        ("callback", print, "progress"),
    ],
)
def test_an_unknown_option_is_told_as_that(name: str, value: Any, meant: str) -> None:
    options = {name: value}
    error = refused(lambda: line().descend(X, Y, **options))
    assert str(error) == f'descend has no option "{name}"; did you mean {meant}?'
    assert isinstance(error, symgd.UnknownOption)
    assert isinstance(error, TypeError)


def test_an_option_like_no_other_gets_them_all() -> None:
    error = refused(lambda: line().descend(X, Y, colour="red"))  # type: ignore[arg-type]
    assert 'no option "colour"; its options are start, learning_rate' in str(error)


def test_a_column_may_be_called_as_an_option_is_elsewhere() -> None:
    rate = symgd.Problem("a*lr + b", inputs=["lr"])
    assert rate.descend(lr=X, y=Y, max_iter=2).steps == 2


def test_a_column_that_is_not_wanted_is_still_told_as_that() -> None:
    assert str(refused(lambda: line().descend(X, Y, z=X))).startswith('there is no column "z"')


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (
            lambda: line().animate("descend", X, Y, output="a.mp4", lr=0.1),  # type: ignore[arg-type]
            'animate has no option "lr"; did you mean learning_rate?',
        ),
        (
            lambda: line().animate("descend", X, Y, output="a.mp4", speed=2),  # type: ignore[arg-type]
            'animate has no option "speed"; did you mean pace?',
        ),
        (
            lambda: line().stationary(X, Y, lr=0.1),
            'stationary has no option "lr"; its options are budget',
        ),
        (lambda: line().replace(los="mae"), 'replace has no option "los"; did you mean loss?'),
        (
            lambda: line().written(residul="e"),
            'written has no option "residul"; did you mean residual?',
        ),
        (
            lambda: line().derive().latex(notation="prime"),
            'latex has no option "notation"; did you mean derivative_style?',
        ),
        (
            lambda: line().hessian().markdown(detal="full"),
            'markdown has no option "detal"; did you mean detail?',
        ),
        (lambda: line().derive().text(widht=3), 'text has no option "widht"; did you mean width?'),
        (
            lambda: line().derive().latex(documnt=True),
            'latex has no option "documnt"; did you mean document?',
        ),
        (
            lambda: line().derive().save("a.tex", langage="fr"),
            'save has no option "langage"; did you mean language?',
        ),
        (
            lambda: line().derive().at({"a": 1, "b": 1}, digts=3),
            'at has no option "digts"; did you mean digits?',
        ),
        (
            lambda: line().check(WRONG).text(langage="fr"),
            'text has no option "langage"; did you mean language?',
        ),
        (
            lambda: symgd.Exercise.of_formula("x^2", "x").hint(strenght=3),
            'hint has no option "strenght"; did you mean strength?',
        ),
    ],
)
def test_other_calls_tell_of_unknown_options_too(call: Callable[[], object], said: str) -> None:
    assert str(refused(call)) == said


def takes_any_name(call: Callable[..., object]) -> bool:
    kinds = {part.kind for part in inspect.signature(call).parameters.values()}
    return inspect.Parameter.VAR_KEYWORD in kinds


@pytest.mark.parametrize("name", [n for n, c in PUBLIC_CALLS.items() if not takes_any_name(c)])
def test_every_public_call_refuses_an_option_in_its_users_words(name: str) -> None:
    error = refused(lambda: PUBLIC_CALLS[name](no_such_option=3))
    assert isinstance(error, symgd.UnknownOption)
    assert str(error).startswith(f'{name.rpartition(".")[2]} has no option "no_such_option"; ')


def test_another_type_error_is_left_as_it_is() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'lines'"):
        line().check()  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda: Problem("m*x", "hubr"), 'no loss "hubr"; did you mean huber?'),
        (lambda: Problem("m*x", "pinbal"), 'no loss "pinbal"; did you mean pinball?'),
        (
            lambda: Problem("m*x", penalty="rige"),
            'no penalty "rige"; did you mean ridge? All are ridge, lasso, elastic_net',
        ),
        (
            lambda: line().animate("descen", output="a.mp4"),
            'no lesson "descen"; did you mean descend?',
        ),
        (
            lambda: line().derive().text(derivative_style="leibnitz"),  # type: ignore[arg-type]
            "derivative_style is 'leibnitz'; did you mean leibniz? All are leibniz, prime",
        ),
        (lambda: load("three_point"), 'no data set "three_point"; did you mean three_points?'),
        (
            lambda: line().derive().save("a.txt", name="latx"),
            'no format "latx"; did you mean latex?',
        ),
        (lambda: matrix_form("rige"), 'no cost in matrices "rige"; did you mean ridge?'),
        (lambda: matrix_form("norn(X@w - y)^2"), 'no function "norn"; did you mean "norm"?'),
        (lambda: matrix_form("w.T@softplos(w)"), '"softplos"; did you mean "softplus"?'),
        (
            lambda: Problem("m*x", penalized=["m"], penalties={"own": PENALTIES["ridge"]}),
            "penalized is given and there is no penalty; pass penalty, one of own",
        ),
        (
            lambda: Problem("m*x + b", labels={"time": "minutes"}),
            '"time" has a label and is no column of the problem; expected one of x, y',
        ),
        (
            lambda: matrix_form("norm(X@w - y)^2", shapes={"Q": "Nxp"}),
            '"Q" has a shape and is not in the formula; expected one of X, w, y',
        ),
    ],
)
def test_a_name_that_is_not_known_is_told_the_nearest(
    call: Callable[[], object], said: str
) -> None:
    with pytest.raises(SymgdError) as error:
        call()
    assert said in str(error.value)


def test_labels_follow_the_columns_that_a_changed_problem_still_has() -> None:
    labelled = Problem("m*x + b", labels={"x": "time"})
    assert labelled.replace(model="a*x^2 + b").labels == {"x": "time", "y": "y"}
    assert labelled.replace(model="a*t", inputs=["t"]).labels == {"t": "t", "y": "y"}


def test_what_others_call_an_option_is_said_once() -> None:
    words = [word for words in ELSEWHERE.values() for word in words.split()]
    assert len(words) == len(set(words))
    assert not set(words) & set(ELSEWHERE)


# ---------------------------------------------------------------------------------------------
# In notebooks


def html_of(value: Any) -> str:
    if hasattr(value, "_repr_html_"):
        return str(value._repr_html_())
    return str(value._repr_mimebundle_()["text/html"])


def pictures_in(page: str) -> list[bytes]:
    return [
        base64.b64decode(data) for data in re.findall(r'src="data:image/png;base64,([^"]*)"', page)
    ]


@pytest.mark.parametrize("value", [run, lambda: run().trace], ids=["run", "trace"])
def test_a_table_comes_with_its_picture(value: Callable[[], Any]) -> None:
    page = html_of(value())
    (picture,) = pictures_in(page)
    assert picture.startswith(b"\x89PNG")
    assert page.count("<table>") == page.count("</table>") > 0


def test_a_run_tells_parameters_minimum_outcome_and_steps() -> None:
    page = html_of(run())
    assert "<b>out of steps</b>" in page
    for value in (*run().parameters.values(), run().cost, run().exact.cost):  # type: ignore[union-attr]
        assert f">{value:.10g}</td>" in page
    assert run().trace.html() in page
    assert "no start is given" in page


def test_a_long_trace_is_cut_in_the_middle() -> None:
    page = run().trace.html(most=6)
    first = re.findall(r"<tr><td[^>]*>([^<]*)</td>", page)
    assert first == ["0", "1", "2", "⋮", "28", "29", "30"]
    assert "⋮" not in run().trace.html(most=31)


@pytest.mark.parametrize(("count", "most"), [(0, 4), (4, 4), (5, 4), (9, 4), (9, 5), (2, 1)])
def test_the_first_and_the_last_are_kept(count: int, most: int) -> None:
    rows = cut(count, most, lambda number: (str(number), "words"))
    kept = [int(number) for number, _ in rows if number != "⋮"]
    assert len(kept) == min(count, most)
    assert kept == sorted(set(kept))
    assert not kept or kept[0] == 0
    assert most < 2 or not kept or kept[-1] == count - 1
    assert rows.count(("⋮", "⋮")) == (count > most > 1)


def test_a_picture_shows_itself() -> None:
    figure = run().plot()
    assert figure._repr_png_().startswith(b"\x89PNG")
    from matplotlib import pyplot

    assert not pyplot.get_fignums()  # no window, and no global list


def test_columns_are_a_table_with_their_notes() -> None:
    columns = run().data
    page = html_of(columns)
    assert re.findall(r"<tr><td[^>]*>([^<]*)</td><td[^>]*>([^<]*)</td>", page) == [
        *(("1", "1"), ("2", "2"), ("3", "3"))
    ]
    many = line().descend([0.5] * 1000, [1.0] * 1000, max_iter=1).data
    assert html_of(many).count("<tr>") == 14  # the head, twelve rows, and the dots
    assert "<p>column &quot;x&quot; is constant (0.5)</p>" in html_of(many)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("loss", "Huber, Robust Estimation"),
        ("penalty", "lambda*rho*sum(abs(weight))"),
        ("function", "maximum"),
    ],
)
def test_what_is_declared_is_a_table_of_its_own(name: str, said: str) -> None:
    page = html_of(VALUES[name]())
    assert page.startswith("<table>")
    assert f">{VALUES[name]().name}</td>" in page
    assert said in page


def test_an_exercise_shows_what_is_given_and_wanted() -> None:
    shown = symgd.Exercise.of_problem(line().written(residual="e"), "a")._repr_markdown_()
    assert shown.split("\n\n") == [
        "$$\nJ = \\frac{1}{N} \\sum_{i=1}^{N} e_{i}^{2}\n$$",
        "$$\ne_{i} = a x_{i} + b - y_{i}\n$$",
        "$$\n\\frac{\\partial J}{\\partial a} = {?}\n$$",
    ]


def test_several_scores_have_a_table_without_picture() -> None:
    several = symgd.Problem(["a*x", "b*x"], "categorical_cross_entropy", target=["y1", "y2"])
    ended = several.descend(X, [1, 0, 1], [0, 1, 0], learning_rate=0.1, max_iter=3)
    assert "<table>" in html_of(ended)
    assert not pictures_in(html_of(ended))


def test_nothing_in_a_table_is_markup() -> None:
    loss = symgd.Loss("mine", NASTY, "(prediction - target)^2", "mean", NASTY, NASTY)
    page = html_of(symgd.LOSSES | {"mine": loss})
    outcome = symgd.Outcome("diverged", Message(NASTY), Message(NASTY))
    columns = symgd.Columns(("x", "y"), (run().data["x"], run().data["y"]), (Message(NASTY),))
    noted = line().descend(columns, max_iter=3)
    for shown in (page, html_of(outcome), html_of(noted)):
        assert "script&gt;" in shown
        assert "<script" not in shown


REGISTRIES: Mapping[str, Registry[Any]] = {
    "losses": symgd.LOSSES,
    "penalties": symgd.PENALTIES,
    "functions": symgd.FUNCTIONS,
    "data sets": DATASETS,
    "formats": FORMATS,
    "forms": FORMS,
    "lessons": LESSONS,
}


@pytest.mark.parametrize("registry", REGISTRIES.values(), ids=REGISTRIES)
def test_registries_are_tables(registry: Registry[Any]) -> None:
    page = html_of(registry)
    assert page.count("<tr>") == len(registry) + 1
    rows = repr(registry).splitlines()
    assert [row.split()[0] for row in rows] == ["name", *registry]
    with pytest.raises(TypeError):
        registry["mine"] = None  # type: ignore[index]  # the assignment is what is tried


@pytest.mark.parametrize("name", REGISTRIES)
def test_registries_can_be_sent(name: str) -> None:
    again = pickled(REGISTRIES[name])
    assert type(again) is Registry
    assert again == REGISTRIES[name]


def test_a_table_of_losses_tells_their_sources() -> None:
    assert "Legendre" in html_of(symgd.LOSSES)


def test_hints_and_verdicts_render_their_formulas() -> None:
    assert "$" in line().hint(strength=3)._repr_markdown_()
    assert "$" in line().check("dJ/da = 1/N sum 2(a x_i + b - y_i)")._repr_markdown_()


# ---------------------------------------------------------------------------------------------
# In one line


WRONG = "dJ/da = 1/N sum 2(a x_i + b - y_i)"

# A value of every public kind, derivations left out: of these the gallery has all.
VALUES: Mapping[str, Callable[[], Any]] = {
    "problem": line,
    "budget": lambda: symgd.Budget(steps=10),
    "optimizer": lambda: symgd.OPTIMIZERS["adam"],
    "notation": lambda: symgd.Notation(residual="e"),
    "schedule": lambda: symgd.SCHEDULES["cosine"],
    "loss": lambda: symgd.LOSSES["huber"],
    "setting": lambda: symgd.LOSSES["huber"].settings[0],
    "penalty": lambda: symgd.PENALTIES["elastic_net"],
    "losses": lambda: symgd.LOSSES,
    "functions": lambda: symgd.FUNCTIONS,
    "function": lambda: symgd.FUNCTIONS["max"],
    "function of one's own": lambda: symgd.Function("twice", math.fsum, compute=math.fsum),
    "problem with functions": lambda: symgd.Problem(
        "a*sin(x)", functions={**symgd.FUNCTIONS, "twice": VALUES["function of one's own"]()}
    ),
    "gradient of functions": lambda: symgd.differentiate(
        "max(x, a)*tanh(x)", "x", functions=symgd.FUNCTIONS
    ),
    "run": run,
    "objective": lambda: symgd.Objective("a*x^2 + (y - 1)^2", settings={"a": 3}),
    "run over arrays": lambda: symgd.Problem("exp(a*x)").descend(
        X, Y, learning_rate=1e-3, max_iter=3
    ),
    "trace": lambda: run().trace,
    "outcome": lambda: run().outcome,
    "minimum": lambda: run().exact,
    "columns": lambda: run().data,
    "exercise": lambda: symgd.Exercise.of_problem(line()),
    "exercise on a formula": lambda: symgd.Exercise.of_formula("x^2*sin(x)", "x"),
    "exercise in other algebra": lambda: symgd.Exercise.of_problem(
        line().written(constants="inside")
    ),
    "verdict": lambda: line().check(WRONG),
    "hint": lambda: line().hint(WRONG, strength=3),
    "step": lambda: line().derive("a").steps[0],
    "exposition": lambda: line().derive().exposition,
    "outline": lambda: line().derive().outline(),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_value_says_what_it_is_in_one_line(name: str) -> None:
    said = repr(VALUES[name]())
    assert "object at 0x" not in said
    table = name in ("losses", "functions")
    assert table or (len(said) < 250 and "\n" not in said)


def test_a_hint_says_what_to_do_in_one_line() -> None:
    assert repr(line().hint()) == "Hint('To begin with ∂J/∂a: use the constant multiple rule.')"
    assert repr(line().hint(WRONG)).startswith("Hint('Line 1 is not right: mend it first (check")


def test_a_run_is_printed_in_one_language(monkeypatch: pytest.MonkeyPatch) -> None:
    assert str(run()) == run().text()
    monkeypatch.setenv("SYMGD_LANGUAGE", "fr")
    assert str(run()) == run().text(language="fr")


@pytest.mark.parametrize("name", VALUES)
def test_a_value_takes_no_other_attributes(name: str) -> None:
    value = VALUES[name]()
    for attribute in ("no_such", *getattr(value, "__dataclass_fields__", ())):
        with pytest.raises(AttributeError):
            setattr(value, attribute, 1)


@pytest.mark.parametrize(
    ("registry", "name", "said"),
    [
        ("losses", "hubr", 'there is no "hubr"; did you mean huber?'),
        ("functions", "sine", 'there is no "sine"; did you mean sin?'),
        ("penalties", "zzz", 'there is no "zzz"; expected one of ridge, lasso, elastic_net'),
    ],
)
def test_a_name_that_is_not_declared_is_told_the_nearest(
    registry: str, name: str, said: str
) -> None:
    with pytest.raises(KeyError) as caught:
        REGISTRIES[registry][name]
    assert str(caught.value) == str(pickled(caught.value)) == said
    assert REGISTRIES[registry].get(name) is None
    assert name not in REGISTRIES[registry]


def test_a_derivation_says_what_it_is_in_one_line() -> None:
    for name, derivation in gallery().items():
        said = repr(derivation)
        assert said.startswith(f"{type(derivation).__name__}("), name
        assert "\n" not in said, name


# ---------------------------------------------------------------------------------------------
# Copies, and other processes


def told(value: Any) -> str:
    """What matters of a value, as text."""
    return str(value.text()) if hasattr(value, "text") else repr(value)


def pickled(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("made", [copy.copy, copy.deepcopy, pickled])
def test_a_copy_is_the_same(made: Callable[[Any], Any], name: str) -> None:
    value = VALUES[name]()
    again = made(value)
    assert type(again) is type(value)
    assert again == value
    assert told(again) == told(value)


@pytest.mark.parametrize("made", [copy.copy, copy.deepcopy, pickled])
def test_what_ships_is_found_again_by_its_name(made: Callable[[Any], Any]) -> None:
    for name, function in symgd.FUNCTIONS.items():
        assert made(function) is function
        assert made(symgd.FUNCTIONS)[name] is function


@pytest.mark.parametrize("name", symgd.__all__)
def test_every_public_name_can_be_sent(name: str) -> None:
    value = getattr(symgd, name)
    assert pickled(value) == value
    assert copy.deepcopy(value) == value


def test_there_is_a_value_of_every_public_class() -> None:
    kinds = {type(make()) for make in VALUES.values()} | {*map(type, gallery().values())}
    public = {kind for kind in map(vars(symgd).get, symgd.__all__) if isinstance(kind, type)}
    assert {kind for kind in public if not issubclass(kind, Exception)} <= kinds


@pytest.mark.parametrize("name", ["run", "run over arrays", "trace", "columns", "minimum"])
def test_equal_values_have_one_hash(name: str) -> None:
    assert hash(pickled(VALUES[name]())) == hash(VALUES[name]())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: run(), lambda: line().descend(X, Y, learning_rate=0.06, max_iter=29, tolerance=0)),
        (lambda: run().trace, lambda: VALUES["run over arrays"]().trace),
        (lambda: run().data, lambda: line().descend(X, [1.2, 1.8, 3.5], max_iter=1).data),
        (lambda: line().derive("a"), lambda: line().derive("b")),
        (lambda: line().derive("a").steps[0].rule, lambda: line().derive("a").steps[1].rule),
        (lambda: run(), lambda: 3),
    ],
)
def test_other_values_are_not_equal(one: Callable[[], Any], other: Callable[[], Any]) -> None:
    assert one() != other()
    assert one() == one()


def one_of_each() -> Mapping[str, Shown]:
    """One derivation of each class, and those whose numbers or rules are of their own kind."""
    kinds = {type(value).__name__: name for name, value in gallery().items()}
    names = [*kinds.values(), "matrix logistic", "chain at a number", "network"]
    return {name: gallery()[name] for name in names}


def test_a_copy_of_a_derivation_tells_the_same() -> None:
    for name, value in one_of_each().items():
        said = value.text()
        for again in (pickled(value), copy.deepcopy(value), copy.copy(value)):
            assert again == value, name
            assert again.text() == said, name


def test_every_derivation_can_be_sent() -> None:
    for name, value in gallery().items():
        again = pickled(value)
        assert again == value, name
        assert (type(again), repr(again)) == (type(value), repr(value)), name


def worked_on(value: Any) -> str:
    """What another process makes of a value: for some the work begins there only."""
    if isinstance(value, symgd.Problem):
        return told(value.derive())
    if isinstance(value, symgd.Exercise):
        return told(value.hint(strength=3)) + told(value.check(WRONG))
    return told(value)


def test_other_processes_tell_the_same() -> None:
    left_out = ("exercise on a formula",)  # its lines are others
    sent = {name: make() for name, make in VALUES.items() if name not in left_out}
    sent |= one_of_each()
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        answers = [*pool.map(worked_on, sent.values())]
    for (name, value), answer in zip(sent.items(), answers, strict=True):
        assert answer == worked_on(value), name


@pytest.mark.parametrize(
    "error",
    [
        symgd.FormulaError("here", "there", text="a +", position=2),
        symgd.OutputError("here", f"pass {either('a=1', '--a 1')}"),
        symgd.MissingPackage("here", "there"),
        symgd.UnknownOption("here", "there"),
    ],
)
def test_errors_arrive_whole(error: SymgdError) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert (str(again), again.cause, again.remedy) == (str(error), error.cause, error.remedy)
    assert again.on_command_line == error.on_command_line


def test_a_mapping_that_does_not_change() -> None:
    frozen = FrozenMap({"a": 1, "b": 2})
    assert frozen == {"a": 1, "b": 2}
    assert [*reversed(frozen)] == ["b", "a"]
    assert frozen | {"c": 3} == {"a": 1, "b": 2, "c": 3}
    with pytest.raises(TypeError):
        frozen["a"] = 2  # type: ignore[index]


# ---------------------------------------------------------------------------------------------
# Files

SAVED: Mapping[str, tuple[Callable[[], Any], Mapping[str, bytes]]] = {
    "run": (
        run,
        {
            ".png": b"\x89PNG",
            ".svg": b"<?xml",
            ".pdf": b"%PDF",
            ".csv": b"step,a,b,cost",
            ".json": b"{",
            ".txt": b"J =",
        },
    ),
    "trace": (
        lambda: run().trace,
        {".png": b"\x89PNG", ".svg": b"<?xml", ".pdf": b"%PDF", ".csv": b"step,a", ".json": b"{"},
    ),
    "verdict": (
        lambda: line().check(WRONG),
        {".txt": b"Line 1", ".md": b"Line 1", ".json": b"{"},
    ),
    "hint": (lambda: line().hint(WRONG), {".txt": b"Line 1", ".md": b"Line 1", ".json": b"{"}),
    **{
        name: (
            lambda name=name: gallery()[name],  # type: ignore[misc]
            {".txt": b"", ".json": b"{", ".tex": rb"\documentclass", ".html": b"<!DOCTYPE"},
        )
        for name in (
            *("3*x^5 by x", "problem line", "Hessian", "stationary point", "stable rate"),
            *("line at a point", "matrix mse", "matrix gradient alone"),
        )
    },
}


@pytest.mark.parametrize("name", SAVED)
def test_the_suffix_says_the_format(name: str, tmp_path: Path) -> None:
    make, begins = SAVED[name]
    for suffix, begin in begins.items():
        path = tmp_path / f"result{suffix.upper()}"
        assert make().save(str(path)) == path
        assert path.read_bytes().startswith(begin), suffix


@pytest.mark.parametrize("name", SAVED)
def test_another_suffix_is_told_the_known_ones(name: str, tmp_path: Path) -> None:
    make, begins = SAVED[name]
    said = {"result.docx": 'ends in ".docx", which is no known format', "result": "has no suffix"}
    for path, words in ((tmp_path / name, words) for name, words in said.items()):
        error = refused(lambda path=path: make().save(path))  # type: ignore[misc]
        assert isinstance(error, symgd.OutputError)
        assert error.cause == f"{path} {words}"
        assert error.remedy.startswith("expected .")
        assert all(suffix in error.remedy for suffix in begins)
        assert not path.exists()


def test_a_trace_is_the_same_in_csv_and_json(tmp_path: Path) -> None:
    run().trace.save(tmp_path / "trace.json")
    run().save(tmp_path / "trace.csv")
    columns = json.loads((tmp_path / "trace.json").read_text())
    head, *rows = (tmp_path / "trace.csv").read_text().splitlines()
    assert [*columns] == head.split(",")
    assert [[float(cell) for cell in row.split(",")] for row in rows] == [
        [*row] for row in zip(*columns.values(), strict=True)
    ]


# ---------------------------------------------------------------------------------------------
# Words for who reads them


def test_words_for_python_and_for_the_command_line() -> None:
    words = f"pass {either('max_iter=5', '--max-iter 5')} or {either('', 'nothing')}"
    assert for_python(words) == "pass max_iter=5 or "
    assert for_command_line(words) == "pass --max-iter 5 or nothing"


@pytest.mark.parametrize(
    ("call", "arguments", "python", "command"),
    [
        (
            lambda: symgd.Problem("m*b"),
            ["derive", "m*b"],
            "say which are inputs with inputs",
            "with --inputs, or --x of symgd fit",
        ),
        (
            lambda: symgd.Problem("a*exp(b*x)").stable_rate(X, Y),
            ["rate", "a*exp(b*x)", "--data", "points.csv"],
            "at={'a': 0, 'b': 0}",
            "--at a=0,b=0",
        ),
        (
            lambda: symgd.Problem("sum(w[j]*x[j], j, p)").source(),
            ["generate", "sum(w[j]*x[j], j, p)", "-o", "optimizer.py"],
            "problem.written_out(p=2)",
            "write the sums out",
        ),
        (
            lambda: symgd.Problem("exp(a*x)").descend(X, Y, coordinates="exact"),
            ["descend", "points.csv", "--model", "exp(a*x)", "--coordinates", "exact"],
            'coordinates="exact" needs',
            "--coordinates exact needs",
        ),
        (
            lambda: line().descend("bad.csv"),
            ["fit", "bad.csv", "--model", "a*x + b", "--x", "x", "--y", "y"],
            "skip_bad_rows=True to symgd.read_csv",
            "--skip-bad-rows",
        ),
        (
            lambda: line().descend(X, Y, start={"q": 1.0}),
            [
                "descend",
                "points.csv",
                "--model",
                "a*x + b",
                "--x",
                "x",
                "--y",
                "y",
                "--start",
                "q=1",
            ],
            'start names "q"',
            '--start names "q"',
        ),
        (
            lambda: symgd.matrix_form("norm(D@w)^2"),
            ["matrix", "norm(D@w)^2"],
            'shapes={"D": "p"}',
            "--shape D=p",
        ),
    ],
)
def test_messages_speak_to_their_reader(
    call: Callable[[], object],
    arguments: list[str],
    python: str,
    command: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("points.csv").write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n")
    Path("bad.csv").write_text("x,y\n1,1.2\ntwo,1.8\n3,3.4\n")
    error = str(refused(call))
    assert python in error
    assert "--" not in error
    answer = CliRunner().invoke(main, arguments)
    assert answer.exit_code == 2
    assert command in answer.stderr


def test_an_outcome_speaks_to_its_reader(tmp_path: Path) -> None:
    data = tmp_path / "points.csv"
    data.write_text("x,y\n1,1.2\n2,1.8\n3,3.4\n")
    ended = line().descend(X, Y, learning_rate=0.001, max_iter=3)
    assert (
        'raise max_iter (at this rate it takes about 27000 steps more), or take learning_rate="auto"'
        in ended.outcome.message
    )
    options = ["--x", "x", "--y", "y", "--learning-rate", "0.001", "--max-iter", "3"]
    answer = CliRunner().invoke(main, ["descend", str(data), "--model", "a*x + b", *options])
    assert "raise --max-iter (at this rate" in answer.output
    assert "or take --learning-rate auto" in answer.output


def sources() -> list[Path]:
    root = Path(symgd.__file__).parent
    others = [path for path in root.rglob("*.py") if not {"cli", "codegen"} & {*path.parts}]
    assert len(others) > 200
    return others


def test_no_message_names_an_option_without_its_argument() -> None:
    """Outside the command line's own files, words with an option stand in `either` alone."""
    known = {option.opts[0] for option in descent_options(lambda: None).__click_params__}  # type: ignore[attr-defined]
    for path in sources():
        for row in path.read_text(encoding="utf-8").splitlines():
            if any(f"{option} " in row or f'{option}"' in row for option in known):
                assert "either(" in row or ">>>" in row or path.name == "errors.py", (path, row)


def test_tables_of_losses_speak_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SYMGD_LANGUAGE", "fr")
    assert "erreur quadratique moyenne" in html_of(symgd.LOSSES)
    assert "cibles et prédictions réelles" in html_of(symgd.LOSSES)
    assert "pénalité ridge" in html_of(symgd.PENALTIES)
    monkeypatch.setenv("SYMGD_LANGUAGE", "en")
    assert "mean squared error" in html_of(symgd.LOSSES)
