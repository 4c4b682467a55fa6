"""The contract of an exchange format: round trips, nothing overwritten, nothing taken unverified."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from jaxtyping import Float

from ..landscape.errors import LandscapeError
from ..landscape.exchange.format import ExchangeFormat
from ..landscape.exchange.points import Written
from ..landscape.landscape import Landscape
from ..search.importing import add_points
from .analytic import ring_landscape
from .checklist import Checklist


def check_exchange_format(format: ExchangeFormat, *, landscape: Landscape | None = None) -> None:
    """Check that landscapes survive the way into files of a format and back.

    Args:
        format: what writes and reads.
        landscape: what is written; by default two minima on a ring, which two transition states join.

    Raises:
        ContractError: listing every item that fails.
    """
    if landscape is None:
        landscape = ring_landscape()
    with (
        Checklist(f"the exchange format {format.name!r}") as checklist,
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
    ):
        files = Path(folder) / "written"
        with checklist.item("write and read", "mend what raises"):
            written = format.write(landscape, files)
            counts = Written(landscape.n_minima, landscape.n_transition_states)
            checklist.require(
                written in (None, counts),
                "the number of points written is told",
                f"{written} for {counts}",
                "return a `Written` with what is in the files, or None",
            )
            _check_points(checklist, format, landscape, files)
        with checklist.item("import", "mend what raises"):
            _check_import(checklist, format, landscape, files)
        with checklist.item("refusals", "raise a LandscapeError that names the file"):
            _check_refusals(checklist, format, landscape, files)
        with checklist.item("an empty landscape", "write and read no points as well as some"):
            empty = Landscape.create(landscape.problem)
            format.write(empty, Path(folder) / "empty")
            points = format.read(Path(folder) / "empty", landscape.dimension)
            checklist.require(
                len(points.minima) == len(points.transition_states) == len(points.edges) == 0,
                "an empty landscape",
                f"{len(points.minima)} minima were read of a landscape that has none",
                "write and read no points as well as some",
            )


def _check_points(
    checklist: Checklist, format: ExchangeFormat, landscape: Landscape, files: Path
) -> None:
    points, network = format.read(files, landscape.dimension), landscape.network()
    states = np.array([state.coordinates for state in landscape.transition_states()])
    rows = [
        _matching(network.barrier_losses, loss, states, x, points.loss_error)
        for loss, x in zip(points.barrier_losses, points.transition_states, strict=True)
    ]
    pairs = sorted(tuple(sorted(edge)) for edge in network.edges.tolist())
    same_shape = points.minima.shape == network.coordinates.shape
    off = (
        np.abs(points.losses - network.losses) - points.loss_error * (1 + np.abs(network.losses))
        if same_shape and points.losses.shape == network.losses.shape
        else np.array([np.inf])
    )
    checklist.require(
        same_shape
        and bool(np.allclose(points.minima, network.coordinates, rtol=1e-12, atol=1e-12))
        and bool((off <= 0).all()),
        "minima are read back",
        f"{len(points.minima)} of {network.n_minima} minima, losses {points.losses.tolist()[:5]} for "
        f"{network.losses.tolist()[:5]}",
        "write coordinates with all digits, in the order of the network",
    )
    read_pairs = [tuple(sorted(edge)) for edge in points.edges.tolist()]
    checklist.require(
        None not in rows
        and len(set(rows)) == network.n_transition_states
        and sorted(read_pairs) == pairs
        and all(
            tuple(sorted(network.edges[row].tolist())) == pair
            for row, pair in zip(rows, read_pairs, strict=True)
            if row is not None
        ),
        "transition states are read back with their minima",
        f"edges {points.edges.tolist()[:5]} for {network.edges.tolist()[:5]}",
        "write each transition state, parallel ones too, with the numbers of its two minima",
    )


def _matching(
    losses: Float[np.ndarray, " transition_states"],
    loss: float,
    states: Float[np.ndarray, "transition_states d"],
    x: Float[np.ndarray, " d"],
    error: float,
) -> int | None:
    """Index of the transition state that was read; None if there is none."""
    fits = np.abs(losses - loss) <= error * (1 + np.abs(losses))
    fits &= np.isclose(states, x, rtol=1e-12, atol=1e-12).all(axis=1)
    return int(np.argmax(fits)) if fits.any() else None


def _check_import(
    checklist: Checklist, format: ExchangeFormat, landscape: Landscape, files: Path
) -> None:
    other = Landscape.create(landscape.problem)
    first, second = (add_points(other, files, format) for _ in range(2))
    checklist.require(
        first.minima_added == landscape.n_minima and first.refused == 0,
        "an import finds every point as it was stated",
        f"{first.minima_added} of {landscape.n_minima} minima added, {first.refused} refused",
        "write coordinates and losses with all digits, or state `loss_error`",
    )
    checklist.require(
        second.minima_added == second.transition_states_added == second.refused == 0,
        "a second import finds nothing new",
        f"{second.minima_added} minima and {second.transition_states_added} transition states added again",
        "write and read the same points",
    )


def _check_refusals(
    checklist: Checklist, format: ExchangeFormat, landscape: Landscape, files: Path
) -> None:
    nonsense = files.parent / "nonsense"
    nonsense.write_text("no such file as any program has written\n")
    d = landscape.dimension
    refusals: list[tuple[str, Callable[[], object]]] = [
        ("files are never overwritten", lambda: format.write(landscape, files)),
        ("another dimension is refused", lambda: format.read(files, d + 1)),
        ("missing files are refused", lambda: format.read(files.parent / "missing", d)),
        ("damaged files are refused", lambda: format.read(nonsense, d)),
    ]
    for item, attempt in refusals:
        outcome = "nothing was raised"
        try:
            attempt()
        except LandscapeError:
            continue
        except Exception as error:
            outcome = f"it raised {type(error).__name__}: {error}"
        checklist.require(False, item, outcome, "raise a LandscapeError that names the file")
