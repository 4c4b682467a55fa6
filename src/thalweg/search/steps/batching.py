"""How many walkers, bands and minima are computed with together: sizes by device, memory and problem.

A CPU takes a few walkers at a time, so that intermediates stay in the cache. An accelerator is idle unless it
carries thousands; there the memory sets the limits.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from ...precision import with_float64
from ...problems.operation_count import hessian_operations
from ...problems.problem import Problem
from .device import Device

_CPU_LANES, _CPU_BANDS = 16, 16
_AT_ONCE = 2.5e9
"""Operations of a step of all lanes of a CPU: about half a second of one core."""

_MOST_LANES = 4096
"""Lanes of an accelerator, and so the starts of a task there, if the memory allows them."""

_IMAGES_PER_BAND = 16
"""Points of a band, about: bands are as many as fill the lanes with their points."""

_SHARE, _ASSUMED_MEMORY = 0.6, 4 << 30
"""Share of a device's memory that is planned with, and the memory of one that does not say how much it has.

The rest is for what the compiler lays aside, for the data, and for the library of eigenvalues.
"""
_MATRICES, _VECTORS = 10, 32
"""Arrays of m² and of m numbers that a lane takes: its own, what a step makes of them, and their copies."""

_PROBED = 8

FULL_HESSIAN_UP_TO = 500
"""Coordinates up to which a Hessian and its eigenvectors at every step are fastest."""


def has_full_hessian(problem: Problem) -> bool:
    """Whether walks on the problem take the full Hessian at every step."""
    return problem.dimension <= FULL_HESSIAN_UP_TO


@dataclass(frozen=True)
class BatchSizes:
    """What is computed together; results do not depend on it but for rounding.

    Attributes:
        lanes: walkers that move together.
        chunk: points at which derivatives are taken at once.
        bands: elastic bands that are relaxed together.
        minima: minima whose eigensystems are taken in one call.
        device: for which they were chosen.
    """

    lanes: int
    chunk: int
    bands: int
    minima: int
    device: Device

    @classmethod
    def usual(
        cls, problem: Problem, device: Device | None = None, *, lanes: int | None = None
    ) -> "BatchSizes":
        """The sizes for a problem on a device.

        Args:
            problem: what is walked on (already reduced, if it has a reduction).
            device: the present one if None.
            lanes: walkers that move together, if the user wants a number of them; else by the device.
        """
        device = Device.present() if device is None else device
        # A search of the problem's own runs on the host.
        if not device.is_accelerator or problem.native_search is not None:
            return cls(
                lanes or _cpu_lanes(problem), problem.walkers_per_chunk, _CPU_BANDS, 1, device
            )
        budget = _SHARE * (device.memory or _ASSUMED_MEMORY) / 2
        if lanes is None:
            lanes = _fitting(budget, _bytes_of_one_lane(problem), _MOST_LANES, factor=4)
            lanes = max(lanes, _CPU_LANES)
        chunk = _fitting(budget, bytes_of_one_point(problem), lanes, factor=2)
        return cls(lanes, chunk, max(lanes // _IMAGES_PER_BAND, 1), lanes, device)

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "BatchSizes":
        """The sizes that the settings of a run hold."""
        sizes = {name: int(record[name]) for name in ("lanes", "chunk", "bands", "minima")}
        return cls(**sizes, device=Device(**record["device"]))

    @property
    def fits_here(self) -> bool:
        """Whether they were chosen for such a device as the present one, with no more memory."""
        return Device.present().can_replace(self.device)

    @property
    def checks_eigensystems(self) -> bool:
        """Whether eigensystems are checked, as those of an accelerator are (`eigensystem.py`)."""
        return self.device.is_accelerator


def spectral_step_operations(problem: Problem) -> float:
    """Operations of one step of one walker with the full Hessian, about."""
    # Measured: the eigenvectors take as long as so many other operations.
    return hessian_operations(problem) + 0.5 * problem.dimension**3


def _cpu_lanes(problem: Problem) -> int:
    """Fewer where a step is dear: the first walkers come to an end sooner, and a step can be waited for."""
    if problem.native_search is not None or not has_full_hessian(problem):
        return _CPU_LANES
    step = spectral_step_operations(problem)
    return next((lanes for lanes in (_CPU_LANES, 4) if lanes * step <= _AT_ONCE), 1)


def _bytes_of_one_lane(problem: Problem) -> int:
    m = problem.dimension
    return 8 * (_MATRICES * m * m * has_full_hessian(problem) + _VECTORS * m)


def _fitting(budget: float, size: int, most: int, factor: int) -> int:
    """How many of a size fit: `most`, or that divided by a power of `factor`; at least one."""
    n = most
    while n > 1 and n * size > budget:
        n //= factor
    return max(n, 1)


def bytes_of_one_point(problem: Problem) -> int:
    """What the derivatives at one of many points take at the most, as the compiler says.

    Value, gradient and Hessian where walks take those, else value and gradient.
    """
    leaves, structure = jax.tree.flatten(problem)
    shapes = tuple((np.shape(leaf), str(np.result_type(leaf))) for leaf in leaves)
    return _bytes_of_one_point(structure, shapes)


@cache
@with_float64
def _bytes_of_one_point(structure: Any, shapes: tuple[tuple[tuple[int, ...], str], ...]) -> int:
    # JAX has no annotation for this class.
    abstract: Any = jax.ShapeDtypeStruct
    problem = jax.tree.unflatten(structure, [abstract(shape, dtype) for shape, dtype in shapes])
    points = abstract((_PROBED, problem.dimension), jnp.float64)
    usage = jax.jit(jax.vmap(_derivatives, (None, 0))).lower(problem, points).compile()
    memory: Any = usage.memory_analysis()
    return int(memory.temp_size_in_bytes + memory.output_size_in_bytes) // _PROBED


def _derivatives(problem: Problem, x: Float[Array, " m"]) -> Any:
    if has_full_hessian(problem):
        return problem.value_gradient_hessian_noise(x)
    return problem.value_and_gradient(x)


def in_chunks(
    function: Callable[[Array], Any],
    chunk: int,
    x: Float[Array, "b m"],
    needed: Bool[Array, " b"] | None = None,
) -> Any:
    """`function` of every row of `x` [b m], `chunk` rows at once.

    Rows that are `needed` share chunks; those without any are skipped and give zeros.
    """
    b, m = x.shape
    chunk = max(1, min(chunk, b))
    order = jnp.argsort(~needed) if needed is not None else jnp.arange(b)
    x = x if needed is None else x[order]
    padding = -b % chunk
    rows = jnp.pad(x, ((0, padding), (0, 0))).reshape(-1, chunk, m)
    batched_function = jax.vmap(function)
    if needed is None:
        out = jax.lax.map(batched_function, rows)
    else:
        is_wanted = jnp.pad(needed[order], (0, padding)).reshape(-1, chunk).any(axis=1)
        out = jax.lax.map(
            lambda a: jax.lax.cond(a[1], batched_function, _zeros(batched_function), a[0]),
            (rows, is_wanted),
        )
    places = slice(b) if needed is None else jnp.argsort(order)
    return jax.tree.map(lambda a: a.reshape(-1, *a.shape[2:])[places], out)


def _zeros(function: Callable[[Array], Any]) -> Callable[[Array], Any]:
    def nothing(x: Array) -> Any:
        shapes = jax.eval_shape(function, x)
        return jax.tree.map(lambda s: jnp.zeros(s.shape, s.dtype), shapes)

    return nothing


def n_lanes(walkers: int, most: int) -> int:
    """Lanes for so many walkers: few different numbers, since each compiles anew."""
    lanes = 16
    while lanes < min(walkers, most):
        lanes *= 4
    return min(lanes, most)
