"""Proofs about stored stationary points, in interval and ball arithmetic.

`certify` proves the points of a landscape. `balls` and `arbs` are the arithmetic; `program` evaluates in
it what JAX makes of a loss, by the `rules` of its operations; `krawczyk` proves one point, and `passes`
that minima are joined below a loss. `document` writes proofs down, and `independent_checker`, a script of
its own, checks them.
"""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily

if TYPE_CHECKING:
    from ..landscape.certificates import Certificate, LandscapeCertificate, Refusal
    from ..landscape.pass_bound import PassBound, PassBounds
    from .certify import Certifier, certify
    from .document import certificate_document, checker_source
    from .passes import pass_bound, pass_bounds
    from .provers import Prover, register_prover
    from .truth import Unprovable


__all__ = [
    "Certificate",
    "Certifier",
    "LandscapeCertificate",
    "PassBound",
    "PassBounds",
    "Prover",
    "Refusal",
    "Unprovable",
    "certificate_document",
    "certify",
    "checker_source",
    "pass_bound",
    "pass_bounds",
    "register_prover",
]

open_lazily(__name__)
