"""Commands that draw. Minima are numbered as `thalweg analyse` numbers them, from 0."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from ..landscape.levels import DEFAULT_LEVELS
from .app import plots
from .console import (
    File,
    Output,
    Problem,
    Temperatures,
    check_minimum,
    figure,
    given,
    network_of,
    open_landscape,
    open_with_data,
    present_spelling,
    temperatures_of,
)
from .outputs import one_figure, writes

if TYPE_CHECKING:
    import numpy as np

    from ..landscape.landscape import Landscape
    from ..landscape.network import Network

Minimum = Annotated[
    int | None, typer.Option(help="index of the minimum; the lowest by default", min=0)
]
Temperature = Annotated[
    float | None,
    typer.Option(help="for the fastest path; a tenth of the loss range by default", min=0),
]


@plots.command()
@writes(output=one_figure)
def disconnectivity(
    file: File,
    output: Output,
    levels: Annotated[int, typer.Option(help="equally spaced losses", min=1)] = DEFAULT_LEVELS,
    colour_by: Annotated[
        str | None,
        typer.Option(help="a value of each minimum, as basin, lpphe or degree, or one saved"),
    ] = None,
    barrier_clip: Annotated[float | None, typer.Option(help="top of the loss axis")] = None,
    only_joined: Annotated[bool, typer.Option(help="leave out unconnected minima")] = False,
    label_nodes: Annotated[bool, typer.Option(help="write level_node at the nodes")] = False,
    basins: Annotated[
        bool, typer.Option("--basins", help="only the bottoms of monotonic sequence basins")
    ] = False,
    arrangement: Annotated[
        Literal["stems", "published"],
        typer.Option(help="upright stems with rounded joints, or as figures in the literature are"),
    ] = "stems",
    scale: Annotated[
        Literal["linear", "log"],
        typer.Option(help="of the loss axis; log of the loss above the global minimum"),
    ] = "linear",
    inset: Annotated[
        bool, typer.Option("--inset", help="enlarge the funnel of the global minimum")
    ] = False,
) -> None:
    """Draw the disconnectivity graph.

    Example: thalweg plot disconnectivity spiral.db -o spiral.pdf --colour-by basin
    """
    draw_graph(
        file,
        output,
        levels=levels,
        colour_by=colour_by,
        basins=basins,
        barrier_clip=barrier_clip,
        only_joined=only_joined,
        label_nodes=label_nodes,
        arrangement=arrangement,
        scale=scale,
        inset=inset,
    )


@plots.command()
@writes(output=one_figure)
def persistence(file: File, output: Output) -> None:
    """Draw how deep the basins are: persistence diagram, barcode, and the width of the landscape.

    Example: thalweg plot persistence spiral.db -o persistence.pdf
    """
    from .. import analysis, plot

    network = network_of(file)
    with figure(output, panels=3) as axes:
        plot.persistence_diagram(network, axes[0])
        plot.barcode(network, axes[1])
        plot.landscape_profile(analysis.landscape_profile(network), axes[2])


@plots.command("heat-capacity")
@writes(output=one_figure)
def heat_capacity(
    file: File,
    output: Output,
    peak: Annotated[
        int | None, typer.Option(help="draw the graph with the contributors of this peak", min=1)
    ] = None,
) -> None:
    """Draw the heat capacity, or which minima exchange occupation at one of its peaks.

    Example: thalweg plot heat-capacity spiral.db -o heat_capacity.pdf
    """
    from .. import analysis, plot

    network = network_of(file)
    result = analysis.heat_capacity(network)
    if peak is not None and peak > len(result.peaks):
        raise ValueError(f"--peak must be at most {len(result.peaks)}, the number of peaks.")
    with figure(output) as axes:
        if peak is None:
            plot.heat_capacity(result, axes)
        else:
            plot.peak_contributors(network, result.peaks[peak - 1], axes)


@plots.command()
@writes(output=one_figure)
def frustration(file: File, output: Output, temperature: Temperatures = None) -> None:
    """Draw the frustration over temperature, plain and normalised, and beside it the Shannon entropy.

    Example: thalweg plot frustration spiral.db -o frustration.pdf --temperature search
    """
    from .. import analysis, plot

    network = network_of(file)
    grid, marks = analysis.heat_capacity(network).temperatures, temperatures_of(file, temperature)
    curve = analysis.frustration_curve(network, grid)
    with figure(output, panels=2) as axes:
        plot.frustration(curve, axes[0], marks=marks)
        plot.shannon_entropy(analysis.thermodynamics(network, grid), axes[1], marks=marks)


@plots.command()
@writes(output=one_figure)
def entropy(file: File, output: Output, temperature: Temperatures = None) -> None:
    """Draw the Shannon entropy over temperature: it needs no transition states.

    Example: thalweg plot entropy spiral.db -o entropy.pdf
    """
    from .. import analysis, plot

    network, marks = network_of(file), temperatures_of(file, temperature)
    grid = analysis.heat_capacity(network).temperatures
    with figure(output) as axes:
        plot.shannon_entropy(analysis.thermodynamics(network, grid), axes, marks=marks)


@plots.command()
@writes(output=one_figure)
def pathway(
    file: File,
    source: Annotated[int, typer.Argument(help="index of a minimum", min=0)],
    target: Annotated[int, typer.Argument(help="index of a minimum", min=0)],
    output: Output,
    temperature: Temperature = None,
) -> None:
    """Draw the loss along the fastest path between two minima.

    Example: thalweg plot pathway spiral.db 3 0 -o pathway.pdf
    """
    from .. import analysis, plot

    with open_landscape(file) as landscape:
        _check_minima(landscape, source, target)
        profile = analysis.fastest_pathway(landscape, source, target, temperature)
    with figure(output) as axes:
        plot.pathway(profile, axes)


@plots.command("slice")
@writes(output=one_figure)
def loss_slice(
    file: File,
    first: Annotated[int, typer.Argument(help="index of a minimum", min=0)],
    second: Annotated[int, typer.Argument(help="index of a minimum", min=0)],
    third: Annotated[int, typer.Argument(help="index of a minimum", min=0)],
    output: Output,
    temperature: Temperature = None,
    surface: Annotated[
        bool, typer.Option("--surface", help="as a surface in three dimensions, without the paths")
    ] = False,
) -> None:
    """Draw the loss in the plane through three minima, with the paths from the first to the others.

    Example: thalweg plot slice spiral.db 0 1 2 -o slice.pdf
    """
    from .. import analysis, plot

    with open_landscape(file) as landscape:
        _check_minima(landscape, first, second, third)
        result = analysis.slice_with_pathways(landscape, first, second, third, temperature)
    names = [str(i) for i in (first, second, third)]
    with figure(output, projection="3d" if surface else None) as axes:
        if surface:
            plot.loss_surface(result.plane, axes, names=names)
        else:
            plot.loss_slice(result.plane, axes, paths=result.pathways, names=names)


@plots.command()
@writes(output=one_figure)
def decisions(file: File, output: Output, minimum: Minimum = None) -> None:
    """Draw which class one minimum gives each point of the plane, for two inputs.

    Example: thalweg plot decisions spiral.db -o decisions.png
    """
    from .. import plot
    from ..problems.capabilities import TrainedOnRows
    from ..problems.predictions import require_classes

    with open_landscape(file) as landscape:
        network, problem = landscape.network(), landscape.problem
    x = coordinates_of(network, minimum)
    require_classes(problem)
    if not isinstance(problem, TrainedOnRows):
        raise ValueError(f"{problem.name} does not show the rows that it was trained on.")
    with figure(output) as axes:
        plot.decision_boundary(problem, x, problem.training_inputs, problem.training_targets, axes)


@plots.command()
@writes(output=one_figure)
def roc(
    file: File,
    configuration: Problem,
    output: Output,
    minimum: Annotated[
        list[int] | None,
        typer.Option(help="index, several times for several curves; the lowest by default"),
    ] = None,
    positive: Annotated[int, typer.Option(help="class that counts as positive", min=0)] = 1,
) -> None:
    """Draw the ROC curve of minima on the test rows, each with its area.

    Example: thalweg plot roc spiral.db --config spiral.toml --minimum 0 --minimum 3 -o roc.pdf
    """
    from .. import analysis, plot
    from ..problems.predictions import class_probabilities

    with open_with_data(file, configuration) as (landscape, problem, data):
        network, classes = landscape.network(), data.class_numbers(data.test_targets)
        curves = {}
        for one in minimum or [network.global_minimum]:
            x = coordinates_of(network, one)
            scores = class_probabilities(problem, x, data.test_inputs)
            if positive >= scores.shape[1]:
                raise ValueError(
                    f"--positive must be the number of a class, 0 to {scores.shape[1] - 1}, got {positive}."
                )
            curves[f"minimum {one}"] = analysis.roc_curve(scores[:, positive], classes == positive)
    with figure(output) as axes:
        plot.roc_curves(curves, axes)


@plots.command()
@writes(output=one_figure)
def spectra(
    file: File,
    output: Output,
    most: Annotated[
        int | None, typer.Option(help="lowest minima to draw; some dozens by default", min=1)
    ] = None,
    transition_states: Annotated[
        bool, typer.Option("--transition-states", help="transition states in place of minima")
    ] = False,
    saddles: Annotated[bool, typer.Option("--saddles", hidden=True)] = False,
) -> None:
    """Draw the Hessian eigenvalues of the lowest minima or transition states.

    Example: thalweg plot spectra spiral.db -o spectra.pdf
    """
    from .. import analysis, plot

    if saddles:
        present_spelling("--saddles", "--transition-states")
    with open_landscape(file) as landscape:
        in_place = transition_states or saddles
        points = landscape.transition_states() if in_place else landscape.minima()
    with figure(output) as axes:
        plot.spectra(analysis.lowest_points(points, **given(most=most)), axes)


# ---- shared by the commands ------------------------------------------------------------------------


def draw_graph(
    file: str | Path,
    output: Path,
    *,
    colour_by: str | None = None,
    basins: bool = False,
    **options: Any,
) -> None:
    """The disconnectivity graph of a file as a figure, of all minima or of the `basins` alone."""
    from .. import analysis, plot

    network = network_of(file)
    values = None if colour_by is None else _values(file, network, colour_by)
    if basins:
        bottoms = analysis.monotonic_sequence_basins(network).bottoms
        network = analysis.basin_network(network)
        values = None if values is None else values[bottoms]
    label = analysis.MINIMUM_CAPTIONS.get(colour_by or "", colour_by or "")
    with figure(output) as axes:
        plot.disconnectivity(network, axes, colour_by=values, colour_label=label, **options)


def _values(file: str | Path, network: "Network", name: str) -> "np.ndarray":
    """Values of the minima by name: computed from the network, or saved in the landscape."""
    from ..analysis import MINIMUM_VALUES

    if name in MINIMUM_VALUES:
        return MINIMUM_VALUES[name](network)
    with open_landscape(file) as landscape:
        return landscape.annotation(name)


def _check_minima(landscape: "Landscape", *minima: int) -> None:
    network = landscape.network()
    for minimum in minima:
        check_minimum(network, minimum)


def coordinates_of(network: "Network", minimum: int | None) -> "np.ndarray":
    """Coordinates of a minimum by index, the lowest by default."""
    import numpy as np

    index = network.global_minimum if minimum is None else minimum
    check_minimum(network, index)
    return np.asarray(network.coordinates[index])
