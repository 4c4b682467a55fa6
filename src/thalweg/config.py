"""The configuration file: TOML, checked field by field."""

import copy
import dataclasses
import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal

import pydantic
from pydantic import BaseModel, ConfigDict, Field

from . import datasets
from .problems import (
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
from .problems.activations import ACTIVATIONS
from .search.basin_hopping import BasinHopping
from .search.connect import JoinToGlobal
from .search.explore import Methods, Stop


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names the key and what is expected."""


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=False, frozen=True)


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


class BasinHoppingSection(_Section):
    """[search.basin_hopping]: chains in place of independent random starts."""

    temperature: float = Field(0.02, gt=0)
    step: float = Field(2.0, gt=0)
    acceptance: float = Field(0.3, gt=0, lt=1)
    own_moves: float = Field(0.5, ge=0, le=1)
    chains: int = Field(16, ge=1)
    hops: int = Field(16, ge=1)


class SearchSection(_Section):
    """[search]: what to look for, and when to stop."""

    minima: int = Field(1000, ge=1)
    connect: bool = True
    joined: float = Field(1.0, gt=0, le=1)
    coverage: float | None = Field(None, gt=0, le=1)
    seconds: float | None = Field(None, gt=0)
    starts: int | None = Field(None, ge=1)
    seed: int = Field(0, ge=0)
    workers: int | None = Field(None, ge=1)
    basin_hopping: BasinHoppingSection | None = None

    def stop(self) -> Stop:
        """When to stop."""
        return Stop(self.minima, self.coverage, self.seconds, self.starts)

    def methods(self) -> Methods:
        """How to search."""
        hopping = self.basin_hopping
        return Methods(
            basin_hopping=None if hopping is None else BasinHopping(**hopping.model_dump()),
            strategies=(JoinToGlobal(share=self.joined),),
        )


class OutputSection(_Section):
    """[output]: where the landscape goes."""

    landscape: Path | None = None


class Configuration(_Section):
    """A whole configuration file."""

    problem: Annotated[
        NetworkSection | FunctionSection | GaussianProcessSection | ClusterSection | KMeansSection,
        Field(discriminator="kind"),
    ]
    search: SearchSection = SearchSection()
    output: OutputSection = OutputSection()


def read_configuration(path: str | Path) -> Configuration:
    """Read and check a configuration file.

    Raises:
        ConfigError: if the file is missing, is not TOML, or has a key or value that cannot be used.
    """
    return parse_configuration(read_tables(path))


def read_tables(path: str | Path) -> dict[str, Any]:
    """The tables of a configuration file, unchecked.

    Raises:
        ConfigError: if the file is missing or is not TOML.
    """
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigError(f"{path} cannot be read: {reason}.") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}.") from error


def parse_configuration(values: dict[str, Any]) -> Configuration:
    """Check the tables of a configuration.

    Raises:
        ConfigError: naming the first key that cannot be used, and the nearest right one.
    """
    try:
        return Configuration.model_validate(values)
    except pydantic.ValidationError as error:
        raise ConfigError(_explain(error.errors()[0], values)) from error


def varied(values: dict[str, Any], key: str, text: str) -> dict[str, Any]:
    """The tables of a configuration with one key set anew, its value as TOML writes it.

    A text that is no TOML value stands for itself, so that names need no quotes.

    Raises:
        ConfigError: if the key does not lead to a place in a table.
    """
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    *tables, name = key.split(".")
    changed = copy.deepcopy(values)
    place = changed
    for table in tables:
        place = place.setdefault(table, {})
        if not isinstance(place, dict):
            raise ConfigError(f"{key} is no key of a table: {table!r} holds a value.")
    place[name] = value
    return changed


_KINDS = ("neural_network", "function", "gaussian_process", "lennard_jones", "kmeans")
_SECTIONS: dict[tuple[str, ...], type[_Section]] = {
    (): Configuration,
    ("problem", "neural_network"): NetworkSection,
    ("problem", "function"): FunctionSection,
    ("problem", "lennard_jones"): ClusterSection,
    ("problem", "kmeans"): KMeansSection,
    ("problem", "gaussian_process"): GaussianProcessSection,
    ("problem", "gaussian_process", "kernel"): KernelSection,
    ("search",): SearchSection,
    ("search", "basin_hopping"): BasinHoppingSection,
    ("output",): OutputSection,
}


def _explain(error: Any, values: dict[str, Any]) -> str:
    place = tuple(str(part) for part in error["loc"])
    names = tuple(p for p in place if p not in _KINDS)
    key = ".".join(names)
    if error["type"] == "extra_forbidden":
        section = _SECTIONS.get(place[:-1], Configuration)
        known = list(section.model_fields)
        return f"unknown key {key!r}{_hint(names[-1], known)}"
    if error["type"] == "missing":
        return f"missing key {key!r}: {error['msg'].lower()}."
    if error["type"].startswith("union_tag"):
        kind = str(dict(values.get("problem", {})).get("kind", ""))
        return f"problem.kind = {kind!r} is not known{_hint(kind, _KINDS)}"
    return f"{key} = {error['input']!r}: {error['msg'][0].lower()}{error['msg'][1:]}."


def _hint(name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, list(known), n=1)
    return f"; did you mean {near[0]!r}?" if near else f"; expected one of {', '.join(known)}."
