"""What statistics say of a fit: against certified values, other libraries and the laws themselves; and how it is told."""

from __future__ import annotations

import json
import math
import pickle
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import curve_fit
from scipy.special import gammaln

from symgd import DataError, FitError, OutputError, Problem
from symgd.api.fit import Fit
from symgd.fit.summaries.saved import load
from symgd.problem.losses import LOSSES
from symgd.problem.notation import Notation

# NIST StRD, Misra1a and Norris's like: data, then (certified value, certified standard deviation).
MISRA_X = [
    77.6,
    114.9,
    141.1,
    190.8,
    239.9,
    289.0,
    332.8,
    378.4,
    434.8,
    477.3,
    536.8,
    593.1,
    689.1,
    760.0,
]
MISRA_Y = [
    10.07,
    14.73,
    17.94,
    23.93,
    29.61,
    35.18,
    40.02,
    44.82,
    50.76,
    55.05,
    61.01,
    66.40,
    75.47,
    81.78,
]
DANWOOD = ([1.309, 1.471, 1.490, 1.565, 1.611, 1.680], [2.138, 3.421, 3.597, 4.340, 4.882, 5.660])
BOXBOD = ([1.0, 2, 3, 5, 7, 10], [109.0, 149, 149, 191, 213, 224])
CERTIFIED = {
    "Misra1a": (
        "b1*(1 - exp(-b2*x))",
        (MISRA_X, MISRA_Y),
        {"b1": (2.3894212918e02, 2.7070075241e00), "b2": (5.5015643181e-04, 7.2668688436e-06)},
        1.0187876330e-01,
    ),
    "DanWood": (
        "b1*x^b2",
        DANWOOD,
        {"b1": (7.6886226176e-01, 1.8281973860e-02), "b2": (3.8604055871e00, 5.1726610913e-02)},
        3.2853114039e-02,
    ),
    "BoxBOD": (
        "b1*(1 - exp(-b2*x))",
        BOXBOD,
        {"b1": (2.1380940889e02, 1.2354515176e01), "b2": (5.4723748542e-01, 1.0455993237e-01)},
        1.7088072423e01,
    ),
}
# Motor Trend 1974: weights in 1000 lb, and whether the gears are manual.
WEIGHT = [
    *(2.62, 2.875, 2.32, 3.215, 3.44, 3.46, 3.57, 3.19, 3.15, 3.44, 3.44, 4.07, 3.73, 3.78, 5.25, 5.424),
    *(5.345, 2.2, 1.615, 1.835, 2.465, 3.52, 3.435, 3.84, 3.845, 1.935, 2.14, 1.513, 3.17, 2.77, 3.57, 2.78),
]  # fmt: skip
MANUAL = [float(c) for c in "11100000000000000111000001111111"]
X = np.linspace(0.5, 5, 20)
NOISE = np.random.default_rng(1).normal(size=20)
Y = 2 * np.exp(-0.7 * X) + 0.3 + 0.02 * NOISE
WEIGHTS = np.random.default_rng(2).uniform(0.5, 2, 20)


@pytest.fixture(scope="module")
def decay() -> Fit:
    return Problem("a*exp(-b*x) + c").fit(X, Y, weights=WEIGHTS)


@pytest.mark.parametrize("name", CERTIFIED)
def test_certified_standard_errors(name: str) -> None:
    model, (x, y), certified, deviation = CERTIFIED[name]
    fit = Problem(model).fit(x, y)
    for parameter, (value, error) in certified.items():
        assert fit.parameters[parameter] == pytest.approx(value, rel=1e-9)
        assert fit.standard_errors[parameter] == pytest.approx(error, rel=1e-9)
    assert fit.residual_standard_error == pytest.approx(deviation, rel=1e-9)


def test_residuals_that_floats_cannot_tell() -> None:
    """Data that are rounded to 13 digits: the rounding is what is left, and it is known to six of its digits."""
    x = [0.05 * row for row in range(12)]
    y = [round(1.5 * math.exp(-2 * each), 12) for each in x]
    fit = Problem("a*exp(-b*x)").fit(x, y)
    assert 1e-14 < fit.residual_standard_error < 1e-12
    assert fit.standard_errors["a"] > 0


