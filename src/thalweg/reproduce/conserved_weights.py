"""Conserved weights: whether a model relies on the weights that many minima share."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..analysis.graph.level_groups import level_groups
from ..datasets import (
    Dataset,
    DatasetError,
    breast_cancer_recurrence,
    checkerboard,
    synthetic_fraud,
)
from ..landscape.network import Network
from ..learn.conservation import RelativeDeviation
from ..learn.conserved import ConservedWeights, conserved_weights
from ..learn.groups import groups_of
from ..learn.perturbation import PERTURBATIONS, perturbation_tests
from ..problems import NeuralNetwork
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, exceeds, published_statements, stated

_SHARE = 0.25
"""ε is such that this share of the weights is conserved: the published ε are for other landscapes."""
_LEVEL = 20
"""Of 60 levels of the disconnectivity graph, 1 on top: that of the groups."""


@dataclass(frozen=True)
class _Case:
    """One data set and its network."""

    load: Callable[[int], Dataset]
    hidden: int
    l2: float


_CASES = {
    "fraud stand-in": _Case(lambda seed: synthetic_fraud(1500, seed=seed), 3, 3e-3),
    "checkerboard": _Case(lambda seed: checkerboard(800, 800, seed=seed), 4, 1e-4),
    "breast cancer": _Case(lambda seed: breast_cancer_recurrence(seed=seed), 3, 3e-3),
}
_PUBLISHED: dict[str, Measurements] = {
    "fraud stand-in": {
        "AUC": 0.95,
        "conserved changed (permutation)": 0.76,
        "others changed (permutation)": 0.90,
    }
}


def conserved_weights_matter(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Conserved weights perturbed against as many others, on held-out rows.

    Published for credit-card fraud, of which the first data set is a synthetic stand-in, and for the
    recurrence of breast cancer, which is left out if its data can neither be read nor fetched.
    """
    measurements: dict[str, list[Measurements]] = {}
    for name, case in _CASES.items():
        for seed in scale.seeds:
            progress(f"{name}, seed {seed}")
            try:
                data = case.load(seed)
            except DatasetError as error:
                progress(f"{name} is left out: {error}")
                break
            measurements.setdefault(name, []).append(_of_one(landscapes, data, case, scale, seed))
    in_words = tuple(
        stated(
            f"{name}: {kind} of conserved weights costs more AUC than of as many others",
            {name: by_seed},
            exceeds((name, f"others changed ({kind})"), (name, f"conserved changed ({kind})")),
        )
        for name, by_seed in measurements.items()
        for kind in PERTURBATIONS
    )
    by_rule = published_statements(
        measurements, _PUBLISHED, never_negative=tuple(_PUBLISHED["fraud stand-in"])
    )
    table = side_by_side(measurements, _PUBLISHED)
    return Reproduction(
        "figure-2.16", "perturbed conserved weights", table, (*by_rule, *in_words), scale
    )


def _of_one(
    landscapes: Landscapes, data: Dataset, case: _Case, scale: Scale, seed: int
) -> dict[str, float]:
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(case.hidden,), l2=case.l2)
    with landscapes.open(
        problem, scale.starts, seed, connect=True, seconds=scale.seconds
    ) as landscape:
        network = landscape.network()
    group = _group_of_the_lowest(network, problem)
    values: dict[str, float] = {
        "minima": float(network.n_minima),
        "members": float(len(group.members)),
        "epsilon": float(np.quantile(group.deviation, _SHARE)),
    }
    tests = perturbation_tests(
        group.lowest,
        group.deviation <= values["epsilon"],
        problem.sizes,
        problem.activation,
        data.test_inputs,
        data.class_numbers(data.test_targets),
        seed=seed,
    )
    for kind, test in tests.items():
        values["AUC"] = test.auc
        values[f"conserved changed ({kind})"] = test.auc_conserved_changed
        values[f"others changed ({kind})"] = test.auc_others_changed
        values[f"effect size ({kind})"] = test.effect_size
    return values


def _group_of_the_lowest(network: Network, problem: NeuralNetwork) -> ConservedWeights:
    """The group that the lowest minimum is in; the largest one if it is alone."""
    groups = groups_of(level_groups(network, _LEVEL).assignment)
    with_lowest = [group for group in groups if network.global_minimum in group]
    return conserved_weights(
        network, problem.symmetry, (with_lowest or groups)[:1], measure=RelativeDeviation()
    )[0]
