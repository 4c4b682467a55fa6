"""What a landscape says of itself at a prompt and in a notebook."""

from typing import TYPE_CHECKING

import numpy as np

from ..spelling import one_line
from .network import Network

if TYPE_CHECKING:
    from .landscape import Landscape


def rows_of(landscape: "Landscape", network: Network) -> dict[str, str]:
    """Counts, the best minimum, coverage, why the last run ended and what to do next."""
    rows = {
        "problem": landscape.problem_name,
        "in": landscape.location,
        "minima": f"{network.n_minima:,}",
        "transition states": f"{network.n_transition_states:,}",
    }
    if network.n_minima and not np.isnan(network.losses).any():
        rows["lowest loss"] = f"{network.lowest_loss:.10g}"
        rows["joined to the lowest"] = f"{int(network.is_joined.sum()):,}"
    coverage = landscape.coverage()
    if coverage.draws:
        rows["coverage"] = f"{coverage.good_turing:.3f} of starts ({coverage.law})"
    rows["last run"] = str(landscape.outcome())
    rows["next"] = next_step(network)
    return rows


def next_step(network: Network) -> str:
    """What a user would mostly do next with a landscape that holds this network."""
    if not network.n_minima:
        return "tw.explore(problem, to=…) looks for minima"
    if not network.n_transition_states and network.n_minima > 1:
        return "tw.connect(landscape) looks for the transition states that join the minima"
    if not network.is_joined.all():
        n_apart = int((~network.is_joined).sum())
        return f"tw.connect(landscape) looks for paths to the other {n_apart:,} minima"
    return "tw.plot.disconnectivity(landscape.network()); tw.report.write_report(landscape, …)"


def line_of(landscape: "Landscape") -> str:
    """A landscape in one line, without reading its points."""
    name = one_line(landscape.problem_name, 80)
    return (
        f"<Landscape of '{name}' in {landscape.location}: {landscape.n_minima:,} minima, "
        f"{landscape.n_transition_states:,} transition states>"
    )
