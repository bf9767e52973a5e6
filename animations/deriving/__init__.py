"""How a gradient follows from its cost: the parts of derive_gradient."""
