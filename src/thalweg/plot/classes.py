"""Points of the plane by their class."""

import numpy as np
from jaxtyping import Float, Shaped
from matplotlib.axes import Axes

from . import palette
from .axes import axes_or_new
from .labels import name_label


def classes(
    inputs: Float[np.ndarray, "N inputs"],
    targets: Shaped[np.ndarray, " N"],
    ax: Axes | None = None,
) -> Axes:
    """Data of two inputs, one colour and shape for each class.

    Args:
        inputs: points [N 2].
        targets: class of each [N].
        ax: where to draw; a new figure if None.

    Raises:
        ValueError: if there are not two inputs.
    """
    if inputs.shape[1] != 2:
        raise ValueError(f"points of the plane have two inputs, got {inputs.shape[1]}.")
    ax = axes_or_new(ax, (4.5, 4.5))
    for k, label in enumerate(np.unique(targets)):
        ax.scatter(
            inputs[targets == label, 0],
            inputs[targets == label, 1],
            s=8,
            lw=0,
            color=palette.GROUPS[k % len(palette.GROUPS)],
            marker=palette.GROUP_SHAPES[k % len(palette.GROUP_SHAPES)],
            label=name_label(f"class {label}"),
        )
    ax.set_aspect("equal")
    ax.set_xlabel("input 1")
    ax.set_ylabel("input 2")
    ax.legend(fontsize=8, loc="upper right")
    return ax
