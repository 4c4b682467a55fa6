"""Published tables and figures beside what this library gives: an item each, by its published name.

An item is a function of one file and one line of `REPRODUCTIONS`:

    def figure_1_2(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction: ...

- It asks `landscapes` for what it needs (`network(problem, starts, seed, connect=…)`), so that items share
  them, and a run that was interrupted goes on.
- It computes as much as `scale` says; what its numbers do not say goes by `scale.choose(tiny=…, small=…,
  full=…)`. *tiny* shows in a second or two that it runs, *small* shows the statements in about a minute,
  *full* has the published setting.
- `measurements` holds for each case (a row of the published table) the values of each seed, and `published`
  the published ones. `side_by_side` makes the table of both, `published_statements` every order between
  cases and every sign, and `stated` what the text or the caption says in words.
- A `Picture` fills a Matplotlib figure in the published arrangement; it draws with functions of `plot`.

Every item is tested in the tiny scale by being in the registry.
"""

from .auc_graphs import auc_graphs
from .auc_spiral import auc_spiral
from .batch_temperature import batch_temperature
from .best_four import four_contributions, four_networks
from .capacity import network_capacity
from .clustering_number import clustering_k
from .credit_card import credit_card
from .distances import euclidean_and_misclassification
from .figure_1_2 import figure_1_2
from .figure_1_3 import figure_1_3
from .figure_1_4 import figure_1_4
from .figure_1_8 import figure_1_8
from .figure_2_14 import figure_2_14
from .figure_2_15 import figure_2_15
from .figure_2_16 import figure_2_16
from .foretold_auc import foretold_auc
from .gains_over_smoothness import gains_over_smoothness
from .gp_beyond import beyond_the_training_data
from .gp_ensembles import ensembles_of_minima
from .gp_folds import folds_in_smoothness
from .gp_posterior import landscape_and_posterior
from .gp_sampling import does_sampling_pay
from .gp_smoothness import half_integer_smoothness
from .isomers import four_isomers, isomer_distances
from .item import Compute, Item
from .kernel_shapes import kernel_over_distance, prior_over_smoothness
from .landscapes import Landscapes
from .likelihood_limits import likelihood_limits
from .minima_over_smoothness import minima_over_smoothness
from .other_ensembles import beside_other_ensembles
from .penalty import l2
from .relaxed_minima import relaxed_minima
from .reproducibility import reproducibility
from .reproduction import (
    FULL,
    SMALL,
    TINY,
    Picture,
    Progress,
    Reproduction,
    Scale,
    side_by_side,
)
from .schwefel_fits import schwefel_fits
from .spiral_data import spiral_data
from .spiral_heat_capacity import spiral_heat_capacity
from .statement import (
    CannotTell,
    Measurements,
    Statement,
    Verdict,
    exceeds,
    published_statements,
    stated,
)
from .steepness import beta
from .superposed_elsewhere import superposed_elsewhere
from .superposed_spiral import superposed_spiral
from .surrogate_curves import surrogate_curves
from .surrogates import surrogates
from .three_models import three_models

__all__ = [
    "FULL",
    "NOT_REPRODUCED",
    "REPRODUCTIONS",
    "SMALL",
    "TINY",
    "CannotTell",
    "Compute",
    "Item",
    "Landscapes",
    "Measurements",
    "Picture",
    "Progress",
    "Reproduction",
    "Scale",
    "Statement",
    "Verdict",
    "exceeds",
    "present_name",
    "published_statements",
    "side_by_side",
    "stated",
]

