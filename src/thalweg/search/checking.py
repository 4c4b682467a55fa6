"""Check a landscape: evaluate every stored point anew, put right what can be, and say what was done."""

from collections.abc import Callable, Sequence

import numpy as np

from ..landscape.identity import PointIndex, position_tolerance
from ..landscape.landscape import Landscape
from ..landscape.mending import Mending, StoredRow
from ..landscape.records import Minimum, Saddle, TransitionState
from ..precision import with_float64
from .check_result import Fault, LandscapeCheck
from .point_evaluation import CHUNK, UPHILL, EvaluatedRow, PointEvaluation, table_of, votes
from .search_space import SearchSpace
from .transition_states import PathwaySearch, find_pathways

_LAW = "check"


@with_float64
def check_landscape(
    landscape: Landscape,
    *,
    repair: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> LandscapeCheck:
    """Evaluate every stored point anew, and put right what differs.

    Of each point: loss and gradient where it is stored, index and LPPHE, by the rules by which a search
    takes a point for a minimum or a transition state; of a transition state the minima on its two sides,
    by following the paths down. A point whose row was damaged and that is still near is written anew; what
    is no such point is taken out with the transition states, hits and annotations that refer to it.
    Before the first change the file is copied.

    Args:
        landscape: in a file or a database, opened with its problem.
        repair: whether to change anything; without it, or where nothing can be written, the file is only
            read.
        progress: called with what is being done.

    Raises:
        LandscapeError: if the problem cannot be rebuilt, or the file cannot be written.
    """
    return _Check(landscape, repair, progress).run()


class _Check:
    def __init__(self, landscape: Landscape, repair: bool, progress: Callable[[str], None]) -> None:
        self._landscape, self._progress = landscape, progress
        self._repair = repair and not landscape.is_read_only
        self._mending = Mending(landscape)
        self._space = SearchSpace(landscape.problem, landscape.tolerances.rms_tolerance)
        self._evaluation = PointEvaluation(self._space, progress)
        self._faults: list[Fault] = []
        self._minima = self._new_index()
        self._n_checksums = 0

    def run(self) -> LandscapeCheck:
        self._progress("file")
        self._note("file", None, *self._mending.structural_faults())
        if self._repair:
            fault = self._mending.mend_problem()
            if fault is not None:
                self._faults.append(Fault("problem", 1, fault, "written anew"))
            for row in self._mending.mend_rows():
                self._faults.append(Fault(row.table, row.id, row.fault, row.done))
        minima, transition_states = self._mending.rows(Minimum), self._mending.rows(TransitionState)
        false_minima = self._check_points(Minimum, minima, self._minima)[1]
        self._check_transition_states(transition_states)
        saddles = self._mending.rows(Saddle)
        self._remove(Saddle, self._check_points(Saddle, saddles, self._new_index())[1])
        # Not before: following transition states down may have shown where they lead in truth.
        self._remove(Minimum, false_minima)
        if self._repair:
            for fault in self._mending.remove_damaged_proofs():
                self._faults.append(Fault("certificates", None, fault, "taken out"))
        remaining = self._mending.faults_of_other_tables()
        self._note("file", None, *remaining)
        if self._repair and not remaining:
            self._n_checksums += self._mending.add_row_checksums()
        backup = self._mending.backup
        return LandscapeCheck(
            len(minima),
            len(transition_states),
            tuple(self._faults),
            self._n_checksums,
            None if backup is None else str(backup),
        )

    def _new_index(self) -> PointIndex:
        """An empty index that tells points apart as the landscape does."""
        landscape = self._landscape
        return PointIndex(landscape.problem.symmetry, edifftol=landscape.tolerances.edifftol)

    def _note(self, table: str, row: int | None, *faults: str) -> None:
        self._faults += [Fault(table, row, fault) for fault in faults]

    # ---- points ---------------------------------------------------------------------------------

    def _check_points(
        self, kind: type[Minimum], rows: list[StoredRow], index: PointIndex
    ) -> tuple[list[tuple[StoredRow, Minimum]], list[EvaluatedRow]]:
        """Rows that are such points, each with the point as it is, and those that are none."""
        in_place, elsewhere, false = [], [], []
        for one in self._evaluation.evaluated(kind, rows):
            if one.point is None:
                false.append(one)
                continue
            # Of place, loss and LPPHE two have to agree: damage to one of them leaves a row its point.
            n_votes = votes(one.row.point, one.point)
            if self._is_in_place(one) and (n_votes or one.row.point is None):
                in_place.append(one)
            elif n_votes == 2:
                elsewhere.append(one)
            else:
                false.append(one.with_fault("the point at rest there is another one"))
        held = []
        for one in (*in_place, *elsewhere):
            assert one.point is not None
            if one in elsewhere and index.find(one.point) is not None:
                false.append(one.with_fault("the point at rest nearby is another one"))
                continue
            index.add(one.row.id, one.point)
            held.append((one.row, one.point))
            if one.faults:
                self._replace(kind, one.row, one.point, one.row.ends, one.faults)
        if self._repair:
            changed = {fault.id for fault in self._faults if fault.table == table_of(kind)}
            sound = [row for row, _ in held if row.id not in changed]
            self._n_checksums += self._mending.add_checksums(kind, sound)
        return held, false

    def _is_in_place(self, one: EvaluatedRow) -> bool:
        assert one.row.coordinates is not None and one.point is not None
        symmetry = self._landscape.problem.symmetry
        distance = float(symmetry.distance(one.row.coordinates, one.point.coordinates))
        return distance <= 2 * position_tolerance(one.point)

    # ---- transition states ----------------------------------------------------------------------

    def _check_transition_states(self, rows: list[StoredRow]) -> None:
        index = self._new_index()
        held, false = self._check_points(TransitionState, rows, index)
        self._remove(TransitionState, false)
        search = PathwaySearch(eigenvector_following=UPHILL)
        for first in range(0, len(held), CHUNK):
            self._progress(f"sides of transition states: {first} of {len(held)}")
            chunk = held[first : first + CHUNK]
            x = self._space.contract(np.array([point.coordinates for _, point in chunk]))
            batch = find_pathways(self._space, x, np.arange(len(chunk)), search)
            pathway_of = {int(k): p for k, p in zip(batch.owner, batch.pathways, strict=True)}
            for k, (row, point) in enumerate(chunk):
                pathway = pathway_of.get(int(batch.first[k]))
                if pathway is None:
                    fault = "a side of it does not come to rest in a minimum below it"
                    self._note("transition_states", row.id, fault)
                else:
                    self._check_ends(row, point, pathway.ends)

    def _check_ends(self, row: StoredRow, point: Minimum, ends: tuple[Minimum, Minimum]) -> None:
        ids = [self._minima.find(end) for end in ends]
        if None not in ids and sorted(i for i in ids if i is not None) == sorted(row.ends):
            return
        stated = " and ".join(str(i) for i in row.ends)
        reached = " and ".join("a minimum not known" if i is None else str(i) for i in ids)
        fault = f"it joins {reached}, not {stated}"
        if not self._repair:
            self._note("transition_states", row.id, fault)
            return
        a, b = sorted(self._id_of(end, row) for end in ends)
        self._replace(TransitionState, row, point, (a, b), (fault,))

    def _id_of(self, end: Minimum, row: StoredRow) -> int:
        """Id of a minimum, which is added if it is not known."""
        known_id = self._minima.find(end)
        if known_id is not None:
            return known_id
        new_id = self._mending.add_minimum(end, _LAW, row.task)
        self._minima.add(new_id, end)
        return new_id

    # ---- what is done ---------------------------------------------------------------------------

    def _replace(
        self,
        kind: type[Minimum],
        row: StoredRow,
        point: Minimum,
        ends: tuple[int, ...],
        faults: tuple[str, ...],
    ) -> None:
        if self._repair:
            self._mending.replace(kind, row, point, ends)
        done = "written anew" if self._repair else None
        self._faults.append(Fault(table_of(kind), row.id, "; ".join(faults), done))

    def _remove(self, kind: type[Minimum], false: Sequence[EvaluatedRow]) -> None:
        for one in false:
            done = None
            if self._repair:
                n = self._mending.remove(kind, one.row)
                done = f"taken out, with {n} transition states that led there" if n else "taken out"
            self._faults.append(Fault(table_of(kind), one.row.id, "; ".join(one.faults), done))
