"""Gradient descent for y = a·year² + b·year + c: mean squared error."""

import numpy as np


def cost(theta, year, y):
    # J = (1/N) Σᵢ (a·yearᵢ² + b·yearᵢ + c − yᵢ)²
    a, b, c = theta
    residual = a * year**2 + b * year + c - y
    return np.mean(residual**2)


def gradient(theta, year, y):
    # ∂J/∂a = (2/N) Σᵢ yearᵢ²·(a·yearᵢ² + b·yearᵢ + c − yᵢ)
    # ∂J/∂b = (2/N) Σᵢ yearᵢ·(a·yearᵢ² + b·yearᵢ + c − yᵢ)
    # ∂J/∂c = (2/N) Σᵢ (a·yearᵢ² + b·yearᵢ + c − yᵢ)
    a, b, c = theta
    year_squared = year**2
    residual = a * year_squared + b * year + c - y
    dJ_da = 2 * np.mean(year_squared * residual)
    dJ_db = 2 * np.mean(year * residual)
    dJ_dc = 2 * np.mean(residual)
    return np.array([dJ_da, dJ_db, dJ_dc])


def update(theta, year, y, learning_rate):
    return theta - learning_rate * gradient(theta, year, y)


def descend(year, y, start=(0.0, 0.0, 0.0), learning_rate=0.01, max_iter=100):
    year, y = (np.asarray(data, float) for data in (year, y))
    theta = np.array(start, float)
    trace = [(*theta, cost(theta, year, y))]
    for _ in range(max_iter):
        theta = update(theta, year, y, learning_rate)
        trace.append((*theta, cost(theta, year, y)))
    return np.array(trace)


if __name__ == "__main__":
    year = np.array([1.0, 2.0, 3.0])
    y = np.array([1.2, 1.8, 3.4])
    print(descend(year, y, max_iter=10).round(6))
