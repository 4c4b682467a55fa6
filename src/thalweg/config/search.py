"""[search]: how a landscape is explored."""

from pydantic import AliasChoices, Field

from ..search.basin_hopping import BasinHopping
from ..search.exploration.explore import explore
from ..search.exploration.explorer import MOST_WORKERS, Explorer
from ..search.exploration.plan import Methods, Stop
from ..search.exploration.strategies import JoinToGlobal
from .section import Real, Section, Seed, Size, Whole, default_of


class BasinHoppingSection(Section):
    """[search.basin_hopping]: chains in place of independent random starts."""

    temperature: Real = Field(default_of(BasinHopping, "temperature"), gt=0)
    step: Real = Field(default_of(BasinHopping, "step"), gt=0)
    acceptance: Real = Field(default_of(BasinHopping, "acceptance"), gt=0, lt=1)
    problem_moves: Real = Field(
        default_of(BasinHopping, "problem_moves"),
        ge=0,
        le=1,
        # Configurations of version 0.1 have the second name.
        validation_alias=AliasChoices("problem_moves", "own_moves"),
    )
    chains: Size = default_of(BasinHopping, "chains")
    hops: Size = default_of(BasinHopping, "hops")


class SearchSection(Section):
    """[search]: what to look for, and when to stop."""

    minima: Whole = Field(default_of(Stop, "minima"), ge=1)
    connect: bool = default_of(explore, "connect")
    complete: bool = default_of(explore, "complete")
    joined: Real = Field(default_of(JoinToGlobal, "share"), gt=0, le=1)
    coverage: Real | None = Field(None, gt=0, le=1)
    seconds: Real | None = Field(None, gt=0)
    starts: Whole | None = Field(None, ge=1)
    seed: Seed = default_of(Explorer, "seed")
    workers: Whole | None = Field(None, ge=1, le=MOST_WORKERS)
    starts_per_task: Whole | None = Field(None, ge=1)
    searches_per_task: Whole | None = Field(None, ge=1)
    lanes: Whole | None = Field(None, ge=1)
    edifftol: Real | None = Field(None, gt=0)
    rms_tolerance: Real | None = Field(None, gt=0)
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
            starts_per_task=self.starts_per_task,
            searches_per_task=self.searches_per_task,
            lanes=self.lanes,
        )
