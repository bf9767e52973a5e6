"""Optimizers that give each parameter a rate of its own, by the squares of its slopes."""

from __future__ import annotations

from symgd.optimizers.optimizer import Convention, Optimizer
from symgd.optimizers.settings import BETA_1, BETA_2, DECAY, EPSILON, RHO, as_default
from symgd.problem.settings import Setting

_FIRST = "m' = beta1*m + (1 - beta1)*g; "
_MOMENTS = f"{_FIRST}v' = beta2*v + (1 - beta2)*g^2; "
_STEP = "(m'/(1 - beta1^t))/(sqrt(v'/(1 - beta2^t)) + epsilon)"
_DECAYED = (
    "d = g + weight_decay*theta; m' = beta1*m + (1 - beta1)*d; v' = beta2*v + (1 - beta2)*d^2; "
)
_ALL = (BETA_1, BETA_2, EPSILON)
_BETAS = "lr=alpha, betas=(beta1, beta2), eps=epsilon"
_B1_B2 = "alpha, b1=beta1, b2=beta2, eps=epsilon"

ADAGRAD = Optimizer(
    "adagrad",
    "s' = s + g^2; theta' = theta - alpha*g/(sqrt(s') + epsilon)",
    (as_default(EPSILON, 1e-10),),
    title="adaptive gradient",
    spelling="AdaGrad",
    source="Duchi, Hazan and Singer, Adaptive subgradient methods for online learning and stochastic optimization (2011), "
    "figure 1, with the diagonal",
    learning_rate=0.01,
    conventions=(
        Convention("torch", call="Adagrad(lr=alpha, eps=epsilon)", learning_rate=0.01),
        Convention(
            "optax",
            "s' = s + g^2; theta' = theta - alpha*g/sqrt(s' + epsilon) if s' > 0 else theta",
            {"epsilon": 1e-7, "accumulated": 0.1},
            initial={"s": "accumulated"},
            call="adagrad(alpha, initial_accumulator_value=accumulated, eps=epsilon)",
        ),
        Convention(
            "torch",
            "d = g + weight_decay*theta; s' = s + d^2; "
            "theta' = theta - alpha/(1 + (t - 1)*rate_decay)*d/(sqrt(s') + epsilon)",
            {"accumulated": 0.0, "rate_decay": 0.0, "weight_decay": 0.0},
            initial={"s": "accumulated"},
            variant="rate decay and weight decay",
            call="Adagrad(lr=alpha, lr_decay=rate_decay, weight_decay=weight_decay, initial_accumulator_value=accumulated, "
            "eps=epsilon)",
        ),
    ),
)

RMSPROP = Optimizer(
    "rmsprop",
    "v' = rho*v + (1 - rho)*g^2; theta' = theta - alpha*g/(sqrt(v') + epsilon)",
    (RHO, EPSILON),
    title="root mean square propagation",
    spelling="RMSProp",
    source="Tieleman and Hinton, Neural networks for machine learning (2012), lecture 6.5, which has no epsilon",
    learning_rate=0.001,
    conventions=(
        Convention(
            "torch",
            settings={"rho": 0.99},
            learning_rate=0.01,
            call="RMSprop(lr=alpha, alpha=rho, eps=epsilon)",
        ),
        Convention(
            "optax",
            "v' = rho*v + (1 - rho)*g^2; theta' = theta - alpha*g/sqrt(v' + epsilon)",
            call="rmsprop(alpha, decay=rho, eps=epsilon)",
        ),
        Convention(
            "torch",
            "d = g + weight_decay*theta; v' = rho*v + (1 - rho)*d^2; a' = rho*a + (1 - rho)*d; "
            "b' = momentum*b + d/(sqrt(v' - a'^2) + epsilon); theta' = theta - alpha*b'",
            {"rho": 0.99, "momentum": 0.0, "weight_decay": 0.0},
            variant="centered",
            learning_rate=0.01,
            call="RMSprop(lr=alpha, alpha=rho, eps=epsilon, weight_decay=weight_decay, momentum=momentum, centered=True)",
        ),
        Convention(
            "torch",
            "d = g + weight_decay*theta; v' = rho*v + (1 - rho)*d^2; "
            "b' = momentum*b + d/(sqrt(v') + epsilon); theta' = theta - alpha*b'",
            {"rho": 0.99, "momentum": 0.0, "weight_decay": 0.0},
            variant="momentum and weight decay",
            learning_rate=0.01,
            call="RMSprop(lr=alpha, alpha=rho, eps=epsilon, weight_decay=weight_decay, momentum=momentum)",
        ),
        Convention(
            "optax",
            "v' = rho*v + (1 - rho)*g^2; b' = momentum*b + alpha*g/sqrt(v' + epsilon); theta' = theta - b'",
            {"momentum": 0.0},
            variant="momentum",
            call="rmsprop(alpha, decay=rho, eps=epsilon, momentum=momentum)",
        ),
    ),
)

