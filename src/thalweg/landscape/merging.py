"""Several landscapes of one problem made into one, as after jobs that each wrote a file of its own."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..paths import shown
from ..problems import Problem
from ..problems.acceptance import as_problem
from ..problems.capabilities import OnLandscape
from .database.connection import database_file
from .database.known_points import KnownPoints
from .database.landscape_rows import LandscapeRows
from .database.merger import MergedCounts, Merger
from .database.reader import read_tolerances
from .errors import LandscapeError, OtherTolerances
from .landscape import Landscape
from .tolerances import Tolerances

Source = Landscape | str | Path
"""A landscape that is open, a file name or a database URL."""


@dataclass(frozen=True)
class Merged(MergedCounts):
    """What one landscape gave to the one that holds all.

    Attributes:
        source: its location, without password.
    """

    source: str


def merge(
    sources: Iterable[Source],
    to: Source,
    *,
    problem: Problem | OnLandscape | None = None,
    progress: Callable[[Merged], None] = lambda _: None,
) -> list[Merged]:
    """Add all that some landscapes of one problem hold to another, which is made if there is none.

    Points are told apart as in any landscape: near copies and symmetry images of known ones are not added
    again, so the set of points does not depend on the order of the sources. Transition states join the
    minima of the target. Hits, attempts, runs and tasks are added; what the target counts already, by law,
    seed, stream and number of each task, does not count twice, and merging the same landscape again changes
    nothing. Annotations and proofs come along where the target has none of that point.

    Each source is added in one transaction, as a whole or not at all: after a kill the same call goes on.
    It is read as it is at one instant; its run may go on meanwhile, but what it adds later can be merged only
    by beginning with a new target.

    Args:
        sources: landscapes to add; they are only read.
        to: landscape that receives them, and none of `sources`.
        problem: needed if the sources cannot rebuild it themselves.
        progress: called after each source.

    Returns:
        What each source gave, in their order.

    Raises:
        FingerprintMismatch: if one holds points of another problem; nothing is written then.
        OtherTolerances: if one was made with other tolerances; nothing is written then.
        LandscapeError: if there are no sources, the target is among them, one cannot be read, or some of its
            independent starts are counted already and some are not: it went on since it was merged, or has
            the seed of another.
    """
    listed = list(sources)
    known_problem = None if problem is None else as_problem(problem)
    first = _require_mergeable(listed, to, known_problem)
    results: list[Merged] = []
    target: Landscape | None = None
    try:
        for source in listed:
            # Read before the target is made, so that a first source which is damaged leaves nothing behind.
            with _opened(source, known_problem) as landscape:
                rows, name = _rows_of(landscape), landscape.location
            if target is None:
                target = to if isinstance(to, Landscape) else _made(to, first)
                known = _known_points(target)
            results.append(_added(target, known, rows, name))
            progress(results[-1])
    finally:
        if target is not None and target is not to:
            target.close()
    return results


@dataclass(frozen=True)
class _Common:
    """What all sources have in common."""

    problem: Problem
    tolerances: Tolerances


def _require_mergeable(sources: Sequence[Source], to: Source, problem: Problem | None) -> _Common:
    """Look at all sources before anything is written."""
    if not sources:
        raise LandscapeError("there is nothing to merge: name one landscape or more.")
    common: _Common | None = None
    for source in sources:
        if _is_same(source, to):
            raise LandscapeError(
                f"{_name(to)} is to receive the others and cannot be one of them; name another target."
            )
        # The first one's problem is what the others are compared with.
        with _opened(source, problem if common is None else common.problem) as landscape:
            if common is None:
                common = _Common(landscape.problem, landscape.tolerances)
            elif landscape.tolerances != common.tolerances:
                raise _other_tolerances(landscape, _name(sources[0]))
    assert common is not None
    if isinstance(to, Landscape):
        to._require_same(common.problem)
        if to.tolerances != common.tolerances:
            raise _other_tolerances(to, _name(sources[0]))
    return common


def _other_tolerances(landscape: Landscape, other: str) -> OtherTolerances:
    return OtherTolerances(
        f"{landscape.location} was made with {landscape.tolerances}, {other} with others: points found by "
        "one tolerance are not told apart by another."
    )


def _made(to: str | Path, common: _Common) -> Landscape:
    return Landscape.open_or_create(common.problem, to, **vars(common.tolerances))


@contextmanager
def _opened(source: Source, problem: Problem | None) -> Iterator[Landscape]:
    if isinstance(source, Landscape):
        if problem is not None:
            source._require_same(problem)
        yield source
        return
    with Landscape.open(source, problem) as landscape:
        yield landscape


def _rows_of(landscape: Landscape) -> LandscapeRows:
    with landscape._database.reading() as connection:
        return LandscapeRows.read(connection, landscape.dimension)


def _known_points(landscape: Landscape) -> KnownPoints:
    """The points of a landscape, read before others have to wait."""
    problem = landscape.problem
    with landscape._database.reading() as connection:
        edifftol = read_tolerances(connection).edifftol
        known = KnownPoints(problem.symmetry, problem.loss_unit, problem.dimension, edifftol)
        known.catch_up(connection)
    return known


def _added(target: Landscape, known: KnownPoints, rows: LandscapeRows, name: str) -> Merged:
    with target._writing() as connection:
        known.catch_up(connection)
        counts = Merger(known, connection, rows, name).merge()
    return Merged(**vars(counts), source=name)


def _name(place: Source) -> str:
    return place.location if isinstance(place, Landscape) else shown(place)


def _is_same(a: Source, b: Source) -> bool:
    if a is b:
        return True
    first, second = (x._database.location if isinstance(x, Landscape) else x for x in (a, b))
    if first is None or second is None:
        return False
    try:
        # A file may be named by a URL, too.
        return os.path.samefile(database_file(first) or first, database_file(second) or second)
    except (OSError, ValueError):
        return str(first) == str(second)
