"""Gradient descent for y = X w + b: mean squared error.

X has 20 columns: x1, x2, …, x20.
theta is w, b, and w is w1, w2, …, w20.
"""

import numpy as np

LAMBDA = 0.1


def cost(theta, X, y):
    # J = ((1/N) Σᵢ ((X w)ᵢ + b − yᵢ)²) + λ Σⱼ wⱼ²
    w, b = theta[:-1], theta[-1]
    residual = X @ w + b - y
    return np.mean(residual**2) + LAMBDA * np.sum(w**2)


def gradient(theta, X, y):
    # ∂J/∂w = (2/N) Xᵀ(X w + b − y) + 2λ w
    # ∂J/∂b = (2/N) Σᵢ ((X w)ᵢ + b − yᵢ)
    w, b = theta[:-1], theta[-1]
    N = len(y)
    residual = X @ w + b - y
    dJ_dw = 2 * (X.T @ residual) / N + 2 * LAMBDA * w
    dJ_db = 2 * np.mean(residual)
    return np.append(dJ_dw, dJ_db)


def update(theta, X, y, learning_rate):
    return theta - learning_rate * gradient(theta, X, y)


def descend(X, y, start=0.0, learning_rate=0.1, max_iter=100):
    X, y = (np.asarray(data, float) for data in (X, y))
    theta = np.full(X.shape[1] + 1, start, float)
    trace = [(*theta, cost(theta, X, y))]
    for _ in range(max_iter):
        theta = update(theta, X, y, learning_rate)
        trace.append((*theta, cost(theta, X, y)))
    return np.array(trace)


if __name__ == "__main__":
    X = np.sin(np.arange(60.0)).reshape(3, 20)
    y = np.array([1.2, 1.8, 3.4])
    print(descend(X, y, max_iter=10)[:, -1].round(6))
