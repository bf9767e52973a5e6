"""Several descents on one clock: the parts of learning_rates, batch_mini_stochastic, ravine_and_scaling and optimizers."""
