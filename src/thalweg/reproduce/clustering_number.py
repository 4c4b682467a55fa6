"""The number of clusters by the topography, consensus of clusterings, and cost against quality."""

from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure
from sklearn.metrics import adjusted_rand_score

from .. import plot
from ..analysis import (
    ClusteringShape,
    ClusteringTopography,
    clustering_metrics,
    clustering_shape,
    clustering_topography,
    loss_metric_correlation,
    number_by_topography,
    suggested_number,
)
from ..datasets import (
    Dataset,
    Unreachable,
    iris_species,
    leukaemia_subtypes,
    tumour_subtypes,
    wine_cultivars,
)
from ..landscape.network import Network
from ..learn import consensus_clustering
from ..problems import KMeans
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, Statement, stated

_GROUPS, _TOPOGRAPHY, _STARTS = "groups", "number by topography", "number by agreement of starts"
_LOWEST, _BEST = "adjusted Rand of the lowest cost", "adjusted Rand of the best minimum"
_OCCUPATION, _HITS = "adjusted Rand of the consensus", "adjusted Rand of the consensus by hits"
_RHO = "Spearman of cost and adjusted Rand"


@dataclass(frozen=True, eq=False)
class _Reading:
    """One data set with one K and one seed."""

    network: Network
    shape: ClusteringShape
    topography: ClusteringTopography
    quality: Float[np.ndarray, " minima"]
    values: Measurements


