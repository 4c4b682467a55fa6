"""Runs that are interrupted or killed: what was committed is there, and the same command goes on."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import numpy as np
from command_line import command, summary, thalweg, write_config


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


def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path):
    process = _running(tmp_path / "a.db", write_config(tmp_path, minima=100_000))
    process.send_signal(signal.SIGINT)
    output, errors = process.communicate(timeout=60)
    assert process.returncode == 0, errors
    assert "interrupted" in output and "goes on from here" in output
    assert summary(tmp_path / "a.db")["outcome"].startswith("interrupted")


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
        time.sleep(rng.uniform(0.0, 0.3))
        os.kill(writer.pid, signal.SIGKILL)
        reported = {int(line) for line in writer.communicate()[0].split("\n")[:-1]}
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
