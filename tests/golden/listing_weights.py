"""Gradient descent for y = m x + b: mean squared error."""

import numpy as np


def cost(m, b, x, y, w):
    # J = (1/(Σᵢ wᵢ)) Σᵢ wᵢ (m xᵢ + b − yᵢ)²
    residual = m * x + b - y
    return np.sum(w * residual**2) / np.sum(w)


def gradient(m, b, x, y, w):
    # ∂J/∂m = (2/(Σᵢ wᵢ)) Σᵢ wᵢ xᵢ (m xᵢ + b − yᵢ)
    # ∂J/∂b = (2/(Σᵢ wᵢ)) Σᵢ wᵢ (m xᵢ + b − yᵢ)
    total_w = np.sum(w)
    residual = m * x + b - y
    w_residual = w * residual
    dJ_dm = 2 * np.sum(x * w_residual) / total_w
    dJ_db = 2 * np.sum(w_residual) / total_w
    return dJ_dm, dJ_db


def update(m, b, x, y, w, learning_rate):
    dJ_dm, dJ_db = gradient(m, b, x, y, w)
    return m - learning_rate * dJ_dm, b - learning_rate * dJ_db


def descend(x, y, w, start=(0.0, 0.0), learning_rate=0.1, max_iter=100):
    x, y, w = (np.asarray(data, float) for data in (x, y, w))
    m, b = start
    trace = [(m, b, cost(m, b, x, y, w))]
    for _ in range(max_iter):
        m, b = update(m, b, x, y, w, learning_rate)
        trace.append((m, b, cost(m, b, x, y, w)))
    return np.array(trace)


if __name__ == "__main__":
    x = np.array([1.0, 2.0, 3.0])
    y = np.array([1.2, 1.8, 3.4])
    w = np.array([1.0, 2.0, 1.0])
    print(descend(x, y, w, max_iter=10).round(6))
