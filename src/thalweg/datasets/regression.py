"""Regression data for Gaussian processes; targets have the training rows' zero mean and unit variance."""

from pathlib import Path

import numpy as np

from .dataset import Dataset, DatasetError
from .openml import frame

_CPU_OPENML_ID = 561


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
    return _split(f"Schwefel {dimension} d", x * np.sqrt(3) / 500, y, train, names)


def diabetes(train: int = 150, *, seed: int = 0) -> Dataset:
    """Disease progression of 442 diabetes patients, ten inputs; the rows that are not drawn are for test.

    Reference: Efron, Hastie, Johnstone & Tibshirani, Ann. Stat. 32, 407 (2004); shipped with scikit-learn.

    Raises:
        DatasetError: if `train` leaves no rows for test.
    """
    from sklearn.datasets import load_diabetes

    found = load_diabetes()
    return _drawn("diabetes", found.data, found.target, train, tuple(found.feature_names), seed)


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
    table = frame("cpu_performance", _CPU_OPENML_ID, path)
    table.columns = [str(name).lower() for name in table.columns]
    names = ("myct", "mmin", "mmax", "cach", "chmin", "chmax")
    missing = [name for name in (*names, "class") if name not in table.columns]
    if missing:
        raise DatasetError(f"no column {missing[0]!r} in {path or 'the data'}.")
    values = np.log1p(table[list(names)].to_numpy(dtype=np.float64))
    targets = np.log1p(table["class"].to_numpy(dtype=np.float64))
    return _drawn("CPU performance", values, targets, train, names, seed)


def _drawn(
    name: str, x: np.ndarray, y: np.ndarray, train: int, names: tuple[str, ...], seed: int
) -> Dataset:
    if not 2 <= train < len(x):
        raise DatasetError(f"{name} has {len(x)} rows; train must be from 2 to {len(x) - 1}.")
    order = np.random.default_rng(seed).permutation(len(x))
    return _split(name, x[order], y[order], train, names).standardised()


def _split(name: str, x: np.ndarray, y: np.ndarray, train: int, names: tuple[str, ...]) -> Dataset:
    y = (y - y[:train].mean()) / y[:train].std()
    return Dataset(name, x[:train], y[:train], x[train:], y[train:], names)
