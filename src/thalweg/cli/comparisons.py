"""Commands over several landscapes."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ..paths import shown
from .app import app
from .console import AsJson, console, open_landscape, print_frame

if TYPE_CHECKING:
    import numpy as np

    from ..analysis import Relaxation, RelaxationSummary
    from ..datasets import Dataset
    from ..landscape.landscape import Landscape


@app.command()
def compare(
    first: Annotated[str, typer.Argument(help="landscape file", metavar="A")],
    second: Annotated[str, typer.Argument(help="landscape file", metavar="B")],
    configuration: Annotated[
        Path | None,
        typer.Option("--config", help="TOML file whose [problem] has data to measure changes on"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Set two landscapes side by side, and relax the minima of each on the loss of the other.

    With --config metrics change on the way too; with metrics saved (`thalweg metrics`) the two losses are
    weighed against each other. Example: thalweg compare cross_entropy.db auc.db
    """
    from ..analysis import landscape_table, relax_on, summarise_relaxation

    data = None if configuration is None else _data_of(configuration)
    with open_landscape(first) as a, open_landscape(second) as b:
        first, second = shown(first), shown(second)
        pair = [(first, a), (second, b)]
        table, weighed = landscape_table(pair), weighed_in_words(pair)
        relaxations: dict[str, dict[str, Any]] = {}
        if a.dimension == b.dimension:
            for name, start, end in (
                (f"{first} on {second}", a, b),
                (f"{second} on {first}", b, a),
            ):
                relaxation = relax_on(start.network(), end.problem)
                changes = {} if data is None else _changes(relaxation, start, end, data)
                relaxations[name] = _in_words(summarise_relaxation(relaxation, changes))
    if as_json:
        landscapes = json.loads(table.to_json(orient="index"))
        result = {"landscapes": landscapes, "relaxed": relaxations, "trade_off": weighed}
        typer.echo(json.dumps(result))
        return
    print_frame(table.T)
    if not relaxations:
        console.print(
            "The two have different parameters: no minimum of one is a point of the other."
        )
    for name, values in relaxations.items():
        console.print(f"minima of {name}", highlight=False)
        print_frame(values)
    for line in weighed:
        console.print(line, highlight=False)


def weighed_in_words(landscapes: "Sequence[tuple[str, Landscape]]") -> list[str]:
    """The trade-off between the losses of some landscapes; nothing where no quality is saved for all."""
    from ..analysis import QUALITIES, loss_trade_off

    saved = [landscape.annotation_names() for _, landscape in landscapes if landscape.n_minima]
    if len(saved) < len(landscapes) or not any(
        all(q in names for names in saved) for q in QUALITIES
    ):
        return []
    return loss_trade_off(landscapes).statements()


def _data_of(configuration: Path) -> "Dataset":
    from ..config.configuration import read_configuration

    return read_configuration(configuration).problem.load(configuration.parent)


def _changes(
    relaxation: "Relaxation", start: "Landscape", end: "Landscape", data: "Dataset"
) -> dict[str, "np.ndarray"]:
    """Change of each metric that both problems have, of every minimum on its way."""
    from ..analysis import metrics_by_name

    if relaxation.n_reached == 0:
        return {}
    before = metrics_by_name(start.network(), start.problem, data)
    after = metrics_by_name(relaxation.network(), end.problem, data)
    return {name: relaxation.change(before[name], after[name]) for name in before if name in after}


def _in_words(summary: "RelaxationSummary") -> dict[str, Any]:
    return {
        "minima": summary.n_minima,
        "that came to rest in a minimum": summary.n_converged,
        "different minima reached": summary.n_reached,
        "common to both": summary.n_common,
        "median distance moved": summary.median_distance,
        "median fall of the loss": summary.median_fall,
        "median steps": summary.median_steps,
        "where the other loss curves down": summary.n_descending,
        **{f"median change of {name}": change for name, change in summary.median_changes.items()},
    }
