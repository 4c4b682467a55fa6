"""What a check of a landscape showed."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Fault:
    """One thing that was wrong.

    Attributes:
        table: where.
        id: of the row; None for a table as a whole.
        what: was wrong.
        done: what was done about it; None if nothing could be, or was to be.
    """

    table: str
    id: int | None
    what: str
    done: str | None = None


@dataclass(frozen=True)
class LandscapeCheck:
    """What a check of a landscape showed.

    Attributes:
        minima, transition_states: points that were evaluated anew.
        faults: all that was wrong.
        checksums_added: rows of earlier versions that have one now.
        backup: copy of the file as it was before anything was changed; None if nothing was.
    """

    minima: int
    transition_states: int
    faults: tuple[Fault, ...]
    checksums_added: int
    backup: str | None

    @property
    def is_sound(self) -> bool:
        """Whether nothing was wrong."""
        return not self.faults

    def as_dict(self) -> dict[str, Any]:
        """The fields by name, as JSON can hold them."""
        return {**asdict(self), "is_sound": self.is_sound}
