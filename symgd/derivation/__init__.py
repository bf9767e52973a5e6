"""Derivations: rules, the engine that applies them, and the checks on every step."""
