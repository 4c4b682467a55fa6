"""[problem]: what is minimised, a section for each kind."""

import dataclasses
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from .. import datasets
from ..problems import (
    Function,
    GaussianProcess,
    KMeans,
    LennardJones,
    NeuralNetwork,
    double_well,
    kernels,
    losses,
    muller_brown,
    schwefel,
)
from ..problems.neural_networks.activations import ACTIVATIONS
from .section import ConfigError, _hint, _Section


class NetworkSection(_Section):
    """[problem] of a feed-forward network: a named data set with its options, or a table."""

    kind: Literal["neural_network"]
    dataset: str | None = None
    path: Path | None = None
    rows: int | None = Field(None, ge=1)
    data: Path | None = None
    target: str | None = None
    drop: tuple[str, ...] = ()
    train: int | None = Field(None, ge=2)
    test: int | None = Field(None, ge=0)
    test_share: float = Field(0.2, ge=0, lt=1)
    turns: float | None = Field(None, gt=0)
    noise: float | None = Field(None, ge=0)
    cells: int | None = Field(None, ge=1)
    wrong: float | None = Field(None, ge=0, lt=1)
    seed: int = 0
    hidden: tuple[Annotated[int, Field(ge=1)], ...] = Field((5,), min_length=1)
    activation: str = "tanh"
    loss: Literal[tuple(losses.LOSSES)] = "cross_entropy"  # type: ignore[valid-type]
    surrogate: str | None = None
    beta: float | None = None
    margin: float | None = None
    smoothing: float | None = None
    class_weights: Literal["balanced"] | None = None
    l2: float = Field(1e-5, ge=0)
    l2_on: Literal["all", "weights"] = "all"
    start_width: tuple[float, float] = (4.0, 16.0)

    def load(self, directory: Path) -> datasets.Dataset:
        """The data; relative paths start at `directory`."""
        if (self.dataset is None) == (self.data is None):
            raise ConfigError(
                '[problem] needs either dataset = "spirals" (or another known one) or '
                'data = "my.csv" with target = "label".'
            )
        if self.data is not None:
            if self.target is None:
                raise ConfigError(f'[problem] needs target = "…", the class column of {self.data}.')
            return datasets.read_table(
                directory / self.data,
                self.target,
                test_share=self.test_share,
                seed=self.seed,
                drop=self.drop,
                classes=losses.LOSSES[self.loss].is_classification,
            )
        names = ("train", "test", "turns", "noise", "cells", "wrong", "rows")
        options = {n: getattr(self, n) for n in names if getattr(self, n) is not None}
        if self.path is not None:
            options["path"] = directory / self.path
        return datasets.load(str(self.dataset), seed=self.seed, **options)

    def build(self, directory: Path) -> NeuralNetwork:
        """The problem."""
        data = self.load(directory)
        if self.activation not in ACTIVATIONS:
            raise ConfigError(
                f"[problem] activation = {self.activation!r} is not known"
                f"{_hint(self.activation, ACTIVATIONS)}"
            )
        return NeuralNetwork.from_data(
            data.inputs,
            data.targets,
            hidden=self.hidden,
            loss=self.loss_function(),
            l2=self.l2,
            l2_on=self.l2_on,
            class_weights=self.class_weights,
            activation=self.activation,
            start_width=self.start_width,
        )

    def loss_function(self) -> losses.Loss:
        """The loss with the settings that are given.

        Raises:
            ConfigError: for a setting that this loss does not have.
        """
        kind = losses.LOSSES[self.loss]
        known = {field.name for field in dataclasses.fields(kind)}
        names = ("surrogate", "beta", "margin", "smoothing")
        given = {n: getattr(self, n) for n in names if getattr(self, n) is not None}
        foreign = sorted(set(given) - known)
        if foreign:
            raise ConfigError(f"[problem] {foreign[0]} is not a setting of loss = {self.loss!r}.")
        return kind(**given)


class FunctionSection(_Section):
    """[problem] of a built-in function of a vector."""

    kind: Literal["function"]
    name: Literal["schwefel", "muller_brown", "double_well"]
    dimension: int = Field(2, ge=1)

    def load(self, directory: Path) -> datasets.Dataset:
        """A function has no data.

        Raises:
            ConfigError: always.
        """
        raise ConfigError(f"the function {self.name} has no data to measure a model on.")

    def build(self, directory: Path) -> Function:
        """The problem."""
        if self.name == "schwefel":
            return schwefel(self.dimension)
        return {"muller_brown": muller_brown, "double_well": double_well}[self.name]()


