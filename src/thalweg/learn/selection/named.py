"""Choosing minima by a method, or by several that take turns."""

from dataclasses import dataclass

import numpy as np

from .base import Selection, SelectionContext, SelectionMethod
from .by_distance import MMDBM, Misclassification, QuadraticProgramme
from .by_parameters import Euclidean, FarthestApart
from .by_quality import AtRandom, Flattest, HeatCapacity, LowestLoss
from .by_topography import Communities, Funnels, SlowRates
from .complementary import Complementary

METHODS: dict[str, SelectionMethod] = {
    method.name: method
    for method in (
        Misclassification(),
        Complementary(),
        MMDBM(),
        QuadraticProgramme(),
        Euclidean(),
        FarthestApart(is_aligned=True),
        FarthestApart(is_aligned=False),
        HeatCapacity(),
        Communities(),
        Funnels(),
        SlowRates(),
        LowestLoss(),
        Flattest(),
        AtRandom(),
    )
}
"""Ways to choose minima, by name. One of your own is known by its name once it is added here."""


@dataclass(frozen=True)
class InTurns(SelectionMethod):
    """Several methods take turns: each adds its first choice that is not there yet."""

    methods: tuple[SelectionMethod, ...]

    @property
    def name(self) -> str:
        return "+".join(method.name for method in self.methods)

    def choose(self, context: SelectionContext, n: int) -> Selection:
        # Two methods may agree on every minimum: of each, twice as many are at hand as its turns need.
        n_wanted = min(n, context.network.n_minima)
        offers = [method.choose(context, 2 * n_wanted).minima.tolist() for method in self.methods]
        members: list[int] = []
        while len(members) < n_wanted and any(offers):
            for offer in offers:
                fresh = next((i for i in offer if i not in members), None)
                if fresh is None:
                    offer.clear()
                elif len(members) < n_wanted:
                    members.append(fresh)
        return Selection(np.array(members, dtype=np.int64), self.name)


def method_named(method: str | SelectionMethod) -> SelectionMethod:
    """The method of that name; names joined by "+" take turns; an object stays as it is.

    An argument follows a colon: "heat_capacity:2" is the second peak.

    Raises:
        ValueError: for an unknown name, or an argument that the method does not take.
    """
    if isinstance(method, SelectionMethod):
        return method
    methods = tuple(_one_method(name) for name in method.split("+"))
    return methods[0] if len(methods) == 1 else InTurns(methods)


def _one_method(text: str) -> SelectionMethod:
    name, colon, argument = text.partition(":")
    if name not in METHODS:
        raise ValueError(
            f"select must be one of {', '.join(METHODS)}, several of them joined by +, or a "
            f"SelectionMethod object, got {name!r}."
        )
    return METHODS[name].with_argument(argument) if colon else METHODS[name]


def select(
    context: SelectionContext, n: int, method: str | SelectionMethod = "misclassification"
) -> Selection:
    """Choose `n` minima, fewer if there are no more.

    Args:
        context: what the method may look at.
        n: how many.
        method: one of the `METHODS` by name, several joined by "+", or a method of your own.

    Raises:
        ValueError: for an unknown method, `n` below one, or a network without minima.
    """
    chosen_by = method_named(method)
    if n < 1:
        raise ValueError(f"n_minima must be at least 1, got {n}.")
    context.network.require_minima("a selection")
    return chosen_by.choose(context, n)
