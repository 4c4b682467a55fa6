"""Commands over several landscapes."""

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from .app import app
from .console import AsJson, console, opened, print_frame


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="landscape file", metavar="A")],
    second: Annotated[Path, typer.Argument(help="landscape file", metavar="B")],
    as_json: AsJson = False,
) -> None:
    """Set two landscapes side by side, and relax the minima of each on the loss of the other.

    Example: thalweg compare cross_entropy.db auc.db
    """
    from ..analysis import landscape_table, relax_on

    with opened(first) as a, opened(second) as b:
        table = landscape_table([(str(first), a), (str(second), b)])
        relaxed: dict[str, dict[str, Any]] = {}
        if a.dimension == b.dimension:
            for name, start, end in (
                (f"{first} on {second}", a, b),
                (f"{second} on {first}", b, a),
            ):
                relaxed[name] = _relaxed(relax_on(start.network(), end.problem))
    if as_json:
        found = {"landscapes": json.loads(table.to_json(orient="index")), "relaxed": relaxed}
        typer.echo(json.dumps(found))
        return
    print_frame(table.T)
    if not relaxed:
        console.print(
            "The two have different parameters: no minimum of one is a point of the other."
        )
    for name, values in relaxed.items():
        console.print(f"minima of {name}", highlight=False)
        print_frame(values)


def _relaxed(found: Any) -> dict[str, Any]:
    is_reached = found.assignment >= 0
    return {
        "minima": len(found.assignment),
        "that came to rest in a minimum": int(is_reached.sum()),
        "different minima reached": found.n_reached,
        "common to both": int(found.is_common.sum()),
        "median distance moved": _median(found.distance[is_reached]),
        "median fall of the loss": _median((found.loss_before - found.loss_after)[is_reached]),
    }


def _median(values: np.ndarray) -> float | None:
    return float(np.median(values)) if len(values) else None
