"""The five surrogates of the AUC, on two spirals."""

from ..problems import losses
from .auc_landscapes import (
    FEWER_COUNTED,
    NEVER_NEGATIVE,
    SMALLER_SETTING,
    common_measurements,
    map_on,
    measurements_of,
    minima_alone,
    problem_on,
    spiral_data,
)
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, published_statements, stated

_COLUMNS = ("minima found", "best AUC", "mean AUC", "LPPHE", "LPPHE sd", "transition states")
_PUBLISHED_SURROGATES = {
    name: dict(zip(_COLUMNS, values, strict=True))
    for name, values in {
        "sigmoid": (4202, 0.78, 0.67, -99, 10, 4264),
        "hinge": (6086, 0.74, 0.64, -109, 12, 5822),
        "tanh": (3562, 0.79, 0.68, -94, 14, 3000),
        "quadratic": (3606, 0.77, 0.65, -103, 11, 3464),
        "exponential": (2563, 0.77, 0.64, -110, 12, 2515),
    }.items()
}


def surrogates(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The five surrogates of the AUC."""
    scale = minima_alone(scale)
    data = spiral_data(scale)
    measurements: dict[str, list[Measurements]] = {}
    for name in _PUBLISHED_SURROGATES:
        problem = problem_on(data, scale, losses.ApproximateAUC(name))
        for seed in scale.seeds:
            progress(f"{name}, seed {seed}")
            with map_on(landscapes, problem, scale, seed) as landscape:
                measurements.setdefault(name, []).append(measurements_of(landscape, problem, data))
    steep, smooth = ("sigmoid", "tanh"), ("hinge", "quadratic", "exponential")
    statements = (
        *published_statements(
            measurements,
            _PUBLISHED_SURROGATES,
            never_negative=NEVER_NEGATIVE,
            remark=SMALLER_SETTING,
        ),
        stated(
            "sigmoid and tanh reach the highest best AUC",
            measurements,
            lambda r: max(r[n]["best AUC"] for n in steep) >= max(r[n]["best AUC"] for n in smooth),
            SMALLER_SETTING,
        ),
        stated(
            "sigmoid and tanh minima are the least flat",
            measurements,
            lambda r: min(r[n]["LPPHE"] for n in steep) > max(r[n]["LPPHE"] for n in smooth),
        ),
        stated(
            "the hinge has the most minima",
            measurements,
            lambda r: max(r, key=lambda n: r[n]["minima (Chao1)"]) == "hinge",
            "the margin of the published hinge is not stated; with 1 it is linear in the probabilities. "
            + FEWER_COUNTED,
        ),
        stated(
            "the exponential has fewer minima than the sigmoid",
            measurements,
            lambda r: r["exponential"]["minima (Chao1)"] < r["sigmoid"]["minima (Chao1)"],
            FEWER_COUNTED,
        ),
    )
    table = side_by_side(common_measurements(measurements), _PUBLISHED_SURROGATES)
    return Reproduction("table-2.5", "surrogates of the AUC", table, statements, scale)
