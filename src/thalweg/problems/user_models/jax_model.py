"""Losses written in JAX, and Equinox and Flax modules, as problems."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.extend.core import ClosedJaxpr, Jaxpr
from jaxtyping import Array, Float

from ...precision import with_float64
from .symmetry_detection import Parameter
from .user_model import Origin, UserModel, checked, checked_numbers, validated_array

PyTree = Any

_NARROW = ("float32", "float16", "bfloat16")


class JaxModel(UserModel):
    """A loss made of JAX operations; derivatives come from automatic differentiation.

    Attributes:
        data: arrays that the loss takes besides the parameters.
        function: scalar loss of the list of arrays and the data.
        predictor: outputs of the model from the list of arrays and inputs; None if there is no model.
    """

    data: tuple[Any, ...] = eqx.field(kw_only=True)
    function: Callable[..., Any] = eqx.field(static=True, kw_only=True)
    predictor: Callable[..., Any] | None = eqx.field(static=True, kw_only=True)

    def model_loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        return jnp.asarray(self.function(self.origin.split(x), *self.data)).reshape(())

    @with_float64
    def predict(self, x: Float[np.ndarray | Array, " d"], inputs: Any) -> Any:
        """Outputs of the user's model with the parameters `x` [d] for `inputs`.

        Raises:
            NotImplementedError: if the problem was made from a loss, not from a model.
        """
        if self.predictor is None:
            raise NotImplementedError("this problem was made from a loss; it knows no predictions.")
        outputs = self.predictor(self.origin.split(jnp.asarray(x)), jnp.asarray(inputs))
        return outputs if isinstance(outputs, jax.core.Tracer) else np.asarray(outputs)


def from_jax(
    function: Callable[..., Any],
    params: PyTree,
    *data: Any,
    l2: float = 0.0,
    start_width: float = 1.0,
    name: str | None = None,
) -> JaxModel:
    """The landscape of `function(params, *data)`, a scalar loss made of JAX operations.

    The leaves of `params`, arrays of real numbers, make the parameter vector; in float32 they are
    converted to float64, like the data. `landscape.minimum(i).to_pytree()` gives them back.

    Args:
        function: scalar, twice differentiable.
        params: the parameters, as any pytree; their values are the problem's `initial`.
        data: pytrees of arrays that are passed on; new data of the same shape do not recompile.
        l2: weight of a squared norm that is added.
        start_width: standard deviation of the random starts.
        name: for people; the function's own name by default.

    Raises:
        ValueError: if the loss is not one finite number, calculates in single precision inside, is not
            differentiable or does not repeat itself; if parameters or data cannot be used.
    """
    label = name or str(getattr(function, "__name__", "function"))
    return _of_tree(
        function, params, data, _Way("jax", label), l2=l2, start_width=start_width, predictor=None
    )


def from_equinox(
    model: eqx.Module,
    loss: Callable[[Any, Any], Any],
    data: tuple[Any, Any],
    *,
    is_batched: bool = False,
    l2: float = 1e-5,
    start_width: float = 1.0,
) -> JaxModel:
    """The landscape of an Equinox module over `data`, a pair of inputs and targets.

    Args:
        model: its floating-point arrays are the parameters.
        loss: `loss(outputs, targets)`, a scalar.
        data: inputs and targets.
        is_batched: whether the model takes all inputs at once; by default it takes one, and is mapped.
        l2: weight of the squared norm that is added.
        start_width: standard deviation of the random starts.

    Raises:
        ValueError: as `from_jax`; also for a module that is random or has a state: pass
            `equinox.nn.inference_mode(model)`.
    """
    params, rest = eqx.partition(model, eqx.is_inexact_array)
    outputs = partial(_equinox_outputs, rest, is_batched)
    way = _Way("equinox", type(model).__name__, lambda found: eqx.combine(found, rest))
    return _of_outputs(outputs, loss, params, data, way, l2=l2, start_width=start_width)


def from_flax(
    model: Any,
    loss: Callable[[Any, Any], Any],
    data: tuple[Any, Any],
    *,
    variables: Mapping[str, Any] | None = None,
    arguments: Mapping[str, Any] | None = None,
    l2: float = 1e-5,
    start_width: float = 1.0,
) -> JaxModel:
    """The landscape of a Flax module, of the Linen or the NNX kind, over `data`.

    Args:
        model: the module.
        loss: `loss(outputs, targets)`, a scalar.
        data: inputs and targets.
        variables: for a Linen module, what its `init` gave; collections other than `params` are held.
        arguments: keyword arguments of every call, such as `{"train": False}`.
        l2: weight of the squared norm that is added.
        start_width: standard deviation of the random starts.

    Raises:
        ValueError: as `from_jax`; also for a Linen module without variables, or a module that is random
            or changes its state when it is called.
    """
    from flax import linen, nnx

    keywords = dict(arguments or {})
    label = type(model).__name__
    if isinstance(model, nnx.Module):
        definition, params, rest = nnx.split(model, nnx.Param, ...)  # type: ignore[misc]
        outputs = partial(_nnx_outputs, definition, rest, keywords)
        _check_stateless(lambda: nnx.merge(definition, params, rest), data[0], keywords)
        way = _Way("flax", label, lambda found: nnx.merge(definition, found, rest))
        return _of_outputs(outputs, loss, params, data, way, l2=l2, start_width=start_width)
    if not isinstance(model, linen.Module):
        raise ValueError(
            f"model must be a Flax module, got {label}. For other models use from_jax."
        )
    if variables is None or "params" not in variables:
        raise ValueError(
            "a Linen module keeps its parameters apart: pass variables=model.init(key, inputs)."
        )
    held = {k: v for k, v in variables.items() if k != "params"}
    outputs = partial(_linen_outputs, model, held, keywords)
    way = _Way("flax", label, lambda found: {**held, "params": found})
    return _of_outputs(
        outputs, loss, variables["params"], data, way, l2=l2, start_width=start_width
    )


# Module-level functions with their arguments bound travel to other processes; functions inside functions
# travel only if all that they see does.


def _equinox_outputs(rest: Any, is_batched: bool, params: PyTree, inputs: Any) -> Any:
    whole: Any = eqx.combine(params, rest)
    return whole(inputs) if is_batched else jax.vmap(whole)(inputs)


def _nnx_outputs(
    definition: Any, rest: Any, keywords: Mapping[str, Any], params: PyTree, inputs: Any
) -> Any:
    from flax import nnx

    return nnx.merge(definition, params, rest)(inputs, **keywords)


def _linen_outputs(
    model: Any, held: Mapping[str, Any], keywords: Mapping[str, Any], params: PyTree, inputs: Any
) -> Any:
    return model.apply({**held, "params": params}, inputs, **keywords)


def _loss_of_outputs(
    outputs: Callable[..., Any],
    loss: Callable[[Any, Any], Any],
    params: PyTree,
    inputs: Any,
    targets: Any,
) -> Any:
    return loss(outputs(params, inputs), targets)


def _tree(template: PyTree, leaves: list[Any]) -> PyTree:
    """The leaves in the structure of the template, which travels where a structure itself cannot."""
    return jax.tree.unflatten(jax.tree.structure(template), leaves)


def _on_tree(function: Callable[..., Any], template: PyTree, leaves: list[Any], *given: Any) -> Any:
    return function(_tree(template, leaves), *given)


def _check_stateless(fresh: Callable[[], Any], inputs: Any, keywords: Mapping[str, Any]) -> None:
    """Refuse an NNX module that is not the same after a call: dropout draws, batch norm averages."""
    from flax import nnx

    model = fresh()
    before = [np.asarray(a).tobytes() for a in jax.tree.leaves(_plain(nnx.state(model)))]
    model(jnp.asarray(inputs), **keywords)
    after = [np.asarray(a).tobytes() for a in jax.tree.leaves(_plain(nnx.state(model)))]
    if before != after:
        raise ValueError(
            "the module changes when it is called (dropout or batch norm in training mode), so that its "
            "loss is no function of its parameters. Call model.eval() first."
        )


def _plain(state: PyTree) -> PyTree:
    """Random keys as the numbers behind them."""
    return jax.tree.map(
        lambda a: jax.random.key_data(a) if jnp.issubdtype(a.dtype, jax.dtypes.prng_key) else a,
        state,
    )


# ---- shared ----------------------------------------------------------------------------------------


class _Way:
    """From a framework and back: `rebuild` makes the user's model of a tree of found parameters."""

    def __init__(
        self, framework: str, label: str, rebuild: Callable[[PyTree], Any] = lambda tree: tree
    ) -> None:
        self.framework, self.label, self.rebuild = framework, label, rebuild


