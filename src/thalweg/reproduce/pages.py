"""Reproductions as text: the page of one, and the table of all."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .reproduction import Reproduction
from .statement import Statement, Verdict

_MEANING = (
    "Statements are every order between two published values of a quantity, the sign of every value that "
    "could have the other, and what text or caption say in words. One *holds* if it does with every seed, "
    "*does not hold* if the contrary does, and *cannot be told* otherwise; its page says why."
)


def item_page(result: Reproduction, covers: str, pictures: Mapping[str, str]) -> str:
    """The page of one reproduction, in Markdown.

    Args:
        result: the reproduction.
        covers: what it reproduces of the sources.
        pictures: the caption of each picture, by its file.
    """
    shown = [f"![]({file})\n\n{caption}\n" for file, caption in pictures.items()]
    values = [
        (str(name), *("" if np.isnan(value) else f"{value:.4g}" for value in row))
        for name, row in result.table.iterrows()
    ]
    statements = [(s.text, s.rule, str(s.verdict), _why(s)) for s in result.statements]
    return "\n".join(
        [
            f"# {result.name}: {result.title}\n",
            f"Sources: {covers}. Settings: {_settings(result)}.\n",
            *shown,
            _table(("", "published", "ours", "sd"), values),
            _table(("statement", "from", "verdict", "why"), statements),
        ]
    )


def index_page(entries: Sequence[Mapping[str, Any]], not_reproduced: Mapping[str, str]) -> str:
    """The table of all items with their verdicts, in Markdown.

    Args:
        entries: for each item what its JSON file holds, or its name and the error that it ended with.
        not_reproduced: what holds nothing to compute, and why.
    """
    total = {v: sum(e["verdicts"][v] for e in entries if "verdicts" in e) for v in Verdict}
    rows = [
        *(_entry(entry) for entry in entries),
        ("**all**", "", *(f"**{total[v]}**" for v in Verdict)),
    ]
    scale: Mapping[str, Any] = next((entry["scale"] for entry in entries if "scale" in entry), {})
    seeds = ", ".join(map(str, scale.get("seeds", ())))
    return "\n".join(
        [
            "# Published tables and figures, computed anew\n",
            _table(("item", "reproduces", *Verdict), rows),
            _MEANING + "\n",
            f"Settings, where an item has no other: {scale.get('size')}, seeds {seeds}.\n",
            "## Not reproduced\n",
            _table(("", "why"), list(not_reproduced.items())),
        ]
    )


def in_words(statement: Statement) -> str:
    """A statement with its verdict, on one line."""
    why = _why(statement)
    return f"{statement.text}: {statement.verdict}" + (f" ({why})" if why else "")


def _settings(result: Reproduction) -> str:
    scale = result.scale
    searches = "" if scale.searches is None else f" and {scale.searches} searches"
    default = (
        f"{scale.train} training and {scale.test} test points, {scale.hidden} hidden units, "
        f"{scale.starts} starts{searches} a landscape, seeds {', '.join(map(str, scale.seeds))}"
    )
    if not result.setting:
        return f"{scale.size}, {default}"
    return f"{result.setting}. Where that says nothing else: {scale.size}, {default}"


def _entry(entry: Mapping[str, Any]) -> tuple[str, ...]:
    if "error" in entry:
        return (entry["name"], f"failed: {entry['error']}", *("" for _ in Verdict))
    counts = (str(entry["verdicts"][verdict]) for verdict in Verdict)
    name = entry["name"]
    return (f"[{name}]({name}.md)", entry["covers"], *counts)


def _why(statement: Statement) -> str:
    remark = "" if statement.verdict is Verdict.HOLDS else statement.remark
    return "; ".join(filter(None, (statement.explanation, remark)))


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    def line(cells: Sequence[str]) -> str:
        return "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"

    return "\n".join([line(header), "|" + "---|" * len(header), *map(line, rows), ""])
