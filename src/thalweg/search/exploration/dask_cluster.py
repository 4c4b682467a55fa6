"""Tasks on a cluster of Dask: SLURM and other queueing systems, Kubernetes, machines reached by SSH."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from typing import Any

from ...landscape.records import Batch
from ...problems.problem import Problem
from .futures import Futures
from .parcel import Parcel, run_parcel
from .tasks import Task

_CONNECT_WITHIN = 30.0
"""Seconds in which a scheduler has to answer."""

_COUNT_EVERY = 1.0
"""Seconds between two looks at how many workers there are: they come and go."""


class Dask(Futures):
    """Workers of a Dask cluster, which may come and go; a task whose worker is lost is run again elsewhere.

    The problem is the result of a task of its own rather than scattered data: whoever has lost it with its
    workers has it made again. Workers need thalweg installed, and the versions of its packages that are
    installed here.

    Args:
        client: a `distributed.Client`, which stays open, or the address of a scheduler, tcp://HOST:8786.

    Raises:
        ModuleNotFoundError: if Dask is not installed.
        ConnectionError: if no scheduler answers.
    """

    def __init__(self, client: Any) -> None:
        self._closes_client = isinstance(client, str)
        self._client = _connected(client) if isinstance(client, str) else client
        self._counted_at, self._n_threads = -_COUNT_EVERY, 0
        # Each task once: by default Dask would take equal arguments for equal results.
        super().__init__(self._client.get_executor(pure=False))

    def run_as_planned(self, problem: Problem, plan: Iterator[Task | None]) -> Iterator[Batch]:
        from distributed import KilledWorker

        try:
            yield from super().run_as_planned(problem, plan)
        except KilledWorker as error:
            raise ChildProcessError(
                f"a task was begun by {error.allowed_failures + 1} workers, one after the other, and each "
                "was lost (killed, or out of memory?). All before is saved. Give workers more memory, or "
                "let a task hold less (starts_per_task, searches_per_task), and go on with the same command."
            ) from error
        except CancelledError as error:
            raise ConnectionError(
                f"the connection to the scheduler at {self._address} was lost. All before is saved. Start "
                "the scheduler again if it is gone, and go on with the same command."
            ) from error

    def _submit_to(self, problem: Problem) -> "Callable[[Task], Future[Batch]]":
        parcel = self._parcel_of(problem)
        # A future, in whose place the worker gets what it stands for.
        content: Any = self._client.submit(_content, parcel, key=f"thalweg-problem-{parcel.digest}")
        return lambda task: self._pool.submit(run_parcel, content, parcel.with_task(task))

    def _room(self) -> int:
        now = time.monotonic()
        if now - self._counted_at >= _COUNT_EVERY:
            threads = self._client.nthreads()
            # One more for each worker, so that none waits for the network; and one to begin with.
            self._counted_at, self._n_threads = now, sum(threads.values()) + len(threads)
        return max(1, self._n_threads)

    @property
    def _address(self) -> str:
        scheduler = self._client.scheduler
        return "?" if scheduler is None else str(scheduler.address)

    def close(self) -> None:
        if self._closes_client:
            self._client.close()


def _content(parcel: Parcel) -> bytes:
    return parcel.content


def _connected(address: str) -> Any:
    """A client of the scheduler at an address."""
    try:
        from distributed import Client
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            'a cluster needs Dask, which is not installed: pip install "thalweg[cluster]".'
        ) from error
    try:
        return Client(  # type: ignore[no-untyped-call]
            address, timeout=_CONNECT_WITHIN, set_as_default=False
        )
    except (OSError, ValueError) as error:
        raise ConnectionError(
            f"no Dask scheduler answers at {address!r}: {error}. Expected an address as `dask scheduler` "
            "prints it, tcp://HOST:8786."
        ) from error
