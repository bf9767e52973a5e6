"""A fit in words, tables and files."""