def test_as_curve_fit_has_it(decay: Fit) -> None:
    def curve(x: np.ndarray, a: float, b: float, c: float) -> np.ndarray:
        return a * np.exp(-b * x) + c

    found, covariance = curve_fit(
        curve, X, Y, (2, 0.7, 0.3), 1 / np.sqrt(WEIGHTS), ftol=1e-15, xtol=1e-15, gtol=1e-15
    )
    assert [*decay.parameters.values()] == pytest.approx(found, rel=1e-7)
    assert decay.covariance == pytest.approx(covariance, rel=1e-5)


def test_as_polyfit_has_it() -> None:
    fit = Problem("a*x^2 + b*x + c").fit(X, Y, weights=WEIGHTS)
    found, covariance = np.polyfit(X, Y, 2, w=np.sqrt(WEIGHTS), cov=True)
    assert [*fit.parameters.values()] == pytest.approx(found, rel=1e-10)
    assert fit.covariance == pytest.approx(covariance, rel=1e-9)


def test_a_factor_of_all_weights_changes_no_error(decay: Fit) -> None:
    other = Problem("a*exp(-b*x) + c").fit(X, Y, weights=7 * WEIGHTS)
    for name, error in decay.standard_errors.items():
        assert other.standard_errors[name] == pytest.approx(error, rel=1e-7)
    assert other.log_likelihood == pytest.approx(decay.log_likelihood)


def test_rows_of_weight_0_are_not_there() -> None:
    weights = np.ones(20)
    weights[[3, 7]] = 0
    kept = weights > 0
    fit = Problem("a*x + b").fit(X, Y, weights=weights)
    other = Problem("a*x + b").fit(X[kept], Y[kept])
    assert fit.degrees_of_freedom == other.degrees_of_freedom == 16
    assert fit.covariance == pytest.approx(other.covariance)
    assert fit.aic == pytest.approx(other.aic)


def test_aic_is_that_of_r() -> None:
    """AIC(lm(dist ~ speed, cars)) and its log-likelihood, by their formulas: sigma counts."""
    fit = Problem("a*x + b").fit(X, Y)
    rss = float((fit.residuals**2).sum())
    expected = -10 * (math.log(2 * math.pi) + math.log(rss / 20) + 1)
    assert fit.log_likelihood == pytest.approx(expected)
    assert fit.aic == pytest.approx(-2 * expected + 6)
    assert fit.bic == pytest.approx(-2 * expected + 3 * math.log(20))


@pytest.mark.parametrize(
    ("model", "loss"),
    [("sigmoid(w*x + b)", "bce"), ("w*x + b", "logistic"), ("1/(1 + exp(-w*x - b))", "bce")],
)
def test_logistic_regression_as_r_prints_it(model: str, loss: str) -> None:
    fit = Problem(model, loss).fit(WEIGHT, MANUAL)
    assert [round(fit.parameters[n], 3) for n in "wb"] == [-4.024, 12.040]
    assert [round(fit.standard_errors[n], 3) for n in "wb"] == [1.437, 4.510]
    assert fit.deviance == pytest.approx(19.176, abs=5e-4)
    assert fit.aic == pytest.approx(23.176, abs=5e-4)
    assert fit.statistic == "z"
    assert fit.mcfadden_r_squared == pytest.approx(1 - 19.176 / 43.230, abs=1e-4)
    assert ((fit.residuals > -1) & (fit.residuals < 1)).all()


def test_bands_of_probabilities_stay_between_0_and_1() -> None:
    fit = Problem("sigmoid(w*x + b)", "bce").fit(WEIGHT, MANUAL)
    lower, upper = fit.prediction_band([0, 3, 9], kind="confidence")
    assert (lower >= 0).all()
    assert (upper <= 1).all()
    assert (lower < upper).all()


def test_poisson_regression() -> None:
    x, y = np.arange(9.0), np.array([18, 17, 15, 20, 10, 20, 25, 13, 12.0])
    fit = Problem("exp(a*x + b)", "poisson").fit(x, y)
    mean, design = fit.fitted_values, np.column_stack((x, np.ones(9)))
    information = design.T @ (mean[:, None] * design)
    assert fit.covariance == pytest.approx(np.linalg.inv(information), rel=1e-6)
    assert fit.log_likelihood == pytest.approx((y * np.log(mean) - mean - gammaln(y + 1)).sum())
    assert fit.deviance == pytest.approx(2 * (y * np.log(y / mean) - y + mean).sum())


