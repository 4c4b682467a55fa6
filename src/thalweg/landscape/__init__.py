"""The database of one problem: its minima, transition states, and the runs that found them."""

from ..lazy_names import open_lazily

__all__: list[str] = []

open_lazily(__name__)
