"""Losses over pairs of points, as functions of the difference of their scores."""

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from ..problems.losses import PairKernel
from . import palette
from .axes import axes_or_new
from .labels import name_label

_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def pair_kernels(kernels: Mapping[str, PairKernel], ax: Axes | None = None) -> Axes:
    """Each kernel s(z) over z from −1 to 1, and the step −Θ(z) that they stand for.

    Args:
        kernels: by name, as `losses.ApproximateAUC(…).kernel`.
        ax: where to draw; a new figure if None.
    """
    ax = axes_or_new(ax, (6.0, 4.5))
    z = np.linspace(-1, 1, 1001)
    ax.step(z, -1.0 * (z > 0), where="mid", color=palette.MUTED, linewidth=3, label="step")
    for k, (name, kernel) in enumerate(kernels.items()):
        colour = palette.GROUPS[k % len(palette.GROUPS)]
        dashes = _DASHES[k % len(_DASHES)]
        ax.plot(z, kernel.value(z), color=colour, linestyle=dashes, label=name_label(name))
    ax.set_xlabel("difference z of the probabilities of a pair, right order above zero")
    ax.set_ylabel("s(z), minimised")
    ax.legend(frameon=False, fontsize="small")
    return ax
