"""Clusters of Lennard-Jones atoms, the classic test of landscape methods."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ...numbers import LARGEST_SIZE, Whole, whole_number
from ..problem import Problem
from ..registry import register
from .symmetry import ClusterSymmetry


@register
class LennardJones(Problem):
    """n atoms with the pair energy 4 (r⁻¹² − r⁻⁶), in reduced units.

    The parameter vector holds the positions, atom after atom. Translation and rotation are zero modes,
    projected out; permutation and inversion are the finite symmetry.

    Args:
        n_atoms: n, at least three.

    Raises:
        ValueError: for fewer than three atoms, which have fewer zero modes.

    Reference: minima and transition states are those of Doye & Wales, J. Chem. Phys. 116, 3777 (2002).
    """

    n_atoms: int = eqx.field(static=True)

    kind = "lennard_jones"

    def __init__(self, n_atoms: Whole) -> None:
        self.n_atoms = whole_number(n_atoms, "n_atoms", least=3, most=LARGEST_SIZE)

    # ---- shape and symmetry ---------------------------------------------------------------------

    @property
    def dimension(self) -> int:
        return 3 * self.n_atoms

    @property
    def symmetry(self) -> ClusterSymmetry:
        return ClusterSymmetry(self.n_atoms)

    def generators(self, x: Float[Array, " d"]) -> Float[Array, "d 6"]:
        """Three translations and three rotations about the centre."""
        atoms = x.reshape(-1, 3) - x.reshape(-1, 3).mean(axis=0)
        axes = jnp.eye(3)
        translations = jnp.tile(axes, (self.n_atoms, 1))
        rotations = jnp.stack([jnp.cross(axis, atoms).ravel() for axis in axes], axis=1)
        return jnp.concatenate([translations, rotations], axis=1)

    @property
    def length_scale(self) -> float:
        return 0.2

    @property
    def has_cheap_hessian(self) -> bool:
        # From random positions, where atoms overlap, gradients lead down; Hessians finish.
        return False

    # ---- loss and derivatives -------------------------------------------------------------------

    @property
    def growth_doubt(self) -> str | None:
        return (
            "atoms can be taken apart at a finite cost, and shifts and rotations are zero modes: its "
            "stationary points obey another relation"
        )

    @property
    def has_true_derivatives(self) -> bool:
        # Small whole numbers are all the constants that they have.
        return True

    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return jnp.sum(self._pairs(x).energy)

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        pairs = self._pairs(x)
        return jnp.sum(pairs.energy), pairs.gradient()

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        """With e(s) of s = r²: the block of atoms i ≠ j is −(2 e' 1 + 4 e'' r rᵀ)."""
        pairs, n = self._pairs(x), self.n_atoms
        outer = pairs.separations[:, :, :, None] * pairs.separations[:, :, None, :]
        slope, curvature = pairs.slope[:, :, None, None], pairs.curvature[:, :, None, None]
        blocks = 2 * slope * jnp.eye(3) + 4 * curvature * outer
        diagonal = jnp.sum(blocks, axis=1)
        hessian = jnp.eye(n)[:, :, None, None] * diagonal[:, None] - blocks
        hessian = hessian.transpose(0, 2, 1, 3).reshape(3 * n, 3 * n)
        return jnp.sum(pairs.energy), pairs.gradient(), hessian

    def _pairs(self, x: Float[Array, " d"]) -> "_Pairs":
        atoms = x.reshape(-1, 3)
        separations = atoms[:, None] - atoms[None]
        is_pair = ~np.eye(self.n_atoms, dtype=bool)
        squares = jnp.where(is_pair, jnp.sum(separations**2, axis=2), 1.0)
        third = squares**-3
        return _Pairs(
            separations=separations,
            energy=jnp.where(is_pair, 2 * (third**2 - third), 0.0),
            slope=jnp.where(is_pair, 4 * (-6 * third**2 + 3 * third) / squares, 0.0),
            curvature=jnp.where(is_pair, 4 * (42 * third**2 - 12 * third) / squares**2, 0.0),
        )

    # ---- search ---------------------------------------------------------------------------------

    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        """Uniform in a ball in which the atoms have about half the room of the solid."""
        direction, distance = jax.random.split(key)
        radius = 0.75 * self.n_atoms ** (1 / 3)
        unit = jax.random.normal(direction, (self.n_atoms, 3))
        unit = unit / jnp.linalg.norm(unit, axis=1, keepdims=True)
        fraction = jax.random.uniform(distance, (self.n_atoms, 1)) ** (1 / 3)
        atoms: Float[Array, "atoms 3"] = radius * fraction * unit
        return atoms.ravel()

    @property
    def start_law(self) -> str:
        return "uniform in a ball"

    # ---- identity -------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return f"Lennard-Jones cluster of {self.n_atoms} atoms"


class _Pairs(eqx.Module):
    """All ordered pairs of atoms, each with half of the energy e(s) = 4 (s⁻⁶ − s⁻³) of s = r².

    Attributes:
        separations: of the positions [n n 3].
        energy: e/2 [n n], like all others zero on the diagonal.
        slope: e′ [n n].
        curvature: e″ [n n].
    """

    separations: Float[Array, "n n 3"]
    energy: Float[Array, "n n"]
    slope: Float[Array, "n n"]
    curvature: Float[Array, "n n"]

    def gradient(self) -> Float[Array, " d"]:
        """Gradient of the total energy [3n]."""
        return jnp.sum(2 * self.slope[:, :, None] * self.separations, axis=1).ravel()
