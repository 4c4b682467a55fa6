"""Landscapes made into one: points once, hits once, in any order, as a whole or not at all."""

import numpy as np
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

import thalweg as tw
from thalweg import FingerprintMismatch, Landscape, LandscapeError, OtherTolerances, merge
from thalweg.landscape.certificates import Refusal
from thalweg.landscape.database import schema
from thalweg.landscape.database.merger import Merger
from thalweg.landscape.end_reason import EndReason
from thalweg.landscape.errors import DamagedRow
from thalweg.landscape.outcome import RunOutcome
from thalweg.landscape.records import (
    Attempt,
    Batch,
    Minimum,
    Pathway,
    QuenchCounts,
    Saddle,
    TransitionState,
)
from thalweg.problems import double_well, schwefel
from thalweg.testing.analytic import fill, minimum

_OF_QUENCH = 1e-9
"""By how much two quenches to one minimum differ; points nearer than 1e-6 are one."""


def starts(numbers, seed, task=0):
    """Independent starts that fell in the minima of these numbers, each to within what a quench leaves."""
    off = _OF_QUENCH * (1 + seed)
    points = tuple(minimum(float(k) + off, float(k)) for k in numbers)
    counts = QuenchCounts(quenches=len(points), minima=len(points))
    return Batch("starts", True, seed, task=task, minima=points, counts=counts)


def pathway(a, b, seed=0):
    """The pathway between two of these minima."""
    ends = tuple(minimum(float(k) + _OF_QUENCH * (1 + seed), float(k)) for k in (a, b))
    state = TransitionState(
        100.0 + a + b, np.array([a + b, 1.0 + a * b]), np.array([-4.0, 2.0]), 0.0
    )
    return Pathway(state, ends)


def landscape_of(*batches, problem=None, place=None, seed=0):
    landscape = Landscape.create(problem or double_well(), place)
    run = landscape.start_run("explore", {"starts": len(batches)}, seed)
    for batch in batches:
        landscape.record(batch, run)
    return landscape


def rows_of(landscape):
    """All rows of all tables."""
    with landscape._database.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(sa.select(table))), key=repr)
            for table in schema.metadata.sorted_tables
        }


def content(landscape):
    """What a landscape knows, whatever the order in which it learnt it."""
    network = landscape.network()
    edges = np.sort(network.losses[network.edges].round(6), axis=1)
    return (
        sorted(zip(network.losses.round(6).tolist(), network.hits.tolist(), strict=True)),
        sorted(
            zip(network.barrier_losses.round(6).tolist(), map(tuple, edges.tolist()), strict=True)
        ),
        landscape.coverage("starts"),
        landscape.counts(),
    )


@pytest.fixture
def all_of_them():
    with Landscape.create(double_well()) as landscape:
        yield landscape


def test_points_stand_once_and_hits_are_added(all_of_them):
    a = landscape_of(starts([1, 2, 2], 0), Batch("join", pathways=(pathway(1, 2),)))
    b = landscape_of(
        starts([3, 2], 1),
        starts([4], 1, 1),
        Batch("join", seed=1, pathways=(pathway(2, 4, 1), pathway(1, 2, 1))),
    )
    results = merge([a, b], all_of_them)
    assert [(r.minima, r.known_minima) for r in results] == [(2, 0), (2, 2)]
    assert [(r.transition_states, r.known_transition_states) for r in results] == [(1, 0), (1, 1)]
    assert [r.tasks for r in results] == [2, 3]
    network = all_of_them.network()
    assert sorted(network.losses.tolist()) == [1.0, 2.0, 3.0, 4.0]
    assert sorted(tuple(sorted(network.losses[e].tolist())) for e in network.edges) == [
        (1, 2),
        (2, 4),
    ]
    coverage = all_of_them.coverage("starts")
    assert (coverage.draws, coverage.distinct, coverage.singletons) == (6, 4, 3)
    assert all_of_them.counts().quenches == 6
    assert [run.command for run in all_of_them.runs()] == ["explore", "merge", "explore", "merge"]
    assert all_of_them.outcome() == RunOutcome(EndReason.FINISHED)


def test_a_run_that_broke_off_is_not_gone_on_with_where_it_was_merged(all_of_them):
    source = landscape_of(starts([1], 5), seed=5)
    assert source.tasks_to_resume("explore", 5)
    merge([source], all_of_them)
    assert not all_of_them.tasks_to_resume("explore", 5)
    assert "when it was merged" in str(all_of_them.runs()[0].outcome)
    assert all_of_them.next_task("starts", 5) == 1


def test_merging_again_changes_nothing(all_of_them):
    sources = [landscape_of(starts([1, 2, 2], 0)), landscape_of(starts([3, 2], 1))]
    merge(sources, all_of_them)
    before = rows_of(all_of_them)
    results = merge([*sources[::-1], sources[0]], all_of_them)
    assert [(r.minima, r.tasks, r.known_tasks) for r in results] == [(0, 0, 1)] * 3
    assert rows_of(all_of_them) == before


