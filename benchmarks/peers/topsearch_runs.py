"""TopSearch: its quench, as shipped (200 iterations at most) and uncapped; its transition states.

Run: python topsearch_runs.py problem.npz seconds
"""

import json
import os
import sys
import tempfile
import time
import warnings

warnings.simplefilter("ignore")

import numpy as np
from network import TOLERANCE, Network, time_quenches
from topsearch.data.coordinates import StandardCoordinates
from topsearch.data.kinetic_transition_network import KineticTransitionNetwork
from topsearch.minimisation import lbfgs
from topsearch.potentials.potential import Potential
from topsearch.sampling.exploration import NetworkSampling
from topsearch.similarity.similarity import StandardSimilarity
from topsearch.transition_states.hybrid_eigenvector_following import HybridEigenvectorFollowing
from topsearch.transition_states.nudged_elastic_band import NudgedElasticBand

BOUND = 1000.0


class Wrapped(Potential):
    """The network as TopSearch wants it."""

    def __init__(self, network):
        self.network = network

    def function(self, x):
        """Loss."""
        return self.network(x)[0]

    def gradient(self, x, displacement=1e-6):
        """Gradient."""
        return self.network(x)[1]

    def function_gradient(self, x):
        """Loss and gradient."""
        return self.network(x)


def quencher(network, cap):
    """Its own minimiser with bounds so wide that no weight meets them."""
    d = network.starts.shape[1]
    bounds = [(-BOUND, BOUND)] * d
    return lambda x: lbfgs.minimise(
        func_grad=network, initial_position=x, bounds=bounds, conv_crit=TOLERANCE, n_steps=cap
    )[0]


def transition_states(network, seconds):
    """Band and hybrid eigenvector-following between the two minima of each pair, as it is used."""
    original = lbfgs.minimise
    lbfgs.minimise = lambda *a, **k: original(*a, **{**k, "n_steps": 100_000})
    d = network.starts.shape[1]
    coordinates = StandardCoordinates(ndim=d, bounds=[(-BOUND, BOUND)] * d)
    potential = Wrapped(network)
    similarity = StandardSimilarity(distance_criterion=1e-2, energy_criterion=1e-6)
    graph = KineticTransitionNetwork()
    follow = HybridEigenvectorFollowing(
        potential=potential,
        ts_conv_crit=1e-6,
        ts_steps=100,
        pushoff=0.1,
        max_uphill_step_size=0.3,
        steepest_descent_conv_crit=1e-8,
    )
    band = NudgedElasticBand(
        potential=potential,
        force_constant=1.0,
        image_density=5.0,
        max_images=25,
        neb_conv_crit=1e-3,
    )
    sampling = NetworkSampling(
        ktn=graph,
        coords=coordinates,
        global_optimiser=None,
        single_ended_search=follow,
        double_ended_search=band,
        similarity=similarity,
    )
    sampling.write_failure_condition = lambda: None
    for pair in network.pairs:
        for x in pair:
            graph.add_minimum(x, network(x)[0])
    states, done, began = [], 0, time.process_time()
    for pair in range(len(network.pairs)):
        try:
            states += sampling.connection_attempt([2 * pair, 2 * pair + 1]) or []
        except Exception as error:
            print(f"pair {pair}: {error!r}", file=sys.stderr)
        done += 1
        if time.process_time() - began > seconds:
            break
    took = time.process_time() - began
    points = [np.asarray(state[0]) for state in states]
    good = [x for x in points if network.index(x) == 1 and network.rms(x) < 1e-5]
    print(
        json.dumps(
            {
                "peer": "TopSearch 0.0.3 transition states, cap lifted",
                "pairs": done,
                "seconds": took,
                "transition states": len(good),
                "per second": len(good) / took,
                "reach 1e-10": sum(network.rms(x) < TOLERANCE for x in good) / max(len(good), 1),
            }
        )
    )


if __name__ == "__main__":
    file, seconds = os.path.abspath(sys.argv[1]), float(sys.argv[2])
    # TopSearch writes a log file where it stands.
    os.chdir(tempfile.mkdtemp())
    network = Network(file)
    time_quenches("TopSearch 0.0.3 quench, as shipped", network, quencher(network, 200), seconds)
    lifted = quencher(network, 100_000)
    time_quenches("TopSearch 0.0.3 quench, cap lifted", network, lifted, seconds)
    transition_states(network, seconds)
