"""The command that adds models which were trained elsewhere, and says where they lie."""

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .app import app
from .console import AsJson, File, console, open_landscape, print_table

if TYPE_CHECKING:
    from ..analysis import MinimaxBarriers
    from ..search.adding import Added


@app.command("add")
def add_models(
    file: File,
    weights: Annotated[
        list[Path],
        typer.Argument(
            help="state dict of PyTorch (.pt, .pth), or arrays of NumPy (.npy, .npz)",
            metavar="WEIGHTS...",
        ),
    ],
    as_json: AsJson = False,
) -> None:
    """Say where models that were trained elsewhere lie in a landscape, and add the minima that it lacked.

    Each is quenched within its basin, as far as that can be.
    Example: thalweg add spiral.db trained.pt
    """
    from ..analysis import minimax_barriers
    from ..search.adding import add
    from .weights import read_weights

    models = [read_weights(path) for path in weights]
    with open_landscape(file) as landscape:
        added = add(landscape, models)
        network = landscape.network()
    barriers = minimax_barriers(network) if (added.minima >= 0).any() else None
    places = [_in_words(added, barriers, k) for k in range(len(models))]
    if as_json:
        names = map(str, weights)
        typer.echo(json.dumps([{"weights": n} | p for n, p in zip(names, places, strict=True)]))
        return
    for path, place in zip(weights, places, strict=True):
        console.print(str(path), highlight=False)
        print_table(place)


def _in_words(added: "Added", barriers: "MinimaxBarriers | None", k: int) -> dict[str, Any]:
    words: dict[str, Any] = {"loss of the model": _number(added.losses[k])}
    minimum = int(added.minima[k])
    if minimum < 0 or barriers is None:
        why = "" if added.flatness is None else f": {added.flatness}"
        return words | {"minimum that it leads to": f"none{why}"}
    loss, best = float(added.minimum_losses[k]), barriers.network.global_minimum
    return words | {
        "minimum that it leads to": minimum,
        "is new": bool(added.is_new[k]),
        "loss of the minimum": loss,
        "loss above the best minimum": loss - float(barriers.network.losses[best]),
        "share of the other minima that lie lower": _number(added.shares_below[k]),
        "distance to the minimum": _number(added.distances[k]),
        "barrier to the best minimum": _number(barriers.between(best, minimum) - loss),
    }


def _number(value: float) -> float | None:
    """A number as JSON holds it: one that is not known, or infinite without a path, is null."""
    return float(value) if math.isfinite(value) else None
