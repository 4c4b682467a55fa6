"""The four minima of the best published ensemble: as networks, and by what each contributes."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from matplotlib.figure import Figure
from scipy.stats import spearmanr

from .. import plot
from ..analysis.minima.metrics import auc_score
from ..learn.held_out import Specialisation, specialisation
from ..learn.superposition import SuperposedClassifier
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .spiral import SPIRAL_SETTING, SpiralStudy, spiral_study
from .statement import Answer, CannotTell, Measurements, published_statements, stated

_FOUR = "the four minima"
_SETTING = f"{SPIRAL_SETTING}; MMDBM and the contributors of C_V peak 2 (of peak 1 where there is no other)"


@dataclass(frozen=True, eq=False)
class _Four:
    """The four of one seed: the landscape, the superposition, and what each minimum gives the test points."""

    study: SpiralStudy
    model: SuperposedClassifier
    shares: Specialisation

    @property
    def auc(self) -> Float[np.ndarray, " minima"]:
        """Test AUC of each minimum on its own."""
        return self.study.test_auc(self.model)

    @property
    def names(self) -> list[str]:
        return [
            f"minimum {minimum}, AUC {auc:.2f}"
            for minimum, auc in zip(self.model.selected_, self.auc, strict=True)
        ]


def four_networks(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The four minima as networks: different sets of weights with similar AUC."""
    # Which minima they are does not depend on the gate: one that learns nothing is enough.
    fours = [_four(landscapes, scale, seed, progress, gate="mean") for seed in scale.seeds]
    measurements = {_FOUR: [_differences(four) for four in fours]}
    published: dict[str, Measurements] = {
        _FOUR: {"largest AUC": 0.76, "least AUC": 0.66},
    }
    first = fours[0]
    problem, network = first.study.problem, first.study.network
    layers = [
        [np.asarray(matrix) for matrix in problem.layers(network.coordinates[minimum])]
        for minimum in first.model.selected_
    ]

    def draw(figure: Figure) -> None:
        axes = figure.subplots(2, 2).ravel()
        plot.weight_diagrams(
            layers, axes, names=first.names, input_names=first.study.data.input_names
        )

    statements = (
        *published_statements(measurements, published, never_negative=("largest AUC", "least AUC")),
        stated(
            "they are very different sets of weights: aligned, no two are nearer than a third of the mean "
            "length of both",
            measurements,
            lambda r: r[_FOUR]["least relative distance"] > 1 / 3,
        ),
        stated(
            "all have similar AUCs, within 0.10 (0.66 to 0.76)",
            measurements,
            lambda r: r[_FOUR]["largest AUC"] - r[_FOUR]["least AUC"] <= 0.10,
        ),
    )
    return Reproduction(
        "figure-2.5",
        "the best ensemble's minima as networks",
        side_by_side(measurements, published),
        statements,
        scale,
        _SETTING,
        (
            Picture(
                "",
                "Best performing ensemble minima: very different sets of weights. Blue, solid: positive "
                "weights; vermilion, dashed: negative; dots: biases; one scale for all.",
                draw,
                (7.0, 6.0),
            ),
        ),
    )


