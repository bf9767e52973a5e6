"""Code made from a formula: arrays, scalars, modules, and the data summary."""
