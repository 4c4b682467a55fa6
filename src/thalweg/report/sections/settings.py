"""The runs that made the landscape, with their settings and versions."""

from datetime import UTC, datetime
from typing import Any

from ...landscape.records import Run
from ..section import ReportContext, Section, template_beside


def _build(context: ReportContext) -> dict[str, Any]:
    return {
        "summary": context.summary,
        "runs": [_row(run) for run in context.landscape.runs()],
    }


def _row(run: Run) -> dict[str, Any]:
    when = datetime.fromtimestamp(run.started, UTC).strftime("%Y-%m-%d %H:%M:%S")
    # What was to be expected when it ended is said of the landscape as it is now, elsewhere.
    return {**vars(run), "when": when, "outcome": run.outcome.without_expectations()}


SETTINGS = Section("Settings and versions", template_beside(__package__, "settings.html"), _build)
