"""Gradient descent for y = sigmoid(w x + b): binary cross-entropy."""

import numpy as np


def sigmoid(z):
    return np.exp(-np.logaddexp(0.0, -z))  # 1/(1 + exp(-z)), never too large


def cost(w, b, x, y):
    # J = (1/N) Σᵢ (−yᵢ log(pᵢ) − (1 − yᵢ) log(1 − pᵢ))
    # pᵢ = sigmoid(w xᵢ + b)
    z = w * x + b
    return np.mean(y * np.logaddexp(0.0, -z) + (1 - y) * np.logaddexp(0.0, z))


def gradient(w, b, x, y):
    # ∂J/∂w = (1/N) Σᵢ xᵢ (pᵢ − yᵢ)
    # ∂J/∂b = (1/N) Σᵢ (pᵢ − yᵢ)
    residual = sigmoid(w * x + b) - y
    dJ_dw = np.mean(x * residual)
    dJ_db = np.mean(residual)
    return dJ_dw, dJ_db


def update(w, b, x, y, learning_rate):
    dJ_dw, dJ_db = gradient(w, b, x, y)
    return w - learning_rate * dJ_dw, b - learning_rate * dJ_db


def descend(x, y, start=(0.0, 0.0), learning_rate=0.1, max_iter=100):
    x, y = (np.asarray(data, float) for data in (x, y))
    w, b = start
    trace = [(w, b, cost(w, b, x, y))]
    for _ in range(max_iter):
        w, b = update(w, b, x, y, learning_rate)
        trace.append((w, b, cost(w, b, x, y)))
    return np.array(trace)


if __name__ == "__main__":
    x = np.array([1.0, 2.0, 3.0])
    y = np.array([0.0, 1.0, 1.0])
    print(descend(x, y, max_iter=10).round(6))
