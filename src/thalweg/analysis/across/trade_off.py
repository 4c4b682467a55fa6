"""Options, such as losses, weighed against one another by several objectives: which are worth choosing."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Bool, Float

from ...confidence_interval import ConfidenceInterval
from ...display import shown
from ..minima.metric_direction import MetricDirection

_DRAWS = 1000
"""Bootstrap samples: shares over them are known to 0.03."""


@shown
@dataclass(frozen=True, eq=False)
class TradeOff:
    """Options beside one another, and which of them no other one beats.

    An option is efficient (Pareto) if no other is at least as good by every objective and better by one.

    Attributes:
        options: names of what there is to choose from.
        objectives: for each objective which end is better.
        mean: of each objective over the units of an option [options objectives].
        intervals: 95 % intervals of these means over bootstrap samples of the units.
        is_efficient: by the means [options].
        share_efficient: of the bootstrap samples in which an option is efficient [options]: near one it is
            so beyond doubt, near zero it is not, in between the data cannot tell.
        dominated_by: for each option those that are at least as good by every objective, and better by one.
    """

    options: tuple[str, ...]
    objectives: Mapping[str, MetricDirection]
    mean: Float[np.ndarray, "options objectives"]
    intervals: tuple[tuple[ConfidenceInterval, ...], ...]
    is_efficient: Bool[np.ndarray, " options"]
    share_efficient: Float[np.ndarray, " options"]
    dominated_by: tuple[tuple[str, ...], ...]

    def best(self, objective: str) -> str:
        """The option of best mean by one objective."""
        k = list(self.objectives).index(objective)
        return self.options[int(np.argmax(_signs(self.objectives)[k] * self.mean[:, k]))]

    def statements(self) -> list[str]:
        """The trade-off in words: the best by each objective, and what is beaten by what."""
        lines = []
        for k, (name, direction) in enumerate(self.objectives.items()):
            best = self.best(name)
            i = self.options.index(best)
            end = "highest" if direction is MetricDirection.HIGHER else "lowest"
            lines.append(
                f"{end} {name}: {best} ({self.mean[i, k]:.4g}; {self.intervals[i][k].in_words()})"
            )
        for i, option in enumerate(self.options):
            share = f"efficient in {self.share_efficient[i]:.0%} of the bootstrap samples"
            if self.is_efficient[i]:
                lines.append(f"{option} is beaten by no other ({share})")
            else:
                lines.append(f"{option} is beaten by {', '.join(self.dominated_by[i])} ({share})")
        return lines

    def to_frame(self) -> pd.DataFrame:
        """One row an option: mean and interval of each objective, efficient, share_efficient."""
        rows = {}
        for i, option in enumerate(self.options):
            row: dict[str, float] = {}
            for k, name in enumerate(self.objectives):
                lower, upper = self.intervals[i][k]
                row |= {name: self.mean[i, k], f"{name}, lower": lower, f"{name}, upper": upper}
            row |= {
                "efficient": float(self.is_efficient[i]),
                "share_efficient": float(self.share_efficient[i]),
            }
            rows[option] = row
        return pd.DataFrame.from_dict(rows, orient="index")


def trade_off(
    values: Mapping[str, Mapping[str, Float[np.ndarray, " units"]]],
    objectives: Mapping[str, MetricDirection],
    *,
    unit: str = "values",
    seed: int = 0,
) -> TradeOff:
    """Weigh options by the means of several objectives, with what chance does to them.

    Args:
        values: for each option and objective its values, one a unit [units]: a minimum of the landscape of
            a loss, or a seed of a search. Objectives of an option with equally many are resampled together.
        objectives: for each objective which end is better.
        unit: what the units are, in the plural, where all of them are of one sort.
        seed: of the bootstrap samples.

    Raises:
        ValueError: if there are no options or objectives, or an option lacks values of one.
    """
    if not values or not objectives:
        raise ValueError("a trade-off needs at least one option and one objective.")
    for option, by_objective in values.items():
        for name in objectives:
            if name not in by_objective or not np.isfinite(by_objective[name]).all():
                raise ValueError(f"{option} has no finite values of {name!r}.")
            if len(by_objective[name]) == 0:
                raise ValueError(f"{option} has no values of {name!r}.")
    rng = np.random.default_rng(seed)
    drawn = np.stack(
        [_resampled_means(by_objective, list(objectives), rng) for by_objective in values.values()],
        axis=1,
    )
    mean = np.array(
        [[np.mean(by_objective[name]) for name in objectives] for by_objective in values.values()]
    )
    signs = _signs(objectives)
    beats = _beats(signs * mean)
    options = tuple(values)
    return TradeOff(
        options=options,
        objectives=dict(objectives),
        mean=mean,
        intervals=tuple(
            tuple(
                ConfidenceInterval.bootstrap(drawn[:, i, k], len(by_objective[name]), unit)
                for k, name in enumerate(objectives)
            )
            for i, by_objective in enumerate(values.values())
        ),
        is_efficient=np.asarray(~beats.any(axis=0)),
        share_efficient=np.mean([~_beats(signs * one).any(axis=0) for one in drawn], axis=0),
        dominated_by=tuple(
            tuple(options[j] for j in np.flatnonzero(beats[:, i])) for i in range(len(options))
        ),
    )


def _resampled_means(
    by_objective: Mapping[str, Float[np.ndarray, " units"]],
    names: list[str],
    rng: np.random.Generator,
) -> Float[np.ndarray, "draws objectives"]:
    """Means over bootstrap samples of the units; the same units for objectives with equally many."""
    units: dict[int, np.ndarray] = {}
    means = np.zeros((_DRAWS, len(names)))
    for k, name in enumerate(names):
        n = len(by_objective[name])
        if n not in units:
            units[n] = rng.integers(0, n, (_DRAWS, n))
        means[:, k] = by_objective[name][units[n]].mean(axis=1)
    return means


def _signs(objectives: Mapping[str, MetricDirection]) -> Float[np.ndarray, " objectives"]:
    """+1 where higher values are better, −1 where lower ones are."""
    directions = objectives.values()
    return np.array([1.0 if d is MetricDirection.HIGHER else -1.0 for d in directions])


def _beats(merit: Float[np.ndarray, "options objectives"]) -> Bool[np.ndarray, "options options"]:
    """Whether the option of the row beats that of the column; higher merit is better."""
    is_no_worse = (merit[:, None] >= merit[None]).all(axis=2)
    is_better = (merit[:, None] > merit[None]).any(axis=2)
    return np.asarray(is_no_worse & is_better)