def test_the_sandwich_of_a_robust_loss() -> None:
    fit = Problem("a*x + b", "huber", settings={"delta": 0.1}).fit(X, Y)
    errors, design = fit.residuals, np.column_stack((X, np.ones(20)))
    inside = np.abs(errors) < 0.1
    bread = np.linalg.inv(design.T @ (inside[:, None] * design))
    meat = design.T @ (np.clip(errors, -0.1, 0.1)[:, None] ** 2 * design)
    assert fit.covariance == pytest.approx(bread @ meat @ bread, rel=1e-6)
    assert math.isnan(fit.aic)


def test_profile_intervals_are_where_a_grid_has_them(decay: Fit) -> None:
    from scipy.special import stdtrit

    profile = decay.confidence_intervals(method="profile")
    least, reach = decay.cost * WEIGHTS.sum(), stdtrit(17, 0.975)
    for end in profile["b"]:
        shapes = np.column_stack((np.exp(-end * X), np.ones(20))) * np.sqrt(WEIGHTS)[:, None]
        rest = np.linalg.lstsq(shapes, np.sqrt(WEIGHTS) * Y, rcond=None)[1][0]
        assert (rest - least) / (least / 17) == pytest.approx(reach**2, rel=1e-5)


def test_profile_of_a_line_is_wald() -> None:
    fit = Problem("a*x + b").fit(X, Y)
    wald, profile = (fit.confidence_intervals(method=m) for m in ("wald", "profile"))
    for name in "ab":
        assert profile[name] == pytest.approx(wald[name], rel=1e-7)


def test_an_open_end_is_infinite() -> None:
    """The data hardly bend: that the curve is a straight line, and saturates nowhere, fits nearly as well."""
    fit = Problem("v*x/(k + x)").fit([1, 2, 3, 4, 5], [1.6, 2.05, 3.7, 4.0, 5.0])
    low, high = fit.confidence_intervals(method="profile")["v"]
    assert 5 < low < fit.parameters["v"]
    assert high == math.inf
    assert "∞]" in fit.summary(method="profile").text()


@pytest.mark.parametrize(
    ("loss", "options", "said"),
    [
        ("hinge", {}, "no curvature"),
        ("quantile", {}, "no curvature"),
        ("mse", {"penalty": "ridge"}, "penalty"),
    ],
)
def test_where_there_is_no_standard_error(loss: str, options: dict[str, str], said: str) -> None:
    y = np.sign(Y - 0.7) if loss == "hinge" else Y
    fit = Problem("a*x + b", loss, **options).fit(X, y)  # type: ignore[arg-type]
    assert all(math.isnan(error) for error in fit.standard_errors.values())
    if fit.outcome.kind == "converged":
        assert said in fit.without_error["a"]
    assert json.loads(fit.json())["standard_errors"] == {"a": None, "b": None}
    with pytest.raises(FitError, match="no band"):
        fit.prediction_band([1])


def test_what_is_not_determined_leaves_the_others_theirs() -> None:
    fit = Problem("a*x + b + c").fit(X, Y)
    line = Problem("a*x + b").fit(X, Y)
    assert fit.standard_errors["a"] == pytest.approx(line.standard_errors["a"])
    assert {*fit.without_error} == {"b", "c"}
    assert fit.degrees_of_freedom == 18
    assert fit.prediction_band([1.0]).lower == pytest.approx(line.prediction_band([1.0]).lower)


def test_fixed_tied_and_bound() -> None:
    fit = Problem("a*x + b + c*x^2").fit(X, Y, fixed={"b": 1.5}, tied={"c": "-a/10"})
    errors = fit.standard_errors
    assert errors["c"] == pytest.approx(errors["a"] / 10)
    assert math.isnan(errors["b"])
    assert "fixed" in fit.without_error["b"]
    held = Problem("a*x + b").fit(X, Y, bounds={"a": (0, None)})
    assert held.parameters["a"] == 0
    assert "bound" in held.without_error["a"]
    assert held.standard_errors["b"] == pytest.approx(Y.std() / math.sqrt(18), rel=1e-6)


def test_no_freedom_no_error() -> None:
    fit = Problem("a*x + b").fit([1, 2], [3, 5])
    assert fit.degrees_of_freedom == 0
    assert math.isnan(fit.residual_standard_error)
    assert "no more rows" in fit.without_error["a"]
    assert "no more rows" in fit.summary().text()


