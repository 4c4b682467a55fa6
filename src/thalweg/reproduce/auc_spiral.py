"""Table 2.4: the landscape of appAUC beside that of cross-entropy, on two spirals."""

from .auc_landscapes import (
    FEWER_COUNTED,
    LOSSES,
    NEVER_NEGATIVE,
    is_connected,
    measurements_of,
    problem_on,
    read,
    spiral_data,
    study,
)
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, exceeds, published_statements, stated

_PUBLISHED: dict[str, Measurements] = {
    "appAUC": {
        "minima found": 13948,
        "best AUC": 0.81,
        "mean AUC": 0.70,
        "variance of AUC": 0.002,
        "transition states": 25957,
        "LPPHE": -93,
        "LPPHE sd": 7.2,
        "frustration": 0.22,
    },
    "CE": {
        "minima found": 1708,
        "best AUC": 0.77,
        "mean AUC": 0.66,
        "variance of AUC": 0.001,
        "transition states": 3606,
        "LPPHE": -110,
        "LPPHE sd": 4.4,
    },
}


def auc_spiral(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """appAUC against cross-entropy: counts, quality, flatness, frustration."""
    scale = study(scale)
    data = spiral_data(scale)
    measurements: dict[str, list[Measurements]] = {}
    for name, loss in (("appAUC", LOSSES["sigmoid"]), ("CE", LOSSES["CE"])):
        problem = problem_on(data, scale, loss)
        for seed in scale.seeds:
            progress(f"{name}, seed {seed}")
            reading = read(landscapes, problem, data, scale, seed, connect=is_connected(scale))
            measurements.setdefault(name, []).append(measurements_of(reading))
    statements = (
        *published_statements(
            measurements, _PUBLISHED, never_negative=NEVER_NEGATIVE, remark=FEWER_COUNTED
        ),
        stated(
            "appAUC has more minima within reach of random starts (Chao1)",
            measurements,
            exceeds(("appAUC", "minima (Chao1)"), ("CE", "minima (Chao1)")),
        ),
        stated(
            "F(T) of appAUC is substantially larger than of CE (the exponent of the latter is lost)",
            measurements,
            exceeds(("appAUC", "frustration"), ("CE", "frustration")),
            "F of the minima joined to the lowest one, at the highest peak of the heat capacity of each loss",
        ),
        stated(
            "some appAUC minima are worse than random, with an AUC of around 0.4, and no CE minima",
            measurements,
            lambda r: r["appAUC"]["lowest AUC"] < 0.45 < r["CE"]["lowest AUC"],
        ),
        stated(
            "optimising appAUC raises the best test AUC by about 5 % (2 to 10 %)",
            measurements,
            lambda r: 1.02 <= r["appAUC"]["best AUC"] / r["CE"]["best AUC"] <= 1.10,
        ),
    )
    table = side_by_side(measurements, _PUBLISHED)
    setting = (
        f"2-{scale.hidden}-2 network, the same number of starts and of searches for both losses; minima "
        "and their values are those of the starts; the frustration of CE is published as 4e-x, its exponent "
        "is lost"
    )
    return Reproduction(
        "table-2.4", "appAUC against cross-entropy", table, statements, scale, setting
    )
