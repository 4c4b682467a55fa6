"""--temperature: numbers, and the temperature of the search."""

import numpy as np
import pytest

from thalweg import Landscape, Network
from thalweg.cli.console import temperatures_of
from thalweg.landscape.network_file import write_network
from thalweg.problems import double_well
from thalweg.search.basin_hopping import BasinHopping
from thalweg.search.exploration.plan import Methods


def test_the_temperature_of_the_search_is_that_of_the_latest_basin_hopping(tmp_path):
    with Landscape.create(double_well(), tmp_path / "a.db") as landscape:
        for hopping in (None, BasinHopping(temperature=0.5), BasinHopping(temperature=0.02)):
            methods = Methods(basin_hopping=hopping)
            landscape.start_run("explore", {"temperature": methods.temperature}, 0)
        landscape.start_run("import", {}, 0)
        assert landscape.search_temperatures() == (0.02, 0.5)
    wanted = temperatures_of(tmp_path / "a.db", ["1e-3", "search"])
    assert list(wanted.values()) == [1e-3, 0.02, 0.5]
    assert list(wanted)[1] == "T of the search, 0.02"
    assert temperatures_of(tmp_path / "a.db", None) == {}


def test_a_search_without_a_temperature_has_none_to_read_at(tmp_path):
    Landscape.create(double_well(), tmp_path / "a.db").close()
    write_network(Network.from_arrays(np.zeros(1)), tmp_path / "b.npz")
    for file in ("a.db", "b.npz"):
        with pytest.raises(ValueError, match=r"no search in .* has a temperature"):
            temperatures_of(tmp_path / file, ["search"])
    with pytest.raises(ValueError, match="a number in the unit of the loss, or search"):
        temperatures_of(tmp_path / "a.db", ["cold"])