REPRODUCTIONS: dict[str, Item] = {
    "table-1.1": Item(likelihood_limits, "thesis table 1.1"),
    "figure-1.2": Item(figure_1_2, "thesis figure 1.2"),
    "figure-1.3": Item(figure_1_3, "thesis figure 1.3; review figure 2"),
    "figure-1.4": Item(figure_1_4, "thesis figure 1.4; review figure 3"),
    "figure-1.6": Item(kernel_over_distance, "thesis figure 1.6"),
    "figure-1.7": Item(prior_over_smoothness, "thesis figure 1.7"),
    "figure-1.8": Item(figure_1_8, "thesis figure 1.8"),
    "table-2.1": Item(superposed_spiral, "thesis table 2.1; MLSUP paper table 1"),
    "table-2.2": Item(superposed_elsewhere, "thesis table 2.2; MLSUP paper table 2"),
    "table-2.3": Item(l2, "thesis table 2.3", ("l2",)),
    "table-2.4": Item(auc_spiral, "thesis table 2.4", ("auc-spiral",)),
    "table-2.5": Item(surrogates, "thesis table 2.5", ("surrogates",)),
    "table-2.6": Item(credit_card, "thesis table 2.6"),
    "figure-2.2": Item(isomer_distances, "thesis figure 2.2; MLSUP paper figure 5"),
    "figure-2.3": Item(four_isomers, "thesis figure 2.3; MLSUP paper figure 6"),
    "figure-2.4": Item(spiral_data, "thesis figure 2.4"),
    "figure-2.5": Item(four_networks, "thesis figure 2.5; MLSUP paper figure 2"),
    "figure-2.6": Item(euclidean_and_misclassification, "thesis figure 2.6; MLSUP paper figure 7"),
    "figure-2.7": Item(spiral_heat_capacity, "thesis figure 2.7; MLSUP paper figure 3"),
    "figure-2.8": Item(four_contributions, "thesis figure 2.8; MLSUP paper figure 4"),
    "figure-2.9": Item(surrogate_curves, "thesis figure 2.9"),
    "figure-2.10": Item(beta, "thesis figure 2.10", ("beta",)),
    "figure-2.11": Item(auc_graphs, "thesis figures 2.11, B.1"),
    "figure-2.12": Item(relaxed_minima, "thesis figure 2.12"),
    "figure-2.13": Item(foretold_auc, "thesis figure 2.13"),
    "figure-2.14": Item(figure_2_14, "thesis figure 2.14"),
    "figure-2.15": Item(figure_2_15, "thesis figure 2.15"),
    "figure-2.16": Item(figure_2_16, "thesis figure 2.16, sections 2.4.3, 2.4.4"),
    "slides-2": Item(folds_in_smoothness, "slides figure 2", ("gp-folds",)),
    "slides-3": Item(minima_over_smoothness, "slides figure 3"),
    "slides-4": Item(gains_over_smoothness, "slides figure 4"),
    "slides-5": Item(ensembles_of_minima, "slides figure 5", ("gp-ensembles",)),
    "slides-schwefel": Item(schwefel_fits, "slides, 'Schwefel function and GP fits'"),
    "ensembles": Item(beside_other_ensembles, "ours: MLSUP beside other ensembles"),
    "gp-smoothness": Item(half_integer_smoothness, "ours: thesis chapter 3 in words"),
    "gp-posterior": Item(landscape_and_posterior, "ours: review section 6 in words"),
    "batch-temperature": Item(batch_temperature, "ours: thesis table 1.2, section 1.3.4 in words"),
    "reproducibility": Item(reproducibility, "ours: thesis section 1.3.4, review 4.1.1 in words"),
    "gp-sampling": Item(does_sampling_pay, "ours: review section 6, does sampling pay"),
    "gp-beyond": Item(beyond_the_training_data, "ours: thesis section 3.4 by its heading"),
    "clustering-k": Item(clustering_k, "ours: review sections 4.4, 5.2, 5.4 in words"),
    "capacity": Item(network_capacity, "ours: thesis sections 2.2.1, 2.2.6 in words"),
    "three-models": Item(three_models, "ours: thesis section 1.8.1 in words"),
}
"""By name, in the published order; ours without a number last."""

NOT_REPRODUCED: dict[str, str] = {
    "thesis tables 1.2, 1.3; review tables 1, 2; slides table": "analogies in words, no numbers",
    "thesis table 2.7": "names of variables: they are those of `datasets.breast_cancer_recurrence`",
    "thesis figure 1.1; review figure 1": "a sketch",
    "thesis figures 1.5, 2.1; review figure 4; MLSUP paper figure 1": "schemes of methods",
}
"""Published tables and figures that hold nothing to compute, and why."""


def present_name(name: str) -> str:
    """The name of an item, from that or a former one.

    Raises:
        ValueError: if there is none of that name.
    """
    if name in REPRODUCTIONS:
        return name
    for present, item in REPRODUCTIONS.items():
        if name in item.former:
            return present
    raise ValueError(f"nothing is known as {name!r}; expected one of {', '.join(REPRODUCTIONS)}.")
