"""Whether groups of minima conserve more than random groups of their size would."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.stats import false_discovery_control

from ..display import shown
from ..landscape.network import Network
from ..problems.neural_networks.layout import Layout
from ..problems.symmetry import Symmetry
from .aligned_minima import AlignedMinima
from .conserved import ConservedWeights, times_conserved


@shown
@dataclass(frozen=True, eq=False)
class ConservationTest:
    """Conserved weights against a null: the same groups after the minima have changed places at random.

    Attributes:
        groups: the groups tested; there `is_conserved` is by the threshold ε.
        p_value: share of the random groups of equal size, the group itself counted as one, that
            conserve the weight as well [groups d].
        q_value: the same, adjusted for the number of weights and groups: a threshold on it bounds the
            expected share of false discoveries [groups d].
        rate: that threshold.
        null_counts: in how many groups each weight was conserved (by ε) at each relabelling
            [permutations d].
    """

    groups: tuple[ConservedWeights, ...]
    p_value: Float[np.ndarray, "groups d"]
    q_value: Float[np.ndarray, "groups d"]
    rate: float
    null_counts: Int[np.ndarray, "permutations d"]

    @property
    def is_significant(self) -> Bool[np.ndarray, "groups d"]:
        """Which weights of which groups are discoveries [groups d]."""
        return self.q_value <= self.rate

    @property
    def significant(self) -> tuple[ConservedWeights, ...]:
        """The groups, with the discoveries among the weights conserved by ε as their conserved weights.

        So that whatever takes conserved weights (counts, figures, averages) takes these as well.
        """
        return tuple(
            replace(group, is_conserved=group.is_conserved & row)
            for group, row in zip(self.groups, self.is_significant, strict=True)
        )

    @property
    def chance_share(self) -> float:
        """Weights that random groups conserve by ε, as a share of those that the groups do.

        It estimates the share of false positives of the threshold; NaN if nothing is conserved.
        """
        n_conserved = int(times_conserved(self.groups).sum())
        n_by_chance = float(self.null_counts.sum(axis=1).mean())
        return n_by_chance / n_conserved if n_conserved else float("nan")

    def input_p_values(self, n_inputs: int, n_units: int) -> Float[np.ndarray, " inputs"]:
        """p of the number of first-layer weights of each input that the groups conserve by ε [inputs].

        The null keeps how the groups lie in one another, since only the minima change places.
        """
        null = weights_by_input(self.null_counts, n_inputs, n_units)
        counts = weights_by_input(times_conserved(self.groups), n_inputs, n_units)
        return np.asarray((1 + np.sum(null >= counts, axis=0)) / (1 + len(null)))


def weights_by_input(
    counts: Int[np.ndarray, "*draws d"], n_inputs: int, n_units: int
) -> Int[np.ndarray, "*draws inputs"]:
    """The sum of `counts` over the first-layer weights of each input, biases left out [*draws inputs]."""
    first = Layout((n_inputs, n_units))
    weights = first.split(counts[..., : first.dimension])[0][..., :-1]
    return np.asarray(weights.sum(axis=-2))


def conservation_test(
    network: Network,
    symmetry: Symmetry | None,
    groups: Sequence[ConservedWeights],
    *,
    permutations: int = 999,
    rate: float = 0.05,
    seed: int = 0,
) -> ConservationTest:
    """Test the conserved weights of groups against random groups of equal size.

    At each permutation all minima of the network change places, the groups stay: each then holds random
    minima, as many as before, aligned in the same way, and the groups still lie in one another as
    they did. The threshold on q is by Benjamini and Hochberg, which holds for tests that depend on each
    other positively, as those of groups within groups do.

    A group that holds all minima has p = 1: there is nothing to compare it with.

    Args:
        network: of which the groups are.
        symmetry: as for `conserved_weights`.
        groups: of `conserved_weights`.
        permutations: p values are at least 1 / (permutations + 1). Time and memory go with the square
            of the number of minima.
        rate: expected share of false discoveries, between 0 and 1.
        seed: of the permutations.

    Raises:
        ValueError: if there are no groups, or a number is not one that can be.

    Reference:
        Benjamini & Hochberg, J. R. Stat. Soc. B 57, 289 (1995); Benjamini & Yekutieli, Ann. Stat. 29,
        1165 (2001). The published work asks for a lower rate of false positives, and does not test.
    """
    if not groups:
        raise ValueError("there are no groups to test.")
    if permutations < 1 or not 0 < rate < 1:
        raise ValueError(
            "permutations must be at least 1 and rate between 0 and 1, got "
            f"{permutations} and {rate}."
        )
    aligned, random = AlignedMinima(network, symmetry), np.random.default_rng(seed)
    everything = aligned.everything()
    observed = np.array([group.deviation for group in groups])
    as_good = np.ones(observed.shape)
    null_counts = np.zeros((permutations, observed.shape[1]), dtype=np.int64)
    for k in range(permutations):
        places = random.permutation(network.n_minima)
        for row, group in enumerate(groups):
            null = group.measure(aligned.group(places[group.members]), everything)
            as_good[row] += null <= observed[row]
            null_counts[k] += null <= group.epsilon
    p_value = as_good / (permutations + 1)
    q_value = false_discovery_control(p_value, axis=None, method="bh").reshape(p_value.shape)
    return ConservationTest(tuple(groups), p_value, q_value, rate, null_counts)
