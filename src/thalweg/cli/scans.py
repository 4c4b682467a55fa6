"""Landscapes over a parameter, followed through the folds between them."""

import json
import math
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..spelling import one_line
from .app import app
from .console import AsJson, console, figure, print_frame, silence
from .metrics import metrics_if_any
from .outputs import folder_with, replacing, writes
from .searches import map_problem
from .sweeps import is_finished

if TYPE_CHECKING:
    import pandas as pd

    from ..analysis import ScanReport
    from ..config.configuration import Configuration
    from ..config.problems.base import ProblemSection
    from ..landscape.landscape import Landscape
    from ..problems import ParameterFamily


_MOST_VALUES = 1000
_FILES = ("scan.json", "bifurcation.png", "counts.png", "graphs.png", "minima.png", "gains.png")


@app.command()
@writes(to=folder_with(*_FILES))
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
        report = _scan(configuration, over, to)
    values = report.as_dict()
    with replacing(to / "scan.json") as place:
        place.write_text(json.dumps(values, indent=1))
    if as_json:
        typer.echo(json.dumps(values))
        return
    _print(report)


def _scan(configuration: Path, over: str, to: Path) -> "ScanReport":
    from .. import analysis
    from ..config.configuration import parse_configuration, read_tables, with_value

    key, values = _key_and_values(over)
    tables = read_tables(configuration)
    settings = {v: parse_configuration(with_value(tables, key, repr(v))) for v in values}
    family = _family(settings[values[0]], key, configuration.parent)
    to.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        landscapes = [
            (
                value,
                stack.enter_context(_map(settings_at_value, configuration.parent, to, key, value)),
            )
            for value, settings_at_value in settings.items()
        ]
        tracks = analysis.scan(family, landscapes)
        section = settings[values[0]].problem
        metrics = [metrics_if_any(one, section, configuration.parent) for _, one in landscapes]
        report = analysis.scan_report(tracks, landscapes, metrics, parameter=key)
        gains = _gains(landscapes, section, configuration.parent)
        if gains is not None:
            columns = gains.rename(columns=lambda name: f"gain, {name}, %")
            report = replace(report, table=report.table.join(columns))
        _draw(report, landscapes, to)
        _draw_minima(analysis.scan_minima(tracks, landscapes, metrics), gains, tracks.parameter, to)
        return report


def _gains(
    landscapes: "list[tuple[float, Landscape]]", section: "ProblemSection", directory: Path
) -> "pd.DataFrame | None":
    """What ensembles of the minima gain at each value; None where nothing predicts, or on no test rows."""
    from .. import learn
    from ..problems.capabilities import PredictsInEnsembles

    triples = [
        (value, one.problem, one.network())
        for value, one in landscapes
        if isinstance(one.problem, PredictsInEnsembles)
    ]
    if len(triples) < len(landscapes):
        return None
    data = section.load(directory)
    if not len(data.test_targets):
        return None
    return learn.gains_over(triples, data.test_inputs, data.test_targets)


def _key_and_values(over: str) -> tuple[str, list[float]]:
    """`key=start:stop:step`, both ends included, or `key=value,value,…`."""
    from ..config.section import ConfigError

    key, _, text = over.partition("=")
    try:
        if ":" in text:
            start, stop, step = (float(part) for part in text.split(":"))
            n = round((stop - start) / step)
            if n >= _MOST_VALUES:
                raise ConfigError(
                    f"--over gives {n + 1:.3g} values, and each is a landscape to map; at most "
                    f"{_MOST_VALUES} are. Raise the step."
                )
            values = [round(start + k * step, 12) for k in range(n + 1)]
        else:
            values = [float(part) for part in text.split(",")]
    except ConfigError:
        raise
    except (ValueError, ArithmeticError):
        values = []
    is_finite = all(math.isfinite(value) for value in values)
    if not key or len(values) < 2 or len(set(values)) < len(values) or not is_finite:
        raise ConfigError(
            "--over must read key=start:stop:step or key=value,value,… with two different numbers or more, "
            f"all finite, got {one_line(over, 80)!r}."
        )
    return key, sorted(values)


def _family(settings: "Configuration", key: str, directory: Path) -> "ParameterFamily":
    from ..config.section import ConfigError
    from ..problems import ParameterFamily

    try:
        return ParameterFamily(settings.problem.build(directory), key.split(".")[-1])
    except ValueError as error:
        raise ConfigError(f"{error} Use `thalweg sweep` for {key}.") from error


def _map(
    settings: "Configuration", directory: Path, to: Path, key: str, value: float
) -> "Landscape":
    """The landscape at one value; what is finished is kept."""
    from ..landscape.landscape import Landscape

    file = to / f"{key}={value:g}.db"
    console.print(f"{key} = {value:g}", highlight=False)
    if not is_finished(file):
        map_problem(settings, directory, file)
    return Landscape.open(file, settings.problem.build(directory))


def _draw(report: "ScanReport", landscapes: "list[tuple[float, Landscape]]", to: Path) -> None:
    import numpy as np

    from .. import plot
    from ..analysis import values_beside_folds

    tracks = report.scan
    with figure(to / "bifurcation.png") as axes:
        plot.bifurcation(tracks.branches, tracks.parameter, axes)
    with figure(to / "counts.png") as axes:
        plot.minima_counts(report.table, tracks.parameter, axes)
    values = values_beside_folds(tracks)
    networks = [(value, dict(landscapes)[value].network()) for value in values]
    if networks:
        with figure(to / "graphs.png", panels=len(networks)) as panels:
            axes = np.ravel(panels)[: len(networks)]
            plot.graphs_over_parameter(networks, tracks.parameter, axes)


def _draw_minima(
    minima: "pd.DataFrame", gains: "pd.DataFrame | None", parameter: str, to: Path
) -> None:
    """Loss, and where it was measured the test error, of all minima; and the gain of ensembles."""
    import numpy as np

    from .. import plot

    quantities = [name for name in ("loss", "test mean squared error") if name in minima]
    by = "group" if "group" in minima else "branch"
    if len(minima):
        with figure(to / "minima.png", panels=len(quantities)) as panels:
            for quantity, ax in zip(quantities, np.ravel(panels), strict=True):
                plot.minima_over_parameter(minima, quantity, parameter, ax, by=by)
    if gains is not None:
        with figure(to / "gains.png") as axes:
            plot.gains_over_parameter(gains, parameter, axes)


def _print(report: "ScanReport") -> None:
    print_frame(report.table.astype(float))
    console.print(
        f"{report.scan.n_tracks} different minima over all values; "
        f"{report.scan.n_missed} arrived where the search had not found them",
        highlight=False,
    )
    if report.grouping_agreement is not None:
        console.print(
            "k-means groups of (loss, error) agree with the followed minima to "
            f"{report.grouping_agreement:.2f} (adjusted Rand index)",
            highlight=False,
        )
    for one in report.scan.catastrophes:
        number = one.transition_state
        partner = "a transition state" if number is None else f"transition state {number}"
        console.print(
            f"{one.kind} at {one.fold.value:.6f}: minimum {one.minimum} and {partner} of {one.value:g}",
            highlight=False,
        )
    for departure in report.scan.departures:
        console.print(
            f"minimum {departure.minimum} of {departure.value:g} leaves the bounds near "
            f"{departure.last:.4g}",
            highlight=False,
        )