def four_contributions(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Which test points each of the four minima serves, alone and in the superposition."""
    fours = [_four(landscapes, scale, seed, progress) for seed in scale.seeds]
    measurements = {_FOUR: [_contributions(four) for four in fours]}
    published: dict[str, Measurements] = {_FOUR: {"AUC of all": 0.94}}
    first, data = fours[0], fours[0].study.data

    def draw(figure: Figure) -> None:
        panels = figure.subplot_mosaic([["all", "all", 1, 2], ["all", "all", 3, 4]])
        axes = [panels[key] for key in ("all", 1, 2, 3, 4)]
        plot.contributions(
            data.test_inputs,
            first.shares.probability_of_right,
            first.shares.picked,
            data.test_targets,
            axes,
            names=[f"minimum {minimum}" for minimum in first.model.selected_],
        )

    statements = (
        stated(
            "only in combination are points classified all around the spiral: the superposition gives more "
            "of them p ≥ 0.5 than any minimum alone",
            measurements,
            lambda r: r[_FOUR]["served by all"] > r[_FOUR]["most served by one"],
        ),
        stated(
            "the number of large points of a minimum (p ≥ 0.5) correlates with its AUC",
            measurements,
            _correlates,
        ),
        stated(
            "large parts of the superposition are of the two minima of highest AUC: more than half",
            measurements,
            lambda r: r[_FOUR]["picked of the two best"] > 0.5,
        ),
        stated(
            "of the MMDBM pair one minimum is better for class 0, the other for class 1",
            measurements,
            lambda r: r[_FOUR]["bias of the first"] * r[_FOUR]["bias of the second"] < 0,
        ),
        stated(
            "single minima serve specific ranges: some serves one class in one quadrant of the plane, but "
            "in another by half of the points less",
            measurements,
            lambda r: r[_FOUR]["largest difference of quadrants"] >= 0.5,
        ),
    )
    return Reproduction(
        "figure-2.8",
        "what four minima contribute",
        side_by_side(measurements, published),
        statements,
        scale,
        _SETTING,
        (
            Picture(
                "",
                "Contribution of each of four minima (right) to the prediction of MLSUP on binary test data "
                "(left). Shape: the label; colour: the minimum; size: the probability of the correct class, "
                "scaled exponentially; only points of 0.5 and more.",
                draw,
                (12.0, 6.0),
            ),
        ),
    )


def _four(
    landscapes: Landscapes, scale: Scale, seed: int, progress: Progress, *, gate: str = "mlsup"
) -> _Four:
    progress(f"seed {seed}")
    study = spiral_study(landscapes, scale, seed)
    model = study.best_four(gate)
    shares = specialisation(model, study.data.test_inputs, study.data.test_targets)
    return _Four(study, model, shares)


def _differences(four: _Four) -> Measurements:
    points = four.study.network.coordinates[four.model.selected_]
    symmetry = four.study.problem.symmetry
    lengths = np.linalg.norm(points, axis=1)
    relative = [
        symmetry.distance(points[a], points[b]) / (0.5 * (lengths[a] + lengths[b]))
        for a in range(len(points))
        for b in range(a)
    ]
    return {
        "largest AUC": float(four.auc.max()),
        "least AUC": float(four.auc.min()),
        "least relative distance": float(min(relative)),
    }


def _contributions(four: _Four) -> Measurements:
    data, is_served = four.study.data, four.shares.probability_of_right >= 0.5
    picked, rows = four.shares.picked, np.arange(len(data.test_targets))
    served, auc = is_served.mean(axis=1), four.auc
    two_best = np.argsort(-auc)[:2]
    # In turns the methods give the MMDBM pair the first and the third place.
    bias = [
        float(
            is_served[k, data.test_targets == 0].mean()
            - is_served[k, data.test_targets == 1].mean()
        )
        for k in (0, 2)
    ]
    targets = data.class_numbers(data.test_targets)
    together = four.model.predict_proba(data.test_inputs)
    return {
        "AUC of all": auc_score(targets, together),
        "served by all": float(is_served[picked, rows].mean()),
        "most served by one": float(served.max()),
        "Spearman of served and AUC": float(spearmanr(served, auc).statistic),
        "picked of the two best": float(np.isin(picked, two_best).mean()),
        "bias of the first": bias[0],
        "bias of the second": bias[1],
        "largest difference of quadrants": _difference_of_quadrants(
            is_served, data.test_inputs, targets
        ),
    }


def _correlates(values: Mapping[str, Measurements]) -> Answer:
    correlation = float(values[_FOUR]["Spearman of served and AUC"])
    return CannotTell("four minima of one rank") if np.isnan(correlation) else correlation > 0


def _difference_of_quadrants(
    is_served: Bool[np.ndarray, "minima N"],
    inputs: Float[np.ndarray, "N inputs"],
    targets: Int[np.ndarray, " N"],
) -> float:
    """How much larger a share of one class a minimum serves in one quadrant than in another, at most."""
    quadrant = 2 * (inputs[:, 0] > 0) + (inputs[:, 1] > 0)
    groups = [[(quadrant == q) & (targets == label) for q in range(4)] for label in (0, 1)]
    shares = [
        [is_served[:, rows].mean(axis=1) for rows in of_class if rows.any()] for of_class in groups
    ]
    return max(float(np.ptp(np.array(of_class), axis=0).max()) for of_class in shares)