ADADELTA = Optimizer(
    "adadelta",
    "s' = rho*s + (1 - rho)*g^2; d = sqrt(u + epsilon)/sqrt(s' + epsilon)*g; u' = rho*u + (1 - rho)*d^2; "
    "theta' = theta - alpha*d",
    (as_default(RHO, 0.95), as_default(EPSILON, 1e-6)),
    title="adaptive steps in the parameters' units",
    spelling="AdaDelta",
    source="Zeiler, ADADELTA: an adaptive learning rate method (2012), algorithm 1, where alpha is 1",
    learning_rate=1.0,
    conventions=(
        Convention(
            "torch",
            settings={"rho": 0.9},
            learning_rate=1.0,
            call="Adadelta(lr=alpha, rho=rho, eps=epsilon)",
        ),
        Convention("optax", settings={"rho": 0.9}, call="adadelta(alpha, rho=rho, eps=epsilon)"),
        Convention(
            "torch",
            "c = g + weight_decay*theta; s' = rho*s + (1 - rho)*c^2; "
            "d = sqrt(u + epsilon)/sqrt(s' + epsilon)*c; u' = rho*u + (1 - rho)*d^2; theta' = theta - alpha*d",
            {"rho": 0.9, "weight_decay": 0.0},
            variant="weight decay",
            learning_rate=1.0,
            call="Adadelta(lr=alpha, rho=rho, eps=epsilon, weight_decay=weight_decay)",
        ),
    ),
)

ADAM = Optimizer(
    "adam",
    f"{_MOMENTS}theta' = theta - alpha*{_STEP}",
    _ALL,
    title="adaptive moments",
    source="Kingma and Ba, Adam: a method for stochastic optimization (2015), algorithm 1",
    learning_rate=0.001,
    conventions=(
        Convention("torch", call=f"Adam({_BETAS})", learning_rate=0.001),
        Convention("optax", call=f"adam({_B1_B2})"),
        Convention(
            "torch",
            f"{_DECAYED}theta' = theta - alpha*{_STEP}",
            {"weight_decay": 0.0},
            variant="weight decay",
            learning_rate=0.001,
            call=f"Adam({_BETAS}, weight_decay=weight_decay)",
            note="the decay is part of the gradient",
        ),
    ),
)

ADAMW = Optimizer(
    "adamw",
    f"{_MOMENTS}theta' = theta - alpha*({_STEP} + weight_decay*theta)",
    (*_ALL, as_default(DECAY, 0.01)),
    title="adaptive moments with decoupled weight decay",
    spelling="AdamW",
    source="Loshchilov and Hutter, Decoupled weight decay regularization (2019), algorithm 2, with λ times α, as libraries have "
    "it: the λ of the paper is what α λ is here",
    letters={"weight_decay": "lambda"},
    learning_rate=0.001,
    conventions=(
        Convention(
            "torch", call=f"AdamW({_BETAS}, weight_decay=weight_decay)", learning_rate=0.001
        ),
        Convention(
            "optax",
            settings={"weight_decay": 0.0001},
            call=f"adamw({_B1_B2}, weight_decay=weight_decay)",
        ),
    ),
)

