"""SCHEDULES: one declaration each."""

from __future__ import annotations

from collections.abc import Mapping

from symgd.errors import DescentError
from symgd.optimizers.schedule import EXAMPLE, LAST, RATE, STEP, Schedule
from symgd.problem.settings import Setting
from symgd.registry.options import declared, nearest
from symgd.registry.registry import Registry, registry_of

_HEAT = Setting("warmup", 0.1, "0 < warmup < 1", "the share of the steps in which the rate rises")
_LOW = Setting("low", 0.1, "0 <= low <= 1", "the least rate, as a share of alpha")
_SGDR = (
    "Loshchilov and Hutter, SGDR: stochastic gradient descent with warm restarts (2017), equation 5"
)

SCHEDULES: Registry[Schedule] = registry_of(
    (
        Schedule(
            "constant",
            "alpha",
            title="the same rate in each step",
            source="Cauchy (1847)",
            calls={"optax": "constant_schedule(alpha)"},
        ),
        Schedule(
            "inverse_time",
            "alpha/(1 + decay*(t - 1))",
            (Setting("decay", 1.0, "decay >= 0", "how much the denominator grows in a step"),),
            title="one over the number of the step",
            source="Robbins and Monro, A stochastic approximation method (1951)",
            aliases=("inverse", "robbins_monro"),
        ),
        Schedule(
            "inverse_sqrt",
            "alpha/sqrt(t)",
            title="one over the root of the number of the step",
            source="Zinkevich, Online convex programming and generalized infinitesimal gradient ascent (2003)",
            aliases=("inverse_square_root",),
        ),
        Schedule(
            "exponential",
            "alpha*gamma^(t - 1)",
            (Setting("gamma", 0.99, "0 < gamma <= 1", "each rate as a share of the one before"),),
            title="the same share of the rate before",
            source="Goffin, On convergence rates of subgradient optimization methods (1977)",
            aliases=("geometric",),
            calls={
                "torch": "ExponentialLR(gamma=gamma)",
                "optax": "exponential_decay(alpha, 1, gamma)",
            },
        ),
        Schedule(
            "step",
            "alpha*gamma^floor((t - 1)/every)",
            (
                Setting("every", 100.0, "every >= 1", "how many steps have the same rate"),
                Setting("gamma", 0.1, "0 < gamma <= 1", "a rate as a share of the one before"),
            ),
            title="lower after so many steps",
            source="He, Zhang, Ren and Sun, Deep residual learning for image recognition (2016), section 3.4",
            aliases=("step_decay", "staircase"),
            calls={
                "torch": "StepLR(step_size=int(every), gamma=gamma)",
                "optax": "exponential_decay(alpha, every, gamma, staircase=True)",
            },
        ),
        Schedule(
            "linear",
            "alpha*(1 - (1 - low)*(t - 1)/T)",
            (Setting("low", 0.0, "0 <= low <= 1", "the rate at the end, as a share of alpha"),),
            title="along a line",
            source="Howard and Ruder, Universal language model fine-tuning for text classification (2018), equation 3, the "
            "falling part",
            calls={
                "torch": "LinearLR(start_factor=1.0, end_factor=low, total_iters=T)",
                "optax": "linear_schedule(alpha, low*alpha, T)",
            },
        ),
        Schedule(
            "polynomial",
            "alpha*(1 - (t - 1)/T)^power",
            (Setting("power", 0.9, "power > 0", "the exponent of the share that is left"),),
            title="a power of the share of steps that is left",
            source="Chen and others, DeepLab (2018), the poly policy",
            aliases=("poly",),
            calls={
                "torch": "PolynomialLR(total_iters=T, power=power)",
                "optax": "polynomial_schedule(alpha, 0.0, power, T)",
            },
        ),
        Schedule(
            "cosine",
            "alpha*(low + (1 - low)*(1 + cos(pi*(t - 1)/T))/2)",
            (Setting("low", 0.0, "0 <= low <= 1", "the rate at the end, as a share of alpha"),),
            title="half a wave of the cosine",
            source=f"{_SGDR}, without restarts",
            aliases=("cosine_annealing", "cosine_decay"),
            calls={
                "torch": "CosineAnnealingLR(T_max=T, eta_min=low*alpha)",
                "optax": "cosine_decay_schedule(alpha, T, low)",
            },
        ),
        Schedule(
            "cosine_restarts",
            "alpha*(1 + cos(pi*mod(t - 1, every)/every))/2",
            (Setting("every", 50.0, "every >= 1", "how many steps make one fall"),),
            title="half waves of the cosine, one after the other",
            source=_SGDR,
            aliases=("sgdr", "warm_restarts"),
            calls={"torch": "CosineAnnealingWarmRestarts(T_0=int(every))"},
        ),
        Schedule(
            "warmup",
            "alpha*min(t/(warmup*T), 1)",
            (_HEAT,),
            title="rising, then the same",
            source="Goyal and others, Accurate, large minibatch SGD: training ImageNet in 1 hour (2017), section 2.2",
            aliases=("warmup_constant",),
        ),
        Schedule(
            "warmup_cosine",
            "alpha*t/(warmup*T) if t <= warmup*T else alpha*(1 + cos(pi*(t - 1 - warmup*T)/(T - warmup*T)))/2",
            (_HEAT,),
            title="rising, then half a wave of the cosine",
            source=f"Goyal and others (2017), section 2.2; {_SGDR}",
            aliases=("cosine_warmup",),
        ),
        Schedule(
            "warmup_linear",
            "alpha*min(t/(warmup*T), 1, (T - t + 1)/(T - warmup*T))",
            (_HEAT,),
            title="rising, then falling, along lines",
            source="Howard and Ruder, Universal language model fine-tuning for text classification (2018), equation 3",
            aliases=("slanted_triangular", "linear_warmup"),
        ),
        Schedule(
            "inverse_sqrt_warmup",
            "alpha*min(1/sqrt(t), t/(warmup*T)^1.5)*sqrt(warmup*T)",
            (_HEAT,),
            title="rising, then one over the root of the number of the step",
            source="Vaswani and others, Attention is all you need (2017), section 5.3, with alpha as the highest rate",
            aliases=("noam", "transformer"),
        ),
        Schedule(
            "one_cycle",
            "alpha*(1/start + (1 - 1/start)*(1 - cos(pi*(t - 1)/(rise*T)))/2) if t - 1 <= rise*T "
            "else alpha*(1/(start*end) + (1 - 1/(start*end))*(1 + cos(pi*(t - 1 - rise*T)/(T - rise*T)))/2)",
            (
                Setting(
                    "rise", 0.3, "0 < rise < 1", "the share of the steps in which the rate rises"
                ),
                Setting("start", 25.0, "start >= 1", "alpha over the first rate"),
                Setting("end", 10000.0, "end >= 1", "the first rate over the last"),
            ),
            title="one cycle, up and far down",
            source="Smith and Topin, Super-convergence: very fast training of neural networks using large learning rates (2018), "
            "along cosines; alpha is the highest rate",
            aliases=("onecycle", "1cycle"),
            calls={"optax": "cosine_onecycle_schedule(T, alpha, rise, start, end)"},
        ),
        Schedule(
            "triangular",
            "alpha*(low + (1 - low)*(1 - abs(mod(t - 1, 2*half)/half - 1)))",
            (Setting("half", 50.0, "half >= 1", "how many steps the rate rises, and falls"), _LOW),
            title="up and down along lines",
            source="Smith, Cyclical learning rates for training neural networks (2017); alpha is the highest rate",
            aliases=("cyclic", "clr"),
            calls={"torch": "CyclicLR(base_lr=low*alpha, max_lr=alpha, step_size_up=int(half))"},
        ),
    )
)

