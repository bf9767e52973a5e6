"""Gradient descent for y = m x + b: mean squared error."""

import numpy as np


def cost(m, b, x, y):
    # J = (1/N) Σᵢ (m xᵢ + b − yᵢ)²
    residual = m * x + b - y
    return np.mean(residual**2)


def gradient(m, b, x, y):
    # ∂J/∂m = (2/N) Σᵢ xᵢ (m xᵢ + b − yᵢ)
    # ∂J/∂b = (2/N) Σᵢ (m xᵢ + b − yᵢ)
    residual = m * x + b - y
    dJ_dm = 2 * np.mean(x * residual)
    dJ_db = 2 * np.mean(residual)
    return dJ_dm, dJ_db


def update(m, b, x, y, learning_rate):
    dJ_dm, dJ_db = gradient(m, b, x, y)
    return m - learning_rate * dJ_dm, b - learning_rate * dJ_db


def descend(x, y, start=(0.0, 0.0), learning_rate=0.1, max_iter=100):
    x, y = (np.asarray(data, float) for data in (x, y))
    m, b = start
    trace = [(m, b, cost(m, b, x, y))]
    for _ in range(max_iter):
        m, b = update(m, b, x, y, learning_rate)
        trace.append((m, b, cost(m, b, x, y)))
    return np.array(trace)


if __name__ == "__main__":
    x = np.array([1.0, 2.0, 3.0])
    y = np.array([1.2, 1.8, 3.4])
    print(descend(x, y, max_iter=10).round(6))