NUMBERS = st.integers(0, 6)
JOBS = st.lists(
    st.tuples(
        st.lists(st.lists(NUMBERS, min_size=1, max_size=5), min_size=1, max_size=2),
        st.lists(st.tuples(NUMBERS, NUMBERS), max_size=3),
    ),
    min_size=2,
    max_size=3,
)
"""What several jobs saw: minima, task by task, and then the pairs that pathways join."""


@given(JOBS, st.randoms())
@settings(max_examples=5)
def test_the_order_of_the_sources_changes_nothing_but_numbers(jobs, random):
    batches = [
        [
            *(starts(numbers, seed, task) for task, numbers in enumerate(tasks)),
            Batch("join", seed=seed, pathways=tuple(pathway(*pair, seed) for pair in pairs)),
        ]
        for seed, (tasks, pairs) in enumerate(jobs)
    ]
    sources = [landscape_of(*some, seed=seed) for seed, some in enumerate(batches)]
    contents = [content(landscape_of(*(batch for some in batches for batch in some)))]
    for order in (sources[::-1], random.sample(sources, len(sources))):
        with Landscape.create(double_well()) as target:
            merge(order, target)
            contents.append(content(target))
    # In steps, as a tree of jobs would.
    with Landscape.create(double_well()) as part, Landscape.create(double_well()) as target:
        merge(sources[1:], part)
        merge([part, sources[0], sources[-1]], target)
        contents.append(content(target))
    assert all(one == contents[0] for one in contents)


def test_symmetry_images_are_one_point(xor):
    random = np.random.default_rng(0)
    spectrum = np.linspace(1.0, 2.0, xor.dimension)
    places = 2 * random.standard_normal((6, xor.dimension))

    def seen(numbers):
        images = [xor.symmetry.random_image(places[k], random) for k in numbers]
        return tuple(
            Minimum(float(k), x, spectrum, 1e-11) for k, x in zip(numbers, images, strict=True)
        )

    sources = [
        landscape_of(Batch("starts", True, seed, minima=seen(numbers)), problem=xor)
        for seed, numbers in enumerate(([0, 1, 2, 3], [3, 2, 4], [5, 0, 4, 1]))
    ]
    with Landscape.create(xor) as target:
        merge(sources, target)
        network = target.network()
        assert sorted(network.losses.tolist()) == [0, 1, 2, 3, 4, 5]
        assert int(network.hits.sum()) == 11


def test_a_run_that_went_on_after_it_was_merged_is_refused(all_of_them):
    source = landscape_of(starts([1, 2], 0))
    merge([source], all_of_them)
    source.record(starts([3], 0, 1), 1)
    before = rows_of(all_of_them)
    with pytest.raises(
        LandscapeError, match=r"some of its starts of law 'starts' are counted already"
    ):
        merge([source], all_of_them)
    assert rows_of(all_of_them) == before
    with Landscape.create(double_well()) as anew:
        merge([source], anew)
        assert anew.coverage("starts").draws == 3


def test_the_same_starts_of_another_run_count_once_and_their_points_are_added(all_of_them):
    """As two jobs with one seed, one of which searched further around its minima."""
    a = landscape_of(starts([1, 2], 0))
    b = landscape_of(starts([1, 2], 0), Batch("join", pathways=(pathway(1, 2), pathway(2, 3))))
    merge([a, landscape_of(starts([1, 2], 0)), b], all_of_them)
    assert all_of_them.coverage("starts").draws == 2
    assert all_of_them.n_minima == 3 and all_of_them.n_transition_states == 2


def test_searches_with_one_seed_and_other_results_lose_no_points(all_of_them):
    """Their draws depend on what was known. Hits are the larger number: which is which is not stored."""
    a = landscape_of(Batch("join", pathways=(pathway(1, 2), pathway(1, 3))))
    b = landscape_of(Batch("join", pathways=(pathway(1, 2), pathway(2, 4))))
    results = merge([a, b], all_of_them)
    assert [(r.tasks, r.known_tasks) for r in results] == [(1, 0), (0, 1)]
    assert all_of_them.n_minima == 4 and all_of_them.n_transition_states == 3
    with all_of_them._database.reading() as connection:
        laws = set(connection.execute(sa.select(schema.tasks.c.law)).scalars())
    assert laws == {"join", "merge"}


