"""What an object has read of a landscape is kept, and stays true while others add, mend and fail."""

import dataclasses

import numpy as np
import pytest

from thalweg import Landscape, LandscapeError
from thalweg.landscape.database import known_hits, known_network
from thalweg.landscape.growing_array import GrowingArray
from thalweg.landscape.mending import Mending
from thalweg.landscape.merging import merge
from thalweg.landscape.network import Network
from thalweg.landscape.records import (
    Attempt,
    Batch,
    Minimum,
    Pathway,
    QuenchCounts,
    TransitionState,
)
from thalweg.problems import double_well
from thalweg.search.exploration.search_state import SearchState

METHODS = ("band", "uphill")


def minimum(x):
    return Minimum(float(x), np.array([x, 0.0]), np.array([2.0, 8.0]), 0.0)


def starts(task, *places, law="starts", flat=0):
    points = tuple(map(minimum, places))
    counts = QuenchCounts(quenches=len(points) + flat, minima=len(points), flat=flat)
    return Batch(law, is_independent=True, task=task, minima=points, counts=counts)


def searches(task, a, b, *attempts):
    state = TransitionState(50.0 + task, np.array([task, 9.0]), np.array([-4.0, 2.0]), 0.0)
    return Batch(
        "searches",
        task=task,
        pathways=(Pathway(state, (minimum(a), minimum(b))),),
        attempts=attempts,
    )


@pytest.fixture
def file(tmp_path):
    with Landscape.create(double_well(), tmp_path / "a.db") as landscape:
        run = landscape.start_run("test", {}, 0)
        landscape.record(starts(0, 1, 2, 3, 1, flat=2), run)
        landscape.record(searches(0, 1, 2, Attempt(1, 2, "band"), Attempt(3, None, "uphill")), run)
    return tmp_path / "a.db"


def same(a, b):
    """Whether two networks hold the same bits."""
    return all(
        np.array_equal(x, y)
        for x, y in zip(vars_of(a).values(), vars_of(b).values(), strict=True)
        if x is not None
    )


def vars_of(network):
    return {field.name: getattr(network, field.name) for field in dataclasses.fields(Network)}


def require_fresh(landscape, file):
    """What an object says that has read before is what one says that reads all for the first time."""
    with Landscape.open(file) as fresh:
        assert same(landscape.network(), fresh.network())
        assert repr(landscape.coverages()) == repr(fresh.coverages())
        laws = ("starts", "others", "of no start")
        assert repr(landscape.start_coverages(laws)) == repr(fresh.start_coverages(laws))
        for method in METHODS:
            assert landscape.attempts(method) == fresh.attempts(method)
        # A survey counts by index what the network and the attempts say by id.
        survey, network = landscape.survey(METHODS), fresh.network()
        assert same(survey.network, network)
        of_ids = fresh.attempts("band") + fresh.attempts("uphill")
        place = {None: None} | {int(i): k for k, i in enumerate(network.minimum_ids)}
        expected = {(place[a], place[b]): n for (a, b), n in of_ids.items()}
        assert survey.attempts == expected
        slowly = SearchState(network, fresh.problem.symmetry, survey.attempts)
        np.testing.assert_array_equal(survey.n_attempts, slowly.n_attempts)
        np.testing.assert_array_equal(survey.n_around, slowly.n_around)


def test_what_this_and_another_object_add_is_read(file):
    with Landscape.open(file) as here, Landscape.open(file) as there:
        run = here.start_run("test", {}, 0)
        require_fresh(here, file)
        here.record(starts(1, 2, 3, 4, 4), run)
        require_fresh(here, file)
        # Minima that are known already are hit again, by another law too; each counts once in all.
        there.record(starts(0, 1, 5, 5, law="others", flat=1), run)
        there.record(searches(1, 5, 3, Attempt(1, 5, "band"), Attempt(3, None, "uphill")), run)
        require_fresh(here, file)
        here.record(searches(2, 5, 6, Attempt(1, 2, "band")), run)
        require_fresh(here, file)
        require_fresh(there, file)


def test_a_survey_goes_back_to_any_task(file):
    with Landscape.open(file) as landscape:
        run = landscape.start_run("test", {}, 0)
        batches = (
            starts(1, 4, 5),
            searches(1, 4, 5, Attempt(1, 4, "band"), Attempt(4, None, "uphill")),
            searches(2, 5, 9, Attempt(1, 4, "band")),
            starts(2, 10),
        )
        then = []
        for batch in batches:
            then.append(landscape.survey(METHODS))
            landscape.record(batch, run)
        # Two tasks were recorded before these. Forwards, as a run asks, and backwards, as one that resumes.
        for k in (0, 1, 2, 3, 3, 1, 0, 2):
            survey = landscape.survey(METHODS, before=3 + k)
            # Of hits there are none but today's.
            today = dataclasses.replace(then[k].network, hits=survey.network.hits)
            assert same(survey.network, today)
            assert survey.attempts == then[k].attempts
            np.testing.assert_array_equal(survey.n_attempts, then[k].n_attempts)
            np.testing.assert_array_equal(survey.n_around, then[k].n_around)
        require_fresh(landscape, file)


