"""The database of one problem: its minima, transition states, attempts and runs."""

from pathlib import Path
from types import TracebackType
from typing import overload

from sqlalchemy.exc import SQLAlchemyError

from ..display import table, thumbnail
from ..numbers import Real
from ..paths import file_or_url
from ..problems import Problem
from ..problems.acceptance import as_problem
from ..problems.capabilities import OnLandscape
from ..spelling import one_line
from .certifying import CertifiedLandscape
from .errors import LandscapeError
from .opening import create_database, open_database, open_or_create_database
from .showing import line_of, rows_of
from .tolerances import Tolerances


class Landscape(CertifiedLandscape):
    """The stationary points of one problem, in an SQLite file, a PostgreSQL database or memory.

    Open one with `Landscape.create`, `Landscape.open` or `Landscape.open_or_create`; each can be used in
    a `with` statement.

    What the store guarantees:

    - *Atomic.* `record` writes a batch with its points, hits, attempts and counts in one transaction, or
      nothing of it. A process that is killed loses at most the batch in flight.
    - *Idempotent.* A batch of the same law, seed, stream and task is recorded once: a task may be run again.
    - *No duplicates.* A point that is known already, up to the problem's symmetry, is not stored again; it
      counts as a hit.
    - *Several writers.* Processes may add to one landscape at once, and begin together: each sees the
      others' points before it writes. Readers are never held up, and see one consistent state a call.
    - *Ids.* They ascend in the order in which points were stored and never change. `minima`, `network` and
      annotations follow that order.
    - *Only stationary points.* What is not converged, or has another index than it claims, is refused.
    - *Nothing changed in silence.* Points, the problem, runs, tasks and hits have checksums, compared when
      they are read; a row of any table that does not hold what its columns promise is a `DamagedRow`.
    - *Proofs of what is there.* `certificates` gives those that are about the problem and the coordinates as
      they are now, bit by bit; of a point that is new or was changed there is none.
    - *No file lost in silence.* A file that is deleted, moved or replaced is a `FileGone` at the next batch,
      and everything recorded is saved beside it first.
    - *A server may restart.* A batch whose connection breaks is written again, and counts once; the next
      transaction waits for the server; what cannot go on is a `ConnectionLost`.
    - *No password is shown.* `location` and all messages have URLs without it.
    - An object belongs to one thread; copies, also in other processes, open the file anew. What it returns
      is in memory and does not change afterwards.
    """

    @classmethod
    def create(
        cls,
        problem: Problem | OnLandscape,
        location: str | Path | None = None,
        *,
        edifftol: Real | None = None,
        rms_tolerance: Real | None = None,
    ) -> "Landscape":
        """A new landscape of `problem` in the file or database URL `location`, in memory if None.

        Args:
            problem: whose stationary points it is to hold.
            location: file or database URL.
            edifftol, rms_tolerance: as in `Tolerances`; its defaults if None.

        Raises:
            ValueError: for a tolerance that is not positive.
            LandscapeError: if the file exists, the database holds a landscape, or it cannot be written.
            NotALandscape: if the database holds tables of something else.
        """
        problem = as_problem(problem)
        tolerances = Tolerances.of(edifftol, rms_tolerance)
        return cls(create_database(problem, _place(location), tolerances), problem)

    @classmethod
    def open(
        cls, location: str | Path, problem: Problem | OnLandscape | None = None
    ) -> "Landscape":
        """The landscape in `location`; `problem` is needed if the file cannot rebuild it itself.

        Raises:
            LandscapeError: if there is no such file.
            FingerprintMismatch: if it holds points of another problem.
            NewerSchema: if a newer thalweg wrote it.
            NotALandscape: if it is something else, or damaged.
        """
        known = None if problem is None else as_problem(problem)
        return cls(open_database(_place(location)), known)

    @classmethod
    def open_or_create(
        cls,
        problem: Problem | OnLandscape,
        location: str | Path | None = None,
        *,
        edifftol: Real | None = None,
        rms_tolerance: Real | None = None,
    ) -> "Landscape":
        """The landscape of `problem` in `location`, made if there is none; in memory if `location` is None.

        Args:
            problem: whose stationary points it holds.
            location: file or database URL.
            edifftol, rms_tolerance: as in `Tolerances`; None for those of the file, its defaults if new.

        Raises: as `open`, and
            OtherTolerances: if the file was made with other tolerances than those that are asked for.
        """
        problem = as_problem(problem)
        tolerances = Tolerances.of(edifftol, rms_tolerance)
        landscape = cls(open_or_create_database(problem, _place(location), tolerances), problem)
        landscape._require_tolerances(edifftol, rms_tolerance)
        return landscape

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def __enter__(self) -> "Landscape":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        try:
            return line_of(self)
        # A landscape that is gone or damaged is shown all the same.
        except (LandscapeError, SQLAlchemyError) as error:
            return f"<Landscape in {self.location}, which cannot be read: {one_line(error, 120)}>"

    def _repr_html_(self) -> str:
        try:
            network = self.network()
            return table("landscape", rows_of(self, network), thumbnail(network))
        except (LandscapeError, SQLAlchemyError):
            return table("landscape", {"": repr(self)})

    def __reduce__(self) -> tuple[object, ...]:
        """Copies, also those in other processes, open the same file anew.

        Raises:
            TypeError: for a landscape in memory, which has no file.
        """
        if self._database.location is None:
            raise TypeError(
                "a landscape in memory cannot be copied; write it to a file (`to=…`), or pass its "
                "`network()`."
            )
        return Landscape.open, (self._database.location, self._problem)


@overload
def _place(location: None) -> None: ...
@overload
def _place(location: str | Path) -> str | Path: ...
def _place(location: str | Path | None) -> str | Path | None:
    """The file or URL that is meant; a directory is refused."""
    place = None if location is None else file_or_url(location)
    if isinstance(place, Path) and place.is_dir():
        raise LandscapeError(f"{location} is a directory; name the landscape file in it.")
    return place
