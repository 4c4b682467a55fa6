"""Proofs about stored stationary points, in interval and ball arithmetic.

`certify` proves the points of a landscape. `balls` and `arbs` are the arithmetic; `program` evaluates in
it what JAX makes of a loss, by the `rules` of its operations; `krawczyk` proves one point, and `passes`
that minima are joined below a loss.
"""

from ..landscape.certificates import Certificate, LandscapeCertificate, Refusal
from .certify import Certifier, certify
from .pass_bound import PassBound, PassBounds
from .passes import pass_bound, pass_bounds
from .truth import Unprovable

__all__ = [
    "Certificate",
    "Certifier",
    "LandscapeCertificate",
    "PassBound",
    "PassBounds",
    "Refusal",
    "Unprovable",
    "certify",
    "pass_bound",
    "pass_bounds",
]
