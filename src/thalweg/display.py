"""How results show themselves: in one short line at a prompt, as a small table in a notebook."""

import dataclasses
import html
import importlib
from collections.abc import Mapping
from typing import Any, TypeVar

import numpy as np

from .spelling import one_line

_MOST_CHARACTERS = 80
_THUMBNAIL = "thalweg.plot.thumbnail"
"""By name: figures stand to the right of what they draw, and Matplotlib is not imported before it is used."""

_Result = TypeVar("_Result")


def shown(result: type[_Result]) -> type[_Result]:
    """Let the results of a dataclass show their fields shortly: an array by its shape and range."""

    def as_line(self: Any) -> str:
        fields = ", ".join(f"{name}={value}" for name, value in shown_fields(self).items())
        return f"{type(self).__name__}({fields})"

    def as_html(self: Any) -> str:
        return table(type(self).__name__, shown_fields(self))

    # Assigned by name, for these are what Python and notebooks ask for.
    setattr(result, "__repr__", as_line)  # noqa: B010
    setattr(result, "_repr_html_", as_html)  # noqa: B010
    return result


def shown_fields(result: Any) -> dict[str, str]:
    """The fields of a dataclass, each in a few characters."""
    return {f.name: short(getattr(result, f.name)) for f in dataclasses.fields(result)}


def short(value: Any) -> str:
    """A value in a few characters."""
    if isinstance(value, np.ndarray):
        return _short_array(value)
    if isinstance(value, float | np.floating):
        return f"{value:.6g}"
    if isinstance(value, str):
        return one_line(value, _MOST_CHARACTERS)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        # What has words of its own says them.
        has_words = type(value).__str__ is not object.__str__
        return one_line(value, _MOST_CHARACTERS) if has_words else type(value).__name__
    if isinstance(value, list | tuple | frozenset | set | Mapping):
        return _short_collection(value)
    return one_line(repr(value), _MOST_CHARACTERS)


def _short_collection(values: Any) -> str:
    if isinstance(values, Mapping):
        inner = ", ".join(f"{name}: {short(one)}" for name, one in values.items())
    else:
        inner = ", ".join(short(one) for one in values)
    if len(inner) > _MOST_CHARACTERS:
        return f"{len(values)} {_kind(values)}"
    return f"[{inner}]" if isinstance(values, list) else f"({inner})"


def _kind(values: Any) -> str:
    """What the members of a collection are, where they are all of one kind."""
    kinds = {type(one).__name__ for one in values}
    return f"of {kinds.pop()}" if len(kinds) == 1 else "members"


def _short_array(values: np.ndarray) -> str:
    shape = " × ".join(str(n) for n in values.shape)
    if values.ndim == 0:
        return short(values.item())
    if values.size == 0 or values.dtype.kind not in "biuf":
        return f"[{shape}]"
    if values.dtype.kind == "b":
        return f"[{shape}, {int(values.sum())} true]"
    finite = values[np.isfinite(values)]
    n_other = values.size - finite.size
    other = f", {n_other} not finite" if n_other else ""
    span = f", {short(float(finite.min()))} … {short(float(finite.max()))}" if finite.size else ""
    return f"[{shape}{span}{other}]"


def table(title: str, rows: Mapping[str, object], picture: str = "") -> str:
    """A small table as HTML: names and values as text, whatever they hold.

    Args:
        title: above it.
        rows: name and value.
        picture: markup that stands beside it.
    """
    cells = "".join(
        f"<tr><th style='text-align:left'>{_text(name)}</th>"
        f"<td style='text-align:left'>{_text(value)}</td></tr>"
        for name, value in rows.items()
    )
    content = f"<table><caption>{_text(title)}</caption>{cells}</table>"
    if not picture:
        return content
    beside = f"<div style='flex:none'>{picture}</div>"
    return f"<div style='display:flex;gap:1em;align-items:flex-start'>{content}{beside}</div>"


def thumbnail(network: Any) -> str:
    """A small disconnectivity graph of a network as SVG; nothing where none can be drawn."""
    try:
        markup: str = importlib.import_module(_THUMBNAIL).graph_svg(network)
    # What is only to be shown never fails: an empty network, or Matplotlib without a usable backend.
    except Exception:
        return ""
    return markup


def _text(value: object) -> str:
    return html.escape(one_line(value, 4 * _MOST_CHARACTERS))
