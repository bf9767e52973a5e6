"""A CSV's header tells inputs from parameters, and which column is predicted; what it cannot tell is an error."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from symgd import Problem, ProblemError
from symgd.cli import main
from symgd.errors import SymgdError

ADS = "TV;radio;sales\n230.1;37.8;22.1\n44.5;39.3;10.4\n17.2;45.9;9.3\n151.5;41.3;18.5\n180.8;10.8;12.9\n"


def run(*arguments: str, standard_input: str | None = None) -> Result:
    result = CliRunner().invoke(main, list(arguments), input=standard_input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("ads.csv").write_text(ADS)
    Path("greek.csv").write_text('"α","Prix (€)"\n1,2\n2,3.9\n3,6.1\n', encoding="utf-8")
    Path("near.csv").write_text("x,z,y\n1,1,2\n2,0,3\n3,2,5\n4,1,6\n")
    Path("left.csv").write_text(",TV,sales\n1,1,2\n2,2,3.5\n3,4,8\n")


def fitted(path: str, model: str, *more: str) -> dict[str, Any]:
    result = run("fit", path, "--model", model, *more, "--format", "json")
    assert result.exit_code == 0, result.output
    made: dict[str, Any] = json.loads(result.stdout)
    return made


@pytest.mark.parametrize(
    ("path", "model", "more", "inputs", "target", "learned"),
    [
        ("ads.csv", "a*TV + b*radio + c", (), ["TV", "radio"], "sales", ["a", "b", "c"]),
        ("ads.csv", "sales = a*TV + b", (), ["TV"], "sales", ["a", "b"]),
        ("ads.csv", "a*TV + b", ("--y", "sales"), ["TV"], "sales", ["a", "b"]),
        ("ads.csv", "a*TV + b", ("--weights", "radio"), ["TV"], "sales", ["a", "b"]),
        ("greek.csv", "k*alpha", (), ["α"], "Prix (€)", ["k"]),
        ("near.csv", "a*x + b*z", (), ["x", "z"], "y", ["a", "b"]),
        ("near.csv", "a*x + b*z", ("--x", "x"), ["x"], "y", ["a", "b", "z"]),
        ("near.csv", "a*x + z", ("--parameters", "a,z"), ["x"], "y", ["a", "z"]),
        ("near.csv", "a*x + z/x1", (), ["x", "z"], "y", ["a", "x1"]),
        ("left.csv", "a*TV", (), ["TV"], "sales", ["a"]),
    ],
)
def test_names_that_are_columns_are_inputs_and_the_column_that_is_left_is_predicted(
    path: str, model: str, more: tuple[str, ...], inputs: list[str], target: str, learned: list[str]
) -> None:
    made = fitted(path, model, *more)
    assert [made["labels"].get(name, name) for name in made["inputs"]] == inputs
    assert made["labels"].get(made["target"], made["target"]) == target
    assert [*made["parameters"]] == learned
    told = (
        f"by the header: reads {', '.join(inputs)}, predicts {target}, learns {', '.join(learned)}"
    )
    assert (told in made["notes"]) == (not {"--x", "--parameters"} & {*more})


def test_where_the_header_decides_nothing_nothing_is_said() -> None:
    assert fitted("near.csv", "a*x + b")["notes"] == []


@pytest.mark.parametrize(
    ("path", "model", "more", "said"),
    [
        ("ads.csv", "a*TV + b", (), "which column is predicted: radio, sales; name it with --y"),
        ("ads.csv", "a*tv + b", (), 'did you mean "TV" by "tv"?'),
        ("ads.csv", "a*x + b", (), 'there is no column "x"; the columns are "TV", "radio", "sales"; say with --x'),
        ("ads.csv", "a*x + b*TV", (), '"x" in the model is no column, and TV is'),
        ("ads.csv", "TV*radio", (), "none is left to be learned; say what is learned with --parameters"),
        ("near.csv", "a*x2 + b*x1", ("--x", "x2", "--x", "z"), "name the columns in the order of x1, x2"),
        ("near.csv", "a*x + b*x1", ("--x", "x", "--x", "z"), "or write the columns' names in the model, which learns a, b, x1"),
        ("near.csv", "sales = a*x", (), 'there is no column "sales"'),
    ],
)  # fmt: skip
def test_what_the_header_leaves_open_is_an_error_that_names_the_choices(
    path: str, model: str, more: tuple[str, ...], said: str
) -> None:
    result = run("fit", path, "--model", model, *more)
    assert result.exit_code == 2
    assert said in result.stderr


def test_standard_input_is_read_once() -> None:
    result = run("fit", "-", "--model", "sales = a*TV", "--language", "fr", standard_input=ADS)
    assert result.exit_code == 0
    assert "d’après l’en-tête : lit TV, prédit sales, apprend a" in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("descend", "--standardise"),
        ("analyse",),
        ("grid", "--grid", "a=0:1:3", "--grid", "b=0:1:3"),
    ],
    ids=lambda arguments: str(arguments[0]),
)
def test_every_verb_says_what_the_header_decided(arguments: tuple[str, ...]) -> None:
    verb, *more = arguments
    result = run(verb, "ads.csv", "--model", "sales = a*TV + b", *more)
    assert "by the header: reads TV, predicts sales, learns a, b" in result.stdout


@pytest.mark.parametrize(
    "use",
    [
        lambda problem, table: problem.fit(table),
        lambda problem, table: problem.descend(table),
        lambda problem, table: problem.analyse(table),
        lambda problem, table: problem.grid(table, a=(0, 1, 2), b=(0, 1, 2), z=(0, 1, 2)),
        lambda problem, table: problem.lambdify(table),
    ],
    ids=["fit", "descend", "analyse", "grid", "lambdify"],
)
@pytest.mark.parametrize("table", [{"x": [1, 2, 3], "z": [0, 1, 1], "y": [1, 2, 4]}, "near.csv"], ids=["mapping", "path"])  # fmt: skip
def test_in_python_a_column_called_as_a_parameter_that_nobody_named_is_refused(
    use: Callable[[Problem, object], object], table: object
) -> None:
    problem = Problem("a*x + b*z")
    with pytest.raises(ProblemError, match='"z" was taken for a parameter') as caught:
        use(problem, table)
    assert 'inputs="x,z"' in str(caught.value)
    assert 'parameters="a,b,z"' in str(caught.value)
    use(problem.replace(parameters=["a", "b", "z"]), table)


def test_numbered_inputs_are_read_in_the_order_of_their_numbers() -> None:
    problem = Problem("a*x2 + b*x1")
    assert problem.inputs == Problem("a*x2 + b*x1", parameters="a,b").inputs == ("x1", "x2")
    assert Problem("a*x2 + b*x1", inputs="x2,x1").inputs == ("x2", "x1")
    by_place = run(
        "fit", "near.csv", "--model", problem.model, "--x", "x", "--x", "z", "--format", "json"
    )
    by_name = Problem("a*z + b*x", inputs="x,z").fit("near.csv")
    assert json.loads(by_place.stdout)["parameters"] == pytest.approx(by_name.parameters)


@pytest.mark.parametrize(
    ("model", "data", "named", "said"),
    [
        ("a*x + b*x1", ([1, 2], [2, 1], [3, 4]), {}, 'inputs="x,x1"'),
        ("a*x + b*z", ([1, 2], [2, 1], [3, 4]), {}, 'inputs="x,...".*'),
        ("a*x + b*x1", (), {"x": [1, 2], "x1": [2, 1], "y": [3, 4]}, '"x1" was taken for a parameter'),
        ("a*x + b*x1", ([1, 2],), {"x1": [2, 1], "y": [3, 4]}, 'Problem.*inputs="x,x1".* reads it'),
    ],
)  # fmt: skip
def test_columns_beside_x_are_never_bound_in_silence(
    model: str, data: tuple[object, ...], named: dict[str, object], said: str
) -> None:
    with pytest.raises(SymgdError, match=said):
        Problem(model).fit(*data, **named)


def test_a_constant_alone_is_fitted_and_reads_nothing() -> None:
    fits = {
        loss: Problem("a", loss=loss).fit([2, 4, 10, 3, 4]) for loss in ("mse", "mae", "poisson")
    }
    assert {loss: fit.parameters["a"] for loss, fit in fits.items()} == pytest.approx(
        {"mse": 4.6, "mae": 4, "poisson": 4.6}
    )
    assert {fit.outcome.kind for fit in fits.values()} == {"converged"}
    assert fits["mse"].standard_errors["a"] == pytest.approx(1.4, rel=1e-12)  # s/√n
    assert "4.60" in fits["mse"].text()
    assert "converged" in fits["mae"].text()
    assert fitted("left.csv", "a", "--y", "sales")["parameters"]["a"] == pytest.approx(13.5 / 3)
    assert fitted("near.csv", "a")["parameters"]["a"] == pytest.approx(4)
    run("fit", "near.csv", "--model", "a", "--save", "a.json")
    assert run("predict", "a.json", "near.csv", "--band", "none").stdout == "prediction\n4.0\n"
    assert "leave --x out" in run("fit", "near.csv", "--model", "a", "--x", "x").stderr
    assert "which column is predicted" in run("fit", "ads.csv", "--model", "a").stderr
    Problem("a").descend([2, 4, 10]).plot("descent")
    with pytest.raises(ProblemError, match="no name in the model is read from data"):
        Problem("m*t + b")


def test_a_column_called_as_a_constant_of_the_formula_is_remarked_on() -> None:
    Path("constant.csv").write_text("x,pi,e,y\n.1,1,2,2\n.2,0,1,3\n.3,2,7,5\n.4,1,4,6\n")
    said = "the column of that name is read where it is named among the inputs"
    (note,) = fitted("constant.csv", "a*sin(pi*x) + 1.5e-1")["notes"]
    assert note.startswith("in the formula, pi is 3.14159…")
    assert note.endswith(said)
    assert fitted("constant.csv", "a*sin(pi*x)", "--x", "x", "--x", "pi")["notes"] == []
    assert "e is 2.71828…" in Problem("a*e^x").fit("constant.csv").notes[0]
    assert Problem("a*exp(x)").replace(inputs="x").fit("constant.csv").notes == ()


def test_inputs_that_are_named_later_leave_the_others_to_be_learned() -> None:
    problem = Problem("a*x + b*z", penalty="ridge").replace(inputs=["x", "z"])
    assert (problem.parameters, problem.penalized) == (("a", "b"), ("a", "b"))
    assert problem.fit({"x": [1, 2, 3], "z": [0, 1, 1], "y": [1, 2, 4]}).outcome.kind == "converged"


@pytest.mark.parametrize("arguments", [("solve",), ("rate",), ("derive", "--at", "a=1,b=2")], ids=lambda arguments: str(arguments[0]))  # fmt: skip
def test_derivations_with_numbers_take_their_inputs_from_the_header(
    arguments: tuple[str, ...],
) -> None:
    verb, *more = arguments
    result = run(verb, "sales = a*TV + b", "--data", "-", *more, standard_input=ADS)
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ('{"TV": [1, 2]}', "JSON"),
        ('"Engine size (l)","CO2; g/km","the ""x"""\n1,2,3\n', 'there is no column "x"; the columns are "Engine size (l)"'),
        ("1,2\n3,4\n", "the file has no header"),
        ("% x,y\n1,2\n", "begins with %"),
        ("", "the file is empty"),
    ],
)  # fmt: skip
def test_a_file_without_the_models_columns_is_told_as_what_it_is(content: str, said: str) -> None:
    Path("other.csv").write_text(content)
    result = run("fit", "other.csv", "--model", "a*x + b")
    assert result.exit_code == 2
    assert said in result.stderr


def test_a_target_that_the_model_names_is_not_another_column() -> None:
    result = run("fit", "ads.csv", "--model", "sales = a*TV + b", "--y", "radio")
    assert result.exit_code == 2
    assert 'the model predicts the column "sales", and --y names "radio"' in result.stderr


def test_columns_that_no_model_reads_are_told() -> None:
    result = run("descend", "near.csv", "--model", "v = H*d", "--x", "distance", "--y", "y")
    assert result.exit_code == 2
    assert "--x names distance, and nothing says where the model (H, d) reads it" in result.stderr
    assert "write the column's name in the model, or x instead" in result.stderr
    both = ("--x", "TV", "--x", "radio", "--y", "sales")
    result = run("fit", "ads.csv", "--model", "p*q + r", *both)
    assert "nothing says where the model (p, q, r) reads them" in result.stderr
    assert "write the columns' names in the model, or x1, x2 and so on instead" in result.stderr
    assert run("fit", "ads.csv", "--model", "p*x1 + q*x2 + r", *both).exit_code == 0
