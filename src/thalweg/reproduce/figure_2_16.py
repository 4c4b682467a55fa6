"""Figure 2.16 and its text: conserved weights of breast-cancer recurrence, and the inputs they speak of."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ..datasets import breast_cancer_recurrence
from ..learn.attribution import input_attributions
from ..learn.conserved import averaged_network, times_conserved
from ..learn.perturbation import PERTURBATIONS
from ..learn.superposed_function import SuperposedFunction
from ..problems.neural_networks.layout import Layout
from .conserving_groups import (
    NEVER_NEGATIVE,
    SMALLER,
    ConservingGroups,
    best_auc,
    best_auc_perturbed,
    conserving_groups,
    counts,
    first_layer,
)
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, Statement, published_statements, stated

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HIDDEN = 3
_EPSILON = 0.001
_IMPORTANT = ("inv_nodes", "node_caps", "irradiat")
_LOCATION = ("breast", "breast_quad")
_CASE, _CONSERVED, _OTHERS = "breast cancer", "conserved perturbed", "others perturbed"
_SAME_LAYERS = "others of the same layers perturbed"
_FALL = "fall of the best AUC in %"
_PUBLISHED: dict[str, Measurements] = {
    _CASE: {
        "patients": 286,
        "with recurrence": 85,
        "groups that conserve": 85,
        "minima in those": 269,
        "groups that conserve a weight of irradiation": 38,
        "best AUC": 0.9,
    },
    _CONSERVED: {_FALL: 20},
}
_NO_GROUP = "no group conserves weights at this ε"


def figure_2_16(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """Groups that conserve weights, how often each weight is conserved, the averaged network, and the text.

    Raises:
        DatasetError: if the data are neither in the folder `THALWEG_DATA` nor can be fetched.
    """
    measurements: dict[str, list[Measurements]] = {
        _CASE: [],
        _CONSERVED: [],
        _OTHERS: [],
        _SAME_LAYERS: [],
    }
    drawn: ConservingGroups | None = None
    for seed in scale.seeds:
        progress(f"breast cancer, seed {seed}")
        data = breast_cancer_recurrence(seed=seed)
        study = conserving_groups(landscapes, data, scale, seed, hidden=_HIDDEN, epsilon=_EPSILON)
        drawn = drawn or (study if study.conserving else None)
        falls = _falls(study, seed)
        measurements[_CASE].append({**_of_one(study), **_by_other_methods(study)})
        measurements[_CONSERVED].append(falls["conserved"])
        measurements[_OTHERS].append(falls["others"])
        measurements[_SAME_LAYERS].append(falls["others of the same layers"])
    statements = (
        *published_statements(
            measurements,
            _PUBLISHED,
            never_negative=(
                *NEVER_NEGATIVE,
                "patients",
                "with recurrence",
                "groups that conserve a weight of irradiation",
            ),
            remark=SMALLER,
        ),
        *_in_words(measurements),
    )
    pictures: tuple[Picture, ...] = ()
    if drawn is not None:
        caption = (
            "Breast-cancer recurrence, three hidden units. a) Red branches are groups of minima with "
            f"conserved weights (σ ≤ {_EPSILON}). b) In how many of them each weight is conserved. "
            "c) The network averaged over their minima: opacity is magnitude, colour the sign."
        )
        pictures = (Picture("", caption, partial(_draw, drawn), (9.5, 9.0)),)
    return Reproduction(
        "figure-2.16",
        "conserved weights of breast-cancer recurrence",
        side_by_side(measurements, _PUBLISHED),
        statements,
        scale,
        f"{_HIDDEN} hidden units, l2 = 1e-5, ε = {_EPSILON}, 30 % of the patients for test; perturbations "
        "averaged over groups",
        pictures,
    )


def _of_one(study: ConservingGroups) -> Measurements:
    data = study.data
    targets = np.concatenate([data.targets, data.test_targets])
    values: dict[str, float] = {
        "patients": len(targets),
        "with recurrence": int(np.sum(targets == 1)),
        **counts(study),
        "best AUC": best_auc(study),
    }
    if not study.conserving:
        return values
    times = first_layer(study, times_conserved(study.groups))
    by_input = dict(zip(data.input_names, map(float, times.sum(axis=0)), strict=True))
    average = averaged_network(study.groups)
    magnitude = np.abs(first_layer(study, average))
    irradiation = list(data.input_names).index("irradiat")
    unit = int(times[:, irradiation].argmax())
    n_conserved = int(times_conserved(study.groups).sum())
    layout = Layout(study.problem.sizes)
    n_first = sum(int(layout.split(group.is_conserved)[0].sum()) for group in study.groups)
    values |= {
        "groups that conserve a weight of irradiation": int(times[unit, irradiation]),
        "share of conserved weights in the first layer": n_first / n_conserved,
        "magnitude of that weight over the mean of its layer": float(
            magnitude[unit, irradiation] / magnitude.mean()
        ),
        "output weights of the sign of their output": _share_of_one_sign(study, average),
        **{f"conserved weights of {name}": n for name, n in by_input.items()},
        "published inputs among the three most conserved": _overlap(by_input),
    }
    return values


def _share_of_one_sign(study: ConservingGroups, average: np.ndarray) -> float:
    """Share of output weights that are positive into one output and negative into the other."""
    signs = np.sign(Layout(study.problem.sizes).split(average)[-1][:, :-1])
    of_output = np.where(np.arange(len(signs)) == 0, 1.0, -1.0)[:, None]
    share = float(np.mean(signs == of_output))
    return max(share, 1 - share)


def _by_other_methods(study: ConservingGroups) -> dict[str, float]:
    """How many of the published inputs other methods and the test find among their first three."""
    data = study.data
    values: dict[str, float] = {}
    if study.test is not None:
        p = study.test.input_p_values(*study.problem.sizes[:2])
        values |= {
            f"p of {name}": float(one) for name, one in zip(data.input_names, p, strict=True)
        }
    try:
        lowest = study.network.coordinates[study.network.global_minimum]
        function = SuperposedFunction.of_one(lowest, study.problem.sizes, study.problem.activation)
        targets = data.class_numbers(data.test_targets)
        usual = input_attributions(function, data.test_inputs, targets)
    except ImportError:
        return values
    for method, importance in (
        ("permutation importance", usual.permutation),
        ("integrated gradients", usual.integrated_gradients),
    ):
        by_input = dict(zip(data.input_names, importance.tolist(), strict=True))
        values[f"published inputs among the first three by {method}"] = _overlap(by_input)
    return values


def _overlap(by_input: Mapping[str, float]) -> float:
    first = sorted(by_input, key=lambda name: -by_input[name])[: len(_IMPORTANT)]
    return float(len(set(first) & set(_IMPORTANT)))


def _falls(study: ConservingGroups, seed: int) -> dict[str, Measurements]:
    """By how much the best AUC falls, in per cent, for each perturbation and on average."""
    aucs = best_auc_perturbed(study, study.conserving, seed)
    falls: dict[str, Measurements] = {}
    for side in ("conserved", "others", "others of the same layers"):
        of_kinds = {
            kind: 100 * (one["as found"] - one[side]) / one["as found"]
            for kind, one in aucs.items()
        }
        mean = float(np.mean(list(of_kinds.values()))) if of_kinds else float("nan")
        falls[side] = {
            _FALL: mean,
            **{f"{_FALL} ({kind})": of_kinds.get(kind, float("nan")) for kind in PERTURBATIONS},
        }
    return falls


def _in_words(measurements: Mapping[str, Sequence[Measurements]]) -> list[Statement]:
    """What the text of sections 2.4.3 and 2.4.4 states."""
    costs_more = [
        stated(
            f"{kind} of conserved weights costs more AUC than of as many others",
            measurements,
            partial(_costs_more, f"{_FALL} ({kind})", _OTHERS),
        )
        for kind in PERTURBATIONS
    ]
    costs_more.append(
        stated(
            "ours: it also costs more than of as many others of the same layers, on average",
            measurements,
            partial(_costs_more, _FALL, _SAME_LAYERS),
        )
    )
    return [
        *costs_more,
        stated(
            "all conserved weights lie between inputs and hidden units",
            measurements,
            partial(_compared, "share of conserved weights in the first layer", lambda v: v == 1),
        ),
        stated(
            "inv-nodes, node-caps and irradiation are the three inputs with the most conserved weights",
            measurements,
            partial(_compared, "published inputs among the three most conserved", lambda v: v == 3),
            "permutation importance and integrated gradients stand beside it in the table",
        ),
        *(
            stated(
                f"{_PRINTED[name]} has more conserved weights than either parameter of location",
                measurements,
                partial(_is_above_location, name),
            )
            for name in _IMPORTANT
        ),
        stated(
            "the often conserved weight of irradiation is not very large (below the mean of its layer)",
            measurements,
            partial(
                _compared, "magnitude of that weight over the mean of its layer", lambda v: v < 1
            ),
        ),
        stated(
            "averaged weights into one output are positive, into the other negative",
            measurements,
            partial(_compared, "output weights of the sign of their output", lambda v: v == 1),
            "softmax and penalty make the two rows opposite, the sign of a hidden unit is arbitrary: see "
            "`learn.output_pattern`",
        ),
        stated(
            "the test AUC is above 0.9 (2.4.4, for all examples)",
            measurements,
            lambda r: r[_CASE]["best AUC"] > 0.9,
            "no minimum of any landscape that was mapped here comes near on held-out patients",
        ),
    ]


_PRINTED = {"inv_nodes": "inv-nodes", "node_caps": "node-caps", "irradiat": "irradiation"}


def _compared(
    quantity: str, test: Callable[[float], bool], values: Mapping[str, Measurements]
) -> Answer:
    ours = values[_CASE]
    return bool(test(ours[quantity])) if quantity in ours else CannotTell(_NO_GROUP)


def _is_above_location(name: str, values: Mapping[str, Measurements]) -> Answer:
    ours = values[_CASE]
    names = [f"conserved weights of {one}" for one in (name, *_LOCATION)]
    if names[0] not in ours:
        return CannotTell(_NO_GROUP)
    return ours[names[0]] > max(ours[one] for one in names[1:])


def _costs_more(quantity: str, side: str, values: Mapping[str, Measurements]) -> Answer:
    conserved, others = values[_CONSERVED][quantity], values[side][quantity]
    if np.isnan(conserved):
        return CannotTell("no group conserves two weights or more at this ε")
    return bool(conserved > others)


def _draw(study: ConservingGroups, figure: "Figure") -> None:
    from .. import plot

    panels = figure.subplot_mosaic([["a", "a"], ["b", "c"]], height_ratios=[1, 1.2])
    sizes, names = study.problem.sizes, study.data.input_names
    plot.conserving_branches(study.network, study.groups, panels["a"])
    times = times_conserved(study.groups)
    plot.conserved_count_diagram(
        times, len(study.conserving), sizes, panels["b"], input_names=names
    )
    plot.averaged_diagram(averaged_network(study.groups), sizes, panels["c"], input_names=names)
    for name, panel in panels.items():
        note = panel.get_title()
        panel.set_title("")
        panel.set_title(f"{name}) {note}", loc="left", fontsize=9)
