"""All verbs in one group."""

from __future__ import annotations

from symgd.cli.derivations import derive, diff, generate, hessian, rate, schema, solve
from symgd.cli.descents import descend
from symgd.cli.films import animate, demo
from symgd.cli.fits import fit
from symgd.cli.group import main
from symgd.cli.losses import losses
from symgd.cli.matrices import matrix
from symgd.cli.minimizes import minimize
from symgd.cli.optimizers import optimizers
from symgd.cli.predictions import predict
from symgd.cli.surveys import analyse, grid
from symgd.cli.tutor import check, hint

__all__ = ["main"]

# In the order in which `symgd --help` lists them.
for verb in (
    diff,
    derive,
    hessian,
    solve,
    rate,
    matrix,
    check,
    hint,
    generate,
    fit,
    predict,
    descend,
    minimize,
    grid,
    analyse,
    losses,
    optimizers,
    animate,
    demo,
    schema,
):
    main.add_command(verb)
