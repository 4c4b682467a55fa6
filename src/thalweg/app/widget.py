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

from .comparison import Comparison
from .details import Details
from .packing import ExplorerData
from .page import explorer_script
from .shown_network import Openings

Opened = Callable[[Openings], ExplorerData]
"""What is shown once some minima are opened."""


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
    def of(cls, data: Opened, details: Details | None) -> "ExplorerWidget":
        """A widget that shows `data`, and asks `details` for single points; None if nobody knows.

        Args:
            data: what is shown with some minima opened, as `ShownNetwork.data`.
            details: answers for single points.
        """
        widget = cls(data=data(()).to_bytes(), options={"details": details is not None})
        widget.on_msg(lambda _, content, buffers: widget._heard(content, data, details))
        return widget

    def _heard(self, question: dict[str, Any], data: Opened, details: Details | None) -> None:
        if question.get("kind") == "open":
            try:
                self.data = data([list(map(int, one)) for one in question["opened"]]).to_bytes()
            except (KeyError, TypeError, ValueError) as error:
                self.send({"kind": "open", "error": str(error)})
        elif details is not None:
            self.send(_answer(question, details))


class ComparisonWidget(anywidget.AnyWidget):
    """The explorer of several landscapes, two of them side by side.

    Attributes:
        selections: for each landscape, ids of the minima that are chosen in it.
    """

    _esm = explorer_script()
    parts = traitlets.List(traitlets.Bytes()).tag(sync=True)
    comparison = traitlets.Dict().tag(sync=True)
    options = traitlets.Dict().tag(sync=True)
    selections = traitlets.List(traitlets.List(traitlets.Int())).tag(sync=True)

    @classmethod
    def of(cls, comparison: Comparison, details: Sequence[Details | None]) -> "ComparisonWidget":
        """A widget that shows `comparison`, and asks the `details` of each landscape for single points."""
        widget = cls(
            parts=[part.to_bytes() for part in comparison.parts],
            comparison=comparison.notes,
            options={"details": [one is not None for one in details]},
            selections=[[] for _ in details],
        )

        def answer(question: dict[str, Any]) -> None:
            number = int(question.get("landscape", -1))
            of_landscape = details[number] if 0 <= number < len(details) else None
            if of_landscape is not None:
                widget.send({**_answer(question, of_landscape), "landscape": number})

        widget.on_msg(lambda _, content, buffers: answer(content))
        return widget


def _answer(question: dict[str, Any], details: Details) -> dict[str, Any]:
    key = question.get("key")
    try:
        answer = details(question["of"], question["numbers"])
    except Exception as error:
        # A file that is gone, a model of the user's own: the reader is told.
        answer = {"error": str(error)}
    return {**answer, "key": key}
