"""The explorer as a widget of a notebook."""

from collections.abc import Callable, Sequence
from typing import Any

try:
    import anywidget
    import traitlets
except ImportError as error:
    raise ImportError(
        "the explorer in a notebook needs anywidget: pip install 'thalweg[notebook]'. Without it there is "
        "`thalweg view FILE`."
    ) from error

from .explorer_data import ExplorerData
from .page import explorer_script

Details = Callable[[str, Sequence[int]], dict[str, Any]]
"""The details of one point, or two, as `details_of` gives them."""


class ExplorerWidget(anywidget.AnyWidget):
    """The explorer of one landscape.

    Attributes:
        selection: ids of the minima that are chosen; set it to choose others.
    """

    _esm = explorer_script()
    data = traitlets.Bytes().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    selection = traitlets.List(traitlets.Int()).tag(sync=True)

    @classmethod
    def of(cls, data: ExplorerData, details: Details | None) -> "ExplorerWidget":
        """A widget that shows `data`, and asks `details` for single points; None if nobody knows."""
        widget = cls(data=data.to_bytes(), options={"details": details is not None})
        if details is not None:
            widget.on_msg(lambda _, content, buffers: widget._answer(content, details))
        return widget

    def _answer(self, question: dict[str, Any], details: Details) -> None:
        key = question.get("key")
        try:
            answer = details(question["of"], question["numbers"])
        except Exception as error:
            # A file that is gone, a model of the user's own: the reader is told.
            answer = {"error": str(error)}
        self.send({**answer, "key": key})
