"""The proofs that a landscape holds about its points."""

import dataclasses
import time
from collections.abc import Sequence
from importlib.metadata import version

import sqlalchemy as sa

from ..numbers import Whole, whole_number
from .certificates import METHOD, Certificate, LandscapeCertificate, PointKey, Refusal
from .database import schema
from .database.certificates import (
    TABLES,
    certificate_row,
    number_bytes,
    read_proofs,
    remove_proofs,
    subject_of,
    write_alike,
)
from .database.pass_bounds import (
    pass_bound_row,
    read_pass_bounds,
    remove_pass_bounds,
    subject_of_pass,
)
from .database.rows import read_rows
from .pass_bound import PassBound
from .records import Minimum
from .writing import LandscapeWriter


class CertifiedLandscape(LandscapeWriter):
    """The side of a landscape that holds proofs; its contract stands in `Landscape`."""

    def certificates(self, *, with_basis: bool = False) -> LandscapeCertificate:
        """What is proved of the points, as they are now; `thalweg.certificate.certify` proves them.

        A proof is about the coordinates of a point and the problem, bit by bit: one that was stored about
        others is not among them, nor is one by a method that does not count any more.

        Args:
            with_basis: whether the directions of the boxes are read, where they are stored.

        Raises:
            DamagedRow: if a row is damaged.
        """
        with self._database.reading() as connection:
            ids, subjects = _ids(connection), self._subjects(connection)
            proofs = list(read_proofs(connection, subjects, with_basis=with_basis))
        number = {kind: _numbers(ids[kind]) for kind in TABLES}
        results = {(one.result.kind, one.point_id): one for one in proofs}
        outdated = {
            key
            for key, one in results.items()
            if isinstance(one.result, Certificate) and one.result.method < METHOD
        }
        proved = {
            key
            for key, one in results.items()
            if isinstance(one.result, Certificate) and key not in outdated
        }
        alike = [
            ((kind, number[kind][i]), (other, number[other][j]))
            for kind, i in proved
            for other, j in results[kind, i].alike or ()
            if (other, j) in proved
        ]
        by_number = [
            _numbered(one.result, number[kind][i])
            for (kind, i), one in results.items()
            if (kind, i) not in outdated
        ]
        return LandscapeCertificate.of(
            (one for one in by_number if isinstance(one, Certificate)),
            (one for one in by_number if isinstance(one, Refusal)),
            alike,
            untried=tuple(
                (kind, k)
                for kind, of_kind in number.items()
                for i, k in of_kind.items()
                if (kind, i) not in results
            ),
            uncompared=tuple(
                (kind, number[kind][i]) for kind, i in proved if results[kind, i].alike is None
            ),
            outdated=tuple(sorted((kind, number[kind][i]) for kind, i in outdated)),
        )

    def certificate(self, kind: str, index: Whole) -> Certificate | None:
        """What is proved of one point as it is now; None if nothing is. No other point's proof is read.

        Args:
            kind: "minimum", "transition state" or "saddle".
            index: number of the point among those of its kind, from 0.

        Raises:
            DamagedRow: if its row is damaged.
            ValueError: if there is no such kind, or `index` is no whole number.
        """
        number = whole_number(index, "index", least=0)
        if kind not in TABLES:
            raise ValueError(f"kind must be one of {', '.join(TABLES)}, got {kind!r}.")
        table = TABLES[kind]
        query = sa.select(table.c.id, table.c.coordinates).order_by(table.c.id)
        with self._database.reading() as connection:
            rows = list(read_rows(connection, query.offset(number).limit(1), table))
            if not rows:
                return None
            key = kind, rows[0].id
            subjects = {key: subject_of(self.fingerprint, rows[0].coordinates)}
            proofs = list(read_proofs(connection, subjects, with_basis=False, only=key))
        for proof in proofs:
            if isinstance(proof.result, Certificate) and proof.result.method >= METHOD:
                return dataclasses.replace(proof.result, id=number)
        return None

    def record_proofs(
        self, results: Sequence[Certificate | Refusal], points: Sequence[Minimum]
    ) -> None:
        """Keep what was proved, or why not, of points as they were when it was proved.

        In one transaction. The `id` of a result is the number of the point, as in `minima()`.

        Raises:
            LandscapeError: if the file cannot be written.
        """
        now, this_version = time.time(), version("thalweg")
        with self._writing() as connection:
            for kind, ids in _ids(connection).items():
                rows = [
                    certificate_row(result, ids[result.id], self._subject(point), this_version, now)
                    for result, point in zip(results, points, strict=True)
                    if result.kind == kind and result.id < len(ids)
                ]
                if rows:
                    remove_proofs(connection, kind, [row["point_id"] for row in rows])
                    connection.execute(schema.certificates.insert(), rows)

    def record_comparison(
        self, certificates: Sequence[Certificate], alike: Sequence[tuple[PointKey, PointKey]]
    ) -> None:
        """Keep that each of these stored proofs was compared with all others, and what came of it.

        Args:
            certificates: that were read from this landscape and compared with each other.
            alike: the pairs, each by kind and number, that are not proved to be different.
        """
        with self._writing() as connection:
            ids = _ids(connection)
            of: dict[PointKey, list[PointKey]] = {
                (one.kind, ids[one.kind][one.id]): [] for one in certificates
            }
            for pair in alike:
                first, second = ((kind, ids[kind][number]) for kind, number in pair)
                of[first].append(second)
                of[second].append(first)
            times = {(one.kind, ids[one.kind][one.id]): one.time for one in certificates}
            write_alike(connection, of, times)

    def proved_passes(self) -> tuple[PassBound, ...]:
        """The bounds of passes that are kept about the points as they are; `pass_bounds` proves them.

        Raises:
            DamagedRow: if a row is damaged.
        """
        with self._database.reading() as connection:
            bounds = list(read_pass_bounds(connection, self.fingerprint))
            if not bounds:
                return ()
            ids = _ids(connection)
        states, minima = _numbers(ids["transition state"]), _numbers(ids["minimum"])
        return tuple(
            dataclasses.replace(
                one,
                minima=(minima[one.minima[0]], minima[one.minima[1]]),
                transition_state=states[one.transition_state],
            )
            for one in bounds
        )

    def record_pass_bound(self, bound: PassBound, state: Minimum, ends: Sequence[Minimum]) -> None:
        """Keep a bound that was proved of a pass, with its points as they were when it was proved.

        Raises:
            LandscapeError: if the file cannot be written.
        """
        subject = subject_of_pass(
            self.fingerprint,
            number_bytes(state.coordinates),
            [number_bytes(end.coordinates) for end in ends],
        )
        now, this_version = time.time(), version("thalweg")
        with self._writing() as connection:
            state_id = _ids(connection)["transition state"][bound.transition_state]
            remove_pass_bounds(connection, [state_id])
            row = pass_bound_row(bound, state_id, subject, this_version, now)
            connection.execute(schema.pass_bounds.insert(), row)

    def _subjects(self, connection: sa.Connection) -> dict[tuple[str, int], str]:
        """What the proofs that are stored have to be about, by kind and id of the point."""
        proofs, subjects = schema.certificates.c, {}
        for kind, table in TABLES.items():
            with_proof = sa.select(proofs.point_id).where(proofs.kind == kind)
            query = sa.select(table.c.id, table.c.coordinates).where(table.c.id.in_(with_proof))
            for row in read_rows(connection, query, table):
                subjects[kind, row.id] = subject_of(self.fingerprint, row.coordinates)
        return subjects

    def _subject(self, point: Minimum) -> str:
        return subject_of(self.fingerprint, number_bytes(point.coordinates))


def _ids(connection: sa.Connection) -> dict[str, Sequence[int]]:
    """The ids of the points of each kind, in order."""
    return {
        kind: connection.execute(sa.select(table.c.id).order_by(table.c.id)).scalars().all()
        for kind, table in TABLES.items()
    }


def _numbers(ids: Sequence[int]) -> dict[int, int]:
    """The number of the point of each id."""
    return dict(zip(ids, range(len(ids)), strict=True))


def _numbered(result: Certificate | Refusal, number: int) -> Certificate | Refusal:
    """The same with the number of the point in place of the id of its row."""
    return dataclasses.replace(result, id=number)
