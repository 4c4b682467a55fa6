"""What was searched, and how complete the landscape is."""

from typing import Any

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
        ("degenerate rearrangements", str(summary.degenerate_rearrangements)),
        ("order of the symmetry group", summary.symmetry_order),
        ("wall time", f"{summary.wall_seconds:.0f} s"),
        ("the latest run ended", str(summary.outcome)),
    ]
    if summary.coverage_interval is not None and summary.chao1_interval is not None:
        rows = [
            ("coverage", f"{summary.coverage:.4f} ({summary.coverage_interval.in_words('.4f')})"),
            (
                "Chao1, minima within reach",
                f"{summary.chao1:.0f} ({summary.chao1_interval.in_words('.0f')})",
            ),
            ("law of the random starts", summary.sampling_law),
            *rows,
        ]
    return {"completeness": rows}


COMPLETENESS = Section(
    "What was searched, and how complete it is",
    template_beside(__package__, "completeness.html"),
    _build,
)
