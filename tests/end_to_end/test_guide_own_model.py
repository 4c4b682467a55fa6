"""The page on models of the user's own: its examples run as they stand there, one after the other."""

import re
from pathlib import Path

import numpy as np
import pytest

PAGE = (Path(__file__).parents[2] / "docs" / "your-own-model.md").read_text()


def test_its_examples_run():
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL))
    names = {}
    exec(compile(code, "your-own-model.md", "exec"), names)
    # One network in two libraries: the same lowest minimum.
    lowest = names["landscape"].network().losses.min()
    # The L2 tolerance of losses is that of the identity of minima.
    assert names["same"].network().losses.min() == pytest.approx(lowest, abs=1e-9)
    assert names["problem"].symmetry.order == names["of_flax"].symmetry.order == 8
    assert names["wells"].network().n_minima == 2
    np.testing.assert_allclose(names["wells"].network().barrier_losses, [1.0], atol=1e-12)
    assert names["embedded"].n_minima >= 2
    assert len(names["path"].losses) == 2
