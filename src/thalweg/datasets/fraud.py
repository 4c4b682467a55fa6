"""Credit-card fraud: few frauds among many payments, real or synthetic."""

from pathlib import Path

import numpy as np
from jaxtyping import Int

from .dataset import Dataset, DatasetError
from .public_table import public_table
from .split import split_by_share

_INPUTS = (*(f"V{k}" for k in range(1, 29)), "Amount")
_OPENML_ID = 1597


def credit_card_fraud(
    path: str | Path | None = None,
    *,
    rows: int | None = None,
    test_share: float = 0.3,
    seed: int = 0,
) -> Dataset:
    """Payments by credit card, 492 of 284,807 fraudulent: 28 principal components and the amount.

    Args:
        path: CSV file of the data; if None, that of the folder `THALWEG_DATA`, or fetched from OpenML
            (id 1597).
        rows: take this many rows, with the frauds in proportion but at least two of them for training
            and one for test; all rows if None.
        test_share: share of the rows kept for test.
        seed: of the choice of rows and of the split.

    Raises:
        DatasetError: if the file has other columns, one class only or fewer rows than `rows`, or OpenML
            cannot be reached.

    Reference: Dal Pozzolo, Caelen, Johnson & Bontempi, IEEE SSCI (2015).
    """
    table = public_table("credit_card_fraud", _OPENML_ID, path, (*_INPUTS, "Class"))
    inputs = table[list(_INPUTS)].to_numpy(dtype=np.float64)
    targets = table["Class"].astype("string").str.strip("'").astype(int).to_numpy(dtype=np.int64)
    if len(np.unique(targets)) != 2:
        raise DatasetError(f"{path or 'the data'} must have frauds (1) and others (0).")
    if rows is not None:
        sampled_rows = _sample_rows(targets, rows, seed)
        inputs, targets = inputs[sampled_rows], targets[sampled_rows]
    split = split_by_share("credit-card fraud", len(inputs), test_share, seed, classes=targets)
    return split.dataset("credit-card fraud", inputs, targets, _INPUTS).standardised()


def synthetic_fraud(
    rows: int = 3000,
    *,
    inputs: int = 29,
    fraud_share: float = 0.05,
    test_share: float = 0.3,
    seed: int = 0,
) -> Dataset:
    """A synthetic stand-in for credit-card fraud: imbalanced, few of many inputs matter.

    Frauds are a mixture of two Gaussian clouds that differ from the others in six inputs; the
    other inputs are noise. Nothing in it was measured.

    Args:
        rows: in all.
        inputs: columns, at least six.
        fraud_share: share of frauds, between 0 and 1.
        test_share: share of the rows kept for test.
        seed: of the data and of the split.

    Raises:
        DatasetError: for sizes that cannot be used.
    """
    n_frauds = round(rows * fraud_share)
    if inputs < 6 or not 4 <= n_frauds < rows:
        raise DatasetError(
            "synthetic_fraud needs at least six inputs and four frauds, fewer than rows; got inputs = "
            f"{inputs}, rows = {rows}, fraud_share = {fraud_share}."
        )
    rng = np.random.default_rng(seed)
    targets = np.zeros(rows, dtype=np.int64)
    targets[:n_frauds] = 1
    x = rng.normal(size=(rows, inputs))
    first = np.arange(n_frauds) < n_frauds // 2
    x[:n_frauds][first, :3] += 1.8
    x[:n_frauds][~first, 3:6] -= 1.8
    names = tuple(f"input {k}" for k in range(1, inputs + 1))
    name = "synthetic stand-in for credit-card fraud"
    split = split_by_share(name, rows, test_share, seed, classes=targets)
    return split.dataset(name, x, targets, names).standardised()


def _sample_rows(targets: Int[np.ndarray, " N"], rows: int, seed: int) -> Int[np.ndarray, " rows"]:
    """Random rows, of each class in proportion, three frauds at least."""
    if not 6 <= rows <= len(targets):
        raise DatasetError(f"rows must be from 6 to {len(targets)}, got {rows}.")
    rng = np.random.default_rng(seed)
    frauds, others = np.flatnonzero(targets == 1), np.flatnonzero(targets == 0)
    n = min(max(round(rows * len(frauds) / len(targets)), 3), len(frauds))
    return np.concatenate(
        [rng.choice(frauds, n, replace=False), rng.choice(others, rows - n, replace=False)]
    )
