"""What ensembles of minima gain at each value of a parameter, the smoothness ν for example."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from jaxtyping import Float

from ..landscape.network import Network
from ..problems.capabilities import PredictsInEnsembles
from .gaussian_process_ensemble import (
    Boltzmann,
    Flatness,
    LeaveOneOut,
    Occupation,
    OnePerFunnel,
    Uniform,
    Weighting,
    ensemble_gain,
    gp_ensemble,
)

WEIGHTINGS: Mapping[str, Weighting] = {
    "uniform": Uniform(),
    "Boltzmann": Boltzmann(),
    "occupation": Occupation(),
    "LPPHE": Flatness(),
    "leave-one-out": LeaveOneOut(),
    "one per funnel": OnePerFunnel(),
}
"""The weightings of ensembles, by the names that tables and figures use."""


def gains_over(
    landscapes: Sequence[tuple[float, PredictsInEnsembles, Network]],
    inputs: Float[np.ndarray, "M inputs"],
    targets: Float[np.ndarray, " M"],
    *,
    weightings: Mapping[str, Weighting] = WEIGHTINGS,
) -> pd.DataFrame:
    """Gain in squared error over the single best minimum, in per cent, at each value of a parameter.

    Args:
        landscapes: value of the parameter, problem there and its minima.
        inputs, targets: held-out data [M inputs] and [M].
        weightings: by name.

    Returns:
        Indexed by value, a column a weighting; NaN where there is no minimum.
    """
    rows = {}
    for value, problem, network in landscapes:
        pairs = [(problem, network)]
        rows[value] = {
            name: ensemble_gain(gp_ensemble(pairs, weighting), pairs, inputs, targets).percent
            if network.n_minima
            else np.nan
            for name, weighting in weightings.items()
        }
    table = pd.DataFrame.from_dict(rows, orient="index", columns=list(weightings))
    table.index.name = "value"
    return table
