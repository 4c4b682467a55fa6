"""Rows of proofs, and back."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import sqlalchemy as sa
from jaxtyping import Float

from ..certificates import Certificate, PointKey, Refusal
from . import schema
from .row_layout import CHECKSUM
from .rows import RowError, checksums, decoding, read_rows, row_checksum

TABLES = {
    "minimum": schema.minima,
    "transition state": schema.transition_states,
    "saddle": schema.saddles,
}
"""The table of each kind of points."""

_MOST_NUMBERS = 64**2
"""Of a basis that is stored: 32 kB. A larger one takes longer to read than to make again."""
_NOT_COMPARED = ""
BY_METHOD = ", method "
"""Before the number of the method in the column of the version, where rows of the first one have none."""


class StoredProof(NamedTuple):
    """A proof or a refusal, and the ids of the rows that are not proved to be different points.

    Attributes:
        point_id: id of the row of the point.
        result: the proof; its `id` is that of the row.
        alike: kinds and ids of the rows of these points; None if it was not compared with all others yet.
    """

    point_id: int
    result: Certificate | Refusal
    alike: tuple[PointKey, ...] | None


def method_of(text: str) -> tuple[str, int]:
    """The version, and the number of the method, in a column of the version."""
    version, _, method = text.partition(BY_METHOD)
    return version, int(method or 1)


def subject_of(fingerprint: str, coordinates: bytes) -> str:
    """SHA-256 over a problem and the coordinates of a point: what a proof is about."""
    return hashlib.sha256(fingerprint.encode() + coordinates).hexdigest()


def number_bytes(numbers: Float[np.ndarray, "..."]) -> bytes:
    """Numbers as the rows of points hold their coordinates."""
    return np.ascontiguousarray(numbers, dtype="<f8").tobytes()


def certificate_row(
    result: Certificate | Refusal, point_id: int, subject: str, version: str, time: float
) -> dict[str, Any]:
    """The row of a proof or a refusal."""
    values = {
        "kind": result.kind,
        "point_id": point_id,
        "subject": subject,
        "alike": _NOT_COMPARED,
        "version": f"{version}{BY_METHOD}{result.method}",
        "time": time,
        **(
            _REFUSED | {"reason": result.reason} if isinstance(result, Refusal) else _proved(result)
        ),
    }
    return {**values, **checksums(schema.certificates, values)}


_REFUSED: dict[str, Any] = {
    "is_proved": False,
    "index": 0,
    "tier": "",
    "centre": b"",
    "basis": b"",
    **dict.fromkeys(("distance", "contraction", "rho", "loss_low", "loss_high"), 0.0),
    **dict.fromkeys(("trace_low", "trace_high", "square_low", "square_high"), 0.0),
}


def _proved(one: Certificate) -> dict[str, Any]:
    has_basis = one.basis is not None and one.basis.size <= _MOST_NUMBERS
    return {
        "is_proved": True,
        "reason": "",
        "index": one.index,
        "distance": one.distance,
        "tier": one.tier,
        "contraction": one.contraction,
        "rho": one.rho,
        "loss_low": one.loss[0],
        "loss_high": one.loss[1],
        "trace_low": one.trace[0],
        "trace_high": one.trace[1],
        "square_low": one.square[0],
        "square_high": one.square[1],
        "centre": number_bytes(one.centre),
        "basis": number_bytes(one.basis) if has_basis and one.basis is not None else b"",
    }


def read_proofs(
    connection: sa.Connection,
    subjects: Mapping[tuple[str, int], str],
    *,
    with_basis: bool,
    only: tuple[str, int] | None = None,
) -> Iterator[StoredProof]:
    """The proofs that are about one of the subjects, by kind and id of the row of the point.

    Args:
        connection: to the database.
        subjects: what each proof has to be about.
        with_basis: whether the directions of the boxes are read.
        only: kind and id of the one point whose proof is wanted; all if None.

    Raises:
        RowError: if a row is damaged.
    """
    table = schema.certificates
    columns = [c for c in table.c if with_basis or not c.key.startswith("basis")]
    query = sa.select(*columns).order_by(table.c.kind, table.c.point_id)
    if only is not None:
        query = query.where(table.c.kind == only[0], table.c.point_id == only[1])
    for row in read_rows(connection, query, table):
        if subjects.get((row.kind, row.point_id)) == row.subject:
            with decoding(table, row):
                yield StoredProof(row.point_id, _result(row), _alike(row))


def _result(row: Any) -> Certificate | Refusal:
    version, number = method_of(row.version)
    if not row.is_proved:
        return Refusal(row.kind, row.point_id, row.reason, version, row.time, number)
    centre = np.frombuffer(row.centre, dtype="<f8")
    basis = np.frombuffer(getattr(row, "basis", b""), dtype="<f8")
    return Certificate(
        kind=row.kind,
        id=row.point_id,
        index=row.index,
        distance=row.distance,
        tier=row.tier,
        contraction=row.contraction,
        loss=(row.loss_low, row.loss_high),
        trace=(row.trace_low, row.trace_high),
        square=(row.square_low, row.square_high),
        centre=centre,
        basis=basis.reshape(len(centre), -1) if basis.size else None,
        rho=row.rho,
        version=version,
        time=row.time,
        method=number,
    )


def _alike(row: Any) -> tuple[PointKey, ...] | None:
    if row.alike == _NOT_COMPARED:
        return None
    points = json.loads(row.alike)
    if not isinstance(points, list):
        raise ValueError(f"{row.alike!r:.40} is no list of points")
    # Those of the same kind by their ids alone, as in the files of before others were compared.
    return tuple(
        (str(one[0]), int(one[1])) if isinstance(one, list) else (row.kind, int(one))
        for one in points
    )


def write_alike(
    connection: sa.Connection,
    alike: Mapping[PointKey, Sequence[PointKey]],
    times: Mapping[tuple[str, int], float],
) -> None:
    """Note for each proof, by kind and id of the point, from which points it is not proved different.

    A proof that was written anew since `times` is left alone.
    """
    table = schema.certificates
    columns = [c for c in table.c if not c.key.startswith("basis")]
    for row in list(read_rows(connection, sa.select(*columns), table)):
        key = (row.kind, row.point_id)
        if key not in alike or times[key] != row.time:
            continue
        same = [i for kind, i in sorted(alike[key]) if kind == row.kind]
        others = [[kind, i] for kind, i in sorted(alike[key]) if kind != row.kind]
        text = json.dumps([*same, *others])
        if text == row.alike:
            continue
        values = {**row._mapping, "alike": text}
        connection.execute(
            table.update()
            .where(table.c.kind == row.kind, table.c.point_id == row.point_id)
            .values({"alike": text, CHECKSUM: row_checksum(table, values)})
        )


def remove_proofs(connection: sa.Connection, kind: str, ids: Sequence[int]) -> None:
    """Take out what is held about points that go, or change."""
    table = schema.certificates.c
    gone = (table.kind == kind) & table.point_id.in_(ids)
    connection.execute(schema.certificates.delete().where(gone))


def remove_damaged_proofs(connection: sa.Connection) -> list[str]:
    """Take out the proofs whose rows cannot be relied on; what was wrong with them."""
    table = schema.certificates
    faults = []
    for row in connection.execute(sa.select(table.c.kind, table.c.point_id)).all():
        this = (table.c.kind == row.kind) & (table.c.point_id == row.point_id)
        try:
            for one in read_rows(connection, sa.select(table).where(this), table):
                with decoding(table, one):
                    _result(one)
                    _alike(one)
        except RowError as error:
            faults.append(f"{row.kind} {row.point_id}: {error.reason}")
            connection.execute(table.delete().where(this))
    return faults