def _of_outputs(
    outputs: Callable[[PyTree, Any], Any],
    loss: Callable[[Any, Any], Any],
    params: PyTree,
    data: tuple[Any, Any],
    way: _Way,
    *,
    l2: float,
    start_width: float,
) -> JaxModel:
    if not isinstance(data, tuple) or len(data) != 2:
        raise ValueError("data must be a pair (inputs, targets).")

    function = partial(_loss_of_outputs, outputs, loss)
    return _of_tree(function, params, data, way, l2=l2, start_width=start_width, predictor=outputs)


@with_float64
def _of_tree(
    function: Callable[..., Any],
    params: PyTree,
    data: tuple[Any, ...],
    way: _Way,
    *,
    l2: float,
    start_width: float,
    predictor: Callable[[PyTree, Any], Any] | None,
) -> JaxModel:
    checked_numbers(l2, start_width)
    paths, _ = jax.tree_util.tree_flatten_with_path(params)
    if not paths:
        raise ValueError(f"{way.label} has no parameters: there is no landscape over nothing.")
    for path, leaf in paths:
        if not jnp.issubdtype(np.asarray(leaf).dtype, jnp.floating):
            raise ValueError(
                f"parameter {jax.tree_util.keystr(path)} is {np.asarray(leaf).dtype}; parameters must be "
                "arrays of real numbers. Keep what is not varied in the data or in the function."
            )
    arrays = [validated_array(leaf) for _, leaf in paths]
    origin = Origin(
        framework=way.framework,
        label=way.label,
        parameters=tuple(
            Parameter(jax.tree_util.keystr(path), np.shape(leaf)) for path, leaf in paths
        ),
        rebuild=lambda leaves: way.rebuild(_tree(params, leaves)),
        was_float32=any(np.asarray(leaf).dtype != np.float64 for _, leaf in paths),
    )
    problem = JaxModel(
        initial=np.concatenate([a.ravel() for a in arrays]),
        l2=np.asarray(l2, dtype=np.float64),
        origin=origin,
        start_width=float(start_width),
        data=jax.tree.map(validated_array, tuple(data)),
        function=partial(_on_tree, function, params),
        predictor=None if predictor is None else partial(_on_tree, predictor, params),
    )
    _check_traced(problem)
    return checked(problem)


