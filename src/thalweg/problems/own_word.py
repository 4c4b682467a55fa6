"""Claims that a class makes of its methods, which do not bind the classes that change these methods."""

from collections.abc import Iterable

LOSS_AND_DERIVATIVES = ("loss", "value_and_gradient", "value_gradient_hessian")
"""Methods of a problem of which it may claim something."""


def is_own_word(subject: object, claim: str, methods: Iterable[str]) -> bool:
    """Whether `claim` is true of a subject, and was made by a class that knew all of these methods.

    A class that overrides one of them after the class that claims has to claim it again; one of them that
    there is not is no matter.
    """
    return bool(getattr(subject, claim)) and is_stated_with(subject, claim, methods)


def is_stated_with(subject: object, statement: str, methods: Iterable[str]) -> bool:
    """Whether what a subject states was stated by a class that knew all of these methods."""
    classes = type(subject).__mro__

    def first(name: str) -> int:
        return next((i for i, one in enumerate(classes) if name in vars(one)), len(classes))

    return all(first(statement) <= first(method) for method in methods)
