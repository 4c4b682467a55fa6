"""thalweg train: through which basins gradient descent goes."""

import json

import numpy as np

from thalweg import Landscape


def test_a_run_is_told_by_the_minima_below_it_and_drawn(thalweg, two_minima, tmp_path):
    arguments = ("train", two_minima, "--batch-size", "0", "--runs", "4", "--checkpoints", "5")
    result = thalweg(*arguments, "--learning-rate", "0.05", "-o", tmp_path / "walk.png", "--json")
    assert result.returncode == 0, result.stderr
    runs = json.loads(result.stdout[result.stdout.index("[") :])
    assert len(runs) == 4
    for run in runs:
        # Without batches the descent goes down, into one of the two minima, of loss zero.
        assert run["loss at the end"] < run["loss at the start"]
        assert abs(run["loss of the minimum below the end"]) < 1e-12
        assert set(run["minima below the run, in turn"]) <= {0, 1}
        assert run["changes of the minimum"] == len(run["minima below the run, in turn"]) - 1
        assert run["minima that the landscape lacks"] == 0
    assert (tmp_path / "walk.png").stat().st_size > 10_000
    with Landscape.open(two_minima) as landscape:
        assert landscape.n_minima == 2 and np.isfinite(landscape.network().losses).all()


def test_batches_need_rows_of_data(refused, two_minima):
    refused("train", two_minima, said="no rows of data to draw batches from")
