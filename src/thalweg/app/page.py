"""The pages of the explorer: one that a server feeds, and one file that holds everything."""

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from .comparison import Comparison
from .packing import ExplorerData

_STYLE = (
    "body { margin: 0; } noscript, [role=alert] "
    "{ display: block; padding: 2rem; font: 16px system-ui, sans-serif; }"
)
_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined)
_PLACES = {"img-src": "data: blob:", "base-uri": "'none'", "form-action": "'none'"}


def explorer_script() -> str:
    """The bundled front end, an ES module."""
    return _text("explorer.js")


def exported_page(
    data: ExplorerData, details: Mapping[str, Mapping[str, Any]] | None = None
) -> str:
    """One HTML file that shows the explorer without a server, and asks for nothing on any network.

    Args:
        data: what it shows.
        details: answers for single points by key, `minimum 3` for example, as `details_of` gives them.
    """
    return _file(str(data.notes["title"]), {"": data}, [details or {}], None)


def exported_comparison(
    comparison: Comparison, details: Sequence[Mapping[str, Mapping[str, Any]]]
) -> str:
    """The same of several landscapes side by side.

    Args:
        comparison: what it shows.
        details: for each landscape, as in `exported_page`.
    """
    named = {f" {number}": part for number, part in enumerate(comparison.parts)}
    return _file(title_of(comparison), named, details, comparison.notes)


def title_of(comparison: Comparison) -> str:
    """The names of what is compared, in one line."""
    return " | ".join(comparison.notes["names"])


def _file(
    title: str,
    shown: Mapping[str, ExplorerData],
    details: Sequence[Mapping[str, Mapping[str, Any]]],
    comparison: Mapping[str, Any] | None,
) -> str:
    """One page; the parts of each landscape have its name behind theirs."""
    script = explorer_script()
    parts = {} if comparison is None else {"comparison": _compressed(_json(comparison))}
    for (name, data), known in zip(shown.items(), details, strict=True):
        parts[f"landscape{name}"] = _compressed(data.to_bytes())
        parts[f"details{name}"] = _compressed(_json(known))
    return _page(
        home="file",
        title=title or "Landscape",
        is_comparison=comparison is not None,
        policy=_policy({"script-src": _hash(script)}),
        parts=parts,
        # As it is: its hash stands in the policy. The bundle has no end tag in it, the bundler sees to that.
        script=Markup(script),
        source="",
    )


def live_page(title: str, token: str, *, is_comparison: bool = False) -> str:
    """The page of a server, which asks that server for the rest."""
    return _page(
        home="live",
        title=title or "Landscape",
        is_comparison=is_comparison,
        policy=_policy({"script-src": "'self'", "connect-src": "'self'"}),
        parts={},
        script=None,
        source=f"explorer.js?token={token}",
    )


def _json(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, allow_nan=False).encode()


def _page(**values: Any) -> str:
    template = _ENVIRONMENT.from_string(_text("page.html"))
    return template.render(style=Markup(_STYLE), **values)


def _policy(places: Mapping[str, str]) -> str:
    """Nothing from anywhere but what is named."""
    rules = {"default-src": "'none'", "style-src": _hash(_STYLE), **_PLACES, **places}
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _compressed(data: bytes) -> str:
    # No time in it: the same landscape gives the same file.
    return base64.b64encode(gzip.compress(data, 6, mtime=0)).decode()


def _text(name: str) -> str:
    return resources.files("thalweg.app").joinpath(name).read_text(encoding="utf-8")
