"""How flat the minima are, and how much the loss rises under displacements."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ...confidence_interval import FEWEST_UNITS
from ...display import shown
from ...landscape.network import Network
from ...precision import with_float64
from ...problems.problem import Problem


@shown
@dataclass(frozen=True, eq=False)
class Robustness:
    """Curvature of every minimum, and the rise of the loss under random displacements.

    Attributes:
        radius: length of the displacements.
        lpphe: log-product of positive Hessian eigenvalues [minima].
        trace: of the Hessian [minima].
        largest_eigenvalue: [minima].
        n_flat: directions whose curvature is below `flat_share` of the largest [minima].
        flat_share: what counts as flat.
        expected_rise: ½ r² trace/d, the mean over directions in the quadratic approximation [minima].
        measured_rise: mean rise over random displacements of that length [minima].
        measured_error: standard error of that mean [minima].
    """

    radius: float
    lpphe: Float[np.ndarray, " minima"]
    trace: Float[np.ndarray, " minima"]
    largest_eigenvalue: Float[np.ndarray, " minima"]
    n_flat: Int[np.ndarray, " minima"]
    flat_share: float
    expected_rise: Float[np.ndarray, " minima"]
    measured_rise: Float[np.ndarray, " minima"]
    measured_error: Float[np.ndarray, " minima"]


@with_float64
def robustness(
    network: Network,
    problem: Problem,
    *,
    radius: float = 0.1,
    draws: int = 32,
    flat_share: float = 1e-3,
    seed: int = 0,
) -> Robustness:
    """Flatness of every minimum: ΔL = ½ δᵀHδ, and the rise under random displacements of length `radius`.

    Displacements are uniform over directions, the same for every minimum.

    Raises:
        ValueError: if the network has no coordinates, `radius` is not positive, or `draws` is below five.
    """
    network.require_coordinates(problem.dimension)
    if not radius > 0 or draws < FEWEST_UNITS:
        raise ValueError(
            f"radius must be positive and draws at least {FEWEST_UNITS}, got {radius} and {draws}."
        )
    displacements = np.random.default_rng(seed).normal(size=(draws, problem.dimension))
    displacements *= radius / np.linalg.norm(displacements, axis=1, keepdims=True)
    spectra, rises = np.zeros((0, problem.dimension)), np.zeros((0, draws))
    if network.n_minima:
        rows = [_spectrum_and_rises(problem, x, displacements) for x in network.coordinates]
        spectra, rises = (np.array(column) for column in zip(*rows, strict=True))
    trace = spectra.sum(axis=1)
    largest = spectra.max(axis=1, initial=0.0)
    return Robustness(
        radius=radius,
        lpphe=network.lpphe,
        trace=trace,
        largest_eigenvalue=largest,
        n_flat=(spectra < flat_share * largest[:, None]).sum(axis=1),
        flat_share=flat_share,
        expected_rise=0.5 * radius**2 * trace / problem.dimension,
        measured_rise=rises.mean(axis=1),
        measured_error=rises.std(axis=1, ddof=1) / np.sqrt(draws),
    )


@jax.jit
def _spectrum_and_rises(
    problem: Problem,
    x: Float[np.ndarray | Array, " d"],
    displacements: Float[np.ndarray | Array, "draws d"],
) -> tuple[Float[Array, " d"], Float[Array, " draws"]]:
    """Hessian eigenvalues at `x`, and the rise of the loss along each displacement."""
    x = jnp.asarray(x)
    value, _, hessian = problem.value_gradient_hessian(x)
    losses = jax.lax.map(lambda displacement: problem.loss(x + displacement), displacements)
    return jnp.linalg.eigvalsh(hessian), losses - value
