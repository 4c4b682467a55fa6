"""Commands that search: they grow a landscape."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..paths import shown
from .app import app
from .console import (
    File,
    Seconds,
    Seed,
    Workers,
    check_minimum,
    console,
    errors,
    given,
    is_missing,
    open_landscape,
    present_spelling,
)
from .faults import GO_ON
from .outputs import folder_with, writes
from .plots import draw_graph
from .readings import print_summary
from .running import For, Scheduler, on_cluster, time_left

if TYPE_CHECKING:
    from ..config.configuration import Configuration
    from ..landscape.landscape import Landscape
    from ..search.exploration.plan import Progress, Stop


_MINIMA = "minima"
"""What runs of `thalweg minima` are called in a file: the next one goes on from those that were killed."""


@app.command()
@writes(directory=folder_with("spiral.png"))
def demo(
    directory: Annotated[Path, typer.Option(help="where to put the results")] = Path("demo"),
    seed: Seed = 0,
    workers: Workers = None,
) -> None:
    """Map the two-spiral network: minima, transition states, graph and summary.

    Example: thalweg demo
    """
    from ..config.configuration import parse_configuration

    directory.mkdir(parents=True, exist_ok=True)
    configuration = parse_configuration(
        {
            "problem": {"kind": "neural_network", "dataset": "spirals", "hidden": [4]},
            "search": {"minima": 300, "joined": 0.96, "seed": seed, "workers": workers},
        }
    )
    file = directory / "spiral.db"
    map_problem(configuration, Path(), file)
    draw_graph(file, directory / "spiral.png", colour_by="lpphe", only_joined=True)
    print_summary(file)


@app.command()
def explore(
    configuration: Annotated[Path, typer.Argument(help="TOML file", metavar="CONFIG")],
    to: Annotated[
        str | None, typer.Option(help="landscape file or database URL; overrides [output]")
    ] = None,
    resume: Annotated[
        bool, typer.Option(help="go on with what the file holds; --no-resume wants a new file")
    ] = True,
    complete: Annotated[
        bool | None,
        typer.Option(
            "--complete/--no-complete",
            help="go on until all minima and transition states are likely to be known; overrides [search]",
        ),
    ] = None,
    edifftol: Annotated[
        float | None,
        typer.Option(help="loss difference below which points may be the same; overrides [search]"),
    ] = None,
    rms_tolerance: Annotated[
        float | None,
        typer.Option(help="RMS gradient of a stationary point at most; overrides [search]"),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(help="of all random choices; overrides [search]", min=0)
    ] = None,
    allotted: For = None,
    scheduler: Scheduler = None,
) -> None:
    """Find minima, then the transition states that join them, until the stop rule holds.

    Example: thalweg explore spiral.toml --to spiral.db
    """
    from ..config.configuration import read_configuration
    from ..config.section import ConfigError

    settings = read_configuration(configuration)
    overridden = given(complete=complete, edifftol=edifftol, rms_tolerance=rms_tolerance, seed=seed)
    search = settings.search.model_copy(update=overridden)
    settings = settings.model_copy(update={"search": search})
    file = to or settings.output.landscape
    if file is None:
        raise ConfigError(
            'no landscape file: pass --to spiral.db, or set [output] landscape = "…".'
        )
    if not resume and not is_missing(file):
        raise ConfigError(f"{shown(file)} exists already; leave --no-resume out to go on with it.")
    map_problem(settings, configuration.parent, file, allotted=allotted, scheduler=scheduler)
    console.print(f"{shown(file)}: {_count_line(file)}", highlight=False)


@app.command()
def minima(
    file: File,
    more: Annotated[int, typer.Option(help="how many new minima to look for", min=1)] = 100,
    basin_hopping: Annotated[bool, typer.Option(help="chains in place of random starts")] = False,
    seconds: Seconds = None,
    seed: Seed = 0,
    workers: Workers = None,
    allotted: For = None,
    scheduler: Scheduler = None,
) -> None:
    """Find more minima of a landscape.

    Example: thalweg minima spiral.db --more 1000
    """
    from ..search.basin_hopping import BasinHopping
    from ..search.exploration.explorer import Explorer
    from ..search.exploration.plan import Methods, Stop

    with open_landscape(file) as landscape:
        # After a kill the same command looks for what is still missing, not for as many again.
        stop = Stop(minima=landscape.n_minima_to_resume(_MINIMA, seed) + more, seconds=seconds)
        methods = Methods(basin_hopping=BasinHopping() if basin_hopping else None)
        with (
            progress_line(landscape, stop) as report,
            on_cluster(scheduler, workers) as executor,
            Explorer(
                landscape,
                stop,
                methods,
                seed=seed,
                workers=workers,
                executor=executor,
                progress=report,
                command=_MINIMA,
                allotted=time_left(allotted),
            ) as run,
        ):
            run.find_minima()
        say_outcome(landscape)


class StrategyName(StrEnum):
    """The strategies by name; `around` is the former name of `single-ended`."""

    to_global = "join"
    neighbours = "neighbours"
    untrap = "untrap"
    single_ended = "single-ended"
    former_single_ended = "around"
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
        tuple[int, int] | None,
        typer.Option(help="two minima by number, from 0, for --strategy path"),
    ] = None,
    seconds: Seconds = None,
    seed: Seed = 0,
    workers: Workers = None,
    allotted: For = None,
    scheduler: Scheduler = None,
) -> None:
    """Find transition states between known minima.

    Example: thalweg connect spiral.db
    """
    from ..search.exploration import strategies
    from ..search.exploration.explore import connect as connect_landscape
    from ..search.exploration.plan import stop_rule

    if strategy is StrategyName.former_single_ended:
        present_spelling("--strategy around", "--strategy single-ended")
        strategy = StrategyName.single_ended
    with open_landscape(file) as landscape:
        makers: dict[StrategyName, Callable[[], strategies.Strategy]] = {
            StrategyName.to_global: strategies.JoinToGlobal,
            StrategyName.neighbours: strategies.NearestNeighbours,
            StrategyName.untrap: strategies.Untrap,
            StrategyName.single_ended: strategies.SingleEndedFromEach,
            StrategyName.path: lambda: strategies.MissingConnection((_pair(landscape, pair),)),
        }
        with (
            progress_line(landscape, stop_rule(seconds=seconds)) as report,
            on_cluster(scheduler, workers) as executor,
        ):
            connect_landscape(
                landscape,
                [makers[strategy]()],
                seconds=seconds,
                seed=seed,
                workers=workers,
                executor=executor,
                progress=report,
                allotted=time_left(allotted),
            )
        say_outcome(landscape)


def map_problem(
    settings: "Configuration",
    directory: Path,
    file: str | Path,
    *,
    allotted: float | None = None,
    scheduler: str | None = None,
) -> None:
    """Explore the problem of a configuration, whose paths start at `directory`, into a file.

    Args:
        settings: the configuration.
        directory: where its paths start.
        file: landscape file or database URL.
        allotted: seconds after which to pause.
        scheduler: address of a cluster to compute on.
    """
    from ..landscape.landscape import Landscape
    from ..search.exploration.explorer import Explorer

    search = settings.search
    # The number of workers that a configuration names is one of processes here.
    workers = search.workers if scheduler is None else None
    problem = settings.problem.build(directory)
    with Landscape.open_or_create(
        problem, file, edifftol=search.edifftol, rms_tolerance=search.rms_tolerance
    ) as landscape:
        with (
            progress_line(landscape, search.stop()) as report,
            on_cluster(scheduler, workers) as executor,
            Explorer(
                landscape,
                search.stop(),
                search.methods(),
                seed=search.seed,
                workers=workers,
                executor=executor,
                progress=report,
                allotted=time_left(allotted),
            ) as run,
        ):
            run.find_minima(with_transition_states=search.connect)
            if search.connect:
                run.find_transition_states(complete=search.complete)
        say_outcome(landscape)


@contextmanager
def progress_line(
    landscape: "Landscape", stop: "Stop", *, is_shown: bool = True
) -> Iterator[Callable[["Progress"], None]]:
    """The problem's name, and how far a run has come until it ends."""
    from ..search.exploration.progress_line import reporting

    console.print(landscape.problem_name, highlight=False)
    with reporting(is_shown, stop, errors) as report:
        yield report


def _pair(landscape: "Landscape", pair: tuple[int, int] | None) -> tuple[int, int]:
    if pair is None:
        raise ValueError("--strategy path needs --pair with the numbers of two minima, from 0.")
    for minimum in pair:
        check_minimum(landscape.network(), minimum)
    if pair[0] == pair[1]:
        raise ValueError(f"--pair must name two different minima, got {pair[0]} twice.")
    return pair


def say_outcome(landscape: "Landscape") -> None:
    """How the run of this process ended."""
    from ..landscape.end_reason import EndReason

    outcome, file = landscape.outcome(), landscape.location
    console.print(f"ended: {outcome}", highlight=False)
    if not landscape.is_whole:
        console.print(
            f"another process has {file} open: its last rows are in {file}-wal. Copy both, or "
            f"`thalweg export {file} copy.db --format sqlite`.",
            highlight=False,
            soft_wrap=True,
        )
    if outcome.reason is EndReason.INTERRUPTED:
        raise KeyboardInterrupt
    if outcome.reason is EndReason.PAUSED:
        raise typer.Exit(GO_ON)


def _count_line(file: str | Path) -> str:
    with open_landscape(file) as landscape:
        return f"{landscape.n_minima} minima, {landscape.n_transition_states} transition states"
