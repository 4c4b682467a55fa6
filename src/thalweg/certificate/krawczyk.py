"""One stationary point in a box, and its index: Krawczyk's operator in the eigenbasis of the Hessian.

With T = Q |Λ|^-½ of the approximate spectrum, y = T⁻¹ (x − x̃) and D = sign Λ, let ĝ enclose Tᵀ g(x̃) and E
enclose Tᵀ H T − D over the box x̃ + T [−ρ, ρ]ᵈ. If q = max_i Σ_j |E_ij| < 1 and max_i |ĝ_i| < ρ (1 − q), then

- Krawczyk's operator −D ĝ + (1 − D Tᵀ H T) [−ρ, ρ]ᵈ lies inside [−ρ, ρ]ᵈ: the box holds exactly one
  stationary point (Krawczyk, Computing 4 (1969) 187; Neumaier, Interval Methods, §5.1);
- Tᵀ H T has a dominant diagonal, so no zero eigenvalue, and by Gershgorin and Sylvester the Hessian has,
  anywhere in the box, as many negative eigenvalues as D.

Where motions leave the loss unchanged, the same is done in a slice of m < d directions T [d m] across their
orbit, for the projected gradient; `invariance` has the rest of the argument.
"""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float

from .balls import Array, Ball, Balls, gamma
from .invariance import Generators
from .rest import least_rms


@runtime_checkable
class Enclosure(Protocol):
    """A loss and its derivatives, enclosed."""

    def at_point(self, x: Array) -> tuple[Ball, Ball]:
        """Loss [] and gradient [d] at a point [d]."""
        ...

    def hessian_over(self, x: Array, radii: Array) -> Ball:
        """Hessian [d d] over all points within radii [d] of a point [d].

        Raises:
            Switched: if the loss may not be smooth everywhere in there.
        """
        ...


_NEWTON_STEPS = 2
"""With enclosed gradients, which rounding limits less than those that the point was found with."""
_ROUNDS = 6
_LEAST = float(np.finfo(float).tiny)
"""The least radius of a box, however steep the loss is: no corner lies on a box without a width, unseen."""
_CONTRACTION = 0.9
"""Beyond it a wider box helps no more."""
_BALLS = Balls()


@dataclass(frozen=True, eq=False)
class Proof:
    """That a box holds exactly one stationary point, of this index.

    Attributes:
        centre: x̃, the middle of the box [d].
        basis: T [d m]; the box is x̃ + T [−ρ, ρ]ᵐ. m = d unless motions leave the loss unchanged.
        rho: ρ.
        index: number of negative Hessian eigenvalues, anywhere in the box or across the orbit.
        contraction: q; below one.
        loss: of the stationary point, from below and above.
        hessian: over the whole box [d d].
    """

    centre: Float[np.ndarray, " d"]
    basis: Float[np.ndarray, "d m"]
    rho: float
    index: int
    contraction: float
    loss: tuple[float, float]
    hessian: Ball

    @property
    def radii(self) -> Float[np.ndarray, " d"]:
        """Bounds on |x − x̃| [d], component by component, over the box."""
        return _reach(self.basis, self.rho)


@dataclass(frozen=True)
class Failure:
    """Why nothing was proved.

    Attributes:
        reason: in words.
        may_pass_in_more_bits: whether rounding may be to blame.
    """

    reason: str
    may_pass_in_more_bits: bool = True