def clustering_k(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """K of labelled data sets by the topography, beside the labels; consensus; cost against quality."""
    measurements: dict[str, list[Measurements]] = {}
    first: dict[str, dict[int, _Reading]] = {}
    sets = _labelled_sets(scale)
    for data in sets:
        for seed in scale.seeds:
            readings = {}
            for k in _numbers(data, scale):
                progress(f"{data.name}, K = {k}, seed {seed}")
                readings[k] = _read(landscapes, data, k, seed, scale)
                measurements.setdefault(f"{data.name}, K = {k}", []).append(readings[k].values)
            measurements.setdefault(data.name, []).append(_chosen(data, list(readings.values())))
            first.setdefault(data.name, readings)
    pictures = (
        Picture(
            "",
            "Above: occupation of the lowest funnel and agreement over the number of clusters; the number of "
            "labelled groups is marked, and the share of 0.9 up to which a landscape counts as one funnel. "
            "Below: agreement with the labels over the cost of each minimum, at the number of groups.",
            partial(_draw, sets, first),
            (4.5 * len(sets), 7.0),
        ),
    )
    return Reproduction(
        "clustering-k",
        "the number of clusters by the topography, consensus, and cost against quality",
        side_by_side(measurements, {}),
        tuple(s for data in sets for s in _statements(data, measurements)),
        scale,
        f"standardised rows, one of {_every(scale)}, {_starts(scale)} starts of four laws, K from 2 to "
        f"{_numbers(sets[0], scale)[-1] - sets[0].n_classes} above the number of groups",
        pictures,
    )


def _labelled_sets(scale: Scale) -> list[Dataset]:
    sets = [iris_species(), wine_cultivars()] if scale.size != "tiny" else [iris_species()]
    # Where they are neither in a folder nor to be had otherwise, the others say enough.
    if scale.size != "tiny":
        with suppress(Unreachable):
            sets.append(tumour_subtypes())
    if scale.size == "full":
        with suppress(Unreachable):
            sets.append(leukaemia_subtypes())
    every = _every(scale)
    return [replace(one, inputs=one.inputs[::every], targets=one.targets[::every]) for one in sets]


def _numbers(data: Dataset, scale: Scale) -> range:
    """The numbers of clusters: beyond that of the groups too, so that this one is not the last by itself."""
    return range(2, data.n_classes + scale.choose(tiny=1, small=2, full=4))


def _every(scale: Scale) -> int:
    """Each minimum has passes to be looked for around every row: half the rows take a quarter of the time."""
    return scale.choose(tiny=3, small=2, full=1)


def _starts(scale: Scale) -> int:
    return scale.choose(tiny=64, small=128, full=2048)


def _read(landscapes: Landscapes, data: Dataset, k: int, seed: int, scale: Scale) -> _Reading:
    problem = KMeans(data.inputs, k)
    network = landscapes.network(problem, _starts(scale), seed, connect=True)
    shape, topography = clustering_shape(problem, network), clustering_topography(problem, network)
    quality = clustering_metrics(network, problem, data.inputs, data.targets).adjusted_rand
    by_occupation = consensus_clustering(problem, network, data.inputs)
    by_hits = consensus_clustering(
        problem, network, data.inputs, weights=network.hits.astype(np.float64)
    )
    rank = np.nan
    if network.n_minima > 2:
        rank = loss_metric_correlation(network.losses, quality).coefficient
    values = {
        "minima": network.n_minima,
        "transition states": network.n_transition_states,
        "minima joined": float(network.is_joined.mean()),
        "basins": topography.n_basins,
        "funnels deeper than the noise": topography.n_funnels,
        "occupation of the lowest funnel": topography.lowest_funnel,
        "excess frustration": topography.excess,
        "occupied clusterings": topography.occupied,
        "agreement, by occupation": topography.agreement,
        "agreement, of starts": shape.agreement,
        _LOWEST: float(quality[network.global_minimum]),
        _BEST: float(quality.max()),
        _OCCUPATION: float(adjusted_rand_score(data.targets, by_occupation.labels)),
        _HITS: float(adjusted_rand_score(data.targets, by_hits.labels)),
        _RHO: rank,
    }
    return _Reading(network, shape, topography, quality, values)


def _chosen(data: Dataset, readings: list[_Reading]) -> dict[str, float]:
    values = {_GROUPS: float(data.n_classes), _TOPOGRAPHY: np.nan, _STARTS: np.nan}
    # No landscape may be one funnel.
    with suppress(ValueError):
        values[_TOPOGRAPHY] = float(number_by_topography([one.topography for one in readings]))
    with suppress(ValueError):
        values[_STARTS] = float(suggested_number([one.shape for one in readings]))
    return values


def _statements(data: Dataset, measurements: dict[str, list[Measurements]]) -> list[Statement]:
    whole, at_groups = data.name, f"{data.name}, K = {data.n_classes}"
    is_published_kind = data.name in ("tumour subtypes", "leukaemia subtypes")
    remark = "" if is_published_kind else "the published data are gene expression of cancers"
    cases = {name: measurements[name] for name in (whole, at_groups)}
    return [
        stated(
            f"{whole}: structure of the landscape indicates the number of groups",
            cases,
            lambda v: _equal(v[whole][_TOPOGRAPHY], v[whole][_GROUPS]),
            remark,
        ),
        stated(
            f"{whole}: cost and quality are imperfectly correlated (Spearman above −1)",
            cases,
            lambda v: _imperfect(v[at_groups][_RHO]),
        ),
        stated(
            f"{whole}: combined solutions separate better than the best single one, weighted by occupation",
            cases,
            lambda v: _above(v[at_groups][_OCCUPATION], v[at_groups][_LOWEST]),
            "the lowest minima share the occupation, and agree",
        ),
        stated(
            f"{whole}: combined solutions separate better than the best single one, weighted by hits",
            cases,
            lambda v: _above(v[at_groups][_HITS], v[at_groups][_LOWEST]),
        ),
    ]


def _equal(value: float, expected: float) -> Answer:
    if np.isnan(value):
        return CannotTell("no landscape is one funnel")
    return value == expected


def _imperfect(coefficient: float) -> Answer:
    if np.isnan(coefficient):
        return CannotTell("too few minima, or all of one quality")
    # A perfect one is −1 to the rounding of the sums.
    return coefficient > -1 + 1e-9


def _above(value: float, other: float) -> Answer:
    return CannotTell("ours are equal") if value == other else value > other


def _draw(sets: list[Dataset], first: dict[str, dict[int, _Reading]], figure: Figure) -> None:
    axes = figure.subplots(2, len(sets), squeeze=False)
    for data, (above, below) in zip(sets, axes.T, strict=True):
        readings = list(first[data.name].values())
        plot.clustering_topography(
            [one.topography for one in readings],
            above,
            shapes=[one.shape for one in readings],
            groups=data.n_classes,
        )
        above.set_title(data.name)
        at_groups = first[data.name][data.n_classes]
        consensus = {
            "consensus by occupation": at_groups.values[_OCCUPATION],
            "consensus by hits": at_groups.values[_HITS],
        }
        plot.cost_against_quality(
            at_groups.network.losses, at_groups.quality, below, beside=consensus
        )
