"""The configuration file: TOML, checked field by field."""

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pydantic
from pydantic import BeforeValidator

from ..paths import file_or_url, user_path
from ..spelling import nearest_spelling
from .problem import PROBLEM_SECTIONS, ProblemOfKind
from .problems.gaussian_process import KernelSection
from .search import BasinHoppingSection, SearchSection
from .section import ConfigError, Section

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails


_MOST_SHOWN = 100
"""Characters of a value in a message."""


def _file_or_url(value: Any) -> Any:
    return file_or_url(value) if isinstance(value, str | Path) else value


class OutputSection(Section):
    """[output]: where the landscape goes."""

    landscape: Annotated[Path | str, BeforeValidator(_file_or_url)] | None = None


class Configuration(Section):
    """A whole configuration file."""

    problem: ProblemOfKind
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
    path = user_path(path)
    try:
        # Editors on Windows put a byte-order mark before UTF-8.
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise ConfigError(f"{path} cannot be read: {reason}.") from error
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path} is not TOML: {error}.") from error
    except RecursionError:
        raise ConfigError(f"{path} is nested too deeply to be read.") from None


def parse_configuration(values: dict[str, Any]) -> Configuration:
    """Check the tables of a configuration.

    Raises:
        ConfigError: naming the first key that cannot be used, and the nearest right one.
    """
    try:
        return Configuration.model_validate(values)
    except pydantic.ValidationError as error:
        raise ConfigError(_explain(error.errors()[0], values)) from error
    except RecursionError:
        raise ConfigError("the configuration is nested too deeply to be checked.") from None


def with_value(values: dict[str, Any], key: str, text: str) -> dict[str, Any]:
    """The tables of a configuration with one key set to a value, written as in TOML.

    A text that is no TOML value stands for itself, so that names need no quotes.

    Raises:
        ConfigError: if the key does not lead to a table.
    """
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        value = text
    except RecursionError:
        raise ConfigError(f"the value of {key} is nested too deeply to be read.") from None
    *tables, name = key.split(".")
    new_tables = innermost = dict(values)
    for table in tables:
        # Only the tables on the way are copied.
        inner = innermost.get(table, {})
        if not isinstance(inner, dict):
            raise ConfigError(f"{key} is no key of a table: {table!r} holds a value.")
        innermost[table] = dict(inner)
        innermost = innermost[table]
    innermost[name] = value
    return new_tables


def separate_values(text: str) -> list[str]:
    """The values of a list such as `1e-1,1e-3` or `[2],[2,2]`, each written as in TOML.

    Commas within brackets, braces or quotes belong to a value.
    """
    values, depth, quote = [""], 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "[{":
            depth += 1
        elif character in "]}":
            depth -= 1
        elif character == "," and depth == 0:
            values.append("")
            continue
        values[-1] += character
    return [value for value in map(str.strip, values) if value]


_SECTIONS: dict[tuple[str, ...], type[Section]] = {
    (): Configuration,
    **{("problem", kind): section for kind, section in PROBLEM_SECTIONS.items()},
    ("problem", "gaussian_process", "kernel"): KernelSection,
    ("search",): SearchSection,
    ("search", "basin_hopping"): BasinHoppingSection,
    ("output",): OutputSection,
}


def _explain(error: "ErrorDetails", values: dict[str, Any]) -> str:
    """What is wrong with the first key that cannot be used, in one line."""
    location = tuple(str(part) for part in error["loc"])
    names = tuple(part for part in location if part not in PROBLEM_SECTIONS)
    key = ".".join(names)
    if error["type"] == "extra_forbidden":
        section = _SECTIONS.get(location[:-1], Configuration)
        return f"unknown key {key!r}{nearest_spelling(names[-1], section.model_fields)}"
    if error["type"] == "missing":
        return f"missing key {key!r}: {error['msg'].lower()}."
    if error["type"].startswith("union_tag"):
        kind = str(dict(values.get("problem", {})).get("kind", ""))
        return f"problem.kind = {kind!r} is not known{nearest_spelling(kind, PROBLEM_SECTIONS)}"
    message = error["msg"].removeprefix("Value error, ")
    return f"{key} = {_shown(error['input'])}: {message[0].lower()}{message[1:].removesuffix('.')}."


def _shown(value: Any) -> str:
    try:
        text = repr(value)
    except RecursionError:
        return "…"
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"