def test_attempts_annotations_and_proofs_come_along(all_of_them):
    a = landscape_of(starts([5, 1, 2], 0))
    b = landscape_of(
        starts([2, 7, 5], 1),
        Batch("join", seed=1, attempts=(Attempt(1, 2, "band", 0), Attempt(3, None, "single", 2))),
    )
    a.annotate("grade", [0.5, 0.1, 0.2])
    b.annotate("grade", [0.9, 0.7, 0.9])
    b.annotate("other", [np.nan, 7.0, 5.0])
    b.record_proofs([Refusal("minimum", k, f"why {k}", "0", 0.0) for k in range(3)], b.minima())
    merge([a, b], all_of_them)
    assert all_of_them.network().losses.tolist() == [5, 1, 2, 7]
    assert all_of_them.attempts("band") == {(3, 4): 1} and all_of_them.attempts("single") == {
        (1, None): 1
    }
    np.testing.assert_array_equal(all_of_them.annotation("grade"), [0.5, 0.1, 0.2, 0.7])
    np.testing.assert_array_equal(all_of_them.annotation("other"), [5.0, np.nan, np.nan, 7.0])
    # A proof is about the bits of a point: those of the near copies in the second do not hold here.
    assert [(r.id, r.reason) for r in all_of_them.certificates().refusals] == [(3, "why 1")]


def test_a_merge_that_breaks_off_leaves_whole_sources(tmp_path, monkeypatch):
    sources = [tmp_path / f"{k}.db" for k in range(3)]
    for seed, source in enumerate(sources):
        landscape_of(starts([seed, 9], seed), place=source).close()
    insert, n = Merger._insert_all, []

    def breaking(self):
        insert(self)
        n.append(1)
        if len(n) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Merger, "_insert_all", breaking)
        with pytest.raises(KeyboardInterrupt):
            merge(sources, tmp_path / "all.db")
    with Landscape.open(tmp_path / "all.db") as landscape:
        assert content(landscape)[0] == [(0.0, 1), (9.0, 1)]
    results = merge(sources, tmp_path / "all.db")
    assert [r.tasks for r in results] == [0, 1, 1]
    with Landscape.open(tmp_path / "all.db") as landscape:
        assert content(landscape)[0] == [(0.0, 1), (1.0, 1), (2.0, 1), (9.0, 3)]


def test_what_does_not_belong_together_is_refused_before_anything_is_written(tmp_path):
    a, b, c, d = (tmp_path / f"{name}.db" for name in "abcd")
    landscape_of(starts([1], 0), place=a).close()
    Landscape.create(schwefel(), b).close()
    Landscape.create(double_well(), c, edifftol=1e-6).close()
    target = tmp_path / "all.db"
    for sources, error, said in (
        ([a, b], FingerprintMismatch, "holds minima of"),
        ([a, c], OtherTolerances, "with others"),
        ([a, target], LandscapeError, "cannot be one of them"),
        ([a, d], LandscapeError, "no such file"),
        ([], LandscapeError, "nothing to merge"),
    ):
        with pytest.raises(error, match=said):
            merge(sources, target)
        assert not target.exists()
    with pytest.raises(LandscapeError, match="cannot be one of them"):
        merge([a], f"sqlite:///{a}")
    with pytest.raises(FingerprintMismatch):
        merge([a], b)
    with pytest.raises(OtherTolerances):
        merge([a], c)
    with Landscape.open(c) as other, pytest.raises(OtherTolerances):
        merge([a], other)


def test_a_damaged_source_is_named_and_leaves_nothing(tmp_path):
    with Landscape.create(double_well(), tmp_path / "a.db") as landscape:
        fill(landscape)
        with landscape._database.writing() as connection:
            connection.exec_driver_sql("UPDATE minima SET loss = 3 WHERE id = 1")
    with pytest.raises(DamagedRow, match=r"a\.db is damaged: row 1 of table minima"):
        merge([tmp_path / "a.db"], tmp_path / "all.db")
    assert not (tmp_path / "all.db").exists()


def test_a_search_goes_on_from_what_was_merged(tmp_path):
    sources = [
        tw.explore(double_well(), minima=2, seed=seed, connect=False, workers=1) for seed in (0, 1)
    ]
    target = tmp_path / "all.db"
    merge(sources, target)
    with Landscape.open(target) as landscape:
        (coverage,) = landscape.coverages()
        assert coverage.draws == sum(one.coverage(coverage.law).draws for one in sources)
    tw.explore(double_well(), target, minima=3, seed=2, connect=False, workers=1).close()
    with Landscape.open(target) as landscape:
        assert landscape.n_minima == 2
        assert landscape.coverage(coverage.law).draws > coverage.draws


def test_saddles_and_arrivals_come_along_once():
    saddle = Saddle(3.0, np.array([2.0, 0.5]), np.array([-3.0, -1.0]), 0.0)
    batches = [Batch("walks", saddles=(saddle,), seed=seed) for seed in (0, 1)]
    joined = Batch("searches", pathways=(pathway(0, 1),))
    sources = [landscape_of(batches[0], joined), landscape_of(batches[1], seed=1)]
    target = landscape_of(seed=2)
    for _ in range(2):
        merge(sources, target)
    assert [one.index for one in target.saddles()] == [2]
    rows = target._database
    with rows.reading() as connection:
        a = schema.arrivals.c
        arrivals = connection.execute(sa.select(a.law, a.kind, a.searches)).all()
    assert sorted(arrivals) == [("searches", "transition_states", 1), ("walks", "saddles", 2)]
