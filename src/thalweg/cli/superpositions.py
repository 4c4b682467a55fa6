"""The command that combines minima into one classifier."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .app import app
from .console import (
    AsJson,
    File,
    Problem,
    Seed,
    figure,
    given,
    open_with_data,
    print_frame,
    print_hindsight,
    print_table,
)
from .outputs import one_figure, one_file, replacing, writes

if TYPE_CHECKING:
    from ..learn import SuperpositionComparison


@app.command()
@writes(output=one_file, drawing=one_figure)
def superpose(
    file: File,
    configuration: Problem,
    minima: Annotated[
        int | None, typer.Option(help="how many to combine; a few by default", min=1)
    ] = None,
    select: Annotated[
        str | None,
        typer.Option(
            help="how they are chosen, as mmdbm+heat_capacity:2; by misclassification by default"
        ),
    ] = None,
    gate: Annotated[
        str | None,
        typer.Option(help="how they are combined, as majority; by a trained network by default"),
    ] = None,
    gate_hidden: Annotated[
        str | None,
        typer.Option(help="units of each hidden layer of the gating network, as 3 or 4,4"),
    ] = None,
    gate_l2: Annotated[
        float | None, typer.Option(help="weight of the penalty of the gating network", min=0)
    ] = None,
    draws: Annotated[
        int | None,
        typer.Option(help="in place of one choice so many at random, with range and mean", min=1),
    ] = None,
    seed: Seed = 0,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="file for the fitted model")
    ] = None,
    drawing: Annotated[
        Path | None, typer.Option("--figure", help="which points each minimum serves; two inputs")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Combine minima into one classifier, and measure it on the test rows beside single minima.

    Example: thalweg superpose spiral.db --config spiral.toml --minima 2 -o model.npz
    """
    from ..learn import SuperposedClassifier, compare_with_single_minima

    if draws is not None and (select, output, drawing) != (None, None, None):
        raise ValueError(
            "--draws chooses at random and gives no one model: leave out --select, -o, --figure."
        )
    units = None if gate_hidden is None else _units(gate_hidden)
    options = given(n_minima=minima, select=select, gate=gate, gate_hidden=units, gate_l2=gate_l2)
    with open_with_data(file, configuration) as (landscape, problem, data):
        model = SuperposedClassifier(landscape, random_state=seed, **options)
        if draws is not None:
            _print_draws(model, data, draws, as_json)
            return
        model.fit(data.inputs, data.targets)
        comparison = compare_with_single_minima(
            model, landscape.network(), problem, data.test_inputs, data.test_targets
        )
    rows = _in_words(comparison)
    if output is not None:
        with replacing(output) as place:
            model.save(place)
    if drawing is not None:
        _draw_specialisation(model, data, drawing)
    if as_json:
        typer.echo(json.dumps({"selected": model.selected_.tolist(), **rows}))
        return
    print_table({"minima": model.selected_.tolist()})
    _print_rows(rows)
    print_hindsight()


def _in_words(comparison: "SuperpositionComparison") -> dict[str, dict[str, float]]:
    qualities = (
        ("lowest minimum", comparison.lowest_minimum),
        ("superposed", comparison.superposed),
    )
    rows = {
        name: {
            "test AUC": quality.auc,
            "test accuracy": quality.accuracy,
            "Brier score": quality.brier,
            "calibration error": quality.calibration_error,
        }
        for name, quality in qualities
    }
    majority = comparison.majority
    return rows | {
        "best of the chosen": {"test AUC": comparison.best_individual_auc},
        "best single minimum": {"test AUC": comparison.best_single_auc},
        "theoretical maximum": {"test AUC": comparison.theoretical_maximum_auc},
        "majority, ties shared": {"test accuracy": majority.accuracy_ties_shared},
        "majority, ties correct": {"test accuracy": majority.accuracy_ties_correct},
    }


def _units(text: str) -> tuple[int, ...]:
    """Units of each layer, from "4,4"."""
    parts = text.split(",")
    if not all(part.strip().isdecimal() and int(part) > 0 for part in parts):
        raise ValueError(f"--gate-hidden must be units of each layer, as 3 or 4,4; got {text!r}.")
    return tuple(int(part) for part in parts)


def _print_draws(model: Any, data: Any, n: int, as_json: bool) -> None:
    """Range and mean of superpositions of minima chosen at random, on the test rows."""
    from ..learn import random_draws

    result = random_draws(
        model, data.inputs, data.targets, data.test_inputs, data.test_targets, draws=n
    )
    values = {
        "individual": result.individual_auc,
        "best of the chosen": result.best_individual_auc,
        "superposed": result.auc,
        "theoretical maximum": result.theoretical_maximum_auc,
    }
    rows = {
        name: {
            "mean test AUC": float(value.mean()),
            "from": float(value.min()),
            "to": float(value.max()),
        }
        for name, value in values.items()
    }
    if as_json:
        typer.echo(json.dumps({"draws": n, **rows}))
        return
    _print_rows(rows)


def _draw_specialisation(model: Any, data: Any, output: Path) -> None:
    import numpy as np

    from .. import plot
    from ..learn import specialisation

    shares = specialisation(model, data.test_inputs, data.test_targets)
    names = [f"minimum {i}" for i in model.selected_]
    with figure(output, panels=len(names) + 1) as axes:
        plot.specialisation(
            data.test_inputs,
            shares.probability_of_right,
            shares.picked,
            np.ravel(axes),
            names=names,
        )


def _print_rows(rows: dict[str, dict[str, Any]]) -> None:
    import pandas as pd

    print_frame(pd.DataFrame.from_dict(rows, orient="index"))
