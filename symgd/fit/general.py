"""Costs that are no sums of squares: Newton's method with a safeguard, from several starts where there may be several minima."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from symgd.data.arrays import FloatArray
from symgd.fit.found import Found
from symgd.fit.newton import Arrival, Bounds, newton
from symgd.fit.objective import Objective
from symgd.fit.task import Task
