"""Whether minima that are far apart also predict differently."""

import numpy as np
from matplotlib.figure import Figure

from .. import plot
from ..learn.selection import PairDistances, SelectionContext, pair_distances
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .spiral import SPIRAL_SETTING, spiral_study
from .statement import Measurements, published_statements, stated

_PAIRS = "pairs of minima"
_PUBLISHED: dict[str, Measurements] = {_PAIRS: {"Pearson, as found": 0.06}}


def euclidean_and_misclassification(
    landscapes: Landscapes, scale: Scale, progress: Progress
) -> Reproduction:
    """Euclidean and misclassification distance over pairs of minima of the spiral."""
    most = scale.choose(tiny=20, small=60, full=400)
    by_seed = []
    for seed in scale.seeds:
        progress(f"seed {seed}")
        study = spiral_study(landscapes, scale, seed)
        context = SelectionContext(
            study.network, study.problem, study.problem.symmetry, study.data.inputs, seed
        )
        by_seed.append(pair_distances(context, most))
    measurements = {_PAIRS: [_values(pairs) for pairs in by_seed]}
    first = by_seed[0]

    def draw(figure: Figure) -> None:
        left, right = figure.subplots(1, 2, sharey=True)
        plot.pair_distances(first, left)
        plot.pair_distances(first, right, is_aligned=True)
        right.set_ylabel("")

    statements = (
        *published_statements(measurements, _PUBLISHED),
        stated(
            "the correlation is only very weak (below 0.3 in magnitude)",
            measurements,
            lambda r: abs(r[_PAIRS]["Pearson, as found"]) < 0.3,
        ),
        stated(
            "a large misclassification distance is found roughly as often among far pairs as among near "
            "ones: of the tenth of pairs that differ most 40 to 60 % are in the farther half",
            measurements,
            lambda r: 0.4 <= r[_PAIRS]["share of far pairs, as found"] <= 0.6,
        ),
        stated(
            "ours: alignment over the symmetry group raises the correlation",
            measurements,
            lambda r: r[_PAIRS]["Pearson, aligned"] > r[_PAIRS]["Pearson, as found"],
        ),
    )
    return Reproduction(
        "figure-2.6",
        "Euclidean and misclassification distance",
        side_by_side(measurements, _PUBLISHED),
        statements,
        scale,
        f"{SPIRAL_SETTING}; the {most} lowest minima, as found: each in a random image",
        (
            Picture(
                "",
                "Euclidean against misclassification distance for each pair of minima of the spiral: "
                "as found, as published, and after alignment.",
                draw,
                (10.0, 4.0),
            ),
        ),
    )


def _values(pairs: PairDistances) -> Measurements:
    different = pairs.misclassification >= np.quantile(pairs.misclassification, 0.9)
    return {
        "Pearson, as found": pairs.correlation_as_found,
        "Pearson, aligned": pairs.correlation_aligned,
        "share of far pairs, as found": _far(pairs.as_found, different),
        "share of far pairs, aligned": _far(pairs.aligned, different),
    }


def _far(distances: np.ndarray, among: np.ndarray) -> float:
    """Share of some pairs that is in the farther half of all."""
    return float((distances[among] > np.median(distances)).mean())
