"""The command that finds the weights that many minima share."""

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
    console,
    figure,
    given,
    open_with_data,
    print_frame,
    print_table,
)
from .outputs import folder_with, writes

if TYPE_CHECKING:
    from ..landscape.network import Network
    from ..learn.conserved_report import ConservedReport

_FIGURES = (
    "groups.png",
    "branches.png",
    "conserved.png",
    "counts.png",
    "network.png",
    "average.png",
    "inputs.png",
)


@app.command()
@writes(figures=folder_with(*_FIGURES))
def conserved(
    file: File,
    configuration: Problem,
    groups: Annotated[
        str,
        typer.Option(help="nodes: every node of every level of the graph, as published; or basins"),
    ] = "nodes",
    level: Annotated[
        int | None, typer.Option(help="the nodes of this level alone; 1 is the highest", min=1)
    ] = None,
    levels: Annotated[
        int | None, typer.Option(help="levels of the graph; the last is at the minimum", min=1)
    ] = None,
    measure: Annotated[
        str,
        typer.Option(
            help="standard, as published; relative: over the mean; spread: over that of all minima; "
            "quantile; sign"
        ),
    ] = "standard",
    epsilon: Annotated[
        float | None,
        typer.Option(help="value of the measure up to which a weight is conserved", min=0),
    ] = None,
    as_found: Annotated[
        bool, typer.Option("--as-found", help="do not align minima, as published")
    ] = False,
    perturb: Annotated[
        str | None,
        typer.Option(
            help="group whose weights are perturbed, as 25_7; one around the global minimum"
        ),
    ] = None,
    halves: Annotated[
        bool,
        typer.Option(
            "--halves",
            help="perturb halves of the weights in the lowest minimum, and not all of them in all minima",
        ),
    ] = False,
    same_layers: Annotated[
        bool, typer.Option("--same-layers", help="compare with weights of the same layers alone")
    ] = False,
    permutations: Annotated[
        int | None,
        typer.Option("--test", help="test against random groups, of this many permutations", min=1),
    ] = None,
    rate: Annotated[
        float | None, typer.Option(help="false discovery rate of that test; 0.05 by default")
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

    Example: thalweg conserved breast.db --config breast.toml --epsilon 0.001 --figures pictures
    """
    from ..learn import conservation_test, conserved_report, conserved_weights, named_groups
    from ..learn.conservation import measure_named

    with open_with_data(file, configuration) as (landscape, problem, data):
        network = landscape.network()
    symmetry = None if as_found else problem.symmetry
    groups_of_weights = conserved_weights(
        network,
        symmetry,
        named_groups(network, groups, level=level, **given(levels=levels)),
        measure=measure_named(measure),
        **given(epsilon=epsilon),
    )
    test = None
    if permutations is not None:
        test = conservation_test(
            network,
            symmetry,
            groups_of_weights,
            permutations=permutations,
            seed=seed,
            **given(rate=rate),
        )
    report = conserved_report(
        groups_of_weights,
        network,
        problem,
        data,
        perturb=perturb,
        of_one_minimum=halves,
        same_layers=same_layers,
        attributions=attributions,
        test=test,
        seed=seed,
    )
    if figures is not None:
        _draw(figures, report, network, problem, data)
    if as_json:
        typer.echo(json.dumps(report.as_dict()))
        return
    print_table(report.sizes())
    print_frame(report.nodes().head(20))
    print_frame(report.inputs.astype(float))
    print_frame(report.perturbation_table())
    for reason in report.no_interval_because():
        console.print(f"no interval where none is shown: {reason}", highlight=False)


def _draw(
    folder: Path, report: "ConservedReport", network: "Network", problem: Any, data: Any
) -> None:
    from .. import plot
    from ..learn import averaged_network, separate_groups, times_conserved

    folder.mkdir(parents=True, exist_ok=True)
    (on_groups, on_branches, on_network, on_counts, on_diagram, on_average, on_inputs) = (
        folder / name for name in _FIGURES
    )
    groups, sizes, names = report.groups, problem.sizes, data.input_names
    counts = times_conserved(groups)
    with figure(on_groups) as axes:
        plot.coloured_groups(network, separate_groups(groups), axes)
    with figure(on_branches) as axes:
        plot.conserving_branches(network, groups, axes)
    with figure(on_network) as axes:
        shown = report.perturbed or separate_groups(groups)[0]
        plot.conserved_diagram(shown, sizes, axes, input_names=names)
    with figure(on_counts) as axes:
        plot.conserved_counts(counts, len(groups), sizes, axes)
    with figure(on_diagram) as axes:
        n = report.summary.n_conserving
        plot.conserved_count_diagram(counts, n, sizes, axes, input_names=names)
    with figure(on_average) as axes:
        plot.averaged_diagram(averaged_network(groups), sizes, axes, input_names=names)
    with figure(on_inputs) as axes:
        plot.importance(report.importance, names, axes)
