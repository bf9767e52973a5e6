"""Gradient descent for y = a x + b: mean squared error."""

import numpy as np


def cost(a, b, x, y):
    # MSE = (1/N) Σᵢ (yᵢ − (a xᵢ + b))²
    residual = y - (a * x + b)
    return np.mean(residual**2)


def gradient(a, b, x, y):
    # ∂MSE/∂a = −(2/N) Σᵢ xᵢ (yᵢ − (a xᵢ + b))
    # ∂MSE/∂b = −(2/N) Σᵢ (yᵢ − (a xᵢ + b))
    residual = y - (a * x + b)
    dMSE_da = -2 * np.mean(x * residual)
    dMSE_db = -2 * np.mean(residual)
    return dMSE_da, dMSE_db


def update(a, b, x, y, learning_rate):
    dMSE_da, dMSE_db = gradient(a, b, x, y)
    return a - learning_rate * dMSE_da, b - learning_rate * dMSE_db


def descend(x, y, start=(0.0, 0.0), learning_rate=0.1, max_iter=100):
    x, y = (np.asarray(data, float) for data in (x, y))
    a, b = start
    trace = [(a, b, cost(a, b, x, y))]
    for _ in range(max_iter):
        a, b = update(a, b, x, y, learning_rate)
        trace.append((a, b, cost(a, b, x, y)))
    return np.array(trace)


if __name__ == "__main__":
    x = np.array([1.0, 2.0, 3.0])
    y = np.array([1.2, 1.8, 3.4])
    print(descend(x, y, max_iter=10).round(6))
