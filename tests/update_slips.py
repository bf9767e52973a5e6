"""Rows of update lines that go wrong: by each misconception, an optimizer, its lines, and which of them is wrong."""

from __future__ import annotations

A = "m' = beta1 m + (1 - beta1) g\nv' = beta2 v + (1 - beta2) g^2\n"
HATS = "m_hat = m'/(1 - beta1^t)\nv_hat = v'/(1 - beta2^t)\n"
STEP = "theta' = theta - alpha*m_hat/(sqrt(v_hat) + epsilon)"

SLIPS: dict[str, list[tuple[str, str, int]]] = {
    "update-uphill": [
        ("gradient_descent", "m := m + alpha dJ/dm", 1),
        ("momentum", "v' = beta*v + g\ntheta' = theta + alpha*v'", 2),
        ("momentum", "v' = beta*v - alpha*g\ntheta' = theta - v'", 2),
        ("nesterov_ahead", "v' = beta v - alpha g(theta + beta v)\ntheta' = theta - v'", 2),
        ("adam", f"{A}{HATS}{STEP.replace('- alpha', '+ alpha')}", 5),
    ],
    "update-rate-lost": [
        ("gradient_descent", "theta' = theta - g", 1),
        ("momentum", "v = 0.9 v + g\ntheta = theta - v", 2),
        ("rmsprop", "v' = rho v + (1 - rho) g^2\ntheta' = theta - g/(sqrt(v') + epsilon)", 2),
    ],
    "update-rate-twice": [
        ("momentum", "v' = beta*v + alpha*g\ntheta' = theta - alpha*v'", 1),
        ("nesterov", "v' = beta*v + eta*g\ntheta' = theta - eta*(g + beta*v')", 1),
    ],
    "update-bias-left": [
        ("adam", f"{A}theta' = theta - alpha*m'/(sqrt(v') + epsilon)", 3),
        ("adam", f"{A}{HATS}theta' = theta - alpha*m'/(sqrt(v') + epsilon)", 5),
        ("adam", f"{A}theta' = theta - alpha*(m'/(1 - beta1^t))/(sqrt(v') + epsilon)", 3),
    ],
    "update-bias-without-power": [
        ("adam", f"{A}{HATS.replace('beta1^t', 'beta1')}{STEP}", 3),
        ("adam", f"{A}{HATS.replace('beta2^t', 'beta2')}{STEP}", 4),
    ],
    "update-bias-multiplied": [
        ("adam", f"{A}{HATS.replace('/(1 - beta1', '*(1 - beta1')}{STEP}", 3),
    ],
    "update-bias-outside-root": [
        ("adam", f"{A}theta' = theta - alpha*(m'/(1 - beta1^t))/(sqrt(v')/(1 - beta2^t) + epsilon)", 3),
    ],
    "update-dampened": [
        ("momentum", "v' = beta*v + (1 - beta)*g\ntheta' = theta - alpha*v'", 1),
        ("momentum", "v_m' = 0.9 v_m + 0.1 dJ/dm\nm' = m - alpha v_m'", 1),
    ],
    "update-undampened": [
        ("rmsprop", "v' = rho*v + g^2\ntheta' = theta - alpha*g/(sqrt(v') + epsilon)", 1),
        ("adam", f"{A.replace('(1 - beta1) ', '')}{HATS}{STEP}", 1),
    ],
    "update-shares-swapped": [
        ("rmsprop", "v' = (1 - rho)*v + rho*g^2\ntheta' = theta - alpha*g/(sqrt(v') + epsilon)", 1),
        ("momentum", "v' = (1 - beta)*v + beta*g\ntheta' = theta - alpha*v'", 1),
    ],
    "update-betas-swapped": [
        ("adam", A.replace("beta1", "beta_3").replace("beta2", "beta1").replace("beta_3", "beta2") + HATS + STEP, 1),
        ("adam", f"{A}{HATS.replace('beta1', 'beta2')}{STEP}", 3),
    ],
    "update-plain-momentum": [
        ("nesterov", "v' = beta*v + g\ntheta' = theta - alpha*v'", 2),
    ],
    "update-old-for-new": [
        ("momentum", "v' = beta*v + g\ntheta' = theta - alpha*v", 2),
        ("momentum", "v_t = beta v_{t-1} + g_t\ntheta_t = theta_{t-1} - alpha v_{t-1}", 2),
        ("momentum", "theta := theta - alpha*v\nv := beta*v + g", 1),
        ("nesterov", "v' = beta*v + g\ntheta' = theta - alpha*(g + beta*v)", 2),
        ("adagrad", "s' = s + g^2\ntheta' = theta - alpha*g/(sqrt(s) + epsilon)", 2),
    ],
    "update-new-for-old": [
        ("lion", "m' = beta2 m + (1 - beta2) g\nc = beta1 m' + (1 - beta1) g\ntheta' = theta - alpha*(sign(c) + lambda*theta)", 2),
    ],
    "update-epsilon-inside": [
        ("adam", f"{A}{HATS}theta' = theta - alpha*m_hat/sqrt(v_hat + epsilon)", 5),
        ("adamw", f"{A}{HATS}theta' = theta - alpha*(m_hat/sqrt(v_hat + epsilon) + lambda*theta)", 5),
    ],
    "update-epsilon-outside": [
        ("adadelta", "s' = rho s + (1 - rho) g^2\nd = (sqrt(u) + epsilon)/sqrt(s' + epsilon) g\nu' = rho u + (1 - rho) d^2\ntheta' = theta - alpha d", 2),
    ],
    "update-epsilon-before-correction": [
        ("adam", f"alpha_t = alpha*sqrt(1 - beta2^t)/(1 - beta1^t)\n{A}theta' = theta - alpha_t*m'/(sqrt(v') + epsilon)", 4),
    ],
    "update-epsilon-beside": [
        ("rmsprop", "v' = rho v + (1 - rho) g^2\ntheta' = theta - alpha*g/sqrt(v') + epsilon", 2),
    ],
    "update-epsilon-lost": [
        ("rmsprop", "v' = rho v + (1 - rho) g^2\ntheta' = theta - alpha*g/sqrt(v')", 2),
        ("adam", f"{A}{HATS}theta' = theta - alpha*m_hat/sqrt(v_hat)", 5),
    ],
    "update-square-lost": [
        ("adagrad", "s' = s + g\ntheta' = theta - alpha*g/(sqrt(s') + epsilon)", 1),
        ("adam", f"{A.replace('g^2', 'g')}{HATS}{STEP}", 2),
    ],
    "update-share-squared": [
        ("rmsprop", "v' = rho v + ((1 - rho) g)^2\ntheta' = theta - alpha*g/(sqrt(v') + epsilon)", 1),
    ],
    "update-root-lost": [
        ("rmsprop", "v' = rho v + (1 - rho) g^2\ntheta' = theta - alpha*g/(v' + epsilon)", 2),
        ("adam", f"{A}{HATS}theta' = theta - alpha*m_hat/(v_hat + epsilon)", 5),
    ],
    "update-gradient-here": [
        ("nesterov_ahead", "v' = beta*v - alpha*∇J(θ)\nθ' = θ + v'", 1),
    ],
    "update-gradient-behind": [
        ("nesterov_ahead", "v' = beta*v - alpha*∇J(θ - beta*v)\nθ' = θ + v'", 1),
    ],
    "update-decay-coupled": [
        ("adamw", f"{A.replace(' g', ' (g + lambda*theta)')}{HATS}{STEP}", 1),
    ],
    "update-decay-turned": [
        ("adamw", f"{A}{HATS}theta' = theta - alpha*(m_hat/(sqrt(v_hat) + epsilon) - lambda*theta)", 5),
    ],
    "update-decay-lost": [
        ("adamw", f"{A}{HATS}{STEP}", 5),
    ],
    "update-gradient-turned": [
        ("momentum", "v' = beta*v - g\ntheta' = theta - alpha*v'", 1),
    ],
    "update-memory-turned": [
        ("momentum", "v' = g - beta*v\ntheta' = theta - alpha*v'", 1),
        ("nesterov", "v' = beta*v + g\ntheta' = theta - alpha*(g - beta*v')", 2),
    ],
    "update-memory-lost": [
        ("momentum", "v' = g\ntheta' = theta - alpha*v'", 1),
        ("adagrad", "s' = g^2\ntheta' = theta - alpha*g/(sqrt(s') + epsilon)", 1),
    ],
    "update-share-lost": [
        ("momentum", "v' = v + g\ntheta' = theta - alpha*v'", 1),
    ],
    "update-gradient-for-memory": [
        ("momentum", "v' = beta*v + g\ntheta' = theta - alpha*g", 2),
    ],
    "update-theta-lost": [
        ("gradient_descent", "theta' = -alpha*g", 1),
        ("momentum", "v' = beta*v + g\ntheta' = alpha*v'", 2),
    ],
    "update-other-gradient": [
        ("gradient_descent", "m' = m - alpha dJ/db", 1),
        ("momentum", "v_m' = 0.9 v_m + dJ/db\nm' = m - alpha v_m'", 1),
    ],
}  # fmt: skip
