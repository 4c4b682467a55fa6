"""NumPy's and pandas' numbers, arrays without axes and masks wherever a number or a set is taken."""

import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

import thalweg as tw
from thalweg import analysis
from thalweg.search.basin_hopping import BasinHopping
from thalweg.search.exploration.explorer import Explorer
from thalweg.search.exploration.plan import Stop, stop_rule

NETWORK = tw.Network.from_arrays(
    [0.0, 1.0, 2.0, 0.5], [(0, 1), (2, 3), (1, 2)], [3.0, 4.0, 5.0], dimension=2
)
T = 1.0
INDICES = [int, np.int64, np.uint8, np.int16, float, np.array, lambda i: pd.Series([i]).iloc[0]]
SETS = {
    "list": [2, 3],
    "tuple of NumPy's": (np.int64(3), np.int32(2)),
    "set": {2, 3},
    "range": range(2, 4),
    "array": np.array([3, 2, 2]),
    "pandas": pd.Series([2, 3]),
    "mask": NETWORK.losses >= 0.5,
    "mask as a list": [False, False, True, True],
    "pandas mask": pd.Series([False, False, True, True]),
    "generator": None,
}
SETS["mask"] = np.array([False, False, True, True])


@pytest.mark.parametrize("kind", INDICES)
def test_kinetics_take_indices_of_any_library(kind):
    a, b, t = kind(0), kind(2), np.float32(T)
    for rate in (analysis.mean_first_passage_time, analysis.rate_between):
        assert rate(NETWORK, t, a, b) == rate(NETWORK, T, 0, 2)
    for function, arguments in (
        (analysis.mean_first_passage_times, (a,)),
        (analysis.log_mean_first_passage_times, (b,)),
        (analysis.committor, (a, b)),
    ):
        plain = tuple(int(one) for one in arguments)
        np.testing.assert_array_equal(
            function(NETWORK, t, *arguments), function(NETWORK, T, *plain)
        )
    assert analysis.fastest_path(NETWORK, t, a, b).minima.tolist() == [0, 1, 2]
    barriers = analysis.minimax_barriers(NETWORK)
    assert barriers.between(a, b) == 5.0 and barriers.path(a, b).tolist() == [0, 2]


@pytest.mark.parametrize("name", SETS)
def test_kinetics_take_sets_of_any_kind(name):
    target = (i for i in (2, 3)) if name == "generator" else SETS[name]
    times = analysis.mean_first_passage_times(NETWORK, T, target)
    np.testing.assert_array_equal(times, analysis.mean_first_passage_times(NETWORK, T, [2, 3]))


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (True, "truth value for each of the 4 minima"),
        ([True, False], "truth value"),
        ([False] * 4, "none of its truth values"),
        (4, "target must be a whole number from 0 to 3, got 4"),
        (-1, "from 0 to 3"),
        (1.5, "target must be a whole number"),
        ([0, 4], "indices 0 … 3"),
        ([], "at least one"),
        ([0.0, 1.0], "at least one index"),
    ],
)
def test_what_is_no_set_of_minima_is_refused(target, said):
    with pytest.raises(ValueError, match=said):
        analysis.mean_first_passage_times(NETWORK, T, target)


@pytest.mark.parametrize("t", [np.nan, 0, -1.0, np.inf, True])
def test_what_is_no_temperature_is_refused_everywhere(t):
    for function in (
        analysis.occupation_probabilities,
        analysis.frustration,
        analysis.rate_constants,
        lambda network, t: analysis.fastest_path(network, t, 0, 1),
        lambda network, t: analysis.mean_first_passage_times(network, t, 0),
    ):
        with pytest.raises(ValueError, match="temperature must be positive"):
            function(NETWORK, t)


def two(x):
    return (x[0] ** 2 - 1) ** 2 + x[1] ** 2


X = np.random.default_rng(0).normal(size=(12, 2))
Y = X[:, 0] > 0


def process(**options):
    return tw.problems.GaussianProcess.from_data(X, X[:, 0], **options)


def network(targets=Y, **options):
    return tw.problems.NeuralNetwork.from_data(X, targets, **{"hidden": (2,), **options})


def hinge(margin, smoothing):
    return tw.losses.ApproximateAUC("hinge", margin=margin, smoothing=smoothing)


@pytest.mark.parametrize(
    ("numpy_made", "plain"),
    [
        (
            lambda: tw.problems.Function(two, dimension=np.int64(2), start_width=np.float32(2)),
            lambda: tw.problems.Function(two, dimension=2, start_width=2.0),
        ),
        (lambda: tw.problems.schwefel(np.int64(3)), lambda: tw.problems.schwefel(3)),
        (lambda: tw.problems.LennardJones(np.array(4)), lambda: tw.problems.LennardJones(4)),
        (lambda: tw.problems.KMeans(X, np.uint8(2)), lambda: tw.problems.KMeans(X, 2)),
        (
            lambda: process(noise=np.array([0.25, 1], np.float32), prior_width=np.float32(2)),
            lambda: process(noise=(0.25, 1.0), prior_width=2.0),
        ),
        (
            lambda: process(
                kernel=tw.kernels.Matern(np.float32(1.5), length_bounds=[0.5, np.int64(50)])
            ),
            lambda: process(kernel=tw.kernels.Matern(1.5, length_bounds=(0.5, 50.0))),
        ),
        (
            lambda: network(
                hidden=[np.int64(2)], l2=np.float32(0.5), start_width=(np.float32(1), np.int64(4))
            ),
            lambda: network(hidden=(2,), l2=0.5, start_width=(1.0, 4.0)),
        ),
        (
            lambda: network(loss=tw.losses.ApproximateAUC(beta=np.float32(5))),
            lambda: network(loss=tw.losses.ApproximateAUC(beta=5.0)),
        ),
        (
            lambda: network(X[:, 0], loss=tw.losses.MeanAbsoluteError(smoothing=np.float32(0.5))),
            lambda: network(X[:, 0], loss=tw.losses.MeanAbsoluteError(smoothing=0.5)),
        ),
        (
            lambda: network(loss=hinge(np.float32(0.5), np.float32(0.25))),
            lambda: network(loss=hinge(0.5, 0.25)),
        ),
    ],
)
def test_a_problem_of_numpy_scalars_is_the_same_problem(numpy_made, plain):
    assert numpy_made().fingerprint == plain().fingerprint


