"""OPTIMIZERS: those of all families, by name."""

from __future__ import annotations

from collections.abc import Mapping

from symgd.errors import DescentError
from symgd.optimizers import adaptive, first_order, line_searches, second_order
from symgd.optimizers.first_order import GRADIENT_DESCENT as GRADIENT_DESCENT
from symgd.optimizers.optimizer import Optimizer
from symgd.registry.options import declared, nearest
from symgd.registry.registry import Registry, registry_of

OPTIMIZERS: Registry[Optimizer] = registry_of(
    (
        *first_order.DECLARED,
        *adaptive.DECLARED,
        *line_searches.DECLARED,
        *second_order.DECLARED,
    )
)

ALIASES: Mapping[str, str] = {a: o.name for o in OPTIMIZERS.values() for a in o.aliases}


def find_optimizer(
    given: str | Optimizer, settings: Mapping[str, float] | None = None
) -> Optimizer:
    """An optimizer by its name, by another that people type, by a library's, or by its update rule, whose settings have these numbers; DescentError for none.

    Examples
    --------
    >>> find_optimizer("heavy_ball").name, find_optimizer("torch.rmsprop").values["rho"]
    ('momentum', 0.99)
    >>> find_optimizer("theta' = theta - alpha*sign(g)").rule.settings
    ()
    """
    if isinstance(given, Optimizer):
        return given
    if not isinstance(given, str):
        cause = f"an optimizer is a name or an update rule, not {type(given).__name__}"
        raise DescentError(cause, 'pass optimizer="adam"')
    if "=" in given:
        return Optimizer("own", given, dict(settings or {}))
    library, dot, name = given.rpartition(".")
    plain = name.strip().casefold().replace("-", "_").replace(" ", "_")
    known = {**OPTIMIZERS, **{alias: OPTIMIZERS[name] for alias, name in ALIASES.items()}}
    if plain not in known and nearest(plain, known) is None:
        remedy = f'expected one of {", ".join(OPTIMIZERS)}, or an update rule such as "theta\' = theta - alpha*g"'
        raise DescentError(f'there is no optimizer "{name}"', remedy)
    found = declared(plain, known, "optimizer", DescentError)
    return found.as_in(library.casefold()) if dot else found
