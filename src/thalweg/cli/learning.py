"""Commands that learn from many minima."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pandas as pd
import typer

from .app import app
from .console import (
    AsJson,
    File,
    Problem,
    Seed,
    check_classifier,
    console,
    figure,
    print_frame,
    print_table,
)


@app.command()
def superpose(
    file: File,
    configuration: Problem,
    minima: Annotated[int, typer.Option(help="how many to combine", min=1)] = 4,
    select: Annotated[
        str, typer.Option(help="how they are chosen, as misclassification or heat_capacity")
    ] = "misclassification",
    gate: Annotated[
        str, typer.Option(help="network, soft, majority, mean, boltzmann or stacking")
    ] = "network",
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
    from ..learn import SuperposedClassifier

    with _learnt_from(file, configuration) as (landscape, problem, data):
        model = SuperposedClassifier(
            landscape, n_minima=minima, select=select, gate=gate, random_state=seed
        ).fit(data.inputs, data.targets)
        found = _beside_single_minima(model, landscape.network(), problem, data)
    if output is not None:
        model.save(output)
    if drawing is not None:
        _draw_specialisation(model, data, drawing)
    if as_json:
        typer.echo(json.dumps({"selected": model.selected_.tolist(), **found}))
        return
    print_table({"minima": model.selected_.tolist()})
    print_frame(pd.DataFrame.from_dict(found, orient="index"))
    console.print("best is the best in hindsight: choose on one split, report on another.")


@app.command()
def conserved(
    file: File,
    configuration: Problem,
    level: Annotated[
        int | None,
        typer.Option(help="group by the nodes of this level; by basins if left out", min=1),
    ] = None,
    epsilon: Annotated[float, typer.Option(help="relative standard deviation", min=0)] = 0.1,
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
    from ..analysis import level_groups, monotonic_sequence_basins
    from ..learn import conserved_weights, groups_of, input_importance

    with _learnt_from(file, configuration) as (landscape, problem, data):
        network = landscape.network()
    assignment = (
        monotonic_sequence_basins(network).assignment
        if level is None
        else level_groups(network, level).assignment
    )
    groups = groups_of(assignment)
    found = conserved_weights(network, problem.symmetry, groups, epsilon=epsilon)
    shares = input_importance(found, problem.sizes[0], problem.sizes[1], seed=seed)
    inputs = {
        name: {"share": one.share, "from": one.interval[0], "to": one.interval[1]}
        for name, one in zip(data.input_names, shares, strict=True)
    }
    if attributions:
        _add_attributions(inputs, found[0], problem, data, seed)
    tests = _perturbed(found[0], problem, data, seed)
    if figures is not None:
        _draw_conserved(figures, network, found, shares, problem, data)
    sizes = {
        "groups": len(found),
        "members of the largest": len(found[0].members),
        "weights conserved there": int(found[0].is_conserved.sum()),
        "parameters": problem.dimension,
        "median conserved over groups": float(np.median([g.is_conserved.sum() for g in found])),
    }
    if as_json:
        typer.echo(json.dumps({**sizes, "inputs": inputs, "perturbations": tests}))
        return
    print_table(sizes)
    print_frame(pd.DataFrame.from_dict(inputs, orient="index"))
    print_frame(pd.DataFrame(tests))


@contextmanager
def _learnt_from(file: Path, configuration: Path) -> Iterator[tuple[Any, Any, Any]]:
    """A landscape opened with its problem and data."""
    from ..config.configuration import read_configuration
    from ..landscape.landscape import Landscape

    section = read_configuration(configuration).problem
    data: Any = section.load(configuration.parent)
    problem: Any = section.build(configuration.parent)
    check_classifier(problem)
    if len(data.test_inputs) == 0:
        raise ValueError("this needs test rows to measure on; the data have none.")
    with Landscape.open(file, problem) as landscape:
        yield landscape, problem, data


def _beside_single_minima(
    model: Any, network: Any, problem: Any, data: Any
) -> dict[str, dict[str, float]]:
    from ..analysis import auc_score, calibration, classification_metrics
    from ..learn import TrainedNetwork

    targets = data.class_numbers(data.test_targets)
    single = classification_metrics(network, problem, data.test_inputs, targets)
    p = model.predict_proba(data.test_inputs)
    lowest = TrainedNetwork.from_vector(
        network.coordinates[network.global_minimum], problem.sizes, problem.activation
    ).predict_proba(data.test_inputs)
    found = {}
    for name, said in (("lowest minimum", lowest), ("superposed", p)):
        honest = calibration(said, targets)
        found[name] = {
            "test AUC": auc_score(targets, said),
            "test accuracy": float(np.mean(said.argmax(axis=1) == targets)),
            "Brier score": honest.brier,
            "calibration error": honest.expected_calibration_error,
        }
    bound = model.theoretical_maximum_auc(data.test_inputs, data.test_targets)
    found["best single minimum"] = {"test AUC": float(single.auc.max())}
    found["theoretical maximum"] = {"test AUC": bound}
    return found


def _add_attributions(
    inputs: dict[str, dict[str, float]], group: Any, problem: Any, data: Any, seed: int
) -> None:
    """What the usual methods say of the lowest minimum of the group, on the test rows."""
    from ..learn import SuperposedFunction, input_attributions

    function = SuperposedFunction.of_one(group.lowest, problem.sizes, problem.activation)
    targets = data.class_numbers(data.test_targets)
    found = input_attributions(function, data.test_inputs, targets, seed=seed)
    for k, row in enumerate(inputs.values()):
        row["saliency"] = float(found.saliency[k])
        row["integrated"] = float(found.integrated_gradients[k])
        row["permuted"] = float(found.permutation[k])
        row["sd"] = float(found.permutation_sd[k])


def _perturbed(group: Any, problem: Any, data: Any, seed: int) -> dict[str, dict[str, float]]:
    """The lowest minimum of the largest group, with conserved and with other weights changed."""
    from ..learn.perturbation import perturbation_tests

    tests = perturbation_tests(
        group.lowest,
        group.is_conserved,
        problem.sizes,
        problem.activation,
        data.test_inputs,
        data.class_numbers(data.test_targets),
        seed=seed,
    )
    return {
        kind: {
            "AUC": test.auc,
            "conserved changed": float(test.conserved.mean()),
            "others changed": float(test.others.mean()),
            "difference": test.difference,
            "from": test.interval[0],
            "to": test.interval[1],
            "effect size": test.effect_size,
        }
        for kind, test in tests.items()
    }


def _draw_specialisation(model: Any, data: Any, output: Path) -> None:
    from .. import plot

    targets = data.class_numbers(data.test_targets)
    right = model.probabilities_of_minima(data.test_inputs)[:, np.arange(len(targets)), targets]
    names = [f"minimum {i}" for i in model.selected_]
    with figure(output, panels=len(right) + 1) as axes:
        plot.specialisation(
            data.test_inputs, right, model.picked(data.test_inputs), np.ravel(axes), names=names
        )


def _draw_conserved(
    folder: Path,
    network: Any,
    found: Any,
    shares: Any,
    problem: Any,
    data: Any,
) -> None:
    from .. import plot
    from ..learn import times_conserved

    folder.mkdir(parents=True, exist_ok=True)
    with figure(folder / "groups.png") as axes:
        plot.coloured_groups(network, found, axes)
    with figure(folder / "conserved.png") as axes:
        plot.conserved_diagram(found[0], problem.sizes, axes, input_names=data.input_names)
    with figure(folder / "counts.png") as axes:
        plot.conserved_counts(times_conserved(found), len(found), problem.sizes, axes)
    with figure(folder / "inputs.png") as axes:
        plot.importance(shares, data.input_names, axes)
