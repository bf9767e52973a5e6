"""The least sum of squares of any formula, with no start."""
