"""Limited-memory BFGS (lbfgs) for y = m x + b: mean squared error."""

import numpy as np

MEMORY = 10
C = 0.0001


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


def two_loop(S, Y, g):
    pairs = [(s, y, 1 / np.dot(s, y)) for s, y in zip(S.T, Y.T, strict=True)]
    parts = []
    for s, y, weight in reversed(pairs):
        parts.append(weight * np.dot(s, g))
        g = g - parts[-1] * y
    if pairs:
        s, y, _ = pairs[-1]
        g = g * (np.dot(s, y) / np.dot(y, y))
    for s, y, weight in pairs:
        g = g + (parts.pop() - weight * np.dot(y, g)) * s
    return g


def update(theta, g, t, q, h, S, Y, x, y, alpha):
    # s = θ − q
    s = theta - q
    # y = g − h
    y_ = g - h
    # q′ = θ
    q = theta
    # h′ = g
    h = g
    # S′ = {push(S, s, memory) if t > 1 and s·y > 0; S otherwise}
    if (t > 1) and (np.dot(s, y_) > 0):
        S = np.column_stack([S, s])[:, -MEMORY:]
    # Y′ = {push(Y, y, memory) if t > 1 and s·y > 0; Y otherwise}
    if (t > 1) and (np.dot(s, y_) > 0):
        Y = np.column_stack([Y, y_])[:, -MEMORY:]
    # d = two_loop(S′, Y′, g)
    d = two_loop(S, Y, g)
    # long = {α/max(1, ‖g‖) if t = 1; 1 otherwise}
    long = alpha / np.maximum(1, np.linalg.norm(g)) if t == 1 else 1
    # before = J(θ)
    before = cost(theta, x, y)
    # rate′ = long·0.5^k, k = min{k ≥ 0: J(θ − long·0.5^k d) ≤ before − c·long·0.5^k
    # g·d}
    rate = next(
        long * 0.5**k
        for k in range(200)
        if cost(theta - long * 0.5**k * d, x, y)
        <= before - C * long * 0.5**k * np.dot(g, d)
    )
    # θ′ = θ − rate′·d
    theta = theta - rate * d
    return theta, q, h, S, Y


def descend(x, y, start=(0.0, 0.0), learning_rate=1.0, max_iter=100):
    x, y = (np.asarray(data, float) for data in (x, y))
    theta = np.array(start, float)
    q = h = np.zeros(2)
    S = Y = np.zeros((2, 0))
    trace = [(*theta, cost(theta, x, y))]
    for t in range(1, max_iter + 1):
        g = gradient(theta, x, y)
        theta, q, h, S, Y = update(theta, g, t, q, h, S, Y, x, y, learning_rate)
        trace.append((*theta, cost(theta, x, y)))
    return np.array(trace)


if __name__ == "__main__":
    x = np.array([1.0, 2.0, 3.0])
    y = np.array([1.2, 1.8, 3.4])
    print(descend(x, y, max_iter=10).round(6))
