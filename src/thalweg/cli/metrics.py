"""Metrics of every minimum, saved in the landscape."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .app import app
from .console import AsJson, File, Problem, print_hindsight, print_table

if TYPE_CHECKING:
    from ..analysis import MetricsByName, MetricSummary
    from ..config.problems.base import ProblemSection
    from ..landscape.landscape import Landscape


@app.command()
def metrics(
    file: File,
    configuration: Problem,
    resamples: Annotated[
        int,
        typer.Option(help="bootstrap samples of the training rows to follow the minima to", min=0),
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Measure every minimum and save it: a classifier's loss, accuracy and ROC-AUC on train and test.

    Of predicted values: squared and absolute error. Of a Gaussian process: error, log density and calibration
    on the test rows. The saved values can
    colour the graph. Example: thalweg metrics spiral.db --config spiral.toml
    """
    from ..analysis import metrics_by_name, resampled_metrics, summarise_metric
    from ..config.configuration import read_configuration
    from ..landscape.landscape import Landscape

    section = read_configuration(configuration).problem
    data = section.load(configuration.parent)
    problem = section.build(configuration.parent)
    with Landscape.open(file, problem) as landscape:
        network = landscape.network()
        values = metrics_by_name(network, problem, data)
        if not values:
            raise ValueError(
                "the data have no test rows to measure on; set test_share in [problem]."
            )
        if resamples:
            values |= resampled_metrics(network, problem, data, draws=resamples)
        for name, one_metric in values.items():
            landscape.annotate(name, one_metric)
    summaries = {
        name: _in_words(summarise_metric(name, one_metric, network))
        for name, one_metric in values.items()
    }
    if as_json:
        typer.echo(json.dumps(summaries))
        return
    print_table(summaries)
    print_hindsight()


def metrics_if_any(
    landscape: "Landscape", section: "ProblemSection", directory: Path
) -> "MetricsByName":
    """The metrics of every minimum on the data of [problem]; none where nothing can be measured."""
    from ..analysis import can_be_measured, metrics_by_name

    is_measured = section.has_data and can_be_measured(landscape.problem)
    if landscape.n_minima == 0 or not is_measured:
        return {}
    return metrics_by_name(landscape.network(), landscape.problem, section.load(directory))


def _in_words(summary: "MetricSummary") -> dict[str, float]:
    best = {} if summary.best is None else {"best": summary.best}
    return {
        **best,
        "median": summary.median,
        "of the lowest minimum": summary.of_the_lowest_minimum,
    }