class ClusterSection(_Section):
    """[problem] of a Lennard-Jones cluster."""

    kind: Literal["lennard_jones"]
    atoms: int = Field(ge=3)

    def load(self, directory: Path) -> datasets.Dataset:
        """A cluster has no data.

        Raises:
            ConfigError: always.
        """
        raise ConfigError("a Lennard-Jones cluster has no data to measure a model on.")

    def build(self, directory: Path) -> LennardJones:
        """The problem."""
        return LennardJones(self.atoms)


class KMeansSection(_Section):
    """[problem] of K-means over the numbers of a table."""

    kind: Literal["kmeans"]
    clusters: int = Field(ge=1)
    data: Path
    drop: tuple[str, ...] = ()

    def load(self, directory: Path) -> datasets.Dataset:
        """Clusters have no targets.

        Raises:
            ConfigError: always.
        """
        raise ConfigError("K-means has no targets to measure a model on.")

    def build(self, directory: Path) -> KMeans:
        """The problem; relative paths start at `directory`."""
        return KMeans(datasets.read_numbers(directory / self.data, drop=self.drop), self.clusters)


class KernelSection(_Section):
    """[problem.kernel] of a Gaussian process."""

    name: Literal["matern", "rbf", "rational_quadratic", "periodic"] = "matern"
    nu: float | tuple[float, float] | None = None
    ard: bool | None = None

    def build(self) -> kernels.Kernel:
        """The kernel with the settings that are given.

        Raises:
            ConfigError: for a setting that this kernel does not have.
        """
        kind = kernels.KERNELS[self.name]
        given = {n: getattr(self, n) for n in ("nu", "ard") if getattr(self, n) is not None}
        foreign = sorted(set(given) - {field.name for field in dataclasses.fields(kind)})  # type: ignore[arg-type]
        if foreign:
            raise ConfigError(
                f"[problem.kernel] {foreign[0]} is not a setting of name = {self.name!r}."
            )
        return kind(**given)


class GaussianProcessSection(_Section):
    """[problem] of a Gaussian process over a named set or a table; all is standardised."""

    kind: Literal["gaussian_process"]
    dataset: Literal["schwefel", "diabetes", "cpu_performance"] | None = None
    path: Path | None = None
    train: int | None = Field(None, ge=2)
    test: int | None = Field(None, ge=0)
    dimension: int | None = Field(None, ge=1)
    data: Path | None = None
    target: str | None = None
    drop: tuple[str, ...] = ()
    test_share: float = Field(0.2, ge=0, lt=1)
    seed: int = 0
    kernel: KernelSection = KernelSection()
    noise: tuple[float, float] = (1e-6, 1.0)
    prior_width: float | None = Field(None, gt=0)

    def load(self, directory: Path) -> datasets.Dataset:
        """The data; relative paths start at `directory`. Targets have the training rows' scale."""
        if (self.dataset is None) == (self.data is None):
            raise ConfigError(
                '[problem] needs either dataset = "schwefel" (or another known one) or '
                'data = "my.csv" with target = "y".'
            )
        if self.dataset is not None:
            names = ("train", "test", "dimension")
            options = {n: getattr(self, n) for n in names if getattr(self, n) is not None}
            if self.path is not None:
                options["path"] = directory / self.path
            return datasets.load(self.dataset, seed=self.seed, **options)
        if self.data is None or self.target is None:
            raise ConfigError(
                f'[problem] needs target = "…", the column of {self.data} to predict.'
            )
        data = datasets.read_table(
            directory / self.data,
            self.target,
            test_share=self.test_share,
            seed=self.seed,
            drop=self.drop,
            classes=False,
        )
        centre, spread = data.targets.mean(), data.targets.std() or 1.0
        return dataclasses.replace(
            data,
            targets=(data.targets - centre) / spread,
            test_targets=(data.test_targets - centre) / spread,
        )

    def build(self, directory: Path) -> GaussianProcess:
        """The problem."""
        data = self.load(directory)
        return GaussianProcess.from_data(
            data.inputs,
            data.targets,
            kernel=self.kernel.build(),
            noise=self.noise,
            prior_width=self.prior_width,
        )
