"""Exploration end to end: completeness on small problems, stop rules, seeds, workers, writers."""

import numpy as np
import pytest

import thalweg as tw
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.records import Batch
from thalweg.problems import Function, NeuralNetwork, double_well, muller_brown
from thalweg.search.basin_hopping import BasinHopping
from thalweg.search.exploration.explorer import Explorer
from thalweg.search.exploration.history import History
from thalweg.search.exploration.minima_rule import MinimaRule
from thalweg.search.exploration.plan import Stop
from thalweg.search.exploration.search_state import SearchState


def losses(landscape):
    return np.sort(landscape.network().losses)


def test_no_minimum_of_xor_is_missed(xor):
    rng = np.random.default_rng(0)
    brute = tw.quench(xor, rng.normal(size=(800, xor.dimension)) * rng.choice([1, 4, 10], (800, 1)))
    landscape = tw.explore(xor, minima=1000, workers=1)
    known = losses(landscape)
    for minimum in brute.minima:
        if minimum is not None:
            assert np.abs(known - minimum.loss).min() < 1e-9
    assert landscape.network().is_joined.all()
    outcome = landscape.outcome()
    assert outcome.reason is EndReason.SATURATED and outcome.minima == landscape.n_minima
    assert outcome.joined == outcome.joinable == landscape.n_minima


def test_a_landscape_asked_for_more_than_it_has_ends_by_itself():
    landscape = tw.explore(double_well(), minima=10_000, workers=1)
    assert landscape.n_minima == 2
    assert landscape.coverage().is_saturated


def test_the_count_the_coverage_and_the_time_stop_a_run(spiral_network):
    by_count = tw.explore(spiral_network, minima=20, connect=False, workers=1)
    assert 20 <= by_count.n_minima < 20 + 64 and by_count.outcome().wanted == 20
    assert by_count.outcome().minima == by_count.n_minima
    by_coverage = tw.explore(spiral_network, coverage=0.05, connect=False, workers=1)
    assert by_coverage.coverage().good_turing >= 0.05 and by_coverage.outcome().coverage >= 0.05
    by_time = tw.explore(spiral_network, minima=10**6, connect=False, seconds=0.01, workers=1)
    assert by_time.outcome().seconds == 0.01


@pytest.mark.parametrize(
    "stop", [{"minima": 0}, {"coverage": 2.0}, {"seconds": -1.0}, {"workers": 0}]
)
def test_stop_rules_that_cannot_hold_are_refused(stop):
    with pytest.raises(ValueError, match=next(iter(stop))):
        tw.explore(double_well(), **stop)


def test_the_same_seed_gives_the_same_landscape_and_another_seed_another(spiral_network):
    first, again, other = (
        tw.explore(spiral_network, minima=30, connect=False, seed=seed, workers=1)
        for seed in (0, 0, 1)
    )
    np.testing.assert_array_equal(first.network().coordinates, again.network().coordinates)
    assert not np.array_equal(losses(first)[:10], losses(other)[:10])


def test_resuming_goes_on_with_the_next_task(spiral_network, tmp_path):
    file = tmp_path / "a.db"
    tw.explore(spiral_network, file, minima=20, connect=False, workers=1).close()
    with tw.explore(spiral_network, file, minima=60, connect=False, workers=1) as resumed:
        in_one_go = tw.explore(spiral_network, minima=60, connect=False, workers=1)
        np.testing.assert_array_equal(losses(resumed), losses(in_one_go))


def test_a_second_writer_with_the_same_seed_takes_numbers_of_its_own(spiral_network, tmp_path):
    file = tmp_path / "a.db"
    tw.explore(spiral_network, file, minima=10, connect=False, workers=1).close()
    with tw.Landscape.open(file) as landscape:
        # As a writer does that read the next number before the other one had recorded it.
        landscape.next_task = lambda law, seed, stream=0: 0
        before = landscape.coverage().draws
        with Explorer(landscape, Stop(minima=80), workers=1) as run:
            run.find_minima()
        assert landscape.coverage().draws > before and landscape.n_minima >= 80


def test_a_problem_without_minima_ends_and_says_so(monkeypatch):
    monkeypatch.setattr("thalweg.search.exploration.minima_rule._IDLE_QUENCHES", 50)
    slope = Function(lambda x: x[0] + x[1] ** 2, dimension=2, name="slope")
    landscape = tw.explore(slope, workers=1)
    assert landscape.n_minima == 0 and landscape.outcome().reason is EndReason.NOTHING_NEW
    assert landscape.counts().not_converged > 0
    with pytest.raises(ValueError, match="no minima, and a search for transition states"):
        tw.connect(landscape)


def test_basin_hopping_finds_minima_that_give_no_coverage():
    methods = tw.Methods(basin_hopping=BasinHopping(temperature=20.0, step=0.5, chains=8, hops=8))
    landscape = tw.explore(muller_brown(), minima=3, connect=False, methods=methods, workers=1)
    assert landscape.n_minima == 3 and landscape.coverage().draws == 0


