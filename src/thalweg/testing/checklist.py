"""What a contract check collects, and the error that lists every item that failed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Violation:
    """One item of a contract that does not hold.

    Attributes:
        item: what was checked.
        evidence: the numbers that were seen and those that were expected.
        remedy: what to do.
    """

    item: str
    evidence: str
    remedy: str


class ContractError(AssertionError):
    """Some items of a contract do not hold; the message lists all of them.

    Attributes:
        violations: every item that failed.
    """

    def __init__(self, subject: str, violations: tuple[Violation, ...]) -> None:
        self.violations = violations
        listed = "\n".join(f"  {v.item}: {v.evidence}\n    → {v.remedy}" for v in violations)
        n = len(violations)
        super().__init__(f"{subject} breaks {n} item{'s' * (n > 1)} of its contract:\n{listed}")

    @property
    def items(self) -> tuple[str, ...]:
        """Names of the items that failed, in the order in which they were checked."""
        return tuple(v.item for v in self.violations)


class Checklist:
    """Collects the items that fail; leaving the `with` block raises them all at once."""

    def __init__(self, subject: str) -> None:
        self._subject = subject
        self._violations: list[Violation] = []

    def __enter__(self) -> "Checklist":
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None and self._violations:
            raise ContractError(self._subject, tuple(self._violations))

    def require(self, holds: bool | np.bool_, item: str, evidence: str, remedy: str) -> bool:
        """Note a violation unless `holds`; returns `holds`."""
        if not holds:
            self._violations.append(Violation(item, evidence, remedy))
        return bool(holds)

    @contextmanager
    def item(self, name: str, remedy: str) -> Iterator[None]:
        """Whatever is raised inside is a violation of the item `name`; the other items go on."""
        try:
            yield
        except Exception as error:
            self.require(False, name, f"raised {type(error).__name__}: {error}", remedy)

    @property
    def is_clean(self) -> bool:
        """Whether nothing has failed so far."""
        return not self._violations
