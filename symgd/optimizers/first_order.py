"""Optimizers that follow the gradient, or its sign, with a velocity or without."""

from __future__ import annotations

from symgd.optimizers.optimizer import Convention, Optimizer
from symgd.optimizers.settings import BETA, DECAY
from symgd.problem.settings import Setting

_DAMPENED = "d = g + weight_decay*theta; v' = beta*v + (1 - dampening)*d if t > 1 else d; "
_DAMPENING = {"dampening": 0.0, "weight_decay": 0.0}

GRADIENT_DESCENT = Optimizer(
    "gradient_descent",
    "theta' = theta - alpha*g",
    title="gradient descent",
    source="Cauchy, Méthode générale pour la résolution des systèmes d'équations simultanées (1847)",
    aliases=("gd", "sgd", "descent", "steepest_descent"),
    conventions=(
        Convention("torch", call="SGD(lr=alpha)", learning_rate=0.001),
        Convention("optax", call="sgd(alpha)"),
        Convention(
            "torch",
            "theta' = theta - alpha*(g + weight_decay*theta)",
            {"weight_decay": 0.0},
            variant="weight decay",
            call="SGD(lr=alpha, weight_decay=weight_decay)",
        ),
    ),
)

MOMENTUM = Optimizer(
    "momentum",
    "v' = beta*v + g; theta' = theta - alpha*v'",
    (BETA,),
    title="heavy ball",
    source="Polyak, Some methods of speeding up the convergence of iteration methods (1964), "
    "with v = (θ before the last step − θ)/α",
    aliases=("heavy_ball", "polyak"),
    conventions=(
        Convention("torch", call="SGD(lr=alpha, momentum=beta)", learning_rate=0.001),
        Convention("optax", call="sgd(alpha, momentum=beta)"),
        Convention(
            "torch",
            f"{_DAMPENED}theta' = theta - alpha*v'",
            _DAMPENING,
            variant="dampening and weight decay",
            call="SGD(lr=alpha, momentum=beta, dampening=dampening, weight_decay=weight_decay)",
            note="the first gradient is not dampened",
        ),
    ),
)

NESTEROV = Optimizer(
    "nesterov",
    "v' = beta*v + g; theta' = theta - alpha*(g + beta*v')",
    (BETA,),
    title="Nesterov's momentum",
    spelling="Nesterov's momentum",
    source="Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²) (1983), written for "
    "the points at which the gradient is taken by Bengio, Boulanger-Lewandowski and Pascanu, Advances in optimizing recurrent networks (2013)",
    aliases=("nag", "accelerated"),
    conventions=(
        Convention(
            "torch", call="SGD(lr=alpha, momentum=beta, nesterov=True)", learning_rate=0.001
        ),
        Convention("optax", call="sgd(alpha, momentum=beta, nesterov=True)"),
        Convention(
            "torch",
            "d = g + weight_decay*theta; v' = beta*v + d; theta' = theta - alpha*(d + beta*v')",
            {"weight_decay": 0.0},
            variant="weight decay",
            call="SGD(lr=alpha, momentum=beta, nesterov=True, weight_decay=weight_decay)",
        ),
    ),
    forms=("nesterov_ahead",),
)

NESTEROV_AHEAD = Optimizer(
    "nesterov_ahead",
    "v' = beta*v - alpha*g(theta + beta*v); theta' = theta + v'",
    (BETA,),
    title="Nesterov's momentum with the gradient taken ahead",
    spelling="Nesterov's momentum, ahead",
    source="Sutskever, Martens, Dahl and Hinton, On the importance of initialization and momentum in deep learning (2013), "
    "equations 3 and 4",
    aliases=("nesterov_lookahead",),
    forms=("nesterov",),
)

SIGN_DESCENT = Optimizer(
    "sign_descent",
    "theta' = theta - alpha*sign(g)",
    title="sign descent",
    source="Bernstein, Wang, Azizzadenesheli and Anandkumar, signSGD (2018), algorithm 1",
    learning_rate=0.0001,
    aliases=("signsgd", "sign_sgd"),
    conventions=(Convention("optax", call="sign_sgd(alpha)"),),
)

LION = Optimizer(
    "lion",
    "c = beta1*m + (1 - beta1)*g; theta' = theta - alpha*(sign(c) + weight_decay*theta); "
    "m' = beta2*m + (1 - beta2)*g",
    (
        Setting("beta1", 0.9, "0 <= beta1 < 1", "the share of the mean gradient in the step"),
        Setting("beta2", 0.99, "0 <= beta2 < 1", "the share of the mean gradient that is kept"),
        DECAY,
    ),
    letters={"weight_decay": "lambda"},
    title="evolved sign momentum",
    source="Chen and others, Symbolic discovery of optimization algorithms (2023), algorithm 2",
    learning_rate=0.0001,
    conventions=(
        Convention(
            "optax",
            settings={"weight_decay": 0.001},
            call="lion(alpha, b1=beta1, b2=beta2, weight_decay=weight_decay)",
        ),
    ),
)

RPROP = Optimizer(
    "rprop",
    "s = sign(g*q); d' = clip(d*(eta_plus if s > 0 else (eta_minus if s < 0 else 1)), least, most); "
    "q' = 0 if s < 0 else g; theta' = theta - d'*sign(q')",
    (
        Setting(
            "eta_minus", 0.5, "0 < eta_minus < 1", "a step's factor where the slope changes sign"
        ),
        Setting("eta_plus", 1.2, "eta_plus > 1", "a step's factor where it does not"),
        Setting("least", 1e-6, "least > 0", "the shortest step"),
        Setting("most", 50.0, "most > 0", "the longest step"),
    ),
    title="resilient backpropagation",
    source="Riedmiller and Braun, A direct adaptive method for faster backpropagation learning: the RPROP algorithm (1993), "
    "without the way back: Igel and Hüsken, Improving the Rprop learning algorithm (2000), iRprop−",
    learning_rate=0.1,
    initial={"d": "alpha"},
    letters={
        "eta_minus": "eta^-",
        "eta_plus": "eta^+",
        "least": "Delta_min",
        "most": "Delta_max",
    },
    aliases=("resilient",),
    conventions=(
        Convention(
            "torch",
            call="Rprop(lr=alpha, etas=(eta_minus, eta_plus), step_sizes=(least, most))",
            learning_rate=0.01,
        ),
        Convention(
            "optax",
            "s = sign(g*q); d' = d if s == 0 else clip(d*(eta_plus if s > 0 else eta_minus), least, most); "
            "theta' = theta - (0 if s < 0 else q); q' = 0 if s < 0 else d'*sign(g)",
            call="rprop(alpha, eta_minus=eta_minus, eta_plus=eta_plus, min_step_size=least, max_step_size=most)",
            note="each step is made one step later (0.2.8)",
        ),
    ),
)

COORDINATE_DESCENT = Optimizer(
    "coordinate_descent",
    "theta' = theta - alpha*g if j == mod(t - 1, p) + 1 else theta",
    title="cyclic coordinate descent",
    source="Wright, Coordinate descent algorithms (2015), algorithm 1, the coordinates in turn",
    aliases=("cyclic_coordinate_descent", "coordinate"),
)

DECLARED = (
    GRADIENT_DESCENT,
    MOMENTUM,
    NESTEROV,
    NESTEROV_AHEAD,
    SIGN_DESCENT,
    LION,
    RPROP,
    COORDINATE_DESCENT,
)
