"""Credit-card fraud: few frauds among many payments, real or synthetic."""

from pathlib import Path

import numpy as np
from jaxtyping import Int

from .dataset import Dataset, DatasetError, Unreachable
from .public_table import public_table, table_in_folder
from .split import split_by_share

_INPUTS = (*(f"V{k}" for k in range(1, 29)), "Amount")
_NAME, _OPENML_ID = "credit_card_fraud", 1597


def credit_card_fraud(
    path: str | Path | None = None,
    *,
    rows: int | None = None,
    fraud_share: float | None = None,
    test_share: float = 0.3,
    seed: int = 0,
) -> Dataset:
    """Payments by credit card, 492 of 284,807 fraudulent: 28 principal components and the amount.

    Args:
        path: CSV file of the data; if None, that of the folder `THALWEG_DATA`, or fetched from OpenML
            (id 1597).
        rows: take this many rows, with at least two frauds for training and one for test; all rows if None.
        fraud_share: share of frauds among these rows, between 0 and 1; that of the data if None.
        test_share: share of the rows kept for test.
        seed: of the choice of rows and of the split.

    Raises:
        DatasetError: if the file has other columns, one class only, or fewer rows or frauds than are to be
            taken, or if there is no file and OpenML cannot be reached (`Unreachable`).

    Reference: Dal Pozzolo, Caelen, Johnson & Bontempi, IEEE SSCI (2015).
    """
    if fraud_share is not None and rows is None:
        raise DatasetError("fraud_share is of the rows that are taken: give rows as well.")
    table = public_table(_NAME, _OPENML_ID, path, (*_INPUTS, "Class"))
    inputs = table[list(_INPUTS)].to_numpy(dtype=np.float64)
    targets = table["Class"].astype("string").str.strip("'").astype(int).to_numpy(dtype=np.int64)
    if len(np.unique(targets)) != 2:
        raise DatasetError(f"{path or 'the data'} must have frauds (1) and others (0).")
    notes: tuple[str, ...] = ()
    if rows is not None:
        if fraud_share is not None:
            notes = (f"a sample of {rows} rows with a share of frauds of {fraud_share:g}",)
        sampled_rows = _sample_rows(targets, rows, fraud_share, seed)
        inputs, targets = inputs[sampled_rows], targets[sampled_rows]
    split = split_by_share("credit-card fraud", len(inputs), test_share, seed, classes=targets)
    return split.dataset("credit-card fraud", inputs, targets, _INPUTS, notes).standardised()


def payments(
    rows: int,
    *,
    fraud_share: float = 0.05,
    test_share: float = 0.3,
    seed: int = 0,
    may_fetch: bool = False,
) -> Dataset:
    """Rows of `credit_card_fraud` where the data are at hand, else as many of `synthetic_fraud`.

    The name of the data set says which of the two it is. A file that is there but cannot be used is
    refused: it is not replaced.

    Args:
        rows: in all, of both classes.
        fraud_share: share of frauds among them; 0.0017 in the real data.
        test_share: share of the rows kept for test.
        seed: of the choice of rows and of the split.
        may_fetch: whether OpenML is asked (150 MB) if the folder `THALWEG_DATA` has no such file.

    Raises:
        DatasetError: as the two do.
    """
    if may_fetch or table_in_folder(_NAME) is not None:
        try:
            return credit_card_fraud(
                rows=rows, fraud_share=fraud_share, test_share=test_share, seed=seed
            )
        except Unreachable:
            pass
    return synthetic_fraud(rows, fraud_share=fraud_share, test_share=test_share, seed=seed)


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


def _sample_rows(
    targets: Int[np.ndarray, " N"], rows: int, fraud_share: float | None, seed: int
) -> Int[np.ndarray, " rows"]:
    """Random rows, of either class in proportion or with this share of frauds, three at least."""
    if not 6 <= rows <= len(targets):
        raise DatasetError(f"rows must be from 6 to {len(targets)}, got {rows}.")
    frauds, others = np.flatnonzero(targets == 1), np.flatnonzero(targets == 0)
    share = len(frauds) / len(targets) if fraud_share is None else fraud_share
    if not 0 < share < 1:
        raise DatasetError(f"fraud_share must lie between 0 and 1, got {share}.")
    n = max(round(rows * share), 3)
    if fraud_share is None:
        n = min(n, len(frauds))
    if n > len(frauds) or rows - n > len(others):
        raise DatasetError(
            f"{rows} rows with a fraud_share of {share:g} need {n} frauds and {rows - n} others; the data "
            f"have {len(frauds)} and {len(others)}. Take fewer rows, or another share."
        )
    rng = np.random.default_rng(seed)
    return np.concatenate(
        [rng.choice(frauds, n, replace=False), rng.choice(others, rows - n, replace=False)]
    )
