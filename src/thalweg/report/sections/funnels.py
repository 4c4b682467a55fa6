"""Basins, hubs and communities of the graph."""

from ..section import Section, template_beside

FUNNELS = Section(
    "Funnels",
    template_beside(__package__, "funnels.html"),
    lambda context: {"overview": context.overview},
)
