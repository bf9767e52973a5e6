"""LOSSES and PENALTIES: one declaration each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from symgd.problem.likelihoods import (
    BERNOULLI,
    CATEGORICAL,
    LAPLACE,
    LOGITS,
    NORMAL,
    POISSON,
    Likelihood,
)
from symgd.problem.settings import Setting as Setting
from symgd.registry.options import names_options
from symgd.registry.registry import Declared, Registry, registry_of
from symgd.writing.words import words_in

Reduction: TypeAlias = Literal["mean", "sum", "half mean", "root mean"]


@names_options
@dataclass(frozen=True, repr=False)
class Loss(Declared):
    """How far predictions are from targets.

    Parameters
    ----------
    name : str
        As in ``Problem(model, loss=name)``.
    title : str
        The full name.
    formula : str
        One example's loss in `prediction`, `target` and the settings' names. For several scores a
        ``sum(…, k, K)`` is the sum over them.
    reduction : {"mean", "sum", "half mean", "root mean"}
        The cost is this of the losses: 1/N Σ, Σ, 1/(2N) Σ, or √(1/N Σ).
    domain : str
        Which targets and predictions it is meant for.
    source : str
        Where the convention is from.
    targets : str
        The condition on every target, in `target`; empty where any number will do.
    settings : tuple of Setting
    letter : str
        What the prediction is called where the cost gives it a name, p or z.
    named : {"", "prediction", "residual"}
        What the cost gives a name, so that the derivative is taken by it first.
    aliases : tuple of str
        Other names that people type.
    several : bool
        Whether it compares several scores with as many targets.
    likelihood : Likelihood, optional
        The distribution that it is minus the logarithm of; standard errors and AIC come from it.

    Examples
    --------
    >>> from symgd import Problem
    >>> quartic = Loss("quartic", "fourth powers", "(prediction - target)^4", "mean", "any number", "our own")
    >>> Problem("m*x", loss=quartic).loss
    Loss(quartic: the mean of (prediction - target)^4)
    """

    name: str
    title: str
    formula: str
    reduction: Reduction
    domain: str
    source: str
    targets: str = ""
    settings: tuple[Setting, ...] = ()
    letter: str = "p"
    named: Literal["", "prediction", "residual"] = ""
    aliases: tuple[str, ...] = ()
    several: bool = False
    likelihood: Likelihood | None = None

    def __repr__(self) -> str:
        return f"Loss({self.name}: the {self.reduction} of {self.formula})"

    @property
    def summary(self) -> Mapping[str, str]:
        words = words_in()
        return {
            "name": self.name,
            "title": words.declared(self.title),
            "formula": self.formula,
            "cost": self.reduction,
            "for": words.declared(self.domain),
            "source": self.source,
        }


@names_options
@dataclass(frozen=True, repr=False)
class Penalty(Declared):
    """What large parameters cost, added to the mean or sum of the losses.

    Parameters
    ----------
    name : str
        As in ``Problem(model, loss, penalty=name)``.
    title : str
        The full name.
    parts : tuple of (str, str)
        The penalty is the sum of factor · Σ term, over the penalised parameters; the factor is written in the settings'
        names and the term in `weight`.
    source : str
        Where it is from.
    settings : tuple of Setting

    Examples
    --------
    >>> PENALTIES["ridge"].formula
    'lambda*sum(weight^2)'
    """

    name: str
    title: str
    parts: tuple[tuple[str, str], ...]
    source: str
    settings: tuple[Setting, ...]

    def __repr__(self) -> str:
        return f"Penalty({self.name}: {self.formula})"

    @property
    def formula(self) -> str:
        """The parts as one sum over the penalised parameters."""
        return " + ".join(f"{factor}*sum({term})" for factor, term in self.parts)

    @property
    def summary(self) -> Mapping[str, str]:
        said = {key: getattr(self, key) for key in ("name", "title", "formula", "source")}
        return said | {"title": words_in().declared(self.title)}


_ERROR = "prediction - target"
_SQUARE = f"({_ERROR})^2"
_REAL = "real targets and predictions"
_MARGIN = "max(0, 1 - target*prediction)"
_CLASSES = "targets −1 or 1; the prediction is a score, whose sign is the class"
_SCALE = Setting("delta", 1.35, "delta > 0", "the error at which the square becomes a line")

_DECLARED: tuple[Loss, ...] = (
    Loss(
        "mse",
        "mean squared error",
        _SQUARE,
        "mean",
        _REAL,
        "Bishop, Pattern Recognition and Machine Learning (2006), section 1.1, divided by N",
        likelihood=NORMAL,
    ),
    Loss(
        "sse",
        "sum of squared errors",
        _SQUARE,
        "sum",
        _REAL,
        "Legendre, Nouvelles méthodes pour la détermination des orbites des comètes (1805)",
        likelihood=NORMAL,
    ),
    Loss(
        "half_mse",
        "half mean squared error",
        _SQUARE,
        "half mean",
        _REAL,
        "Ng, CS229 lecture notes, with the mean in the place of the sum",
        likelihood=NORMAL,
    ),
    Loss(
        "rmse",
        "root mean squared error",
        _SQUARE,
        "root mean",
        f"{_REAL}; no derivative where all errors are 0",
        "Bishop, Pattern Recognition and Machine Learning (2006), equation 1.3",
        likelihood=NORMAL,
    ),
    Loss(
        "mae",
        "mean absolute error",
        f"abs({_ERROR})",
        "mean",
        f"{_REAL}; a kink where an error is 0",
        "Boscovich (1757), in Stigler, The History of Statistics (1986), chapter 1",
        aliases=("l1",),
        likelihood=LAPLACE,
    ),
    Loss(
        "huber",
        "Huber loss",
        f"({_ERROR})^2/2 if abs({_ERROR}) <= delta else delta*(abs({_ERROR}) - delta/2)",
        "mean",
        _REAL,
        "Huber, Robust Estimation of a Location Parameter, Annals of Mathematical Statistics 35 (1964)",
        settings=(_SCALE,),
        named="residual",
    ),
    Loss(
        "pseudo_huber",
        "pseudo-Huber loss",
        f"delta^2*(sqrt(1 + (({_ERROR})/delta)^2) - 1)",
        "mean",
        _REAL,
        "Hartley and Zisserman, Multiple View Geometry, second edition (2004), section A6.8",
        settings=(Setting("delta", 1.0, "delta > 0", "the error near which it becomes a line"),),
    ),
    Loss(
        "log_cosh",
        "log-cosh loss",
        f"log(cosh({_ERROR}))",
        "mean",
        _REAL,
        "Green, Bayesian Reconstructions from Emission Tomography Data Using a Modified EM Algorithm, IEEE "
        "Transactions on Medical Imaging 9 (1990)",
        aliases=("logcosh",),
    ),
    Loss(
        "quantile",
        "quantile loss",
        "tau*(target - prediction) if target - prediction >= 0 else (tau - 1)*(target - prediction)",
        "mean",
        f"{_REAL}; a kink where an error is 0",
        "Koenker and Bassett, Regression Quantiles, Econometrica 46 (1978)",
        settings=(
            Setting("tau", 0.5, "0 < tau < 1", "the share of targets below the predictions"),
        ),
        named="residual",
        aliases=("pinball",),
    ),
    Loss(
        "binary_cross_entropy",
        "binary cross-entropy",
        "-target*log(prediction) - (1 - target)*log(1 - prediction)",
        "mean",
        "targets 0 or 1, or probabilities; the prediction is a probability between 0 and 1",
        "Bishop, Pattern Recognition and Machine Learning (2006), equation 4.90, divided by N",
        targets="0 <= target <= 1",
        named="prediction",
        aliases=("bce", "log_loss"),
        likelihood=BERNOULLI,
    ),
    Loss(
        "binary_cross_entropy_logits",
        "binary cross-entropy of logits",
        "softplus(prediction) - target*prediction",
        "mean",
        "targets 0 or 1, or probabilities; the prediction is a logit, any real number, of which the sigmoid is the "
        "probability",
        "Hastie, Tibshirani and Friedman, The Elements of Statistical Learning (2009), equation 4.20, divided by −N",
        targets="0 <= target <= 1",
        letter="z",
        named="prediction",
        aliases=("bce_logits", "logistic"),
        likelihood=LOGITS,
    ),
    Loss(
        "categorical_cross_entropy",
        "categorical cross-entropy",
        "log(sum(exp(prediction), k, K)) - sum(target*prediction, k, K)",
        "mean",
        "a score for each class, any real number, and a target for each, 1 for the example's class and 0 for the "
        "others, or probabilities",
        "Bishop, Pattern Recognition and Machine Learning (2006), equation 4.108 with 4.104, divided by N",
        targets="0 <= target <= 1",
        letter="z",
        named="prediction",
        aliases=("cce", "softmax_cross_entropy"),
        several=True,
        likelihood=CATEGORICAL,
    ),
    Loss(
        "poisson",
        "Poisson loss",
        "prediction - target*log(prediction)",
        "mean",
        "counts, 0 or more; the prediction is their mean, more than 0",
        "McCullagh and Nelder, Generalized Linear Models (1989), chapter 6, without ln y!",
        targets="target >= 0",
        named="prediction",
        likelihood=POISSON,
    ),
    Loss(
        "hinge",
        "hinge loss",
        _MARGIN,
        "mean",
        f"{_CLASSES}; a kink where the margin is 1",
        "Cortes and Vapnik, Support-Vector Networks, Machine Learning 20 (1995)",
        targets="target == -1 or target == 1",
        letter="z",
        named="prediction",
    ),
    Loss(
        "squared_hinge",
        "squared hinge loss",
        f"{_MARGIN}^2",
        "mean",
        _CLASSES,
        "Chang, Hsieh and Lin, Coordinate Descent Method for Large-Scale L2-Loss Linear Support Vector Machines, "
        "Journal of Machine Learning Research 9 (2008)",
        targets="target == -1 or target == 1",
        letter="z",
        named="prediction",
    ),
)

LOSSES: Registry[Loss] = registry_of(_DECLARED)

_STRENGTH = Setting("lambda", 0.1, "lambda >= 0", "how much large parameters cost")

PENALTIES: Registry[Penalty] = registry_of(
    (
        Penalty(
            "ridge",
            "ridge penalty",
            (("lambda", "weight^2"),),
            "Hoerl and Kennard, Ridge Regression, Technometrics 12 (1970)",
            (_STRENGTH,),
        ),
        Penalty(
            "lasso",
            "lasso penalty",
            (("lambda", "abs(weight)"),),
            "Tibshirani, Regression Shrinkage and Selection via the Lasso, Journal of the Royal Statistical "
            "Society B 58 (1996)",
            (_STRENGTH,),
        ),
        Penalty(
            "elastic_net",
            "elastic net penalty",
            (("lambda*rho", "abs(weight)"), ("lambda*(1 - rho)/2", "weight^2")),
            "Zou and Hastie, Regularization and Variable Selection via the Elastic Net, Journal of the Royal "
            "Statistical Society B 67 (2005), as Friedman, Hastie and Tibshirani mix it (2010)",
            (
                _STRENGTH,
                Setting("rho", 0.5, "0 <= rho <= 1", "the share of the lasso"),
            ),
        ),
    )
)
