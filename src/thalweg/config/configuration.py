"""The configuration file: TOML, checked field by field."""

import copy
import tomllib
from pathlib import Path
from typing import Annotated, Any

import pydantic
from pydantic import Field

from .problem import (
    ClusterSection,
    FunctionSection,
    GaussianProcessSection,
    KernelSection,
    KMeansSection,
    NetworkSection,
)
from .search import BasinHoppingSection, SearchSection
from .section import ConfigError, _hint, _Section


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