def test_a_read_row_is_not_read_again(file, monkeypatch):
    n_rows = 0

    def counting(read):
        def reading(*arguments):
            nonlocal n_rows
            for row in read(*arguments):
                n_rows += 1
                yield row

        return reading

    for module in (known_hits, known_network):
        monkeypatch.setattr(module, "read_rows", counting(module.read_rows))
    with Landscape.open(file) as landscape:
        run = landscape.start_run("test", {}, 0)
        first = landscape.network(), landscape.coverages()
        n_at_first, n_rows = n_rows, 0
        assert same(landscape.network(), first[0]) and n_rows == 0 < n_at_first
        landscape.record(starts(1, 7), run)
        landscape.network()
        # A minimum, its hits, and the task that found it.
        assert n_rows == 3


def test_a_network_that_was_handed_out_does_not_change(file):
    with Landscape.open(file) as landscape:
        first = landscape.network()
        before = {name: np.copy(array) for name, array in vars_of(first).items()}
        landscape.record(starts(1, 1, 8, 9), landscape.start_run("test", {}, 0))
        landscape.network()
        assert all(np.array_equal(before[name], array) for name, array in vars_of(first).items())
        # What its owner does to its arrays is not seen by the next one.
        first.losses[:], first.hits[:], first.edges[:] = -1.0, 0, 0
        require_fresh(landscape, file)
        with pytest.raises(ValueError, match="read-only"):
            first.coordinates[0] = 0.0


def test_a_batch_that_fails_is_not_known(file):
    with Landscape.open(file) as landscape:
        run = landscape.start_run("test", {}, 0)
        landscape.network()
        no_such_minimum = Attempt(10**6, None, "uphill")
        batch = dataclasses.replace(starts(1, 5), attempts=(no_such_minimum,))
        with pytest.raises(LandscapeError):
            landscape.record(batch, run)
        require_fresh(landscape, file)
        landscape.record(starts(1, 6), run)
        require_fresh(landscape, file)


@pytest.mark.parametrize("which", [1, 3])
def test_what_another_object_takes_out_is_not_known_any_more(file, which):
    with Landscape.open(file) as here, Landscape.open(file) as there:
        run = here.start_run("test", {}, 0)
        require_fresh(here, file)
        here.record(starts(1, 2), run)
        row = next(row for row in Mending(there).rows(Minimum) if row.id == which)
        Mending(there).remove(Minimum, row)
        require_fresh(here, file)
        # The point is unknown now: it is stored anew, and hits do not go to a row that is not there.
        result = here.record(starts(2, which), run)
        assert result.is_new == (True,)
        require_fresh(here, file)
        # The highest id may be given again, to another point.
        there.record(starts(3, 20), run)
        require_fresh(here, file)


def test_what_another_object_mends_is_read_again(file):
    with Landscape.open(file) as here, Landscape.open(file) as there:
        run = here.start_run("test", {}, 0)
        require_fresh(here, file)
        here.record(starts(1, 2), run)
        mending = Mending(there)
        row = mending.rows(Minimum)[1]
        mending.replace(Minimum, row, minimum(30), ())
        assert 30.0 in here.network().losses
        require_fresh(here, file)
        assert here.record(starts(2, 30, 2), run).is_new == (False, True)
        mending.add_minimum(minimum(40), "mended", row.task)
        require_fresh(here, file)


def test_what_is_merged_in_is_known(file, tmp_path):
    with Landscape.create(double_well(), tmp_path / "b.db") as other:
        run = other.start_run("test", {}, 7)
        batches = (starts(0, 2, 8, 8), searches(0, 2, 8, Attempt(1, 2, "band")))
        for batch in batches:
            other.record(dataclasses.replace(batch, seed=7), run)
    with Landscape.open(file) as here:
        require_fresh(here, file)
        with Landscape.open(file) as there:
            merge([tmp_path / "b.db"], there)
            require_fresh(there, file)
        require_fresh(here, file)
        assert here.coverage("starts").draws == 7


def test_others_may_write_while_a_process_reads_what_is_known(file, monkeypatch):
    with Landscape.open(file) as here, Landscape.open(file) as there:
        run = there.start_run("test", {}, 0)
        there.record(starts(1, 5), run)
        read_first = here._known_points

        def with_another_writer():
            known = read_first()
            # Were the lock held by now, this would wait for it in vain.
            there.record(starts(2, 6), run)
            return known

        monkeypatch.setattr(here, "_known_points", with_another_writer)
        # What was written in between is read inside the lock: it is known.
        assert here.record(starts(3, 5, 6, 7), run).is_new == (False, False, True)
        require_fresh(here, file)


def test_rows_are_added_to_an_array_without_changing_what_was_handed_out():
    array, expected = GrowingArray((2,), np.int64), np.zeros((0, 2), np.int64)
    handed_out = []
    for n in (0, 3, 1, 1, 40, 0, 2):
        rows = np.arange(2 * n).reshape(n, 2) + len(expected)
        array.extend(rows)
        expected = np.concatenate([expected, rows])
        handed_out.append((array.view, expected))
        assert len(array) == len(expected)
    for view, then in handed_out:
        np.testing.assert_array_equal(view, then)
        assert not view.flags.writeable
