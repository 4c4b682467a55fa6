"""Figure 2.9: the surrogate losses as functions of the difference of two probabilities."""

from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from .. import plot
from ..problems import losses
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Measurements, Statement, exceeds, stated

_BETA = 40.0
_CURVES = {
    f"sigmoid, beta {_BETA:g}": losses.ApproximateAUC("sigmoid", beta=_BETA),
    "tanh, beta 50": losses.ApproximateAUC("tanh"),
    "hinge": losses.ApproximateAUC("hinge"),
    "quadratic": losses.ApproximateAUC("quadratic"),
    "exponential": losses.ApproximateAUC("exponential"),
}
_OFF = "mean |surrogate - step| over -1 to 1"
_POINTS = 4001


def surrogate_curves(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The surrogates around a difference of zero, drawn as they are minimised."""
    shallow = {
        f"sigmoid, beta {b:g}": losses.ApproximateAUC("sigmoid", beta=b) for b in (5.0, 10.0, 20.0)
    }
    values = {name: _measured(loss) for name, loss in (shallow | _CURVES).items()}
    # Nothing is drawn at random: every seed has the same values.
    measurements: dict[str, list[Measurements]] = {
        name: [one for _ in scale.seeds] for name, one in values.items()
    }
    by_beta = [f"sigmoid, beta {b:g}" for b in (5.0, 10.0, 20.0, _BETA)]
    statements: list[Statement] = [
        stated(
            f"a larger beta comes nearer the step: {after} than {before}",
            measurements,
            exceeds((before, _OFF), (after, _OFF)),
        )
        for before, after in pairwise(by_beta)
    ]
    statements += [
        stated(
            "sigmoid and tanh approximate the step directly (to 0.05 in the mean)",
            measurements,
            lambda r: all(r[name][_OFF] < 0.05 for name in list(_CURVES)[:2]),
        ),
        stated(
            "every surrogate is lower for a pair in the right order than for one in the wrong order",
            measurements,
            lambda r: all(r[name]["fall from -1 to 1"] > 0 for name in _CURVES),
        ),
    ]
    caption = (
        "Surrogate losses over the difference of the probabilities of a pair, as they are minimised; "
        f"the sigmoid with β = {_BETA:g}."
    )
    return Reproduction(
        "figure-2.9",
        "surrogate loss functions",
        side_by_side(measurements, {}),
        tuple(statements),
        scale,
        "no landscapes; hinge, exponential and quadratic estimate no area",
        (Picture("", caption, _draw, (6.0, 4.5)),),
    )


def _measured(loss: losses.ApproximateAUC) -> dict[str, float]:
    z = np.linspace(-1, 1, _POINTS)
    value = loss.kernel.value(z)
    area = loss.auc_of(value)
    off = {} if area is None else {_OFF: float(np.mean(np.abs(area - (z > 0))))}
    return {**off, "fall from -1 to 1": float(value[0] - value[-1])}


def _draw(figure: Figure) -> None:
    plot.pair_kernels({name: loss.kernel for name, loss in _CURVES.items()}, figure.subplots())
