"""Mappings that do not change, registries of declarations, and their tables; names near to one that is unknown."""
