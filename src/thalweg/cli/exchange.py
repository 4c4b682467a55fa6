"""Commands that write a landscape for other programs, and read theirs."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .app import app
from .console import File, console, opened


class Layout(StrEnum):
    """Formats of export and import."""

    pathsample = "fortran"
    bundle = "bundle"
    pele = "pele"
    topsearch = "topsearch"


@app.command("export")
def export_landscape(
    file: File,
    place: Annotated[Path, typer.Argument(help="directory, or file for pele", metavar="PLACE")],
    layout: Annotated[
        Layout, typer.Option("--format", help="PATHSAMPLE, Parquet and NumPy, pele or TopSearch")
    ] = Layout.pathsample,
) -> None:
    """Write a landscape for other programs.

    Example: thalweg export spiral.db pathsample --format fortran
    """
    from ..landscape.exchange.registry import exchange_format

    with opened(file) as landscape:
        exchange_format(layout.name).write(landscape, place)
        n_minima, n_saddles = landscape.n_minima, landscape.n_transition_states
    console.print(f"{place}: {n_minima} minima, {n_saddles} transition states", highlight=False)


@app.command("import")
def import_landscape(
    place: Annotated[Path, typer.Argument(help="directory, or file of pele", metavar="PLACE")],
    to: Annotated[Path, typer.Option(help="landscape file")],
    configuration: Annotated[
        Path | None, typer.Option("--config", help="TOML file with [problem]; for a new landscape")
    ] = None,
    layout: Annotated[Layout, typer.Option("--format")] = Layout.pathsample,
) -> None:
    """Read stationary points of other programs, check each, and add those that hold.

    Example: thalweg import pathsample --to spiral.db --config spiral.toml
    """
    from ..config.configuration import read_configuration
    from ..config.section import ConfigError
    from ..landscape.landscape import Landscape
    from ..search.importing import add_points

    if configuration is not None:
        problem = read_configuration(configuration).problem.build(configuration.parent)
        landscape = Landscape.open_or_create(problem, to)
    elif to.exists():
        landscape = Landscape.open(to)
    else:
        raise ConfigError(f"{to} does not exist; pass --config with the [problem] to make it.")
    with landscape:
        found = add_points(landscape, place, layout.name)
    console.print(
        f"{to}: {found.minima_added} minima and {found.transition_states_added} transition states "
        f"added, {found.known} known already, {found.refused} refused",
        highlight=False,
    )
