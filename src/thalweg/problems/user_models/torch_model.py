"""PyTorch modules as problems; imported only where it is asked for, like PyTorch itself."""

import contextlib
import copy
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from ...precision import with_float64
from .jax_model import JaxModel
from .numpy_model import Host, HostModel
from .symmetry_detection import Parameter
from .user_model import Origin, UserModel, checked, checked_numbers, validated_array

_KINKED = (nn.ReLU, nn.LeakyReLU, nn.PReLU, nn.RReLU, nn.ReLU6, nn.Hardtanh, nn.Hardshrink,
           nn.Softshrink, nn.Hardsigmoid, nn.Hardswish, nn.Threshold, nn.L1Loss)  # fmt: skip
_AGREEMENT = 1e-10
"""Relative difference up to which the bridge to JAX and PyTorch itself agree."""

TorchLoss = Callable[[Any, Any], Tensor]


def torch_problem(
    module: nn.Module,
    loss: TorchLoss,
    data: tuple[Any, ...],
    *,
    l2: float,
    start_width: float,
    use_bridge: bool,
) -> UserModel:
    """What `from_torch` does."""
    checked_numbers(l2, start_width)
    if not isinstance(data, tuple) or len(data) < 2:
        raise ValueError("data must be a tuple (inputs, targets), or (inputs, …, targets).")
    label = type(module).__name__
    _refuse_training_mode(module)
    free = {k: p for k, p in module.named_parameters() if p.requires_grad}
    if not free:
        raise ValueError(f"{label} has no parameters that require a gradient.")
    double = copy.deepcopy(module).double()
    tensors = tuple(_tensor(a) for a in data)
    trial = _Trial(double, loss, tensors, tuple(free))
    trial.check(label)
    _warn_of_kinks(module, loss)
    parts: dict[str, Any] = {
        "initial": np.concatenate([_numpy(p).ravel() for p in free.values()]).astype(np.float64),
        "l2": np.asarray(l2, dtype=np.float64),
        "origin": Origin(
            framework="torch",
            label=label,
            parameters=tuple(Parameter(k, tuple(p.shape)) for k, p in free.items()),
            rebuild=lambda arrays: _loaded(double, tuple(free), arrays),
            was_float32=any(p.dtype != torch.float64 for p in free.values()),
        ),
        "start_width": float(start_width),
    }
    bridged = _bridged(double, loss, tensors, tuple(free), parts) if use_bridge else None
    if bridged is not None and _agrees(bridged, trial):
        return checked(bridged)
    host = _TorchHost(trial)
    return checked(
        HostModel(**parts, host=host, predictor=lambda arrays, x: _predict(double, free, arrays, x))
    )


def _loaded(module: nn.Module, names: tuple[str, ...], arrays: list[np.ndarray]) -> nn.Module:
    """A copy of the module with these parameters."""
    new = copy.deepcopy(module)
    parameters = dict(new.named_parameters())
    with torch.no_grad():
        for name, array in zip(names, arrays, strict=True):
            parameters[name].copy_(torch.from_numpy(np.array(array)))
    return new


def _predict(module: nn.Module, names: Any, arrays: list[np.ndarray], inputs: Any) -> np.ndarray:
    with torch.no_grad():
        return _numpy(_loaded(module, tuple(names), arrays)(_tensor(inputs)))


