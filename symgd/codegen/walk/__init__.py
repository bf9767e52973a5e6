"""The walk: steps, and whether they have arrived; generated modules have its files word for word."""
