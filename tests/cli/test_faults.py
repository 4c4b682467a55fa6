"""Errors on the command line: one line for what a user can mend, a file for what is our fault."""

import io
import os
import subprocess
import sys
import warnings

import pytest

import thalweg as tw
from thalweg.cli import main


def raising(error):
    def fail(*_):
        raise error

    return fail


@pytest.mark.parametrize(
    "error", [KeyError("x"), TypeError(), RecursionError("deep"), ZeroDivisionError("by\nzero")]
)
def test_a_fault_of_ours_is_one_line_and_a_file_with_the_traceback(
    thalweg, empty, tmp_path, monkeypatch, error
):
    monkeypatch.setattr("thalweg.landscape.summary.summarise", raising(error))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    result = thalweg("summary", empty)
    assert result.returncode == 70 and result.stdout == ""
    (line,) = result.stderr.strip().splitlines()
    (report,) = tmp_path.glob("thalweg-*.txt")
    assert f"fault of thalweg {tw.__version__} ({type(error).__name__}" in line
    assert str(report) in line
    text = report.read_text()
    assert "Traceback" in text and "in fail" in text and f"summary {empty}" in text


def test_a_fault_that_no_file_can_hold_is_still_one_line(thalweg, empty, monkeypatch):
    monkeypatch.setattr("thalweg.landscape.summary.summarise", raising(KeyError("x")))
    monkeypatch.setattr("tempfile.tempdir", "/nonexistent")
    result = thalweg("summary", empty)
    assert result.returncode == 70 and "could not be written" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_passwords_stay_out_of_the_file(thalweg, empty, tmp_path, monkeypatch):
    monkeypatch.setattr("thalweg.landscape.landscape.Landscape.open", raising(KeyError("x")))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    thalweg("summary", "postgresql://me:secret@host/x")
    (report,) = tmp_path.glob("thalweg-*.txt")
    # The line of the command; the traceback shows code, not values.
    assert "secret" not in report.read_text()


@pytest.mark.parametrize(
    "error",
    [
        ValueError("two\nlines"),
        OSError(28, "No space left on device"),
        MemoryError("unable to allocate 8 TiB"),
        RuntimeError("RESOURCE_EXHAUSTED: Out of memory"),
        ImportError("needs thalweg[torch]"),
        NotImplementedError("the function is not stored in the file"),
        tw.LandscapeError("[/no] markup"),
    ],
)
def test_what_a_user_can_mend_is_one_line_without_a_file(
    refused, empty, tmp_path, monkeypatch, error
):
    monkeypatch.setattr("thalweg.landscape.summary.summarise", raising(error))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    refused("summary", empty, said=" ".join(str(error).split()))
    assert not list(tmp_path.glob("thalweg-*.txt"))


@pytest.mark.parametrize(("error", "most"), [(ValueError, 2000), (KeyError, 300)])
def test_a_password_at_which_a_message_is_clipped_stays_out_of_it(
    thalweg, empty, tmp_path, monkeypatch, error, most
):
    text = "x" * (most - 40) + " postgresql://me:" + "secret" * 20 + "@host/x"
    monkeypatch.setattr("thalweg.landscape.summary.summarise", raising(error(text)))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert "secret" not in thalweg("summary", empty).stderr


def test_a_message_of_any_length_is_clipped(thalweg, empty, monkeypatch):
    monkeypatch.setattr("thalweg.landscape.summary.summarise", raising(ValueError("x" * 10**6)))
    assert len(thalweg("summary", empty).stderr) < 3000


@pytest.mark.filterwarnings("default")
def test_a_warning_is_a_note_in_one_line(thalweg, empty, monkeypatch):
    monkeypatch.setattr(
        "thalweg.landscape.summary.summarise",
        lambda *_: (
            warnings.warn("left out\n[red]a", UserWarning, stacklevel=1)
            or raising(ValueError("no"))()
        ),
    )
    lines = thalweg("summary", empty).stderr.strip().splitlines()
    assert lines == ["note: left out [red]a", "ValueError: no"]


def test_output_that_nobody_reads_is_no_error(empty):
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "thalweg.cli", "summary", str(empty)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True)
    os.close(writing)
    assert done.stderr == ""


def test_a_terminal_without_a_character_shows_its_number(monkeypatch):
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr(sys, "stderr", stream)
    monkeypatch.setattr(sys, "argv", ["thalweg", "summary", "naïve.db"])
    with pytest.raises(SystemExit):
        main()
    stream.flush()
    assert b"na\\xefve.db: no such file" in stream.buffer.getvalue()
