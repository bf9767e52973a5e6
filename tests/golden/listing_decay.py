"""Gradient descent for y = a exp(−b x) + c: mean squared error."""

import numpy as np


def cost(theta, x, y):
    # J = (1/N) Σᵢ (a exp(−b xᵢ) + c − yᵢ)²
    a, b, c = theta
    residual = a * np.exp(-b * x) + c - y
    return np.mean(residual**2)


def gradient(theta, x, y):
    # ∂J/∂a = (2/N) Σᵢ exp(−b xᵢ) (a exp(−b xᵢ) + c − yᵢ)
    # ∂J/∂b = −(2a/N) Σᵢ xᵢ exp(−b xᵢ) (a exp(−b xᵢ) + c − yᵢ)
    # ∂J/∂c = (2/N) Σᵢ (a exp(−b xᵢ) + c − yᵢ)
    a, b, c = theta
    exponential = np.exp(-b * x)
    residual = a * exponential + c - y
    exponential_residual = exponential * residual
    dJ_da = 2 * np.mean(exponential_residual)
    dJ_db = -2 * a * np.mean(x * exponential_residual)
    dJ_dc = 2 * np.mean(residual)
    return np.array([dJ_da, dJ_db, dJ_dc])


def update(theta, x, y, learning_rate):
    return theta - learning_rate * gradient(theta, x, y)


def descend(x, y, start=(0.0, 0.0, 0.0), learning_rate=0.01, max_iter=100):
    x, y = (np.asarray(data, float) for data in (x, y))
    theta = np.array(start, float)
    trace = [(*theta, cost(theta, x, y))]
    for _ in range(max_iter):
        theta = update(theta, x, y, learning_rate)
        trace.append((*theta, cost(theta, x, y)))
    return np.array(trace)


if __name__ == "__main__":
    x = np.array([1.0, 2.0, 3.0])
    y = np.array([1.2, 1.8, 3.4])
    print(descend(x, y, max_iter=10).round(6))
