"""Heat capacity, which minima exchange occupation at its peaks, frustration and Shannon entropy."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import LogLocator, NullFormatter, StrMethodFormatter
from numpy.typing import ArrayLike

from ..analysis.graph.frustration import Frustration
from ..analysis.graph.thermodynamics import HeatCapacity, HeatCapacityPeak, Thermodynamics
from ..landscape.levels import DEFAULT_LEVELS
from ..landscape.network import Network
from . import palette
from .axes import axes_or_new
from .disconnectivity import disconnectivity
from .labels import caption

_NO_MARKS: Mapping[str, float] = MappingProxyType({})


def heat_capacity(result: HeatCapacity, ax: Axes | None = None, *, unit: str = "loss") -> Axes:
    """C_V(T) on a logarithmic axis, its two parts and its peaks, numbered from low temperature.

    Args:
        result: of `analysis.heat_capacity`.
        ax: where to draw; a new figure if None.
        unit: of the loss, in which the temperature is measured.
    """
    ax = axes_or_new(ax, (7.0, 4.0))
    t, base = result.temperatures, result.values - result.positive - result.negative
    ax.plot(t, result.values, color=palette.BLACK, label="$C_V$")
    ax.plot(
        t, base + result.positive, color=palette.GAINING, ls="--", lw=1, label="$\\kappa + C^+$"
    )
    ax.plot(
        t, base + result.negative, color=palette.LOSING, ls=":", lw=1.5, label="$\\kappa + C^-$"
    )
    for number, peak in enumerate(result.peaks, start=1):
        ax.plot(peak.temperature, peak.value, "o", color=palette.BLACK, ms=4)
        ax.annotate(
            str(number),
            (peak.temperature, peak.value),
            xytext=(0, 5),
            textcoords="offset points",
            ha="center",
        )
    ax.set_xscale("log")
    ax.margins(y=0.12)
    ax.set_xlabel(f"temperature ({caption(unit)})")
    ax.set_ylabel("heat capacity ($k_B$)")
    ax.legend(frameon=False)
    return ax


def frustration(
    curve: Sequence[Frustration],
    ax: Axes | None = None,
    *,
    marks: Mapping[str, float] = _NO_MARKS,
    unit: str = "loss",
) -> Axes:
    """F(T) and the excess F̃ − 1 over temperature, both on logarithmic axes.

    Args:
        curve: of `analysis.frustration` at several temperatures, in order.
        ax: where to draw; a new figure if None.
        marks: temperatures that are marked, by what is written beside the mark.
        unit: of the loss, in which the temperature is measured.

    Raises:
        ValueError: if the curve is empty, or the frustration is undefined.
    """
    if not curve or curve[0].reason:
        raise ValueError(
            "there is no frustration to draw" + (f": {curve[0].reason}." if curve else ".")
        )
    ax = axes_or_new(ax, (7.0, 4.0))
    t = [point.temperature for point in curve]
    ax.plot(t, [point.plain for point in curve], color=palette.BLACK, label="F")
    excess = [point.excess for point in curve]
    ax.plot(t, excess, color=palette.VERMILION, ls="--", label="excess, normalised F − 1")
    ax.set_xscale("log")
    ax.set_yscale("log")
    # Far below the lowest gap F is nothing but underflow.
    largest = max(max(point.plain for point in curve), max(excess))
    ax.set_ylim(1e-6 * largest, 3 * largest)
    _mark(ax, marks)
    ax.set_xlabel(f"temperature ({caption(unit)})")
    ax.set_ylabel("frustration index")
    ax.legend(frameon=False, fontsize="small")
    return ax


def shannon_entropy(
    averages: Thermodynamics,
    ax: Axes | None = None,
    *,
    marks: Mapping[str, float] = _NO_MARKS,
    unit: str = "loss",
) -> Axes:
    """S(T) over the minima, in nats; on the right e^S, the number of minima that share the occupation.

    Args:
        averages: of `analysis.thermodynamics`, at temperatures in order.
        ax: where to draw; a new figure if None.
        marks: temperatures that are marked, by what is written beside the mark.
        unit: of the loss, in which the temperature is measured.

    Reference: Niroomand, "On Machine Learning Loss Landscapes", eq. 1.2: S(T) = −Σ p_α ln p_α.
    """
    ax = axes_or_new(ax, (7.0, 4.0))
    ax.plot(averages.temperatures, averages.entropy, color=palette.BLACK)
    ax.set_xscale("log")
    # A single minimum has none at any temperature: an axis of no height would be drawn for it.
    ax.set_ylim(0, max(1.1 * float(averages.entropy.max(initial=0.0)), 0.1))
    _mark(ax, marks)
    ax.set_xlabel(f"temperature ({caption(unit)})")
    ax.set_ylabel("Shannon entropy (nats)")
    right = ax.secondary_yaxis("right", functions=(_exponential, _log_of_positive))
    right.set_yscale("log")
    right.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    right.yaxis.set_major_formatter(StrMethodFormatter("{x:g}"))
    right.yaxis.set_minor_formatter(NullFormatter())
    right.set_ylabel("occupied minima, $e^S$")
    return ax


def _exponential(values: ArrayLike) -> ArrayLike:
    return np.asarray(np.exp(values))


def _log_of_positive(values: ArrayLike) -> ArrayLike:
    # Matplotlib tries the limits of its margins too.
    return np.asarray(np.log(np.maximum(values, 1e-300)))


def _mark(ax: Axes, marks: Mapping[str, float]) -> None:
    for name, temperature in marks.items():
        ax.axvline(temperature, color=palette.MUTED, ls="-.", lw=1, zorder=0)
        ax.annotate(
            caption(name),
            (temperature, 1),
            xycoords=ax.get_xaxis_transform(),
            xytext=(3, -3),
            textcoords="offset points",
            ha="left",
            va="top",
            rotation=90,
            fontsize="small",
            color=palette.INK,
        )


def peak_contributors(
    network: Network,
    peak: HeatCapacityPeak,
    ax: Axes | None = None,
    *,
    share: float = 0.99,
    levels: int = DEFAULT_LEVELS,
    unit: str = "loss",
) -> Axes:
    """The disconnectivity graph with the minima that gain and lose occupation at a peak.

    Args:
        network: the minima.
        peak: of `analysis.heat_capacity` of this network.
        ax: where to draw; a new figure if None.
        share: coloured are the `leading_minima` that make up this share of what either side exchanges.
        levels: as in `analysis.disconnectivity_graph`.
        unit: label of the loss axis.

    Reference: Wales, Phys. Rev. E 95, 030105 (2017).
    """
    group = np.full(network.n_minima, "neither", dtype="<U7")
    group[peak.leading_minima("gaining", share)] = "gain"
    group[peak.leading_minima("losing", share)] = "lose"
    label = f"occupation, T = {peak.temperature:.3g}"
    return disconnectivity(
        network,
        ax,
        colour_by=group,
        colour_label=label,
        colours={"gain": palette.GAINING, "lose": palette.LOSING},
        levels=levels,
        arrangement="published",
        unit=unit,
    )
