"""What all sections share."""

import inspect
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
)

from ..numbers import LARGEST_SEED, LARGEST_SIZE
from ..paths import user_path
from ..spelling import nearest_spelling

_Built = TypeVar("_Built")


class ConfigError(ValueError):
    """A configuration that cannot be used; the message names the key and what is expected."""


def _refuse_truth_value(value: Any) -> Any:
    """Refuse true and false, which pydantic would read as 1 and 0."""
    if isinstance(value, bool):
        raise ValueError("expected a number, and true and false are none")
    return value


Whole = Annotated[int, BeforeValidator(_refuse_truth_value)]
Real = Annotated[float, BeforeValidator(_refuse_truth_value)]
Seed = Annotated[Whole, Field(ge=0, le=LARGEST_SEED)]
"""A seed of random choices that a landscape file can hold."""
Size = Annotated[Whole, Field(ge=1, le=LARGEST_SIZE)]
"""A number of rows, units, atoms or dimensions."""
UserPath = Annotated[Path, AfterValidator(user_path)]
"""A path in which `~` is the home directory."""


class Section(BaseModel):
    """A table of the configuration, of which every key is known."""

    model_config = ConfigDict(extra="forbid", strict=False, frozen=True, allow_inf_nan=False)

    def values_of(self, *names: str) -> dict[str, Any]:
        """The keys among these that have a value, with it."""
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}


def default_of(owner: Callable[..., Any], name: str) -> Any:
    """The default of an argument, read from its owner so that it is stated only once."""
    return inspect.signature(owner).parameters[name].default


def known_name(known: Collection[str]) -> AfterValidator:
    """Refuses a value that is not one of the known names, and says which is nearest."""

    def check(name: str) -> str:
        if name not in known:
            raise ValueError(f"not known{nearest_spelling(name, known)}")
        return name

    return AfterValidator(check)


def build_with(
    build: Callable[..., _Built], settings: Mapping[str, Any], table: str, choice: str
) -> _Built:
    """The result of `build` with settings of the configuration as its arguments.

    Args:
        build: a class or function.
        settings: its arguments, by name.
        table: where the settings stand, as [problem].
        choice: the key and value that chose `build`.

    Raises:
        ConfigError: for a setting that it does not have.
    """
    foreign = sorted(set(settings) - set(inspect.signature(build).parameters))
    if foreign:
        raise ConfigError(f"{table} {foreign[0]} is not a setting of {choice}.")
    return build(**settings)
