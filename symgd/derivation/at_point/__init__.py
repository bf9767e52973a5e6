"""A derivation with numbers put in."""
