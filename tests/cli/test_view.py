"""The command that shows a landscape: exports, refusals, and a server that ends with Ctrl-C."""

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request

import numpy as np
import pytest
from landscape_of_points import landscape_of_points, small_network

import thalweg as tw
from thalweg.landscape.network_file import write_network


def test_it_exports_one_file_and_never_over_anothers(thalweg, two_minima, tmp_path):
    page = tmp_path / "a.html"
    result = thalweg("view", two_minima, "--export", page)
    assert result.returncode == 0 and str(page.name) in result.stdout.replace("\n", "")
    assert "written by thalweg" in page.read_text()[:400]
    assert thalweg("view", two_minima, "--export", page).returncode == 0
    page.write_text("notes of mine")
    refusal = thalweg("view", two_minima, "--export", page)
    assert refusal.returncode == 1 and "--force" in refusal.stderr.replace("\n", " ")
    assert page.read_text() == "notes of mine"
    assert thalweg("view", two_minima, "--export", page, "--force").returncode == 0


def test_a_network_in_a_file_of_its_own_can_be_seen(thalweg, tmp_path):
    write_network(tw.Network.from_arrays(np.arange(3.0)), tmp_path / "net.npz")
    assert thalweg("view", tmp_path / "net.npz", "--export", tmp_path / "n.html").returncode == 0


def test_several_files_are_compared_and_so_is_the_folder_of_a_sweep(thalweg, tmp_path):
    files = [tmp_path / f"l2={value}.db" for value in ("10", "9")]
    for l2, file in zip((10, 9), files, strict=True):
        landscape_of_points(
            small_network(l2), np.eye(2, small_network().dimension), None, file
        ).close()
    page = tmp_path / "page.html"
    assert thalweg("view", *files, "--export", page).returncode == 0
    assert "<title>l2=10.db | l2=9.db</title>" in page.read_text()
    refusal = thalweg("view", *files, "--export", files[1])
    assert refusal.returncode == 1 and "read by this command" in refusal.stderr.replace("\n", " ")
    assert thalweg("view", tmp_path, "--export", page).returncode == 0
    assert "<title>l2=9 | l2=10</title>" in page.read_text()
    files[0].unlink()
    refusal = thalweg("view", tmp_path, "--export", page)
    assert refusal.returncode == 1 and "no landscapes of a scan" in refusal.stderr


@pytest.mark.parametrize("arguments", [(), ("--export", "page.html")])
def test_what_cannot_be_shown_is_refused_in_one_line(
    refused, empty, two_minima, tmp_path, monkeypatch, arguments
):
    monkeypatch.chdir(tmp_path)
    refused("view", empty, *arguments, said="no minima, and the explorer needs at least one")
    refused("view", tmp_path / "none.db", *arguments, said="none.db")
    refused("view", two_minima, "--barrier-clip", "-100", *arguments, said="must lie above")
    assert not (tmp_path / "page.html").exists() and not (tmp_path / "none.db").exists()


def test_the_server_ends_with_ctrl_c(tmp_path):
    # A network starts sooner than a landscape.
    write_network(tw.Network.from_arrays(np.arange(3.0)), tmp_path / "net.npz")
    command = [sys.executable, "-m", "thalweg.cli", "view", tmp_path / "net.npz", "--no-browser"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "COLUMNS": "300", "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            url = process.stdout.readline().strip()
            assert b"thalweg-explorer" in urllib.request.urlopen(url, timeout=20).read()
            with pytest.raises(urllib.error.HTTPError, match="403"):
                urllib.request.urlopen(url.replace("token=", "token=x"), timeout=20)
            process.send_signal(signal.SIGINT)
            _, errors = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 130 and "Traceback" not in errors
