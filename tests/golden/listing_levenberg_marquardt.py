"""Levenberg–Marquardt for y = a exp(−b x) + c: mean squared error."""

import math

import numpy as np

DAMPING = 0.01  # λ₀
NU = 10.0


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


def residuals(theta, x, y):
    # J is the sum of their squares; the second answer has their derivatives
    a, b, c = theta
    N = len(y)
    exponential = np.exp(-b * x)
    residual = a * exponential + c - y
    slope_2 = -a * x * exponential
    slope_3 = 1
    slopes = [np.broadcast_to(slope, N) for slope in (exponential, slope_2, slope_3)]
    scale = math.sqrt(1 / N)
    return scale * residual, scale * np.column_stack(slopes)


def update(theta, r, Jac, lambda_, x, y):
    # A = Jacᵀ Jac
    A = np.dot(np.transpose(Jac), Jac)
    # d = (A + λ diag(A))⁻¹ (Jacᵀ r)
    d = np.linalg.lstsq(
        A + lambda_ * np.diag(np.diag(A)), np.dot(np.transpose(Jac), r), rcond=None
    )[0]
    # before = J(θ)
    before = cost(theta, x, y)
    # after = J(θ − d)
    after = cost(theta - d, x, y)
    # λ′ = {λ/ν if after < before; λ ν otherwise}
    lambda_ = lambda_ / NU if after < before else lambda_ * NU
    # θ′ = {θ − d if after < before; θ otherwise}
    theta = theta - d if after < before else theta
    return theta, lambda_


def descend(x, y, start=(0.0, 0.0, 0.0), max_iter=100):
    x, y = (np.asarray(data, float) for data in (x, y))
    theta = np.array(start, float)
    lambda_ = DAMPING
    trace = [(*theta, cost(theta, x, y))]
    for _ in range(max_iter):
        r, Jac = residuals(theta, x, y)
        theta, lambda_ = update(theta, r, Jac, lambda_, x, y)
        trace.append((*theta, cost(theta, x, y)))
    return np.array(trace)


if __name__ == "__main__":
    x = np.array([1.0, 2.0, 3.0])
    y = np.array([1.2, 1.8, 3.4])
    print(descend(x, y, max_iter=10).round(6))
