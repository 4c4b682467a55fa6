"""Records of problems: serialisation, fingerprint, reconstruction."""

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from typing import Any, ClassVar, TypeVar

import equinox as eqx
import numpy as np

_Problem = TypeVar("_Problem", bound="Recorded")

KINDS: dict[str, type["Recorded"]] = {}
"""Class of each kind that landscape files rebuild; `registry.register` adds to it."""


class Recorded(eqx.Module):
    """What defines a problem, as JSON-serialisable choices and named arrays.

    By default the choices are the static fields, the arrays are the others, and `from_record` passes all of
    them to the constructor: a problem whose constructor takes its fields need not write any of this.
    Override `choices` and `arrays` where a field is neither, and `from_record` where the constructor takes
    something else. What a stored landscape is known by must not change afterwards.
    """

    kind: ClassVar[str]
    """Name of the kind of problem in files; every class has its own."""

    def choices(self) -> dict[str, Any]:
        """The choices that define the loss, as JSON-serialisable values; they enter the fingerprint."""
        return {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if _is_static(f)}

    def arrays(self) -> dict[str, np.ndarray]:
        """The arrays that define the loss (data), by name; they enter the fingerprint."""
        fields = (f.name for f in dataclasses.fields(self) if not _is_static(f))
        values = {name: getattr(self, name) for name in fields}
        return {name: np.asarray(value) for name, value in values.items() if value is not None}

    def unhashed_choices(self) -> dict[str, Any]:
        """Choices that are stored as well, but leave the fingerprint alone, such as the law of starts.

        Files written before a choice was stored lack it: `from_record` needs a default for each.
        """
        return {}

    def stored_choices(self) -> dict[str, Any]:
        """All choices that `from_record` needs beside the arrays."""
        return {**self.choices(), **self.unhashed_choices()}

    @classmethod
    def from_record(
        cls: type[_Problem], choices: Mapping[str, Any], arrays: Mapping[str, np.ndarray]
    ) -> _Problem:
        """Rebuild a problem from what `stored_choices` and `arrays` gave.

        Raises:
            NotImplementedError: if the record does not suffice.
        """
        return cls(**{name: _hashable(value) for name, value in choices.items()}, **arrays)

    def completed_by(self: _Problem, stored: Mapping[str, Any]) -> _Problem:
        """The same problem with what a landscape file holds of it and it does not know itself.

        Args:
            stored: what `stored_choices` gave when the file was made. By default nothing is taken from it.
        """
        return self

    @property
    def is_portable(self) -> bool:
        """Whether a landscape file can rebuild the problem: by default, whether its class is registered.

        Override it where `stored_choices` and `arrays` do not suffice.
        """
        return KINDS.get(self.kind) is type(self)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over kind, choices and data: a landscape refuses points of any other problem.

        Raises:
            TypeError: if the choices are not JSON-serialisable, or an array holds no numbers.
        """
        try:
            text = json.dumps([self._kind_of_loss(), self.choices()], sort_keys=True)
        except TypeError as error:
            raise TypeError(
                f"choices() of {type(self).__name__} must hold numbers, text, lists and dicts: {error}. "
                "Override choices(), and from_record() or is_portable."
            ) from error
        digest = hashlib.sha256(text.encode())
        for label, array in sorted(self.arrays().items()):
            array = np.ascontiguousarray(array)
            if array.dtype.hasobject:
                raise TypeError(
                    f"{label!r} of {type(self).__name__} is no array of numbers; override arrays(), "
                    "choices() and from_record()."
                )
            digest.update(f"{label}{array.dtype.str}{array.shape}".encode())
            digest.update(array.tobytes())
        return digest.hexdigest()

    def _kind_of_loss(self) -> str | list[str]:
        """The kind; with the class, for a subclass that left the kind of a registered class as it was."""
        registered = KINDS.get(self.kind, type(self))
        if registered is type(self):
            return self.kind
        return [self.kind, type(self).__module__, type(self).__qualname__]


def _is_static(field: dataclasses.Field[Any]) -> bool:
    return bool(field.metadata.get("static", False))


def _hashable(value: Any) -> Any:
    """A value as a static field holds it: JSON has lists for tuples."""
    return tuple(_hashable(item) for item in value) if isinstance(value, list) else value
