"""The committed bundle is what its sources give, and ships with the package."""

import shutil
import subprocess
from importlib import resources
from pathlib import Path

import pytest

APP = Path(str(resources.files("thalweg.app")))


def test_the_bundle_is_what_the_sources_give(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("there is no Node here to bundle with")
    if not (APP / "node_modules" / "esbuild").is_dir():
        pytest.skip("the bundler is not installed: `make app`, or `npm ci` in src/thalweg/app")
    made = tmp_path / "explorer.js"
    subprocess.run([node, "build.mjs", made], cwd=APP, check=True, timeout=60)
    assert made.read_text() == (APP / "explorer.js").read_text(), "run `make app`"


def test_it_can_stand_in_a_page_and_names_its_parts():
    text = (APP / "explorer.js").read_text(encoding="utf-8")
    assert "</script" not in text and "<!--" not in text
    assert "Copyright 2010-2026 Mike Bostock" in text and "BSD-3-Clause" in text


def test_the_lock_names_no_registry():
    text = (APP / "package-lock.json").read_text()
    assert "://" not in text.replace('"url": "', "") or "resolved" not in text
