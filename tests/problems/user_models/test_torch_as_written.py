"""PyTorch as people write it: other precisions, constants, wrappers, and shapes that broadcast."""

import numpy as np
import pytest
import torch
from small_models import X, Y, loss_at, net, some_point
from torch import nn

import thalweg as tw
from thalweg.problems import JaxModel, from_torch

WEIGHTS = torch.tensor([1.0, 3.0])


class Constant(nn.Module):
    """Has a float32 constant that is no buffer, and converts its inputs."""

    def __init__(self):
        super().__init__()
        self.net, self.mixing = net(), torch.eye(2)

    def forward(self, x):
        return self.net(x.float() @ self.mixing) + torch.zeros(2)


def stated_loss(module, loss, x):
    """What PyTorch gives with these parameters, in double precision."""
    copy = net(type(module[1])()).double() if isinstance(module, nn.Sequential) else net().double()
    nn.utils.vector_to_parameters(torch.from_numpy(x), copy.parameters())
    with torch.no_grad():
        return float(loss(copy(torch.from_numpy(X)), torch.from_numpy(Y)))


@pytest.mark.parametrize(
    ("make", "loss", "exact_loss", "data"),
    [
        (net, nn.CrossEntropyLoss(weight=WEIGHTS), nn.CrossEntropyLoss(weight=WEIGHTS.double()), (X, Y)),
        (net, lambda o, t: nn.functional.cross_entropy(o, t, weight=WEIGHTS),
         nn.CrossEntropyLoss(weight=WEIGHTS.double()), (X, Y)),
        (lambda: net().bfloat16(), nn.CrossEntropyLoss(), nn.CrossEntropyLoss(), (X, Y)),
        (lambda: net().half(), nn.CrossEntropyLoss(), nn.CrossEntropyLoss(), (X, Y)),
        (Constant, nn.CrossEntropyLoss(), nn.CrossEntropyLoss(), (X, Y)),
        (lambda: nn.DataParallel(net()), nn.CrossEntropyLoss(), nn.CrossEntropyLoss(), (X, Y)),
    ],
    ids=["weights", "closure", "bfloat16", "half", "constants", "DataParallel"],
)  # fmt: skip
def test_whatever_precision_a_model_has_its_loss_is_computed_in_double(
    make, loss, exact_loss, data
):
    problem = from_torch(make(), loss, data, l2=0.0)
    x = some_point(problem)
    # 1e-13: sums over 30 points in another order. Single precision would give 1e-8.
    assert loss_at(problem, x) == pytest.approx(stated_loss(net(), exact_loss, x), rel=1e-13)
    assert problem.predict(x, X).shape == (30, 2)


def test_data_in_half_precision_come_in_as_they_are():
    rounded = torch.tensor(X).bfloat16()
    problem = from_torch(net(), nn.CrossEntropyLoss(), (rounded, torch.tensor(Y)), l2=0.0)
    same = from_torch(net(), nn.CrossEntropyLoss(), (rounded.double(), Y), l2=0.0)
    x = some_point(problem)
    assert loss_at(problem, x) == loss_at(same, x)


def test_the_name_says_the_precision_that_the_model_had():
    assert (
        "the model is bfloat16" in from_torch(net().bfloat16(), nn.CrossEntropyLoss(), (X, Y)).name
    )


def test_class_weights_need_no_fallback():
    for loss in (nn.CrossEntropyLoss(weight=WEIGHTS), nn.BCEWithLogitsLoss(pos_weight=WEIGHTS)):
        targets = Y if isinstance(loss, nn.CrossEntropyLoss) else np.eye(2)[Y]
        assert isinstance(from_torch(net(), loss, (X, targets)), JaxModel)


