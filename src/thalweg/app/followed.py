"""What a scan says of its landscapes: which minima are one, and where they are born and die."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int

from ..analysis.across.scan import Scan

SCAN_FILE = "scan.json"


@dataclass(frozen=True)
class FoldMark:
    """A fold between two values of a scan.

    Attributes:
        value: critical value of the parameter.
        kind: "birth" or "death" of the minimum as the parameter grows.
        seen_from: the scanned value from which it was followed.
        minimum: its number in the landscape of that value.
        loss: at the fold.
    """

    value: float
    kind: str
    seen_from: float
    minimum: int
    loss: float


@dataclass(frozen=True, eq=False)
class Followed:
    """Minima that were followed through the landscapes of a scan.

    Attributes:
        parameter: what was varied.
        values: of the landscapes, ascending.
        tracks: for each landscape the track of each minimum; minima of one track are one.
        folds: by critical value.
    """

    parameter: str
    values: tuple[float, ...]
    tracks: tuple[Int[np.ndarray, " _"], ...]
    folds: tuple[FoldMark, ...]

    @classmethod
    def of(cls, scan: Scan) -> "Followed":
        """What `analysis.scan` says."""
        folds = [
            FoldMark(one.fold.value, one.kind, one.value, one.minimum, one.fold.loss)
            for one in scan.catastrophes
        ]
        return cls(scan.parameter, tuple(scan.values.tolist()), scan.tracks, tuple(folds))

    @classmethod
    def read(cls, file: Path) -> "Followed":
        """What `thalweg scan` wrote.

        Raises:
            ValueError: if it was written before tracks were, or by something else.
        """
        try:
            values: Mapping[str, Any] = json.loads(file.read_text(encoding="utf-8"))
            folds = [
                FoldMark(
                    float(one["critical value"]),
                    str(one["kind"]),
                    float(one["seen from"]),
                    int(one["minimum"]),
                    float(one["loss"]),
                )
                for one in values["folds"]
            ]
            tracks = tuple(np.array(track, dtype=np.int64) for track in values["tracks"])
            scanned = tuple(float(row["value"]) for row in values["values"])
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise ValueError(
                f"{file} does not say which minima are one: it is no scan's, or an earlier version wrote it. "
                "Run `thalweg scan` again with the same values: the landscapes are kept."
            ) from error
        return cls(str(values["parameter"]), scanned, tracks, tuple(folds))
