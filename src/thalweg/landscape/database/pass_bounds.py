"""Rows of proved bounds of passes, and back."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from ..certificates import METHOD
from ..pass_bound import PassBound
from . import schema
from .certificates import BY_METHOD, method_of, subject_of
from .rows import RowError, decoding, read_rows, sealed

_TABLE = schema.pass_bounds


class Pass(NamedTuple):
    """A transition state and its two ends, as they are stored.

    Attributes:
        id: of the row of the transition state.
        minima: ids of the rows of its ends.
        loss: of the transition state.
        subject: hash of the problem and the coordinates of the three: what a bound is about.
    """

    id: int
    minima: tuple[int, int]
    loss: float
    subject: str


def subject_of_pass(fingerprint: str, state: bytes, ends: Sequence[bytes]) -> str:
    """SHA-256 over a problem, the coordinates of a transition state and, in either order, of its ends."""
    return subject_of(fingerprint, state + b"".join(sorted(ends)))


def read_passes(connection: sa.Connection, fingerprint: str) -> dict[int, Pass]:
    """The passes of which bounds are stored, as they are now, by id of the transition state.

    Raises:
        RowError: if a row of a point is damaged.
    """
    states, minima = schema.transition_states, schema.minima
    t = states.c
    query = sa.select(t.id, t.minimum_a, t.minimum_b, t.loss, t.coordinates)
    query = query.where(t.id.in_(sa.select(_TABLE.c.transition_state)))
    rows = list(read_rows(connection, query, states))
    of_ends = (sa.select(column).where(t.id.in_(sa.select(_TABLE.c.transition_state)))
               for column in (t.minimum_a, t.minimum_b))  # fmt: skip
    ends = sa.select(minima.c.id, minima.c.coordinates).where(minima.c.id.in_(sa.union(*of_ends)))
    at = {row.id: row.coordinates for row in read_rows(connection, ends, minima)}
    return {
        row.id: Pass(
            row.id,
            (row.minimum_a, row.minimum_b),
            row.loss,
            subject_of_pass(fingerprint, row.coordinates, (at[row.minimum_a], at[row.minimum_b])),
        )
        for row in rows
        # Of an end that is not there, which a damaged row may name, no bound says anything.
        if {row.minimum_a, row.minimum_b} <= at.keys()
    }


def pass_bound_row(
    one: PassBound, state_id: int, subject: str, version: str, time: float
) -> dict[str, Any]:
    """The row of a bound."""
    values = {
        "transition_state": state_id,
        "subject": subject,
        "bound": one.bound,
        "pieces": one.n_pieces,
        "version": f"{version}{BY_METHOD}{METHOD}",
        "time": time,
    }
    return sealed(_TABLE, values)


def read_pass_bounds(connection: sa.Connection, fingerprint: str) -> Iterator[PassBound]:
    """The bounds that are about passes as they are now, by the method of today; with ids of rows.

    Raises:
        RowError: if a row is damaged.
    """
    passes = read_passes(connection, fingerprint)
    query = sa.select(_TABLE).order_by(_TABLE.c.transition_state)
    for row in read_rows(connection, query, _TABLE):
        known = passes.get(row.transition_state)
        if known is None or known.subject != row.subject:
            continue
        with decoding(_TABLE, row):
            if method_of(row.version)[1] == METHOD:
                yield PassBound(known.minima, known.id, known.loss, row.bound, row.pieces)


def remove_pass_bounds(connection: sa.Connection, state_ids: Sequence[int]) -> None:
    """Take out the bounds of passes that go, or change."""
    connection.execute(_TABLE.delete().where(_TABLE.c.transition_state.in_(state_ids)))


def remove_damaged_pass_bounds(connection: sa.Connection) -> list[str]:
    """Take out the bounds whose rows cannot be relied on; what was wrong with them."""
    faults = []
    for state in connection.execute(sa.select(_TABLE.c.transition_state)).scalars().all():
        this = _TABLE.c.transition_state == state
        try:
            for row in read_rows(connection, sa.select(_TABLE).where(this), _TABLE):
                with decoding(_TABLE, row):
                    method_of(row.version)
        except RowError as error:
            faults.append(f"pass {state}: {error.reason}")
            connection.execute(_TABLE.delete().where(this))
    return faults
