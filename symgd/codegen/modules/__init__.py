"""Modules that need NumPy alone: what is the same for all, and what the formula makes of it."""
