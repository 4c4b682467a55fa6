"""Commands over several landscapes."""

import json
from collections.abc import Sequence
from dataclasses import asdict
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
    from ..landscape.merging import Merged


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


@app.command()
def merge(
    sources: Annotated[
        list[str],
        typer.Argument(
            help="landscape files or database URLs, each of a run of its own", metavar="FILE..."
        ),
    ],
    to: Annotated[str, typer.Option(help="landscape file or database URL that receives them all")],
    configuration: Annotated[
        Path | None,
        typer.Option("--config", help="TOML file with [problem]; if the files cannot rebuild it"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make one landscape of several of the same problem, as of jobs that each wrote a file of its own.

    Points are told apart up to symmetry; hits count once, also if the command is repeated: after a kill it
    goes on. Give each job a seed of its own. Example: thalweg merge job1.db job2.db job3.db --to all.db
    """
    from ..landscape.merging import merge

    problem = None
    if configuration is not None:
        from ..config.configuration import read_configuration

        problem = read_configuration(configuration).problem.build(configuration.parent)

    def say(one: "Merged") -> None:
        if not as_json:
            console.print(_merged_in_words(one), highlight=False, soft_wrap=True)

    results = merge(sources, to, problem=problem, progress=say)
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in results]))
        return
    with open_landscape(to) as landscape:
        console.print(
            f"{shown(to)}: {landscape.n_minima} minima, {landscape.n_transition_states} transition states",
            highlight=False,
            soft_wrap=True,
        )


def _merged_in_words(one: "Merged") -> str:
    words = (
        f"{one.source}: {one.minima} minima and {one.transition_states} transition states added, "
        f"{one.known_minima} and {one.known_transition_states} known already"
    )
    if one.known_tasks and not one.tasks:
        words += "; its hits are counted already: it was merged before, or has the seed of another"
    return words


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
