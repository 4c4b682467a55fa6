"""The page on proofs: its example runs as it stands there."""

import re
from pathlib import Path

PAGE = (Path(__file__).parents[2] / "docs" / "what-is-proved.md").read_text()


def test_its_example_runs():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
    names = {}
    exec(compile(code, "what-is-proved.md", "exec"), names)
    assert names["relations"].is_one
    assert "= 1 over indices 0, 1" in str(names["relations"])
