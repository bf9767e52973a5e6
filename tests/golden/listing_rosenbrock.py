"""Gradient descent for f = (1 − x)² + 100(y − x²)²."""

import numpy as np


def f(x, y):
    # f = (1 − x)² + 100(y − x²)²
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def gradient(x, y):
    # ∂f/∂x = −2(1 − x) − 400x (y − x²)
    # ∂f/∂y = 200(y − x²)
    y_minus_x_squared = y - x**2
    df_dx = -2 * (1 - x) - 400 * x * y_minus_x_squared
    df_dy = 200 * y_minus_x_squared
    return df_dx, df_dy


def update(x, y, learning_rate):
    df_dx, df_dy = gradient(x, y)
    return x - learning_rate * df_dx, y - learning_rate * df_dy


def descend(start=(-1.2, 1.0), learning_rate=0.001, max_iter=100):
    x, y = np.array(start, float)
    trace = [(x, y, f(x, y))]
    for _ in range(max_iter):
        x, y = update(x, y, learning_rate)
        trace.append((x, y, f(x, y)))
    return np.array(trace)


if __name__ == "__main__":
    print(descend(max_iter=10).round(6))
