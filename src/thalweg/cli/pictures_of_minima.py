"""Commands that draw minima as networks, their isomers, and how far apart they are."""

from typing import TYPE_CHECKING, Annotated

import typer

from .app import plots
from .console import File, Output, Seed, check_minimum, figure, open_landscape
from .outputs import one_figure, writes
from .plots import Minimum, coordinates_of

if TYPE_CHECKING:
    import numpy as np


@plots.command()
@writes(output=one_figure)
def weights(
    file: File,
    output: Output,
    minimum: Annotated[
        list[int] | None,
        typer.Option(help="index, several times for several side by side; the lowest by default"),
    ] = None,
) -> None:
    """Draw the networks of one or several minima with their weights.

    Example: thalweg plot weights spiral.db --minimum 0 --minimum 3 -o weights.pdf
    """
    import numpy as np

    from .. import plot

    with open_landscape(file) as landscape:
        network, problem = landscape.network(), landscape.problem
    minima = minimum or [network.global_minimum]
    for one in minima:
        check_minimum(network, one)
    layers = [_layers(problem, network.coordinates[one]) for one in minima]
    with figure(output, panels=len(minima)) as axes:
        if len(minima) == 1:
            plot.weight_diagram(layers[0], axes)
            return
        names = [f"minimum {one}" for one in minima]
        plot.weight_diagrams(layers, np.ravel(axes)[: len(minima)], names=names)


@plots.command()
@writes(output=one_figure)
def isomers(
    file: File,
    output: Output,
    minimum: Minimum = None,
    networks: Annotated[
        int | None,
        typer.Option(help="draw so many of them as networks, in place of their distances", min=2),
    ] = None,
) -> None:
    """Draw how far the symmetry isomers of one minimum are from each other.

    Example: thalweg plot isomers spiral.db -o isomers.png
    """
    import numpy as np

    from .. import analysis, plot

    with open_landscape(file) as landscape:
        network, problem = landscape.network(), landscape.problem
    result = analysis.isomers(problem.symmetry, coordinates_of(network, minimum))
    chosen = result.spread(networks or 1)
    with figure(output, panels=networks or 1) as axes:
        if networks is None:
            plot.isomer_distances(result, axes)
            return
        layers = [_layers(problem, result.coordinates[one]) for one in chosen]
        names = [f"isomer {one}" for one in chosen]
        plot.weight_diagrams(layers, np.ravel(axes)[: len(chosen)], names=names)


@plots.command()
@writes(output=one_figure)
def distances(
    file: File,
    output: Output,
    aligned: Annotated[
        bool, typer.Option("--aligned", help="after alignment; by default as found, as published")
    ] = False,
    most: Annotated[
        int | None, typer.Option(help="lowest minima whose pairs are drawn; all by default", min=2)
    ] = None,
    seed: Seed = 0,
) -> None:
    """Draw how differently two minima predict over how far apart they are, for all pairs.

    Example: thalweg plot distances spiral.db -o distances.png
    """
    from .. import plot
    from ..learn import SelectionContext, pair_distances
    from ..problems.capabilities import TrainedOnRows
    from ..problems.predictions import require_classes

    with open_landscape(file) as landscape:
        network, problem = landscape.network(), landscape.problem
    require_classes(problem)
    if not isinstance(problem, TrainedOnRows):
        raise ValueError(f"{problem.name} does not show the rows that it was trained on.")
    context = SelectionContext(network, problem, problem.symmetry, problem.training_inputs, seed)
    pairs = pair_distances(context, most)
    with figure(output) as axes:
        plot.pair_distances(pairs, axes, is_aligned=aligned)


def _layers(problem: object, x: "np.ndarray") -> list["np.ndarray"]:
    import numpy as np

    from ..problems.capabilities import Layered

    if not isinstance(problem, Layered):
        raise ValueError(f"{getattr(problem, 'name', problem)} has no layers of weights to draw.")
    return [np.asarray(layer) for layer in problem.layers(x)]
