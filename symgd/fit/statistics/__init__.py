"""What a minimum lets one say: standard errors, intervals, bands."""
