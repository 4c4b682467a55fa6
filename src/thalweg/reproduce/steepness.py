"""Figure 2.10: the steepness of the sigmoid surrogate, and that of the exponential one."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
from matplotlib.figure import Figure
from scipy.signal import savgol_filter

from ..analysis import auc_deviation
from ..analysis.graph.spearman import spearman
from ..plot import palette
from ..problems import losses
from .auc_landscapes import SMALLER_SETTING, problem_on, read, spiral_data, swept
from .landscapes import Landscapes
from .reproduction import Picture, Progress, Reproduction, Scale, side_by_side
from .statement import Answer, CannotTell, Measurements, Statement, Test, stated

_OFF = "median |loss value - AUC|"
_PUBLISHED: dict[str, Measurements] = {"sigmoid, beta 50": {_OFF: 0.04}}
_PANELS = {
    "best AUC": "test AUC of the best minimum",
    "minima (Chao1)": "minima (Chao1)",
    _OFF: "median |loss value − AUC|",
    "quench steps": "steps per quench",
}
_NARROW = 5
"""Values of β from which on the published smoothing, a parabola through five neighbours, can be made."""


def beta(landscapes: Landscapes, scale: Scale, progress: Progress) -> Reproduction:
    """The steepness of both surrogates that have one besides tanh."""
    scale = swept(scale)
    data = spiral_data(scale)
    betas = {
        "sigmoid": scale.choose(
            tiny=(5.0, 50.0),
            small=(5.0, 15.0, 50.0, 100.0),
            full=(2.0, 5.0, 10.0, 20.0, 35.0, 50.0, 75.0, 100.0),
        ),
        "exponential": scale.choose(
            tiny=(1.0, 5.0), small=(1.0, 3.0, 10.0), full=(0.5, 1.0, 2.0, 5.0, 10.0)
        ),
    }
    measurements: dict[str, list[Measurements]] = {}
    for name, steepnesses in betas.items():
        for steepness in steepnesses:
            loss = losses.ApproximateAUC(name, beta=steepness)
            problem = problem_on(data, scale, loss)
            for seed in scale.seeds:
                progress(f"{name}, beta {steepness:g}, seed {seed}")
                reading = read(landscapes, problem, data, scale, seed)
                auc, network = reading.metrics.auc, reading.network
                values = {
                    "best AUC": float(auc.max()),
                    "minima (Chao1)": reading.chao1,
                    "quench steps": reading.steps,
                }
                if name == "sigmoid":
                    # Against the test rows too: which rows the published AUC is of is not said.
                    off = {
                        _OFF: auc_deviation(network, problem),
                        "the same without penalty": auc_deviation(
                            network, problem, with_penalty=False
                        ),
                        "the same against the test AUC": auc_deviation(network, problem, auc),
                    }
                    values |= {what: float(np.median(value)) for what, value in off.items()}
                measurements.setdefault(_case(name, steepness), []).append(values)
    statements = _statements(measurements, betas)
    table = side_by_side(measurements, _PUBLISHED)
    caption = (
        "AUC of the best minimum, number of minima, difference between the loss value and the true AUC, and "
        "steps per quench over β on a log scale: points are means over seeds, lines the published smoothing "
        "(Savitzky–Golay of order two) where there are enough of them."
    )
    pictures = (
        Picture(
            "", caption, partial(_draw, measurements, "sigmoid", betas["sigmoid"]), (11.0, 2.8)
        ),
        Picture(
            "exponential",
            "The same of the exponential surrogate, described in words; it estimates no AUC.",
            partial(_draw, measurements, "exponential", betas["exponential"]),
            (8.5, 2.8),
        ),
    )
    setting = f"2-{scale.hidden}-2 network; the deviation is on the training rows, penalty included"
    return Reproduction(
        "figure-2.10", "steepness of the surrogates", table, statements, scale, setting, pictures
    )


def _case(name: str, steepness: float) -> str:
    return f"{name}, beta {steepness:g}"


def _statements(
    measurements: Mapping[str, list[Measurements]], betas: Mapping[str, Sequence[float]]
) -> tuple[Statement, ...]:
    sigmoid, exponential = betas["sigmoid"], betas["exponential"]

    def trend(name: str, quantity: str, sign: int) -> Test:
        return partial(_has_trend, name, betas[name], quantity, sign)

    return (
        stated(
            "sigmoid: the best AUC grows with beta", measurements, trend("sigmoid", "best AUC", 1)
        ),
        stated(
            "sigmoid: the number of minima grows with beta",
            measurements,
            trend("sigmoid", "minima (Chao1)", 1),
            "Chao1 from few starts spreads by half its value",
        ),
        stated(
            "sigmoid: the deviation is inversely proportional to beta (exponent −0.6 to −1.4) up to 50",
            measurements,
            partial(_exponent_lies, "sigmoid", [b for b in sigmoid if b <= 50], _OFF, -1.4, -0.6),
        ),
        stated(
            "sigmoid: the deviation is near 0.04 at beta = 50 (within a factor of two)",
            measurements,
            lambda r: 0.02 <= r[_case("sigmoid", 50.0)][_OFF] <= 0.08,
            SMALLER_SETTING,
        ),
        stated(
            "sigmoid: steps grow roughly linearly with beta (exponent 0.6 to 1.4)",
            measurements,
            partial(_exponent_lies, "sigmoid", sigmoid, "quench steps", 0.6, 1.4),
        ),
        stated(
            "exponential: steps grow with beta",
            measurements,
            trend("exponential", "quench steps", 1),
        ),
        stated(
            "exponential: the number of minima falls with beta",
            measurements,
            trend("exponential", "minima (Chao1)", -1),
        ),
        stated(
            "exponential: the best AUC falls with beta",
            measurements,
            trend("exponential", "best AUC", -1),
        ),
        stated(
            "exponential: beta = 1 is the best (test AUC)",
            measurements,
            lambda r: max(exponential, key=lambda b: r[_case("exponential", b)]["best AUC"]) == 1.0,
        ),
    )


def _has_trend(
    name: str, betas: Sequence[float], quantity: str, sign: int, r: Mapping[str, Measurements]
) -> Answer:
    values = np.array([r[_case(name, b)][quantity] for b in betas])
    coefficient = spearman(np.array(betas), values).coefficient
    if np.isnan(coefficient) or coefficient == 0:
        return CannotTell("no trend over the values of beta")
    return bool(sign * coefficient > 0)


def _exponent_lies(
    name: str,
    betas: Sequence[float],
    quantity: str,
    lower: float,
    upper: float,
    r: Mapping[str, Measurements],
) -> bool:
    values = [r[_case(name, b)][quantity] for b in betas]
    return bool(lower <= np.polyfit(np.log(betas), np.log(values), 1)[0] <= upper)


def _draw(
    measurements: Mapping[str, list[Measurements]],
    name: str,
    betas: Sequence[float],
    figure: Figure,
) -> None:
    first = measurements[_case(name, betas[0])][0]
    panels = {quantity: label for quantity, label in _PANELS.items() if quantity in first}
    for ax, (quantity, label) in zip(
        np.ravel(figure.subplots(1, len(panels))), panels.items(), strict=True
    ):
        values = np.array([[one[quantity] for one in measurements[_case(name, b)]] for b in betas])
        mean, sd = values.mean(axis=1), values.std(axis=1)
        ax.errorbar(betas, mean, sd, fmt="o", color=palette.BLUE, markersize=4, capsize=2)
        if len(betas) >= _NARROW:
            ax.plot(betas, savgol_filter(mean, _NARROW, 2), "-", color=palette.ORANGE)
        ax.set_xscale("log")
        ax.set_xticks(betas, [f"{b:g}" for b in betas])
        ax.set_xticks([], minor=True)
        ax.set_xlabel("β")
        ax.set_ylabel(label)
