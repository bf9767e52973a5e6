"""Gradient descent to the lowest point of each line: mean squared error.

y = m x + b
"""

import numpy as np


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


def lowest(value, slope):
    def beyond(s):  # the lowest point of the line
        return not (value(s) <= value(0.0) and slope(s) <= 0)

    s = 1.0 if slope(0.0) < 0 else 0.0
    while s > 0 and beyond(s):
        s /= 2
    while slope(s) < 0 and not beyond(2 * s):
        s *= 2
        if s > 1e300:
            raise ValueError("along this line the cost falls for ever")
    near, far = s, 2 * s if slope(s) < 0 else s
    while near < (middle := (near + far) / 2) < far:
        past = slope(middle) > 0 if slope(far) > 0 else beyond(middle)
        near, far = (near, middle) if past else (middle, far)
    return near


def update(theta, g, x, y):
    # rate′ = argmin_s J(θ − s g)
    rate = lowest(
        lambda s: cost(theta - s * g, x, y),
        lambda s: np.dot(gradient(theta - s * g, x, y), -g),
    )
    # θ′ = θ − rate′·g
    theta = theta - rate * g
    return theta


def descend(x, y, start=(0.0, 0.0), max_iter=100):
    x, y = (np.asarray(data, float) for data in (x, y))
    theta = np.array(start, float)
    trace = [(*theta, cost(theta, x, y))]
    for _ in range(max_iter):
        g = gradient(theta, x, y)
        theta = update(theta, g, x, y)
        trace.append((*theta, cost(theta, x, y)))
    return np.array(trace)


if __name__ == "__main__":
    x = np.array([1.0, 2.0, 3.0])
    y = np.array([1.2, 1.8, 3.4])
    print(descend(x, y, max_iter=10).round(6))
