"""The kinds of [problem]."""

from typing import Annotated, get_args

from pydantic import Field

from .problems.atomic_cluster import ClusterSection
from .problems.base import ProblemSection
from .problems.function import FunctionSection
from .problems.gaussian_process import GaussianProcessSection
from .problems.kmeans import KMeansSection
from .problems.neural_network import NetworkSection

AnyProblem = (
    NetworkSection | FunctionSection | GaussianProcessSection | ClusterSection | KMeansSection
)

ProblemOfKind = Annotated[AnyProblem, Field(discriminator="kind")]
"""The section whose kind is named."""

PROBLEM_SECTIONS: dict[str, type[ProblemSection]] = {
    get_args(section.model_fields["kind"].annotation)[0]: section
    for section in get_args(AnyProblem)
}
"""Each kind of problem with its section."""
