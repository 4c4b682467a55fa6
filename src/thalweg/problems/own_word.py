"""What a class states of what it computes, which does not bind the classes that change what is computed.

A subclass that changes a loss inherits all that its parents state: their symmetry, their derivatives by hand,
bounds on them. None of it is known of another loss. So a statement holds only if no class that the one
which makes it did not know has changed anything that the loss may rest on, which is every name but those that
its protocol (`Problem`, `Loss`, `PairLoss`) keeps for other things: the public ones of that without its
`makes_loss`. A class that changes the loss and knows better states it again.
"""

import dataclasses
from collections.abc import Collection, Iterator
from typing import Any

DERIVATIVES = ("value_and_gradient", "value_gradient_hessian", "value_gradient_hessian_noise")
"""Members of a problem that need not be those of its loss, of which it may state that they are."""

_PROTOCOL = "makes_loss"
"""Name by which a protocol lists those of its members that make what is computed."""


def is_own_word(subject: object, claim: str, also: Collection[str] = ()) -> bool:
    """Whether `claim` is true of a subject, and about what this very subject computes.

    `also` are further members that it is about.
    """
    return bool(getattr(subject, claim)) and is_stated_of(subject, claim, also)


def own_word(subject: object, statement: str, otherwise: Any) -> Any:
    """A member of a subject by which it states something; `otherwise` if that is about another loss."""
    return getattr(subject, statement) if is_stated_of(subject, statement) else otherwise


def is_stated_of(subject: object, statement: str, also: Collection[str] = ()) -> bool:
    """Whether what a subject states was stated by a class that computes the very same.

    `also` are further members that it is about.
    """
    classes = type(subject).__mro__
    states = next((one for one in classes if statement in vars(one)), object)
    # The root of a protocol states of all that there is nothing to be relied on.
    if not any(_PROTOCOL in vars(one) for one in states.__mro__[1:]):
        return True
    free = _free_names(classes).difference(also)
    known = {name for one in states.__mro__ for name in vars(one)}
    # Of several parents one may come behind the class that states, and was not known to it either.
    return not any(
        name in known
        and name not in free
        and any(_has_body(name, a) for a in classes if a is not one)
        for one in classes
        if one not in states.__mro__
        for name in _written_names(one)
    )


def _free_names(classes: tuple[type, ...]) -> set[str]:
    """Names that leave what is computed alone, whoever overrides them."""
    protocol = next(i for i, one in enumerate(classes) if _PROTOCOL in vars(one))
    names = {
        name
        for one in classes[protocol:]
        for name in (*vars(one), *vars(one).get("__annotations__", ()))
        if not name.startswith("_")
    }
    # What a protocol holds is of its own making, and may be all that it computes with.
    held = {field.name for field in dataclasses.fields(classes[protocol])}
    return names.difference(held, getattr(classes[protocol], _PROTOCOL))


def _written_names(one: type) -> Iterator[str]:
    """Names in the body of a class, and not those that Python and Equinox give to every class."""
    for name in vars(one):
        is_given = name == "_abc_impl" or (name.startswith("__") and name.endswith("__"))
        if not is_given or name in {"__getattr__", "__getattribute__"}:
            yield name


def _has_body(name: str, one: type) -> bool:
    """Whether a class says what a name does: who gives a body to an abstract one changes nothing."""
    return name in vars(one) and not getattr(vars(one)[name], "__isabstractmethod__", False)
