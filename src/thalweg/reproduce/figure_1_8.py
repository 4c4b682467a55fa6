"""A wide and a narrow minimum."""

from typing import TYPE_CHECKING

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ..analysis.minima.slice import LossSlice, loss_slice
from ..problems import Function
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, exceeds, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_NARROW, _WIDE = (-1.5, 0.0), (1.5, 0.0)
_WIDTHS = {"narrow": 0.35, "wide": 1.1}
_DEPTHS = {"narrow": 1.0, "wide": 0.8}
_DISPLACEMENT = 0.2
_SETTING = (
    "the published function is not given: here two Gaussian wells of depths 1 and 0.8 and widths 0.35 and "
    "1.1 in a shallow bowl, displaced by 0.2 in 100 random directions a seed"
)


def wide_and_narrow(x: Float[Array, "2"]) -> Float[Array, ""]:
    """Two wells, the narrow one deeper, in a bowl that keeps every descent inside."""
    centres = {"narrow": jnp.array(_NARROW), "wide": jnp.array(_WIDE)}
    wells = [
        -_DEPTHS[name] * jnp.exp(-jnp.sum((x - centre) ** 2) / (2 * _WIDTHS[name] ** 2))
        for name, centre in centres.items()
    ]
    return 1.0 + wells[0] + wells[1] + 0.02 * jnp.sum(x**2)


def figure_1_8(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The two minima of a function of two variables: loss, curvature, and what a displacement costs."""
    problem = Function(wide_and_narrow, dimension=2, bounds=(-4.0, 4.0))
    measurements: dict[str, list[Measurements]] = {"narrow": [], "wide": []}
    for seed in scale.seeds:
        progress(f"seed {seed}")
        network = landscapes.network(problem, scale.starts, seed)
        points = network.coordinates
        for name, centre in (("narrow", _NARROW), ("wide", _WIDE)):
            nearest = int(np.linalg.norm(points - np.array(centre), axis=1).argmin())
            values = _measured(problem, points[nearest], seed)
            measurements[name].append({**values, "LPPHE": float(network.lpphe[nearest])})
    statements = (
        stated(
            "the loss of the wider minimum is greater",
            measurements,
            exceeds(("wide", "loss"), ("narrow", "loss")),
        ),
        stated(
            "the curvatures of the narrow minimum are greater",
            measurements,
            exceeds(("narrow", "LPPHE"), ("wide", "LPPHE")),
        ),
        stated(
            "a displacement costs less at the wider minimum, which is more robust",
            measurements,
            exceeds(("narrow", "mean ΔL"), ("wide", "mean ΔL")),
        ),
        stated(
            "½ pᵀHp says so beforehand",
            measurements,
            exceeds(("narrow", "mean ½ pᵀHp"), ("wide", "mean ½ pᵀHp")),
        ),
    )
    plane = loss_slice(problem, [np.array(_NARROW), np.array(_WIDE)], margin=0.6)
    return Reproduction(
        "figure-1.8",
        "a wide and a narrow minimum",
        side_by_side(measurements, {}),
        statements,
        scale,
        _SETTING,
        (_picture(plane),),
    )


def _measured(problem: Function, x: Float[np.ndarray, "2"], seed: int) -> dict[str, float]:
    loss, _, hessian = (np.asarray(v) for v in problem.value_gradient_hessian(jnp.asarray(x)))
    directions = np.random.default_rng(seed).normal(size=(100, 2))
    p = _DISPLACEMENT * directions / np.linalg.norm(directions, axis=1, keepdims=True)
    displaced = np.array([float(problem.loss(jnp.asarray(x + step))) for step in p])
    return {
        "loss": float(loss),
        "mean ΔL": float(np.mean(displaced - loss)),
        "mean ½ pᵀHp": float(np.mean(0.5 * np.einsum("ni,ij,nj->n", p, hessian, p))),
    }


def _picture(plane: LossSlice) -> Picture:
    def draw(figure: "Figure") -> None:
        from ..plot import loss_slice as draw_contours
        from ..plot import loss_surface

        names = ("narrow", "wide")
        grid = figure.add_gridspec(1, 2, width_ratios=(1.1, 1))
        left = figure.add_subplot(grid[0], projection="3d")
        loss_surface(plane, left, names=names).set_title("(a)")
        draw_contours(plane, figure.add_subplot(grid[1]), names=names).set_title("(b)")

    caption = (
        "A wide and a narrow minimum of a synthetic loss as (a) a surface and (b) contours. The wider one "
        "has the greater loss and is the more robust."
    )
    return Picture("", caption, draw, (11.0, 4.5))
