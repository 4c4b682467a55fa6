"""Commands that read a landscape: numbers, tables and the report."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from .app import app
from .console import AsJson, File, Seed, console, network_of, open_landscape, print_table
from .outputs import one_file, replacing, writes


@app.command()
def summary(
    file: File,
    as_json: AsJson = False,
) -> None:
    """Count what a landscape holds.

    Example: thalweg summary spiral.db --json
    """
    print_summary(file, as_json=as_json)


@app.command()
def analyse(
    file: File,
    lines: Annotated[
        int | None,
        typer.Option(
            help="random starts: does the loss fall all along the line to their minimum?", min=1
        ),
    ] = None,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Read thermodynamics, frustration, funnels and kinetics from a landscape.

    Minima are numbered as they stand in the network, from 0. Example: thalweg analyse spiral.db --json
    """
    from ..analysis import overview

    values = overview(network_of(file)).as_dict()
    if lines is not None:
        values["monotone_lines"] = _monotone_lines(file, lines, seed)
    if as_json:
        typer.echo(json.dumps(values))
        return
    peaks = values.pop("peaks")
    print_table(values)
    for number, peak in enumerate(peaks, start=1):
        console.print(f"peak {number} of the heat capacity", highlight=False)
        print_table(peak)


@app.command()
@writes(output=one_file)
def report(
    file: File,
    output: Annotated[Path, typer.Option("-o", "--output", help="HTML file")],
) -> None:
    """Write one self-contained page: search, graph, thermodynamics, funnels, kinetics, robustness.

    Example: thalweg report spiral.db -o spiral.html
    """
    from ..report import html_report

    with open_landscape(file) as landscape:
        page = html_report(landscape)
    with replacing(output) as place:
        place.write_text(page, encoding="utf-8")
    console.print(f"{output}", highlight=False)


def _monotone_lines(file: str, starts: int, seed: int) -> dict[str, Any]:
    from ..analysis import monotone_lines

    with open_landscape(file) as landscape:
        result = monotone_lines(landscape.problem, starts, seed=seed)
    return {
        "share": result.share,
        "interval": result.interval.as_pair() or result.interval.in_words(),
        "lines": len(result.lengths),
        "law": result.law,
    }


def print_summary(file: str | Path, *, as_json: bool = False) -> None:
    """What a landscape holds, as a table or one JSON object."""
    from ..landscape.summary import summarise

    with open_landscape(file) as landscape:
        values = summarise(landscape).as_dict()
    if as_json:
        typer.echo(json.dumps(values))
        return
    print_table(values)
