"""What a section of the report is, and what it is built from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources
from typing import Any

import numpy as np
from jaxtyping import Float
from jinja2 import Environment, StrictUndefined
from markupsafe import Markup, escape

from .. import analysis
from ..landscape.landscape import Landscape
from ..landscape.network import Network
from ..landscape.summary import Summary, summarise
from ..problems.problem import Problem
from ..spelling import one_line

DISPLACEMENT = 0.1
"""Distance of the random displacements at which the rise of the loss is measured."""

_MOST_IN_VECTORS = 3000
"""Minima up to which the graph is drawn as vectors; beyond, an image is smaller."""


def _in_one_line(value: Any) -> Any:
    """Texts of the user's without what would turn or break the text around them; markup as it is."""
    return one_line(value) if type(value) is str else value


_ENVIRONMENT = Environment(autoescape=True, undefined=StrictUndefined, finalize=_in_one_line)


def _with_code(text: str) -> Markup:
    """A text in which what stands between backticks is code, as elsewhere in what thalweg prints."""
    parts = str(one_line(text)).split("`")
    if len(parts) % 2 == 0:
        return escape(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if i % 2 else part for i, part in enumerate(parts)
    )


_ENVIRONMENT.filters["with_code"] = _with_code


class ReportContext:
    """What sections are built from: a landscape, and the analyses that several sections share.

    Each analysis is computed when a section first asks for it.
    """

    def __init__(self, landscape: Landscape) -> None:
        self.landscape = landscape
        self.network: Network = landscape.network()

    @property
    def problem(self) -> Problem:
        """The problem of the landscape."""
        return self.landscape.problem

    @property
    def is_large(self) -> bool:
        """Whether graphs have so many minima that an image is smaller than vectors."""
        return self.network.n_minima > _MOST_IN_VECTORS

    @cached_property
    def summary(self) -> Summary:
        """Counts, coverage and outcome."""
        return summarise(self.landscape)

    @cached_property
    def overview(self) -> analysis.Overview:
        """All analyses that need the network only."""
        return analysis.overview(self.network, self.landscape.search_temperatures())

    @cached_property
    def heat_capacity(self) -> analysis.HeatCapacity:
        """The heat capacity over temperature, and its peaks."""
        return analysis.heat_capacity(self.network)

    @cached_property
    def robustness(self) -> analysis.Robustness:
        """Flatness of every minimum, and the rise of the loss at a distance of `DISPLACEMENT`."""
        return analysis.robustness(self.network, self.problem, radius=DISPLACEMENT)

    @cached_property
    def annotations(self) -> dict[str, Float[np.ndarray, " minima"]]:
        """The values saved with the minima, by name."""
        names = self.landscape.annotation_names()
        return {name: self.landscape.annotation(name) for name in names}


def _always(context: ReportContext) -> bool:
    return True


@dataclass(frozen=True)
class Section:
    """One section of the report.

    Attributes:
        title: its heading.
        template: the HTML below the heading, a Jinja template; values are escaped unless they are
            `markupsafe.Markup`, as what `picture` returns is.
        build: computes the values that the template names.
        condition: whether the landscape has what the section shows; if not, it is left out.
    """

    title: str
    template: str
    build: Callable[[ReportContext], Mapping[str, Any]]
    condition: Callable[[ReportContext], bool] = _always

    def render(self, context: ReportContext) -> Markup:
        """The HTML below the heading."""
        return render(self.template, self.build(context))


def render(template: str, values: Mapping[str, Any]) -> Markup:
    """A Jinja template filled in; a name that has no value is an error."""
    return Markup(_ENVIRONMENT.from_string(template).render(values))


def template_beside(package: str, name: str) -> str:
    """The text of a template that lies in the folder of a package."""
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")
