"""Superposed minima of a landscape beside single ones."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from ..analysis.minima.calibration import calibration
from ..analysis.minima.metrics import auc_score, classification_metrics
from ..datasets import Dataset, checkerboard, mislabelled_iris, spirals
from ..landscape.network import Network
from ..learn.superposition import SuperposedClassifier
from ..problems import NeuralNetwork
from .mapping import mapped
from .reproduction import Measurements, Reproduction, Scale, claim, side_by_side

_PUBLISHED_GATE = {"gate_hidden": (3,)}

_PAIRS = {
    "MMDBM": "misclassification",
    "heat capacity": "heat_capacity",
    "Euclidean": "euclidean",
    "random": "random",
}
_CASES = {
    **{f"{name}, 2 minima": {"select": s, "n_minima": 2} for name, s in _PAIRS.items()},
    **{
        f"{name}, 4 minima": {"select": s, "n_minima": 4}
        for name, s in _PAIRS.items()
        if name != "Euclidean"
    },
    "MMDBM & heat capacity, 4 minima": {
        "select": "misclassification+heat_capacity",
        "n_minima": 4,
    },
}
_OWN = {
    "MMDBM, 2 minima, soft gate of 5 units": {"n_minima": 2, "gate": "soft", "gate_hidden": (5,)},
    "MMDBM, 4 minima, soft gate of 5 units": {"n_minima": 4, "gate": "soft", "gate_hidden": (5,)},
    "MMDBM, 4 minima, soft gate of 8 units": {"n_minima": 4, "gate": "soft", "gate_hidden": (8,)},
}
_PUBLISHED: dict[str, Measurements] = {
    "single": {"best in hindsight": 0.76},
    "MMDBM, 2 minima": {"AUC": 0.91, "TMA": 0.97},
    "heat capacity, 2 minima": {"AUC": 0.88, "TMA": 0.98},
    "Euclidean, 2 minima": {"AUC": 0.67, "TMA": 0.68},
    "random, 2 minima": {"AUC": 0.78},
    "random, 4 minima": {"AUC": 0.84},
    "MMDBM & heat capacity, 4 minima": {"AUC": 0.93, "TMA": 0.99},
}
_OTHER_SIZE = (
    "published for the best of several selections and one landscape; ours is the mean over seeds with "
    "selection and gate fixed beforehand, on points that neither has seen"
)


def superposed_spiral(scale: Scale, progress: Callable[[str], None]) -> Reproduction:
    """Pairs and fours of minima, chosen in several ways, with the published gate and better ones.

    Three hidden units: the size whose best single AUC is near the published one.
    """
    # The gate adds to the spread: two seeds more than elsewhere.
    scale = replace(scale, hidden=3, seeds=(*scale.seeds, 3, 4), connect=False)
    data = spirals(scale.train, scale.test)
    cases = {name: {**_PUBLISHED_GATE, **options} for name, options in _CASES.items()} | _OWN
    measurements: dict[str, list[Measurements]] = {}
    for seed in scale.seeds:
        progress(f"seed {seed}")
        _add(measurements, _of_one(data, scale, seed, cases))
    pairs = [name for name in _CASES if name.endswith("2 minima")]
    best_single = "best in hindsight"
    claims = (
        claim(
            "two complementary minima (MMDBM) beat the best single one by 0.10 AUC",
            measurements,
            lambda r: r["MMDBM, 2 minima"]["AUC"] >= r["single"][best_single] + 0.10,
            _OTHER_SIZE,
        ),
        claim(
            "they do with a soft gate of five units",
            measurements,
            lambda r: (
                r["MMDBM, 2 minima, soft gate of 5 units"]["AUC"] >= r["single"][best_single] + 0.10
            ),
        ),
        claim(
            "four beat two (MMDBM)",
            measurements,
            lambda r: r["MMDBM, 4 minima"]["AUC"] > r["MMDBM, 2 minima"]["AUC"],
            _OTHER_SIZE,
        ),
        claim(
            "MMDBM is the best way to choose two",
            measurements,
            lambda r: max(pairs, key=lambda name: r[name]["AUC"]) == "MMDBM, 2 minima",
            _OTHER_SIZE,
        ),
    )
    table = side_by_side(measurements, _PUBLISHED)
    return Reproduction("table-2.1", "superposed minima of the spiral", table, claims, scale)


# ---- other data --------------------------------------------------------------------------------------

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


def superposed_elsewhere(scale: Scale, progress: Callable[[str], None]) -> Reproduction:
    """Two minima on mislabelled iris (two hidden units) and the checkerboard (three)."""
    measurements: dict[str, list[Measurements]] = {}
    for name, (load, hidden) in _ELSEWHERE.items():
        for seed in scale.seeds:
            progress(f"{name}, seed {seed}")
            chosen = replace(scale, hidden=hidden, connect=False)
            cases = {"MMDBM, 2 minima": {**_PUBLISHED_GATE, "n_minima": 2}}
            cases["MMDBM, 2 minima, soft gate of 5 units"] = {"n_minima": 2, "gate": "soft"}
            found = _of_one(load(scale, seed), chosen, seed, cases)
            _add(measurements, {f"{name}: {case}": reading for case, reading in found.items()})
    claims = tuple(
        claim(
            f"{name}: two complementary minima beat the minimum of lowest loss",
            measurements,
            lambda r, name=name: (  # type: ignore[misc]
                r[f"{name}: MMDBM, 2 minima"]["AUC"] > r[f"{name}: single"]["lowest loss"]
            ),
            _OTHER_SIZE,
        )
        for name in _ELSEWHERE
    )
    table = side_by_side(measurements, _PUBLISHED_ELSEWHERE)
    return Reproduction("table-2.2", "superposed minima on other data", table, claims, scale)


# ---- shared ------------------------------------------------------------------------------------------


def minima_of(problem: NeuralNetwork, scale: Scale, seed: int) -> Network:
    """The minima that so many random starts find."""
    with mapped(problem, scale.starts, seed, seconds=scale.seconds) as landscape:
        return landscape.network()


def _add(measurements: dict[str, list[Measurements]], found: Mapping[str, Measurements]) -> None:
    for case, reading in found.items():
        measurements.setdefault(case, []).append(reading)


def _of_one(
    data: Dataset, scale: Scale, seed: int, cases: Mapping[str, Mapping[str, object]]
) -> dict[str, Measurements]:
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(scale.hidden,))
    network = minima_of(problem, scale, seed)
    targets = data.class_numbers(data.test_targets)
    single = classification_metrics(network, problem, data.test_inputs, targets).auc
    found: dict[str, Measurements] = {
        "single": {
            "lowest loss": float(single[network.global_minimum]),
            "best in hindsight": float(single.max()),
            "mean": float(single.mean()),
        },
    }
    for name, options in cases.items():
        model = SuperposedClassifier(network, hidden=(scale.hidden,), random_state=seed, **options)  # type: ignore[arg-type]
        p = model.fit(data.inputs, data.targets).predict_proba(data.test_inputs)
        honest = calibration(p, targets)
        found[name] = {
            "AUC": auc_score(targets, p),
            "TMA": model.theoretical_maximum_auc(data.test_inputs, data.test_targets),
            "Brier score": honest.brier,
            "calibration error": honest.expected_calibration_error,
        }
    return found