ADAMAX = Optimizer(
    "adamax",
    f"{_FIRST}u' = max(beta2*u, abs(g) + epsilon); theta' = theta - alpha/(1 - beta1^t)*m'/u'",
    (
        BETA_1,
        Setting("beta2", 0.999, "0 <= beta2 < 1", "the share of the largest slope that is kept"),
        EPSILON,
    ),
    title="adaptive moments with the largest slope",
    spelling="AdaMax",
    source="Kingma and Ba, Adam: a method for stochastic optimization (2015), algorithm 2, which has no epsilon",
    learning_rate=0.002,
    conventions=(
        Convention("torch", call=f"Adamax({_BETAS})", learning_rate=0.002),
        Convention("optax", call=f"adamax({_B1_B2})"),
        Convention(
            "torch",
            "d = g + weight_decay*theta; m' = beta1*m + (1 - beta1)*d; u' = max(beta2*u, abs(d) + epsilon); "
            "theta' = theta - alpha/(1 - beta1^t)*m'/u'",
            {"weight_decay": 0.0},
            variant="weight decay",
            learning_rate=0.002,
            call=f"Adamax({_BETAS}, weight_decay=weight_decay)",
        ),
    ),
)

_TORCH_NADAM = (
    "mu = beta1*(1 - 0.5*0.96^(t*momentum_decay)); ahead = beta1*(1 - 0.5*0.96^((t + 1)*momentum_decay)); "
    "product' = product*mu; m' = beta1*m + (1 - beta1)*{d}; v' = beta2*v + (1 - beta2)*{d}^2; "
    "theta' = theta - alpha*((1 - mu)*{d}/(1 - product') + ahead*m'/(1 - product'*ahead))"
    "/(sqrt(v'/(1 - beta2^t)) + epsilon)"
)

NADAM = Optimizer(
    "nadam",
    f"{_MOMENTS}d = beta1*m'/(1 - beta1^(t + 1)) + (1 - beta1)*g/(1 - beta1^t); "
    "theta' = theta - alpha*d/(sqrt(beta2*v'/(1 - beta2^t)) + epsilon)",
    _ALL,
    title="Nesterov's momentum in adaptive moments",
    spelling="NAdam",
    source="Dozat, Incorporating Nesterov momentum into Adam (2016), algorithm 2, with the same μ in each step",
    learning_rate=0.002,
    conventions=(
        Convention(
            "torch",
            _TORCH_NADAM.format(d="g"),
            {"momentum_decay": 0.004},
            learning_rate=0.002,
            initial={"product": "1"},
            call=f"NAdam({_BETAS}, momentum_decay=momentum_decay)",
            note="its momentum is half at first and grows; the mean square has no factor beta2; the product of momenta has "
            "seven digits unless torch's default is float64",
        ),
        Convention(
            "optax",
            f"{_MOMENTS}d = beta1*m'/(1 - beta1^(t + 1)) + (1 - beta1)*g/(1 - beta1^t); "
            "theta' = theta - alpha*d/(sqrt(v'/(1 - beta2^t)) + epsilon)",
            call=f"nadam({_B1_B2})",
            note="the mean square has no factor beta2",
        ),
        Convention(
            "torch",
            f"d = g + weight_decay*theta; {_TORCH_NADAM.format(d='d')}",
            {"momentum_decay": 0.004, "weight_decay": 0.0},
            learning_rate=0.002,
            initial={"product": "1"},
            variant="weight decay",
            call=f"NAdam({_BETAS}, momentum_decay=momentum_decay, weight_decay=weight_decay)",
        ),
        Convention(
            "torch",
            _TORCH_NADAM.format(d="g").replace(
                "theta - alpha", "theta*(1 - alpha*weight_decay) - alpha"
            ),
            {"momentum_decay": 0.004, "weight_decay": 0.0},
            learning_rate=0.002,
            initial={"product": "1"},
            variant="decoupled weight decay",
            call=f"NAdam({_BETAS}, momentum_decay=momentum_decay, weight_decay=weight_decay, decoupled_weight_decay=True)",
        ),
    ),
)

