"""One self-contained page about one landscape."""

import base64
import io
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
from jaxtyping import Float
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from . import analysis, plot
from .analysis.graph.overview import Overview
from .analysis.minima.robustness import Robustness, rank_correlations, robustness
from .landscape.landscape import Landscape
from .landscape.network import Network
from .landscape.summary import Summary, summarise
from .problems.gaussian_processes.gaussian_process import GaussianProcess
from .problems.problem import Problem

_MOST_IN_VECTORS = 3000
"""Minima up to which the graph is drawn as vectors; beyond, an image is smaller."""
_RADIUS = 0.1
_MOST_ROWS = 10
_MOST_PEAKS = 3
_MOST_SPECTRA = 50
_BOX_STARTS = 64


def html_report(landscape: Landscape) -> str:
    """The report as HTML: no network access needed, opens in any browser.

    Raises:
        ValueError: if the landscape has no minima.
    """
    network = landscape.network()
    if network.n_minima == 0:
        raise ValueError(
            f"{landscape.location} has no minima to report on. Find some first: `thalweg minima FILE`."
        )
    summary, overview = summarise(landscape), analysis.overview(network)
    heat_capacity = analysis.heat_capacity(network)
    is_large = network.n_minima > _MOST_IN_VECTORS
    flatness = robustness(network, landscape.problem, radius=_RADIUS)
    saved = {name: landscape.annotation(name) for name in landscape.annotation_names()}
    environment = Environment(
        loader=PackageLoader("thalweg"), autoescape=True, undefined=StrictUndefined
    )
    return environment.get_template("report.html").render(
        summary=summary,
        completeness=_completeness(summary),
        graph=_figure(lambda ax: plot.disconnectivity(network, ax), (9.0, 6.5), as_image=is_large),
        heat_capacity=_figure(lambda ax: plot.heat_capacity(heat_capacity, ax), (9.0, 4.5)),
        overview=overview,
        peaks=overview.peaks,
        contributors=[
            _figure(partial(plot.peak_contributors, network, peak), (9.0, 6.0), as_image=is_large)
            for peak in heat_capacity.peaks[:_MOST_PEAKS]
        ],
        frustration=_frustration(network, heat_capacity.temperatures),
        pathway=_pathway(landscape, network, overview),
        weights=_weights(landscape.problem, network),
        spectra=_spectra(landscape),
        process=_process(landscape.problem, network),
        slow=[peak for peak in overview.peaks if peak.log10_slowest_escape is not None],
        largest_left_out=max(
            (p.frustration.left_out_occupation for p in overview.peaks), default=0
        ),
        tables=_tables(network, flatness, saved),
        correlations=_correlations(network, flatness, saved),
        saved_names=list(saved),
        doubtful_below=_doubtful_below(network.n_minima),
        radius=_RADIUS,
        runs=[_run(run) for run in landscape.runs()],
    )


def _completeness(summary: Summary) -> list[tuple[str, str]]:
    rows = [
        ("quenches", str(summary.quenches)),
        *(
            (f"quenches that ended otherwise: {name.replace('_', ' ')}", str(n))
            for name, n in summary.not_stored.items()
            if n
        ),
        ("components", str(summary.components)),
        ("largest RMS gradient, minima", f"{summary.max_rms_gradient_minima:.1e}"),
        (
            "largest RMS gradient, transition states",
            f"{summary.max_rms_gradient_transition_states:.1e}",
        ),
        ("degenerate rearrangements", str(summary.degenerate_rearrangements)),
        ("order of the symmetry group", summary.symmetry_order),
        ("wall time", f"{summary.wall_seconds:.0f} s"),
        ("the latest run ended", summary.outcome),
    ]
    if summary.coverage is not None and summary.coverage_interval is not None:
        low, high = summary.coverage_interval
        rows.insert(0, ("coverage", f"{summary.coverage:.4f} ({low:.4f} to {high:.4f})"))
        interval = summary.chao1_interval
        around = "" if interval is None else f" ({interval[0]:.0f} to {interval[1]:.0f})"
        rows.insert(1, ("Chao1, minima within reach", f"{summary.chao1:.0f}{around}"))
        rows.insert(2, ("law of the random starts", summary.sampling_law))
    return rows


def _figure(
    draw: Callable[[Axes], Any], size: tuple[float, float], *, as_image: bool = False
) -> Markup:
    figure = Figure(figsize=size, layout="constrained")
    draw(figure.subplots())
    buffer = io.BytesIO()
    if as_image:
        figure.savefig(buffer, format="png", dpi=200)
        data = base64.b64encode(buffer.getvalue()).decode()
        return Markup('<img alt="" src="data:image/png;base64,{}">').format(data)
    figure.savefig(buffer, format="svg")
    text = buffer.getvalue().decode()
    return Markup(text[text.index("<svg") :])


