"""Optimizers: update rules as formulas."""
