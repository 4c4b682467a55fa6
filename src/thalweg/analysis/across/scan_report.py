"""All that is said of a scan: the table of its values, and what became of every minimum."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pandas as pd

from ...display import shown
from ...landscape.landscape import Landscape
from ..minima.metrics_by_name import MetricsByName
from .scan import Catastrophe, Scan
from .scan_table import published_grouping_agreement, scan_table


@shown
@dataclass(frozen=True, eq=False)
class ScanReport:
    """A scan with the table of its values.

    Attributes:
        parameter: under which name the parameter was scanned.
        scan: which minima are the same, and where they are born and die.
        table: of `scan_table`.
        grouping_agreement: of `published_grouping_agreement`.
    """

    parameter: str
    scan: Scan
    table: pd.DataFrame
    grouping_agreement: float | None

    def as_dict(self) -> dict[str, Any]:
        """The report as JSON can hold it, by names in words: what is undefined is None."""
        return {
            "parameter": self.parameter,
            "values": _rows(self.table),
            "different minima": self.scan.n_tracks,
            "tracks": [track.tolist() for track in self.scan.tracks],
            "missed by the search": self.scan.n_missed,
            "folds": [_fold(one) for one in self.scan.catastrophes],
            "left the bounds": [asdict(one) for one in self.scan.departures],
            "agreement of k-means groups": self.grouping_agreement,
        }


def scan_report(
    scan: Scan,
    landscapes: Sequence[tuple[float, Landscape]],
    metrics: Sequence[MetricsByName],
    *,
    parameter: str = "",
) -> ScanReport:
    """Put a scan together with the table of its values.

    Args:
        scan: of `landscapes`.
        landscapes, metrics: as for `scan_table`.
        parameter: under which name the parameter was scanned; that of the scan if empty.
    """
    return ScanReport(
        parameter or scan.parameter,
        scan,
        scan_table(landscapes, metrics),
        published_grouping_agreement(scan, landscapes, metrics),
    )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    columns = table.reset_index()
    records = columns.astype(object).where(columns.notna(), None).to_dict(orient="records")
    return [{str(name): value for name, value in record.items()} for record in records]


def _fold(catastrophe: Catastrophe) -> dict[str, Any]:
    return {
        "critical value": catastrophe.fold.value,
        "kind": catastrophe.kind,
        "seen from": catastrophe.value,
        "minimum": catastrophe.minimum,
        "transition state": catastrophe.transition_state,
        "loss": catastrophe.fold.loss,
        "eigenvalue": catastrophe.fold.eigenvalue,
    }
