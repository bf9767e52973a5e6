"""Adaptive moments (adam) for y = m x + b: mean squared error."""

import numpy as np

BETA1 = 0.9
BETA2 = 0.999
EPSILON = 1e-8


def cost(theta, x, y):
    # J = (1/N) Σᵢ (m xᵢ + b − yᵢ)²
    m, b = theta
    residual = m * x + b - y
    return np.mean(residual**2)


def gradient(theta, x, y):
    # ∂J/∂m = (2/N) Σᵢ xᵢ (m xᵢ + b − yᵢ)
    # ∂J/∂b = (2/N) Σᵢ (m xᵢ + b − yᵢ)
    m, b = theta
    residual = m * x + b - y
    dJ_dm = 2 * np.mean(x * residual)
    dJ_db = 2 * np.mean(residual)
    return np.array([dJ_dm, dJ_db])


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


def descend(x, y, start=(0.0, 0.0), learning_rate=0.05, max_iter=100):
    x, y = (np.asarray(data, float) for data in (x, y))
    theta = np.array(start, float)
    m = v = np.zeros(2)
    trace = [(*theta, cost(theta, x, y))]
    for t in range(1, max_iter + 1):
        g = gradient(theta, x, y)
        theta, m, v = update(theta, g, t, m, v, learning_rate)
        trace.append((*theta, cost(theta, x, y)))
    return np.array(trace)


if __name__ == "__main__":
    x = np.array([1.0, 2.0, 3.0])
    y = np.array([1.2, 1.8, 3.4])
    print(descend(x, y, max_iter=10).round(6))
