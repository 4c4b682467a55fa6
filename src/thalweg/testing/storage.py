"""The contract of a storage: what a landscape in a file or a database guarantees."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from ..landscape.certificates import Certificate, Refusal
from ..landscape.errors import FingerprintMismatch, LandscapeError, NotAMinimum
from ..landscape.landscape import Landscape
from ..landscape.pass_bound import PassBound
from ..landscape.records import Attempt, Batch, Minimum, QuenchCounts
from ..numbers import LARGEST_SEED
from ..problems import double_well, schwefel
from .analytic import LEFT, PASS, RIGHT, STARTS, fill, minimum
from .checklist import Checklist
from .storage_at_once import check_makers, check_readers, check_writers

Location = str | Path | None
"""A file name or a database URL; None for memory."""


def check_storage(new_location: Callable[[], Location]) -> None:
    """Check that landscapes keep their promises in a kind of storage.

    Everything that is recorded is read back to the last bit; a batch is written as a whole or not at all,
    and once; points are told apart; a landscape that is opened again goes on; several writers lose
    nothing, also where they begin together; readers see one state beside them; proofs stay with what they
    are about; another problem is refused.

    Args:
        new_location: gives an empty place at each call, a file name or a database URL that nothing stands
            at yet; None for memory, where nothing can be opened again.

    Raises:
        ContractError: listing every item that fails.
    """
    with Checklist("the storage") as checklist:
        is_memory = new_location() is None
        checks = [_check_identity, _check_atomicity, _check_bits, _check_seeds, _check_proofs]
        if not is_memory:
            checks += [
                _check_resuming,
                _check_refusals,
                check_makers,
                check_writers,
                check_readers,
            ]
        for check in checks:
            with checklist.item(
                check.__name__.removeprefix("_").removeprefix("check_"), "mend what raises"
            ):
                check(checklist, new_location())


def _check_identity(checklist: Checklist, location: Location) -> None:
    with Landscape.create(double_well(), location) as landscape:
        run = fill(landscape)
        network = landscape.network()
        checklist.require(
            (network.n_minima, network.n_transition_states) == (2, 1)
            and network.edges.tolist() == [[0, 1]]
            and network.hits.tolist() == [3, 2],
            "points are told apart and counted",
            f"{network.n_minima} minima, {network.n_transition_states} transition states, hits "
            f"{network.hits.tolist()}; 2, 1 and [3, 2] were recorded",
            "look points up before they are added",
        )
        again = landscape.record(STARTS, run)
        checklist.require(
            again.is_repeat and landscape.network().hits.tolist() == [3, 2],
            "a batch is recorded once",
            f"recorded again, the hits are {landscape.network().hits.tolist()}",
            "look the task's law, seed, stream and number up first",
        )
        checklist.require(
            landscape.next_task("starts", 0) == 1 and landscape.next_task("starts", 1) == 0,
            "next_task goes on from the last task of its law and seed",
            f"{landscape.next_task('starts', 0)} and {landscape.next_task('starts', 1)}, not 1 and 0",
            "count tasks by law, seed and stream",
        )
        checklist.require(
            landscape.attempts("band") == {(1, 2): 1} and landscape.coverage("starts").draws == 3,
            "attempts and draws are counted",
            f"{dict(landscape.attempts('band'))}, {landscape.coverage('starts').draws} draws",
            "store attempts by method and hits by law",
        )
        landscape.annotate("grade", [0.5, 0.25])
        checklist.require(
            landscape.annotation("grade").tolist() == [0.5, 0.25],
            "annotations follow their minima",
            f"{landscape.annotation('grade').tolist()}, not [0.5, 0.25]",
            "store them by the id of the minimum",
        )


def _check_atomicity(checklist: Checklist, location: Location) -> None:
    with Landscape.create(double_well(), location) as landscape:
        run = fill(landscape)
        new = minimum(7.0, 7.0)
        no_such_minimum = (Attempt(10**6, None, "band"),)
        for item, spoilt in (
            ("a wrong point", Batch("starts", task=1, minima=(new, PASS))),
            ("a write that fails half way", Batch("starts", task=1, minima=(new,),
                                                  attempts=no_such_minimum)),
        ):  # fmt: skip
            is_refused = False
            try:
                landscape.record(spoilt, run)
            except (NotAMinimum, LandscapeError):
                is_refused = True
            n, task = landscape.n_minima, landscape.next_task("starts", 0)
            checklist.require(
                is_refused and (n, task) == (2, 1),
                f"{item} leaves nothing behind",
                f"refused: {is_refused}; {n} minima (2 expected), next task {task} (1 expected)",
                "write a batch in one transaction, with foreign keys enforced",
            )
        result = landscape.record(Batch("starts", task=1, minima=(new,)), run)
        checklist.require(
            result.is_new == (True,) and landscape.n_minima == 3,
            "a batch can be recorded after one that failed",
            f"new: {result.is_new}, {landscape.n_minima} minima",
            "forget what was learnt in a transaction that failed",
        )


def _check_bits(checklist: Checklist, location: Location) -> None:
    point = Minimum(0.1 + 0.2, np.array([np.pi, -1e-300]), np.array([1e-300, 3.0]), 3e-11)
    landscape = Landscape.create(double_well(), location)
    landscape.record(Batch("starts", minima=(point,)), landscape.start_run("check", {}, 0))
    if location is not None:
        landscape.close()
        landscape = Landscape.open(location)
    with landscape:
        (read_point,) = landscape.minima()
    checklist.require(
        read_point.loss == point.loss
        and read_point.rms_gradient == point.rms_gradient
        and read_point.lpphe == point.lpphe
        and np.array_equal(read_point.coordinates, point.coordinates)
        and np.array_equal(read_point.spectrum, point.spectrum),
        "points are read back to the last bit",
        f"{point} became {read_point}",
        "store float64 numbers as such",
    )


def _check_seeds(checklist: Checklist, location: Location) -> None:
    """Every seed that searches take, up to 2⁶³ − 1."""
    with Landscape.create(double_well(), location) as landscape:
        run = landscape.start_run("check", {}, LARGEST_SEED)
        counts = QuenchCounts(quenches=1, minima=1, steps=2**40)
        landscape.record(Batch("starts", seed=LARGEST_SEED, minima=(LEFT,), counts=counts), run)
        read = landscape.runs()[0].seed, landscape.next_task("starts", LARGEST_SEED)
        steps = landscape.counts().steps
    checklist.require(
        read == (LARGEST_SEED, 1) and steps == 2**40,
        "large seeds and counts are kept",
        f"{read} and {steps} steps, not {(LARGEST_SEED, 1)} and {2**40}",
        "keep integers in 64 bits",
    )


def _check_proofs(checklist: Checklist, location: Location) -> None:
    """Proofs are read back to the last bit, and only of what was proved."""
    third = 1 / 3
    bounds = (-third, third)
    proofs = [
        Certificate("minimum", i, 0, 1e-300, "float64", third, bounds, bounds, bounds,
                    np.array([np.pi, third]), np.array([[third, 0.0], [1.0, -np.pi]]), 1e-12)
        for i in (0, 1)
    ]  # fmt: skip
    refusal = Refusal("transition state", 0, "for no reason")
    bound = PassBound((0, 1), 0, PASS.loss, 1 + third, 3)
    with Landscape.create(double_well(), location) as landscape:
        run = fill(landscape)
        landscape.record_proofs([*proofs, refusal], [LEFT, RIGHT, PASS])
        landscape.record_comparison(
            landscape.certificates().certificates, [(("minimum", 0), ("minimum", 1))]
        )
        landscape.record(Batch("starts", task=1, minima=(minimum(7.0, 7.0),)), run)
        landscape.record_proofs([proofs[1]], [LEFT])
        landscape.record_pass_bound(bound, PASS, [LEFT, RIGHT])
        passes = landscape.proved_passes()
        landscape.record_pass_bound(bound, PASS, [LEFT, LEFT])
        other_passes = landscape.proved_passes()
        result = landscape.certificates(with_basis=True)
    expected = [{**vars(proofs[0]), "version": "", "time": 0.0}]
    read = [{**vars(one), "version": "", "time": 0.0} for one in result.certificates]
    checklist.require(
        str(read) == str(expected) and [one.reason for one in result.refusals] == [refusal.reason],
        "proofs are read back to the last bit",
        f"{read} and {result.refusals}, not {expected} and {refusal}",
        "store float64 numbers as such",
    )
    checklist.require(
        passes == (bound,) and not other_passes,
        "bounds of passes are read back to the last bit, and count for the points that they are about",
        f"{passes}, not {(bound,)}; {other_passes} of another pass",
        "store float64 numbers as such, and compare the hash of problem and coordinates",
    )
    checklist.require(
        result.untried == (("minimum", 1), ("minimum", 2)) and not result.alike,
        "a proof counts for the coordinates that it is about, and no others",
        f"not proved are {result.untried}, alike {result.alike}; the second minimum has the proof of "
        "another, and the third is new",
        "compare the hash of problem and coordinates",
    )


def _check_resuming(checklist: Checklist, location: Location) -> None:
    assert location is not None
    with Landscape.create(double_well(), location) as first:
        fill(first)
        before = first.network()
    with Landscape.open(location) as again:
        after = again.network()
        checklist.require(
            np.array_equal(before.coordinates, after.coordinates)
            and np.array_equal(before.hits, after.hits)
            and np.array_equal(before.edges, after.edges)
            and again.problem.fingerprint == double_well().fingerprint,
            "a landscape that is opened again is the same",
            f"{before.n_minima} and {after.n_minima} minima",
            "commit what is recorded before `record` returns",
        )
        run = again.start_run("check", {}, 0)
        is_repeat = again.record(STARTS, run).is_repeat
        is_new = again.record(Batch("starts", task=1, minima=(RIGHT, LEFT)), run).is_new
        checklist.require(
            is_repeat and is_new == (False, False) and len(again.runs()) == 2,
            "a run goes on where the last one ended",
            f"repeat: {is_repeat}, new: {is_new}, {len(again.runs())} runs",
            "read tasks and points of earlier runs before writing",
        )


def _check_refusals(checklist: Checklist, location: Location) -> None:
    assert location is not None
    Landscape.create(double_well(), location).close()
    refusals: list[tuple[str, Callable[[], Landscape], type[Exception]]] = [
        ("create refuses a landscape that exists", lambda: Landscape.create(double_well(), location),
         LandscapeError),
        ("another problem is refused", lambda: Landscape.open_or_create(schwefel(), location),
         FingerprintMismatch),
    ]  # fmt: skip
    for item, opening, error in refusals:
        try:
            opening().close()
        except error:
            continue
        checklist.require(
            False, item, "it was opened", f"raise {error.__name__} where something else stands"
        )