ALIASES: Mapping[str, str] = {a: s.name for s in SCHEDULES.values() for a in s.aliases}


def find_schedule(given: str | Schedule) -> Schedule:
    """A schedule by its name, by another that people type, or by a formula; DescentError for none.

    Examples
    --------
    >>> find_schedule("sgdr").name, find_schedule("0.1/sqrt(t)").needs_rate
    ('cosine_restarts', False)
    """
    if isinstance(given, Schedule):
        return given
    if not isinstance(given, str):
        cause = f"a schedule is a name or a formula, not {type(given).__name__}"
        raise DescentError(cause, f'pass schedule="cosine", or a formula such as {EXAMPLE}')
    plain = given.strip().casefold().replace("-", "_").replace(" ", "_")
    known = {**SCHEDULES, **{alias: SCHEDULES[name] for alias, name in ALIASES.items()}}
    if plain in known:
        return known[plain]
    if given.strip().isidentifier() and given.strip() not in (STEP, LAST, RATE):
        if nearest(plain, known) is None:
            remedy = f"expected one of {', '.join(SCHEDULES)}, or a formula such as {EXAMPLE}"
            raise DescentError(f'there is no schedule "{given}"', remedy)
        return declared(plain, known, "schedule", DescentError)
    return Schedule("own", given).read()
