"""[search]: how a landscape is explored."""

from pydantic import Field

from ..search.basin_hopping import BasinHopping
from ..search.exploration.explore import explore
from ..search.exploration.explorer import Explorer
from ..search.exploration.plan import Methods, Stop
from ..search.exploration.strategies import JoinToGlobal
from .section import Section, default_of


class BasinHoppingSection(Section):
    """[search.basin_hopping]: chains in place of independent random starts."""

    temperature: float = Field(default_of(BasinHopping, "temperature"), gt=0)
    step: float = Field(default_of(BasinHopping, "step"), gt=0)
    acceptance: float = Field(default_of(BasinHopping, "acceptance"), gt=0, lt=1)
    own_moves: float = Field(default_of(BasinHopping, "own_moves"), ge=0, le=1)
    chains: int = Field(default_of(BasinHopping, "chains"), ge=1)
    hops: int = Field(default_of(BasinHopping, "hops"), ge=1)


class SearchSection(Section):
    """[search]: what to look for, and when to stop."""

    minima: int = Field(default_of(Stop, "minima"), ge=1)
    connect: bool = default_of(explore, "connect")
    joined: float = Field(default_of(JoinToGlobal, "share"), gt=0, le=1)
    coverage: float | None = Field(None, gt=0, le=1)
    seconds: float | None = Field(None, gt=0)
    starts: int | None = Field(None, ge=1)
    seed: int = Field(default_of(Explorer, "seed"), ge=0)
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