def test_progress_is_reported_after_every_batch():
    seen = []
    tw.explore(muller_brown(), workers=1, progress=seen.append)
    assert [p.minima for p in seen] == sorted(p.minima for p in seen)
    assert {p.stage for p in seen} == {"minima", "transition states"}


@pytest.mark.slow
def test_stationary_points_with_a_dead_unit_are_stationary_for_one_unit_more(spiral_network):
    import jax
    import jax.numpy as jnp

    larger = NeuralNetwork.from_data(
        np.asarray(spiral_network.inputs[:-1]).T, np.asarray(spiral_network.targets), hidden=(4,)
    )
    some = tw.Methods(strategies=(tw.JoinToGlobal(share=0.2),))
    with tw.explore(spiral_network, minima=20, methods=some, workers=1) as landscape:
        points = [*landscape.minima()[:10], *landscape.transition_states()[:10]]
    for point in points:
        first, second = np.split(point.coordinates, [9])
        second = second.reshape(2, 4)
        padded = np.concatenate([first, np.zeros(3), np.insert(second, 3, 0.0, axis=1).ravel()])
        with jax.enable_x64(True):
            loss, gradient = larger.value_and_gradient(jnp.asarray(padded))
        assert loss == pytest.approx(point.loss, abs=1e-13)
        assert np.sqrt(np.mean(np.asarray(gradient) ** 2)) < 1e-10
        # Of k + 1 dead units each can be flipped, and any two exchanged: (k + 1)! 2^(k + 1).
        units = np.hstack([first.reshape(3, 3), second[:, :3].T])
        n_dead = int((np.abs(units).max(axis=1) < 1e-6).sum())
        expected = point.stabiliser_order * 2 * (n_dead + 1)
        assert larger.symmetry.stabiliser_order(padded) == expected


# ---- strategies ------------------------------------------------------------------------------------


def state(network, attempts=()):
    from collections import Counter

    return SearchState(network, tw.problems.Symmetry(), Counter(attempts))


def line_of_minima(edges=()):
    x = np.array([[0.0], [1.0], [2.0], [10.0]])
    return tw.Network.from_arrays(
        losses=[0.0, 1.0, 2.0, 3.0],
        coordinates=x,
        edges=list(edges),
        barrier_losses=[5.0] * len(edges),
    )


def test_join_to_global_alternates_between_around_and_towards():
    network = line_of_minima([(0, 1)])
    strategy = tw.JoinToGlobal(per_component=2)
    assert strategy.propose(state(network), 10) == [(2, None), (3, None), (1, 2), (2, 3)]
    assert strategy.propose(state(network), 1) == [(2, None)]
    assert tw.JoinToGlobal(share=0.5).propose(state(network), 10) == []
    assert tw.JoinToGlobal().propose(state(line_of_minima([(0, 1), (1, 2), (2, 3)])), 10) == []


def test_the_missing_connection_is_the_gap_of_the_shortest_path():
    network = line_of_minima([(0, 1)])
    strategy = tw.MissingConnection(((0, 2),))
    assert strategy.propose(state(network), 10) == [(1, 2)]
    # Tried to the limit, the link is gone: the next path goes around it.
    assert strategy.propose(state(network, [(1, 2)]), 10) == [(0, 2)]
    assert tw.MissingConnection(((0, 1),)).propose(state(network), 10) == []


def test_grow_global_joins_the_nearest_to_what_is_joined_to_the_lowest_minimum():
    network = line_of_minima([(0, 1)])
    strategy = tw.search.GrowGlobal(max_tries=3, per_round=2)
    # Minimum 1 is tried less than 0; then each goes on to its next nearest.
    proposed = strategy.propose(state(network, [(0, None)]), 10)
    assert proposed == [(1, 2), (0, 2), (1, 3), (0, 3)]
    assert strategy.propose(state(network), 1) == [(0, 2)]
    # Where no neighbour is left, around a minimum; where its tries are spent, not at all.
    tried = [(0, 2), (0, 3), (1, 2), (1, 3)]
    assert strategy.propose(state(network, tried), 10) == [(0, None), (1, None)]
    assert strategy.propose(state(line_of_minima([(0, 1), (1, 2), (2, 3)])), 10) == []


def test_a_strategy_ends_after_so_many_searches():
    network = line_of_minima()
    strategy = tw.search.AtMost(tw.NearestNeighbours(2), 3)
    assert len(strategy.propose(state(network), 100)) == 3
    assert len(strategy.propose(state(network, [(0, 3), (0, 2)]), 100)) == 1
    assert strategy.propose(state(network, 3 * [(0, 3)]), 100) == []


def test_untrap_takes_the_largest_barrier_over_loss_difference_first():
    network = line_of_minima([(0, 1), (0, 2), (0, 3)])
    assert tw.Untrap().propose(state(network), 2) == [(0, 1), (1, 2)]


def test_no_pair_is_proposed_twice():
    network = line_of_minima()
    first = tw.NearestNeighbours(2).propose(state(network), 100)
    assert len(set(first)) == len(first)
    assert tw.NearestNeighbours(2).propose(state(network, first), 100) == []