@pytest.mark.parametrize(
    ("attempt", "name"),
    [
        (lambda: tw.problems.Function(two, dimension=True), "dimension"),
        (lambda: tw.problems.Function(two, dimension=2.5), "dimension"),
        (lambda: tw.problems.Function(two, dimension=10**12), "dimension"),
        (lambda: tw.problems.Function(two, dimension=2, start_width=np.nan), "start_width"),
        (lambda: tw.problems.LennardJones(10**12), "n_atoms"),
        (lambda: tw.problems.LennardJones(2), "n_atoms"),
        (lambda: tw.problems.KMeans(X, True), "n_clusters"),
        (lambda: tw.problems.KMeans(X, 10**12), "n_clusters"),
        (lambda: network(hidden=(True,)), "hidden"),
        (lambda: network(hidden=(2.5,)), "hidden"),
        (lambda: network(hidden=(10**12,)), "hidden"),
        (lambda: network(hidden=(10**7, 10**7)), "hidden"),
        (lambda: network(l2=True), "l2"),
        (lambda: network(l2=np.nan), "l2"),
        (lambda: network(start_width=(1, np.inf)), "start_width"),
        (lambda: tw.losses.ApproximateAUC(beta=True), "beta"),
        (lambda: tw.losses.ApproximateAUC(margin=np.inf), "margin"),
        (lambda: tw.losses.MeanAbsoluteError(smoothing=np.nan), "smoothing"),
        (lambda: process(prior_width=True), "prior_width"),
        (lambda: process(noise=(0.1,)), "noise"),
        (lambda: process(noise=(0.1, True)), "noise"),
        (lambda: tw.kernels.Matern(length_bounds=(1.0,)), "length_bounds"),
        (lambda: Stop(seconds=np.nan), "seconds"),
        (lambda: stop_rule(minima=True), "minima"),
        (lambda: stop_rule(coverage=True), "coverage"),
        (lambda: Stop(coverage=1.5), "coverage"),
        (lambda: stop_rule(seconds=0), "seconds"),
        (lambda: Stop(starts=0), "starts"),
        (lambda: BasinHopping(temperature=np.nan), "temperature"),
        (lambda: BasinHopping(chains=True), "chains"),
        (lambda: BasinHopping(hops=10.5), "hops"),
        (lambda: explorer(seed=2**63), "seed"),
        (lambda: explorer(seed=True), "seed"),
        (lambda: explorer(seed=-1), "seed"),
        (lambda: explorer(workers=10**12), "workers"),
        (lambda: explorer(workers=0), "workers"),
        (lambda: tw.explore(tw.problems.double_well(), seconds=np.nan), "seconds"),
        (lambda: tw.explore(tw.problems.double_well(), seed=2**63), "seed"),
        (lambda: analysis.disconnectivity_graph(NETWORK, levels=10**6), "levels"),
        (lambda: analysis.disconnectivity_graph(NETWORK, levels=True), "levels"),
        (lambda: analysis.disconnectivity_graph(NETWORK, barrier_clip=np.nan), "barrier_clip"),
        (lambda: analysis.level_groups(NETWORK, 2.5), "level"),
        (lambda: analysis.communities(NETWORK, seed=-1), "seed"),
    ],
)
def test_what_is_no_number_or_too_large_is_refused_by_name(attempt, name):
    with pytest.raises(ValueError, match=rf"^{name}|{name} |{name}\.") as refusal:
        attempt()
    assert len(str(refusal.value)) < 300


def explorer(**options):
    with tw.Landscape.create(tw.problems.double_well()) as landscape:
        return Explorer(landscape, Stop(), **options)


def test_a_search_takes_numbers_of_any_library_and_stores_pythons(tmp_path):
    table = pd.DataFrame({"minima": [2], "seed": [3]})
    with tw.explore(
        tw.problems.double_well(),
        tmp_path / "a.db",
        minima=table["minima"].iloc[0],
        seed=table["seed"].iloc[0],
        coverage=np.float32(0.5),
        seconds=np.int64(60),
        workers=np.int64(1),
        connect=False,
    ) as landscape:
        (run,) = landscape.runs()
        assert run.seed == 3 and "np." not in str(run.settings)
        assert landscape.minimum(np.int64(1)).loss == landscape.minimum(1).loss
        assert landscape.minimum(jnp.asarray(1)).loss == landscape.minimum(1).loss
