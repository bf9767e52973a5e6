"""Model, loss and roles, which give the cost: values alone."""
