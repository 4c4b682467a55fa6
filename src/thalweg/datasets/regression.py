"""Regression data for Gaussian processes; targets have zero mean and unit variance in training."""

from pathlib import Path

import numpy as np
from jaxtyping import Float

from .dataset import Dataset, DatasetError
from .public_table import public_table
from .split import Split, split_by_count

_CPU_OPENML_ID = 561
_CPU_INPUTS = ("myct", "mmin", "mmax", "cach", "chmin", "chmax")


def schwefel_surface(
    train: int = 80, test: int = 500, *, dimension: int = 3, noise: float = 0.0, seed: int = 0
) -> Dataset:
    """Uniform points on the Schwefel function of some dimension, in [−500, 500]^d.

    f(x) = 418.9829 d − Σ x_i sin √|x_i|; inputs are scaled to unit variance.

    Args:
        train, test: points.
        dimension: d.
        noise: standard deviation of normal noise on the targets, as a share of theirs.
        seed: of the points and the noise.

    Raises:
        DatasetError: for fewer than two training points, a dimension below one or negative noise.
    """
    if train < 2 or test < 0 or dimension < 1 or noise < 0:
        raise DatasetError(
            "schwefel_surface needs train >= 2, test >= 0, dimension >= 1 and noise >= 0, got "
            f"{train}, {test}, {dimension}, {noise}."
        )
    rng = np.random.default_rng(seed)
    x = rng.uniform(-500, 500, (train + test, dimension))
    y = 418.9829 * dimension - np.sum(x * np.sin(np.sqrt(np.abs(x))), axis=1)
    y += noise * y[:train].std() * rng.normal(size=len(y))
    names = tuple(f"x{k}" for k in range(1, dimension + 1))
    split = Split(np.arange(train), np.arange(train, train + test))
    data = split.dataset(f"Schwefel {dimension} d", x * np.sqrt(3) / 500, y, names)
    return data.with_standardised_targets()


def diabetes(train: int = 150, *, seed: int = 0) -> Dataset:
    """Disease progression of 442 diabetes patients, ten inputs; the rows that are not drawn are for test.

    Reference: Efron, Hastie, Johnstone & Tibshirani, Ann. Stat. 32, 407 (2004); shipped with scikit-learn.

    Raises:
        DatasetError: if `train` leaves no rows for test.
    """
    from sklearn.datasets import load_diabetes

    patients = load_diabetes()
    names = tuple(patients.feature_names)
    return _random_rows("diabetes", patients.data, patients.target, train, names, seed)


def cpu_performance(path: str | Path | None = None, *, train: int = 100, seed: int = 0) -> Dataset:
    """Relative performance of 209 computers, six inputs, all as logarithms (Ein-Dor & Feldmesser).

    Args:
        path: CSV file of the data; if None, that of the folder `THALWEG_DATA`, or fetched from OpenML
            (id 561).
        train: rows drawn for training; the others are for test.
        seed: of the draw.

    Raises:
        DatasetError: if the file has other columns, OpenML cannot be reached, or no row is left for test.
    """
    table = public_table(
        "cpu_performance", _CPU_OPENML_ID, path, (*_CPU_INPUTS, "class"), rename=str.lower
    )
    values = np.log1p(table[list(_CPU_INPUTS)].to_numpy(dtype=np.float64))
    targets = np.log1p(table["class"].to_numpy(dtype=np.float64))
    return _random_rows("CPU performance", values, targets, train, _CPU_INPUTS, seed)


def _random_rows(
    name: str,
    x: Float[np.ndarray, "rows inputs"],
    y: Float[np.ndarray, " rows"],
    train: int,
    names: tuple[str, ...],
    seed: int,
) -> Dataset:
    """Data with `train` random rows for training and the others for test, standardised."""
    split = split_by_count(name, len(x), train, seed)
    return split.dataset(name, x, y, names).standardised().with_standardised_targets()
