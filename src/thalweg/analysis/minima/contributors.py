"""Are the minima that contribute to the heat capacity the accurate ones, or the robust ones?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from jaxtyping import Float
from scipy.stats import rankdata

from ...landscape.network import Network
from ...numbers import Real
from ..graph.temperature import require_temperature
from ..graph.thermodynamics import log_occupations
from .metric_direction import MetricDirection, metric_direction

_PERMUTATIONS = 1999
_CHUNK_NUMBERS = 2_000_000
"""Numbers in one block of permuted ranks: 16 MB."""
_FEWEST = 8
"""Minima below which a rank correlation beyond two others says nothing."""


@dataclass(frozen=True)
class ContributorRelation:
    """How a value of the minima goes with the size of their contribution to the heat capacity.

    Attributes:
        name: of the value.
        coefficient: Spearman's, of |g_α| and the value; NaN if the value is constant.
        p_value: share of the permutations of the minima that give one as large in size, two-sided.
        beyond: partial rank correlation of the two once the ranks of loss and LPPHE, of which g_α is made,
            are taken out of both; NaN where nothing of the value is left.
        p_beyond: of that, likewise, by permutation of what is left.
        n: minima.
    """

    name: str
    coefficient: float
    p_value: float
    beyond: float
    p_beyond: float
    n: int

    def reading(self, at: float = 0.05) -> str:
        """One sentence; `at` is the p-value below which a correlation counts."""
        if not self.p_value < at:
            return f"no relation of the contribution to {self.name} shows"
        direction = metric_direction(self.name)
        rises = self.coefficient > 0
        if direction is None:
            return (
                f"minima that contribute more have the {'higher' if rises else 'lower'} {self.name}"
            )
        is_better = rises == (direction is MetricDirection.HIGHER)
        return (
            f"minima that contribute more have the {'better' if is_better else 'worse'} {self.name}"
        )


def log_contributions(network: Network, temperature: Real) -> Float[np.ndarray, " minima"]:
    """ln |g_α| = ln p_α + ln |L_α − ⟨L⟩| − 2 ln T [minima]: it orders minima of which none is occupied.

    Raises:
        ValueError: if `temperature` is not positive, or the network has no minima.
    """
    t = require_temperature(network, temperature)
    log_p = log_occupations(network, t)
    rise = network.losses - network.lowest_loss
    with np.errstate(divide="ignore"):
        log_g: Float[np.ndarray, " minima"] = log_p + np.log(np.abs(rise - np.exp(log_p) @ rise))
    log_g -= 2 * np.log(t)
    return log_g


def contributor_relations(
    network: Network,
    temperature: Real,
    values: Mapping[str, Float[np.ndarray, " minima"]],
    *,
    permutations: int = _PERMUTATIONS,
    seed: int = 0,
) -> tuple[ContributorRelation, ...]:
    """Rank correlations of |g_α| at one temperature with values of the minima, as AUC or a resampled loss.

    g_α follows from loss, LPPHE and degeneracy alone. That contributors are accurate may therefore say no
    more than that low minima are; `beyond` is what is left once loss and LPPHE are accounted for.

    Args:
        network: minima with losses and LPPHE.
        temperature: of a peak of C_V, as a rule.
        values: by name, one number a minimum; NaN leaves that minimum out.
        permutations: of the minima, for the p-values: none is below 1/(permutations + 1).
        seed: of the permutations.

    Raises:
        ValueError: for a value that has not one number a minimum, a temperature that is not positive, or
            fewer than eight minima.

    Reference:
        The question is that of Niroomand, Dicks, Pyzer-Knapp & Wales, Digital Discovery 3, 637 (2024),
        section 6; g_α as in Wales, Phys. Rev. E 95, 030105 (2017).
    """
    log_g = log_contributions(network, temperature)
    rng = np.random.default_rng(seed)
    return tuple(
        _relation(network, log_g, name, np.asarray(value, dtype=np.float64), permutations, rng)
        for name, value in values.items()
    )


def contributor_table(relations: Sequence[ContributorRelation]) -> pd.DataFrame:
    """One row a value: coefficient, p_value, beyond, p_beyond, n."""
    rows = {one.name: {k: v for k, v in vars(one).items() if k != "name"} for one in relations}
    return pd.DataFrame.from_dict(rows, orient="index")


def _relation(
    network: Network,
    log_g: Float[np.ndarray, " minima"],
    name: str,
    value: Float[np.ndarray, " minima"],
    permutations: int,
    rng: np.random.Generator,
) -> ContributorRelation:
    if value.shape != log_g.shape:
        raise ValueError(
            f"{name!r} must have one number for each of {len(log_g)} minima, got shape {value.shape}."
        )
    known = ~np.isnan(value)
    n = int(known.sum())
    if n < _FEWEST:
        raise ValueError(
            f"a relation needs at least {_FEWEST} minima with a value, {name!r} has {n}. Find more first."
        )
    g, v = rankdata(log_g[known]), rankdata(value[known])
    of_g = (network.losses, network.lpphe)
    controls = [rankdata(column[known]) for column in of_g]
    # A value that is one of the two itself is compared at fixed other one.
    controls = [c for c in controls if not np.array_equal(c, v)]
    coefficient, p_value = _with_p_value(_centred(g), _centred(v), permutations, rng)
    beyond, p_beyond = _with_p_value(
        _without(g, controls), _without(v, controls), permutations, rng
    )
    return ContributorRelation(name, coefficient, p_value, beyond, p_beyond, n)


def _centred(ranks: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    centred: Float[np.ndarray, " n"] = ranks - ranks.mean()
    return centred


def _without(
    ranks: Float[np.ndarray, " n"], controls: list[Float[np.ndarray, " n"]]
) -> Float[np.ndarray, " n"]:
    """What a least-squares fit by the controls leaves of the ranks."""
    design = np.column_stack([np.ones(len(ranks)), *controls])
    left: Float[np.ndarray, " n"] = ranks - design @ np.linalg.lstsq(design, ranks, rcond=None)[0]
    # Ranks are multiples of a half: less than this of one is the rounding of the fit.
    return np.where(np.abs(left) < 1e-9 * len(ranks), 0.0, left)


def _with_p_value(
    a: Float[np.ndarray, " n"],
    b: Float[np.ndarray, " n"],
    permutations: int,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """Pearson's coefficient of two centred columns, and its two-sided p-value by permutation."""
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    if size == 0:
        return np.nan, np.nan
    product = float(a @ b)
    n_as_large = 0
    per_chunk = max(1, _CHUNK_NUMBERS // len(a))
    for first in range(0, permutations, per_chunk):
        n = min(per_chunk, permutations - first)
        permuted = rng.permuted(np.broadcast_to(a, (n, len(a))), axis=1)
        # Equal products differ by the rounding of their sums.
        n_as_large += int((np.abs(permuted @ b) >= abs(product) - 1e-9 * size).sum())
    return product / size, (1 + n_as_large) / (1 + permutations)
