"""The README's example, as it stands there."""

import re
from pathlib import Path

import torch

import thalweg as tw
from thalweg.config.configuration import parse_configuration

README = Path(__file__).parents[2] / "README.md"


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", README.read_text(), flags=re.DOTALL)


def test_the_python_example_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    code = blocks("python")[0]
    assert len(code.strip().splitlines()) <= 11
    exec(compile(code, "README.md", "exec"), {})
    assert (tmp_path / "spiral.pdf").stat().st_size > 5000
    with tw.Landscape.open(tmp_path / "spiral.db") as landscape:
        assert landscape.n_minima >= 30


def test_the_example_with_a_torch_module_runs():
    torch.manual_seed(0)
    inputs = torch.randn(40, 2)
    names = {"tw": tw, "torch": torch, "inputs": inputs, "labels": (inputs[:, 0] > 0.2).long()}
    names["module"] = torch.nn.Sequential(
        torch.nn.Linear(2, 2), torch.nn.Tanh(), torch.nn.Linear(2, 2)
    )
    exec(compile(blocks("python")[1], "README.md", "exec"), names)
    assert names["trained"](inputs.double()).shape == (40, 2)


def test_the_configuration_is_valid():
    import tomllib

    (text,) = blocks("toml")
    configuration = parse_configuration(tomllib.loads(text))
    assert configuration.search.minima == 1000
