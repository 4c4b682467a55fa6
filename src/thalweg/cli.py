"""The command line: parse, call, print."""

import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import numpy as np
import typer
from rich.console import Console
from rich.progress import Progress as ProgressBar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

# Many small walkers, each on one thread, are faster and the same on any number of cores.
os.environ.setdefault(
    "XLA_FLAGS", f"{os.environ.get('XLA_FLAGS', '')} --xla_cpu_multi_thread_eigen=false".strip()
)

app = typer.Typer(
    help="Map the loss landscape of a machine-learning model.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
plots = typer.Typer(help="Draw figures of a landscape.", no_args_is_help=True)
app.add_typer(plots, name="plot")

console = Console()
errors = Console(stderr=True)

File = Annotated[Path, typer.Argument(help="landscape file", metavar="FILE")]
Seconds = Annotated[float | None, typer.Option(help="stop after this wall time")]
Seed = Annotated[int, typer.Option(help="of all random choices", min=0)]
Workers = Annotated[int | None, typer.Option(help="processes; one a core by default", min=1)]


def main() -> NoReturn:
    """Entry point: errors of the user's making are one line, without a traceback."""
    from .landscape.errors import LandscapeError

    try:
        app()
    except (LandscapeError, ValueError, OSError) as error:
        message = " ".join(str(error).split())
        errors.print(
            f"{type(error).__name__}: {message}", style="red", markup=False, soft_wrap=True
        )
        sys.exit(1)
    except KeyboardInterrupt:
        errors.print("interrupted; all batches before are saved.")
        sys.exit(130)
    sys.exit(0)


@app.command()
def demo(
    directory: Annotated[Path, typer.Option(help="where to put the results")] = Path("demo"),
    seed: Seed = 0,
    workers: Workers = None,
) -> None:
    """Map the two-spiral network: minima, transition states, graph and summary.

    Example: thalweg demo
    """
    from .config import parse_configuration

    directory.mkdir(parents=True, exist_ok=True)
    configuration = parse_configuration(
        {
            "problem": {"kind": "neural_network", "dataset": "spirals", "hidden": [4]},
            "search": {"minima": 300, "joined": 0.96, "seed": seed, "workers": workers},
        }
    )
    file = directory / "spiral.db"
    _explore(configuration, Path(), file)
    _draw(file, directory / "spiral.png", levels=60)
    _print_summary(file)


@app.command()
def explore(
    configuration: Annotated[Path, typer.Argument(help="TOML file", metavar="CONFIG")],
    to: Annotated[Path | None, typer.Option(help="landscape file; overrides [output]")] = None,
    resume: Annotated[
        bool, typer.Option(help="go on with what the file holds; --no-resume wants a new file")
    ] = True,
) -> None:
    """Find minima, then the transition states that join them, until the stop rule holds.

    Example: thalweg explore spiral.toml --to spiral.db
    """
    from .config import ConfigError, read_configuration

    settings = read_configuration(configuration)
    file = to or settings.output.landscape
    if file is None:
        raise ConfigError(
            'no landscape file: pass --to spiral.db, or set [output] landscape = "…".'
        )
    if not resume and file.exists():
        raise ConfigError(f"{file} exists already; leave --no-resume out to go on with it.")
    _explore(settings, configuration.parent, file)
    console.print(f"{file}: {_count_line(file)}", highlight=False)


@app.command()
def minima(
    file: File,
    more: Annotated[int, typer.Option(help="how many new minima to look for", min=1)] = 100,
    basin_hopping: Annotated[bool, typer.Option(help="chains in place of random starts")] = False,
    seconds: Seconds = None,
    seed: Seed = 0,
    workers: Workers = None,
) -> None:
    """Find more minima of a landscape.

    Example: thalweg minima spiral.db --more 1000
    """
    from .search.basin_hopping import BasinHopping
    from .search.explore import Explorer, Methods, Stop

    with _opened(file) as landscape, _watched(landscape) as report:
        stop = Stop(minima=landscape.n_minima + more, seconds=seconds)
        methods = Methods(basin_hopping=BasinHopping() if basin_hopping else None)
        with Explorer(landscape, stop, methods, seed=seed, workers=workers, progress=report) as run:
            run.find_minima()
    _say_outcome(file)


class StrategyName(StrEnum):
    """The strategies by name."""

    to_global = "join"
    neighbours = "neighbours"
    untrap = "untrap"
    around = "around"
    path = "path"


@app.command()
def connect(
    file: File,
    strategy: Annotated[
        StrategyName,
        typer.Option(
            help="join every minimum to the global one; each to its nearest neighbours; lower the "
            "large barriers; search around each; or join the two minima of --pair"
        ),
    ] = StrategyName.to_global,
    pair: Annotated[
        tuple[int, int] | None, typer.Option(help="ids of two minima, for --strategy path")
    ] = None,
    seconds: Seconds = None,
    seed: Seed = 0,
    workers: Workers = None,
) -> None:
    """Find transition states between known minima.

    Example: thalweg connect spiral.db
    """
    from .search import connect as strategies
    from .search.explore import connect as connect_landscape

    with _opened(file) as landscape, _watched(landscape) as report:
        chosen: dict[StrategyName, Callable[[], strategies.Strategy]] = {
            StrategyName.to_global: strategies.JoinToGlobal,
            StrategyName.neighbours: strategies.NearestNeighbours,
            StrategyName.untrap: strategies.Untrap,
            StrategyName.around: strategies.Around,
            StrategyName.path: lambda: strategies.MissingConnection((_pair(landscape, pair),)),
        }
        connect_landscape(
            landscape,
            [chosen[strategy]()],
            seconds=seconds,
            seed=seed,
            workers=workers,
            progress=report,
        )
    _say_outcome(file)


@app.command()
def summary(
    file: File,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Count what a landscape holds.

    Example: thalweg summary spiral.db --json
    """
    _print_summary(file, as_json=as_json)


@plots.command()
def disconnectivity(
    file: File,
    output: Annotated[Path, typer.Option("-o", "--output", help="PDF, SVG or PNG")],
    levels: Annotated[int, typer.Option(help="equally spaced losses", min=1)] = 60,
    colour_by: Annotated[str | None, typer.Option(help="a saved per-minimum value")] = None,
    barrier_clip: Annotated[float | None, typer.Option(help="top of the loss axis")] = None,
    only_joined: Annotated[bool, typer.Option(help="leave out unconnected minima")] = False,
    label_nodes: Annotated[bool, typer.Option(help="write level_node at the nodes")] = False,
) -> None:
    """Draw the disconnectivity graph.

    Example: thalweg plot disconnectivity spiral.db -o spiral.pdf
    """
    _draw(
        file,
        output,
        levels=levels,
        colour_by=colour_by,
        barrier_clip=barrier_clip,
        only_joined=only_joined,
        label_nodes=label_nodes,
    )


@plots.command("heat-capacity")
def heat_capacity(
    file: File,
    output: Annotated[Path, typer.Option("-o", "--output", help="PDF, SVG or PNG")],
    peak: Annotated[
        int | None, typer.Option(help="draw the graph with the contributors of this peak", min=1)
    ] = None,
) -> None:
    """Draw the heat capacity, or who exchanges occupation at one of its peaks.

    Example: thalweg plot heat-capacity spiral.db -o heat_capacity.pdf
    """
    from . import analysis, plot

    with _opened(file) as landscape:
        network = landscape.network()
    result = analysis.heat_capacity(network)
    if peak is not None and peak > len(result.peaks):
        raise ValueError(f"--peak must be at most {len(result.peaks)}, the number of peaks.")
    with _figure(output) as axes:
        if peak is None:
            plot.heat_capacity(result, axes)
        else:
            plot.peak_contributors(network, result.peaks[peak - 1], axes)


@app.command()
def analyse(
    file: File,
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Read thermodynamics, frustration, funnels and kinetics from a landscape.

    Minima are numbered as they stand in the network, from 0. Example: thalweg analyse spiral.db --json
    """
    from .analysis import overview

    with _opened(file) as landscape:
        found = overview(landscape.network()).as_dict()
    if as_json:
        typer.echo(json.dumps(found))
        return
    peaks = found.pop("peaks")
    _print_table(found)
    for number, peak in enumerate(peaks, start=1):
        console.print(f"peak {number} of the heat capacity", highlight=False)
        _print_table(peak)


@app.command()
def metrics(
    file: File,
    configuration: Annotated[
        Path, typer.Option("--config", help="the TOML file whose [problem] was mapped")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="print one JSON object")] = False,
) -> None:
    """Measure every minimum as a classifier and save it: loss, accuracy, ROC-AUC, on train and test.

    The saved values can colour the graph. Example: thalweg metrics spiral.db --config spiral.toml
    """
    from .analysis import classification_metrics
    from .config import read_configuration
    from .landscape.store import Landscape

    section = read_configuration(configuration).problem
    data = section.load(configuration.parent)
    problem: Any = section.build(configuration.parent)
    found: dict[str, Any] = {}
    with Landscape.open(file, problem) as landscape:
        network = landscape.network()
        for split, inputs, targets in (
            ("train", data.inputs, data.targets),
            ("test", data.test_inputs, data.test_targets),
        ):
            if len(inputs) == 0:
                continue
            measured = classification_metrics(network, problem, inputs, data.class_numbers(targets))
            for name, values in vars(measured).items():
                landscape.annotate(f"{split} {name}", values)
                found[f"{split} {name}"] = {
                    "best": float(values.min() if name == "loss" else values.max()),
                    "median": float(np.median(values)),
                    "of the lowest minimum": float(values[network.global_minimum]),
                }
    if as_json:
        typer.echo(json.dumps(found))
    else:
        _print_table(found)
        console.print("best is the best in hindsight: choose on one split, report on another.")


@app.command()
def report(
    file: File,
    output: Annotated[Path, typer.Option("-o", "--output", help="HTML file")],
) -> None:
    """Write one self-contained page: search, graph, thermodynamics, funnels, kinetics, robustness.

    Example: thalweg report spiral.db -o spiral.html
    """
    from .report import html_report

    with _opened(file) as landscape:
        output.write_text(html_report(landscape), encoding="utf-8")
    console.print(f"{output}", highlight=False)


class Layout(StrEnum):
    """Formats of export and import."""

    fortran = "fortran"
    bundle = "bundle"


@app.command("export")
def export_landscape(
    file: File,
    directory: Annotated[Path, typer.Argument(help="where to write", metavar="DIRECTORY")],
    layout: Annotated[
        Layout, typer.Option("--format", help="PATHSAMPLE's files, or Parquet and NumPy")
    ] = Layout.fortran,
) -> None:
    """Write a landscape for other programs.

    Example: thalweg export spiral.db pathsample --format fortran
    """
    from .landscape import exchange

    with _opened(file) as landscape:
        if layout is Layout.fortran:
            exchange.write_fortran(landscape, directory)
        else:
            exchange.write_bundle(landscape, directory)
        n_minima, n_saddles = landscape.n_minima, landscape.n_transition_states
    console.print(f"{directory}: {n_minima} minima, {n_saddles} transition states", highlight=False)


@app.command("import")
def import_landscape(
    directory: Annotated[Path, typer.Argument(help="what to read", metavar="DIRECTORY")],
    to: Annotated[Path, typer.Option(help="landscape file")],
    configuration: Annotated[
        Path | None, typer.Option("--config", help="TOML file with [problem]; for a new landscape")
    ] = None,
    layout: Annotated[Layout, typer.Option("--format")] = Layout.fortran,
) -> None:
    """Read stationary points of other programs, check each, and add those that hold.

    Example: thalweg import pathsample --to spiral.db --config spiral.toml
    """
    from .config import ConfigError, read_configuration
    from .landscape.store import Landscape
    from .search import importing

    if configuration is not None:
        problem = read_configuration(configuration).problem.build(configuration.parent)
        landscape = Landscape.open_or_create(problem, to)
    elif to.exists():
        landscape = Landscape.open(to)
    else:
        raise ConfigError(f"{to} does not exist; pass --config with the [problem] to make it.")
    with landscape:
        read = importing.add_fortran if layout is Layout.fortran else importing.add_bundle
        found = read(landscape, directory)
    console.print(
        f"{to}: {found.minima_added} minima and {found.transition_states_added} transition states "
        f"added, {found.known} known already, {found.refused} refused",
        highlight=False,
    )


# ---- shared by the commands ------------------------------------------------------------------------


def _explore(settings: Any, directory: Path, file: Path) -> None:
    from .landscape.store import Landscape
    from .search.explore import Explorer, Stop

    search = settings.search
    problem = settings.problem.build(directory)
    stop = Stop(search.minima, search.coverage, search.seconds)
    with (
        Landscape.open_or_create(problem, file) as landscape,
        _watched(landscape) as report,
        Explorer(
            landscape,
            stop,
            search.methods(),
            seed=search.seed,
            workers=search.workers,
            progress=report,
        ) as run,
    ):
        run.find_minima(with_saddles=search.connect)
        if search.connect:
            run.find_transition_states()
    _say_outcome(file)


@contextmanager
def _opened(file: Path) -> Iterator[Any]:
    from .landscape.store import Landscape

    with Landscape.open(file) as landscape:
        yield landscape


@contextmanager
def _watched(landscape: Any) -> Iterator[Callable[[Any], None]]:
    """A progress line with the rate, what is known and the coverage."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console.print(landscape.problem_name, highlight=False)
    with ProgressBar(*columns, console=console, transient=True) as bar:
        line = bar.add_task("starting", total=None)

        def report(progress: Any) -> None:
            rate = progress.quenches / max(progress.seconds, 1e-9)
            parts = [
                f"{progress.minima} minima",
                f"{progress.transition_states} transition states",
                f"{rate:.0f} quenches/s",
            ]
            if progress.coverage == progress.coverage:
                parts.append(f"coverage {progress.coverage:.2f}")
            if progress.joined is not None:
                parts.append(f"{progress.joined} joined")
            bar.update(line, description=", ".join(parts))

        yield report


def _pair(landscape: Any, pair: tuple[int, int] | None) -> tuple[int, int]:
    ids = list(landscape.network().minimum_ids)
    if pair is None or pair[0] not in ids or pair[1] not in ids:
        raise ValueError(
            f"--strategy path needs --pair with two ids of minima between 1 and {len(ids)}, "
            f"got {pair}."
        )
    return ids.index(pair[0]), ids.index(pair[1])


def _say_outcome(file: Path) -> None:
    with _opened(file) as landscape:
        outcome = landscape.outcome()
    console.print(f"ended: {outcome}", highlight=False)
    if outcome.startswith("interrupted"):
        console.print("what was found is saved; the same command goes on from here.")


def _count_line(file: Path) -> str:
    with _opened(file) as landscape:
        return f"{landscape.n_minima} minima, {landscape.n_transition_states} transition states"


def _print_summary(file: Path, *, as_json: bool = False) -> None:
    from .landscape.summary import summarise

    with _opened(file) as landscape:
        found = summarise(landscape).as_dict()
    if as_json:
        typer.echo(json.dumps(found))
        return
    _print_table(found)


def _print_table(values: dict[str, Any]) -> None:
    table = Table(show_header=False, box=None)
    for name, value in values.items():
        table.add_row(name.replace("_", " "), _shown(value))
    console.print(table, highlight=False)


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, tuple):
        return " to ".join(_shown(v) for v in value)
    if isinstance(value, list):
        return ", ".join(_shown(v) for v in value)
    if isinstance(value, dict):
        return ", ".join(
            f"{name.replace('_', ' ')} {_shown(n)}" for name, n in value.items() if n != ""
        )
    return str(value)


def _draw(
    file: Path, output: Path, *, levels: int, colour_by: str | None = None, **options: Any
) -> None:
    from . import plot

    with _opened(file) as landscape:
        network = landscape.network()
        values = None if colour_by is None else landscape.annotation(colour_by)
    with _figure(output) as axes:
        plot.disconnectivity(
            network, axes, levels=levels, colour_by=values, colour_label=colour_by or "", **options
        )


@contextmanager
def _figure(output: Path) -> Iterator[Any]:
    """Axes to draw on, saved to the file afterwards."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, axes = pyplot.subplots(figsize=(9, 7), layout="constrained")
    yield axes
    figure.savefig(output, dpi=200)
    pyplot.close(figure)
    console.print(f"{output}", highlight=False)


if __name__ == "__main__":
    main()
