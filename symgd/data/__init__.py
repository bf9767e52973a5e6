"""Columns from arrays, frames and files; what is wrong with them is told by line and column."""
