"""Gradient descent for Y = m X + b: mean squared error."""

import numpy as np


def cost(m, b, X, Y):
    # f = (1/N) Σᵢ (Yᵢ − (m Xᵢ + b))²
    residual = Y - (m * X + b)
    return np.mean(residual**2)


def gradient(m, b, X, Y):
    # ∂f/∂m = (1/N) Σᵢ −2Xᵢ (Yᵢ − (m Xᵢ + b))
    # ∂f/∂b = (1/N) Σᵢ −2(Yᵢ − (m Xᵢ + b))
    residual = Y - (m * X + b)
    df_dm = -2 * np.mean(X * residual)
    df_db = -2 * np.mean(residual)
    return df_dm, df_db


def update(m, b, X, Y, learning_rate):
    df_dm, df_db = gradient(m, b, X, Y)
    return m - learning_rate * df_dm, b - learning_rate * df_db


def descend(X, Y, start=(0.0, 0.0), learning_rate=0.1, max_iter=100):
    X, Y = (np.asarray(data, float) for data in (X, Y))
    m, b = start
    trace = [(m, b, cost(m, b, X, Y))]
    for _ in range(max_iter):
        m, b = update(m, b, X, Y, learning_rate)
        trace.append((m, b, cost(m, b, X, Y)))
    return np.array(trace)


if __name__ == "__main__":
    X = np.array([1.0, 2.0, 3.0])
    Y = np.array([1.2, 1.8, 3.4])
    print(descend(X, Y, max_iter=10).round(6))
