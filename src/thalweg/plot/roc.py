"""ROC curves."""

from collections.abc import Mapping

from matplotlib.axes import Axes

from ..analysis.minima.roc import RocCurve
from . import palette
from .axes import axes_or_new
from .labels import name_label

_DASHES = ("-", "--", "-.", ":")


def roc_curves(curves: Mapping[str, RocCurve], ax: Axes | None = None) -> Axes:
    """True against false positive rate, T(P) over F(P), with the area of each curve in the legend.

    The diagonal is that of a score that says nothing.

    Args:
        curves: of `analysis.roc_curve`, by name.
        ax: where to draw; a new figure if None.
    """
    ax = axes_or_new(ax, (4.5, 4.5))
    ax.plot([0, 1], [0, 1], color=palette.MUTED, lw=1)
    for number, (name, curve) in enumerate(curves.items()):
        ax.plot(
            curve.false_positive_rate,
            curve.true_positive_rate,
            color=palette.GROUPS[number % len(palette.GROUPS)],
            ls=_DASHES[number % len(_DASHES)],
            label=f"{name_label(name)}, area {curve.area:.3f}",
        )
    ax.set_xlabel("false positive rate $F(P)$")
    ax.set_ylabel("true positive rate $T(P)$")
    ax.set_aspect("equal")
    ax.legend(frameon=False, loc="lower right")
    return ax
