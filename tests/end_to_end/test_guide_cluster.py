"""The page on clusters: its scripts run as they stand there, as far as one machine goes."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import thalweg as tw

PAGE = (Path(__file__).parents[2] / "docs" / "cluster.md").read_text()
PYTHON = re.findall(r"```python\n(.*?)```", PAGE, flags=re.DOTALL)
BASH = re.findall(r"```bash\n(.*?)```", PAGE, flags=re.DOTALL)

CONFIG = """
[problem]
kind = "function"
name = "schwefel"
dimension = 2
[search]
minima = 8
joined = 0.3
workers = 1
"""


def script(scripts, with_words):
    (one,) = (text for text in scripts if with_words in text)
    return one


def test_a_pool_of_threads_computes():
    names = {}
    exec(compile(script(PYTHON, "ThreadPoolExecutor"), "cluster.md", "exec"), names)
    assert names["landscape"].n_minima == 3


def test_every_script_that_cannot_run_here_compiles_and_names_what_there_is():
    for text in PYTHON:
        compile(text, "cluster.md", "exec")
        for name in re.findall(r"tw\.search\.(\w+)", text):
            assert hasattr(tw.search, name)


@pytest.fixture
def shell(tmp_path):
    """Starts a script in a folder with a configuration; the queue of jobs is a program that takes notes."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name, code in {
        "thalweg": f'exec {sys.executable} -m thalweg.cli "$@"',
        "dask": f'exec {sys.executable} -m dask "$@"',
        "scontrol": f'echo "$@" >> {tmp_path}/queue',
    }.items():
        (programs / name).write_text(f"#!/bin/bash\n{code}\n")
        (programs / name).chmod(0o755)
    (tmp_path / "spiral.toml").write_text(CONFIG)
    path = f"{programs}:{os.environ['PATH']}"

    def start(text, **variables):
        return subprocess.Popen(
            ["bash", "-c", text],
            cwd=tmp_path,
            env={**os.environ, "PATH": path, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    return start


@pytest.mark.slow
def test_an_array_of_jobs_fills_one_database_and_queues_itself_until_it_is_done(shell, tmp_path):
    job = script(BASH, "--array").replace("3h50m", "20s")
    for _ in range(30):
        (tmp_path / "queue").write_text("")
        jobs = [shell(job, SLURM_ARRAY_TASK_ID=str(k), SLURM_JOB_ID=str(k)) for k in range(2)]
        outputs = [one.communicate()[0] for one in jobs]
        queued = (tmp_path / "queue").read_text().split()
        if not queued:
            break
        assert set(queued) <= {"requeue", "0", "1"}, outputs
    else:
        raise AssertionError(outputs)
    with tw.Landscape.open(tmp_path / "spiral.db") as landscape:
        assert landscape.n_minima >= 8
        assert {run.seed for run in landscape.runs()} == {0, 1}


@pytest.mark.slow
def test_a_run_on_a_scheduler_by_its_address(shell, tmp_path):
    pytest.importorskip("distributed", reason="needs Dask")
    text = (
        script(BASH, "dask worker").replace("8786", "38786").replace("--nworkers 4", "--nworkers 2")
    )
    text = text.replace("localhost", "127.0.0.1").replace(
        "scheduler --port", "scheduler --no-dashboard --host 127.0.0.1 --port"
    )
    job = shell(f"{text}\ncode=$?\nkill %2 %1\nwait\nexit $code")
    output = job.communicate(timeout=500)[0]
    assert job.returncode == 0, output
    here = tw.explore(
        tw.problems.schwefel(2),
        minima=8,
        methods=tw.Methods(strategies=(tw.JoinToGlobal(share=0.3),)),
        executor=tw.search.InProcess(),
    )
    with tw.Landscape.open(tmp_path / "spiral.db") as landscape:
        assert (landscape.network().losses == here.network().losses).all()
        assert landscape.n_transition_states == here.n_transition_states
