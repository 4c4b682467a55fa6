"""Reading a landscape: which problem it is of, and by which tolerances its points are told apart."""

from functools import cached_property
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from ..numbers import Real
from ..problems import Problem
from .database import schema
from .database.connection import Database
from .database.copying import copy_to_file
from .database.known_rows import KnownRows
from .database.reader import (
    read_problem,
    read_tolerances,
)
from .database.rows import RowError
from .database.serialisation import StoredProblem
from .errors import FingerprintMismatch, LandscapeError, OtherTolerances
from .tolerances import Tolerances


class ProblemReader:
    """A landscape that is open for reading, and the problem whose points it holds."""

    def __init__(self, database: Database, problem: Problem | None) -> None:
        self._database = database
        self._problem = problem
        try:
            self._stored = self._read_problem()
            if problem is not None:
                self._require_same(problem)
                self._problem = self._stored.complete(problem)
            self._rows = KnownRows(self.dimension, self.log_symmetry_order)
        except BaseException:
            database.close()
            raise

    def require_dimension(self, dimension: int) -> None:
        """Refuse a landscape whose points have another number of parameters.

        Raises:
            LandscapeError: if they have.
        """
        if self.dimension != dimension:
            raise LandscapeError(
                f"{self.location} holds points of {self.dimension} parameters; this problem has {dimension}. "
                "Check that it is the right one."
            )

    def copy_to(self, file: str | Path) -> None:
        """Write everything, as it is now, to a new file that stands alone; others may go on writing.

        Raises:
            LandscapeError: if the file exists or cannot be written; nothing of it is left then.
        """
        copy_to_file(self._database, Path(file))

    def _read_problem(self) -> StoredProblem:
        with self._database.reading() as connection:
            try:
                return read_problem(connection)
            except RowError:
                # A problem that is at hand is the one whose fingerprint the file has kept.
                fingerprints = connection.execute(sa.select(schema.problem.c.fingerprint)).scalars()
                if self._problem is None or list(fingerprints) != [self._problem.fingerprint]:
                    raise
                return StoredProblem.of(self._problem)

    @property
    def location(self) -> str:
        """File name, or URL without its password; 'memory' for a landscape in memory."""
        return self._database.shown

    @property
    def is_read_only(self) -> bool:
        """Whether it is in a file that cannot be written."""
        return self._database.is_read_only

    @property
    def is_whole(self) -> bool:
        """Whether the file alone holds everything, so that it can be copied.

        While a landscape is open in some process, its last rows may be in a file of the same name with `-wal`
        at its end. Copy both, or `thalweg export FILE COPY --format sqlite`.
        """
        return self._database.is_whole

    @property
    def problem_name(self) -> str:
        """The problem's name, for people."""
        return self._stored.name

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the problem's kind, choices and data."""
        return self._stored.fingerprint

    @property
    def dimension(self) -> int:
        """d, the number of parameters."""
        return self._stored.dimension

    @property
    def symmetry_order(self) -> int:
        """|G|, exactly."""
        return self._stored.symmetry_order

    @property
    def log_symmetry_order(self) -> float:
        """ln |G|."""
        return self._stored.log_symmetry_order

    @property
    def problem(self) -> Problem:
        """The problem whose points these are, rebuilt from the file if it can be.

        Raises:
            LandscapeError: if the problem was made from the user's own function or model, or is of a
                kind that is not registered: it has to be passed to `Landscape.open`.
        """
        if self._problem is None:
            if not self._stored.is_portable:
                raise LandscapeError(
                    f"{self.location} holds '{self.problem_name}', which cannot be rebuilt from a file. "
                    "Pass the problem again: `Landscape.open(file, problem)`."
                )
            try:
                problem = self._stored.rebuild()
            # A record that is damaged, or of another version, may raise nearly anything.
            except Exception as error:
                raise LandscapeError(
                    f"{self.location} holds '{self.problem_name}', which cannot be rebuilt: {error} Pass "
                    "the problem: `Landscape.open(file, problem)`."
                ) from error
            self._require_same(problem)
            self._problem = problem
        return self._problem

    @cached_property
    def tolerances(self) -> Tolerances:
        """The tolerances by which all its points were found and told apart."""
        with self._database.reading() as connection:
            return read_tolerances(connection)

    def _require_tolerances(self, edifftol: Real | None, rms_tolerance: Real | None) -> None:
        """Refuse, and close, a landscape that was made with others than those that are given."""
        wanted = None
        try:
            if (edifftol, rms_tolerance) != (None, None):
                wanted = self.tolerances.replaced(edifftol, rms_tolerance)
            if wanted not in (None, self.tolerances):
                raise OtherTolerances(
                    f"{self.location} was made with {self.tolerances}, and goes on with these; asked "
                    f"for were {wanted}. Leave them out, or write to a new file with `--to`: points "
                    "found by one tolerance are not told apart by another."
                )
        except BaseException:
            self._database.close()
            raise

    def _require_same(self, problem: Problem) -> None:
        if problem.fingerprint != self.fingerprint:
            raise FingerprintMismatch(
                f"{self.location} holds minima of '{self.problem_name}' ({self.fingerprint[:8]}…), but "
                f"this problem is '{problem.name}' ({problem.fingerprint[:8]}…). Pass the original "
                "problem, or write to a new file with `--to`."
            )

    def _count(self, table: sa.Table) -> int:
        with self._database.reading() as connection:
            return int(connection.execute(sa.select(sa.func.count(table.c.id))).scalar() or 0)

    def _number(
        self, number: sa.ColumnElement[Any], table: sa.Table, *conditions: sa.ColumnElement[bool]
    ) -> int | float | None:
        """One number over the rows of a table, None of no rows."""
        with self._database.reading() as connection:
            value = connection.execute(sa.select(number).where(*conditions)).scalar()
            if not isinstance(value, int | float | None):
                raise RowError(table, None, f"{value!r:.40} stands for a number")
            return value
