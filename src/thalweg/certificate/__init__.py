"""Proofs about stored stationary points, in interval and ball arithmetic.

`certify` proves the points of a landscape. `balls` and `arbs` are the arithmetic; `program` evaluates in it
what JAX makes of a loss, by the `rules` of its operations; `krawczyk` proves one point.
"""

from ..landscape.certificates import Certificate, LandscapeCertificate, Refusal
from .certify import Certifier, certify
from .truth import Unprovable

__all__ = ["Certificate", "Certifier", "LandscapeCertificate", "Refusal", "Unprovable", "certify"]
