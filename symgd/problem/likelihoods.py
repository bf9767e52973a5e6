"""Likelihoods: the distributions of which a loss is minus the logarithm, but for what no parameter changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from symgd.registry.options import names_options


@names_options
@dataclass(frozen=True)
class Likelihood:
    """What a loss says of its targets' distribution.

    Parameters
    ----------
    title : str
        The distribution.
    density : str
        The logarithm of one target's density or probability, in its `loss`, `target` and `weight`, and in `scale`.
    scale : str
        The most likely scale, in the weighted `mean` of the losses; empty where the distribution has none.
    best : str
        The loss of a prediction that knows the target, in `target`.
    constant : str
        The best prediction that is the same for all examples, in the `mean` of the targets.
    link : {"", "log", "logit"}
        Whether predictions are above 0, or between 0 and 1: bands are drawn on this scale.
    response : {"", "logit"}
        "logit" where the model predicts the logit of what the target is.
    """

    title: str
    density: str
    scale: str = ""
    best: str = "0"
    constant: str = "mean"
    link: Literal["", "log", "logit"] = ""
    response: Literal["", "logit"] = ""


NORMAL = Likelihood(
    "normal distribution",
    "-weight*loss/(2*scale^2) - log(2*pi*scale^2/weight)/2",
    "sqrt(mean)",
)
LAPLACE = Likelihood("Laplace distribution", "-weight*loss/scale - log(2*scale/weight)", "mean")
_ENTROPY = "(-target*log(target) if target > 0 else 0)"
BERNOULLI = Likelihood(
    "Bernoulli distribution",
    "-weight*loss",
    best=f"{_ENTROPY} + {_ENTROPY.replace('target', '(1 - target)')}",
    link="logit",
)
LOGITS = replace(BERNOULLI, constant="log(mean/(1 - mean))", link="", response="logit")
CATEGORICAL = Likelihood(
    "categorical distribution", "-weight*loss", best=_ENTROPY, constant="log(mean)"
)
POISSON = Likelihood(
    "Poisson distribution",
    "-weight*(loss + loggamma(target + 1))",
    best="(target - target*log(target) if target > 0 else 0)",
    link="log",
)
