"""The report: one self-contained page about one landscape, section by section."""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily

if TYPE_CHECKING:
    from .page import html_report
    from .picture import picture
    from .section import ReportContext, Section
    from .sections import SECTIONS


__all__ = ["SECTIONS", "ReportContext", "Section", "html_report", "picture"]

open_lazily(__name__)
