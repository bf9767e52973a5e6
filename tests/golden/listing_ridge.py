"""Gradient descent for y = w₁ x₁ + w₂ x₂ + b: mean squared error."""

import numpy as np

LAMBDA = 0.1


def cost(theta, x1, x2, y):
    # J = ((1/N) Σᵢ (w₁ x₁ᵢ + w₂ x₂ᵢ + b − yᵢ)²) + λ (w₁² + w₂²)
    w1, w2, b = theta
    residual = w1 * x1 + w2 * x2 + b - y
    return np.mean(residual**2) + LAMBDA * (w1 * w1 + w2 * w2)


def gradient(theta, x1, x2, y):
    # ∂J/∂w₁ = ((2/N) Σᵢ x₁ᵢ (w₁ x₁ᵢ + w₂ x₂ᵢ + b − yᵢ)) + 2λ w₁
    # ∂J/∂w₂ = ((2/N) Σᵢ x₂ᵢ (w₁ x₁ᵢ + w₂ x₂ᵢ + b − yᵢ)) + 2λ w₂
    # ∂J/∂b = (2/N) Σᵢ (w₁ x₁ᵢ + w₂ x₂ᵢ + b − yᵢ)
    w1, w2, b = theta
    residual = w1 * x1 + w2 * x2 + b - y
    dJ_dw1 = 2 * np.mean(x1 * residual) + 2 * LAMBDA * w1
    dJ_dw2 = 2 * np.mean(x2 * residual) + 2 * LAMBDA * w2
    dJ_db = 2 * np.mean(residual)
    return np.array([dJ_dw1, dJ_dw2, dJ_db])


def update(theta, x1, x2, y, learning_rate):
    return theta - learning_rate * gradient(theta, x1, x2, y)


def descend(x1, x2, y, start=(0.0, 0.0, 0.0), learning_rate=0.01, max_iter=100):
    x1, x2, y = (np.asarray(data, float) for data in (x1, x2, y))
    theta = np.array(start, float)
    trace = [(*theta, cost(theta, x1, x2, y))]
    for _ in range(max_iter):
        theta = update(theta, x1, x2, y, learning_rate)
        trace.append((*theta, cost(theta, x1, x2, y)))
    return np.array(trace)


if __name__ == "__main__":
    x1 = np.array([1.0, 2.0, 3.0])
    x2 = np.array([2.0, 1.0, 4.0])
    y = np.array([1.2, 1.8, 3.4])
    print(descend(x1, x2, y, max_iter=10).round(6))
