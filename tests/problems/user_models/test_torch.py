"""PyTorch modules as problems: the same loss, the way back, and what is refused."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import torch
from small_models import RANDOM, SAME, X, Y, derivatives, net, some_point
from torch import nn

import thalweg as tw
from thalweg.problems import HostModel, JaxModel, from_torch
from thalweg.problems.user_models.pytorch.host import TorchHost
from thalweg.problems.user_models.pytorch.module_loss import ModuleLoss


def test_a_module_has_the_loss_of_pytorch_with_the_bridge_and_without():
    data = (X, Y)
    bridged = from_torch(net(), nn.CrossEntropyLoss(), data, l2=0.01)
    called = from_torch(net(), nn.CrossEntropyLoss(), data, l2=0.01, use_bridge=False)
    assert isinstance(bridged, JaxModel) and isinstance(called, HostModel)
    x = some_point(bridged)
    # Sums over 30 points in another order, and one Hessian-vector product each way.
    for one, other in zip(derivatives(bridged, x), derivatives(called, x), strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-11, atol=1e-13)
    module = called.to_model(x)
    with torch.no_grad():
        outputs = module(torch.from_numpy(X))
        stated = nn.CrossEntropyLoss()(outputs, torch.from_numpy(Y)) + 0.01 * (x**2).sum()
    assert derivatives(bridged, x)[0] == pytest.approx(float(stated), rel=1e-12)
    np.testing.assert_allclose(outputs.numpy(), bridged.predict(x, X), **SAME)
    np.testing.assert_allclose(outputs.numpy(), called.predict(x, X), **SAME)
    with jax.enable_x64(True):
        v = jnp.asarray(np.random.default_rng(2).normal(size=len(x)))
        products = [np.asarray(p.hessian_vector(jnp.asarray(x), v)) for p in (bridged, called)]
    np.testing.assert_allclose(*products, rtol=1e-10, atol=1e-12)
    # Either way it is the same problem: a landscape of one can be opened with the other.
    assert bridged.fingerprint == called.fingerprint


@pytest.mark.parametrize(
    ("activation", "loss", "targets"),
    [
        (nn.GELU(), nn.BCEWithLogitsLoss(), np.eye(2)[Y]),
        (nn.Softplus(), nn.MSELoss(), RANDOM.normal(size=(30, 2))),
        (nn.SiLU(), nn.CrossEntropyLoss(reduction="sum"), np.eye(2)[Y]),
        (nn.ELU(), lambda o, t: nn.functional.nll_loss(nn.functional.log_softmax(o, 1), t), Y),
    ],
)
def test_common_layers_and_losses_need_no_fallback(activation, loss, targets):
    problem = from_torch(net(activation), loss, (X, targets))
    assert isinstance(problem, JaxModel)
    # Three units that may be exchanged; none of these activations is odd.
    assert problem.symmetry.order == 6


IMAGES = RANDOM.normal(size=(6, 1, 6, 6))


@pytest.mark.parametrize(
    "layers",
    [
        (nn.Conv2d(1, 2, 3), nn.Tanh(), nn.AvgPool2d(2), nn.Flatten(), nn.Linear(8, 2)),
        (nn.AvgPool2d(3, stride=2, padding=1), nn.SELU(), nn.Flatten(), nn.Linear(9, 2)),
        (nn.Conv2d(1, 2, 3), nn.CELU(0.5), nn.AdaptiveAvgPool2d(2), nn.Flatten(), nn.Linear(8, 2)),
        (nn.Flatten(2), nn.Conv1d(1, 2, 3, stride=2, padding=1, dilation=2), nn.Tanhshrink(),
         nn.AvgPool1d(4), nn.Flatten(), nn.Linear(8, 2)),
    ],
)  # fmt: skip
def test_convolutions_and_means_over_windows_need_no_fallback(layers):
    # That both agree in loss and gradient is tested when the problem is made.
    problem = from_torch(nn.Sequential(*layers), nn.CrossEntropyLoss(), (IMAGES, Y[:6]))
    assert isinstance(problem, JaxModel)


@pytest.mark.parametrize(
    "layer", [nn.AvgPool2d(2, padding=1, count_include_pad=False), nn.AdaptiveAvgPool2d(4)]
)
def test_windows_of_different_sizes_fall_back(layer):
    module = nn.Sequential(layer, nn.Flatten(), nn.Linear(16, 2))
    problem = from_torch(module, nn.CrossEntropyLoss(), (IMAGES, Y[:6]))
    assert isinstance(problem, HostModel)


def test_what_the_bridge_does_not_know_falls_back():
    module = nn.Sequential(
        nn.Unflatten(1, (1, 2)), nn.Conv1d(1, 2, 2), nn.Flatten(), nn.Linear(2, 2)
    )
    problem = from_torch(module, nn.CrossEntropyLoss(label_smoothing=0.1), (X, Y))
    assert isinstance(problem, HostModel)


def test_a_minimum_goes_back_into_the_module():
    module = net()
    before = {k: v.clone() for k, v in module.state_dict().items()}
    problem = from_torch(module, nn.CrossEntropyLoss(), (X, Y), l2=1e-2)
    landscape = tw.explore(problem, minima=1, connect=False, workers=1)
    back = landscape.minimum(0).to_torch()
    assert all(p.dtype == torch.float64 for p in back.parameters())
    with torch.no_grad():
        outputs = back(torch.from_numpy(X)).numpy()
    np.testing.assert_allclose(
        outputs, problem.predict(landscape.minima()[0].coordinates, X), **SAME
    )
    assert all(torch.equal(v, before[k]) for k, v in module.state_dict().items())
    with pytest.raises(NotImplementedError, match="torch model"):
        landscape.minimum(0).to_sklearn()
    with pytest.raises(IndexError, match="numbered from 0"):
        landscape.minimum(landscape.n_minima)


def test_single_precision_is_converted_and_named():
    assert "the model is float32" in from_torch(net(), nn.CrossEntropyLoss(), (X, Y)).name
    assert "float32" not in from_torch(net().double(), nn.CrossEntropyLoss(), (X, Y)).name


def test_frozen_parameters_do_not_vary():
    module = net()
    module[0].bias.requires_grad_(False)
    problem = from_torch(module, nn.CrossEntropyLoss(), (X, Y))
    assert problem.dimension == 17 - 3
    fixed = problem.to_model(np.zeros(14)).state_dict()["0.bias"]
    assert torch.equal(fixed, module[0].bias.double())


class Counter(nn.Module):
    def __init__(self):
        super().__init__()
        self.layer = nn.Linear(2, 2)
        self.register_buffer("calls", torch.zeros(1))

    def forward(self, x):
        self.calls += 1
        return self.layer(x) * self.calls


class Noisy(nn.Linear):
    def forward(self, x):
        return super().forward(x + torch.randn_like(x))


@pytest.mark.parametrize(
    ("module", "loss", "data", "message"),
    [
        (nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.3)), nn.CrossEntropyLoss(), (X, Y), "training"),
        (nn.Sequential(nn.Linear(2, 2), nn.BatchNorm1d(2)), nn.CrossEntropyLoss(), (X, Y), "eval"),
        (Counter(), nn.CrossEntropyLoss(), (X, Y), "state"),
        (Noisy(2, 2), nn.CrossEntropyLoss(), (X, Y), "random"),
        (nn.Linear(3, 2), nn.CrossEntropyLoss(), (X, Y), "do not fit"),
        (nn.Linear(2, 1), nn.MSELoss(), (X, X[:, 0]), "every target"),
        (nn.Linear(2, 2), nn.CrossEntropyLoss(reduction="none"), (X, Y), "one number"),
        (nn.Linear(2, 2), lambda o, t: (o.argmax(1) != t).double().mean(), (X, Y), "differentiated"),
        (nn.Linear(2, 2), lambda o, t: o.round().mean(), (X, Y), "gradient"),
        (nn.Linear(2, 2), nn.CrossEntropyLoss(), (np.full_like(X, np.nan), Y), "finite"),
        (nn.Linear(2, 2), nn.CrossEntropyLoss(), (X,), "tuple"),
        (nn.Flatten(), nn.CrossEntropyLoss(), (X, Y), "no parameters"),
        (nn.Sequential(nn.Linear(2, 2), nn.ParameterList([torch.zeros(1)]))[0:1].append(nn.Identity()),
         nn.CrossEntropyLoss(), (X, Y.astype(object)), "Encode labels"),
    ],
)  # fmt: skip
def test_what_has_no_landscape_is_refused(module, loss, data, message):
    with pytest.raises(ValueError, match=message):
        from_torch(module, loss, data)


class _Covariance(nn.Module):
    """Refused at zero, where the matrix is singular."""

    def __init__(self):
        super().__init__()
        self.factor = nn.Parameter(torch.eye(2))

    def forward(self, x):
        return torch.linalg.solve(self.factor, x.T).T


def test_operations_are_counted_where_the_module_is_defined():
    data = (torch.from_numpy(X[:, :2]), torch.from_numpy(X[:, :2]))
    host = TorchHost(ModuleLoss(_Covariance().double(), nn.MSELoss(), data, ("factor",)))
    assert host.loss_operations >= 3e5
