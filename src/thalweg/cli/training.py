"""Training runs by gradient descent, and the basins that they go through."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .app import app
from .console import AsJson, File, Seed, console, figure, open_landscape, print_table
from .outputs import one_figure, writes

if TYPE_CHECKING:
    from ..analysis import DescentPath


@app.command()
@writes(output=one_figure)
def train(
    file: File,
    runs: Annotated[int, typer.Option(help="training runs, each from a random start", min=1)] = 3,
    batch_size: Annotated[
        int, typer.Option(help="rows of a batch; 0 for the gradient of all of them", min=0)
    ] = 32,
    epochs: Annotated[
        int, typer.Option(help="passes over the data; updates if there are no batches", min=1)
    ] = 100,
    learning_rate: Annotated[float, typer.Option(help="factor of the gradient")] = 0.1,
    momentum: Annotated[float, typer.Option(help="of sgd, from 0 to below 1")] = 0.9,
    optimiser: Annotated[
        Literal["sgd", "adam"], typer.Option(help="rule by which steps are made")
    ] = "sgd",
    checkpoints: Annotated[
        int, typer.Option(help="places along a run that are looked at, after the start", min=1)
    ] = 30,
    seed: Seed = 0,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="PDF, SVG or PNG of the first run on the graph"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train by gradient descent, and say through which minima's basins each run goes; FILE is only read.

    Every checkpoint is quenched; minima that the landscape lacks have numbers from its last on.
    Example: thalweg train spiral.db --runs 3 -o walk.png
    """
    from .. import plot, search
    from ..analysis import descent_path

    method = search.SGD(
        batch_size or None, epochs, learning_rate, momentum, optimiser=optimiser, seed=seed
    )
    with open_landscape(file) as landscape:
        trajectories = search.train(landscape.problem, runs, method, checkpoints=checkpoints)
        paths = [descent_path(landscape, run.parameters) for run in trajectories]
        network = landscape.network()
    if output is not None:
        with figure(output, panels=2) as (left, right):
            plot.descent_walk(network, paths[0], left)
            plot.descent_losses(paths[0], right)
    if as_json:
        typer.echo(json.dumps([_in_words(path) for path in paths]))
        return
    for number, path in enumerate(paths):
        console.print(f"run {number}", highlight=False)
        print_table(_in_words(path))


def _in_words(path: "DescentPath") -> dict[str, Any]:
    walk = path.walk.tolist()
    end = float(path.minimum_losses[-1])
    return {
        "loss at the start": float(path.losses[0]),
        "loss at the end": float(path.losses[-1]),
        "loss of the minimum below the end": end if end == end else None,
        "minima below the run, in turn": walk,
        "changes of the minimum": path.n_changes,
        "minima that the landscape lacks": len(path.new_minima),
    }
