"""Columns of numbers from arrays, frames and files; what is wrong is told by line and column."""
