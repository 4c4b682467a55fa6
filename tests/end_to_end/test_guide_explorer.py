"""The page on the explorer: its examples run as they stand there, and it names what there is."""

import re
from pathlib import Path

import pytest

from thalweg.app.packing import unpack

PAGE = (Path(__file__).parents[2] / "docs" / "explorer.md").read_text(encoding="utf-8")


def test_its_examples_run_and_every_array_is_described():
    pytest.importorskip("anywidget", reason="anywidget is not installed")
    names = {"__name__": "explorer"}
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL))
    exec(compile(code, "explorer.md", "exec"), names)
    assert names["explorer"].selection == [1, 3]
    described = set(re.findall(r"`([a-z_ 0]+)`", PAGE[PAGE.index("## The data") :]))
    sent = {re.sub(r"column \d+", "column 0", name) for name in unpack(names["explorer"].data)[0]}
    assert sent <= described
