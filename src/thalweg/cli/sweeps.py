"""One landscape for each value of a setting."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .app import app
from .comparisons import weighed_in_words
from .console import console, figure, open_landscape, print_frame
from .metrics import metrics_if_any
from .outputs import folder_with, replacing, writes
from .searches import map_problem

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from ..landscape.landscape import Landscape


@app.command()
@writes(to=folder_with("table.csv", "figure.png"))
def sweep(
    configuration: Annotated[Path, typer.Argument(help="TOML file", metavar="CONFIG")],
    over: Annotated[
        str,
        typer.Option(
            help="a key and its values, as problem.l2=1e-1,1e-3,1e-5 or problem.hidden=[2],[2,2]"
        ),
    ],
    to: Annotated[Path, typer.Option(help="folder of the landscapes, the table and the figure")],
) -> None:
    """Map one landscape for each value of a key; what is finished is kept, so a sweep can go on.

    Example: thalweg sweep spiral.toml --over problem.l2=1e-1,1e-3,1e-5 --to l2
    """
    from ..analysis import landscape_table
    from ..config.configuration import (
        parse_configuration,
        read_tables,
        separate_values,
        with_value,
    )
    from ..config.section import ConfigError
    from ..landscape.landscape import Landscape

    key, _, texts = over.partition("=")
    values = separate_values(texts)
    if not key or not values:
        raise ConfigError(f"--over must read key=value,value,…, got {over!r}.")
    tables = read_tables(configuration)
    # All values are checked before the first hour is spent on one.
    settings = {text: parse_configuration(with_value(tables, key, text)) for text in values}
    to.mkdir(parents=True, exist_ok=True)
    landscapes = []
    for text, settings_at_value in settings.items():
        file = to / f"{key}={text.replace('/', '_')}.db"
        console.print(f"{key} = {text}", highlight=False)
        if not is_finished(file):
            map_problem(settings_at_value, configuration.parent, file)
        problem = settings_at_value.problem.build(configuration.parent)
        landscape = Landscape.open(file, problem)
        landscapes.append((text, landscape))
        metrics = metrics_if_any(landscape, settings_at_value.problem, configuration.parent)
        for name, one_metric in metrics.items():
            landscape.annotate(name, one_metric)
    table = landscape_table(landscapes)
    weighed = [*weighed_in_words(landscapes), *_clusters_in_words(landscapes)]
    for _, landscape in landscapes:
        landscape.close()
    table.index.name = key
    with replacing(to / "table.csv") as place:
        table.to_csv(place)
    print_frame(table.T)
    for line in weighed:
        console.print(line, highlight=False)
    _draw_sweep(table, to / "figure.png")


def _clusters_in_words(landscapes: "Sequence[tuple[str, Landscape]]") -> list[str]:
    """How many clusters the landscapes speak for; nothing unless they are of several numbers of clusters."""
    from ..analysis import cluster_numbers
    from ..problems.capabilities import Clustering

    pairs = [
        (landscape.problem, landscape.network())
        for _, landscape in landscapes
        if isinstance(landscape.problem, Clustering) and landscape.n_minima
    ]
    if len({problem.n_clusters for problem, _ in pairs}) < max(2, len(landscapes)):
        return []
    return cluster_numbers(pairs).statements()


def is_finished(file: Path) -> bool:
    """Whether a landscape was mapped until its stop rule held."""
    if not file.exists():
        return False
    with open_landscape(file) as landscape:
        return landscape.outcome().is_complete


def _draw_sweep(table: "pd.DataFrame", output: Path) -> None:
    import numpy as np

    from .. import plot

    columns = plot.sweep_columns(table)
    with figure(output, panels=len(columns)) as panels:
        for column, axes in zip(columns, np.ravel(panels), strict=False):
            plot.sweep(table, column, axes)
