"""One landscape for each value of a setting."""

from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from .app import app
from .console import console, figure, opened, predicts_classes, print_frame
from .metrics import measure
from .searches import map_problem


@app.command()
def sweep(
    configuration: Annotated[Path, typer.Argument(help="TOML file", metavar="CONFIG")],
    over: Annotated[str, typer.Option(help="a key and its values, as problem.l2=1e-1,1e-3,1e-5")],
    to: Annotated[Path, typer.Option(help="folder of the landscapes, the table and the figure")],
) -> None:
    """Map one landscape for each value of a key; what is finished is kept, so a sweep can go on.

    Example: thalweg sweep spiral.toml --over problem.l2=1e-1,1e-3,1e-5 --to l2
    """
    from ..analysis import landscape_table
    from ..config.configuration import parse_configuration, read_tables, varied
    from ..config.section import ConfigError
    from ..landscape.landscape import Landscape

    key, _, texts = over.partition("=")
    values = [text for text in texts.split(",") if text]
    if not key or not values:
        raise ConfigError(f"--over must read key=value,value,…, got {over!r}.")
    tables = read_tables(configuration)
    # All values are checked before the first hour is spent on one.
    settings = {text: parse_configuration(varied(tables, key, text)) for text in values}
    to.mkdir(parents=True, exist_ok=True)
    landscapes = []
    for text, chosen in settings.items():
        file = to / f"{key}={text.replace('/', '_')}.db"
        console.print(f"{key} = {text}", highlight=False)
        if not is_finished(file):
            map_problem(chosen, configuration.parent, file)
        problem = chosen.problem.build(configuration.parent)
        landscape = Landscape.open(file, problem)
        landscapes.append((text, landscape))
        annotate_with_metrics(landscape, problem, chosen.problem, configuration.parent)
    table = landscape_table(landscapes)
    for _, landscape in landscapes:
        landscape.close()
    table.index.name = key
    table.to_csv(to / "table.csv")
    print_frame(table.T)
    _draw_sweep(table, to / "figure.png")


def is_finished(file: Path) -> bool:
    """Whether a landscape was mapped until its stop rule held."""
    if not file.exists():
        return False
    with opened(file) as landscape:
        return landscape.outcome().is_complete


def annotate_with_metrics(landscape: Any, problem: Any, section: Any, directory: Path) -> None:
    """Save loss, accuracy and AUC of every minimum, if the problem is a classifier with data."""
    if landscape.n_minima == 0 or not predicts_classes(problem):
        return
    for name, found in measure(landscape.network(), problem, section.load(directory)).items():
        landscape.annotate(name, found)


def _draw_sweep(table: Any, output: Path) -> None:
    from .. import plot

    columns = [
        name
        for name in (
            "minima",
            "best test auc",
            "mean test auc",
            "lpphe_mean",
            "frustration",
            "basins",
        )
        if name in table and np.isfinite(table[name].astype(float)).any()
    ]
    with figure(output, panels=len(columns)) as panels:
        for column, axes in zip(columns, np.ravel(panels), strict=False):
            plot.sweep(table, column, axes)
