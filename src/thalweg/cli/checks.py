"""The command that checks a landscape."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..paths import shown
from .app import app
from .console import AsJson, File, console

if TYPE_CHECKING:
    from ..search.check_result import Fault, LandscapeCheck


@app.command()
def check(
    file: File,
    configuration: Annotated[
        Path | None,
        typer.Option("--config", help="TOML file with [problem]; if the file's own is damaged"),
    ] = None,
    repair: Annotated[
        bool, typer.Option(help="put right what can be; --no-repair changes nothing")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Evaluate every stored point anew, put right what differs, and say what was done.

    Loss, gradient, index and LPPHE of every point, and the two ends of every transition state. The exit code
    is 0 if nothing was wrong, else 1, also where it has been put right: a second check then gives 0.
    Example: thalweg check spiral.db
    """
    from ..config.configuration import read_configuration
    from ..landscape.landscape import Landscape
    from ..search.checking import check_landscape

    problem = None
    if configuration is not None:
        problem = read_configuration(configuration).problem.build(configuration.parent)
    with Landscape.open(file, problem) as landscape, console.status("") as status:
        result = check_landscape(landscape, repair=repair, progress=status.update)
    if as_json:
        typer.echo(json.dumps(result.as_dict()))
    else:
        _print(shown(file), result)
    if not result.is_sound:
        raise typer.Exit(1)


def _print(file: str, result: "LandscapeCheck") -> None:
    for fault in result.faults:
        console.print(_in_words(fault), highlight=False, soft_wrap=True)
    if result.backup is not None:
        console.print(f"the file as it was: {result.backup}", highlight=False, soft_wrap=True)
    if result.checksums_added:
        console.print(f"{result.checksums_added} rows have checksums now", highlight=False)
    n = len(result.faults)
    console.print(
        f"{file}: {result.minima} minima and {result.transition_states} transition states evaluated anew, "
        f"{n or 'nothing'} wrong",
        highlight=False,
        soft_wrap=True,
    )


def _in_words(fault: "Fault") -> str:
    which = fault.table if fault.id is None else f"row {fault.id} of {fault.table}"
    return f"{which}: {fault.what} ({fault.done or 'left as it is'})"
