"""The command that shows a landscape in a browser, or writes the explorer as one file."""

import webbrowser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..app.limits import DEFAULT_DETAILS
from ..landscape.levels import DEFAULT_LEVELS
from .app import app
from .console import File, console, network_of, open_landscape
from .outputs import one_file, replacing, writes

if TYPE_CHECKING:
    from ..app import Source


@app.command()
@writes(export=one_file)
def view(
    file: File,
    export: Annotated[
        Path | None, typer.Option(help="write one HTML file that needs no server, and end")
    ] = None,
    details: Annotated[
        int, typer.Option(help="lowest minima whose details an exported file holds", min=0)
    ] = DEFAULT_DETAILS,
    levels: Annotated[int, typer.Option(help="levels of the tree", min=1)] = DEFAULT_LEVELS,
    barrier_clip: Annotated[
        float | None, typer.Option(help="loss to which higher ones are lowered in the tree")
    ] = None,
    port: Annotated[int, typer.Option(help="0 for any that is free", min=0, max=65535)] = 0,
    browser: Annotated[bool, typer.Option(help="open the page in a browser")] = True,
) -> None:
    """Show a landscape in a browser: tree, scatter, heat capacity, paths, table, details.

    It serves on this machine only, follows a landscape that is being explored, and ends with Ctrl-C.
    Example: thalweg view spiral.db --export spiral.html
    """
    if export is not None:
        _export(file, export, details, levels, barrier_clip)
        return
    from ..app import ExplorerServer

    source = _source(file, levels, barrier_clip)
    try:
        with ExplorerServer(source, port) as server:
            console.print(f"{server.url}\nCtrl-C ends.", highlight=False, soft_wrap=True)
            if browser:
                webbrowser.open(server.url)
            server.wait()
    finally:
        source.close()


def _source(file: str, levels: int, barrier_clip: float | None) -> "Source":
    from ..app import LandscapeSource, NetworkSource
    from ..landscape.network_file import is_network_file
    from ..paths import file_or_url

    if is_network_file(file_or_url(file)):
        return NetworkSource(network_of(file), file, levels=levels, barrier_clip=barrier_clip)
    return LandscapeSource(file, levels=levels, barrier_clip=barrier_clip)


def _export(file: str, output: Path, details: int, levels: int, barrier_clip: float | None) -> None:
    from ..app import export as page_of
    from ..landscape.network_file import is_network_file
    from ..paths import file_or_url

    if is_network_file(file_or_url(file)):
        page = page_of(network_of(file), levels=levels, barrier_clip=barrier_clip)
    else:
        with open_landscape(file) as landscape:
            page = page_of(landscape, details=details, levels=levels, barrier_clip=barrier_clip)
    with replacing(output) as place:
        place.write_text(page, encoding="utf-8")
    console.print(f"{output}", highlight=False)
