"""What the end of a search is: a minimum or none, one point or many, the best of several."""