def prove(
    enclosure: Enclosure,
    x: Float[np.ndarray, " d"],
    hessian: Float[np.ndarray, "d d"],
    most_gradient: float,
    generators: Generators | None = None,
) -> Proof | Failure:
    """Prove a stationary point near `x` [d], given the Hessian [d d] there as computed.

    Nothing is proved of an x where the RMS gradient is surely above `most_gradient`: it is not at rest.
    `generators` are of the motions that leave the loss unchanged, if there are such.

    Raises:
        Switched: if the loss may not be smooth near x.
    """
    if not (np.isfinite(x).all() and np.isfinite(hessian).all()):
        return Failure("the loss or its derivatives are not finite there")
    across = np.eye(len(x)) if generators is None else generators.slice_at(x)
    spectrum, vectors = np.linalg.eigh(across.T @ hessian @ across)
    if (spectrum == 0).any():
        return Failure("an eigenvalue of the Hessian is zero")
    basis, signs = across @ vectors / np.sqrt(np.abs(spectrum)), np.sign(spectrum)
    centre = x
    loss, gradient = enclosure.at_point(centre)
    if least_rms(gradient) > most_gradient:
        return Failure("its gradient is larger than its tolerance", may_pass_in_more_bits=False)
    scaled = _scaled_gradient(basis, gradient)
    for _ in range(_NEWTON_STEPS):
        if not np.isfinite(scaled.magnitude).all():
            return Failure("the gradient there has no finite enclosure")
        # What is left of the gradient is no more than its rounding: a further step would lead nowhere.
        if np.abs(scaled.mid).max() <= scaled.radius.max():
            break
        centre = centre - basis @ (signs * scaled.mid)
        loss, gradient = enclosure.at_point(centre)
        scaled = _scaled_gradient(basis, gradient)
    step = float(scaled.magnitude.max())
    rho = 2 * step + 1e-300
    for _ in range(_ROUNDS):
        box_hessian = enclosure.hessian_over(centre, _reach(basis, rho))
        q = _contraction(basis, signs, box_hessian)
        if q < 1 and step < rho * (1 - q) * (1 - 1e-14):
            radii = _reach(basis, rho)
            if generators and not generators.are_transversal(centre, radii, basis):
                return Failure("the slice is not proved to lie across the orbit")
            if generators and not generators.may_leave_unchanged(centre, radii, box_hessian):
                return Failure(
                    "the loss changes along motions that the problem states not to change it (`generators`)",
                    may_pass_in_more_bits=False,
                )
            index = int((signs < 0).sum())
            bounds = _loss_bounds(loss, len(spectrum), step, rho, q)
            return Proof(centre, basis, rho, index, q, bounds, box_hessian)
        if not q < _CONTRACTION:
            break
        rho = 1.5 * step / (1 - q)
    softest = float(np.abs(spectrum).min())
    return Failure(
        f"rounding or change of the Hessian over the box outweigh the softest curvature, {softest:.1e}"
    )


def _scaled_gradient(basis: Array, gradient: Ball) -> Ball:
    product = _BALLS.matmul(Ball(basis.T), Ball(gradient.mid[:, None], gradient.radius[:, None]))
    return Ball(product.mid[:, 0], product.radius[:, 0])


def _reach(basis: Array, rho: float) -> Array:
    return np.asarray(np.abs(basis).sum(axis=1) * rho * (1 + gamma(basis.shape[1] + 9)) + _LEAST)


def has_index(matrix: Ball, basis: Array, signs: Array) -> bool:
    """Whether a symmetric matrix [d d] is proved to have as many negative eigenvalues as there are signs."""
    return _contraction(basis, signs, matrix) < 1


def _contraction(basis: Array, signs: Array, hessian: Ball) -> float:
    """q, an upper bound; infinite where nothing is known."""
    scaled = _BALLS.matmul(_BALLS.matmul(Ball(basis.T), hessian), Ball(basis))
    deviation = _BALLS.sub(scaled, Ball(np.diag(signs))).magnitude
    total = float((deviation.sum(axis=1) * (1 + gamma(len(signs) + 9))).max())
    return total if np.isfinite(total) else np.inf


def _loss_bounds(loss: Ball, m: int, step: float, rho: float, q: float) -> tuple[float, float]:
    """The loss at the stationary point: that of the centre, changed by at most |ĝ|₁ ρ + ½ m (1 + q) ρ²."""
    change = (m * step * rho + 0.5 * m * (1 + q) * rho**2) * (1 + 1e-12)
    return float(np.nextafter(loss.lower - change, -np.inf)), float(
        np.nextafter(loss.upper + change, np.inf)
    )
