"""Cost and gradient in memory, in the form that the plan chose."""
