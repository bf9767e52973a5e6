"""Plain functions of parameters and data, for a loop of one's own."""
