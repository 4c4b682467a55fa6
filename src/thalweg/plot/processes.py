"""Gaussian processes: kernels, functions drawn from the prior, fits, terms of the likelihood."""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from ..problems.capabilities import PredictiveDistribution
from ..problems.gaussian_processes.likelihood_terms import LikelihoodTerms
from . import palette
from .axes import axes_or_new
from .labels import CAPTION, name_label

_DASHES = ("-", "--", "-.", ":")


def kernel_curves(
    distances: Float[np.ndarray, " n"],
    curves: Mapping[str, Float[np.ndarray, " n"]],
    ax: Axes | None = None,
) -> Axes:
    """Covariance of two points over their distance.

    Args:
        distances: of the points [n].
        curves: covariances [n] by label, a row of `kernels.covariance_matrix` each.
        ax: where to draw.
    """
    ax = axes_or_new(ax, (4.5, 3.2))
    for k, (label, curve) in enumerate(curves.items()):
        ax.plot(
            distances,
            curve,
            _DASHES[k % len(_DASHES)],
            color=palette.GROUPS[k % len(palette.GROUPS)],
            label=name_label(label, CAPTION),
        )
    ax.set_xlabel("distance of two points")
    ax.set_ylabel("covariance k")
    ax.legend(frameon=False)
    return ax


def covariance_matrix(
    matrix: Float[np.ndarray, "n n"],
    ax: Axes | None = None,
    *,
    span: tuple[float, float] = (0.0, 1.0),
    most: float | None = None,
) -> Axes:
    """A covariance matrix as a picture, the first point at the top left.

    Args:
        matrix: [n n].
        ax: where to draw.
        span: inputs of the first and the last point, for the axes.
        most: covariance at the end of the colours; the largest of the matrix if None.
    """
    ax = axes_or_new(ax, (3.4, 3.0))
    first, last = span
    image = ax.imshow(
        matrix,
        cmap=palette.SURFACE,
        vmin=0.0,
        vmax=float(matrix.max()) if most is None else most,
        extent=(first, last, last, first),
    )
    ax.figure.colorbar(image, ax=ax, label="covariance", fraction=0.046)
    ax.set_xlabel("input")
    ax.set_ylabel("input")
    return ax


def prior_samples(
    x: Float[np.ndarray, " n"],
    samples: Float[np.ndarray, "samples n"],
    ax: Axes | None = None,
) -> Axes:
    """Functions drawn from a prior, as `kernels.prior_samples` gives them.

    Args:
        x: inputs, ascending [n].
        samples: functions at these inputs [samples n].
        ax: where to draw.
    """
    ax = axes_or_new(ax, (3.4, 2.6))
    for k, sample in enumerate(samples):
        ax.plot(x, sample, color=palette.GROUPS[k % len(palette.GROUPS)], linewidth=1.0)
    ax.set_xlabel("input")
    ax.set_ylabel("f(input)")
    return ax


def process_fit(
    x: Float[np.ndarray, " n"],
    prediction: PredictiveDistribution,
    ax: Axes | None = None,
    *,
    truth: Float[np.ndarray, " n"] | None = None,
    observations: tuple[Float[np.ndarray, " m"], Float[np.ndarray, " m"]] | None = None,
) -> Axes:
    """A fit over one input: posterior mean, and two standard deviations of the function either way.

    Args:
        x: inputs, ascending [n].
        prediction: at these inputs.
        ax: where to draw.
        truth: the function that the observations are of [n].
        observations: inputs and targets [m] each.
    """
    ax = axes_or_new(ax, (4.0, 2.8))
    spread = 2 * np.sqrt(prediction.variance)
    ax.fill_between(
        x,
        prediction.mean - spread,
        prediction.mean + spread,
        color=palette.SKY,
        alpha=0.35,
        linewidth=0,
        label="±2 standard deviations",
    )
    ax.plot(x, prediction.mean, color=palette.BLUE, label="posterior mean")
    if truth is not None:
        ax.plot(x, truth, "--", color=palette.INK, linewidth=1.0, label="function")
    if observations is not None:
        ax.plot(*observations, "o", color=palette.VERMILION, markersize=4, label="observations")
    ax.set_xlabel("input")
    ax.set_ylabel("target")
    return ax


def likelihood_terms(
    lengths: Float[np.ndarray, " n"], terms: Sequence[LikelihoodTerms], ax: Axes | None = None
) -> Axes:
    """Misfit, complexity and sum of a negative log marginal likelihood over the length scale.

    Args:
        lengths: length scales, ascending [n].
        terms: at each of them.
        ax: where to draw.
    """
    ax = axes_or_new(ax, (4.5, 3.2))
    rows = (
        ("data term", "-", palette.BLUE, [one.data for one in terms]),
        ("complexity term", "--", palette.VERMILION, [one.complexity for one in terms]),
        ("NLML, constant included", ":", palette.BLACK, [one.total for one in terms]),
    )
    for label, style, colour, values in rows:
        ax.plot(lengths, values, style, color=colour, label=label)
    ax.set_xscale("log")
    # The terms grow by many powers of ten, and one of them is negative.
    ax.set_yscale("symlog", linthresh=10.0)
    ax.set_xlabel("length scale")
    ax.set_ylabel("nats")
    ax.legend(frameon=False)
    return ax


def filled_surface(
    x: Float[np.ndarray, " n"],
    y: Float[np.ndarray, " m"],
    values: Float[np.ndarray, "m n"],
    ax: Axes | None = None,
    *,
    label: str = "target",
) -> Axes:
    """A function of two inputs as a filled contour plot.

    Args:
        x, y: the inputs of the grid [n], [m].
        values: of the function on the grid [m n].
        ax: where to draw.
        label: of the colours.
    """
    ax = axes_or_new(ax, (4.0, 3.4))
    filled = ax.contourf(x, y, values, levels=20, cmap=palette.SURFACE)
    ax.figure.colorbar(filled, ax=ax, label=name_label(label, CAPTION))
    ax.set_xlabel("input 1")
    ax.set_ylabel("input 2")
    ax.set_aspect("equal")
    return ax
