"""Derivations in matrix form: differentials, their rules, the checks on every step, and the bridge from the Σ form."""
