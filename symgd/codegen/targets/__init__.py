"""Code for other than NumPy: the array-api standard and JavaScript."""
