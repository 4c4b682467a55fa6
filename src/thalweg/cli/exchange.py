"""Commands that write a landscape for other programs, and read theirs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..landscape.exchange.registry import FORMATS
from .app import app
from .console import File, console, open_landscape, present_spelling

if TYPE_CHECKING:
    from ..landscape.exchange import ExchangeFormat

Format = Annotated[
    str,
    typer.Option("--format", help=", ".join(FORMATS)),
]


@app.command("export")
def export_landscape(
    file: File,
    path: Annotated[Path, typer.Argument(help="directory, or file for pele", metavar="PATH")],
    layout: Format = "pathsample",
) -> None:
    """Write a landscape for other programs.

    Example: thalweg export spiral.db pathsample --format pathsample
    """
    files = _exchange_format(layout)
    with open_landscape(file) as landscape:
        files.write(landscape, path)
        counts = f"{landscape.n_minima} minima, {landscape.n_transition_states} transition states"
    console.print(f"{path}: {counts}", highlight=False)


@app.command("import")
def import_landscape(
    path: Annotated[Path, typer.Argument(help="directory, or file of pele", metavar="PATH")],
    to: Annotated[Path, typer.Option(help="landscape file")],
    configuration: Annotated[
        Path | None, typer.Option("--config", help="TOML file with [problem]; for a new landscape")
    ] = None,
    layout: Format = "pathsample",
) -> None:
    """Read stationary points of other programs, check each, and add those that hold.

    Example: thalweg import pathsample --to spiral.db --config spiral.toml
    """
    from ..config.configuration import read_configuration
    from ..config.section import ConfigError
    from ..landscape.landscape import Landscape
    from ..search.importing import add_points

    files = _exchange_format(layout)
    if configuration is not None:
        problem = read_configuration(configuration).problem.build(configuration.parent)
        landscape = Landscape.open_or_create(problem, to)
    elif to.exists():
        landscape = Landscape.open(to)
    else:
        raise ConfigError(f"{to} does not exist; pass --config with the [problem] to make it.")
    with landscape:
        result = add_points(landscape, path, files)
    console.print(
        f"{to}: {result.minima_added} minima and {result.transition_states_added} transition states "
        f"added, {result.known} known already, {result.refused} refused",
        highlight=False,
    )


def _exchange_format(name: str) -> "ExchangeFormat":
    from ..landscape.exchange.registry import FORMER_NAMES, exchange_format

    present = FORMER_NAMES.get(name, name)
    if present != name:
        present_spelling(f"--format {name}", f"--format {present}")
    return exchange_format(present)
