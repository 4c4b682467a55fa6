"""What the figures of conserved weights share: groups of one landscape, and what they conserve."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Int

from ..analysis.minima.metrics import classification_metrics
from ..datasets import Dataset
from ..landscape.network import Network
from ..learn.conservation_test import ConservationTest, conservation_test
from ..learn.conserved import ConservedWeights, conserved_weights, times_conserved
from ..learn.conserved_summary import summarise_conserved
from ..learn.group_perturbation import group_perturbation_test
from ..learn.groups import groups_by_node
from ..learn.perturbation import PERTURBATIONS
from ..problems import NeuralNetwork
from ..problems.neural_networks.layout import Layout
from ..search.exploration.effort import AtMost, GrowGlobal
from ..search.exploration.plan import Methods
from ..search.exploration.strategies import JoinToGlobal
from .landscapes import Landscapes
from .reproduction import Scale
from .statement import Measurements

NEVER_NEGATIVE = (
    "minima",
    "groups",
    "groups that conserve",
    "minima in those",
    "minima in the largest",
    "conserved weights",
    "inputs of those",
    "best AUC",
)
"""Quantities whose sign says nothing."""

SMALLER = (
    "far fewer minima and transition states than published, so that groups are smaller: the row 'minima in "
    "the largest' says in how large ones the threshold is met"
)

_L2 = 1e-5
"""As published."""
_STARTS, _SEARCHES = 24, 64
"""Random starts and searches for transition states of the small setting."""
_MOST_GROUPS = 12
"""Whose weights are perturbed: each costs some hundred evaluations of all its minima."""


@dataclass(frozen=True, eq=False)
class ConservingGroups:
    """The groups of one landscape.

    Attributes:
        network, problem, data: of the landscape.
        groups: every distinct node of every level with two minima or more, the largest first.
        test: of the groups against random ones; None without groups.
    """

    network: Network
    problem: NeuralNetwork
    data: Dataset
    groups: tuple[ConservedWeights, ...]
    test: ConservationTest | None

    @property
    def conserving(self) -> tuple[ConservedWeights, ...]:
        """The groups that conserve a weight."""
        return tuple(group for group in self.groups if group.n_conserved)

    @property
    def around_the_lowest(self) -> ConservedWeights | None:
        """The largest group with the global minimum that conserves a weight."""
        lowest = self.network.global_minimum
        return next((group for group in self.conserving if lowest in group.members), None)

    def at(self, epsilon: float) -> "ConservingGroups":
        """The same with another threshold, untested."""
        groups = tuple(
            replace(g, epsilon=epsilon, is_conserved=g.deviation <= epsilon) for g in self.groups
        )
        return replace(self, groups=groups, test=None)


def conserving_groups(
    landscapes: Landscapes, data: Dataset, scale: Scale, seed: int, *, hidden: int, epsilon: float
) -> ConservingGroups:
    """Map a network of one hidden layer with its transition states, and find what its nodes conserve."""
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(hidden,), l2=_L2)
    # A limit of time would give other groups on a slower machine.
    searches = scale.searches or scale.choose(tiny=8, small=_SEARCHES, full=20 * _SEARCHES)
    strategies = AtMost(GrowGlobal(), searches // 2), AtMost(JoinToGlobal(), searches)
    with landscapes.open(
        problem,
        scale.choose(tiny=4, small=_STARTS, full=scale.starts),
        seed,
        connect=True,
        methods=Methods(strategies=strategies),
        workers=scale.choose(tiny=1, small=1, full=None),
    ) as landscape:
        network = landscape.network()
    nodes = groups_by_node(network)
    if not nodes:
        return ConservingGroups(network, problem, data, (), None)
    groups = conserved_weights(network, problem.symmetry, nodes, epsilon=epsilon)
    permutations = scale.choose(tiny=19, small=999, full=999)
    test = conservation_test(
        network, problem.symmetry, groups, permutations=permutations, seed=seed
    )
    return ConservingGroups(network, problem, data, tuple(groups), test)


def counts(study: ConservingGroups) -> Measurements:
    """How many groups conserve how much, and how much of it random groups would."""
    values: dict[str, float] = {
        "minima": study.network.n_minima,
        "transition states": study.network.n_transition_states,
        "groups": len(study.groups),
    }
    if study.test is None:
        return values
    summary = summarise_conserved(study.groups)
    return values | {
        "groups that conserve": summary.n_conserving,
        "minima in those": summary.n_minima,
        "minima in the largest": summary.largest_conserving,
        "conserved weights": int(times_conserved(study.groups).sum()),
        "conserved weights beyond chance (FDR 5 %)": sum(
            group.n_conserved for group in study.test.significant
        ),
        "share of them that random groups conserve": study.test.chance_share,
    }


def best_auc(study: ConservingGroups) -> float:
    """The best AUC of a minimum on the test rows."""
    data = study.data
    classes = data.class_numbers(data.test_targets)
    metrics = classification_metrics(study.network, study.problem, data.test_inputs, classes)
    return float(metrics.auc.max())


def first_layer(study: ConservingGroups, x: np.ndarray) -> np.ndarray:
    """The weights [units inputs] of the first layer among values of all parameters, biases left out."""
    return np.asarray(Layout(study.problem.sizes).split(x)[0][:, :-1])


def inputs_of(study: ConservingGroups, group: ConservedWeights) -> Int[np.ndarray, " some"]:
    """Numbers of the inputs that the conserved weights of a group belong to."""
    return np.flatnonzero(first_layer(study, group.is_conserved).any(axis=0))


def best_auc_perturbed(
    study: ConservingGroups, groups: Sequence[ConservedWeights], seed: int, *, draws: int = 40
) -> dict[str, dict[str, float]]:
    """Best AUC of groups as found, and with conserved and with as many other weights changed, on average.

    Of the first groups that conserve two weights or more, and at most half of those of any layer.

    Returns:
        For each perturbation the AUC `as found`, with the `conserved` weights changed, with `others`, and
        with others `of the same layers`; empty if there is no such group.
    """
    able = [group for group in groups if _has_others(group, study.problem)][:_MOST_GROUPS]
    if not able:
        return {}
    return {kind: _mean_aucs(study, able, kind, draws, seed) for kind in PERTURBATIONS}


def _mean_aucs(
    study: ConservingGroups, groups: Sequence[ConservedWeights], kind: str, draws: int, seed: int
) -> dict[str, float]:
    data, problem = study.data, study.problem
    anywhere, within = (
        [
            group_perturbation_test(
                group,
                problem.sizes,
                problem.activation,
                data.test_inputs,
                data.class_numbers(data.test_targets),
                perturbation=kind,
                same_layers=same_layers,
                draws=draws,
                seed=seed,
            )
            for group in groups
        ]
        for same_layers in (False, True)
    )
    return {
        "as found": float(np.mean([test.auc for test in anywhere])),
        "conserved": float(np.mean([test.auc_conserved_changed for test in anywhere])),
        "others": float(np.mean([test.auc_others_changed for test in anywhere])),
        "others of the same layers": float(np.mean([test.auc_others_changed for test in within])),
    }


def _has_others(group: ConservedWeights, problem: NeuralNetwork) -> bool:
    layers = Layout(problem.sizes).split(group.is_conserved)
    return group.n_conserved >= 2 and all(2 * layer.sum() <= layer.size for layer in layers)
