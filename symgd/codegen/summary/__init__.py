"""The data summary: what separates into parameters and data, and what one pass leaves of the data."""
