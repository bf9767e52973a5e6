"""What a cost is, where it lives and which way is down: the parts of fit_a_line, where_cost_lives and slope_tells_direction."""