def _frustration(network: Network, temperatures: Float[np.ndarray, " t"]) -> Markup | None:
    """F over temperature, if it is defined."""
    curve = [analysis.frustration(network, t) for t in temperatures]
    if not curve or curve[0].reason:
        return None
    return _figure(lambda ax: plot.frustration(curve, ax), (9.0, 4.0))


def _pathway(landscape: Landscape, network: Network, overview: Overview) -> dict[str, Any] | None:
    """The fastest path home from the minimum that takes longest at the first peak that has one."""
    slow = [peak for peak in overview.peaks if peak.slowest_minimum is not None]
    if not slow:
        return None
    start, t = int(slow[0].slowest_minimum or 0), slow[0].temperature
    path = analysis.fastest_path(network, t, start, network.global_minimum)
    states = landscape.transition_states()
    profile = analysis.pathway_profile(
        network, landscape.problem, states, path.minima, path.transition_states
    )
    figure = _figure(lambda ax: plot.pathway(profile, ax), (9.0, 4.0))
    return {"figure": figure, "start": start, "temperature": t, "gap": profile.gap}


def _weights(problem: Problem, network: Network) -> Markup | None:
    """The lowest minimum drawn as a network, if it is one."""
    if not isinstance(problem, plot.Layered):
        return None
    layers = problem.layers(network.coordinates[network.global_minimum])
    return _figure(lambda ax: plot.weight_diagram(layers, ax), (7.0, 4.5))


def _spectra(landscape: Landscape) -> Markup:
    lowest = sorted(landscape.minima(), key=lambda point: point.loss)[:_MOST_SPECTRA]
    return _figure(lambda ax: plot.spectra(lowest, ax), (9.0, 4.5))


def _process(problem: Problem, network: Network) -> dict[str, Any] | None:
    """Hyperparameters of the lowest minima, and what the data leave open, of a Gaussian process."""
    if not isinstance(problem, GaussianProcess):
        return None
    lowest = np.argsort(network.losses)[:_MOST_ROWS]
    few = {int(i) for i in lowest}
    return {
        "names": [one.name for one in problem.hyperparameters],
        "rows": [
            {
                "minimum": int(i),
                "loss": network.losses[i],
                "numbers": np.exp(network.coordinates[i]),
            }
            for i in lowest
        ],
        "flat": [f for f in analysis.flat_directions(network, problem) if f.minimum in few],
        "at_bounds": analysis.bound_optima(problem, starts=_BOX_STARTS)[:_MOST_ROWS],
        "starts": _BOX_STARTS,
    }


_Values = dict[str, Float[np.ndarray, " minima"]]


def _tables(
    network: Network, flatness: Robustness, saved: _Values
) -> list[tuple[str, list[dict[str, Any]]]]:
    return [
        (
            title,
            [
                _row(network, flatness, saved, int(i))
                for i in np.argsort(by, kind="stable")[:_MOST_ROWS]
            ],
        )
        for title, by in (("Lowest loss", network.losses), ("Flattest", network.lpphe))
    ]


def _row(network: Network, flatness: Robustness, saved: _Values, minimum: int) -> dict[str, Any]:
    return {
        "minimum": minimum,
        "loss": network.losses[minimum],
        "lpphe": network.lpphe[minimum],
        "trace": flatness.trace[minimum],
        "largest": flatness.largest_eigenvalue[minimum],
        "n_flat": int(flatness.n_flat[minimum]),
        "expected": flatness.expected_rise[minimum],
        "rise": flatness.measured_rise[minimum],
        "error": flatness.measured_error[minimum],
        "hits": int(network.hits[minimum]),
        "saved": [values[minimum] for values in saved.values()],
    }


def _correlations(
    network: Network, flatness: Robustness, saved: _Values
) -> list[tuple[str, list[str]]]:
    """Spearman's rank correlations over all minima, as text; none for fewer than three minima."""
    if network.n_minima < 3:
        return []
    table = rank_correlations(
        {
            "loss": network.losses,
            **saved,
            "LPPHE": network.lpphe,
            "trace": flatness.trace,
            "largest eigenvalue": flatness.largest_eigenvalue,
            "rise": flatness.measured_rise,
            "hits": network.hits.astype(np.float64),
        }
    )
    rows = [("", [str(name) for name in table.columns])]
    for name, values in table.iterrows():
        # A constant column has no correlation.
        rows.append((str(name), ["—" if np.isnan(v) else f"{v:.2f}" for v in values]))
    return rows


def _doubtful_below(n: int) -> float:
    """Size of a rank correlation of n independent pairs that chance exceeds once in twenty."""
    return 1.0 if n < 4 else float(np.tanh(1.96 * np.sqrt(1.06 / (n - 3))))


def _run(run: Any) -> dict[str, Any]:
    when = datetime.fromtimestamp(run.started, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {**vars(run), "when": when}
