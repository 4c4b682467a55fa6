"""Mean functions: their base class.

A mean function is a choice, not numbers: a combination of basis functions whose coefficients are solved for.
A new one is a frozen dataclass with a `name` and a `basis`; `registry.register` lets landscape files rebuild
it.
"""

import abc
import dataclasses
from typing import Any, ClassVar

from jaxtyping import Array, Float


class Mean(abc.ABC):
    """m(x) = h(x)ᵀβ of basis functions h, whose coefficients β have their best values for every kernel.

    β is solved for, not searched: it is profiled out of the likelihood, which keeps every stationary point
    of the likelihood over kernel and β together, with its loss and its index.

    Reference: Rasmussen & Williams (2006), section 2.7.
    """

    name: ClassVar[str]
    """Name in files and configurations; every class has its own."""

    @abc.abstractmethod
    def basis(self, x: Float[Array, "n inputs"]) -> Float[Array, "n k"]:
        """h(x_i) [n k] at inputs [n inputs]; k may be 0, which is a mean of zero."""

    def choices(self) -> dict[str, Any]:
        """All that `from_choices` needs, as JSON-serialisable values; the fields of a dataclass by default.

        Raises:
            TypeError: for a mean function that is no dataclass.
        """
        if not dataclasses.is_dataclass(self):
            raise TypeError(
                f"{type(self).__name__} is not a dataclass; make it one (frozen), or override choices()."
            )
        return {"mean": self.name, **dataclasses.asdict(self)}
