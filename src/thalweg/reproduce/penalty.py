"""The best test AUC over the weight of the penalty, for both losses, on two spirals."""

from collections.abc import Mapping
from functools import partial

from ..problems import losses
from .auc_landscapes import (
    NEVER_NEGATIVE,
    SMALLER_SETTING,
    map_on,
    metrics_on_test_rows,
    minima_alone,
    problem_on,
    spiral_data,
)
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, published_statements, stated

_L2 = (1e-1, 1e-3, 1e-5, 1e-7, 1e-9)
_PUBLISHED_L2 = {
    "appAUC": (0.66, 0.78, 0.79, 0.79, 0.72),
    "cross-entropy": (0.50, 0.73, 0.77, 0.74, 0.71),
}


def l2(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The best test AUC over the weight of the penalty, for both losses."""
    scale = minima_alone(scale)
    data = spiral_data(scale)
    measurements: dict[str, list[Measurements]] = {}
    for name, loss in (
        ("appAUC", losses.ApproximateAUC()),
        ("cross-entropy", losses.CrossEntropy()),
    ):
        for weight in _L2:
            problem = problem_on(data, scale, loss, weight)
            for seed in scale.seeds:
                progress(f"{name}, l2 {weight:g}, seed {seed}")
                with map_on(landscapes, problem, scale, seed) as landscape:
                    network = landscape.network()
                best = float(metrics_on_test_rows(network, problem, data).auc.max())
                values = {"best AUC": best, "minima found": float(network.n_minima)}
                measurements.setdefault(f"{name}, l2 {weight:g}", []).append(values)
    published = {
        f"{name}, l2 {weight:g}": {"best AUC": value}
        for name, published_values in _PUBLISHED_L2.items()
        for weight, value in zip(_L2, published_values, strict=True)
    }
    lies_inside = [
        stated(
            f"{name}: the best AUC lies between l2 = 1e-3 and 1e-7",
            measurements,
            partial(_is_inside, name),
            SMALLER_SETTING,
        )
        for name in _PUBLISHED_L2
    ]
    at_most_penalty = stated(
        "at l2 = 0.1 appAUC is better than cross-entropy, which learns nothing",
        measurements,
        lambda r: r["appAUC, l2 0.1"]["best AUC"] >= r["cross-entropy, l2 0.1"]["best AUC"],
    )
    statements = (
        *published_statements(
            measurements, published, never_negative=NEVER_NEGATIVE, remark=SMALLER_SETTING
        ),
        *lies_inside,
        at_most_penalty,
    )
    table = side_by_side(measurements, published)
    return Reproduction("table-2.3", "weight of the penalty", table, statements, scale)


def _is_inside(name: str, measurements: Mapping[str, Measurements]) -> bool:
    best = max(_L2, key=lambda weight: measurements[f"{name}, l2 {weight:g}"]["best AUC"])
    return best in _L2[1:-1]