@pytest.mark.parametrize(
    ("module", "loss", "data", "message"),
    [
        (net(), "cross_entropy", (X, Y), "such as torch.nn.CrossEntropyLoss"),
        (net(), nn.CrossEntropyLoss, (X, Y), "the class CrossEntropyLoss"),
        (nn.Linear, nn.CrossEntropyLoss(), (X, Y), "the class Linear"),
        (lambda x: x, nn.CrossEntropyLoss(), (X, Y), "from_jax"),
        (nn.Linear(2, 2, device="meta"), nn.CrossEntropyLoss(), (X, Y), "no values"),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("no_type_checks")
def test_what_cannot_be_converted_is_refused_by_name(module, loss, data, message):
    with pytest.raises(ValueError, match=message):
        from_torch(module, loss, data)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_torchscript_is_refused_with_the_remedy():
    with pytest.raises(ValueError, match="Pass the module that it was made from"):
        from_torch(torch.jit.trace(net(), torch.zeros(3, 2)), nn.CrossEntropyLoss(), (X, Y))


ROWS = X[:, 0]


@pytest.mark.parametrize(
    ("loss", "targets"),
    [
        (nn.MSELoss(), ROWS),
        (lambda o, t: ((o - t) ** 2).mean(), ROWS),
        (lambda o, t: (o - t).abs().sqrt().mean(), ROWS),
    ],
)
def test_outputs_that_broadcast_against_targets_are_refused(loss, targets):
    with pytest.raises(ValueError, match=r"\[30, 30\] and compares every output"):
        from_torch(nn.Linear(2, 1), loss, (X, targets))


def test_jax_outputs_that_broadcast_against_targets_are_refused():
    import equinox as eqx
    import jax

    model = eqx.nn.Linear(2, 1, key=jax.random.key(0))

    def squares(outputs, targets):
        return ((outputs - targets) ** 2).mean()

    with pytest.raises(ValueError, match=r"targets.reshape\(30, 1\)"):
        tw.problems.from_equinox(model, squares, (X, ROWS))
    assert tw.problems.from_equinox(model, squares, (X, ROWS[:, None])).dimension == 3


def test_pairwise_losses_of_a_column_are_no_mistake():
    def ranking(outputs, targets):
        pairs = outputs[targets == 1] - outputs[targets == 0].T
        return nn.functional.softplus(-pairs).mean()

    assert from_torch(nn.Linear(2, 1), ranking, (X, Y)).dimension == 3


class Functional(nn.Module):
    """Calls its activation as a function: no layer has its name."""

    def __init__(self, activation):
        super().__init__()
        self.a, self.b, self.activation = nn.Linear(2, 3), nn.Linear(3, 2), activation

    def forward(self, x):
        return self.b(self.activation(self.a(x)))


MASK = torch.tensor([True, False, True])
KINKED = {
    "relu": nn.functional.relu,
    "leaky_relu": nn.functional.leaky_relu,
    "elu": nn.functional.selu,
    "clamp": lambda a: a.clip(-1, 1),
    "abs": torch.abs,
    "maximum": lambda a: torch.maximum(a, torch.zeros(())),
    "where": lambda a: torch.where(a > 0, a, torch.zeros(())),
    "max_pool": lambda a: nn.functional.max_pool1d(a, 3, 1, 1),
    "round": lambda a: torch.tanh(a) + torch.round(a),
}
SMOOTH = {
    "elu": nn.functional.elu,
    "softplus": nn.functional.softplus,
    "mask of the data": lambda a: torch.tanh(torch.where(MASK, a, 2 * a)),
    "largest detached": lambda a: (a - a.max().detach()) + a.max().detach(),
}


@pytest.mark.parametrize("name", KINKED)
def test_kinks_and_jumps_are_read_from_the_graph(name):
    with pytest.warns(UserWarning, match=f"{name} (has kinks|makes the loss jump)"):
        from_torch(Functional(KINKED[name]), nn.CrossEntropyLoss(), (X, Y), use_bridge=False)


@pytest.mark.parametrize("name", SMOOTH)
def test_smooth_activations_of_pytorch_are_not_blamed(name):
    # A warning would be an error.
    from_torch(Functional(SMOOTH[name]), nn.CrossEntropyLoss(), (X, Y), use_bridge=False)


def test_an_absolute_error_and_a_layer_are_named_too():
    with pytest.warns(UserWarning, match="abs, relu have kinks"):
        from_torch(net(nn.ReLU()), nn.L1Loss(), (X, np.eye(2)[Y]), use_bridge=False)
