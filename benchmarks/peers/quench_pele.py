"""pele: its C++ L-BFGS on a Python potential.

Run: python quench_pele.py problem.npz seconds
"""

import sys
import warnings

warnings.simplefilter("ignore")

import numpy as np
from network import TOLERANCE, Network, time_quenches
from pele.optimize import LBFGS_CPP
from pele.potentials import BasePotential


class Potential(BasePotential):
    """The network as pele wants it."""

    def __init__(self, network):
        self.network = network

    def getEnergy(self, x):
        """Loss."""
        return self.network(np.array(x))[0]

    def getEnergyGradient(self, x):
        """Loss and gradient."""
        return self.network(np.array(x))


if __name__ == "__main__":
    network, potential = Network(sys.argv[1]), None
    potential = Potential(network)
    time_quenches(
        "pele 0.1.2 C++ L-BFGS",
        network,
        lambda x: (
            LBFGS_CPP(np.array(x), potential, tol=TOLERANCE, nsteps=100_000, maxstep=0.5, M=10)
            .run()
            .coords
        ),
        float(sys.argv[2]),
    )
