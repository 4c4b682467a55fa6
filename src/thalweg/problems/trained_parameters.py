"""The parameters of models that were trained elsewhere, as the vectors of a problem."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

Arrays = dict[str, np.ndarray]
"""Arrays of real numbers by name, in the order of the model."""


def real_arrays(model: Any) -> Arrays:
    """The arrays of real numbers in a model, by name, in double precision.

    Args:
        model: a `torch.nn.Module` or its state dict, a fitted perceptron of scikit-learn, a pytree (Equinox
            modules among them), or a mapping or sequence of arrays.

    Raises:
        TypeError: if there are none.
    """
    arrays = {
        name: np.asarray(array, dtype=np.float64)
        for name, array in _named(model).items()
        if np.issubdtype(getattr(array, "dtype", np.dtype(object)), np.floating)
    }
    if not arrays:
        raise TypeError(
            f"a {type(model).__name__} holds no parameters that are known here; pass a vector of them, a "
            "PyTorch module or its state dict, a fitted perceptron of scikit-learn, or a mapping or a list "
            "of arrays."
        )
    return arrays


def vector_of(arrays: Arrays, shapes: Mapping[str, tuple[int, ...]]) -> Float[np.ndarray, " d"]:
    """The arrays one after the other: those of these names, or else all of them in their order.

    Raises:
        ValueError: if their shapes are not `shapes`.
    """
    by_key = {_key(name): array for name, array in arrays.items()}
    keys = [_key(name) for name in shapes]
    is_named = set(keys) <= set(by_key)
    chosen = [by_key[key] for key in keys] if is_named else list(arrays.values())
    if [array.shape for array in chosen] != list(shapes.values()):
        raise ValueError(
            f"the problem's model has the arrays {_listed(shapes)}; this one has "
            f"{_listed(_shapes(arrays))}. Pass a model of the same kind."
        )
    return np.concatenate([array.ravel() for array in chosen])


def layer_matrices(
    arrays: Arrays, shapes: Sequence[tuple[int, int]]
) -> list[Float[np.ndarray, "_ _"]]:
    """The matrix [units, inputs + 1] of each layer, biases last, from weights and biases in turn.

    Names that end in "kernel" (Flax, Keras) or "weights" (scikit-learn) are of matrices [inputs, units].

    Raises:
        ValueError: if the layers are not of these `shapes` (units, inputs + 1).
    """
    weights = [
        array.T if _key(name).endswith(("kernel", "weights")) else array
        for name, array in arrays.items()
        if array.ndim == 2
    ]
    biases = [array for array in arrays.values() if array.ndim == 1]
    sizes = [(w.shape[0], w.shape[1] + 1) for w in weights]
    if sizes != list(shapes) or [len(b) for b in biases] != [units for units, _ in shapes]:
        expected = {
            name: shape
            for k, (units, inputs) in enumerate(shapes)
            for name, shape in ((f"weight{k}", (units, inputs - 1)), (f"bias{k}", (units,)))
        }
        raise ValueError(
            f"the network has the arrays {_listed(expected)}; the model has "
            f"{_listed(_shapes(arrays))}. Pass one with the same layers."
        )
    return [np.column_stack([w, b]) for w, b in zip(weights, biases, strict=True)]


def perceptron_arrays(model: Any) -> Arrays:
    """Weights [inputs, units] and intercepts of a fitted perceptron of scikit-learn, layer after layer."""
    return {
        f"layer{i}.{name}": array
        for i, pair in enumerate(zip(model.coefs_, model.intercepts_, strict=True))
        for name, array in zip(("weights", "intercept"), pair, strict=True)
    }


def _named(model: Any) -> Mapping[str, Any]:
    if callable(getattr(model, "state_dict", None)):
        model = model.state_dict()
    if hasattr(model, "coefs_"):
        model = perceptron_arrays(model)
    if isinstance(model, Mapping) and not any(isinstance(v, Mapping) for v in model.values()):
        return {str(name): _on_host(array) for name, array in model.items()}
    import jax

    return {
        jax.tree_util.keystr(path): _on_host(leaf)
        for path, leaf in jax.tree_util.tree_flatten_with_path(model)[0]
    }


def _key(name: str) -> str:
    """A name without the brackets and quotes of JAX, which calls a key of a mapping ['key']."""
    return name.removeprefix("['").removesuffix("']")


def _on_host(array: Any) -> Any:
    """A tensor as an array; NumPy knows neither other devices nor bfloat16."""
    if hasattr(array, "detach"):
        array = array.detach().cpu()
        return array.double().numpy() if array.is_floating_point() else array.numpy()
    return array


def _shapes(arrays: Arrays) -> dict[str, tuple[int, ...]]:
    return {name: array.shape for name, array in arrays.items()}


def _listed(shapes: Mapping[str, tuple[int, ...]]) -> str:
    return ", ".join(f"{name} {list(shape)}" for name, shape in shapes.items())
