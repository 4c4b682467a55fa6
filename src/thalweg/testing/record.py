"""Round trips of a problem through files and processes."""

import dataclasses
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import cloudpickle
import numpy as np

from ..landscape.landscape import Landscape
from ..problems.problem import Problem
from .checklist import Checklist
from .evaluation import Subject

_ROUNDING = 1e-10


def check_record(checklist: Checklist, subject: Subject) -> None:
    """A problem that is opened again is the same in every field; a copy is the same problem."""
    problem = subject.problem
    checklist.require(
        bool(re.fullmatch("[0-9a-f]{64}", problem.fingerprint))
        and problem.fingerprint == problem.fingerprint,
        "fingerprint repeats itself",
        f"it is {problem.fingerprint!r}",
        "leave `fingerprint` to the base class, and let `choices` and `arrays` depend on nothing else",
    )
    with checklist.item(
        "journey to another process",
        "keep only what can be pickled in the problem: module-level functions, arrays, plain values",
    ):
        _check_same(checklist, "copy", subject, cloudpickle.loads(cloudpickle.dumps(problem)))
    remedy = (
        "define `from_record` and let `choices` and `arrays` hold all that it needs, or set `is_portable` to "
        "False: the problem then has to be passed in again"
    )
    with (
        checklist.item("record round trip", remedy),
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        file = Path(folder) / "landscape.db"
        Landscape.create(problem, file).close()
        with Landscape.open(file, None if problem.is_portable else problem) as landscape:
            again = landscape.problem
        if problem.is_portable:
            lost_fields = list(differing_fields(problem, again))
            checklist.require(
                not lost_fields,
                "record round trip of every field",
                f"lost or changed when a file is opened again: {', '.join(lost_fields)}",
                remedy,
            )
        _check_same(checklist, "rebuilt problem", subject, again)


def _check_same(checklist: Checklist, which: str, subject: Subject, other: Problem) -> None:
    problem = subject.problem
    changed_properties = [
        name
        for name in ("fingerprint", "name", "dimension", "start_law")
        if getattr(problem, name) != getattr(other, name)
    ]
    points = subject.points[:1]
    theirs_too = Subject(other, subject.points, subject.seed)
    for what, mine, theirs in (
        ("starts", subject.starts, theirs_too.starts),
        ("losses", subject.losses(points), theirs_too.losses(points)),
    ):
        # Where it is compiled anew, the same sums may round differently in the last bits.
        if not np.allclose(mine, theirs, rtol=_ROUNDING, atol=_ROUNDING, equal_nan=True):
            changed_properties.append(what)
    checklist.require(
        not changed_properties,
        f"{which} is the same problem",
        f"its {', '.join(changed_properties)} differ",
        "let `choices` and `arrays` hold all that the loss and the starts depend on",
    )


def check_variants(checklist: Checklist, problem: Problem, variants: Sequence[Problem]) -> None:
    """Problems with other data or choices have other fingerprints."""
    fingerprints = [problem.fingerprint, *(variant.fingerprint for variant in variants)]
    same = [
        f"{i} and {j}"
        for j in range(len(fingerprints))
        for i in range(j)
        if fingerprints[i] == fingerprints[j]
    ]
    checklist.require(
        not same,
        "fingerprint tells variants apart",
        f"the same for the variants {', '.join(same)} (0 is the problem itself)",
        "let `choices` and `arrays` hold all that the loss depends on: a landscape refuses points of another "
        "problem by it",
    )


def check_fingerprint(checklist: Checklist, problem: Problem) -> None:
    """Every array of the record enters the fingerprint."""
    arrays = {name: np.asarray(array) for name, array in problem.arrays().items()}
    blind = []
    for name, array in arrays.items():
        if array.size and _fingerprint_with(problem, {**arrays, name: _changed(array)}) == (
            _fingerprint_with(problem, arrays)
        ):
            blind.append(name)
    checklist.require(
        not blind,
        "fingerprint changes with the data",
        f"it stays the same when {', '.join(blind)} change",
        "leave `fingerprint` to the base class",
    )


def _fingerprint_with(problem: Problem, arrays: Mapping[str, np.ndarray]) -> str:
    """The fingerprint that the problem's class gives to a record with these arrays."""
    kind = type(problem)
    other = type(kind.__name__, (kind,), {"arrays": lambda self: dict(arrays)})
    copy: Any = object.__new__(other)
    for field in dataclasses.fields(problem):
        object.__setattr__(copy, field.name, getattr(problem, field.name))
    return str(copy.fingerprint)


def _changed(array: np.ndarray) -> np.ndarray:
    changed_array = array.copy()
    flat = changed_array.reshape(-1)
    flat[-1] = not flat[-1] if array.dtype.kind == "b" else flat[-1] + 1
    return changed_array


def differing_fields(one: Any, other: Any, prefix: str = "") -> Iterator[str]:
    """Names of the fields, nested ones with a dot, in which two objects of a dataclass differ."""
    for field in dataclasses.fields(one):
        label = f"{prefix}{field.name}"
        mine, theirs = getattr(one, field.name), getattr(other, field.name, None)
        if dataclasses.is_dataclass(mine) and type(mine) is type(theirs):
            yield from differing_fields(mine, theirs, f"{label}.")
        elif not _is_same(mine, theirs):
            yield label


def _is_same(one: Any, other: Any) -> bool:
    if hasattr(one, "dtype") and hasattr(one, "shape"):
        one, other = np.asarray(one), np.asarray(other)
        is_alike = one.dtype == other.dtype and one.shape == other.shape
        return bool(is_alike and np.array_equal(one, other, equal_nan=one.dtype.kind == "f"))
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_is_same(v, other[k]) for k, v in one.items())
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_is_same, one, other))
    if dataclasses.is_dataclass(one) and type(one) is type(other):
        return not list(differing_fields(one, other))
    return bool(one is other or one == other)
