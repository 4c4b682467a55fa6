"""The atoms of a cluster, in space."""

from typing import Protocol, runtime_checkable

import numpy as np

from .section import Section, Subject

_BOND = 1.35
"""Length up to which a line joins two atoms, as a multiple of the shortest distance: nearest neighbours."""


@runtime_checkable
class _Atomic(Protocol):
    """A problem whose coordinates are those of atoms in space, one atom after the other."""

    n_atoms: int


def atoms(subject: Subject) -> Section | None:
    """Positions that can be turned; lines join nearest neighbours."""
    problem = subject.problem
    if not subject.is_single or not isinstance(problem, _Atomic):
        return None
    positions = subject.points[0].coordinates.reshape(problem.n_atoms, 3)
    distances = np.linalg.norm(positions[:, None] - positions[None], axis=2)
    shortest = float(distances[~np.eye(len(positions), dtype=bool)].min())
    values = {"positions": positions, "bond": _BOND * shortest}
    return Section("Atoms", "atoms", values, "A drag, or the arrow keys, turn them.")
