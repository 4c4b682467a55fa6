"""The command that shows a landscape in a browser, or writes the explorer as one file."""

import math
import webbrowser
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..app.limits import DEFAULT_DETAILS
from ..landscape.levels import DEFAULT_LEVELS
from .app import app
from .console import console, network_of, open_landscape
from .outputs import one_file, replacing, writes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ..app import Source
    from ..app.followed import Followed
    from ..landscape.landscape import Landscape
    from ..landscape.network import Network


@app.command()
@writes(export=one_file)
def view(
    files: Annotated[
        list[str],
        typer.Argument(
            help="landscape file, database URL, or file of a network; several, or the folder of a scan or a "
            "sweep, are compared",
            metavar="FILE…",
        ),
    ],
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

    It serves on this machine only, follows a landscape that is being explored, and ends with Ctrl-C. Several
    landscapes stand side by side, minima matched that are one; of a scan a slider goes over the values.
    Example: thalweg view spiral.db --export spiral.html
    Example: thalweg view weak.db strong.db
    """
    shown = _shown(files)
    if export is not None:
        _export(shown, export, details, levels, barrier_clip)
        return
    from ..app import ExplorerServer

    source = _source(shown, levels, barrier_clip)
    try:
        with ExplorerServer(source, port) as server:
            console.print(f"{server.url}\nCtrl-C ends.", highlight=False, soft_wrap=True)
            if browser:
                webbrowser.open(server.url)
            server.wait()
    finally:
        source.close()


@dataclass(frozen=True)
class _Shown:
    """What is shown: one file, or several with what a scan says of them."""

    files: tuple[str, ...]
    names: tuple[str, ...] | None = None
    followed: "Followed | None" = None


def _shown(files: list[str]) -> _Shown:
    """The files that are named; of a folder the landscapes that a scan or a sweep put there."""
    if len(files) > 1:
        return _Shown(tuple(files), _different_names(files))
    folder = Path(files[0])
    if not folder.is_dir():
        return _Shown(tuple(files))
    from ..app.followed import SCAN_FILE, Followed

    if (folder / SCAN_FILE).exists():
        followed = Followed.read(folder / SCAN_FILE)
        scanned = [f"{followed.parameter}={value:g}" for value in followed.values]
        return _Shown(tuple(str(folder / f"{name}.db") for name in scanned), None, followed)
    landscapes = sorted(folder.glob("*.db"), key=lambda file: _value_first(file.stem))
    if len(landscapes) < 2:
        raise ValueError(f"{folder} holds no landscapes of a scan or a sweep: name the files.")
    names = tuple(file.stem for file in landscapes)
    return _Shown(tuple(map(str, landscapes)), names)


def _different_names(files: list[str]) -> tuple[str, ...] | None:
    """Names of files without their folders, if those tell them apart; of databases their titles are shown."""
    names = tuple(Path(file).name for file in files)
    return names if len(set(names)) == len(names) and not any("://" in f for f in files) else None


def _value_first(name: str) -> tuple[float, str]:
    """Files of a sweep by their values, what has none in the order of names after them."""
    try:
        return float(name.rpartition("=")[2]), name
    except ValueError:
        return math.inf, name


def _source(shown: _Shown, levels: int, barrier_clip: float | None) -> "Source":
    if len(shown.files) > 1:
        from ..app import ComparedSource

        return ComparedSource(
            shown.files,
            names=shown.names,
            followed=shown.followed,
            levels=levels,
            barrier_clip=barrier_clip,
        )
    from ..app import LandscapeSource, NetworkSource
    from ..landscape.network_file import is_network_file
    from ..paths import file_or_url

    file = shown.files[0]
    if is_network_file(file_or_url(file)):
        return NetworkSource(network_of(file), file, levels=levels, barrier_clip=barrier_clip)
    return LandscapeSource(file, levels=levels, barrier_clip=barrier_clip)


def _export(
    shown: _Shown, output: Path, details: int, levels: int, barrier_clip: float | None
) -> None:
    from ..app.view import exported

    with ExitStack() as stack:
        page = exported(
            [stack.enter_context(_opened(file)) for file in shown.files],
            names=shown.names,
            followed=shown.followed,
            details=details,
            levels=levels,
            barrier_clip=barrier_clip,
        )
    with replacing(output) as place:
        place.write_text(page, encoding="utf-8")
    console.print(f"{output}", highlight=False)


@contextmanager
def _opened(file: str) -> "Iterator[Landscape | Network]":
    """A landscape; or a network, of a file that holds nothing else."""
    from ..landscape.network_file import is_network_file
    from ..paths import file_or_url

    if is_network_file(file_or_url(file)):
        yield network_of(file)
        return
    with open_landscape(file) as landscape:
        yield landscape
