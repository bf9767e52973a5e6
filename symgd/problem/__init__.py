"""A model, a loss and the roles of the names give a cost: values alone."""
