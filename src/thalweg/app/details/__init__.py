"""All about one minimum or transition state: sections, each made by a provider that knows some problems.

One of your own is a function that takes a `Subject` and returns a `Section`, or None where it has nothing to
say; `tw.view(landscape, providers=(*PROVIDERS, mine))` shows it. Inside the package it is a file here and
one line in `PROVIDERS`.
"""

from .atoms import atoms
from .clusters import clusters
from .decisions import decisions, disagreement
from .dependence import dependence
from .layers import layers
from .prediction import prediction
from .section import Details, Provider, Section, Subject, details_of
from .stationary_point import hyperparameters, proof, spectrum, stationary_point

PROVIDERS: tuple[Provider, ...] = (
    stationary_point,
    proof,
    hyperparameters,
    disagreement,
    spectrum,
    layers,
    decisions,
    dependence,
    prediction,
    clusters,
    atoms,
)
"""All providers, in the order of the sections."""

__all__ = ["PROVIDERS", "Details", "Provider", "Section", "Subject", "details_of"]