_LENGTH = "longest = 2/(1 - beta2) - 1; length = longest - 2*t*beta2^t/(1 - beta2^t); "
_RECTIFIED = "sqrt((length - 4)*(length - 2)*longest/((longest - 4)*(longest - 2)*length))"
_MEAN = "m'/(1 - beta1^t)"

RADAM = Optimizer(
    "radam",
    f"{_MOMENTS}{_LENGTH}theta' = theta - alpha*{_RECTIFIED}*{_STEP} if length > threshold else theta - alpha*{_MEAN}",
    (
        *_ALL,
        Setting(
            "threshold", 4.0, "threshold >= 4", "how long the average must be to have a variance"
        ),
    ),
    title="rectified adaptive moments",
    spelling="RAdam",
    source="Liu and others, On the variance of the adaptive learning rate and beyond (2020), algorithm 2, which has no epsilon",
    letters={"longest": "ρ_∞", "length": "ρ_t"},
    learning_rate=0.001,
    conventions=(
        Convention(
            "torch",
            f"{_MOMENTS}{_LENGTH}theta' = theta - alpha*{_RECTIFIED}*({_MEAN})*sqrt(1 - beta2^t)/(sqrt(v') + epsilon) "
            f"if length > threshold else theta - alpha*{_MEAN}",
            {"threshold": 5.0},
            learning_rate=0.001,
            call=f"RAdam({_BETAS})",
            note="epsilon is added before the bias is corrected",
        ),
        Convention(
            "optax",
            f"{_MOMENTS}{_LENGTH}theta' = theta - alpha*{_RECTIFIED}*{_STEP} if length >= threshold "
            f"else theta - alpha*{_MEAN}",
            {"threshold": 5.0},
            call=f"radam({_B1_B2}, threshold=threshold)",
        ),
        Convention(
            "torch",
            f"{_DECAYED}{_LENGTH}theta' = theta - alpha*{_RECTIFIED}*({_MEAN})*sqrt(1 - beta2^t)/(sqrt(v') + epsilon) "
            f"if length > threshold else theta - alpha*{_MEAN}",
            {"threshold": 5.0, "weight_decay": 0.0},
            learning_rate=0.001,
            variant="weight decay",
            call=f"RAdam({_BETAS}, weight_decay=weight_decay)",
        ),
    ),
)

AMSGRAD = Optimizer(
    "amsgrad",
    f"{_MOMENTS}s' = max(s, v'); theta' = theta - alpha*m'/(sqrt(s') + epsilon)",
    _ALL,
    title="adaptive moments with the largest mean square",
    spelling="AMSGrad",
    source="Reddi, Kale and Kumar, On the convergence of Adam and beyond (2018), algorithm 2, which has no epsilon",
    learning_rate=0.001,
    conventions=(
        Convention(
            "torch",
            f"{_MOMENTS}s' = max(s, v'); theta' = theta - alpha*({_MEAN})/(sqrt(s')/sqrt(1 - beta2^t) + epsilon)",
            learning_rate=0.001,
            call=f"Adam({_BETAS}, amsgrad=True)",
            note="the bias is corrected after the maximum",
        ),
        Convention(
            "optax",
            f"{_MOMENTS}s' = max(s, v'/(1 - beta2^t)); theta' = theta - alpha*({_MEAN})/(sqrt(s') + epsilon)",
            call=f"amsgrad({_B1_B2})",
            note="the bias is corrected before the maximum",
        ),
        Convention(
            "torch",
            f"{_MOMENTS}s' = max(s, v'); "
            f"theta' = theta - alpha*(({_MEAN})/(sqrt(s')/sqrt(1 - beta2^t) + epsilon) + weight_decay*theta)",
            {"weight_decay": 0.01},
            learning_rate=0.001,
            variant="decoupled weight decay",
            call=f"AdamW({_BETAS}, weight_decay=weight_decay, amsgrad=True)",
        ),
    ),
)

DECLARED = (ADAGRAD, RMSPROP, ADADELTA, ADAM, ADAMW, ADAMAX, NADAM, RADAM, AMSGRAD)
