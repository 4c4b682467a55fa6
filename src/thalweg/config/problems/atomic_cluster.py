"""[problem] of a Lennard-Jones cluster."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from ...problems import LennardJones
from ..section import Size
from .base import ProblemSection


class ClusterSection(ProblemSection):
    """[problem] of a Lennard-Jones cluster."""

    without_data: ClassVar[str] = "a Lennard-Jones cluster has no data to measure a model on."

    kind: Literal["lennard_jones"]
    atoms: Size = Field(ge=3)

    def build(self, directory: Path) -> LennardJones:
        """The problem."""
        return LennardJones(self.atoms)
