"""The sections of the report: a file each, with its template beside it, and one line here."""

from ..section import Section
from .completeness import COMPLETENESS
from .funnels import FUNNELS
from .graph import GRAPH
from .hyperparameters import HYPERPARAMETERS
from .kinetics import KINETICS
from .minima import MINIMA
from .settings import SETTINGS
from .thermodynamics import THERMODYNAMICS

__all__ = ["SECTIONS"]

SECTIONS: tuple[Section, ...] = (
    COMPLETENESS,
    GRAPH,
    THERMODYNAMICS,
    FUNNELS,
    KINETICS,
    MINIMA,
    HYPERPARAMETERS,
    SETTINGS,
)
"""All sections, in the order of the page."""
