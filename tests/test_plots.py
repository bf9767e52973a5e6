"""The four panels: what they show, in which words, and how they are written."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from symgd import OutputError, Problem
from symgd.api.run import Run
from symgd.plots.plot_panels import ERROR, SERIES
from symgd.plots.plots import plot

X, Y = [1.0, 2.0, 3.0], [1.2, 1.8, 3.4]
SIGNATURES = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}


def _run(model: str = "a*x + b", **options: object) -> Run:
    given = {"start": {"a": 0.2, "b": 0.5}, "learning_rate": 0.06, "max_iter": 10, **options}
    return Problem(model).descend(X, Y, **given)  # type: ignore[arg-type]


def _axes(figure: Figure, title: str) -> Axes:
    """The only panel whose title begins so."""
    (found,) = [axes for axes in figure.axes if axes.get_title(loc="left").startswith(title)]
    return found


def test_a_panel_each_for_data_parameters_and_cost() -> None:
    figure = plot(_run())
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert len(titles) == 4
    assert _axes(figure, "Data, line and residuals").get_xlabel() == "x"
    assert _axes(figure, "a by step").get_xlabel() == "step"
    assert "0.5 → 0.630777" in _axes(figure, "b by step").get_title(loc="left")
    assert "α = 0.06: out of steps after 10 steps" in figure.get_suptitle()


def test_the_curves_are_the_trace() -> None:
    run = _run()
    figure = plot(run)
    curve = _axes(figure, "a by step").get_lines()[0]
    assert np.asarray(curve.get_ydata()).tolist() == run.trace["a"].tolist()
    assert curve.get_color() == SERIES[0]
    cost = _axes(figure, "J above its exact minimum (log scale)")
    assert cost.get_yscale() == "log"
    gap = np.asarray(cost.get_lines()[0].get_ydata())
    assert gap == pytest.approx(run.trace.cost - 1 / 18)


def test_residuals_are_dashed_from_data_to_line() -> None:
    run = _run()
    axes = _axes(plot(run), "Data, line")
    dashed = [line for line in axes.get_lines() if line.get_color() == ERROR]
    assert len(dashed) == 3
    for line, x, y in zip(dashed, X, Y, strict=True):
        predicted = run.parameters["a"] * x + run.parameters["b"]
        assert np.asarray(line.get_ydata()) == pytest.approx([y, predicted])
        assert line.get_linestyle() == "--"


def test_series_differ_in_more_than_colour() -> None:
    model = " + ".join(f"w_{i}*x^{i}" for i in range(8))
    run = Problem(model).descend(X, Y, learning_rate=1e-7, max_iter=5)
    lines = _axes(plot(run), "Parameters by step").get_lines()
    assert len({(line.get_linestyle(), line.get_marker()) for line in lines}) == 8


@pytest.mark.parametrize(("model", "panels"), [("a*x", 3), ("a*x + b", 4), ("a*x^2 + b*x + c", 5)])
def test_layouts(model: str, panels: int) -> None:
    run = Problem(model).descend(X, Y, learning_rate=0.01, max_iter=5)
    assert len(plot(run).axes) == panels


def test_several_inputs_show_predicted_against_actual() -> None:
    rng = np.random.default_rng(0)
    table = rng.normal(size=(3, 40))
    run = Problem("p*x_1 + q*x_2 + r*x_3 + s").descend(*table, table.sum(0), max_iter=20)
    figure = plot(run)
    assert _axes(figure, "Predicted against actual").get_ylabel() == "y, predicted"
    assert len(figure.axes) == 3


def test_without_an_exact_minimum_the_cost_itself_is_drawn() -> None:
    run = Problem("exp(a*x)").descend(X, Y, learning_rate=0.001, max_iter=20)
    axes = _axes(plot(run), "J by step (log scale)")
    assert np.asarray(axes.get_lines()[0].get_ydata()).tolist() == run.trace.cost.tolist()


@pytest.mark.parametrize("rate", [0.2, 0.5, 1e6, 1e120])
def test_a_diverging_run_stays_readable(rate: float) -> None:
    figure = plot(_run(learning_rate=rate, max_iter=50))
    data = _axes(figure, "Data and line: by step")
    low, high = data.get_ylim()
    assert low < min(Y)
    assert max(Y) < high
    assert high - low < 10 * (max(Y) - min(Y))
    assert "diverged" in figure.get_suptitle()


def test_the_users_own_names_are_words_and_not_mathematics(tmp_path: Path) -> None:
    labels = {"x": "cost_in_$ and $", "y": "_hidden\n度"}
    run = Problem("m*x + b", labels=labels).descend(X, Y, max_iter=3)
    figure = plot(run, tmp_path / "a.png")
    axes = _axes(figure, "Data")
    assert axes.get_xlabel() == r"cost_in_\$ and \$"
    assert axes.get_ylabel() == "_hidden 度"


@pytest.mark.parametrize("x", [[2.0], [3.0, 3.0, 3.0], [0.0, 0.0]])
def test_little_data(x: list[float], tmp_path: Path) -> None:
    run = Problem("m*x + b").descend(x, [1.0 + i for i in range(len(x))])
    plot(run, tmp_path / "a.png")
    assert (tmp_path / "a.png").stat().st_size > 10_000


def test_no_steps_at_all(tmp_path: Path) -> None:
    assert len(plot(_run(max_iter=0), tmp_path / "a.png").axes) == 4


def test_much_data_is_thinned_and_said() -> None:
    x = np.linspace(0, 1, 50_000)
    run = Problem("m*x + b").descend(x, 2 * x, learning_rate=0.1, max_iter=20_000, tolerance=0)
    figure = plot(run)
    legend = _axes(figure, "Data and line").get_legend()
    assert legend is not None
    assert "3,000 of 50,000 rows" in [text.get_text() for text in legend.get_texts()]
    assert len(np.asarray(_axes(figure, "m by step").get_lines()[0].get_xdata())) == 4000


def test_every_word_is_inside_the_picture() -> None:
    labels = {"x": "distance travelled since the morning", "y": "energy"}
    for model in ("m*x", "m*x + b", "a*x^2 + b*x + c"):
        run = Problem(model, labels=labels).descend(X, Y, learning_rate=0.01, max_iter=50)
        figure = plot(run)
        figure.canvas.draw()
        width, height = figure.canvas.get_width_height()
        for axes in figure.axes:
            box = axes.get_tightbbox()
            assert box is not None
            assert box.x0 >= 0
            assert box.y0 >= 0
            assert box.x1 <= width
            assert box.y1 <= height


# ---------------------------------------------------------------------------------------------
# Files


@pytest.mark.parametrize("kind", SIGNATURES)
def test_the_suffix_names_the_format(kind: str, tmp_path: Path) -> None:
    first, second = tmp_path / f"first.{kind}", tmp_path / f"second.{kind.upper()}"
    run = _run()
    run.plot(first)
    run.plot(second)
    assert first.read_bytes().startswith(SIGNATURES[kind])
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a.jpeg", r'"\.jpeg", which is no known format; expected \.png'),
        ("a", "has no suffix"),
        ("no/a.png", "make the folder"),
    ],
)
def test_what_cannot_be_written_is_said(name: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=said):
        plot(_run(), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_pyplot_is_left_alone() -> None:
    code = (
        "import sys; from symgd import Problem; from symgd.optimize.descend import descend;"
        "assert 'matplotlib' not in sys.modules;"
        "Problem('m*x').descend( [1, 2], [1, 2.5], learning_rate=.01, max_iter=2).plot();"
        "assert 'matplotlib.pyplot' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=600)


def test_a_users_own_style_does_not_get_in() -> None:
    import matplotlib as mpl

    with warnings.catch_warnings(), mpl.rc_context({"text.usetex": True, "axes.facecolor": "red"}):
        figure = plot(_run())
        assert mpl.rcParams["text.usetex"] is True
    assert figure.axes[0].get_facecolor() == (1.0, 1.0, 1.0, 1.0)
    assert figure.axes[0].title.get_usetex() is False


def test_a_letter_comes_from_another_font_or_is_known_to_be_a_box() -> None:
    def lacking(name: str, *kinds: str) -> list[str]:
        run = Problem("m*x + b").replace(labels={"x": name}).descend(x=[1, 2], y=[1, 3], max_iter=1)
        picture = run.plot()
        return [(picture.written(kind), picture.lacking)[1] for kind in kinds]

    assert lacking("\N{SCRIPT SMALL G}", "png", "svg", "pdf") == [""] * 3, "STIX has it"
    assert lacking("x\u0378", "png") == ["\u0378"], "no font has this"


def test_a_fit_whose_curve_is_not_seen_says_so() -> None:
    figure = _run(learning_rate=0.5, max_iter=50).plot("fit")
    upper = _axes(figure, "Data: all of the curve lies outside the picture")
    assert [text.get_text() for text in upper.get_legend().get_texts()] == ["3 rows"]
    seen = _axes(_run().plot("fit"), "Data and fit")
    assert [text.get_text() for text in seen.get_legend().get_texts()] == ["fit", "3 rows"]
    assert "curve lies outside" not in str(
        [a.get_title(loc="left") for a in _run().plot("fit").axes]
    )


@pytest.mark.parametrize(
    "start", [{"a": 3.45}, {"a": 2, "b": 2}, {"a": -2, "b": 7}, {"a": 6, "b": -5}]
)
def test_the_first_lines_name_stands_inside_the_panel(start: dict[str, float]) -> None:
    run = _run(start=start, max_iter=1, hold="a")
    figure = plot(run)
    figure.canvas.draw()
    axes = _axes(figure, "Data, line")
    named = [note for note in axes.texts if note.get_text() == "step 0"]
    frame = axes.get_window_extent()
    for note in named:
        box = note.get_window_extent()
        assert box.y1 <= frame.y1 + 1
        assert frame.x0 - 1 <= box.x0
        assert box.x1 <= frame.x1 + 1
    assert len(named) == 1


def test_logits_are_drawn_as_probabilities() -> None:
    x = np.linspace(-3, 3, 20)
    problem = Problem("a*x + b", loss="bce_logits")
    figure = plot(problem.descend(x, (np.sin(9 * x) + x > 0) * 1.0))
    axes = _axes(figure, "Data, curve and residuals")
    (curve,) = [line for line in axes.get_lines() if "at step" in str(line.get_label())]
    assert "earlier" not in str(curve.get_label())
    made = np.asarray(curve.get_ydata())
    assert made.min() >= 0
    assert made.max() <= 1


@pytest.mark.parametrize("steps", [0, 1])
def test_a_cost_that_is_soon_least_is_drawn_itself(steps: int) -> None:
    problem = Problem("a*x + b")
    start = {"start": problem.fit(X, Y).parameters} if steps == 0 else {}
    run = problem.descend(X, Y, coordinates="exact", **start)
    assert run.steps == steps
    axes = _axes(plot(run), "J by step")
    assert np.asarray(axes.get_lines()[0].get_ydata()).tolist() == run.trace.cost.tolist()


def test_a_long_model_has_a_line_of_its_own() -> None:
    model = "first_slope*x + second_slope*x^2 + the_intercept_of_all"
    title = plot(_run(model, start={}, learning_rate=0.001)).get_suptitle()
    assert title.splitlines()[0].endswith("the_intercept_of_all")
    assert title.splitlines()[1].startswith("mean squared error, α = 0.001")
