"""[problem] of a built-in function of a vector."""

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from ...problems import Function, double_well, muller_brown, schwefel
from ..section import Size, default_of, known_name
from .base import ProblemSection

_FUNCTIONS: dict[str, Callable[..., Function]] = {
    "schwefel": schwefel,
    "muller_brown": muller_brown,
    "double_well": double_well,
}


class FunctionSection(ProblemSection):
    """[problem] of a built-in function of a vector."""

    without_data: ClassVar[str] = "a function has no data to measure a model on."

    kind: Literal["function"]
    name: Annotated[str, known_name(_FUNCTIONS)]
    dimension: Size = default_of(schwefel, "dimension")

    def build(self, directory: Path) -> Function:
        """The problem."""
        make = _FUNCTIONS[self.name]
        has_dimension = "dimension" in inspect.signature(make).parameters
        return make(dimension=self.dimension) if has_dimension else make()
