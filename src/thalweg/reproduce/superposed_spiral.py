"""Superposed minima of the spiral beside single ones."""

from collections.abc import Mapping

import numpy as np

from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .spiral import SPIRAL_SETTING, spiral_study
from .statement import CannotTell, Measurements, exceeds, published_statements, stated
from .superpositions import (
    NEVER_NEGATIVE,
    OTHER_SETTING,
    WITH_TIES,
    add_measurements,
    gains,
    single_minima,
    superposition_values,
)

PEAKS = {"C_V peak 1": "heat_capacity:1", "C_V peak 2": "heat_capacity:2"}
_EUCLIDEAN = "max Euclidean distance"
_CASES = {
    **{name: {"select": select, "n_minima": 2} for name, select in PEAKS.items()},
    "MMDBM": {"select": "mmdbm", "n_minima": 2},
    **{
        f"MMDBM & {name}": {"select": f"mmdbm+{select}", "n_minima": 4}
        for name, select in PEAKS.items()
    },
    _EUCLIDEAN: {"select": "farthest_as_found", "n_minima": 2},
}
_OURS = {
    f"{_EUCLIDEAN}, aligned (ours)": {"select": "farthest_aligned", "n_minima": 2},
    "MMDBM from the lowest loss (ours)": {"select": "misclassification", "n_minima": 2},
    "MMDBM, four minima (ours)": {"select": "mmdbm", "n_minima": 4},
    "MMDBM, soft gate of 5 units (ours)": {"n_minima": 2, "gate": "soft"},
    "MMDBM & C_V peak 2, soft gate of 5 units (ours)": {
        "select": "mmdbm+heat_capacity:2",
        "n_minima": 4,
        "gate": "soft",
    },
    "MMDBM, vote by correlation of errors (ours)": {"n_minima": 2, "gate": "tandem"},
}
_PUBLISHED: dict[str, Measurements] = {
    "C_V peak 1": {"best individual": 0.70, "MLSUP": 0.88, "TMA": 0.98},
    "C_V peak 2": {"best individual": 0.70, "MLSUP": 0.86, "TMA": 0.97},
    "MMDBM": {"best individual": 0.76, "MLSUP": 0.91, "TMA": 0.97},
    "MMDBM & C_V peak 1": {"best individual": 0.76, "MLSUP": 0.93, "TMA": 0.99},
    "MMDBM & C_V peak 2": {"best individual": 0.76, "MLSUP": 0.94, "TMA": 0.99},
    _EUCLIDEAN: {"best individual": 0.65, "MLSUP": 0.67, "TMA": 0.68},
}


def superposed_spiral(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Pairs and fours of minima, chosen and combined in the published ways and in ours."""
    measurements: dict[str, list[Measurements]] = {}
    for seed in scale.seeds:
        study = spiral_study(landscapes, scale, seed)
        values = {"all minima": single_minima(study.network, study.problem, study.data)}
        for name, options in (_CASES | _OURS).items():
            progress(f"seed {seed}: {name}")
            values[name] = superposition_values(
                study.network, study.problem, study.data, seed, options
            )
        add_measurements(measurements, values)
    published = {"all minima": {"best individual": 0.76, "mean individual": 0.67}, **_PUBLISHED}
    statements = (
        *published_statements(
            measurements, _PUBLISHED, never_negative=NEVER_NEGATIVE, remark=OTHER_SETTING
        ),
        *gains(measurements, _PUBLISHED, OTHER_SETTING),
        stated(
            "two minima (MMDBM) reach more than the best single one of the landscape (0.91, 0.76)",
            measurements,
            exceeds(("MMDBM", "MLSUP"), ("all minima", "best individual")),
            OTHER_SETTING,
        ),
        stated(
            "misclassification distance is the best way to choose two",
            measurements,
            _is_best_of_two,
            OTHER_SETTING,
        ),
    )
    return Reproduction(
        "table-2.1",
        "superposed minima of the spiral, by selection",
        side_by_side(measurements, published),
        statements,
        scale,
        f"{SPIRAL_SETTING}; {WITH_TIES}; the farthest pair is that of one random image a minimum",
    )


def _is_best_of_two(values: Mapping[str, Measurements]) -> bool | CannotTell:
    pairs = {
        name: values.get(name, {}).get("MLSUP", np.nan)
        for name, options in _CASES.items()
        if options["n_minima"] == 2
    }
    if np.isnan(list(pairs.values())).any():
        return CannotTell("ours has no second peak of C_V")
    return max(pairs, key=lambda name: float(pairs[name])) == "MMDBM"