def _check_traced(problem: JaxModel) -> None:
    label = problem.origin.label
    try:
        traced = jax.make_jaxpr(
            lambda x: problem.function(problem.origin.split(x), *problem.data), return_shape=True
        )
        jaxpr, shape = traced(problem.initial)
    except Exception as error:
        raise ValueError(
            f"{label} cannot be traced by JAX with these parameters and data: {error} Check the shapes of "
            "inputs, targets and parameters; a model in training mode may want a random key."
        ) from error
    if getattr(shape, "shape", None) not in ((), (1,)):
        raise ValueError(
            f"the loss of {label} must be one number, got shape {getattr(shape, 'shape', shape)}. Take a "
            "mean or a sum."
        )
    if shape.dtype != jnp.float64 or _narrows(jaxpr.jaxpr):
        raise ValueError(
            f"{label} calculates in single precision inside, where no gradient reaches 1e-10. Take out "
            "conversions to float32 (dtype=…, astype) from the model and the loss."
        )


def _narrows(jaxpr: Jaxpr) -> bool:
    """Whether any operation turns a double into a narrower number."""
    for equation in jaxpr.eqns:
        if equation.primitive.name == "convert_element_type":
            before: Any = equation.invars[0].aval
            after: Any = equation.outvars[0].aval
            if before.dtype == jnp.float64 and after.dtype.name in _NARROW:
                return True
        inner = [v for p in equation.params.values() for v in (p if isinstance(p, tuple) else (p,))]
        if any(_narrows(v.jaxpr) for v in inner if isinstance(v, ClosedJaxpr)):
            return True
        if any(_narrows(v) for v in inner if isinstance(v, Jaxpr)):
            return True
    return False