def test_residuals_in_the_notations_sign() -> None:
    forwards = Problem("a*x + b").fit(X, Y)
    backwards = Problem("a*x + b", notation=Notation(residual_sign="target - prediction")).fit(X, Y)
    assert forwards.residuals == pytest.approx(forwards.fitted_values - Y)
    assert backwards.residuals == pytest.approx(-forwards.residuals)


def test_bands_of_a_line_by_the_textbook() -> None:
    fit = Problem("a*x + b").fit(X, Y)
    lower, upper = fit.prediction_band(2.0, kind="confidence")
    s, mean = fit.residual_standard_error, X.mean()
    part = 1 / 20 + (2 - mean) ** 2 / ((X - mean) ** 2).sum()
    reach = 2.10092204024096
    assert upper - lower == pytest.approx(2 * reach * s * math.sqrt(part))
    lower, upper = fit.prediction_band(2.0)
    assert upper - lower == pytest.approx(2 * reach * s * math.sqrt(1 + part))


# ---------------------------------------------------------------------------------------------
# Predictions


def test_predict_takes_what_data_may_be(tmp_path: Path) -> None:
    problem = Problem("a*x1 + b*x2 + c")
    fit = problem.fit([1, 2, 3, 4], [1, 0, 1, 1], [4, 4, 8, 10])
    run = problem.descend([1, 2, 3, 4], [1, 0, 1, 1], [4, 4, 8, 10], max_iter=10)
    table = {"other": ["u", "v"], "x2": [1, 0], "x1": [5, 6]}
    file = tmp_path / "new.csv"
    file.write_text("x2;x1;other\n1;5;u\n0;6;v\n")
    for made in (fit, run):
        expected = made.predict([5, 6], [1, 0])
        assert expected.shape == (2,)
        for given in (table, file, str(file)):
            assert made.predict(given).tolist() == expected.tolist()
        assert made.predict(x2=[1, 0], x1=[5, 6]).tolist() == expected.tolist()
        assert made.predict([5, 5], 1).tolist() == [expected[0]] * 2
        assert made.predict(5, 1).shape == (1,)
    assert run.residuals.shape == (4,)
    assert run.r_squared < 1


def test_predict_names_the_row_of_which_nothing_is_said() -> None:
    fit = Problem("a*log(x) + b").fit([1, 2, 3], [0, 1, 2.5])
    with pytest.raises(DataError, match=r"row index 1 \(x = -1\)"):
        fit.predict([1, -1])


# ---------------------------------------------------------------------------------------------
# How it is told


def _toy() -> Fit:
    return Problem("m*x + b").fit([1, 2, 3], [1.2, 1.8, 3.4])


@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("form", ["text", "markdown", "latex", "html"])
def test_golden_summaries(form: str, language: str, golden: Callable[[str, str], None]) -> None:
    suffix = {"text": "txt", "markdown": "md", "latex": "tex", "html": "html"}[form]
    written: str = getattr(_toy().summary(), form)(language=language)
    golden(f"summary_{language}.{suffix}", written)


def test_ascii_has_no_other_letters() -> None:
    assert _toy().text(ascii=True).isascii()


class _Cells(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)


def test_labels_are_text_in_every_format(tmp_path: Path) -> None:
    problem = Problem("theta_0*x + lambda", labels={"x": "cost_$ & <b>%", "y": "<script>"})
    fit = problem.fit(X, Y)
    page = _Cells()
    page.feed(fit.summary().html())
    assert {"script", "b"}.isdisjoint(page.tags)
    assert "\\theta_{0}" in fit.summary().latex()
    for suffix in ("png", "svg", "pdf", "json", "txt", "md", "tex", "html"):
        assert fit.save(tmp_path / f"fit.{suffix}").stat().st_size > 100
    with pytest.raises(OutputError):
        fit.save(tmp_path / "fit.xyz")


def test_the_record_predicts_with_bands(tmp_path: Path, decay: Fit) -> None:
    for number, fit in enumerate(
        (decay, Problem("a*x + b + c*x^2").fit(X, Y, fixed={"b": 1.5}, tied={"c": "-a/10"}))
    ):
        saved = load(fit.save(tmp_path / f"{number}.json"))
        assert saved.predict([1, 2]).tolist() == fit.predict([1, 2]).tolist()
        assert saved.prediction_band([1, 2]).lower == pytest.approx(
            fit.prediction_band([1, 2]).lower
        )
    (tmp_path / "other.json").write_text('{"kind": "fit", "model": []}')
    with pytest.raises(DataError, match="no saved fit"):
        load(tmp_path / "other.json")


