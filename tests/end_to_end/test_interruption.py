"""Runs that are interrupted or killed: what was committed is there, and the same command goes on."""

import os
import select
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager

import numpy as np
import pytest
from command_line import command, summary, thalweg, write_config

import thalweg as tw
from thalweg.landscape.end_reason import EndReason


def _running(file, config):
    process = subprocess.Popen(
        command("explore", config, "--to", file),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        if file.exists() and _count(file) > 0:
            return process
        time.sleep(0.05)
    raise AssertionError(process.communicate())


def _count(file):
    with sqlite3.connect(f"file:{file}?mode=ro", uri=True) as connection:
        try:
            return connection.execute("SELECT count(*) FROM tasks").fetchone()[0]
        except sqlite3.OperationalError:
            return 0


@contextmanager
def _python(code):
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_save_and_say_how_to_go_on(number, tmp_path):
    process = _running(tmp_path / "a.db", write_config(tmp_path, minima=100_000))
    process.send_signal(number)
    _, errors = process.communicate(timeout=60)
    assert process.returncode == 128 + number, errors
    assert "interrupted" in errors and "the same command goes on from here" in errors
    with tw.Landscape.open(tmp_path / "a.db") as landscape:
        assert landscape.outcome().reason is EndReason.INTERRUPTED


_IN_COMPILED_CODE = """
import hashlib, threading
from thalweg.cli.interruption import answered_signals
with answered_signals():
    # Printed from beside it: the main thread is in compiled code then.
    threading.Timer(0.5, print, ("ready",), {"flush": True}).start()
    hashlib.pbkdf2_hmac("sha256", b"", b"", 10**9)
"""


def test_ctrl_c_is_answered_in_the_middle_of_compiled_code_and_a_second_one_leaves():
    # A hash stands for a compilation: code that Python cannot interrupt, of some minutes.
    with _python(_IN_COMPILED_CODE) as process:
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        assert b"waited for" in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert process.returncode == 128 + signal.SIGINT


_WITH_A_WORKER = """
import time
from dataclasses import dataclass
from thalweg.problems import double_well
from thalweg.search import Processes, Task

@dataclass(frozen=True, eq=False)
class Sleep(Task):
    def law(self, problem):
        return "test"
    def _search(self, space, key):
        print("at work", flush=True)
        time.sleep(600)

list(Processes(1).run(double_well(), [Sleep(0, 0, 0)]))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_workers_end_with_the_process_that_started_them(number):
    with _python(_WITH_A_WORKER) as process:
        assert process.stdout.readline() == b"at work\n"
        process.send_signal(number)
        # The pipe is at its end once nobody is left to write to it, the worker included.
        assert select.select([process.stdout], [], [], 60)[0]
        assert process.stdout.read() == b""


def _rows(file):
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        minima = connection.execute("SELECT id, loss, coordinates, spectrum FROM minima").fetchall()
        tasks = connection.execute("SELECT law, seed, task, new_minima FROM tasks").fetchall()
        edges = connection.execute(
            "SELECT count(*) FROM transition_states t LEFT JOIN minima a ON a.id = t.minimum_a "
            "LEFT JOIN minima b ON b.id = t.minimum_b WHERE a.id IS NULL OR b.id IS NULL"
        ).fetchone()
        assert edges == (0,)
    # A batch is there as a whole: every minimum belongs to a task that says how many it brought.
    assert sum(task[3] for task in tasks) == len(minima)
    return set(minima), {task[:3] for task in tasks}


_WRITER = """
import sys, numpy as np
from thalweg import Landscape
from thalweg.landscape.records import Batch, Minimum
from thalweg.problems import double_well
with Landscape.open_or_create(double_well(), sys.argv[1]) as landscape:
    run = landscape.start_run("writer", {}, 0)
    print("ready", flush=True)
    while True:
        task = landscape.next_task("w", 0)
        rng = np.random.default_rng(task)
        new = tuple(
            Minimum(float(l), np.array([l, 0.0]), np.array([1.0, 2.0]), 0.0) for l in rng.random(40)
        )
        landscape.record(Batch(law="w", task=task, minima=new), run)
        print(task, flush=True)
"""


def test_killing_a_writer_at_random_instants_never_loses_a_committed_row(tmp_path):
    file, rng = tmp_path / "a.db", np.random.default_rng(0)
    minima, tasks = set(), set()
    for _ in range(8):
        writer = subprocess.Popen(
            [sys.executable, "-c", _WRITER, file], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout.readline() == "ready\n"
        # However slow the machine, some batches have been written before the kill.
        reported = {int(writer.stdout.readline()) for _ in range(rng.integers(1, 5))}
        time.sleep(rng.uniform(0.0, 0.1))
        os.kill(writer.pid, signal.SIGKILL)
        reported |= {int(line) for line in writer.communicate()[0].split("\n")[:-1]}
        now_minima, now_tasks = _rows(file)
        assert minima <= now_minima and tasks <= now_tasks
        assert {("w", 0, task) for task in reported} <= now_tasks
        minima, tasks = now_minima, now_tasks
    assert len(tasks) > 8


def test_exploration_resumes_after_kill(tmp_path):
    file, config = tmp_path / "a.db", write_config(tmp_path, minima=30)
    process = _running(file, write_config(tmp_path, "endless.toml", minima=100_000))
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    minima, tasks = _rows(file)
    result = thalweg("explore", config, "--to", file)
    assert result.returncode == 0, result.stderr
    now_minima, now_tasks = _rows(file)
    assert minima <= now_minima and tasks <= now_tasks
    assert summary(file)["minima"] >= 30


@pytest.mark.slow
def test_ctrl_c_ends_all_processes_of_an_edition_and_what_is_finished_stays(tmp_path):
    process = subprocess.Popen(
        command("reproduce", "--all", "--workers", 2, "-o", "out"),
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    first = process.stdout.readline()
    # As a terminal does: to the whole group.
    os.killpg(process.pid, signal.SIGINT)
    # The pipe is at its end once nobody is left to write to it.
    process.communicate(timeout=60)
    assert process.returncode == 128 + signal.SIGINT
    assert (tmp_path / "out" / f"{first.split(',')[0]}.json").is_file(), first
    assert "| [" in (tmp_path / "out" / "README.md").read_text()
