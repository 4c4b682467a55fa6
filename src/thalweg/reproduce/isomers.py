"""Isomers of one minimum: far apart, and the same."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure

from .. import plot
from ..analysis.minima.isomers import Isomers, isomers
from ..landscape.network import Network
from ..learn.selection import (
    PairDistances,
    SelectionContext,
    misclassification_distances,
    pair_distances,
    predicted_classes,
)
from ..precision import with_float64
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .spiral import SPIRAL_SETTING, SpiralStudy, spiral_study
from .statement import Measurements, published_statements, stated

_CASE = "isomers of the lowest minimum"
_SHOWN = 4


def isomer_distances(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """How far the 48 isomers of the lowest minimum are apart."""
    by_seed = [_studied(landscapes, scale, seed, progress) for seed in scale.seeds]
    most = _lowest(scale)
    measurements = {_CASE: [_values(study, result, most) for study, result in by_seed]}
    published: dict[str, Measurements] = {_CASE: {"number": 48, "largest Λ": 0.0}}
    first = by_seed[0][1]

    def draw(figure: Figure) -> None:
        plot.isomer_distances(first, figure.subplots())

    statements = (
        *published_statements(measurements, published, never_negative=("number", "largest Λ")),
        stated(
            "there are n!·2ⁿ = 48 of them",
            measurements,
            lambda r: r[_CASE]["number"] == 48,
        ),
        stated(
            "in misclassification space the distance between all of them is 0",
            measurements,
            lambda r: r[_CASE]["largest Λ"] == 0,
        ),
        stated(
            "they can be distant: the farthest two are farther apart than half of the pairs of different "
            "minima",
            measurements,
            lambda r: r[_CASE]["largest distance"] > r[_CASE]["median of different minima"],
        ),
    )
    return Reproduction(
        "figure-2.2",
        "distances of the isomers of one minimum",
        side_by_side(measurements, published),
        statements,
        scale,
        SPIRAL_SETTING,
        (
            Picture(
                "",
                "Pairwise Euclidean distance between the 48 permutational invariants of the global minimum.",
                draw,
                (5.5, 4.5),
            ),
        ),
    )


def four_isomers(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Four isomers that look different, as networks."""
    by_seed = [_studied(landscapes, scale, seed, progress) for seed in scale.seeds]
    most = _lowest(scale)
    measurements = {_CASE: [_of_shown(study, result, most) for study, result in by_seed]}
    study, result = by_seed[0]
    chosen = result.spread(_SHOWN)
    layers = [[np.asarray(m) for m in study.problem.layers(result.coordinates[k])] for k in chosen]

    def draw(figure: Figure) -> None:
        axes = figure.subplots(2, 2).ravel()
        names = [f"isomer {k}" for k in chosen]
        plot.weight_diagrams(layers, axes, names=names, input_names=study.data.input_names)

    published: dict[str, Measurements] = {_CASE: {"spread of the loss": 0.0}}
    statements = (
        *published_statements(measurements, published, never_negative=("spread of the loss",)),
        stated(
            "all four return the same loss, to rounding",
            measurements,
            # A sum over the rows in another order of the units: some roundings of a loss below one.
            lambda r: r[_CASE]["spread of the loss"] < 1e-13,
        ),
        stated(
            "they look very different: the nearest two are farther apart than two different minima are "
            "after alignment, in the median",
            measurements,
            lambda r: r[_CASE]["least distance"] > r[_CASE]["median of different minima, aligned"],
        ),
    )
    return Reproduction(
        "figure-2.3",
        "four isomers of one minimum as networks",
        side_by_side(measurements, published),
        statements,
        scale,
        f"{SPIRAL_SETTING}; of the 48 isomers those farthest from each other",
        (
            Picture(
                "",
                "Four very different looking minima that are all permutational invariants. Blue, solid: "
                "positive weights; vermilion, dashed: negative; dots: biases.",
                draw,
                (7.0, 6.0),
            ),
        ),
    )


def _lowest(scale: Scale) -> int:
    """How many minima, the lowest, the isomers are compared with."""
    return scale.choose(tiny=10, small=60, full=60)


def _studied(
    landscapes: Landscapes, scale: Scale, seed: int, progress: Progress
) -> tuple[SpiralStudy, Isomers]:
    progress(f"seed {seed}")
    study = spiral_study(landscapes, scale, seed)
    lowest = study.network.coordinates[study.network.global_minimum]
    return study, isomers(study.problem.symmetry, lowest)


def _values(study: SpiralStudy, result: Isomers, most: int) -> Measurements:
    images = Network.from_arrays(np.zeros(len(result.coordinates)), coordinates=result.coordinates)
    classes = predicted_classes(images, study.problem, study.data.inputs)
    return {
        "number": len(result.coordinates),
        "largest Λ": float(misclassification_distances(classes).max()),
        "largest distance": float(result.distances.max()),
        "least distance": float(result.distances[np.triu_indices(len(classes), 1)].min()),
        "median of different minima": float(np.median(_pairs(study, most).as_found)),
    }


def _of_shown(study: SpiralStudy, result: Isomers, most: int) -> Measurements:
    chosen = result.spread(_SHOWN)
    losses = _losses(study, result.coordinates[chosen])
    distances = result.distances[np.ix_(chosen, chosen)][np.triu_indices(len(chosen), 1)]
    return {
        "spread of the loss": max(losses) - min(losses),
        "least distance": float(distances.min()),
        "median of different minima, aligned": float(np.median(_pairs(study, most).aligned)),
    }


@with_float64
def _losses(study: SpiralStudy, points: Float[np.ndarray, "points d"]) -> list[float]:
    return [float(study.problem.loss(jnp.asarray(x))) for x in points]


def _pairs(study: SpiralStudy, most: int) -> PairDistances:
    context = SelectionContext(
        study.network, study.problem, study.problem.symmetry, study.data.inputs, study.seed
    )
    return pair_distances(context, most)
