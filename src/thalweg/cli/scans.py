"""Landscapes over a parameter, followed through the folds between them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from .app import app
from .comparisons import is_finished
from .console import AsJson, console, figure, print_frame
from .readings import measure_regression
from .searches import map_problem


@app.command()
def scan(
    configuration: Annotated[Path, typer.Argument(help="TOML file", metavar="CONFIG")],
    over: Annotated[
        str, typer.Option(help="a key and its values, as problem.kernel.nu=0.5:5:0.1 or …=1,2,4")
    ],
    to: Annotated[Path, typer.Option(help="folder of the landscapes, the table and the figures")],
    as_json: AsJson = False,
) -> None:
    """Map a landscape at each value of a parameter, and follow every minimum from one to the next.

    Births and deaths of minima are located as folds. What is finished is kept, so a scan can go on.
    Example: thalweg scan gp.toml --over problem.kernel.nu=0.5:5:0.5 --to nu
    """
    from .. import analysis
    from ..config import ConfigError, parse_configuration, read_tables, varied
    from ..landscape.store import Landscape
    from ..problems import ParameterFamily

    console.quiet = as_json
    key, values = _key_and_values(over)
    tables = read_tables(configuration)
    settings = {v: parse_configuration(varied(tables, key, repr(v))) for v in values}
    directory = configuration.parent
    problem: Any = settings[values[0]].problem.build(directory)
    try:
        family = ParameterFamily(problem, key.split(".")[-1])
    except ValueError as error:
        raise ConfigError(f"{error} Use `thalweg sweep` for {key}.") from error
    to.mkdir(parents=True, exist_ok=True)
    landscapes = []
    for value, chosen in settings.items():
        file = to / f"{key}={value:g}.db"
        console.print(f"{key} = {value:g}", highlight=False)
        if not is_finished(file):
            map_problem(chosen, directory, file)
        landscapes.append((value, Landscape.open(file, chosen.problem.build(directory))))
    found = analysis.scan(family, landscapes)
    rows = _rows(found, landscapes, settings[values[0]].problem, directory)
    for _, landscape in landscapes:
        landscape.close()
    _draw(found, rows, key, to)
    result = {
        "parameter": key,
        "values": rows,
        "different minima": found.n_tracks,
        "missed by the search": found.missed,
        "folds": [_in_json(one) for one in found.catastrophes],
        "left the box": [asdict(one) for one in found.departures],
    }
    (to / "scan.json").write_text(json.dumps(result, indent=1))
    if as_json:
        typer.echo(json.dumps(result))
        return
    _print(result)


def _key_and_values(over: str) -> tuple[str, list[float]]:
    """`key=start:stop:step`, both ends included, or `key=value,value,…`."""
    from ..config import ConfigError

    key, _, text = over.partition("=")
    try:
        if ":" in text:
            start, stop, step = (float(part) for part in text.split(":"))
            n = round((stop - start) / step)
            values = [round(start + k * step, 12) for k in range(n + 1)]
        else:
            values = [float(part) for part in text.split(",")]
    except (ValueError, ZeroDivisionError):
        values = []
    if not key or len(values) < 2 or len(set(values)) < len(values):
        raise ConfigError(
            f"--over must read key=start:stop:step or key=value,value,… with two values or more, "
            f"got {over!r}."
        )
    return key, values


def _rows(found: Any, landscapes: Any, section: Any, directory: Path) -> list[dict[str, Any]]:
    """What each value has: counts, the lowest loss, and the test error where there are test rows."""
    rows = []
    for value, landscape in sorted(landscapes, key=lambda pair: pair[0]):
        network, counts = landscape.network(), landscape.counts()
        row = {
            "value": value,
            "minima": network.n_minima,
            "transition states": landscape.n_transition_states,
            "quenches that ended on the box": counts.on_box,
            "lowest loss": float(network.losses.min()) if network.n_minima else None,
        }
        row |= _errors(landscape, network, section, directory)
        rows.append(row)
    return rows


def _errors(landscape: Any, network: Any, section: Any, directory: Path) -> dict[str, Any]:
    """Of the minimum of lowest loss, where that can be measured."""
    from ..problems import GaussianProcess

    data = section.load(directory)
    is_process = isinstance(landscape.problem, GaussianProcess)
    if not is_process or network.n_minima == 0 or len(data.test_inputs) == 0:
        return {}
    measured = measure_regression(network, landscape.problem, data)
    return {name: float(v[network.global_minimum]) for name, v in measured.items()}


def _in_json(one: Any) -> dict[str, Any]:
    return {
        "critical value": one.fold.value,
        "kind": one.kind,
        "seen from": one.value,
        "minimum": one.minimum,
        "transition state": one.transition_state,
        "loss": one.fold.loss,
        "eigenvalue": one.fold.eigenvalue,
    }


def _draw(found: Any, rows: list[dict[str, Any]], key: str, to: Path) -> None:
    from .. import plot

    name = key.split(".")[-1]
    with figure(to / "bifurcation.png") as axes:
        plot.bifurcation(found.branches, name, axes)
    with figure(to / "counts.png") as axes:
        axes.plot([r["value"] for r in rows], [r["minima"] for r in rows], "o-", color="#0072B2")
        axes.set_xlabel(name)
        axes.set_ylabel("minima")


def _print(result: dict[str, Any]) -> None:
    import pandas as pd

    print_frame(pd.DataFrame(result["values"]).set_index("value").astype(float))
    console.print(
        f"{result['different minima']} different minima over all values; "
        f"{result['missed by the search']} arrived where the search had not found them",
        highlight=False,
    )
    for one in result["folds"]:
        number = one["transition state"]
        partner = "a transition state" if number is None else f"transition state {number}"
        console.print(
            f"{one['kind']} at {one['critical value']:.6f}: minimum {one['minimum']} and {partner} of "
            f"{one['seen from']:g}",
            highlight=False,
        )
    for one in result["left the box"]:
        console.print(
            f"minimum {one['minimum']} of {one['value']:g} leaves the box near {one['last']:.4g}",
            highlight=False,
        )
