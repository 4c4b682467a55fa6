"""What the commands share: consoles, tables, an opened landscape, a figure to draw on."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from ..spelling import one_line
from .outputs import MARK, replacing

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ..landscape.landscape import Landscape
    from ..landscape.network import Network

_MARKS_OF_FIGURES = {
    ".png": {"Software": MARK},
    ".pdf": {"Creator": MARK},
    ".svg": {"Creator": MARK},
    ".svgz": {"Creator": MARK},
    ".eps": {"Creator": MARK},
    ".ps": {"Creator": MARK},
}

# Names of the user's may hold brackets, which are no markup.
console = Console(markup=False)
errors = Console(stderr=True, markup=False)

File = Annotated[str, typer.Argument(help="landscape file, or database URL", metavar="FILE")]
Output = Annotated[Path, typer.Option("-o", "--output", help="PDF, SVG or PNG")]
Seconds = Annotated[float | None, typer.Option(help="stop after this wall time")]
Seed = Annotated[int, typer.Option(help="of all random choices", min=0)]
Workers = Annotated[int | None, typer.Option(help="processes; one a core by default", min=1)]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object")]
Problem = Annotated[Path, typer.Option("--config", help="the TOML file whose [problem] was mapped")]


@contextmanager
def open_landscape(file: str | Path) -> Iterator["Landscape"]:
    """A landscape file or database, closed afterwards."""
    from ..landscape.landscape import Landscape

    with Landscape.open(file) as landscape:
        yield landscape


@contextmanager
def open_with_data(file: str | Path, configuration: Path) -> Iterator[tuple[Any, Any, Any]]:
    """A landscape opened with its problem and data."""
    from ..config.configuration import read_configuration
    from ..landscape.landscape import Landscape
    from ..problems.predictions import require_classes

    section = read_configuration(configuration).problem
    data: Any = section.load(configuration.parent)
    problem: Any = section.build(configuration.parent)
    require_classes(problem)
    if len(data.test_inputs) == 0:
        raise ValueError("this needs test rows to measure on; the data have none.")
    with Landscape.open(file, problem) as landscape:
        yield landscape, problem, data


def network_of(file: str | Path) -> "Network":
    """The network of a landscape, or that of a file of a network alone."""
    from ..landscape.network_file import is_network_file, read_network
    from ..paths import file_or_url

    if is_network_file(file_or_url(file)):
        return read_network(file_or_url(file))
    with open_landscape(file) as landscape:
        return landscape.network()


Temperatures = Annotated[
    list[str] | None,
    typer.Option(
        "--temperature",
        help="also at this temperature, in the unit of the loss; `search` for that of basin-hopping",
    ),
]


def temperatures_of(file: str | Path, wanted: list[str] | None) -> dict[str, float]:
    """The temperatures that were asked for, by what they are called in a figure.

    Raises:
        ValueError: for a text that is neither a number nor `search`, or if no search had a temperature.
    """
    temperatures: dict[str, float] = {}
    for text in wanted or []:
        if text == "search":
            temperatures |= {f"T of the search, {t:g}": t for t in _search_temperatures(file)}
            continue
        try:
            temperatures[f"T = {text}"] = float(text)
        except ValueError:
            raise ValueError(
                f"--temperature must be a number in the unit of the loss, or search, got {text!r}."
            ) from None
    return temperatures


def _search_temperatures(file: str | Path) -> tuple[float, ...]:
    from ..landscape.network_file import is_network_file
    from ..paths import file_or_url, shown

    known: tuple[float, ...] = ()
    if not is_network_file(file_or_url(file)):
        with open_landscape(file) as landscape:
            known = landscape.search_temperatures()
    if not known:
        raise ValueError(
            f"no search in {shown(file)} has a temperature: it was mapped without basin-hopping, or by a "
            "version that did not record it. Pass a number, --temperature 0.02."
        )
    return known


def is_missing(location: str | Path) -> bool:
    """Whether a landscape file does not exist; of a database elsewhere only opening it tells."""
    from ..landscape.database.connection import database_file
    from ..paths import file_or_url

    file = database_file(file_or_url(location))
    return file is not None and not file.exists()


def print_table(values: dict[str, Any]) -> None:
    """A table of two columns, names and values."""
    table = Table(show_header=False, box=None)
    for name, value in values.items():
        table.add_row(one_line(name.replace("_", " ")), as_text(value))
    console.print(table, highlight=False)


def as_text(value: Any) -> str:
    """A value as it stands in a table."""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, tuple):
        return " to ".join(as_text(v) for v in value)
    if isinstance(value, list):
        return ", ".join(as_text(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(
            f"{name.replace('_', ' ')} {as_text(n)}" for name, n in value.items() if n != ""
        )
    return one_line(value)


def print_hindsight() -> None:
    """What the best of many minima is worth."""
    console.print("best is the best in hindsight: choose on one split, report on another.")


def print_frame(values: Any) -> None:
    """A pandas table, or a dictionary as a table of two columns."""
    if isinstance(values, dict):
        print_table(values)
        return
    table = Table("", *(str(c) for c in values.columns), box=None)
    for name, row in values.iterrows():
        table.add_row(
            one_line(str(name).replace("_", " ")),
            *("" if math.isnan(v) else f"{v:.5g}" for v in row),
        )
    console.print(table, highlight=False)


def given(**options: Any) -> dict[str, Any]:
    """The options that have a value; of the others the function that is called knows the default."""
    return {name: value for name, value in options.items() if value is not None}


@contextmanager
def silence(is_wanted: bool) -> Iterator[None]:
    """Suppress console output while `--json` is asked for."""
    before, console.quiet = console.quiet, is_wanted
    try:
        yield
    finally:
        console.quiet = before


@contextmanager
def figure(output: Path, panels: int = 1, *, projection: str | None = None) -> Iterator[Any]:
    """Axes to draw on, or an array of them, saved to the file afterwards."""
    import matplotlib
    import numpy as np

    matplotlib.use("Agg")
    from matplotlib import pyplot

    columns = min(panels, 3)
    rows = -(-panels // columns)
    size = (9, 7) if panels == 1 else (4 * columns, 3 * rows)
    figure, axes = pyplot.subplots(
        rows, columns, figsize=size, layout="constrained", subplot_kw={"projection": projection}
    )
    yield axes
    for unused in np.ravel(axes)[panels:]:
        unused.set_axis_off()
    save_figure(figure, output)
    pyplot.close(figure)
    console.print(f"{output}", highlight=False)


def save_figure(figure: "Figure", output: Path) -> None:
    """Write a figure, with our mark."""
    from ..plot.labels import missing_glyphs_as_boxes

    with replacing(output) as file, missing_glyphs_as_boxes():
        figure.savefig(file, dpi=200, metadata=_MARKS_OF_FIGURES.get(output.suffix.lower()))


def present_spelling(former: str, present: str) -> None:
    """Say that an option or a value has a new name."""
    errors.print(f"{former} is now {present}; the former spelling still works.", highlight=False)


def check_minimum(network: "Network", minimum: int) -> None:
    """Raise ValueError unless there is a minimum of this number; all commands count from 0."""
    if not 0 <= minimum < network.n_minima:
        raise ValueError(
            f"there is no minimum {minimum}; they are numbered from 0 to {network.n_minima - 1}."
        )
