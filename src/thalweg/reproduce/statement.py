"""What is published in words or numbers, and whether ours say the same."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from itertools import combinations
from typing import Any

import numpy as np

Measurements = Mapping[str, float | int]
"""The values of one case and one seed, by name of the quantity."""

BySeed = Mapping[str, Sequence[Measurements]]
"""For each case the values of each seed."""

MIN_SEEDS = 3
"""Fewer runs tell nothing about another one."""


@dataclass(frozen=True)
class CannotTell:
    """The answer of a test that has none, with the reason."""

    reason: str


Answer = bool | CannotTell
Test = Callable[[Mapping[str, Measurements]], Answer]
"""Whether a statement holds, from the values of all cases of one seed."""


class Verdict(StrEnum):
    """What all seeds together say of a statement."""

    HOLDS = "holds"
    CONTRARY = "does not hold"
    OPEN = "cannot be told"


@dataclass(frozen=True)
class Statement:
    """A published statement, and in which of our runs it holds.

    Attributes:
        text: the statement.
        holds: for each seed; None where it cannot be told.
        rule: where it comes from: the 'order' of two published values, the 'sign' of one, or 'words'.
        reason: why it cannot be told where it cannot.
        remark: why ours may differ.
    """

    text: str
    holds: tuple[bool | None, ...]
    rule: str = "words"
    reason: str = ""
    remark: str = ""

    @property
    def verdict(self) -> Verdict:
        """*holds* if it does in all seeds, *does not hold* if in none, else *cannot be told*."""
        if len(self.holds) < MIN_SEEDS or None in self.holds or len(set(self.holds)) > 1:
            return Verdict.OPEN
        return Verdict.HOLDS if self.holds[0] else Verdict.CONTRARY

    @property
    def explanation(self) -> str:
        """Why the verdict is no clear one; empty if it is."""
        if self.verdict is not Verdict.OPEN:
            return ""
        if self.reason:
            return self.reason
        n_seeds = len(self.holds)
        if n_seeds < MIN_SEEDS:
            return f"{n_seeds} seeds, fewer than {MIN_SEEDS}"
        return f"holds in {self.holds.count(True)} of {n_seeds} seeds"

    def as_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return {
            **asdict(self),
            "verdict": str(self.verdict),
            "explanation": self.explanation,
        }


def published_statements(
    measurements: BySeed,
    published: Mapping[str, Measurements],
    *,
    never_negative: Collection[str] = (),
    remark: str = "",
) -> tuple[Statement, ...]:
    """Every order and every sign of the published values, none chosen by hand.

    Args:
        measurements: ours, for each case the values of each seed.
        published: for each case the published values.
        never_negative: quantities whose sign says nothing, such as counts, areas and distances.
        remark: why ours may differ.

    Returns:
        For each quantity the order of every two cases for which different values are published, then the
        sign of every published value.
    """
    statements = [
        *_orders(measurements, published, remark),
        *_signs(measurements, published, never_negative, remark),
    ]
    return tuple(statements)


def stated(text: str, measurements: BySeed, test: Test, remark: str = "") -> Statement:
    """A statement in words about all cases of one seed, tested for each seed."""
    return _statement(text, measurements, test, "words", remark)


def exceeds(larger: tuple[str, str], smaller: tuple[str, str]) -> Test:
    """Whether a value, by case and quantity, is above another, as a test."""

    def test(values: Mapping[str, Measurements]) -> Answer:
        return _is_positive(_value(values, *larger) - _value(values, *smaller), "ours are equal")

    return test


def _orders(
    measurements: BySeed, published: Mapping[str, Measurements], remark: str
) -> Iterator[Statement]:
    for quantity in dict.fromkeys(name for values in published.values() for name in values):
        cases = [case for case, values in published.items() if quantity in values]
        for pair in combinations(cases, 2):
            small, large = sorted(pair, key=lambda case: published[case][quantity])
            lower, upper = published[small][quantity], published[large][quantity]
            if lower < upper:
                text = f"{quantity}: {large} > {small} ({upper:.6g} > {lower:.6g})"
                test = exceeds((large, quantity), (small, quantity))
                yield _statement(text, measurements, test, "order", remark)


def _signs(
    measurements: BySeed,
    published: Mapping[str, Measurements],
    never_negative: Collection[str],
    remark: str,
) -> Iterator[Statement]:
    for case, values in published.items():
        for quantity, value in values.items():
            if value and quantity not in never_negative:
                word = "above zero" if value > 0 else "below zero"
                text = f"{quantity}: {case} is {word} ({value:.6g})"
                test = _has_sign(case, quantity, float(np.sign(value)))
                yield _statement(text, measurements, test, "sign", remark)


def _has_sign(case: str, quantity: str, sign: float) -> Test:
    return lambda values: _is_positive(sign * _value(values, case, quantity), "ours is zero")


def _value(values: Mapping[str, Measurements], case: str, quantity: str) -> float:
    """NaN where a seed does not have it: a landscape may be too bare."""
    return float(values.get(case, {}).get(quantity, np.nan))


def _is_positive(difference: float, when_zero: str) -> Answer:
    if np.isnan(difference):
        return CannotTell("ours has no value")
    return difference > 0 if difference else CannotTell(when_zero)


def _statement(text: str, measurements: BySeed, test: Test, rule: str, remark: str) -> Statement:
    n_seeds = max((len(by_seed) for by_seed in measurements.values()), default=0)
    answers = [
        test({case: values[k] for case, values in measurements.items() if k < len(values)})
        for k in range(n_seeds)
    ]
    reasons = dict.fromkeys(a.reason for a in answers if isinstance(a, CannotTell))
    holds = tuple(None if isinstance(a, CannotTell) else bool(a) for a in answers)
    return Statement(text, holds, rule, "; ".join(reasons), remark)
