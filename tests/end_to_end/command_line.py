"""The command line as a process, for the tests of this folder."""

import json
import subprocess
import sys

CONFIG = """
[problem]
kind = "neural_network"
dataset = "spirals"
train = 200
test = 50
hidden = [2]
l2 = 1e-4
[search]
minima = {minima}
workers = 1
"""


def command(*arguments):
    return [sys.executable, "-m", "thalweg.cli", *map(str, arguments)]


def thalweg(*arguments, **options):
    return subprocess.run(command(*arguments), capture_output=True, text=True, **options)


def write_config(folder, name="a.toml", minima=20, text=CONFIG):
    (folder / name).write_text(text.format(minima=minima))
    return folder / name


def summary(file):
    result = thalweg("summary", file, "--json")
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)
