"""Channels, gates, embeddings, hidden units: what may be exchanged or flipped is found for any layer."""

import dataclasses
import itertools
import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from small_models import X
from torch import nn

import thalweg as tw
from thalweg.problems import from_jax, from_torch
from thalweg.problems.symmetry import Symmetry
from thalweg.problems.user_models.origin import Parameter
from thalweg.problems.user_models.pytorch.module_loss import ModuleLoss
from thalweg.problems.user_models.symmetry_detection import detect_symmetry

RANDOM = np.random.default_rng(0)
IMAGES, SERIES = RANDOM.normal(size=(12, 1, 5, 5)), RANDOM.normal(size=(12, 4, 2))
ROWS, TOKENS = RANDOM.normal(size=(12, 2)), RANDOM.integers(5, size=(12, 3))
CLASSES = np.arange(12) % 2


class Recurrent(nn.Module):
    def __init__(self, kind, n, layers=1, **options):
        super().__init__()
        self.layer = getattr(nn, kind)(2, n, layers, batch_first=True, **options)
        self.out = nn.Linear(n, 2)

    def forward(self, x):
        return self.out(self.layer(x)[0][:, -1])


class Embedded(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.out = nn.Embedding(5, 2), nn.Linear(2, 2)

    def forward(self, x):
        return self.out(torch.tanh(self.words(x).mean(1)))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem, self.out = nn.Linear(2, 3), nn.Linear(3, 2)
        self.block = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 3))

    def forward(self, x):
        h = torch.tanh(self.stem(x))
        return self.out(h + self.block(h))


class Skipping(nn.Module):
    """Adds each input to a unit of its own: no unit may take another's place."""

    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(2, 2), nn.Linear(2, 2)

    def forward(self, x):
        return self.b(torch.tanh(self.a(x)) + x)


class Cosine(nn.Module):
    def forward(self, x):
        return torch.cos(x)


def dense(*sizes, activation=nn.Tanh):
    layers = [nn.Linear(a, b) for a, b in itertools.pairwise(sizes)]
    return nn.Sequential(*(part for layer in layers for part in (layer, activation())))[:-1]


def convolutions(n, m=None):
    if m is None:
        return nn.Sequential(nn.Conv2d(1, n, 3), nn.Tanh(), nn.Flatten(), nn.Linear(9 * n, 2))
    return nn.Sequential(nn.Conv2d(1, n, 2), nn.Tanh(), nn.Conv2d(n, m, 2), nn.Softplus(),
                         nn.Flatten(), nn.Linear(9 * m, 2))  # fmt: skip


def signed(*units):
    return math.prod(math.factorial(n) * 2**n for n in units)


CASES = {
    "dense": (dense(2, 3, 2), ROWS, signed(3)),
    "two dense layers of one size": (dense(2, 3, 3, 2), ROWS, signed(3, 3)),
    "as many inputs and outputs as units": (dense(2, 2, 2, 2), ROWS, signed(2, 2)),
    "relu": (dense(2, 3, 2, activation=nn.ReLU), ROWS, 6),
    "even activation": (dense(2, 3, 2, activation=Cosine), ROWS, signed(3)),
    "normalised layer": (nn.Sequential(nn.Linear(2, 3), nn.LayerNorm(3), nn.Tanh(), nn.Linear(3, 2)),
                         ROWS, signed(3)),
    "channels": (convolutions(2), IMAGES, signed(2)),
    "as many channels as the kernel is wide": (convolutions(3), IMAGES, signed(3)),
    "two convolutions": (convolutions(2, 3), IMAGES, signed(2) * 6),
    "embedding": (Embedded(), TOKENS, signed(2)),
    "residual stream": (Residual(), ROWS, signed(3, 4)),
    "RNN": (Recurrent("RNN", 3), SERIES, signed(3)),
    "RNN with relu": (Recurrent("RNN", 3, nonlinearity="relu"), SERIES, 6),
    "LSTM": (Recurrent("LSTM", 3), SERIES, signed(3)),
    "GRU": (Recurrent("GRU", 3), SERIES, signed(3)),
    "skip connection": (Skipping(), ROWS, 1),
}  # fmt: skip


def module_loss(module, data):
    module = module.double()
    names = tuple(name for name, _ in module.named_parameters())
    tensors = (torch.from_numpy(data), torch.from_numpy(CLASSES))
    return ModuleLoss(module, nn.CrossEntropyLoss(), tensors, names)


