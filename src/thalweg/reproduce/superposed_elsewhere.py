"""Superposed minima on mislabelled iris and the checkerboard."""

from collections.abc import Callable
from dataclasses import replace

from ..datasets import Dataset, checkerboard, mislabelled_iris
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, exceeds, published_statements, stated
from .superpositions import (
    NEVER_NEGATIVE,
    OTHER_SETTING,
    PUBLISHED_GATE,
    add_measurements,
    superpositions_of,
)

_ELSEWHERE: dict[str, tuple[Callable[[Scale, int], Dataset], int]] = {
    "iris, 45 % of the labels wrong": (lambda scale, seed: mislabelled_iris(seed=seed), 2),
    "checkerboard": (lambda scale, seed: checkerboard(scale.train, scale.test, seed=seed), 3),
}
_PUBLISHED_ELSEWHERE: dict[str, Measurements] = {
    "iris, 45 % of the labels wrong: single": {"best in hindsight": 0.85},
    "iris, 45 % of the labels wrong: MMDBM, 2 minima": {"AUC": 0.96, "TMA": 0.99},
    "checkerboard: single": {"best in hindsight": 0.68},
    "checkerboard: MMDBM, 2 minima": {"AUC": 0.84, "TMA": 0.96},
}


def superposed_elsewhere(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Two minima on mislabelled iris (two hidden units) and the checkerboard (three)."""
    measurements: dict[str, list[Measurements]] = {}
    for name, (load, hidden) in _ELSEWHERE.items():
        for seed in scale.seeds:
            progress(f"{name}, seed {seed}")
            network_scale = replace(scale, hidden=hidden, connect=False)
            cases = {"MMDBM, 2 minima": {**PUBLISHED_GATE, "n_minima": 2}}
            cases["MMDBM, 2 minima, soft gate of 5 units"] = {"n_minima": 2, "gate": "soft"}
            by_case = superpositions_of(landscapes, load(scale, seed), network_scale, seed, cases)
            add_measurements(
                measurements, {f"{name}: {case}": values for case, values in by_case.items()}
            )
    in_words = tuple(
        stated(
            f"{name}: two complementary minima beat the minimum of lowest loss",
            measurements,
            exceeds((f"{name}: MMDBM, 2 minima", "AUC"), (f"{name}: single", "lowest loss")),
            OTHER_SETTING,
        )
        for name in _ELSEWHERE
    )
    by_rule = published_statements(
        measurements, _PUBLISHED_ELSEWHERE, never_negative=NEVER_NEGATIVE, remark=OTHER_SETTING
    )
    table = side_by_side(measurements, _PUBLISHED_ELSEWHERE)
    return Reproduction(
        "table-2.2", "superposed minima on other data", table, (*by_rule, *in_words), scale
    )
