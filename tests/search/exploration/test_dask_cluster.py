"""A cluster of two workers on the loopback address, whatever happens to them."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import Future

import numpy as np
import pytest

import thalweg as tw
from thalweg.problems import muller_brown
from thalweg.search import Dask, Explorer, Stop
from thalweg.testing import check_executor

distributed = pytest.importorskip(
    "distributed", reason='needs Dask: pip install "thalweg[cluster]"'
)

pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture(scope="module")
def cluster():
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        host="127.0.0.1",
        dashboard_address=None,
        worker_dashboard_address=None,
    ) as cluster:
        yield cluster


@pytest.fixture
def client(cluster):
    with distributed.Client(cluster, set_as_default=False) as client:
        client.wait_for_workers(2)
        yield client


def assert_same(network, expected):
    for name, values in vars(expected).items():
        if isinstance(values, np.ndarray):
            np.testing.assert_array_equal(getattr(network, name), values, err_msg=name)


def test_the_landscape_is_that_of_one_process_to_the_last_bit(client):
    there, here = (
        tw.explore(muller_brown(), minima=3, seed=1, executor=executor).network()
        for executor in (Dask(client), tw.search.InProcess())
    )
    assert here.n_transition_states > 0
    assert_same(there, here)
    # The problem is a result that the scheduler can have made again, and workers are told how to compute.
    flags = client.run(os.environ.get, "XLA_FLAGS")
    assert len(flags) == 2 and all("multi_thread_eigen=false" in value for value in flags.values())


def test_no_scheduler_is_said_in_one_line(monkeypatch):
    monkeypatch.setattr("thalweg.search.exploration.dask_cluster._CONNECT_WITHIN", 0.2)
    with pytest.raises(ConnectionError, match=r"no Dask scheduler answers at 'tcp://127.0.0.1:9'"):
        Dask("tcp://127.0.0.1:9")


def test_a_task_that_costs_every_worker_is_said_with_what_to_do(client, monkeypatch):
    def lost(*_, **__):
        future = Future()
        future.set_exception(distributed.KilledWorker("run_parcel-1", None, 3))
        return future

    executor = Dask(client)
    monkeypatch.setattr(executor._pool, "submit", lost)
    with pytest.raises(ChildProcessError, match=r"begun by 4 workers.*All before is saved"):
        tw.explore(muller_brown(), minima=3, connect=False, executor=executor)


# ---- what happens to workers -------------------------------------------------------------------------

METHODS = tw.Methods(starts_per_task=4, searches_per_task=4)


def explored(problem, file, executor, event=lambda n: None):
    n = 0

    def count(_):
        nonlocal n
        n += 1
        event(n)

    with tw.Landscape.open_or_create(problem, file) as landscape:
        with Explorer(
            landscape, Stop(minima=12), METHODS, executor=executor, progress=count
        ) as run:
            run.find_minima(with_transition_states=True)
            run.find_transition_states()
        return landscape.network()


def n_repeated(file):
    """Tasks and points that are there twice."""
    with sqlite3.connect(file) as connection:
        tasks = "SELECT count(*) - count(DISTINCT law || seed || '/' || task) FROM tasks"
        points = "SELECT count(*) - count(DISTINCT coordinates) FROM minima"
        return sum(connection.execute(query).fetchone()[0] for query in (tasks, points))


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    file = tmp_path_factory.mktemp("calm") / "a.db"
    return explored(tw.problems.schwefel(2), file, tw.search.InProcess())


def kill_one(pids):
    os.kill(pids[0], signal.SIGKILL)


def kill_both(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


def stop_and_continue(pids):
    os.kill(pids[0], signal.SIGSTOP)
    threading.Timer(3.0, os.kill, (pids[0], signal.SIGCONT)).start()


@pytest.mark.slow
@pytest.mark.parametrize("harm", [kill_one, kill_both, stop_and_continue])
def test_what_happens_to_workers_leaves_no_trace(harm, client, expected, tmp_path):
    n_harmed = 0

    def event(n):
        nonlocal n_harmed
        if n in (3, 12):
            harm(list(client.run(os.getpid).values()))
            n_harmed += 1

    network = explored(tw.problems.schwefel(2), tmp_path / "a.db", Dask(client), event)
    assert n_harmed == 2
    assert_same(network, expected)
    assert n_repeated(tmp_path / "a.db") == 0


_CLIENT = """
import sys
import thalweg as tw
from thalweg.search import Dask, Explorer, Stop
with tw.Landscape.open_or_create(tw.problems.schwefel(2), sys.argv[2]) as landscape:
    methods = tw.Methods(starts_per_task=4, searches_per_task=4)
    with Dask(sys.argv[1]) as executor, Explorer(
        landscape, Stop(minima=12), methods, executor=executor, progress=lambda p: print(p, flush=True)
    ) as run:
        run.find_minima(with_transition_states=True)
        run.find_transition_states()
print("done", flush=True)
"""


@pytest.mark.slow
def test_a_client_that_is_killed_and_started_again_ends_as_one_that_is_not(
    cluster, expected, tmp_path
):
    file, n_kills = tmp_path / "a.db", 0
    while True:
        client = subprocess.Popen(
            [sys.executable, "-c", _CLIENT, cluster.scheduler_address, file],
            stdout=subprocess.PIPE,
            text=True,
        )
        lines = [client.stdout.readline() for _ in range(5)]
        if n_kills < 3 and "done\n" not in lines:
            client.kill()
            client.communicate()
            n_kills += 1
            continue
        assert "done" in "".join([*lines, client.communicate()[0]])
        break
    assert n_kills == 3
    with tw.Landscape.open(file) as landscape:
        assert_same(landscape.network(), expected)
    assert n_repeated(file) == 0


@pytest.mark.slow
def test_a_cluster_keeps_the_contract(client):
    check_executor(lambda: Dask(client), problem=muller_brown())
