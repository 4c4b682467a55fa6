"""All that is said of conserved weights: groups, inputs, perturbations, and how sure it is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from ..confidence_interval import ConfidenceInterval
from ..datasets.dataset import Dataset
from ..display import shown
from ..landscape.network import Network
from .attribution import input_attributions
from .conservation_test import ConservationTest, weights_by_input
from .conserved import ConservedWeights, InputImportance, input_importance, times_conserved
from .conserved_summary import ConservedSummary, summarise_conserved
from .group_perturbation import group_perturbation_tests
from .perturbation import PerturbationTest, perturbation_tests
from .superposable import Superposable
from .superposed_function import SuperposedFunction


@shown
@dataclass(frozen=True, eq=False)
class ConservedReport:
    """Conserved weights of groups of minima, and what follows from them.

    Attributes:
        groups: the groups, the largest first.
        summary: how many weights they conserve.
        importance: share of each input in the conserved weights of the first layer.
        inputs: one row an input: `weights` (how many of its first-layer weights are conserved, summed
            over groups), `share` with the ends `from` and `to` of its interval, `p` if tested, and
            `saliency`, `integrated`, `permuted` and `sd` if asked for.
        perturbed: the group whose weights were perturbed; None if none could be.
        perturbations: the tests by name.
        test: against random groups; None if not asked for.
    """

    groups: tuple[ConservedWeights, ...]
    summary: ConservedSummary
    importance: tuple[InputImportance, ...]
    inputs: pd.DataFrame
    perturbed: ConservedWeights | None
    perturbations: Mapping[str, PerturbationTest]
    test: ConservationTest | None

    def sizes(self) -> dict[str, Any]:
        """Numbers of groups and weights, by names in words."""
        summary = self.summary
        counts: dict[str, Any] = {
            "measure": self.groups[0].measure.name,
            "epsilon": self.groups[0].epsilon,
            "groups": summary.n_groups,
            "groups that conserve": summary.n_conserving,
            "minima in those": summary.n_minima,
            "members of the largest of those": summary.largest_conserving,
            "members of the largest": summary.largest_group,
            "weights conserved there": summary.conserved_in_largest,
            "parameters": summary.n_parameters,
            "median conserved over groups": summary.median_conserved,
        }
        if self.perturbed is not None:
            counts["group perturbed"] = self.perturbed.name
        if self.test is not None:
            significant = [group.n_conserved for group in self.test.significant]
            counts["conserved weights in all groups"] = int(times_conserved(self.groups).sum())
            counts["of those beyond chance"] = sum(significant)
            counts["false discovery rate"] = self.test.rate
            counts["share that random groups conserve"] = _number(self.test.chance_share)
        return counts

    def nodes(self) -> pd.DataFrame:
        """The groups that conserve a weight: members, conserved weights, those beyond chance if tested."""
        rows = {
            group.name: {"members": len(group.members), "conserved": group.n_conserved}
            for group in self.groups
        }
        table = pd.DataFrame.from_dict(rows, orient="index")
        if self.test is not None:
            table["beyond chance"] = [group.n_conserved for group in self.test.significant]
        return table[table.conserved > 0]

    def perturbation_table(self) -> pd.DataFrame:
        """One column a perturbation: AUC before, after, and how much they differ."""
        return pd.DataFrame(_perturbations(self.perturbations), dtype=np.float64)

    def no_interval_because(self) -> list[str]:
        """Why some of the intervals are not known."""
        intervals = [share.interval for share in self.importance]
        intervals += [test.interval for test in self.perturbations.values()]
        return sorted({one.unknown_because for one in intervals if not one.is_known})

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it, by names in words: what is undefined is None."""
        reasons = self.no_interval_because()
        return {
            **self.sizes(),
            "nodes": self.nodes().to_dict(orient="index"),
            "inputs": {
                name: {column: _number(value) for column, value in row.items()}
                for name, row in self.inputs.to_dict(orient="index").items()
            },
            "perturbations": _perturbations(self.perturbations),
            **({"no_interval_because": reasons} if reasons else {}),
        }


