"""[problem] of a Gaussian process over a named set or a table; all is standardised."""

import inspect
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import Field

from ... import datasets
from ...problems import GaussianProcess, kernels, means
from ..section import Real, Section, Size, build_with, default_of, known_name
from .base import DataSection

_Kind = TypeVar("_Kind", kernels.Kernel, means.Mean)


def _from_defaults(kinds: Mapping[str, type[_Kind]]) -> dict[str, type[_Kind]]:
    """Those that can be made of nothing: sums and products, for one, are made of kernels."""
    return {
        name: kind
        for name, kind in kinds.items()
        if all(p.default is not p.empty for p in inspect.signature(kind).parameters.values())
    }


_KERNELS = _from_defaults(kernels.KERNELS)
_MEANS = _from_defaults(means.MEANS)


class KernelSection(Section):
    """[problem.kernel] of a Gaussian process."""

    name: Annotated[str, known_name(_KERNELS)] = kernels.Matern.name
    nu: Real | tuple[Real, Real] | None = None
    ard: bool | None = None

    def build(self) -> kernels.Kernel:
        """The kernel with the settings that are given.

        Raises:
            ConfigError: for a setting that this kernel does not have.
        """
        settings = self.values_of("nu", "ard")
        return build_with(
            _KERNELS[self.name], settings, "[problem.kernel]", f"name = {self.name!r}"
        )


class GaussianProcessSection(DataSection):
    """[problem] of a Gaussian process over a named set or a table; all is standardised."""

    example: ClassVar[str] = "y"
    options: ClassVar[tuple[str, ...]] = ("train", "test", "dimension")

    kind: Literal["gaussian_process"]
    dataset: Literal["schwefel", "diabetes", "cpu_performance"] | None = None
    dimension: Size | None = None
    kernel: KernelSection = KernelSection()
    noise: tuple[Real, Real] = default_of(GaussianProcess.from_data, "noise")
    prior_width: Real | None = Field(None, gt=0)
    mean: Annotated[str, known_name(_MEANS)] = means.ZeroMean.name

    def load(self, directory: Path) -> datasets.Dataset:
        """The data; relative paths start at `directory`. Targets have the training rows' scale."""
        data = self.read(directory, classes=False)
        # The targets of the named sets are standardised already.
        return data if self.data is None else data.with_standardised_targets()

    def build(self, directory: Path) -> GaussianProcess:
        """The problem; relative paths start at `directory`."""
        data = self.load(directory)
        return GaussianProcess.from_data(
            data.inputs,
            data.targets,
            kernel=self.kernel.build(),
            noise=self.noise,
            prior_width=self.prior_width,
            mean=_MEANS[self.mean](),
        )
