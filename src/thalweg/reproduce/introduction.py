"""What the figures of the introduction are drawn with, which do not say what theirs are of."""

from ..datasets import spirals
from ..landscape.network import Network
from ..problems import NeuralNetwork
from .landscapes import Landscapes
from .reproduction import Scale

HIDDEN = 3


def spiral_problem(scale: Scale, l2: float) -> NeuralNetwork:
    """Cross-entropy of a network of three hidden units on two spirals, with a penalty."""
    data = spirals(scale.train, scale.test)
    return NeuralNetwork.from_data(data.inputs, data.targets, hidden=(HIDDEN,), l2=l2)


def mapped(landscapes: Landscapes, problem: NeuralNetwork, scale: Scale, seed: int) -> Network:
    """Its minima and transition states, as far as the scale says."""
    return landscapes.network(problem, scale.starts, seed, connect=True, seconds=scale.seconds)
