"""Every analysis of the graph refuses a network without minima in the same words."""

import pytest

from thalweg import Network, analysis

NEED_A_TEMPERATURE = {
    "contributions",
    "frustration",
    "log_mean_first_passage_times",
    "occupation_probabilities",
    "rate_constants",
    "waiting_times",
}
OTHERS = {
    "communities",
    "degrees",
    "disconnectivity_graph",
    "heat_capacity",
    "minimax_barriers",
    "monotonic_sequence_basins",
    "overview",
    "small_world",
}


@pytest.mark.parametrize("name", sorted(OTHERS | NEED_A_TEMPERATURE))
def test_an_empty_network_is_refused_in_the_same_words(name):
    arguments = (1.0, 0) if name.startswith("log_mean") else (1.0,) * (name not in OTHERS)
    with pytest.raises(ValueError, match=r"^this network has no minima, and .* needs at least one"):
        getattr(analysis, name)(Network.from_arrays([]), *arguments)
