"""The commands that prove the stationary points of a landscape, and hand the proofs on."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ..paths import shown
from .app import app
from .app import certificates as certificate
from .console import AsJson, File, console, open_landscape
from .outputs import one_file, replacing, writes

if TYPE_CHECKING:
    from ..certificate import PassBounds
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
    passes: Annotated[
        int,
        typer.Option(min=0, help="prove as well how high the passes are that join so many minima"),
    ] = 0,
    pass_seconds: Annotated[
        float, typer.Option(min=0, help="CPU time for one pass, after which it is not proved")
    ] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Prove every stored point: one stationary point within a stated distance, and its index.

    In interval arithmetic, for the loss of these data in real numbers; and that no two points are the same.
    The proofs are kept in the file, and only what is new is proved the next time. The exit code is 0 if all
    is proved, 3 if something is not. Nothing is said of points that were not found.
    With --passes 50 the 50 lowest minima are proved to be joined below the losses that are printed.
    Example: thalweg certify spiral.db
    """
    from ..certificate import certify as prove_points
    from ..certificate import pass_bounds
    from ..landscape.landscape import Landscape

    with Landscape.open(file) as landscape, console.status("") as status:
        result = prove_points(landscape, again=again, record=record, progress=status.update)
        bounds = None
        if passes:
            bounds = pass_bounds(
                landscape,
                lowest=passes,
                most_seconds=pass_seconds,
                again=again,
                record=record,
                proofs=result,
                progress=status.update,
            )
    if as_json:
        of_passes = {} if bounds is None else {"pass_bounds": bounds.as_dict()}
        typer.echo(json.dumps({**result.as_dict(), **of_passes}))
    else:
        _print(shown(file), result)
        if bounds is not None:
            _print_passes(bounds)
    if not result.is_complete or (bounds is not None and not bounds.is_complete):
        raise typer.Exit(_NOT_ALL)


@certificate.command("export")
@writes(output=one_file)
def export_certificates(
    file: File,
    output: Annotated[Path, typer.Option("-o", "--output", help="JSON file")],
) -> None:
    """Write what is proved, with x̃, Y and r of each point and the data: enough to check it elsewhere.

    `thalweg certify` has to have proved it. Example: thalweg certificate export spiral.db -o proof.json
    """
    from ..certificate import certificate_document

    with open_landscape(file) as landscape, console.status("") as status:
        document = certificate_document(landscape, progress=status.update)
    with replacing(output) as place:
        place.write_text(json.dumps(document), encoding="utf-8")
    n, n_others = len(document["points"]), len(document["not_proved"])
    others = f"; {n_others} more are not proved" if n_others else ""
    console.print(f"{output}: {n} points{others}", highlight=False, soft_wrap=True)


@certificate.command("checker")
@writes(output=one_file)
def write_checker(
    output: Annotated[Path, typer.Option("-o", "--output", help="Python file")],
) -> None:
    """Write a program of sixty lines that checks what `export` wrote and shares nothing with thalweg.

    It needs NumPy and python-flint, and knows networks of tanh units with cross-entropy.
    Example: thalweg certificate checker -o check.py, then: python check.py proof.json
    """
    from ..certificate import checker_source

    with replacing(output) as place:
        place.write_text(checker_source(), encoding="utf-8")
    console.print(f"{output}", highlight=False)


def _print(file: str, result: "LandscapeCertificate") -> None:
    lines = [f"{one.kind} {one.id}: {one.reason}" for one in result.refusals]
    lines += [f"{kind} {a} and {b} are not proved to be different" for kind, a, b in result.alike]
    lines += [
        f"saddle {a} and transition state {b} are not proved to be different"
        for a, b in result.alike_of_index_one
    ]
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


def _print_passes(bounds: "PassBounds") -> None:
    for k, reason in bounds.failures[:_MOST_LINES]:
        text = f"transition state {k}: no bound on its path: {reason}"
        console.print(text, highlight=False, soft_wrap=True)
    if bounds.unjoined:
        text = f"no stored path leads to {len(bounds.unjoined)} of the lowest minima from the lowest one"
        console.print(text, highlight=False, soft_wrap=True)
    for one in bounds.passes[:_MOST_LINES]:
        a, b = one.minima
        text = f"minima {a} and {b} are joined below {one.bound!r}, {one.excess:.1e} above the pass"
        console.print(text, highlight=False, soft_wrap=True)
    if len(bounds.passes) > _MOST_LINES:
        console.print(
            f"… and {len(bounds.passes) - _MOST_LINES} more; --json has all", highlight=False
        )
    if bounds.passes:
        worst = max(one.excess for one in bounds.passes)
        text = (
            f"{len(bounds.passes)} passes proved, none more than {worst:.1e} above what is stored"
        )
        console.print(text, highlight=False, soft_wrap=True)
