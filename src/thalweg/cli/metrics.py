"""Metrics of every minimum, saved in the landscape."""

import json
from typing import Annotated, Any

import numpy as np
import typer

from .app import app
from .console import AsJson, File, Problem, check_classifier, console, print_table


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

    Of a Gaussian process: error, log density and calibration on the test rows. The saved values can
    colour the graph. Example: thalweg metrics spiral.db --config spiral.toml
    """
    from ..config.configuration import read_configuration
    from ..landscape.landscape import Landscape
    from ..problems import GaussianProcess

    section = read_configuration(configuration).problem
    data = section.load(configuration.parent)
    problem: Any = section.build(configuration.parent)
    is_process = isinstance(problem, GaussianProcess)
    if not is_process:
        check_classifier(problem)
    with Landscape.open(file, problem) as landscape:
        network = landscape.network()
        measured = (measure_regression if is_process else measure)(network, problem, data)
        if resamples:
            measured |= _resampled(network, problem, data, resamples)
        for name, values in measured.items():
            landscape.annotate(name, values)
    found = {name: _in_short(name, values, network) for name, values in measured.items()}
    if as_json:
        typer.echo(json.dumps(found))
    else:
        print_table(found)
        console.print("best is the best in hindsight: choose on one split, report on another.")


def measure(network: Any, problem: Any, data: Any) -> dict[str, np.ndarray]:
    """Loss, accuracy and AUC of every minimum on each split that has rows."""
    from ..analysis import classification_metrics

    splits = (
        ("train", data.inputs, data.targets),
        ("test", data.test_inputs, data.test_targets),
    )
    return {
        f"{split} {name}": values
        for split, inputs, targets in splits
        if len(inputs)
        for name, values in vars(
            classification_metrics(network, problem, inputs, data.class_numbers(targets))
        ).items()
    }


def measure_regression(network: Any, problem: Any, data: Any) -> dict[str, np.ndarray]:
    """Squared error, log density and calibration error of every minimum on the test rows, if any."""
    from ..analysis import regression_metrics

    if len(data.test_inputs) == 0:
        raise ValueError("the data have no test rows to measure on; set test_share in [problem].")
    found = regression_metrics(network, problem, data.test_inputs, data.test_targets)
    return {f"test {name.replace('_', ' ')}": values for name, values in vars(found).items()}


def _resampled(network: Any, problem: Any, data: Any, draws: int) -> dict[str, np.ndarray]:
    """How far minima move, and how their test AUC changes, when the training rows are drawn anew."""
    from ..analysis import resampling_robustness

    if len(data.test_inputs) == 0:
        raise ValueError("--resamples needs test rows to measure on; the data have none.")
    targets = data.class_numbers(data.test_targets)
    found = resampling_robustness(network, problem, data.test_inputs, targets, draws=draws)
    is_followed = np.isfinite(found.distance)
    n = np.maximum(is_followed.sum(axis=0), 1)
    mean = np.nansum(found.auc_change, axis=0) / n
    spread = np.sqrt(np.nansum((found.auc_change - mean) ** 2, axis=0) / n)
    return {
        "resampled distance": np.nansum(found.distance, axis=0) / n,
        "resampled test auc change": mean,
        "resampled test auc sd": spread,
    }


def _in_short(name: str, values: np.ndarray, network: Any) -> dict[str, float]:
    found = {
        "median": float(np.median(values)),
        "of the lowest minimum": float(values[network.global_minimum]),
    }
    if name.startswith("resampled"):
        return found
    best = values.min() if name.endswith(("loss", "error")) else values.max()
    return {"best": float(best), **found}
