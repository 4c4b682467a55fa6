"""Commands over several landscapes."""

import json
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from .app import app
from .console import AsJson, console, figure, opened, predicts_classes, print_frame
from .readings import measure
from .searches import map_problem


@app.command()
def compare(
    first: Annotated[Path, typer.Argument(help="landscape file", metavar="A")],
    second: Annotated[Path, typer.Argument(help="landscape file", metavar="B")],
    as_json: AsJson = False,
) -> None:
    """Set two landscapes side by side, and relax the minima of each on the loss of the other.

    Example: thalweg compare cross_entropy.db auc.db
    """
    from ..analysis import landscape_table, relax_on

    with opened(first) as a, opened(second) as b:
        table = landscape_table([(str(first), a), (str(second), b)])
        relaxed: dict[str, dict[str, Any]] = {}
        if a.dimension == b.dimension:
            for name, start, end in (
                (f"{first} on {second}", a, b),
                (f"{second} on {first}", b, a),
            ):
                relaxed[name] = _relaxed(relax_on(start.network(), end.problem))
    if as_json:
        found = {"landscapes": json.loads(table.to_json(orient="index")), "relaxed": relaxed}
        typer.echo(json.dumps(found))
        return
    print_frame(table.T)
    if not relaxed:
        console.print(
            "The two have different parameters: no minimum of one is a point of the other."
        )
    for name, values in relaxed.items():
        console.print(f"minima of {name}", highlight=False)
        print_frame(values)


def _relaxed(found: Any) -> dict[str, Any]:
    is_reached = found.assignment >= 0
    return {
        "minima": len(found.assignment),
        "that came to rest in a minimum": int(is_reached.sum()),
        "different minima reached": found.n_reached,
        "common to both": int(found.is_common.sum()),
        "median distance moved": _median(found.distance[is_reached]),
        "median fall of the loss": _median((found.loss_before - found.loss_after)[is_reached]),
    }


def _median(values: np.ndarray) -> float | None:
    return float(np.median(values)) if len(values) else None


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
    from ..config import ConfigError, parse_configuration, read_tables, varied
    from ..landscape.store import Landscape

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
        outcome = landscape.outcome()
    return not outcome.startswith(("unfinished", "interrupted", "failed", "no run"))


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


@app.command()
def reproduce(
    name: Annotated[str, typer.Argument(help="of the table; left out, all are listed")] = "",
    full: Annotated[bool, typer.Option(help="the published setting; an hour and more")] = False,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="Markdown file for the result")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Compute a published table anew and set both side by side.

    Example: thalweg reproduce auc-spiral
    """
    from ..reproduce import FULL, REPRODUCTIONS, SMALL

    if name not in REPRODUCTIONS:
        known = ", ".join(REPRODUCTIONS)
        if name:
            raise ValueError(f"nothing is known as {name!r}; expected one of {known}.")
        console.print(f"thalweg reproduce NAME, one of: {known}")
        return
    with console.status(name) as status:
        found = REPRODUCTIONS[name](
            FULL if full else SMALL, lambda at: status.update(f"{name}: {at}")
        )
    if output is not None:
        output.write_text(_as_markdown(found), encoding="utf-8")
    if as_json:
        typer.echo(json.dumps(found.as_dict()))
        return
    print_frame(found.table)
    for statement in found.claims:
        console.print(_in_words(statement), highlight=False)


def _in_words(statement: Any) -> str:
    held, of = sum(statement.holds), len(statement.holds)
    text = f"{statement.text}: holds for {held} of {of} seeds"
    return text if held == of or not statement.remark else f"{text} ({statement.remark})"


def _as_markdown(found: Any) -> str:
    lines = [f"# {found.title}", "", f"Settings: {found.setting or found.scale}", ""]
    lines += ["| | published | ours | sd |", "|---|---|---|---|"]
    for name, row in found.table.iterrows():
        cells = ("" if np.isnan(value) else f"{value:.4g}" for value in row)
        lines.append(f"| {str(name).replace('|', chr(92) + '|')} | {' | '.join(cells)} |")
    return "\n".join([*lines, "", *(f"- {_in_words(claim)}" for claim in found.claims), ""])
