"""Table 2.3: the best test AUC over the weight of the penalty, for both losses."""

from collections.abc import Callable, Mapping

from .auc_landscapes import (
    LOSSES,
    NEVER_NEGATIVE,
    SMALLER_SETTING,
    problem_on,
    read,
    spiral_data,
    swept,
)
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, published_statements, stated

_L2 = (1e-1, 1e-3, 1e-5, 1e-7, 1e-9)
_PUBLISHED = {
    "appAUC": (0.66, 0.78, 0.79, 0.79, 0.72),
    "CE": (0.50, 0.73, 0.77, 0.74, 0.71),
}
_LOSSES = {"appAUC": LOSSES["sigmoid"], "CE": LOSSES["CE"]}


def l2(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The best test AUC over the weight of the penalty, for both losses."""
    scale = swept(scale)
    data = spiral_data(scale)
    measurements: dict[str, list[Measurements]] = {}
    for name, loss in _LOSSES.items():
        for weight in _L2:
            problem = problem_on(data, scale, loss, weight)
            for seed in scale.seeds:
                progress(f"{name}, l2 {weight:g}, seed {seed}")
                reading = read(landscapes, problem, data, scale, seed)
                values = {
                    "best AUC": float(reading.metrics.auc.max()),
                    "minima (Chao1)": reading.chao1,
                    "quench steps": reading.steps,
                }
                measurements.setdefault(_case(name, weight), []).append(values)
    published = {
        _case(name, weight): {"best AUC": value}
        for name, values in _PUBLISHED.items()
        for weight, value in zip(_L2, values, strict=True)
    }
    statements = [
        *published_statements(
            measurements, published, never_negative=NEVER_NEGATIVE, remark=SMALLER_SETTING
        )
    ]
    for name in _LOSSES:
        statements += [
            stated(f"{name}: {text}", measurements, test(name), remark)
            for text, test, remark in _IN_WORDS
        ]
    table = side_by_side(measurements, published)
    setting = f"2-{scale.hidden}-2 network"
    return Reproduction(
        "table-2.3", "weight of the penalty", table, tuple(statements), scale, setting
    )


def _case(name: str, weight: float) -> str:
    return f"{name}, l2 {weight:g}"


Values = Mapping[str, Measurements]


def _best_is_inside(name: str) -> Callable[[Values], bool]:
    return lambda r: max(_L2, key=lambda weight: r[_case(name, weight)]["best AUC"]) in _L2[1:-1]


def _doubles(name: str) -> Callable[[Values], bool]:
    """Whether steps grow 1.4 to 2.8 times for each hundredth of the weight, in the geometric mean."""

    def test(r: Values) -> bool:
        first, last = (r[_case(name, weight)]["quench steps"] for weight in (_L2[1], _L2[-1]))
        return bool(1.4 < (last / first) ** (1 / 3) < 2.8)

    return test


def _has_more_minima(name: str) -> Callable[[Values], bool]:
    return lambda r: r[_case(name, 1e-5)]["minima (Chao1)"] > r[_case(name, 1e-1)]["minima (Chao1)"]


_IN_WORDS = (
    ("the highest test AUC lies between l2 = 1e-3 and 1e-7", _best_is_inside, SMALLER_SETTING),
    (
        "a hundredth of l2 roughly doubles the cost (steps of a quench)",
        _doubles,
        "published of L-BFGS to an unstated tolerance; cross-entropy is quenched by Newton steps here",
    ),
    ("a smaller penalty has more minima (1e-5 against 0.1)", _has_more_minima, ""),
)
