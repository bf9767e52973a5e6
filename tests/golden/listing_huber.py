"""Gradient descent for y = m x + b: Huber loss."""

import numpy as np

DELTA = 1.35


def cost(m, b, x, y):
    # J = (1/N) Σᵢ {eᵢ²/2 if abs(eᵢ) ≤ δ; δ (abs(eᵢ) − δ/2) otherwise}
    # eᵢ = m xᵢ + b − yᵢ
    e = m * x + b - y
    size = np.abs(e)
    return np.mean(np.where(size <= DELTA, e**2 / 2, DELTA * (size - DELTA / 2)))


def gradient(m, b, x, y):
    # ∂J/∂m = (1/N) Σᵢ xᵢ {eᵢ if abs(eᵢ) ≤ δ; δ sign(eᵢ) otherwise}
    # ∂J/∂b = (1/N) Σᵢ {eᵢ if abs(eᵢ) ≤ δ; δ sign(eᵢ) otherwise}
    e = m * x + b - y
    by_case = np.where(np.abs(e) <= DELTA, e, DELTA * np.sign(e))
    dJ_dm = np.mean(x * by_case)
    dJ_db = np.mean(by_case)
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
