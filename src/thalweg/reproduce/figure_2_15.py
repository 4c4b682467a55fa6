"""Figure 2.15: conserved weights of the credit-card data, and what a permutation of them costs."""

from collections.abc import Mapping
from functools import partial

import numpy as np

from ..datasets import payments
from .conserved_diagrams import draw_groups
from .conserving_groups import (
    NEVER_NEGATIVE,
    SMALLER,
    ConservingGroups,
    best_auc,
    best_auc_perturbed,
    conserving_groups,
    counts,
    inputs_of,
)
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, exceeds, published_statements, stated

_HIDDEN = 3
_EPSILON = 0.01
_LOWEST = "group of the global minimum"
_PUBLISHED: dict[str, Measurements] = {
    _LOWEST: {"conserved weights": 3, "inputs of those": 1},
    "as found": {"best AUC": 0.95},
    "others permuted": {"best AUC": 0.90},
    "conserved permuted": {"best AUC": 0.76},
}


def figure_2_15(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The group around the global minimum, its conserved weights, and the best AUC once they are permuted.

    On real payments where they are at hand (`THALWEG_DATA`, or OpenML in the full setting), else on the
    synthetic stand-in; the setting says which.
    """
    cases = ("landscape", *_PUBLISHED, *(f"{case}, any group" for case in list(_PUBLISHED)[1:]))
    measurements: dict[str, list[Measurements]] = {case: [] for case in cases}
    drawn: ConservingGroups | None = None
    for seed in scale.seeds:
        progress(f"payments, seed {seed}")
        data = payments(
            scale.choose(tiny=200, small=600, full=3000),
            seed=seed,
            may_fetch=scale.choose(tiny=False, small=False, full=True),
        )
        study = conserving_groups(landscapes, data, scale, seed, hidden=_HIDDEN, epsilon=_EPSILON)
        drawn = drawn or study
        for case, values in _of_one(study, seed).items():
            measurements[case].append(values)
    statements = (
        *published_statements(
            measurements, _PUBLISHED, never_negative=NEVER_NEGATIVE, remark=SMALLER
        ),
        stated(
            "the AUC of the best solutions is above 0.95",
            measurements,
            lambda r: r["landscape"]["best AUC"] > 0.95,
        ),
        stated(
            f"the {_LOWEST} conserves weights, all of one input",
            measurements,
            _are_of_one_input,
            SMALLER,
        ),
        stated(
            "permuting conserved weights costs more than permuting as many others, over all groups",
            measurements,
            exceeds(
                ("others permuted, any group", "best AUC"),
                ("conserved permuted, any group", "best AUC"),
            ),
        ),
        stated(
            "and more than permuting as many others of the same layers (ours)",
            measurements,
            exceeds(
                ("others permuted, any group", "best AUC, same layers"),
                ("conserved permuted, any group", "best AUC"),
            ),
        ),
    )
    pictures: tuple[Picture, ...] = ()
    name = "credit-card data" if drawn is None else drawn.data.name
    if drawn is not None:
        caption = (
            f"Disconnectivity graph, {name}. Coloured weights have a standard deviation of at most "
            f"{_EPSILON} over the group of that colour."
        )
        pictures = (Picture("", caption, partial(draw_groups, drawn), (9.5, 6.0)),)
    return Reproduction(
        "figure-2.15",
        "conserved weights of payments by credit card",
        side_by_side(measurements, _PUBLISHED),
        statements,
        scale,
        f"{name}; {_HIDDEN} hidden units, l2 = 1e-5, ε = {_EPSILON}",
        pictures,
    )


def _of_one(study: ConservingGroups, seed: int) -> dict[str, Measurements]:
    around = study.around_the_lowest
    values: dict[str, Measurements] = {
        "landscape": {**counts(study), "best AUC": best_auc(study)},
        _LOWEST: {},
    }
    if around is not None:
        values[_LOWEST] = {
            "members": len(around.members),
            "conserved weights": around.n_conserved,
            "inputs of those": len(inputs_of(study, around)),
        }
    of_lowest = best_auc_perturbed(study, [] if around is None else [around], seed)
    of_any = best_auc_perturbed(study, study.conserving, seed)
    for suffix, aucs in (("", of_lowest), (", any group", of_any)):
        one = aucs.get("permutation", {})
        nan = float("nan")
        values[f"as found{suffix}"] = {"best AUC": one.get("as found", nan)}
        values[f"conserved permuted{suffix}"] = {"best AUC": one.get("conserved", nan)}
        values[f"others permuted{suffix}"] = {
            "best AUC": one.get("others", nan),
            "best AUC, same layers": one.get("others of the same layers", nan),
        }
    return values


def _are_of_one_input(values: Mapping[str, Measurements]) -> Answer:
    ours = values[_LOWEST]
    if not ours:
        return CannotTell("no group around the global minimum conserves a weight at this ε")
    return bool(np.equal(ours["inputs of those"], 1))
