"""Figures 2.11 and B.1: disconnectivity graphs of appAUC, of cross-entropy and of the surrogates."""

from functools import partial

import numpy as np
from matplotlib.figure import Figure

from .. import plot
from ..landscape.network import Network
from .auc_landscapes import (
    LOSSES,
    is_connected,
    measurements_of,
    problem_on,
    read,
    spiral_data,
    study,
)
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, Statement, exceeds, stated

_CE, _APP = "CE", "sigmoid"
_BASINS, _BARRIER = "basins per joined minimum", "uphill barrier over spread of losses"


def auc_graphs(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The graphs side by side, each in the unit of its own loss."""
    scale = study(scale)
    data = spiral_data(scale)
    names = scale.choose(tiny=(_APP, _CE), small=(_APP, _CE), full=tuple(LOSSES))
    measurements: dict[str, list[Measurements]] = {}
    networks: dict[str, Network] = {}
    for name in names:
        problem = problem_on(data, scale, LOSSES[name])
        for seed in scale.seeds:
            progress(f"{name}, seed {seed}")
            reading = read(landscapes, problem, data, scale, seed, connect=is_connected(scale))
            values = measurements_of(reading)
            kept = ("minima found", "transition states", "minima joined", _BASINS, "frustration")
            shown = {what: values[what] for what in kept if what in values}
            graph = reading.network if reading.graph is None else reading.graph
            measurements.setdefault(name, []).append({**shown, **_uphill(graph)})
            if name not in networks or graph.is_joined.sum() > networks[name].is_joined.sum():
                networks[name] = graph
    joined = ", ".join(f"{name} {network.is_joined.sum()}" for name, network in networks.items())
    pictures = [
        Picture(
            "",
            "Disconnectivity graphs of (left) the appAUC and (right) the cross-entropy landscape: the minima "
            "that are joined to the lowest one, of the seed with most of them. The vertical axes are in "
            "units of different losses.",
            partial(_draw, {name: networks[name] for name in (_APP, _CE)}),
            (10.0, 5.0),
        )
    ]
    others = {name: network for name, network in networks.items() if name not in (_APP, _CE)}
    if others:
        caption = "Figure B.1: the same of the other surrogates of the AUC."
        pictures.append(Picture("b.1", caption, partial(_draw, others), (11.0, 8.0)))
    setting = f"2-{scale.hidden}-2 network; minima joined to the lowest, where drawn: {joined}"
    return Reproduction(
        "figure-2.11",
        "disconnectivity graphs of the losses",
        side_by_side(measurements, {}),
        tuple(_statements(measurements, [name for name in names if name != _CE])),
        scale,
        setting,
        tuple(pictures),
    )


def _statements(
    measurements: dict[str, list[Measurements]], surrogates: list[str]
) -> list[Statement]:
    remark = "of the minima that so many searches joined to the lowest one"
    statements = [
        stated(
            "the CE landscape has the larger uphill barriers",
            measurements,
            exceeds((_CE, _BARRIER), (_APP, _BARRIER)),
            "in units of the spread of each loss over minima: the losses themselves cannot be compared",
        )
    ]
    for name in surrogates:
        statements += [
            stated(
                f"the CE landscape is more funnelled than that of {name} (fewer basins per minimum)",
                measurements,
                exceeds((name, _BASINS), (_CE, _BASINS)),
                remark,
            ),
            stated(
                f"F(T) of {name} is higher than of CE",
                measurements,
                exceeds((name, "frustration"), (_CE, "frustration")),
                remark,
            ),
        ]
    return statements


def _uphill(network: Network) -> dict[str, float]:
    """Mean rise from the lower minimum to a transition state, over the spread of the losses of minima."""
    is_pass = ~network.is_degenerate
    if not is_pass.any() or np.ptp(network.losses) == 0:
        return {}
    lower = network.losses[network.edges[is_pass]].min(axis=1)
    rise = float(np.mean(network.barrier_losses[is_pass] - lower))
    return {_BARRIER: rise / float(network.losses.std())}


def _draw(networks: dict[str, Network], figure: Figure) -> None:
    columns = min(len(networks), 2)
    axes = np.ravel(figure.subplots(-(-len(networks) // columns), columns))
    for ax, (name, network) in zip(axes, networks.items(), strict=False):
        # A landscape of which nothing is joined yet shows its minima, each a line of its own.
        plot.disconnectivity(
            network,
            ax,
            only_joined=bool(network.is_joined.sum() > 1),
            arrangement="published",
            unit="loss",
        )
        ax.set_title("appAUC (sigmoid)" if name == _APP else name)
