"""What a classifier decides: regions over two inputs, and where two minima disagree."""

from ...analysis.minima.decision_regions import decision_regions
from ...analysis.minima.disagreement import disagreement as rows_of_disagreement
from .section import Section, Subject
from .training_rows import how_many, spread, training_rows

_RESOLUTION = 72


def decisions(subject: Subject) -> Section | None:
    """The most probable class over the plane of two inputs, and the training points."""
    rows = training_rows(subject)
    if rows is None or rows.classes is None or not subject.is_single or rows.inputs.shape[1] != 2:
        return None
    regions = decision_regions(
        rows.problem, subject.points[0].coordinates, rows.inputs, resolution=_RESOLUTION
    )
    shown = spread(len(rows.inputs))
    values = {
        "u": regions.u,
        "v": regions.v,
        "classes": regions.classes,
        "points": rows.inputs[shown],
        "targets": rows.classes[shown],
    }
    return Section("Decisions", "decisions", values, how_many(len(shown), len(rows.inputs)))


def disagreement(subject: Subject) -> Section | None:
    """The training points on which two minima decide differently, sized by the right class's probability."""
    rows = training_rows(subject)
    if rows is None or rows.classes is None or subject.is_single:
        return None
    first, second = (point.coordinates for point in subject.points)
    differ = rows_of_disagreement(rows.problem, first, second, rows.inputs, rows.classes)
    n = len(differ.rows)
    words = (
        f"They decide differently on {n} of {differ.n_rows} training points; minimum "
        f"{subject.numbers[0]} is right on {differ.first_right.sum()} of these, minimum "
        f"{subject.numbers[1]} on {differ.second_right.sum()}."
    )
    if rows.inputs.shape[1] != 2 or not n:
        return Section("Disagreement", "numbers", {"rows": []}, words)
    shown = spread(n)
    values = {
        "points": rows.inputs[differ.rows[shown]],
        "groups": rows.classes[differ.rows[shown]],
        "weights": differ.right_probability[shown],
    }
    note = f"{words} Sizes: mean probability of the right class. {how_many(len(shown), n)}"
    return Section("Disagreement", "points", values, note.strip())
