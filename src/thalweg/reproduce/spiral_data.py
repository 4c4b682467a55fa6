"""The data of the spiral."""

from matplotlib.figure import Figure
from sklearn.linear_model import LogisticRegression

from .. import plot
from ..analysis.minima.metrics import auc_score
from ..datasets import spirals
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, stated

_CASE = "logistic regression"


def spiral_data(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The two classes, and what a straight line makes of them."""
    measurements = {_CASE: [_by_a_line(scale, seed) for seed in scale.seeds]}
    data = spirals(scale.train, scale.test, seed=scale.seeds[0])

    def draw(figure: Figure) -> None:
        plot.classes(data.inputs, data.targets, figure.subplots())

    statements = (
        stated(
            "the spiral problem is linearly inseparable",
            measurements,
            lambda r: r[_CASE]["training accuracy"] < 1,
        ),
        stated(
            "hence it is nontrivial: a line is right for fewer than three points of four",
            measurements,
            lambda r: r[_CASE]["test accuracy"] < 0.75,
        ),
    )
    return Reproduction(
        "figure-2.4",
        "the spiral data",
        side_by_side(measurements, {}),
        statements,
        scale,
        "seeds of the data",
        (
            Picture(
                "",
                "2-spiral data for binary classification, the classes by colour and shape.",
                draw,
                (4.5, 4.5),
            ),
        ),
    )


def _by_a_line(scale: Scale, seed: int) -> Measurements:
    data = spirals(scale.train, scale.test, seed=seed)
    # Hardly regularised: whether a line separates the classes, not whether a short one does.
    line = LogisticRegression(C=1e6).fit(data.inputs, data.targets)
    return {
        "training accuracy": float(line.score(data.inputs, data.targets)),
        "test accuracy": float(line.score(data.test_inputs, data.test_targets)),
        "test AUC": auc_score(data.test_targets, line.predict_proba(data.test_inputs)),
    }
