"""What a provider is given, and what it makes."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ...landscape.errors import LandscapeError
from ...landscape.landscape import Landscape
from ...landscape.records import Minimum, TransitionState
from ...problems.problem import Problem


@dataclass(frozen=True, eq=False)
class Subject:
    """What a detail is about.

    Attributes:
        landscape: where the points are.
        of: "minimum", "transition state", or "pair" for two minima.
        numbers: their indices in the network.
        points: the points.
        problem: whose points they are; None if the file cannot rebuild it and it was not passed in.
    """

    landscape: Landscape
    of: str
    numbers: tuple[int, ...]
    points: tuple[Minimum, ...]
    problem: Problem | None

    @property
    def is_single(self) -> bool:
        """Whether it is one point."""
        return len(self.points) == 1


@dataclass(frozen=True, eq=False)
class Section:
    """One section of a detail.

    Attributes:
        title: its heading.
        kind: how it is drawn, one of the front end's drawings: numbers, spectrum, network, decisions,
            points, dependence, prediction, atoms.
        values: what the drawing takes: numbers, texts, lists and arrays by name.
        note: a line below it.
    """

    title: str
    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


Provider = Callable[[Subject], Section | None]
"""Makes a section, or None where it has nothing to say."""

Details = Callable[[str, Sequence[int]], dict[str, Any]]
"""Answers for one point, or two, by kind and numbers, as `details_of` does."""


def details_of(
    landscape: Landscape, of: str, numbers: Sequence[int], providers: Sequence[Provider]
) -> dict[str, Any]:
    """The sections of one point, or of two minima, as JSON can hold them.

    Args:
        landscape: where they are.
        of: as `Subject.of`.
        numbers: one index in the network, two for a pair.
        providers: whose sections they are.

    Raises:
        IndexError: if there is no such point.
        ValueError: for anything else than these.
    """
    if of not in ("minimum", "transition state", "pair") or len(numbers) != 1 + (of == "pair"):
        raise ValueError(f"there are no details of {of!r} with {len(numbers)} numbers.")
    kind = TransitionState if of == "transition state" else Minimum
    points = tuple(landscape.point(kind, number) for number in numbers)
    subject = Subject(landscape, of, tuple(numbers), points, _problem_of(landscape))
    sections = [section for provider in providers if (section := provider(subject)) is not None]
    return {
        "sections": [
            {**_plain(one.values), "title": one.title, "kind": one.kind, "note": one.note}
            for one in sections
        ]
    }


def _problem_of(landscape: Landscape) -> Problem | None:
    try:
        return landscape.problem
    except LandscapeError:
        return None


def _plain(value: Any) -> Any:
    """As JSON can hold it: arrays as lists, what is no number as None."""
    if isinstance(value, np.ndarray):
        return _plain(value.tolist())
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value