def conserved_report(
    groups: Sequence[ConservedWeights],
    network: Network,
    problem: Superposable,
    data: Dataset,
    *,
    perturb: str | None = None,
    of_one_minimum: bool = False,
    same_layers: bool = False,
    attributions: bool = False,
    test: ConservationTest | None = None,
    seed: int = 0,
) -> ConservedReport:
    """What conserved weights tell of a model and its inputs, measured on the test rows.

    Args:
        groups: of `conserved_weights`.
        network: of which they are.
        problem: of the network.
        data: of the problem, with test rows.
        perturb: name of the group to perturb; if None the largest around the global minimum that can be, or
            the largest of all.
        of_one_minimum: whether to perturb halves of its weights in its lowest minimum alone, and not as
            published all of them in all minima.
        same_layers: as in `group_perturbation_test`.
        attributions: whether to add the usual methods, which takes the extra `thalweg[interpret]`.
        test: of `conservation_test` on the same groups.
        seed: of the bootstrap and of the draws.

    Raises:
        ValueError: if there is no group of that name, or no weight of the first layer is conserved.
    """
    n_inputs, n_units = problem.sizes[:2]
    importance = input_importance(groups, n_inputs, n_units, seed=seed)
    inputs = pd.DataFrame(
        {
            "weights": weights_by_input(times_conserved(groups), n_inputs, n_units),
            "share": [one.share for one in importance],
            "from": [one.interval.lower for one in importance],
            "to": [one.interval.upper for one in importance],
        },
        index=list(data.input_names),
    )
    if test is not None:
        inputs["p"] = test.input_p_values(n_inputs, n_units)
    chosen = _to_perturb(groups, network) if perturb is None else _named(groups, perturb)
    if attributions:
        _add_attributions(inputs, groups[0] if chosen is None else chosen, problem, data, seed)
    tests: dict[str, PerturbationTest] = {}
    if chosen is not None:
        rows = data.test_inputs, data.class_numbers(data.test_targets)
        network_of = problem.sizes, problem.activation
        tests = (
            perturbation_tests(chosen.lowest, chosen.is_conserved, *network_of, *rows, seed=seed)
            if of_one_minimum
            else group_perturbation_tests(
                chosen, *network_of, *rows, same_layers=same_layers, seed=seed
            )
        )
    return ConservedReport(
        tuple(groups), summarise_conserved(groups), tuple(importance), inputs, chosen, tests, test
    )


def _to_perturb(groups: Sequence[ConservedWeights], network: Network) -> ConservedWeights | None:
    """The largest group around the global minimum that conserves weights, or the largest of all.

    It takes two weights to permute them, and as many others to compare them with.
    """
    able = [g for g in groups if 2 <= g.n_conserved <= len(g.is_conserved) // 2]
    around = [group for group in able if network.global_minimum in group.members]
    return next(iter((*around, *able)), None)


def _named(groups: Sequence[ConservedWeights], name: str) -> ConservedWeights:
    for group in groups:
        if group.name == name:
            return group
    raise ValueError(
        f"there is no group {name!r} of two minima or more; there are "
        f"{', '.join(group.name for group in groups[:12])}{' …' if len(groups) > 12 else ''}."
    )


def _add_attributions(
    inputs: pd.DataFrame, group: ConservedWeights, problem: Superposable, data: Dataset, seed: int
) -> None:
    """Add what the usual methods attribute to each input, at the group's lowest minimum on the test rows."""
    function = SuperposedFunction.of_one(group.lowest, problem.sizes, problem.activation)
    targets = data.class_numbers(data.test_targets)
    result = input_attributions(function, data.test_inputs, targets, seed=seed)
    inputs["saliency"] = result.saliency
    inputs["integrated"] = result.integrated_gradients
    inputs["permuted"] = result.permutation
    inputs["sd"] = result.permutation_sd


def _perturbations(
    tests: Mapping[str, PerturbationTest],
) -> dict[str, dict[str, float | None]]:
    return {kind: dict(_perturbation(test)) for kind, test in tests.items()}


def _perturbation(test: PerturbationTest) -> Iterator[tuple[str, float | None]]:
    yield "AUC", test.auc
    yield "weights changed", float(test.n_changed)
    yield "conserved changed", test.auc_conserved_changed
    yield "others changed", test.auc_others_changed
    yield "difference", test.difference
    lower, upper = _ends(test.interval)
    yield "from", lower
    yield "to", upper
    yield "effect size", _number(test.effect_size)
    yield "p", test.p_value


def _ends(interval: ConfidenceInterval) -> tuple[float | None, float | None]:
    return interval.as_pair() or (None, None)


def _number(value: float | int) -> float | int | None:
    return value if np.isfinite(value) else None
