"""The page on Gaussian processes: its examples run as they stand there, one after the other."""

import re
import tomllib
from pathlib import Path

from thalweg.config.configuration import parse_configuration

PAGE = (Path(__file__).parents[2] / "docs" / "gaussian-processes.md").read_text()


def test_its_examples_run():
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL))
    names = {}
    exec(compile(code, "gaussian-processes.md", "exec"), names)
    assert names["network"].n_minima >= 2
    assert not names["diagnosis"].suffices
    assert names["sample"].effective_sample_size > 10


def test_its_configuration_is_valid():
    (text,) = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)
    assert parse_configuration(tomllib.loads(text)).problem.kernel.nu == 2.5
