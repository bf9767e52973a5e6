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
    power : int
        Of the scale that losses are measured by, whose most likely value is their weighted mean: 2 of squares, 1 of
        absolute errors, 0 where the distribution has no scale.
    best : str
        The loss of a prediction that knows the target, in `target`. Where there is no scale, it is also what the best
        constant prediction loses, at the mean of the targets.
    link : {"", "log", "logit"}
        Whether predictions are above 0, or between 0 and 1: bands are drawn on this scale.
    response : {"", "logit", "softmax"}
        What turns predictions into what targets are, where they are something else.
    """

    title: str
    density: str
    power: int = 0
    best: str = "0"
    link: Literal["", "log", "logit"] = ""
    response: Literal["", "logit", "softmax"] = ""

    @property
    def reads(self) -> str:
        """Which predictions it has a value at; empty where any number is one."""
        named = {"log": "predictions above 0", "logit": "predictions between 0 and 1"}
        return named.get(self.link, "")


NORMAL = Likelihood(
    "normal distribution", "-weight*loss/(2*scale^2) - log(2*pi*scale^2/weight)/2", 2
)
LAPLACE = Likelihood("Laplace distribution", "-weight*loss/scale - log(2*scale/weight)", 1)
_ENTROPY = "(-target*log(target) if target > 0 else 0)"
BERNOULLI = Likelihood(
    "Bernoulli distribution",
    "-weight*loss",
    best=f"{_ENTROPY} + {_ENTROPY.replace('target', '(1 - target)')}",
    link="logit",
)
LOGITS = replace(BERNOULLI, link="", response="logit")
CATEGORICAL = Likelihood(
    "categorical distribution", "-weight*loss", best=_ENTROPY, response="softmax"
)
POISSON = Likelihood(
    "Poisson distribution",
    "-weight*(loss + loggamma(target + 1))",
    best="(target - target*log(target) if target > 0 else 0)",
    link="log",
)
