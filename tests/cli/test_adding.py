"""thalweg add: weights from a file, in a landscape."""

import json

import numpy as np
import pytest

from thalweg import Landscape


def test_weights_are_placed_and_a_new_minimum_is_kept(thalweg, empty, tmp_path):
    np.save(tmp_path / "a.npy", np.array([0.9, 0.1]))
    np.savez(tmp_path / "b.npz", x=np.array([-1.0, 0.0]))
    result = thalweg("add", empty, tmp_path / "a.npy", tmp_path / "b.npz", "--json")
    assert result.returncode == 0, result.stderr
    first, second = json.loads(result.stdout)
    assert (first["minimum that it leads to"], second["minimum that it leads to"]) == (0, 1)
    assert first["is new"] and second["is new"] and first["loss of the model"] > 0
    # Nothing joins the two yet; which of them is the best is a matter of rounding.
    barriers = {first["barrier to the best minimum"], second["barrier to the best minimum"]}
    assert barriers == {0.0, None}
    with Landscape.open(empty) as landscape:
        assert landscape.n_minima == 2
    again = thalweg("add", empty, tmp_path / "a.npy")
    assert again.returncode == 0 and "False" in again.stdout


def test_a_state_dict_is_read_without_running_what_it_holds(thalweg, refused, empty, tmp_path):
    torch = pytest.importorskip("torch")
    torch.save({"x": torch.tensor([0.9, 0.1])}, tmp_path / "a.pt")
    assert thalweg("add", empty, tmp_path / "a.pt").returncode == 0
    torch.save(torch.nn.Linear(1, 1), tmp_path / "module.pt")
    refused("add", empty, tmp_path / "module.pt", said="Save a state dict")


def test_files_of_other_kinds_are_refused(refused, empty, tmp_path):
    np.save(tmp_path / "objects.npy", np.array([{}]), allow_pickle=True)
    refused("add", empty, tmp_path / "objects.npy", said="cannot be read as weights")
    (tmp_path / "a.npz").write_bytes(b"nothing of the kind")
    refused("add", empty, tmp_path / "a.npz", said="cannot be read as weights")
    (tmp_path / "model.joblib").touch()
    refused("add", empty, tmp_path / "model.joblib", said="is added in Python")
    np.save(tmp_path / "a.npy", np.ones(3))
    refused("add", empty, tmp_path / "a.npy", said="x [2]")
    refused("add", empty, tmp_path / "absent.npy", said="absent.npy")
