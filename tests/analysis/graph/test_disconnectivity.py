"""Disconnectivity graphs: superbasins, layout, names."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from thalweg import Network
from thalweg.analysis import disconnectivity_graph


def random_network(n, seed, share_joined=0.9):
    rng = np.random.default_rng(seed)
    losses = rng.normal(size=n)
    edges = [(i, int(rng.integers(0, i))) for i in range(1, n) if rng.random() < share_joined]
    edges += [tuple(rng.integers(0, n, 2)) for _ in range(n // 2)]
    barriers = [max(losses[a], losses[b]) + rng.exponential(0.5) for a, b in edges]
    return Network.from_arrays(losses=losses, edges=edges, barrier_losses=barriers)


def superbasins_by_search(network, threshold):
    groups = {i: {i} for i in range(network.n_minima) if network.losses[i] <= threshold}
    for (a, b), barrier in zip(network.edges, network.barrier_losses, strict=True):
        if barrier <= threshold and groups[a] is not groups[b]:
            groups[a] |= groups[b]
            for i in groups[b]:
                groups[i] = groups[a]
    return {frozenset(group) for group in groups.values()}


@given(st.integers(1, 14), st.integers(0, 300), st.integers(1, 12))
def test_nodes_are_the_superbasins_of_their_level(n, seed, levels):
    network = random_network(n, seed)
    graph = disconnectivity_graph(network, levels=levels)
    for number, level in enumerate(graph.levels, start=1):
        nodes = {
            frozenset(graph.members(f"{number}_{k + 1}").tolist()) for k in range(len(level.start))
        }
        assert nodes == superbasins_by_search(network, level.loss)


@given(st.integers(1, 30), st.integers(0, 300))
def test_every_minimum_has_one_position_and_its_line_ends_at_its_loss(n, seed):
    network = random_network(n, seed)
    graph = disconnectivity_graph(network, levels=10)
    assert sorted(graph.order.tolist()) == list(range(n))
    ends = {tuple(end) for end in graph.segments.ends[:, 1]}
    tops = {tuple(end) for end in graph.segments.ends[:, 0]}
    for position, loss in enumerate(graph.losses):
        # The line of a minimum may have no length at all, if it lies at the top of the graph.
        assert (float(position), loss) in ends | tops or loss == graph.levels[0].loss


def crosses(one, two):
    (a, b), (c, d) = one, two

    def side(p, q, r):
        return np.sign((q[0] - p[0]) * (r[1] - p[1]) - (q[1] - p[1]) * (r[0] - p[0]))

    return side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0


@given(st.integers(2, 12), st.integers(0, 100))
def test_no_two_lines_cross(n, seed):
    segments = disconnectivity_graph(random_network(n, seed, 0.7), levels=6).segments.ends
    assert not any(crosses(a, b) for i, a in enumerate(segments) for b in segments[:i])


def test_the_deepest_branch_stands_in_the_middle():
    n = 41
    losses = np.concatenate([[0.0], np.linspace(1, 2, n - 1)])
    network = Network.from_arrays(
        losses=losses,
        edges=[(0, i) for i in range(1, n)],
        barrier_losses=losses[1:] + 0.5,
    )
    assert disconnectivity_graph(network).position[0] == n // 2


def test_barriers_are_clipped_on_request():
    network = Network.from_arrays(
        losses=[0, 1, 1.5], edges=[(0, 1), (1, 2)], barrier_losses=[2, 1000]
    )
    assert disconnectivity_graph(network).levels[0].loss == 1000
    clipped = disconnectivity_graph(network, barrier_clip=3.0)
    assert clipped.levels[0].loss == 3.0
    assert len(clipped.levels[0].start) == 1
    with pytest.raises(ValueError, match="above the global minimum"):
        disconnectivity_graph(network, barrier_clip=-1.0)


def test_unconnected_minima_are_trees_of_their_own_or_left_out():
    network = Network.from_arrays(losses=[0, 1, 0.5], edges=[(0, 1)], barrier_losses=[2])
    assert len(disconnectivity_graph(network).levels[0].start) == 2
    joined = disconnectivity_graph(network, only_joined=True)
    assert sorted(joined.order.tolist()) == [0, 1]


def test_the_tree_is_handed_out_as_data():
    frame = disconnectivity_graph(random_network(20, 0), levels=8).to_frame()
    assert frame.name.is_unique
    by_name = frame.set_index("name")
    inner = frame[frame.parent.notna()]
    assert (by_name.level[inner.parent].to_numpy() == inner.level.to_numpy() - 1).all()
    assert (by_name.lowest_loss[inner.parent].to_numpy() <= inner.lowest_loss.to_numpy()).all()


def test_bad_requests_are_refused():
    network = random_network(5, 0)
    with pytest.raises(ValueError, match="levels"):
        disconnectivity_graph(network, levels=0)
    with pytest.raises(ValueError, match="no minima"):
        disconnectivity_graph(Network.from_arrays(losses=[]))
    with pytest.raises(KeyError, match="level_node"):
        disconnectivity_graph(network).members("7_100")
