"""What a reproduction of a published table or figure is."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pandas as pd

from .statement import BySeed, Measurements, Statement, Verdict

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Progress = Callable[[str], None]
"""Called with what is being computed."""

Choice = TypeVar("Choice")


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
        size: 'tiny', 'small' or 'full', for what the other numbers do not say.
        searches: for transition states of each landscape, where an item counts them; as the size says if
            None.
    """

    train: int
    test: int
    hidden: int
    starts: int
    seeds: tuple[int, ...]
    connect: bool
    seconds: float | None = None
    size: str = "small"
    searches: int | None = None

    def choose(self, *, tiny: Choice, small: Choice, full: Choice) -> Choice:
        """What goes with the size."""
        return {"tiny": tiny, "small": small, "full": full}[self.size]

    def with_seeds(self, first: int, number: int) -> "Scale":
        """The same with so many seeds, from the first on."""
        return replace(self, seeds=tuple(range(first, first + number)))


TINY = Scale(80, 120, 2, 8, (0, 1, 2), connect=False, size="tiny")
"""Shows in a second or two that a reproduction runs; what it finds says little."""
SMALL = Scale(200, 800, 3, 48, (0, 1, 2), connect=False)
FULL = Scale(3200, 800, 5, 192, (0, 1, 2), connect=True, seconds=240.0, size="full")


@dataclass(frozen=True, eq=False)
class Picture:
    """A figure in the published arrangement.

    Attributes:
        name: tells it from the others of its reproduction; empty for the only one.
        caption: what it shows, as a sentence.
        draw: fills a Matplotlib figure; it holds all that it draws, and no landscape.
        size: width and height in inches.
    """

    name: str
    caption: str
    draw: "Callable[[Figure], None]"
    size: tuple[float, float] = (7.0, 5.0)

    def figure(self) -> "Figure":
        """The figure, drawn."""
        from matplotlib.figure import Figure

        figure = Figure(figsize=self.size, layout="constrained")
        self.draw(figure)
        return figure


@dataclass(frozen=True, eq=False)
class Reproduction:
    """A published table or figure beside ours.

    Attributes:
        name: by which `thalweg reproduce` knows it.
        title: what is reproduced.
        table: one row a quantity; columns `published`, and ours as mean and standard deviation over
            seeds.
        statements: all that is published of order and sign, and in words, with what our seeds say.
        scale: how much was computed.
        setting: in words, where the scale does not say it.
        pictures: the figures.
    """

    name: str
    title: str
    table: pd.DataFrame
    statements: tuple[Statement, ...]
    scale: Scale
    setting: str = ""
    pictures: tuple[Picture, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """All of it but the pictures, as JSON can hold it."""
        verdicts = [statement.verdict for statement in self.statements]
        return {
            "name": self.name,
            "title": self.title,
            "scale": asdict(self.scale),
            "setting": self.setting,
            "table": self.table.replace({np.nan: None}).to_dict(orient="index"),
            "statements": [statement.as_dict() for statement in self.statements],
            "verdicts": {str(verdict): verdicts.count(verdict) for verdict in Verdict},
        }


def side_by_side(measurements: BySeed, published: Mapping[str, Measurements]) -> pd.DataFrame:
    """One row for each case and quantity: published value, our mean and standard deviation over seeds.

    What is published of a case or a quantity that we have no value of stands with an empty cell.

    Args:
        measurements: for each case the values of each seed.
        published: for each case the published values, where there are any.
    """
    rows = {}
    for case in dict.fromkeys((*measurements, *published)):
        by_seed, known = measurements.get(case, ()), published.get(case, {})
        for quantity in dict.fromkeys(name for values in (*by_seed, known) for name in values):
            ours = np.array([one.get(quantity, np.nan) for one in by_seed], dtype=np.float64)
            # What a seed does not have, as the position of a fold where there is none, is left out.
            ours = ours[np.isfinite(ours)]
            rows[f"{case}: {quantity}"] = {
                "published": float(known.get(quantity, np.nan)),
                "ours": float(ours.mean()) if len(ours) else np.nan,
                "sd": float(ours.std(ddof=1)) if len(ours) > 1 else np.nan,
            }
    return pd.DataFrame.from_dict(rows, orient="index", columns=["published", "ours", "sd"])
