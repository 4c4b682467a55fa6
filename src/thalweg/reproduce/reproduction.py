"""What a reproduction of a published table or figure is."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

Progress = Callable[[str], None]
"""Called with what is being computed."""


@dataclass(frozen=True)
class Scale:
    """How much is computed.

    Attributes:
        train, test: points of the data.
        hidden: units of the hidden layer.
        starts: random starts of each landscape.
        seeds: of the searches; the spread is over them.
        connect: whether transition states are looked for, which frustration needs.
        seconds: wall time at which a landscape is taken as it is; None for no limit.
    """

    train: int
    test: int
    hidden: int
    starts: int
    seeds: tuple[int, ...]
    connect: bool
    seconds: float | None = None


SMALL = Scale(200, 800, 3, 48, (0, 1, 2), connect=False)
FULL = Scale(3200, 800, 5, 192, (0, 1, 2), connect=True, seconds=240.0)


@dataclass(frozen=True)
class Claim:
    """A published statement, and in how many of our runs it holds.

    Attributes:
        text: the statement.
        holds: for each seed.
        remark: why ours may differ.
    """

    text: str
    holds: tuple[bool, ...]
    remark: str = ""


@dataclass(frozen=True, eq=False)
class Reproduction:
    """A published table beside ours.

    Attributes:
        name: by which `thalweg reproduce` knows it.
        title: what is reproduced.
        table: one row a quantity; columns `published`, and ours as mean and standard deviation over
            seeds.
        claims: order and sign of the published values, checked.
        scale: how much was computed.
        setting: in words, where the scale does not say it.
    """

    name: str
    title: str
    table: pd.DataFrame
    claims: tuple[Claim, ...]
    scale: Scale
    setting: str = ""

    def as_dict(self) -> dict[str, Any]:
        """All of it, as JSON can hold it."""
        return {
            "name": self.name,
            "title": self.title,
            "scale": asdict(self.scale),
            "setting": self.setting,
            "table": self.table.replace({np.nan: None}).to_dict(orient="index"),
            "claims": [asdict(claim) for claim in self.claims],
        }


Measurements = Mapping[str, float | int]
"""The values of one landscape, by name."""

Test = Callable[[Mapping[str, Measurements]], bool]
"""Whether a statement holds, from the values of all cases of one seed."""


def side_by_side(
    measurements: Mapping[str, Sequence[Measurements]], published: Mapping[str, Measurements]
) -> pd.DataFrame:
    """One row for each case and quantity: published value, our mean and standard deviation over seeds.

    Args:
        measurements: for each case the values of each seed.
        published: for each case the published values, where there are any.
    """
    rows = {}
    for case, by_seed in measurements.items():
        for quantity in by_seed[0]:
            values = np.array([one[quantity] for one in by_seed], dtype=np.float64)
            # What a seed does not have, as the position of a fold where there is none, is left out.
            values = values[np.isfinite(values)]
            rows[f"{case}: {quantity}"] = {
                "published": published.get(case, {}).get(quantity, np.nan),
                "ours": float(values.mean()) if len(values) else np.nan,
                "sd": float(values.std(ddof=1)) if len(values) > 1 else np.nan,
            }
    return pd.DataFrame.from_dict(rows, orient="index")


def claim(
    text: str,
    measurements: Mapping[str, Sequence[Measurements]],
    test: Test,
    remark: str = "",
) -> Claim:
    """A statement about all cases of one seed, checked for each seed."""
    n = len(next(iter(measurements.values())))
    by_seed = ({case: values[k] for case, values in measurements.items()} for k in range(n))
    return Claim(text, tuple(bool(test(values)) for values in by_seed), remark)


def exceeds(larger: tuple[str, str], smaller: tuple[str, str]) -> Test:
    """Whether a value, by case and quantity, is above another, as the test of a `claim`."""

    def test(values: Mapping[str, Measurements]) -> bool:
        (case, quantity), (other_case, other_quantity) = larger, smaller
        return values[case][quantity] > values[other_case][other_quantity]

    return test
