"""Minima, transition states and peaks as pandas tables."""

import numpy as np
import pandas as pd

from ...landscape.network import Network
from .basins import monotonic_sequence_basins
from .degrees import degrees
from .minimax import minimax_barriers
from .thermodynamics import HeatCapacity


def minima_table(network: Network) -> pd.DataFrame:
    """One row for each minimum, in the order of the network.

    Columns: id, loss, lpphe, log_degeneracy, hits, degree (different neighbours), component (0 is that
    of the global minimum), basin (the bottom of its monotonic sequence basin), highest_barrier (loss
    of the highest pass on the lowest path to the global minimum; infinite where none leads there).
    """
    table = pd.DataFrame(
        {
            "id": network.minimum_ids,
            "loss": network.losses,
            "lpphe": network.lpphe,
            "log_degeneracy": network.log_degeneracy,
            "hits": network.hits,
            "component": network.component if network.n_minima else np.zeros(0, np.int64),
        }
    )
    if network.n_minima:
        table["degree"] = degrees(network).degree
        table["basin"] = monotonic_sequence_basins(network).assignment
        table["highest_barrier"] = minimax_barriers(network).to(network.global_minimum)
    table.index.name = "minimum"
    return table


def transition_states_table(network: Network) -> pd.DataFrame:
    """One row for each transition state, in the order of the network.

    Columns: id, minimum_a, minimum_b, loss, lpphe, log_degeneracy, barrier_a and barrier_b (heights
    over the two minima), is_degenerate (both sides are the same minimum).
    """
    a, b = network.edges.T
    table = pd.DataFrame(
        {
            "id": network.transition_state_ids,
            "minimum_a": a,
            "minimum_b": b,
            "loss": network.barrier_losses,
            "lpphe": network.barrier_lpphe,
            "log_degeneracy": network.barrier_log_degeneracy,
            "barrier_a": network.barrier_losses - network.losses[a],
            "barrier_b": network.barrier_losses - network.losses[b],
            "is_degenerate": network.is_degenerate,
        }
    )
    table.index.name = "transition_state"
    return table


def peaks_table(heat_capacity: HeatCapacity) -> pd.DataFrame:
    """One row for each peak of C_V.

    Columns: temperature (unit of the loss), heat_capacity (k_B), gaining and losing (the minimum whose
    occupation rises or falls fastest).
    """
    return pd.DataFrame(
        [
            {
                "temperature": peak.temperature,
                "heat_capacity": peak.value,
                "gaining": int(peak.positive_minima[0]),
                "losing": int(peak.negative_minima[0]),
            }
            for peak in heat_capacity.peaks
        ],
        columns=["temperature", "heat_capacity", "gaining", "losing"],
    )
