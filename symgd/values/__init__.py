"""What values of every room are made of: mappings that do not change, registries, and tables for notebooks."""
