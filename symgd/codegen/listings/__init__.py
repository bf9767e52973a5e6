"""Listings: the few lines that are read, and run."""