def test_coverage_is_that_of_the_law_that_is_drawn_from(xor, tmp_path):
    file = tmp_path / "a.db"
    stop = {"minima": 10**6, "coverage": 0.9, "connect": False, "workers": 1}
    tw.explore(xor, file, **stop).close()
    x = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]])
    wider = NeuralNetwork.from_data(
        x, np.array([0, 1, 1, 0]), hidden=(2,), l2=1e-3, start_width=(1.0, 2.0)
    )
    assert wider.fingerprint == xor.fingerprint
    with tw.explore(wider, file, **stop) as landscape:
        assert landscape.coverage(wider.start_law).good_turing >= 0.9


def test_basin_hopping_goes_where_random_starts_no_longer_lead():
    problem = muller_brown()
    landscape = tw.explore(problem, minima=100, connect=False, workers=1)
    assert landscape.coverage(problem.start_law).is_saturated
    laws = tuple(problem.start_laws)
    coverage, history = landscape.start_coverages(laws), History(laws, landscape.n_minima)
    ends = [
        MinimaRule(Stop(100), laws, is_saturable).outcome(landscape.n_minima, coverage, history)
        for is_saturable in (True, False)
    ]
    assert ends[0].reason is EndReason.SATURATED and ends[1] is None
    methods = tw.Methods(basin_hopping=BasinHopping(chains=2, hops=2))
    starts = landscape.counts().quenches
    with Explorer(landscape, Stop(100), methods, workers=1, command="minima") as run:
        assert run._rule.is_saturable is False
    assert landscape.counts().quenches == starts and landscape.runs()[-1].command == "minima"


class Silent(tw.search.Executor):
    def run(self, problem, tasks):
        yield from ()

    def close(self):
        pass


def test_an_executor_that_gives_no_batch_is_named():
    with pytest.raises(RuntimeError, match=r"Silent gave no batch for \d+ tasks"):
        tw.explore(muller_brown(), executor=Silent())


class Backwards(tw.search.Strategy):
    """Proposes the pair of the two lowest minima once, the higher one first."""

    def propose(self, state, n):
        return [] if state.attempts[(0, 1)] else [(1, 0)]


def test_a_pair_is_the_same_in_either_order():
    landscape = tw.explore(muller_brown(), minima=3, connect=False, workers=1)
    tw.connect(landscape, [Backwards()], workers=1)
    assert landscape.runs()[-1].command == "connect"
    assert list(landscape.attempts(tw.search.DoubleEnded().label)) == [(1, 2)]


@pytest.mark.parametrize("pair", [(0, 0), (0, 9), (-1, None)])
def test_a_pair_that_is_none_is_refused(pair):
    class Wrong(tw.search.Strategy):
        def propose(self, state, n):
            return [pair]

    landscape = tw.explore(muller_brown(), minima=3, connect=False, workers=1)
    with pytest.raises(ValueError, match="a strategy proposed"):
        tw.connect(landscape, [Wrong()], workers=1)


def test_the_outcome_counts_what_is_known_after_joining(xor):
    landscape = tw.explore(xor, minima=2, workers=1)
    outcome = landscape.outcome()
    assert outcome.reason is EndReason.MINIMA and outcome.wanted == 2
    assert outcome.minima == landscape.n_minima > 2
    assert f"{landscape.n_minima} are known" in str(outcome)
    latest = landscape.search_yield()
    assert latest.searches == sum(landscape.attempts(m).total() for m in _methods(landscape)) > 0
    assert latest.new_transition_states == landscape.n_transition_states
    assert latest.in_words() in str(outcome)


def _methods(landscape):
    methods = tw.Methods()
    return methods.single_ended.label, methods.double_ended.label


def test_the_outcome_of_a_run_is_that_of_this_process(tmp_path):
    file = tmp_path / "wells.db"
    landscape = tw.explore(double_well(), to=file, minima=2, connect=False, workers=1)
    with tw.Landscape.open(file) as other:
        # Another process begins a run, and is still at it.
        other.start_run("explore", {}, 1)
        assert other.outcome().reason is EndReason.UNFINISHED
        assert landscape.outcome().reason is EndReason.MINIMA
        assert tw.summarise(landscape).outcome.reason is EndReason.MINIMA


def test_two_starts_in_one_minimum_are_no_coverage_of_one():
    landscape = tw.Landscape.create(double_well())
    laws = tuple(double_well().start_laws)
    rule, history = MinimaRule(Stop(coverage=0.9), laws, is_saturable=False), History(laws, 0)
    run = landscape.start_run("explore", {}, 0)
    minimum = tw.quench(double_well(), np.array([[1.0, 0.1]])).minima[0]
    for task in range(5):
        assert rule.outcome(task, landscape.start_coverages(laws), history) is None
        law = double_well().start_law
        batch = Batch(law, is_independent=True, task=task, minima=(minimum,))
        landscape.record(batch, run)
    outcome = rule.outcome(1, landscape.start_coverages(laws), history)
    assert outcome.reason is EndReason.COVERAGE
