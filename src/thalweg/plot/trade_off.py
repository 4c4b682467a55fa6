"""Options by two objectives, with what chance does to them."""

from matplotlib.axes import Axes

from ..analysis import TradeOff
from . import palette
from .axes import axes_or_new
from .labels import CAPTION, name_label


def trade_off(result: TradeOff, x: str, y: str, ax: Axes | None = None) -> Axes:
    """Options by two objectives of `analysis.trade_off`, with intervals; those not beaten are filled.

    Raises:
        ValueError: for an objective that the trade-off does not have.
    """
    names = list(result.objectives)
    if x not in names or y not in names:
        raise ValueError(f"the objectives are {', '.join(names)}; got {x!r} and {y!r}.")
    ax = axes_or_new(ax, (5.0, 4.0))
    i, k = names.index(x), names.index(y)
    for option, mean, intervals, is_efficient in zip(
        result.options, result.mean, result.intervals, result.is_efficient, strict=True
    ):
        for low, high, across in (
            (*intervals[i], False),
            (*intervals[k], True),
        ):
            ends, place = [low, high], [mean[i] if across else mean[k]] * 2
            ax.plot(*((place, ends) if across else (ends, place)), color=palette.MUTED, zorder=1)
        face = palette.BLUE if is_efficient else palette.WHITE
        ax.plot(mean[i], mean[k], "o", color=palette.BLUE, markerfacecolor=face, zorder=2)
        ax.annotate(
            name_label(option),
            (mean[i], mean[k]),
            xytext=(5, 4),
            textcoords="offset points",
            fontsize="small",
        )
    ax.set_xlabel(name_label(x, CAPTION))
    ax.set_ylabel(name_label(y, CAPTION))
    return ax
