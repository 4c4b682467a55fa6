"""Commands about all stationary points: saddles of higher index, and the sum that has to be one."""

import json
from collections import Counter
from typing import TYPE_CHECKING, Annotated, Any

import typer

from .app import app
from .console import AsJson, File, Seconds, Seed, Workers, console, open_landscape, silence
from .searches import progress_line, say_outcome

if TYPE_CHECKING:
    from ..landscape.landscape import Landscape


@app.command()
def saddles(
    file: File,
    index: Annotated[
        str, typer.Option(help="numbers of negative curvatures, each 2 or more: 2,3")
    ] = "2",
    seconds: Seconds = None,
    seed: Seed = 0,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Find saddles of higher index, until nothing new comes; they are kept apart from the network.

    Example: thalweg saddles xor.db --index 2,3
    """
    from ..search.exploration.explore import find_saddles
    from ..search.exploration.plan import stop_rule

    indices = _indices(index)
    with open_landscape(file) as landscape:
        stop = stop_rule(seconds=seconds)
        with silence(as_json), progress_line(landscape, stop, is_shown=not as_json) as report:
            find_saddles(
                landscape, indices, seed=seed, seconds=seconds, workers=workers, progress=report
            )
        counts = _counts(landscape)
        if as_json:
            typer.echo(json.dumps({**counts, "outcome": str(landscape.outcome())}))
        else:
            of_each = ", ".join(f"{n} of index {k}" for k, n in counts["by_index"].items())
            console.print(f"{counts['saddles']} saddles: {of_each or 'none'}", highlight=False)
        with silence(as_json):
            say_outcome(landscape)


@app.command()
def euler(
    file: File,
    grows: Annotated[
        bool | None,
        typer.Option(
            "--grows/--does-not-grow",
            help="your word that the loss grows without bound in every direction; else the problem is asked",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Test whether all stationary points are known: their signed sum, with all images, has to be one.

    Saddles of every index belong to it: `thalweg saddles FILE --index 2,3`, or complete = true in [search].
    Example: thalweg euler xor.db
    """
    from ..landscape.euler_characteristic import euler_characteristic

    with open_landscape(file) as landscape:
        result = euler_characteristic(landscape, grows=grows)
    if as_json:
        typer.echo(json.dumps(result.as_dict()))
        return
    for one in result.counts:
        console.print(
            f"index {one.index}: {one.points} points, {one.images} images", highlight=False
        )
    console.print(str(result), highlight=False, soft_wrap=True)


def _indices(text: str) -> list[int]:
    try:
        return [int(one) for one in text.split(",")]
    except ValueError:
        raise ValueError(
            f"--index must be whole numbers with commas between, got {text!r}."
        ) from None


def _counts(landscape: "Landscape") -> dict[str, Any]:
    by_index = Counter(point.index for point in landscape.saddles())
    return {
        "saddles": sum(by_index.values()),
        "by_index": {str(k): by_index[k] for k in sorted(by_index)},
    }
