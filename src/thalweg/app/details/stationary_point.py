"""What every stationary point has: gradient, index, curvatures, proof."""

import numpy as np

from ...landscape.certificates import Certificate
from ...problems.capabilities import HasHyperparameters
from .section import Section, Subject

_MOST_VALUES = 400
_NO_PROBLEM = (
    "The file cannot rebuild its problem, so that nothing is shown of its model: pass it in Python, "
    "`tw.view(tw.Landscape.open(file, problem))`."
)


def stationary_point(subject: Subject) -> Section | None:
    """Gradient, index and curvature, with their errors where they have one."""
    if not subject.is_single:
        return None
    point = subject.points[0]
    error = f" ± {point.lpphe_error:.3g}" if point.lpphe_error else ""
    rows: list[tuple[str, float | str]] = [
        ("loss", f"{point.loss:.12g}"),
        ("RMS gradient", f"{point.rms_gradient:.2e}, required below {point.tolerance:.0e}"),
        ("index", point.index),
        ("LPPHE", f"{point.lpphe:.6g}{error}"),
        ("softest curvature", point.softest_curvature),
        ("parameters", len(point.coordinates)),
        ("norm of the parameters", float(np.linalg.norm(point.coordinates))),
        ("stabiliser order", point.stabiliser_order),
    ]
    if point.index_doubt:
        rows.append(("index is wrong with probability", f"below {point.index_doubt:.1e}"))
    note = "" if subject.problem is not None else _NO_PROBLEM
    return Section("Stationary point", "numbers", {"rows": rows}, note)


def proof(subject: Subject) -> Section | None:
    """The certificate of a point, if there is one."""
    if not subject.is_single:
        return None
    one = subject.landscape.certificate(subject.of, subject.numbers[0])
    return None if one is None else Section("Proof", "numbers", {"rows": _proved(one)})


def _proved(one: Certificate) -> list[tuple[str, float | str]]:
    low, high = one.loss
    return [
        ("index, proved", one.index),
        ("loss, between", f"{low:.15g} and {high:.15g}"),
        ("distance to it, at most", one.distance),
        ("computed in", one.tier),
        ("contraction", one.contraction),
    ]


def spectrum(subject: Subject) -> Section | None:
    """The Hessian eigenvalues."""
    if not subject.is_single:
        return None
    values, point = subject.points[0].spectrum, subject.points[0]
    shown = values[:_MOST_VALUES]
    notes = []
    if point.n_modes > len(values):
        notes.append(f"The lowest {len(values)} of {point.n_modes} were computed.")
    if len(shown) < len(values):
        notes.append(f"The lowest {len(shown)} of {len(values)} are drawn.")
    return Section("Spectrum of the Hessian", "spectrum", {"values": shown}, " ".join(notes))


def hyperparameters(subject: Subject) -> Section | None:
    """Named hyperparameters in natural units."""
    problem = subject.problem
    if not subject.is_single or not isinstance(problem, HasHyperparameters):
        return None
    values = np.exp(subject.points[0].coordinates).tolist()
    rows = [(one.name, v) for one, v in zip(problem.hyperparameters, values, strict=True)]
    return Section("Hyperparameters", "numbers", {"rows": rows})
