"""Operations that only move elements."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ..balls import Array
from ..truth import Unprovable
from .registry import is_enclosure, rule


@rule("reshape", "squeeze", "expand_dims")
def _reshape(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.move(lambda x: x.reshape(equation.outvars[0].aval.shape), a)


@rule("transpose")
def _transpose(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.move(lambda x: x.transpose(equation.params["permutation"]), a)


@rule("broadcast_in_dim")
def _broadcast_in_dim(arithmetic: Any, equation: Any, a: Any) -> Any:
    shape, kept = equation.params["shape"], equation.params["broadcast_dimensions"]

    def spread(x: Array) -> Array:
        wide = [1] * len(shape)
        for k, n in zip(kept, x.shape, strict=True):
            wide[k] = n
        return np.broadcast_to(x.reshape(wide), shape)

    return arithmetic.move(spread, a)


@rule("slice")
def _slice(arithmetic: Any, equation: Any, a: Any) -> Any:
    start, stop = equation.params["start_indices"], equation.params["limit_indices"]
    strides = equation.params["strides"] or (1,) * len(start)
    window = tuple(slice(*one) for one in zip(start, stop, strides, strict=True))
    return arithmetic.move(lambda x: x[window], a)


@rule("concatenate")
def _concatenate(arithmetic: Any, equation: Any, *parts: Any) -> Any:
    axis = equation.params["dimension"]
    return arithmetic.move(lambda *xs: np.concatenate(xs, axis=axis), *parts)


@rule(
    *("pad", "gather", "rev", "split", "dynamic_slice", "dynamic_update_slice", "scatter"),
    *("stack", "unstack", "tile"),
)
def _moved(arithmetic: Any, equation: Any, *inputs: Any) -> Any:
    """What moves elements in any other way: JAX moves their numbers, and we the elements after them."""
    sources = [k for k, value in enumerate(inputs) if is_enclosure(value)]
    if any(equation.invars[k].aval.dtype.kind != "f" for k in sources):
        raise Unprovable(f"a place in {equation.primitive.name} is no whole number that is known")
    options = dict(equation.params)
    if options.get("fill_value") is not None:
        # What stands for elements out of bounds must not be taken for the number of one.
        options["fill_value"] = -1
    shapes = [equation.invars[k].aval.shape for k in sources]
    sizes = [int(np.prod(shape, dtype=int)) for shape in shapes]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    numbered = list(inputs)
    for j, k in enumerate(sources):
        numbered[k] = np.arange(first[j], first[j + 1]).reshape(shapes[j])
    with jax.enable_x64(True):
        outputs = equation.primitive.bind(*map(jnp.asarray, numbered), **options)
    if not equation.primitive.multiple_results:
        outputs = [outputs]
    results = []
    for output in outputs:
        index = np.asarray(output)
        if ((index < 0) | (index >= first[-1])).any():
            raise Unprovable(f"there is no enclosure of {equation.primitive.name} out of bounds")
        results.append(
            arithmetic.move(
                lambda *xs, index=index: np.concatenate([x.ravel() for x in xs])[index],
                *(inputs[k] for k in sources),
            )
        )
    return results


MOVES = frozenset(
    {"reshape", "squeeze", "expand_dims", "transpose", "broadcast_in_dim", "slice", "concatenate"}
    | {"pad", "gather", "rev", "split", "dynamic_slice", "stack", "unstack", "tile"}
)
"""Operations that move elements of any kind, truths that are not known too."""
