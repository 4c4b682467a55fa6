"""Contract suites that ship: one call checks a problem, a symmetry, an executor, a format, a storage.

Each function raises a `ContractError`, an `AssertionError` that lists every item that fails with the
numbers and what to do, and returns nothing if all is well. They need no test framework:

    import thalweg as tw
    tw.testing.check_problem(problem)
"""

from typing import TYPE_CHECKING

from ..lazy_names import open_lazily

if TYPE_CHECKING:
    from .checklist import ContractError, Violation
    from .exchange_format import check_exchange_format
    from .executor import check_executor
    from .problem import check_problem
    from .storage import check_storage
    from .symmetry import check_symmetry


__all__ = [
    "ContractError",
    "Violation",
    "check_exchange_format",
    "check_executor",
    "check_problem",
    "check_storage",
    "check_symmetry",
]

open_lazily(__name__)
