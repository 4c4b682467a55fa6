"""The command that proves the stationary points of a landscape."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from ..paths import shown
from .app import app
from .console import AsJson, File, console

if TYPE_CHECKING:
    from ..landscape.certificates import LandscapeCertificate

_NOT_ALL = 3
"""Exit code where something is not proved."""
_MOST_LINES = 20


@app.command()
def certify(
    file: File,
    again: Annotated[
        bool, typer.Option("--again", help="prove anew what the file says is proved")
    ] = False,
    record: Annotated[
        bool, typer.Option("--record/--no-record", help="keep the proofs in the file")
    ] = True,
    as_json: AsJson = False,
) -> None:
    """Prove every stored point: one stationary point within a stated distance, and its index.

    In interval arithmetic, for the loss of these data in real numbers; and that no two points are the same.
    The proofs are kept in the file, and only what is new is proved the next time. The exit code is 0 if all
    is proved, 3 if something is not. Nothing is said of points that were not found.
    Example: thalweg certify spiral.db
    """
    from ..certificate import certify as prove_points
    from ..landscape.landscape import Landscape

    with Landscape.open(file) as landscape, console.status("") as status:
        result = prove_points(landscape, again=again, record=record, progress=status.update)
    if as_json:
        typer.echo(json.dumps(result.as_dict()))
    else:
        _print(shown(file), result)
    if not result.is_complete:
        raise typer.Exit(_NOT_ALL)


def _print(file: str, result: "LandscapeCertificate") -> None:
    lines = [f"{one.kind} {one.id}: {one.reason}" for one in result.refusals]
    lines += [f"{kind} {a} and {b} are not proved to be different" for kind, a, b in result.alike]
    for line in lines[:_MOST_LINES]:
        console.print(line, highlight=False, soft_wrap=True)
    if len(lines) > _MOST_LINES:
        console.print(f"… and {len(lines) - _MOST_LINES} more; --json has all", highlight=False)
    tiers = ", ".join(f"{n} in {tier}" for tier, n in result.tiers.items())
    worst = max((one.distance for one in result.certificates), default=0.0)
    console.print(f"{file}: {result.counts}", highlight=False, soft_wrap=True)
    if result.certificates:
        text = f"each within {worst:.1e} of where it is stored at most; {tiers}"
        console.print(text, highlight=False, soft_wrap=True)
