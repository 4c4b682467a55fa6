"""A region that training does not see, to test what is said beyond the training data."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from .dataset import Dataset, DatasetError


@dataclass(frozen=True, eq=False)
class RegionHeldOut:
    """Data whose training rows leave out a half-space.

    Attributes:
        data: the rows for training outside of the region; all rows for test.
        in_region: which rows for test lie in the region, and so beyond the training data [M].
        direction: unit vector across its border [inputs].
        threshold: rows with a larger projection on it are in the region.
    """

    data: Dataset
    in_region: Bool[np.ndarray, " M"]
    direction: Float[np.ndarray, " inputs"]
    threshold: float


def hold_out_region(
    data: Dataset, *, share: float = 0.25, direction: Sequence[float] | None = None, seed: int = 0
) -> RegionHeldOut:
    """Leave out of training all rows beyond a plane, and say which rows for test lie there.

    Args:
        data: with rows for test on both sides.
        share: of the training rows that the region holds.
        direction: across the plane, [inputs]; a random one if None.
        seed: of that.

    Raises:
        DatasetError: for a share that is not between 0 and 1, a direction that is none, or if fewer than two
            rows are left for training, or no rows for test on either side.
    """
    if not 0 < share < 1:
        raise DatasetError(f"share must be between 0 and 1, got {share}.")
    n_inputs = data.inputs.shape[1]
    drawn = np.asarray(np.random.default_rng(seed).normal(size=(n_inputs,)))
    across = drawn if direction is None else np.asarray(direction, dtype=np.float64)
    length = float(np.linalg.norm(across)) if across.shape == (n_inputs,) else 0.0
    if not (np.isfinite(length) and length > 0):
        raise DatasetError(f"direction must be {n_inputs} numbers, not all zero; got {direction}.")
    across = across / length
    threshold = float(np.quantile(data.inputs @ across, 1 - share))
    is_kept = data.inputs @ across <= threshold
    in_region = data.test_inputs @ across > threshold
    if is_kept.sum() < 2 or not in_region.any() or in_region.all():
        raise DatasetError(
            f"{data.name}: the region leaves {is_kept.sum()} rows for training, {in_region.sum()} rows for "
            f"test within it and {(~in_region).sum()} outside; take another share, or more rows."
        )
    kept = replace(
        data,
        inputs=data.inputs[is_kept],
        targets=data.targets[is_kept],
        notes=(*data.notes, f"{share:.0%} of the training rows, beyond a plane, left out"),
    )
    return RegionHeldOut(kept, in_region, across, threshold)
