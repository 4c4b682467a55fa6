"""[search]: how it is explored."""

from pydantic import Field

from ..search.basin_hopping import BasinHopping
from ..search.exploration.plan import Methods, Stop
from ..search.exploration.strategies import JoinToGlobal
from .section import _Section


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
