"""Settings that several optimizers have, and their defaults."""

from __future__ import annotations

from symgd.problem.settings import Setting

BETA = Setting("beta", 0.9, "0 <= beta < 1", "the share of the velocity that is kept")
BETA_1 = Setting("beta1", 0.9, "0 <= beta1 < 1", "the share of the mean gradient that is kept")
BETA_2 = Setting("beta2", 0.999, "0 <= beta2 < 1", "the share of the mean square that is kept")
RHO = Setting("rho", 0.9, "0 <= rho < 1", "the share of the mean square that is kept")
EPSILON = Setting("epsilon", 1e-8, "epsilon >= 0", "what keeps the denominator above 0")
DECAY = Setting(
    "weight_decay", 0.0, "weight_decay >= 0", "how much of the parameters each step takes away"
)


def as_default(setting: Setting, default: float) -> Setting:
    """The same setting with another default."""
    return Setting(setting.name, default, setting.where, setting.meaning)
