"""What each operation of a JAX program does with enclosures, by the name of its primitive."""

from . import elementwise, linear_algebra, sums, truths  # noqa: F401  (they add their rules)
from .moves import MOVES
from .registry import RULES, is_enclosure
from .truths import OF_TRUTHS

__all__ = ["MOVES", "OF_TRUTHS", "RULES", "is_enclosure"]