def test_the_keys_of_the_record(decay: Fit) -> None:
    wanted = (
        "parameters cost outcome message method standard_errors covariance confidence_intervals r_squared aic bic "
        "degrees_of_freedom residual_standard_error rows inputs target model loss settings"
    )
    assert {*wanted.split()} <= json.loads(decay.json()).keys()


def test_correlation_is_covariance_in_units_of_errors(decay: Fit) -> None:
    errors = [*decay.standard_errors.values()]
    assert np.diag(decay.correlation).tolist() == [1.0] * len(errors)
    assert decay.correlation * np.outer(errors, errors) == pytest.approx(decay.covariance)


def test_a_fit_is_pickled(decay: Fit) -> None:
    assert decay.aic == pickle.loads(pickle.dumps(decay)).aic


def test_every_likelihood_is_one() -> None:
    """Its density at the loss is a probability: over all targets it comes to 1."""
    from symgd.fit.statistics.likelihood import _evaluated

    y = np.linspace(-60, 60, 400_001)
    for name, loss in (("mse", y**2), ("mae", np.abs(y))):
        likelihood = LOSSES[name].likelihood
        assert likelihood is not None
        ones = np.ones_like(y)
        known = {"loss": loss, "target": y, "weight": ones, "scale": 1.7 * ones}
        total = np.exp(_evaluated(likelihood.density, known)).sum() * (y[1] - y[0])
        assert total == pytest.approx(1, rel=1e-4)


# ---------------------------------------------------------------------------------------------
# The picture


def test_the_picture_shows_data_curve_bands_and_residuals(decay: Fit) -> None:
    upper, lower = decay.plot().axes
    labels = upper.get_legend_handles_labels()[1]
    assert labels == ["95 % of new observations", "95 % band of the curve", "fit", "20 rows"]
    assert lower.get_title(loc="left") == "Residuals: predicted less actual"
    (curve,) = upper.get_lines()
    x = np.asarray(curve.get_xdata())
    assert np.asarray(curve.get_ydata()) == pytest.approx(decay.predict(x))


def test_several_inputs_are_drawn_as_predicted_against_actual() -> None:
    fit = Problem("a*x1 + b*x2").fit(X, X**2, Y)
    upper, lower = fit.plot().axes
    assert upper.get_xlabel() == "y, actual"
    assert lower.get_xlabel() == "y, predicted"


def test_logits_are_drawn_as_probabilities() -> None:
    fit = Problem("w*x + b", "logistic").fit(WEIGHT, MANUAL)
    (curve,) = fit.plot().axes[0].get_lines()
    assert np.min(curve.get_ydata()) > 0
    assert np.max(curve.get_ydata()) < 1


def test_groups_have_a_row_for_each_parameter_and_a_marker_each(tmp_path: Path) -> None:
    table = {"x": [*X, *X], "y": [*Y, *(2 * Y)], "site": ["a & b"] * 20 + ["<i>"] * 20}
    fits = Problem("a*exp(-b*x) + c").fit(table, by="site")
    told = fits.summary()
    rows = [line for line in told.text().splitlines() if line.startswith(("a & b", "<i>"))]
    assert len(rows) == 6
    assert "a \\& b" in told.latex()
    assert "<i>" not in told.html()
    record = json.loads(told.json())["fits"][1]
    assert record["label"] == "<i>"
    assert record["parameters"] == dict(fits["<i>"].parameters)
    upper, _ = fits.plot().axes
    assert upper.get_legend_handles_labels()[1] == ["a & b", "<i>"]
    assert fits.save(tmp_path / "fits.html").exists()


def test_a_fit_without_a_minimum_has_estimated_all_of_its_parameters() -> None:
    fit = Problem("w*x + b", "logistic").fit([1, 2, 3, 4], [0, 0, 1, 1])
    assert fit.outcome.kind == "no minimum"
    assert fit.degrees_of_freedom == 2
    assert fit.aic == pytest.approx(4, abs=1e-9)
