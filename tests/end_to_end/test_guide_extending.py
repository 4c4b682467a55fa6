"""The page on extending the package: its examples run as they stand there, one after the other."""

import re
from pathlib import Path

import numpy as np
from matplotlib import pyplot

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "extending.md").read_text()


def test_its_examples_run():
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL))
    names = {"__name__": "extending"}
    exec(compile(code, "extending.md", "exec"), names)
    assert "mish network" in names["network"].name and not names["network"].is_portable
    # Both ways down end in the wells, from the side where they began.
    for result in (names["descended"], names["cautious"]):
        ends = [minimum.coordinates for minimum in result.minima]
        np.testing.assert_allclose(np.abs(ends), [[1, 0], [1, 0]], atol=1e-9)
    landscape, page = names["landscape"], names["page"]
    assert (landscape.n_minima, landscape.n_transition_states) == (2, 1)
    # The double well has one barrier, of height one.
    np.testing.assert_allclose(names["escape_barriers"](landscape.network()).barriers, 1.0)
    proofs = names["certificates"]
    assert proofs.is_complete and proofs.n_proved("minimum") == 1
    assert proofs.certificates[0].tier == "the problem's own enclosure"
    assert "Escape" in page and "held by less than 1." in page
    pyplot.close("all")


def test_the_files_of_its_table_are_there():
    """What the last table says of the package holds: every file and folder that it names exists."""
    table = PAGE[PAGE.index("## Inside the package") :]
    named = re.findall(r"`([a-z_]+/[a-z_/.]*)`", table)
    assert len(named) > 15
    for path in named:
        assert (ROOT / "src" / "thalweg" / path).exists(), path