def detected(module, data, scale=1.0, offset=0.0):
    """The symmetry and the loss of a module, without compiling anything."""
    torch_loss = module_loss(module, data)

    def loss(x):
        with torch.no_grad():
            return scale * float(torch_loss.value_at(torch.from_numpy(np.array(x)))) + offset

    parameters = [Parameter(k, tuple(p.shape)) for k, p in torch_loss.parameters.items()]
    return detect_symmetry(parameters, loss), loss, torch_loss.dimension


@pytest.mark.parametrize("name", CASES)
def test_units_of_any_layer_are_found_by_the_loss(name):
    module, data, order = CASES[name]
    symmetry, loss, d = detected(module, data)
    assert symmetry.order == order
    x = np.random.default_rng(3).normal(size=d)
    if order > 1:
        # Sums in another order: a few roundings.
        assert loss(symmetry.derangement(x, 5)) == pytest.approx(loss(x), rel=1e-12)


@pytest.mark.parametrize(
    "name", ["as many inputs and outputs as units", "two convolutions", "GRU", "even activation"]
)
def test_units_keep_the_contract_of_a_symmetry_at_symmetric_points_too(name):
    symmetry, _, d = detected(*CASES[name][:2])
    points = np.random.default_rng(4).normal(size=(4, d))
    # Ties, a dead network, and the mean of two images.
    points[1], points[2] = np.round(points[1]), 0.0
    points[3] = 0.5 * (points[0] + symmetry.derangement(points[0], 1))
    tw.testing.check_symmetry(symmetry, points)


@pytest.mark.parametrize(("scale", "offset"), [(1e-12, 0.0), (1e12, 0.0), (1.0, 1e3)])
@pytest.mark.parametrize("name", ["skip connection", "channels"])
def test_the_unit_of_the_loss_neither_makes_nor_hides_a_symmetry(name, scale, offset):
    module, data, order = CASES[name]
    assert detected(module, data, scale, offset)[0].order == order


def test_channels_exchanged_by_hand_are_one_point():
    """Independent of the search for units: channels, and the pixels of their dense weights, swapped here."""
    module = convolutions(2)
    problem = from_torch(module, nn.CrossEntropyLoss(), (IMAGES, CLASSES), l2=0.0)
    other = convolutions(2)
    with torch.no_grad():
        other[0].weight.copy_(
            module[0].weight.flip(0) * torch.tensor([1.0, -1.0]).reshape(2, 1, 1, 1)
        )
        other[0].bias.copy_(module[0].bias.flip(0) * torch.tensor([1.0, -1.0]))
        blocks = module[3].weight.reshape(2, 2, 9).flip(1) * torch.tensor([1.0, -1.0])[:, None]
        other[3].weight.copy_(blocks.reshape(2, 18))
        other[3].bias.copy_(module[3].bias)
    x, image = (nn.utils.parameters_to_vector(m.parameters()).detach().double().numpy()
                for m in (module, other))  # fmt: skip
    assert np.linalg.norm(x - image) > 0.1
    assert problem.symmetry.distance(image, x) < 1e-12
    np.testing.assert_allclose(problem.symmetry.canonical(image), problem.symmetry.canonical(x))
    assert "8 symmetric images" in problem.name


def test_a_group_of_any_order_has_a_name():
    class Wide(Symmetry):
        @property
        def order(self):
            return math.factorial(1500)

    problem = from_jax(lambda x: jnp.sum(x**2), np.zeros(2))
    wide = dataclasses.replace(problem, detected_symmetry=Wide())
    # 1500! has 4,115 digits; with sign flips it is beyond what Python prints.
    assert "10^4115 symmetric images" in wide.name


def test_a_frozen_bias_ties_its_units():
    module = dense(2, 3, 2)
    module[0].bias.requires_grad_(False)
    assert from_torch(module, nn.CrossEntropyLoss(), (ROWS, CLASSES)).symmetry.order == 1


def test_centroids_are_units_and_coordinates_are_not():
    points = jnp.asarray(X)

    def mixture(params, points):
        squares = jnp.sum((points[:, None] - params["means"]) ** 2, axis=2)
        return -jnp.mean(jax.nn.logsumexp(params["weights"] - squares, axis=1))

    params = {"means": np.zeros((3, 2)), "weights": np.zeros(3)}
    assert from_jax(mixture, params, points).symmetry.order == 6

    def rastrigin(x):
        return jnp.sum(x**2 - 10 * jnp.cos(2 * jnp.pi * x))

    # A function of a vector keeps all of its minima, though it is the same in all coordinates.
    assert from_jax(rastrigin, np.zeros(3)).symmetry.order == 1
