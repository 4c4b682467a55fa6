"""Tasks that do not stop when told to, as in a compilation, are given up; what was known before is kept."""

import os
import signal
import threading
from dataclasses import dataclass, field

import numpy as np
import pytest

import thalweg as tw
from thalweg.cli.interruption import nobody_waited_for
from thalweg.compiled_programs import TASK_THREADS
from thalweg.landscape.end_reason import EndReason
from thalweg.problems import double_well
from thalweg.search.exploration.interrupt import StopRequest


@dataclass(frozen=True)
class CompilesForEver:
    """Leaves walkers where they are, but for its second call, which never asks whether it is to stop."""

    n_calls: list = field(default_factory=list)
    is_over: threading.Event = field(default_factory=threading.Event)
    begins: object = lambda: None

    def descend(self, problem, starts, *, lanes=None, should_stop=lambda: False):
        self.n_calls.append(1)
        if self.is_under_way:
            self.begins()
            assert self.is_over.wait(60), "the run waited for it"
        return tw.search.Descent(np.asarray(starts), np.ones(len(starts), dtype=int))

    @property
    def is_under_way(self):
        return len(self.n_calls) == 2

    __hash__ = object.__hash__


def explored(compiles, **options):
    methods = tw.Methods(quench=tw.search.Quench(compiles), starts_per_task=4)
    problem = double_well()
    landscape = tw.explore(problem, minima=3, methods=methods, progress=False, **options)
    # It is still under way; nobody has waited.
    assert compiles.is_under_way and not compiles.is_over.is_set()
    return landscape


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr("thalweg.search.exploration.under_way.GRACE", 0.0)
    monkeypatch.setattr("thalweg.search.exploration.under_way.LOOK_EVERY", 0.001)
    yield
    for thread in threading.enumerate():
        if thread.name.startswith(TASK_THREADS):
            thread.join()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_time_limit_holds_in_the_middle_of_a_compilation(workers, monkeypatch, impatient):
    compiles = CompilesForEver()
    monkeypatch.setattr(StopRequest, "is_late", property(lambda self: compiles.is_under_way))
    landscape = explored(compiles, seconds=1, workers=workers)
    compiles.is_over.set()
    assert landscape.outcome().reason is EndReason.SECONDS
    assert landscape.n_minima == 2 and landscape.counts().quenches == 4


def test_ctrl_c_ends_a_run_in_the_middle_of_a_compilation(impatient):
    compiles = CompilesForEver(begins=lambda: os.kill(os.getpid(), signal.SIGINT))
    landscape = explored(compiles, workers=1)
    compiles.is_over.set()
    assert landscape.outcome().reason is EndReason.INTERRUPTED
    assert landscape.n_minima == 2


def test_a_command_ends_though_what_it_has_given_up_goes_on(monkeypatch):
    class Left(BaseException):
        pass

    def leave(code):
        raise Left(code)

    monkeypatch.setattr(os, "_exit", leave)
    is_over = threading.Event()
    thread = threading.Thread(target=is_over.wait, args=(60,), name=f"{TASK_THREADS}_0")
    thread.start()
    with pytest.raises(Left) as left, nobody_waited_for():
        raise SystemExit(75)
    assert left.value.args == (75,)
    is_over.set()
    thread.join()
    # Else it ends as usual.
    with pytest.raises(SystemExit), nobody_waited_for():
        raise SystemExit(75)