def _numpy(tensor: Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy()


def _tensor(array: Any) -> Tensor:
    if isinstance(array, Tensor):
        array = _numpy(array)
    # A copy: tensors must be writable, and the user's arrays stay as they are.
    return torch.from_numpy(np.array(validated_array(array)))


# ---- what is refused -------------------------------------------------------------------------------


def _refuse_training_mode(module: nn.Module) -> None:
    for name, part in module.named_modules():
        is_dropout = isinstance(part, nn.modules.dropout._DropoutNd) and part.p > 0
        is_dropout |= isinstance(part, nn.RNNBase) and part.dropout > 0
        is_batch_norm = isinstance(part, nn.modules.batchnorm._BatchNorm)
        if part.training and (is_dropout or is_batch_norm):
            reason = (
                "its loss is drawn anew at every call"
                if is_dropout
                else "its loss depends on the statistics of the batch, and every call changes its averages"
            )
            raise ValueError(
                f"layer {name or 'itself'!r} ({type(part).__name__}) is in training mode: {reason}. Call "
                "module.eval() first, or take the layer out."
            )


def _warn_of_kinks(module: nn.Module, loss: Any) -> None:
    kinked = {type(p).__name__ for p in (*module.modules(), loss) if isinstance(p, _KINKED)}
    if kinked:
        warnings.warn(
            f"{', '.join(sorted(kinked))} has kinks: many minima lie on them, where no gradient falls "
            "below the tolerance, and will not be found. A smooth activation (Softplus, GELU, Tanh) has a "
            "landscape of smooth minima.",
            stacklevel=4,
        )


class _Trial:
    """The loss in PyTorch itself, as a function of the free parameters."""

    def __init__(
        self, module: nn.Module, loss: TorchLoss, data: tuple[Tensor, ...], names: tuple[str, ...]
    ) -> None:
        self.module, self.loss, self.data, self.names = module, loss, data, names
        parameters = dict(module.named_parameters())
        self.free = {k: parameters[k].detach() for k in names}

    def value(self, parameters: dict[str, Tensor]) -> Tensor:
        outputs = torch.func.functional_call(self.module, parameters, self.data[:-1])
        return self.loss(outputs, self.data[-1])

    def check(self, label: str) -> None:
        """Raise ValueError unless the loss is one differentiable number that repeats itself."""
        parameters = {k: p.clone().requires_grad_() for k, p in self.free.items()}
        buffers = [b.clone() for b in self.module.buffers()]
        shapes = [tuple(a.shape) for a in self.data]
        try:
            with warnings.catch_warnings():
                # PyTorch only warns where outputs [N 1] and targets [N] broadcast to [N N].
                warnings.filterwarnings("error", message="Using a target size")
                value, again = self.value(parameters), self.value(parameters)
        except (RuntimeError, ValueError, IndexError, TypeError, UserWarning) as error:
            raise ValueError(
                f"{label} and the loss do not fit data of shapes {shapes}: {error}"
            ) from error
        if not isinstance(value, Tensor) or value.numel() != 1:
            raise ValueError(
                f"the loss must be one number, got shape {tuple(getattr(value, 'shape', ()))}. Take a mean "
                "or a sum: reduction='mean'."
            )
        changed = any(
            not torch.equal(a, b) for a, b in zip(buffers, self.module.buffers(), strict=True)
        )
        if changed or not torch.equal(value, again):
            raise ValueError(
                f"{label} has a state or draws random numbers: its loss differs from one call to the "
                "next. Call module.eval(), and take random operations out of forward and loss."
            )
        if not value.requires_grad:
            raise ValueError(
                f"the loss of {label} cannot be differentiated: no gradient reaches its parameters. Look "
                "for detach, item, argmax, round or NumPy in forward and loss."
            )
        gradients = torch.autograd.grad(value, list(parameters.values()), allow_unused=True)
        unused = [k for k, g in zip(parameters, gradients, strict=True) if g is None]
        if unused:
            raise ValueError(
                f"the loss does not depend on {', '.join(unused)}. Freeze what is not used: "
                "parameter.requires_grad_(False)."
            )

    def split(self, x: Tensor) -> dict[str, Tensor]:
        sizes = [p.numel() for p in self.free.values()]
        pieces = torch.split(x, sizes, dim=-1)
        return {
            k: piece.reshape(p.shape)
            for (k, p), piece in zip(self.free.items(), pieces, strict=True)
        }


# ---- the bridge to JAX -----------------------------------------------------------------------------


@with_float64
def _bridged(
    module: nn.Module,
    loss: TorchLoss,
    data: tuple[Tensor, ...],
    names: tuple[str, ...],
    parts: dict[str, Any],
) -> JaxModel | None:
    """The problem as JAX operations; None where an operation is not known to the bridge."""
    held = {k: _numpy(v) for k, v in module.state_dict().items() if k not in names}

    outputs = partial(_outputs, module, held, names)
    problem = JaxModel(
        **parts,
        data=tuple(_numpy(a) for a in data),
        function=partial(_loss_of_outputs, outputs, loss),
        predictor=outputs,
    )
    try:
        jax.make_jaxpr(problem.loss)(problem.initial)
    except Exception:
        # The bridge raises whatever its own code meets: any of it means that it does not know the way.
        return None
    return problem


def _outputs(
    module: nn.Module,
    held: dict[str, np.ndarray],
    names: tuple[str, ...],
    arrays: list[Any],
    *inputs: Any,
) -> Any:
    """What the module gives, as JAX operations."""
    from torch2jax import t2j

    state = {k: jnp.asarray(v) for k, v in held.items()}
    state |= dict(zip(names, arrays, strict=True))
    with _more_operations():
        return t2j(module)(*(jnp.asarray(a) for a in inputs), state_dict=state)


def _loss_of_outputs(
    outputs: Callable[..., Any], loss: TorchLoss, arrays: list[Any], *given: Any
) -> Any:
    from torch2jax import t2j

    values = outputs(arrays, *given[:-1])
    with _more_operations():
        return t2j(loss)(values, jnp.asarray(given[-1]))


@with_float64
def _agrees(problem: JaxModel, trial: _Trial) -> bool:
    """Whether JAX and PyTorch give the same loss and gradient at a random point."""
    x = 0.3 * np.random.default_rng(20_263).normal(size=problem.dimension)
    value, gradient = (
        np.asarray(a) for a in jax.jit(jax.value_and_grad(problem.model_loss))(jnp.asarray(x))
    )
    values, gradients = _TorchHost(trial).evaluate(x[None])
    scale = np.abs(gradients).max() + 1e-3
    return bool(
        abs(value - values[0]) <= _AGREEMENT * (1 + abs(values[0]))
        and np.abs(gradient - gradients[0]).max() <= _AGREEMENT * scale
    )


@contextlib.contextmanager
def _more_operations() -> Iterator[None]:
    """Teach the bridge losses and activations that it lacks, for as long as this lasts."""
    import torch2jax

    known = torch2jax.HANDLED_FUNCTIONS
    before = dict(known)
    try:
        for operation, function in _operations().items():
            torch2jax.implements(operation)(_coerced(function))
        yield
    finally:
        known.clear()
        known.update(before)


def _coerced(function: Callable[..., Any]) -> Callable[..., Any]:
    """Hand the JAX arrays behind the bridge's tensors to `function`."""

    def call(*arguments: Any, **keywords: Any) -> Any:
        plain = [getattr(a, "value", a) for a in arguments]
        return function(*plain, **{k: getattr(v, "value", v) for k, v in keywords.items()})

    return call


def _operations() -> dict[Any, Callable[..., Any]]:
    functional = nn.functional
    return {
        functional.cross_entropy: _cross_entropy,
        functional.nll_loss: _nll_loss,
        functional.mse_loss: _mse_loss,
        functional.binary_cross_entropy_with_logits: _bce_with_logits,
        functional.gelu: lambda x, approximate="none": jax.nn.gelu(x, approximate == "tanh"),
        functional.softplus: lambda x, beta=1.0, threshold=20.0: jnp.where(
            beta * x > threshold, x, jax.nn.softplus(beta * jnp.minimum(x, threshold / beta)) / beta
        ),
        functional.silu: lambda x, inplace=False: jax.nn.silu(x),
        functional.elu: lambda x, alpha=1.0, inplace=False: jax.nn.elu(x, alpha),
        functional.mish: lambda x, inplace=False: jax.nn.mish(x),
        functional.softsign: jax.nn.soft_sign,
        functional.logsigmoid: jax.nn.log_sigmoid,
        functional.log_softmax: lambda x, dim, **_: jax.nn.log_softmax(x, dim),
        functional.softmax: lambda x, dim, **_: jax.nn.softmax(x, dim),
    }


def _reduced(losses: Any, reduction: str) -> Any:
    return {"mean": jnp.mean, "sum": jnp.sum, "none": lambda a: a}[reduction](losses)


def _plain_only(**options: Any) -> None:
    """The bridge knows the losses without options; with them PyTorch itself is asked."""
    given = [name for name, value in options.items() if value is not None]
    if given:
        raise NotImplementedError(f"options {given}")


def _nll_loss(logs: Any, target: Any, weight: Any = None, size_average: Any = None,
              ignore_index: int = -100, reduce: Any = None, reduction: str = "mean") -> Any:  # fmt: skip
    _plain_only(weight=weight, size_average=size_average, reduce=reduce)
    if logs.ndim != 2 or target.ndim != 1:
        raise NotImplementedError("more than one position a row")
    return _reduced(-jnp.take_along_axis(logs, target[:, None], axis=1)[:, 0], reduction)


def _cross_entropy(outputs: Any, target: Any, weight: Any = None, size_average: Any = None,
                   ignore_index: int = -100, reduce: Any = None, reduction: str = "mean",
                   label_smoothing: float = 0.0) -> Any:  # fmt: skip
    _plain_only(smoothing=label_smoothing or None)
    logs = jax.nn.log_softmax(outputs, axis=1)
    if jnp.issubdtype(target.dtype, jnp.floating):
        _plain_only(weight=weight, size_average=size_average, reduce=reduce)
        return _reduced(-jnp.sum(target * logs, axis=1), reduction)
    return _nll_loss(logs, target, weight, size_average, ignore_index, reduce, reduction)


def _mse_loss(outputs: Any, target: Any, size_average: Any = None, reduce: Any = None,
              reduction: str = "mean", weight: Any = None) -> Any:  # fmt: skip
    _plain_only(size_average=size_average, reduce=reduce, weight=weight)
    return _reduced((outputs - target) ** 2, reduction)


def _bce_with_logits(outputs: Any, target: Any, weight: Any = None, size_average: Any = None,
                     reduce: Any = None, reduction: str = "mean", pos_weight: Any = None) -> Any:  # fmt: skip
    _plain_only(weight=weight, size_average=size_average, reduce=reduce, pos_weight=pos_weight)
    return _reduced(jax.nn.softplus(outputs) - target * outputs, reduction)


# ---- without the bridge ----------------------------------------------------------------------------


class _TorchHost(Host):
    """PyTorch's own derivatives: of all points at once, or one after the other where that fails."""

    def __init__(self, trial: _Trial) -> None:
        self._trial = trial
        self._one = torch.func.grad_and_value(self._loss)
        self._all = torch.func.vmap(self._one)
        try:
            self._all(torch.zeros(2, sum(p.numel() for p in trial.free.values())).double())
            self._is_batched = True
        except RuntimeError:
            # Some operations have no rule for batches; recurrent layers are among them.
            self._is_batched = False

    def _loss(self, x: Tensor) -> Tensor:
        return self._trial.value(self._trial.split(x)).reshape(())

    def evaluate(
        self, x: Float[np.ndarray, "points d"]
    ) -> tuple[Float[np.ndarray, " points"], Float[np.ndarray, "points d"]]:
        points = torch.from_numpy(np.array(x))
        if self._is_batched:
            gradients, values = self._all(points)
            return _numpy(values), _numpy(gradients)
        found = [self._one(point) for point in points]
        return (
            np.array([float(value) for _, value in found]),
            np.array([_numpy(gradient) for gradient, _ in found]),
        )

    def hessians(self, x: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points d d"]:
        function = torch.func.jacrev(torch.func.grad(self._loss))
        return np.array([_numpy(function(torch.from_numpy(np.array(p)))) for p in x])

    def products(
        self, x: Float[np.ndarray, "points d"], v: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points d"]:
        def one(point: np.ndarray, way: np.ndarray) -> np.ndarray:
            at = torch.from_numpy(np.array(point)).requires_grad_()
            gradient = torch.autograd.grad(self._loss(at), at, create_graph=True)[0]
            return _numpy(torch.autograd.grad(gradient, at, torch.from_numpy(np.array(way)))[0])

        return np.array([one(p, w) for p, w in zip(x, v, strict=True)])
