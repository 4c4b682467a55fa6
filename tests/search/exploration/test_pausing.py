"""A run whose time is up pauses, and goes on to the landscape of one that was not paused."""

import time

import numpy as np
import pytest

import thalweg as tw
from thalweg.cli.running import seconds_of
from thalweg.landscape.end_reason import EndReason
from thalweg.problems import muller_brown
from thalweg.search import Explorer, InProcess, Stop
from thalweg.search.exploration.interrupt import StopRequest

METHODS = tw.Methods(starts_per_task=4, searches_per_task=2)


class TimeUpAfter(InProcess):
    """The time is up in the middle of a task, after some."""

    def __init__(self, explorer, n_tasks):
        self._explorer, self._n_tasks = explorer, n_tasks

    def run(self, problem, tasks):
        for batch in super().run(problem, tasks):
            self._n_tasks -= 1
            if self._n_tasks < 0:
                # As the clock would do it, at the next step of the task.
                self._explorer._request._deadline = time.monotonic()
                (batch,) = (task.run(problem) for task in tasks)
                assert batch.is_cut
            yield batch


def explored(file, n_tasks=None):
    with tw.Landscape.open_or_create(muller_brown(), file) as landscape:
        explorer = Explorer(
            landscape,
            Stop(minima=3),
            METHODS,
            executor=InProcess(),
            allotted=3600 if n_tasks is not None else None,
        )
        if n_tasks is not None:
            explorer._executor = TimeUpAfter(explorer, n_tasks)
        with explorer as run:
            run.find_minima(with_transition_states=True)
            run.find_transition_states()
        return landscape.network(), landscape.outcome(), landscape.counts()


def test_a_paused_run_ends_as_one_that_is_not(tmp_path):
    expected, _, counts = explored(tmp_path / "a.db")
    n_pauses = 0
    while True:
        network, outcome, now = explored(tmp_path / "b.db", n_tasks=2)
        if outcome.reason is not EndReason.PAUSED:
            break
        n_pauses += 1
        assert outcome.seconds == 3600 and not outcome.is_complete and "goes on" in str(outcome)
    assert n_pauses >= 2
    # What was cut short was dropped: it is nowhere counted.
    assert now == counts
    for name, values in vars(expected).items():
        if isinstance(values, np.ndarray):
            np.testing.assert_array_equal(getattr(network, name), values, err_msg=name)


def test_a_stop_rule_in_seconds_that_is_shorter_is_no_pause(tmp_path):
    landscape = tw.explore(muller_brown(), seconds=1e-3, allotted=60, workers=1)
    assert landscape.outcome().reason is EndReason.SECONDS


def test_a_pause_on_the_command_line_has_a_code_of_its_own(here, tmp_path):
    config = tmp_path / "a.toml"
    config.write_text(
        '[problem]\nkind = "function"\nname = "muller_brown"\n[search]\nminima = 3\nworkers = 1\n'
    )
    arguments = ("explore", config, "--to", tmp_path / "a.db", "--seed", "3")
    result = here(*arguments, "--for", "0.001s")
    assert result.returncode == 75 and "paused" in result.stdout, result
    with tw.Landscape.open(tmp_path / "a.db") as landscape:
        assert landscape.runs()[-1].seed == 3
    assert here("connect", tmp_path / "a.db", "--for", "soon").returncode != 0


@pytest.mark.parametrize(
    ("text", "seconds"), [("3h50m", 13800), ("2d", 172800), ("90s", 90), ("600", 600), ("1.5", 1.5)]
)
def test_durations_are_read_as_they_are_written(text, seconds):
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-1h", "0s", "3 hours"])
def test_what_is_no_duration_is_refused(text):
    import typer

    with pytest.raises(typer.BadParameter, match="no duration"):
        seconds_of(text)


def test_a_request_without_a_limit_is_never_late():
    assert not StopRequest(None).is_late
