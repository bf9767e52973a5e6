"""The least cost of every other loss: smooth ones, and those with corners."""
