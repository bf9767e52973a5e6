"""The algebra page: small rewrites that bring a line into the form that a textbook prints."""
