"""Commands that read a landscape: numbers, tables and the report."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from .app import app
from .console import (
    AsJson,
    File,
    Seed,
    Temperatures,
    console,
    network_of,
    open_landscape,
    print_table,
    temperatures_of,
)
from .outputs import one_file, replacing, writes


@app.command()
def summary(
    file: File,
    edifftol: Annotated[
        list[float] | None,
        typer.Option(help="also count by loss alone, points nearer than this being one"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Count what a landscape holds.

    Example: thalweg summary spiral.db --edifftol 1e-4 --json
    """
    print_summary(file, edifftol=edifftol or (), as_json=as_json)


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
    temperature: Temperatures = None,
    basins: Annotated[
        bool, typer.Option("--basins", help="of the landscape reduced to the bottoms of its basins")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read thermodynamics, frustration, funnels and kinetics from a landscape.

    Minima are numbered as they stand in the network, from 0. Example: thalweg analyse spiral.db --json
    --temperature 0.02 --temperature search
    """
    from ..analysis import basin_network, overview

    network = basin_network(network_of(file)) if basins else network_of(file)
    temperatures = temperatures_of(file, temperature)
    values = overview(network, temperatures.values()).as_dict()
    if lines is not None:
        values["monotone_lines"] = _monotone_lines(file, lines, seed)
    if as_json:
        typer.echo(json.dumps(values))
        return
    peaks, others = values.pop("peaks"), values.pop("at_temperatures")
    print_table(values)
    for number, peak in enumerate(peaks, start=1):
        console.print(f"peak {number} of the heat capacity", highlight=False)
        print_table(peak)
    for name, other in zip(temperatures, others, strict=True):
        console.print(f"at {name}", highlight=False)
        print_table(other)


@app.command()
@writes(output=one_file)
def report(
    file: File,
    output: Annotated[Path, typer.Option("-o", "--output", help="HTML file")],
    seconds: Annotated[
        float | None,
        typer.Option(help="begin no section after this wall time; the page names what is missing"),
    ] = None,
) -> None:
    """Write one self-contained page: search, graph, thermodynamics, funnels, kinetics, robustness.

    Example: thalweg report spiral.db -o spiral.html
    """
    from ..report import html_report

    with open_landscape(file) as landscape:
        page = html_report(landscape, seconds=seconds)
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


def print_summary(
    file: str | Path, *, edifftol: Sequence[float] = (), as_json: bool = False
) -> None:
    """What a landscape holds, as a table or one JSON object."""
    from ..landscape.summary import summarise

    with open_landscape(file) as landscape:
        result = summarise(landscape, edifftol)
    values = result.as_dict()
    if as_json:
        typer.echo(json.dumps(values))
        return
    values["proofs"] = result.proofs.in_words()
    for tolerance, counts in values.pop("by_loss_alone").items():
        values[f"by loss alone, to {tolerance}"] = counts
    print_table(values)
