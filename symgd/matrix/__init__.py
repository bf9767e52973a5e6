"""Costs in matrices: differentials, and the bridge from Σ to ‖Xw−y‖²."""
