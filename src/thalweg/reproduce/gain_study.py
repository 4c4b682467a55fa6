"""Many data sets, the landscape of each, and what more than its best minimum gains: for several items."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..analysis import LandscapeFeatures, landscape_features
from ..datasets import Dataset, schwefel_surface
from ..landscape.network import Network
from ..learn import (
    WEIGHTINGS,
    GaussianProcessEnsemble,
    ensemble_gain,
    gp_ensemble,
    importance_sample,
    laplace_mixture,
    nuts_sample,
)
from ..problems import GaussianProcess
from ..problems.kernels import Matern
from .landscapes import Landscapes
from .reproduction import Progress, Scale

SETTING = (
    "30 points of the Schwefel function of 3 and 4 inputs, without and with 20 % noise; Matérn 5/2, prior of "
    "three e-folds; 300 points for test"
)
SAMPLING = "sampling"
"""Name of the gain of a sample of the posterior, beside those of the weightings."""


@dataclass(frozen=True, eq=False)
class GainStudy:
    """Landscapes of many data sets, and what was gained on each.

    Attributes:
        features: of each landscape.
        squared_error: gain over the minimum of lowest loss in per cent of its squared error, by name of the
            weighting; `SAMPLING` for the posterior [data sets].
        log_density: gain in mean log density, in nats, likewise.
    """

    features: tuple[LandscapeFeatures, ...]
    squared_error: dict[str, Float[np.ndarray, " sets"]]
    log_density: dict[str, Float[np.ndarray, " sets"]]

    def joined(self, other: "GainStudy") -> "GainStudy":
        """Both studies as one."""
        return GainStudy(
            self.features + other.features,
            {k: np.concatenate([v, other.squared_error[k]]) for k, v in self.squared_error.items()},
            {k: np.concatenate([v, other.log_density[k]]) for k, v in self.log_density.items()},
        )


def gain_study(
    landscapes: Landscapes, scale: Scale, seed: int, progress: Progress, *, sampling: bool
) -> GainStudy:
    """The data sets of one seed.

    Args:
        landscapes: where they are mapped.
        scale: how many, and whether the posterior is sampled by NUTS (in full) or by importance.
        seed: of data and searches.
        progress: told of each.
        sampling: whether the posterior is sampled, too.
    """
    draws = scale.choose(tiny=1, small=4, full=12)
    features: list[LandscapeFeatures] = []
    rows: list[dict[str, tuple[float, float]]] = []
    for dimension in (3, 4):
        for noise in (0.0, 0.2):
            for k in range(draws):
                number = 1000 * seed + k
                progress(f"seed {seed}, Schwefel {dimension} d, noise {noise:g}, data {k}")
                data = schwefel_surface(30, 300, dimension=dimension, noise=noise, seed=number)
                problem = GaussianProcess.from_data(
                    data.inputs, data.targets, kernel=Matern(2.5), prior_width=3.0
                )
                starts = scale.choose(tiny=6, small=32, full=128)
                network = landscapes.network(problem, starts, seed, connect=True)
                features.append(landscape_features(network))
                pairs = [(problem, network)]
                ensembles = {name: gp_ensemble(pairs, one) for name, one in WEIGHTINGS.items()}
                if sampling:
                    mixture = laplace_mixture(problem, network)
                    sample = (
                        nuts_sample(problem, mixture, warm_up=300, draws=500, seed=number)
                        if scale.size == "full"
                        else importance_sample(problem, mixture, draws=1000, seed=number)
                    )
                    ensembles[SAMPLING] = sample.predictor(problem)
                rows.append(_gains(ensembles, pairs, data))
    return GainStudy(
        tuple(features),
        {name: np.array([row[name][0] for row in rows]) for name in rows[0]},
        {name: np.array([row[name][1] for row in rows]) for name in rows[0]},
    )


def _gains(
    ensembles: Mapping[str, GaussianProcessEnsemble],
    pairs: Sequence[tuple[GaussianProcess, Network]],
    data: Dataset,
) -> dict[str, tuple[float, float]]:
    gains = {
        name: ensemble_gain(one, pairs, data.test_inputs, data.test_targets, draws=10)
        for name, one in ensembles.items()
    }
    return {name: (gain.percent, gain.log_density) for name, gain in gains.items()}
