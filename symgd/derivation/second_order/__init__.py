"""The Hessian, the normal equations, and the largest stable rate."""
