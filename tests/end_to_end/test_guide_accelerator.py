"""The code of docs/accelerator.md runs, and what it says of sizes is so."""

import re
from pathlib import Path

from thalweg.problems import muller_brown
from thalweg.search.exploration.task_sizes import TaskSizes
from thalweg.search.steps.batching import BatchSizes
from thalweg.search.steps.device import Device

PAGE = (Path(__file__).parents[2] / "docs" / "accelerator.md").read_text()


def test_the_code_of_the_page_runs():
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.S)
    names = {}
    exec(compile(code, "accelerator.md", "exec"), names)
    assert names["landscape"].n_minima == 3


def test_the_table_of_sizes_is_that_of_the_code():
    problem = muller_brown()
    cpu = BatchSizes.usual(problem, Device("cpu", ""))
    gpu = BatchSizes.usual(problem, Device("gpu", "", 1 << 36))
    tasks = TaskSizes.usual(problem, cpu.lanes)
    assert f"| walkers that move together | {cpu.lanes} | up to {gpu.lanes:,}," in PAGE
    assert f"| elastic bands together | {cpu.bands} | a sixteenth" in PAGE
    assert gpu.bands == gpu.lanes // 16
    assert f"in a task | {tasks.starts}, {tasks.searches} |" in PAGE
    assert TaskSizes.usual(problem, gpu.lanes) == TaskSizes(gpu.lanes, gpu.lanes // 8)
