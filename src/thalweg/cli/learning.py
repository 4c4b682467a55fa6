"""The command that finds conserved weights."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import numpy as np
import pandas as pd
import typer

from .app import app
from .console import (
    AsJson,
    File,
    Problem,
    Seed,
    console,
    figure,
    given,
    open_with_data,
    print_frame,
    print_table,
)
from .outputs import folder_with, writes

_CONSERVED_FIGURES = ("groups.png", "conserved.png", "counts.png", "inputs.png")

if TYPE_CHECKING:
    from ..confidence_interval import ConfidenceInterval
    from ..learn import PerturbationTest


@app.command()
@writes(figures=folder_with(*_CONSERVED_FIGURES))
def conserved(
    file: File,
    configuration: Problem,
    level: Annotated[
        int | None,
        typer.Option(help="group by the nodes of this level; by basins if left out", min=1),
    ] = None,
    epsilon: Annotated[
        float | None,
        typer.Option(help="relative standard deviation below which a weight is conserved", min=0),
    ] = None,
    figures: Annotated[Path | None, typer.Option(help="folder for the pictures")] = None,
    attributions: Annotated[
        bool,
        typer.Option(
            "--attributions",
            help="saliency, integrated gradients and permutation importance beside them; "
            "needs thalweg[interpret]",
        ),
    ] = False,
    seed: Seed = 0,
    as_json: AsJson = False,
) -> None:
    """Find the weights that many minima share, the inputs they speak of, and whether they matter.

    Example: thalweg conserved breast.db --config breast.toml --figures pictures
    """
    from ..learn import (
        conserved_weights,
        groups_at_level,
        input_importance,
        summarise_conserved,
    )

    with open_with_data(file, configuration) as (landscape, problem, data):
        network = landscape.network()
    groups = conserved_weights(
        network, problem.symmetry, groups_at_level(network, level), **given(epsilon=epsilon)
    )
    shares = input_importance(groups, problem.sizes[0], problem.sizes[1], seed=seed)
    inputs: dict[str, dict[str, float | None]] = {
        name: {"share": one.share, **_ends(one.interval)}
        for name, one in zip(data.input_names, shares, strict=True)
    }
    if attributions:
        _add_attributions(inputs, groups[0], problem, data, seed)
    tests = _perturbation_tests(groups[0], problem, data, seed)
    reasons = _reasons([*(s.interval for s in shares), *(t.interval for t in tests.values())])
    perturbations = _perturbations_in_words(tests)
    if figures is not None:
        _draw_conserved(figures, network, groups, shares, problem, data)
    summary = summarise_conserved(groups)
    sizes = {
        "groups": summary.n_groups,
        "members of the largest": summary.largest_group,
        "weights conserved there": summary.conserved_in_largest,
        "parameters": summary.n_parameters,
        "median conserved over groups": summary.median_conserved,
    }
    if as_json:
        typer.echo(
            json.dumps(
                {
                    **sizes,
                    "inputs": inputs,
                    "perturbations": perturbations,
                    **({"no_interval_because": reasons} if reasons else {}),
                }
            )
        )
        return
    print_table(sizes)
    print_frame(pd.DataFrame.from_dict(inputs, orient="index", dtype=np.float64))
    print_frame(pd.DataFrame(perturbations, dtype=np.float64))
    for reason in reasons:
        console.print(f"no interval where none is shown: {reason}", highlight=False)


def _ends(interval: "ConfidenceInterval") -> dict[str, float | None]:
    """Both ends of an interval; None if it is not known."""
    lower, upper = interval.as_pair() or (None, None)
    return {"from": lower, "to": upper}


def _reasons(intervals: "list[ConfidenceInterval]") -> list[str]:
    """Why some of the intervals are not known."""
    return sorted({one.unknown_because for one in intervals if not one.is_known})


def _add_attributions(
    inputs: dict[str, dict[str, float | None]], group: Any, problem: Any, data: Any, seed: int
) -> None:
    """Add what the usual methods attribute to each input, at the group's lowest minimum on the test rows."""
    from ..learn import SuperposedFunction, input_attributions

    function = SuperposedFunction.of_one(group.lowest, problem.sizes, problem.activation)
    targets = data.class_numbers(data.test_targets)
    result = input_attributions(function, data.test_inputs, targets, seed=seed)
    for k, row in enumerate(inputs.values()):
        row["saliency"] = float(result.saliency[k])
        row["integrated"] = float(result.integrated_gradients[k])
        row["permuted"] = float(result.permutation[k])
        row["sd"] = float(result.permutation_sd[k])


def _perturbation_tests(
    group: Any, problem: Any, data: Any, seed: int
) -> "dict[str, PerturbationTest]":
    """The lowest minimum of the largest group, with conserved and with other weights changed."""
    from ..learn.perturbation import perturbation_tests

    return perturbation_tests(
        group.lowest,
        group.is_conserved,
        problem.sizes,
        problem.activation,
        data.test_inputs,
        data.class_numbers(data.test_targets),
        seed=seed,
    )


def _perturbations_in_words(
    tests: "dict[str, PerturbationTest]",
) -> dict[str, dict[str, float | None]]:
    return {
        kind: {
            "AUC": test.auc,
            "conserved changed": test.auc_conserved_changed,
            "others changed": test.auc_others_changed,
            "difference": test.difference,
            **_ends(test.interval),
            "effect size": test.effect_size if np.isfinite(test.effect_size) else None,
        }
        for kind, test in tests.items()
    }


def _draw_conserved(
    folder: Path,
    network: Any,
    groups: Any,
    shares: Any,
    problem: Any,
    data: Any,
) -> None:
    from .. import plot
    from ..learn import times_conserved

    folder.mkdir(parents=True, exist_ok=True)
    on_groups, on_network, on_counts, on_inputs = (folder / name for name in _CONSERVED_FIGURES)
    with figure(on_groups) as axes:
        plot.coloured_groups(network, groups, axes)
    with figure(on_network) as axes:
        plot.conserved_diagram(groups[0], problem.sizes, axes, input_names=data.input_names)
    with figure(on_counts) as axes:
        plot.conserved_counts(times_conserved(groups), len(groups), problem.sizes, axes)
    with figure(on_inputs) as axes:
        plot.importance(shares, data.input_names, axes)
