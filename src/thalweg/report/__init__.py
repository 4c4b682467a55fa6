"""The report: one self-contained page about one landscape, section by section."""

from .page import html_report
from .picture import picture
from .section import ReportContext, Section
from .sections import SECTIONS

__all__ = ["SECTIONS", "ReportContext", "Section", "html_report", "picture"]
