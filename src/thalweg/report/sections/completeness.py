"""What was searched, and how complete the landscape is."""

from typing import Any

from ...landscape.coverage import Coverage
from ...landscape.euler_characteristic import euler_characteristic
from ..section import ReportContext, Section, template_beside


def _build(context: ReportContext) -> dict[str, Any]:
    summary = context.summary
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
        ("transition states", summary.completeness),
        ("all stationary points", str(euler_characteristic(context.landscape))),
        ("degenerate rearrangements", str(summary.degenerate_rearrangements)),
        ("proofs", summary.proofs.in_words()),
        ("order of the symmetry group", summary.symmetry_order),
        ("wall time", f"{summary.wall_seconds:.0f} s"),
        ("the latest run ended", str(summary.outcome)),
    ]
    of_laws = [row for coverage in summary.coverages for row in _of_law(coverage)]
    return {"completeness": [*of_laws, *rows]}


def _of_law(coverage: Coverage) -> list[tuple[str, str]]:
    """What starts of one law have shown."""
    flat = f"; {coverage.flat} more ended where the loss is flat" if coverage.flat else ""
    rows = [("law of random starts", f"{coverage.law}: {coverage.draws} starts in a minimum{flat}")]
    if not coverage.draws:
        return rows
    good_turing, chao1 = coverage.good_turing_interval, coverage.chao1_interval
    return [
        *rows,
        ("coverage of that law", f"{coverage.good_turing:.4f} ({good_turing.in_words('.4f')})"),
        ("Chao1, minima within its reach", f"{coverage.chao1:.0f} ({chao1.in_words('.0f')})"),
    ]


COMPLETENESS = Section(
    "What was searched, and how complete it is",
    template_beside(__package__, "completeness.html"),
    _build,
)
