"""The command that makes one clustering of all minima of K-means."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from .app import app
from .console import AsJson, File, console, figure, print_table
from .outputs import one_figure, one_file, replacing, writes

if TYPE_CHECKING:
    from ..learn import ConsensusClustering


@app.command()
@writes(output=one_file, drawing=one_figure)
def consensus(
    file: File,
    configuration: Annotated[
        Path | None,
        typer.Option(
            "--config",
            help="the TOML file whose [problem] was mapped: rows as its table has them, and their labels",
        ),
    ] = None,
    clusters: Annotated[
        int | None, typer.Option(help="how many; as many as the minima have by default", min=1)
    ] = None,
    weights: Annotated[
        Literal["occupation", "hits", "equal"],
        typer.Option(help="of the minima: their occupation, how often starts came to each, or one"),
    ] = "occupation",
    temperature: Annotated[
        float | None,
        typer.Option(help="of the occupation; that of the noise within the clusters by default"),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="CSV: cluster and certainty of each row")
    ] = None,
    drawing: Annotated[
        Path | None, typer.Option("--figure", help="how often each two rows are together")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say which rows the minima of K-means put together, and how sure each row is of its cluster.

    Example: thalweg consensus kmeans.db --config kmeans.toml -o clusters.csv --figure together.png
    """
    from ..learn import consensus_clustering

    if weights != "occupation" and temperature is not None:
        raise ValueError("--temperature is that of the occupation: leave out it, or --weights.")
    problem, network, rows, labels = _clusterings(file, configuration)
    network.require_minima("a consensus")
    result = consensus_clustering(
        problem,
        network,
        rows,
        n_clusters=clusters,
        temperature=temperature,
        weights=_weights(network, weights),
    )
    if output is not None:
        with replacing(output) as place:
            _table(result).to_csv(place)
    if drawing is not None:
        from .. import plot

        with figure(drawing) as axes:
            plot.consensus(result, axes)
    values = _in_words(result, problem, network, rows, labels)
    if as_json:
        each = {"clusters": result.labels.tolist(), "certainties": result.certainty.tolist()}
        typer.echo(json.dumps({**values, **each}))
        return
    print_table(values)
    if output is not None:
        console.print(f"{output}", highlight=False)


def _clusterings(file: str, configuration: Path | None) -> tuple[Any, Any, Any, Any]:
    """Problem, network, rows and labels; the last two are None where no configuration has them."""
    from ..config.configuration import read_configuration
    from ..config.problems.kmeans import KMeansSection
    from ..landscape.landscape import Landscape
    from ..problems.capabilities import Clustering

    problem = rows = labels = None
    if configuration is not None:
        section, directory = read_configuration(configuration).problem, configuration.parent
        if isinstance(section, KMeansSection):
            rows = section.rows(directory)
            labels = section.load(directory).targets if section.has_data else None
        problem = section.build(directory)
    with Landscape.open(file, problem) as landscape:
        if not isinstance(landscape.problem, Clustering):
            raise ValueError(
                f"the minima of {landscape.problem} are no clusterings; a consensus is of K-means."
            )
        return landscape.problem, landscape.network(), rows, labels


def _weights(network: Any, name: str) -> Any:
    import numpy as np

    if name == "occupation":
        return None
    return (network.hits if name == "hits" else np.ones(network.n_minima)).astype(np.float64)


def _table(result: "ConsensusClustering") -> Any:
    import pandas as pd

    values = {"consensus_cluster": result.labels, "certainty": result.certainty}
    return pd.DataFrame(values).rename_axis("row")


def _in_words(
    result: "ConsensusClustering", problem: Any, network: Any, rows: Any, labels: Any
) -> dict[str, Any]:
    from ..analysis import cluster_of

    clustered = problem.points if rows is None else rows
    lowest = cluster_of(problem, network.coordinates[network.global_minimum], clustered)
    values = {
        "minima": network.n_minima,
        "temperature": result.temperature,
        "rows of each cluster": result.sizes.tolist(),
        "mean certainty": float(result.certainty.mean()),
        "lowest certainty": float(result.certainty.min()),
        "adjusted Rand with the lowest minimum": result.agreement(lowest),
    }
    if labels is not None:
        values["adjusted Rand with the labels"] = result.agreement(labels)
    return values
