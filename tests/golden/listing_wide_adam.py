"""Adaptive moments (adam) for y = X w + b: mean squared error.

X has 20 columns: x1, x2, …, x20.
theta is w, b, and w is w1, w2, …, w20.
"""

import numpy as np

LAMBDA = 0.1
BETA1 = 0.9
BETA2 = 0.999
EPSILON = 1e-8


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


def update(theta, g, t, m, v, alpha):
    # m′ = β₁ m + (1 − β₁) g
    m = BETA1 * m + (1 - BETA1) * g
    # v′ = β₂ v + (1 − β₂) g²
    v = BETA2 * v + (1 - BETA2) * g**2
    # θ′ = θ − α (m′/(1 − β₁^t))/(√(v′/(1 − β₂^t)) + ε)
    m_hat = m / (1 - BETA1**t)
    v_hat = v / (1 - BETA2**t)
    theta = theta - alpha * m_hat / (np.sqrt(v_hat) + EPSILON)
    return theta, m, v


def descend(X, y, start=0.0, learning_rate=0.02, max_iter=100):
    X, y = (np.asarray(data, float) for data in (X, y))
    theta = np.full(X.shape[1] + 1, start, float)
    m = v = np.zeros(len(theta))
    trace = [(*theta, cost(theta, X, y))]
    for t in range(1, max_iter + 1):
        g = gradient(theta, X, y)
        theta, m, v = update(theta, g, t, m, v, learning_rate)
        trace.append((*theta, cost(theta, X, y)))
    return np.array(trace)


if __name__ == "__main__":
    X = np.sin(np.arange(60.0)).reshape(3, 20)
    y = np.array([1.2, 1.8, 3.4])
    print(descend(X, y, max_iter=10)[:, -1].round(6))
