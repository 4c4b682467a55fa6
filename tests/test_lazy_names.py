"""Names of packages are imported when they are first used, and nothing else is."""

import importlib
import json
import subprocess
import sys
from types import ModuleType

import cloudpickle
import pytest

import thalweg as tw
from thalweg.lazy_names import open_lazily

LARGE = (
    *("jax", "equinox", "optax", "numpy", "scipy", "sklearn", "pandas", "pyarrow", "matplotlib"),
    *("sqlalchemy", "alembic", "pydantic", "jinja2", "loky", "cloudpickle", "torch", "dask"),
)
"""Libraries that take a tenth of a second or more, or that few need."""

MOST_MODULES = 400
"""Three hundred are Python's own, Typer's and Rich's; NumPy alone would bring a hundred and fifty more."""


def modules_after(code: str) -> set[str]:
    """What a fresh process has imported after `code`, top-level names and all."""
    code += "\nimport json, sys\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    return set(json.loads(result.stderr))


@pytest.mark.parametrize(
    "code",
    [
        "import thalweg; dir(thalweg); dir(thalweg.analysis)",
        "import thalweg; assert thalweg.__version__",
        "import sys, thalweg.cli\n"
        "sys.argv[1:] = ['--help']\n"
        "try: thalweg.cli.main()\n"
        "except SystemExit as end: assert not end.code",
    ],
)
def test_starting_imports_no_large_library(code):
    modules = modules_after(code)
    assert modules.isdisjoint(LARGE)
    assert len(modules) < MOST_MODULES


def test_making_a_problem_imports_what_it_needs_and_no_tables_or_figures():
    code = (
        "import thalweg as tw\n"
        "data = tw.datasets.spirals(train=20, test=0)\n"
        "tw.problems.NeuralNetwork.from_data(data.inputs, data.targets, hidden=(2,))"
    )
    modules = modules_after(code)
    assert "jax" in modules
    assert modules.isdisjoint(
        {"sklearn", "pandas", "pyarrow", "matplotlib", "scipy.stats", "sqlalchemy"}
    )


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package whose function `walk` is spelled like its module."""
    folder = tmp_path / "moor"
    folder.mkdir()
    (folder / "walk.py").write_text("STEP = 2\ndef walk(): return STEP\n")
    (folder / "rest.py").write_text("from .walk import STEP\nheight = 10 * STEP\n")
    (folder / "__init__.py").write_text(
        "from typing import TYPE_CHECKING\n"
        "from thalweg.lazy_names import open_lazily\n"
        "if TYPE_CHECKING:\n"
        "    from . import rest\n"
        "    from .rest import height as summit, unlisted\n"
        "    from .walk import walk\n"
        "__all__ = ['rest', 'summit', 'walk']\n"
        "open_lazily(__name__)\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    import moor

    yield moor
    for name in [name for name in sys.modules if name.partition(".")[0] == "moor"]:
        del sys.modules[name]


def test_a_name_is_imported_when_it_is_first_used(package):
    assert dir(package) == ["rest", "summit", "walk"]
    assert "moor.walk" not in sys.modules
    assert package.summit == 20
    assert isinstance(package.rest, ModuleType)


def test_a_function_prevails_over_its_module_whichever_is_imported_first(package):
    assert importlib.import_module("moor.walk").STEP == 2
    assert package.walk() == 2
    from moor import walk

    assert walk is package.walk


def test_a_module_that_is_no_public_name_can_be_reached(package):
    open_lazily("moor")
    assert package.rest.STEP == 2
    with pytest.raises(AttributeError, match="moor"):
        _ = package.unlisted


def test_a_lazy_package_is_sent_to_other_processes_by_name():
    assert cloudpickle.loads(cloudpickle.dumps(tw)) is tw


@pytest.mark.parametrize(
    "room",
    [
        *(tw.analysis, tw.certificate, tw.datasets, tw.learn, tw.plot, tw.problems, tw.report),
        *(tw.testing, tw.landscape.exchange),
    ],
    ids=lambda room: room.__name__,
)
def test_every_public_name_opens(room):
    assert all(getattr(room, name) is not None for name in room.__all__)
    assert dir(room) == sorted(room.__all__)
