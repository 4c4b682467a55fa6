"""Landscapes over a parameter, followed through the folds between them."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import typer

from .app import app
from .console import AsJson, console, figure, print_frame, silence
from .metrics import measure_regression
from .searches import map_problem
from .sweeps import is_finished


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
    with silence(as_json):
        result = _scanned(configuration, over, to)
    (to / "scan.json").write_text(json.dumps(result, indent=1))
    if as_json:
        typer.echo(json.dumps(result))
        return
    _print(result)


def _scanned(configuration: Path, over: str, to: Path) -> dict[str, Any]:
    from .. import analysis
    from ..config.configuration import parse_configuration, read_tables, varied
    from ..config.section import ConfigError
    from ..landscape.landscape import Landscape
    from ..problems import ParameterFamily

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
    section = settings[values[0]].problem
    measured = [_measured(landscape, section, directory) for _, landscape in landscapes]
    rows = [_row(*pair, errors) for pair, errors in zip(landscapes, measured, strict=True)]
    _draw(found, rows, landscapes, to)
    result = {
        "parameter": key,
        "values": rows,
        "different minima": found.n_tracks,
        "missed by the search": found.n_missed,
        "folds": [_in_json(one) for one in found.catastrophes],
        "left the box": [asdict(one) for one in found.departures],
        "agreement of k-means groups": _agreement(found, landscapes, measured),
    }
    for _, landscape in landscapes:
        landscape.close()
    return result


def _key_and_values(over: str) -> tuple[str, list[float]]:
    """`key=start:stop:step`, both ends included, or `key=value,value,…`."""
    from ..config.section import ConfigError

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
    return key, sorted(values)


def _measured(landscape: Any, section: Any, directory: Path) -> dict[str, np.ndarray]:
    """Test errors of every minimum, of a Gaussian process with test rows; nothing otherwise."""
    from ..problems import GaussianProcess

    if not isinstance(landscape.problem, GaussianProcess) or landscape.n_minima == 0:
        return {}
    data = section.load(directory)
    if len(data.test_inputs) == 0:
        return {}
    return measure_regression(landscape.network(), landscape.problem, data)


def _row(value: float, landscape: Any, errors: dict[str, np.ndarray]) -> dict[str, Any]:
    """Counts, the lowest loss, and what that minimum predicts."""
    network = landscape.network()
    row = {
        "value": value,
        "minima": network.n_minima,
        "transition states": landscape.n_transition_states,
        "quenches that ended on the box": landscape.counts().at_bounds,
        "lowest loss": float(network.losses.min()) if network.n_minima else None,
    }
    return row | {name: float(v[network.global_minimum]) for name, v in errors.items()}


def _agreement(found: Any, landscapes: Any, measured: list[dict[str, np.ndarray]]) -> float | None:
    """Adjusted Rand index of the published grouping and of the minima as followed."""
    from ..analysis import agreement_with_kmeans

    if not all(measured):
        return None
    losses = [landscape.network().losses for _, landscape in landscapes]
    errors = [errors["test mean squared error"] for errors in measured]
    return agreement_with_kmeans(found, losses, errors)


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


def _draw(found: Any, rows: list[dict[str, Any]], landscapes: Any, to: Path) -> None:
    from .. import plot

    with figure(to / "bifurcation.png") as axes:
        plot.bifurcation(found.branches, found.parameter, axes)
    with figure(to / "counts.png") as axes:
        axes.plot([r["value"] for r in rows], [r["minima"] for r in rows], "o-", color="#0072B2")
        axes.set_xlabel(found.parameter)
        axes.set_ylabel("minima")
    sides = _sides(found)
    if not sides:
        return
    by_value = dict(landscapes)
    networks = [by_value[value].network() for value in sides]
    losses = np.concatenate([np.append(n.losses, n.barrier_losses) for n in networks])
    margin = 0.05 * float(np.ptp(losses))
    with figure(to / "graphs.png", panels=len(sides)) as panels:
        for value, network, axes in zip(sides, networks, np.ravel(panels), strict=False):
            plot.disconnectivity(network, axes)
            axes.set_ylim(losses.min() - margin, losses.max() + margin)
            axes.set_title(f"{found.parameter} = {value:g}, minima: {network.n_minima}")


def _sides(found: Any) -> list[float]:
    """The scanned values next to the folds, at most six."""
    near: set[float] = set()
    for one in found.catastrophes:
        k = int(np.clip(np.searchsorted(found.values, one.fold.value), 1, len(found.values) - 1))
        near |= {float(found.values[k - 1]), float(found.values[k])}
    return sorted(near)[:6]


def _print(result: dict[str, Any]) -> None:
    import pandas as pd

    print_frame(pd.DataFrame(result["values"]).set_index("value").astype(float))
    console.print(
        f"{result['different minima']} different minima over all values; "
        f"{result['missed by the search']} arrived where the search had not found them",
        highlight=False,
    )
    if result["agreement of k-means groups"] is not None:
        console.print(
            "k-means groups of (loss, error) agree with the followed minima to "
            f"{result['agreement of k-means groups']:.2f} (adjusted Rand index)",
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
