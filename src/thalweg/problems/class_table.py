"""Tables of classes that files name: what registering a class means."""

from collections.abc import MutableMapping


def add_class(table: MutableMapping[str, type], word: str, name: str, added: type) -> None:
    """Enter a class under `name`; the same class defined anew takes the place of the former.

    Args:
        table: the classes that there are.
        word: what the name is called in messages, "kind" for example.
        name: under which the class is known in files.
        added: the class.

    Raises:
        ValueError: if another class has the name.
    """
    other = table.setdefault(name, added)
    # A notebook cell that is run again defines the same class anew.
    if (other.__module__, other.__qualname__) != (added.__module__, added.__qualname__):
        raise ValueError(
            f"{word} {name!r} is that of {other.__module__}.{other.__qualname__} already; give "
            f"{added.__qualname__} another one."
        )
    table[name] = added
