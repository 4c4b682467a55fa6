"""Commands over several landscapes."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .app import app
from .console import AsJson, console, open_landscape, print_frame

if TYPE_CHECKING:
    from ..analysis import RelaxationSummary


@app.command()
def compare(
    first: Annotated[str, typer.Argument(help="landscape file", metavar="A")],
    second: Annotated[str, typer.Argument(help="landscape file", metavar="B")],
    as_json: AsJson = False,
) -> None:
    """Set two landscapes side by side, and relax the minima of each on the loss of the other.

    Example: thalweg compare cross_entropy.db auc.db
    """
    from ..analysis import landscape_table, relax_on, summarise_relaxation

    with open_landscape(first) as a, open_landscape(second) as b:
        table = landscape_table([(str(first), a), (str(second), b)])
        relaxations: dict[str, dict[str, Any]] = {}
        if a.dimension == b.dimension:
            for name, start, end in (
                (f"{first} on {second}", a, b),
                (f"{second} on {first}", b, a),
            ):
                summary = summarise_relaxation(relax_on(start.network(), end.problem))
                relaxations[name] = _in_words(summary)
    if as_json:
        landscapes = json.loads(table.to_json(orient="index"))
        typer.echo(json.dumps({"landscapes": landscapes, "relaxed": relaxations}))
        return
    print_frame(table.T)
    if not relaxations:
        console.print(
            "The two have different parameters: no minimum of one is a point of the other."
        )
    for name, values in relaxations.items():
        console.print(f"minima of {name}", highlight=False)
        print_frame(values)


def _in_words(summary: "RelaxationSummary") -> dict[str, Any]:
    return {
        "minima": summary.n_minima,
        "that came to rest in a minimum": summary.n_converged,
        "different minima reached": summary.n_reached,
        "common to both": summary.n_common,
        "median distance moved": summary.median_distance,
        "median fall of the loss": summary.median_fall,
    }
