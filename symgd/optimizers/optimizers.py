"""OPTIMIZERS: one declaration each."""

from __future__ import annotations

from symgd.optimizers.optimizer import Convention, Optimizer
from symgd.problem.settings import Setting
from symgd.registry.registry import Registry, registry_of

_BETA = Setting("beta", 0.9, "0 <= beta < 1", "the share of the velocity that is kept")
_BETA_1 = Setting("beta1", 0.9, "0 <= beta1 < 1", "the share of the mean gradient that is kept")
_BETA_2 = Setting("beta2", 0.999, "0 <= beta2 < 1", "the share of the mean square that is kept")
_EPSILON = Setting("epsilon", 1e-8, "epsilon >= 0", "keeps the denominator above 0")

GRADIENT_DESCENT = Optimizer(
    "gradient_descent",
    "theta' = theta - alpha*g",
    title="gradient descent",
    source="Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées (1847)",
    aliases=("gd", "sgd", "descent"),
    conventions=(Convention("torch"), Convention("optax")),
)

OPTIMIZERS: Registry[Optimizer] = registry_of(
    (
        GRADIENT_DESCENT,
        Optimizer(
            "momentum",
            "v' = beta*v + g; theta' = theta - alpha*v'",
            (_BETA,),
            title="heavy ball",
            source="Polyak, Some methods of speeding up the convergence of iteration methods (1964)",
            aliases=("heavy_ball",),
            conventions=(Convention("torch"), Convention("optax")),
        ),
        Optimizer(
            "adam",
            "m' = beta1*m + (1 - beta1)*g; v' = beta2*v + (1 - beta2)*g^2; "
            "theta' = theta - alpha*(m'/(1 - beta1^t))/(sqrt(v'/(1 - beta2^t)) + epsilon)",
            (_BETA_1, _BETA_2, _EPSILON),
            title="adaptive moments",
            source="Kingma and Ba, Adam: a method for stochastic optimization (2015), algorithm 1",
            learning_rate=0.001,
            conventions=(Convention("torch"), Convention("optax")),
        ),
    )
)
