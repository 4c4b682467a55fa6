"""Commands that write a landscape for other programs, and read theirs."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..landscape.exchange.names import FORMAT_NAMES
from ..paths import shown, user_path
from .app import app
from .console import File, console, is_missing, open_landscape, present_spelling

if TYPE_CHECKING:
    from ..landscape.exchange import ExchangeFormat
    from ..landscape.landscape import Landscape
    from ..problems.problem import Problem as AnyProblem

Format = Annotated[
    str,
    typer.Option("--format", help=", ".join(FORMAT_NAMES)),
]


@app.command("export")
def export_landscape(
    file: File,
    path: Annotated[
        Path, typer.Argument(help="directory, or file for pele and sqlite", metavar="PATH")
    ],
    layout: Format = "pathsample",
) -> None:
    """Write a landscape for other programs, or, with sqlite, a copy of one that is being written to.

    Example: thalweg export spiral.db pathsample --format pathsample
    """
    files = _exchange_format(layout)
    with open_landscape(file) as landscape:
        written = files.write(landscape, path)
    counts = (
        ""
        if written is None
        else (f": {written.minima} minima, {written.transition_states} transition states")
    )
    console.print(f"{path}{counts}", highlight=False)


@app.command("import")
def import_landscape(
    path: Annotated[
        Path, typer.Argument(help="directory, or file of pele or sqlite", metavar="PATH")
    ],
    to: Annotated[str, typer.Option(help="landscape file, or database URL")],
    configuration: Annotated[
        Path | None, typer.Option("--config", help="TOML file with [problem]; for a new landscape")
    ] = None,
    layout: Format = "pathsample",
    graph_only: Annotated[
        bool,
        typer.Option(
            "--graph-only",
            help="make a network for analysis of min.data and ts.data, which need no points and no "
            "[problem]; nothing is checked",
        ),
    ] = False,
    modes: Annotated[
        int,
        typer.Option(help="with --graph-only: vibrations of a minimum, for heat capacities", min=0),
    ] = 0,
) -> None:
    """Read stationary points of other programs, check each, and add those that hold.

    Example: thalweg import pathsample --to spiral.db --config spiral.toml

    Or, for graph, thermodynamics and kinetics alone: thalweg import LJ38 --to lj38.npz --graph-only
    """
    if graph_only:
        _import_graph(path, to, layout, configuration, modes)
        return
    from ..config.configuration import read_configuration
    from ..config.section import ConfigError
    from ..landscape.errors import LandscapeError
    from ..search.importing import add_foreign_points

    files = _exchange_format(layout)
    if configuration is not None:
        problem = read_configuration(configuration).problem.build(configuration.parent)
        points = files.read(path, problem.dimension)
        target = _landscape_to_fill(problem, to)
    elif not is_missing(to):
        with open_landscape(to) as landscape:
            points = files.read(path, landscape.dimension)
        target = open_landscape(to)
    else:
        raise ConfigError(
            f"{shown(to)} does not exist; pass --config with the [problem] to make it."
        )
    with target as landscape:
        result = add_foreign_points(landscape, points, str(path))
        reasons = "; ".join(f"{n} of them: {reason}" for reason, n in result.reasons.items())
        if result.is_all_refused:
            raise LandscapeError(
                f"none of the {result.refused} points in {path} holds for this problem ({reasons}). Check "
                "that it is the right one, and that coordinates are in its own order."
            )
    console.print(
        f"{shown(to)}: {result.minima_added} minima and {result.transition_states_added} transition states "
        f"added, {result.known} known already, {result.refused} refused",
        highlight=False,
    )
    if reasons:
        console.print(f"refused: {reasons}", highlight=False)
    if result.changed_edges:
        console.print(
            f"{result.changed_edges} transition states join other minima than {path} states: the paths of "
            "steepest descent lead to those that are stored now",
            highlight=False,
        )
    for note in result.notes:
        console.print(note, highlight=False)


def _import_graph(path: Path, to: str, layout: str, configuration: Path | None, modes: int) -> None:
    from ..landscape.exchange import read_pathsample_network
    from ..landscape.exchange.points import new_file
    from ..landscape.network_file import write_network

    if layout != "pathsample" or configuration is not None:
        raise ValueError(
            "--graph-only reads the tables of pathsample, which need no --config; the other formats hold "
            "points: leave --graph-only out."
        )
    result = read_pathsample_network(path, n_modes=modes)
    network = result.network
    with new_file(user_path(to)) as file:
        write_network(network, file)
    console.print(
        f"{to}: {network.n_minima} minima and {network.n_transition_states} transition states, as {path} "
        "states them",
        highlight=False,
    )
    for note in result.notes:
        console.print(note, highlight=False)


@contextmanager
def _landscape_to_fill(problem: "AnyProblem", to: str) -> Iterator["Landscape"]:
    """The landscape in a file; one that was made for nothing is removed again."""
    from ..landscape.landscape import Landscape

    is_new = is_missing(to)
    is_empty = True
    try:
        with Landscape.open_or_create(problem, to) as landscape:
            try:
                yield landscape
            finally:
                is_empty = landscape.n_minima == landscape.n_transition_states == 0
    except BaseException:
        if is_new and is_empty:
            for ending in ("", "-wal", "-shm"):
                user_path(f"{to}{ending}").unlink(missing_ok=True)
        raise


def _exchange_format(name: str) -> "ExchangeFormat":
    from ..landscape.exchange.registry import FORMER_NAMES, exchange_format

    present = FORMER_NAMES.get(name, name)
    if present != name:
        present_spelling(f"--format {name}", f"--format {present}")
    return exchange_format(present)
