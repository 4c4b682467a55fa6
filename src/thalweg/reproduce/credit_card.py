"""Table 2.6: appAUC against cross-entropy on credit-card fraud, or on a stand-in for it."""

from dataclasses import replace

from ..datasets import Dataset, payments
from .auc_landscapes import (
    FEWER_COUNTED,
    LOSSES,
    NEVER_NEGATIVE,
    measurements_of,
    problem_on,
    read,
    study,
)
from .landscapes import Landscapes
from .reproduction import Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, exceeds, published_statements, stated

_PUBLISHED: dict[str, Measurements] = {
    "appAUC": {
        "minima found": 3448,
        "best AUC": 0.99,
        "mean AUC": 0.96,
        "variance of AUC": 0.02,
        "transition states": 2343,
        "LPPHE": -772,
        "LPPHE sd": 38,
    },
    "CE": {
        "minima found": 1721,
        "best AUC": 0.97,
        "mean AUC": 0.96,
        "variance of AUC": 0.01,
        "transition states": 1584,
        "LPPHE": -858,
        "LPPHE sd": 9,
    },
}


def credit_card(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """appAUC against cross-entropy on imbalanced payments."""
    scale = study(scale)
    data = _payments(scale)
    connect = scale.choose(tiny=False, small=False, full=True)
    measurements: dict[str, list[Measurements]] = {}
    for name, loss in (("appAUC", LOSSES["sigmoid"]), ("CE", LOSSES["CE"])):
        problem = problem_on(data, scale, loss)
        for seed in scale.seeds:
            progress(f"{data.name}: {name}, seed {seed}")
            reading = read(landscapes, problem, data, scale, seed, connect=connect)
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
            "the CE landscape is single-funnelled, unlike that of appAUC (basins per joined minimum)",
            measurements,
            exceeds(("appAUC", "basins per joined minimum"), ("CE", "basins per joined minimum")),
        ),
    )
    n_inputs = data.inputs.shape[1]
    setting = "; ".join(
        (
            f"data: {data.name}",
            *data.notes,
            f"{len(data.inputs)} training and {len(data.test_inputs)} test rows, "
            f"{n_inputs}-{scale.hidden}-2 network (the published size is not stated)",
            "the signs of the published LPPHE are lost and taken from the text, which calls appAUC's larger",
        )
    )
    table = side_by_side(measurements, _PUBLISHED)
    title = f"appAUC against cross-entropy on {data.name}"
    return Reproduction("table-2.6", title, table, statements, scale, setting)


def _payments(scale: Scale) -> Dataset:
    """Payments with frauds over-represented, in the first of their inputs, as the scale says."""
    rows = scale.choose(tiny=80, small=300, full=10_000)
    # All 492 frauds of the real data in the full setting.
    share = scale.choose(tiny=0.2, small=0.1, full=0.0492)
    data = payments(
        rows, fraud_share=share, may_fetch=scale.choose(tiny=False, small=False, full=True)
    )
    n = scale.choose(tiny=6, small=8, full=29)
    if n == data.inputs.shape[1]:
        return data
    return replace(
        data,
        inputs=data.inputs[:, :n],
        test_inputs=data.test_inputs[:, :n],
        input_names=data.input_names[:n],
        notes=(*data.notes, f"the first {n} of {data.inputs.shape[1]} inputs"),
    )
