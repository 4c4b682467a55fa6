"""The spiral of the published superpositions: a network of three hidden units."""

from dataclasses import dataclass

import numpy as np

from ..analysis.graph.thermodynamics import heat_capacity
from ..analysis.minima.metrics import auc_score
from ..datasets import Dataset, spirals
from ..landscape.network import Network
from ..learn.superposition import SuperposedClassifier
from ..problems import NeuralNetwork
from .landscapes import Landscapes
from .reproduction import Scale

HIDDEN = 3
"""Units, from the 48 = 3!·2³ isomers of the published figure 2.2."""

SPIRAL_SETTING = (
    "spiral, network 2-3-2, the same landscapes for tables 2.1, 2.2 and figures 2.2 to 2.8"
)


@dataclass(frozen=True, eq=False)
class SpiralStudy:
    """One landscape of the spiral.

    Attributes:
        data: training and test points.
        problem: the network.
        network: its minima.
        seed: of the search.
    """

    data: Dataset
    problem: NeuralNetwork
    network: Network
    seed: int

    @property
    def n_peaks(self) -> int:
        """Peaks of the heat capacity."""
        return len(heat_capacity(self.network).peaks)

    def best_four(self, gate: str = "mlsup") -> SuperposedClassifier:
        """The published four: MMDBM with the contributors of C_V peak 2, or of 1 if it is the only one."""
        select = f"mmdbm+heat_capacity:{min(2, self.n_peaks)}"
        model = SuperposedClassifier(
            self.network,
            hidden=(HIDDEN,),
            n_minima=4,
            select=select,
            gate=gate,
            random_state=self.seed,
        )
        return model.fit(self.data.inputs, self.data.targets)

    def test_auc(self, model: SuperposedClassifier) -> np.ndarray:
        """Test AUC of each minimum of a superposition on its own [minima]."""
        targets = self.data.class_numbers(self.data.test_targets)
        each = model.probabilities_of_minima(self.data.test_inputs)
        return np.array([auc_score(targets, p) for p in each])


def spiral_study(landscapes: Landscapes, scale: Scale, seed: int) -> SpiralStudy:
    """The landscape of one seed."""
    data = spirals(scale.train, scale.test)
    problem = NeuralNetwork.from_data(data.inputs, data.targets, hidden=(HIDDEN,))
    # With fewer starts some seeds lack minima of which a peak of C_V is made.
    starts = scale.choose(tiny=scale.starts, small=max(128, scale.starts), full=scale.starts)
    network = landscapes.network(problem, starts, seed, seconds=scale.seconds)
    return SpiralStudy(data, problem, network, seed)
