"""Letters of an update rule, and what else people call them: η for α, μ for β, lr, eps."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence

RATE = "alpha"
MOST_ASSIGNMENTS = 12  # of a student's letters to those of the rule, beside the usual ones
UNUSUAL = 100  # how odd a name is that nobody else gives a letter

# Who writes one of these most likely means what stands before it.
USUAL: Mapping[str, tuple[str, ...]] = {
    RATE: ("eta", "lr", "learning_rate", "gamma", "epsilon", "a", "l", "step_size", "stepsize", "rate"),
    "beta": ("mu", "gamma", "rho", "momentum", "beta1", "b", "mom", "m", "eta", "alpha"),
    "beta1": ("rho1", "b1", "beta", "mu", "gamma1", "gamma", "mu1", "B1"),
    "beta2": ("rho2", "b2", "rho", "nu", "gamma2", "gamma", "mu2", "B2"),
    "rho": ("beta", "gamma", "beta2", "decay", "decay_rate", "alpha", "beta1", "mu"),
    "epsilon": ("eps", "delta", "tau", "e", "varepsilon", "c"),
    "weight_decay": ("lambda", "wd", "decay", "lam", "lmbda", "l", "gamma", "w"),
}  # fmt: skip
KNOWN_LETTERS = frozenset({*USUAL, *(name for names in USUAL.values() for name in names)})


def assignments(
    used: Sequence[str], roles: Sequence[str], fixed: frozenset[str] = frozenset()
) -> Iterator[Mapping[str, str]]:
    """What each of a student's letters may be in the rule, the likeliest first.

    A letter that the rule has keeps its meaning, unless another one, which the rule does not have, has taken it: who
    writes beta2 for beta1 and beta1 for beta2 has swapped them, and named nothing anew. `fixed` are letters whose
    numbers were given by name.

    Examples
    --------
    >>> next(assignments(("eta", "mu"), ("alpha", "beta")))
    {'eta': 'alpha', 'mu': 'beta'}
    >>> list(assignments(("beta1", "beta2"), ("beta1", "beta2")))
    [{'beta1': 'beta1', 'beta2': 'beta2'}]
    """
    if len(used) > len(roles):
        return
    same = {name: name for name in used if name in roles}
    if len(same) == len(used):
        yield same
        return
    every = itertools.islice(itertools.permutations(roles, len(used)), 50_000)
    pairs = (dict(zip(used, chosen, strict=True)) for chosen in every)
    found = sorted((each for each in pairs if _is_naming(each, roles, fixed)), key=_oddness)
    usual = [each for each in found if _oddness(each)[1] < UNUSUAL]
    yield from (*usual[:MOST_ASSIGNMENTS], *found[len(usual) :][:MOST_ASSIGNMENTS])


def _is_naming(chosen: Mapping[str, str], roles: Sequence[str], fixed: frozenset[str]) -> bool:
    """Whether each letter that lost its meaning lost it to one that the rule does not have, at the end of a chain."""
    taken = {role: name for name, role in chosen.items()}
    for name, role in chosen.items():
        if name == role or name not in roles:
            continue
        if name in fixed:
            return False
        at, met = name, {name}
        while at in roles:
            if at not in taken or taken[at] in met:
                return False
            at = taken[at]
            met.add(at)
    return True


def _oddness(chosen: Mapping[str, str]) -> tuple[int, int]:
    """How far an assignment is from what is usual."""
    moved = sum(name != role and name in USUAL for name, role in chosen.items())
    places = (_place(name, role) for name, role in chosen.items())
    return moved, sum(places)


def _place(name: str, role: str) -> int:
    if name == role:
        return 0
    usual = USUAL.get(role, ())
    return usual.index(name) + 1 if name in usual else UNUSUAL
