"""A cost as a function of its parameters, with its derivatives, before anything is searched for."""
