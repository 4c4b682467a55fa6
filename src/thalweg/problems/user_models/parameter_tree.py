"""Models whose parameters are a pytree: Equinox and Flax modules, and functions of a tree."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...precision import with_float64
from ..output_kind import OutputKind, output_kind_named
from .broadcasting import refuse_broadcasting
from .jax_model import JaxModel, validated_jax_model
from .origin import Origin, Parameter, narrowest
from .output_detection import consistent_kind, output_kind_of_loss
from .validation import validate_numbers, validated_array

PyTree = Any


def _unchanged(tree: PyTree) -> PyTree:
    return tree


@dataclass(frozen=True, eq=False)
class ParameterTree:
    """The parameters of a model as a pytree, and the way back to the model.

    Attributes:
        framework: name of the library.
        label: what the model is, for people.
        params: the tree; its leaves are arrays of real numbers.
        rebuild: the user's model from such a tree; by default the tree itself.
    """

    framework: str
    label: str
    params: PyTree
    rebuild: Callable[[PyTree], Any] = _unchanged

    def leaves(self) -> dict[str, Any]:
        """The arrays by their path in the tree.

        Raises:
            ValueError: if there are none, or one does not hold real numbers.
        """
        leaves = {
            jax.tree_util.keystr(path): leaf
            for path, leaf in jax.tree_util.tree_flatten_with_path(self.params)[0]
        }
        if not leaves:
            raise ValueError(
                f"{self.label} has no parameters, so it has no landscape. Pass a model or a tree with at "
                "least one array of real numbers."
            )
        for path, leaf in leaves.items():
            if not jnp.issubdtype(np.asarray(leaf).dtype, jnp.floating):
                raise ValueError(
                    f"parameter {path} is {np.asarray(leaf).dtype}; parameters must be arrays of real "
                    "numbers. Keep what is not varied in the data or in the function."
                )
        return leaves

    def model_of(self, arrays: list[np.ndarray]) -> Any:
        """The user's model with these arrays for its parameters."""
        return self.rebuild(_unflatten(self.params, arrays))

    def origin(self) -> Origin:
        """The arrays and the way back, as a problem keeps them."""
        leaves = self.leaves()
        return Origin(
            framework=self.framework,
            label=self.label,
            parameters=tuple(Parameter(path, np.shape(leaf)) for path, leaf in leaves.items()),
            rebuild=self.model_of,
            precision=narrowest({np.asarray(leaf).dtype.name for leaf in leaves.values()}),
        )


@with_float64
def model_of_loss(
    function: Callable[..., Any],
    tree: ParameterTree,
    data: tuple[Any, ...],
    *,
    l2: float,
    start_width: float,
    outputs: Callable[[PyTree, Any], Any] | None = None,
    output_kind: OutputKind | str | None = None,
) -> JaxModel:
    """The problem of `function(params, *data)`, a scalar loss of a tree.

    Args:
        function: the loss.
        tree: the parameters.
        data: pytrees of arrays that are passed on.
        l2, start_width: as in `UserModel`.
        outputs: `outputs(params, inputs)` of the model, if there is one.
        output_kind: what these are, if it is known.

    Raises:
        ValueError: as `from_jax`.
    """
    validate_numbers(l2, start_width)
    origin = tree.origin()
    model = JaxModel(
        initial=np.concatenate([validated_array(leaf).ravel() for leaf in tree.leaves().values()]),
        l2=np.asarray(l2, dtype=np.float64),
        origin=origin,
        start_width=float(start_width),
        predictor=None if outputs is None else partial(_on_tree, outputs, tree.params),
        known_output_kind=output_kind_named(output_kind),
        data=jax.tree.map(validated_array, tuple(data)),
        function=partial(_on_tree, function, tree.params),
    )
    return validated_jax_model(model)


def model_of_outputs(
    outputs: Callable[[PyTree, Any], Any],
    loss: Callable[[Any, Any], Any],
    tree: ParameterTree,
    data: tuple[Any, Any],
    *,
    l2: float,
    start_width: float,
    output_kind: OutputKind | str | None = None,
) -> JaxModel:
    """The problem of `loss(outputs(params, inputs), targets)` over `data`, a pair of inputs and targets.

    Raises:
        ValueError: as `from_jax`, or if the data are no pair.
    """
    if not callable(loss):
        raise ValueError(f"loss must be a function of outputs and targets, got {loss!r}.")
    if not isinstance(data, tuple) or len(data) != 2:
        raise ValueError("data must be a pair (inputs, targets).")
    inputs, targets = (jax.tree.map(validated_array, part) for part in data)
    _refuse_broadcasting(outputs, loss, tree, inputs, targets)
    function = partial(_loss_of_outputs, outputs, loss)
    model = model_of_loss(
        function,
        tree,
        data,
        l2=l2,
        start_width=start_width,
        outputs=outputs,
        output_kind=output_kind,
    )
    kind = consistent_kind(model.known_output_kind, _detected_kind(model, loss))
    return dataclasses.replace(model, known_output_kind=kind)


@with_float64
def _detected_kind(model: JaxModel, loss: Callable[[Any, Any], Any]) -> OutputKind | None:
    """What the loss shows of the model's outputs; None where it does not."""
    inputs, targets = model.data
    try:
        shape = jax.eval_shape(model.predict, model.initial, inputs).shape
        value = jax.jit(lambda o, t: jnp.asarray(loss(o, t)).reshape(()))
        derivative = jax.jit(jax.grad(value))
        return output_kind_of_loss(
            lambda o, t: float(value(o, t)),
            lambda o: np.asarray(derivative(o, targets)),
            shape,
            np.asarray(targets),
        )
    except Exception:
        # The user's loss may raise anything for outputs that are not the model's: it has to be said then.
        return None


@with_float64
def _refuse_broadcasting(
    outputs: Callable[[PyTree, Any], Any],
    loss: Callable[[Any, Any], Any],
    tree: ParameterTree,
    inputs: Any,
    targets: Any,
) -> None:
    params = jax.tree.map(validated_array, tree.params)
    try:
        predicted = jax.eval_shape(outputs, params, inputs)
    except Exception:
        # What is wrong with the model is told where its loss is traced.
        return
    if len(getattr(predicted, "shape", ())) in (1, 2) and predicted.size == np.size(targets):
        refuse_broadcasting(loss, jax.jit(outputs)(params, inputs), jnp.asarray(targets))


# Module-level functions with their arguments bound travel to other processes; functions inside functions
# travel only if all that they see does.


def _loss_of_outputs(
    outputs: Callable[..., Any],
    loss: Callable[[Any, Any], Any],
    params: PyTree,
    inputs: Any,
    targets: Any,
) -> Any:
    return loss(outputs(params, inputs), targets)


def _unflatten(template: PyTree, leaves: list[Any]) -> PyTree:
    """The leaves in the structure of the template, which travels where a structure itself cannot."""
    return jax.tree.unflatten(jax.tree.structure(template), leaves)


def _on_tree(
    function: Callable[..., Any], template: PyTree, leaves: list[Any], *arguments: Any
) -> Any:
    return function(_unflatten(template, leaves), *arguments)
