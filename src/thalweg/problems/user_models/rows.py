"""Models of the user's own as problems over rows of data, from which batches can be drawn."""

import dataclasses
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ...precision import with_float64
from ..problem import Problem
from .jax_model import JaxModel

_ROUNDING = 1e-9
"""Relative difference of two ways to sum a loss in float64 that is rounding alone."""

_N_TRIALS = 2
"""Random points at which the parts of the loss are compared with the whole."""


class ModelOverRows(JaxModel):
    """A loss made of JAX operations that is the mean of those of the rows of its data.

    The same problem as the `JaxModel` that it was made of; its rows can be replaced by others.
    """

    @property
    def n_rows(self) -> int:
        """Number of rows of the data."""
        return int(np.shape(jax.tree.leaves(self.data)[0])[0])

    def with_rows(self, rows: Int[np.ndarray | Array, " M"]) -> "ModelOverRows":
        """The same model over these rows [M] of its data; a row may occur more than once."""
        # Rows that are drawn inside a compiled loop cannot index what NumPy holds.
        as_array = jnp.asarray if isinstance(rows, jax.Array) else np.asarray
        chosen: Any = jax.tree.map(lambda leaf: as_array(leaf)[rows], self.data)
        return dataclasses.replace(self, data=chosen)


@with_float64
def over_rows(model: Problem) -> ModelOverRows:
    """A model of your own with rows that `SGD` draws batches from and that can be resampled.

    A row is one entry of the first axis of every array of the data. That the loss is a mean over rows is
    tested: the loss of some of them and that of the others must make up the whole one.

    Args:
        model: of `from_jax`, `from_equinox` or `from_flax`, or of `from_torch` where the module could be
            rewritten as JAX operations.

    Raises:
        ValueError: for another problem, data without a first axis that all arrays share, or a loss that is no
            mean over it, such as a sum, or an area under a curve.
    """
    if not isinstance(model, JaxModel):
        raise ValueError(
            f"{model.name} is not made of JAX operations, so no rows can be drawn in a compiled loop. Make "
            "it by from_jax, from_equinox or from_flax."
        )
    shapes = [np.shape(leaf) for leaf in jax.tree.leaves(model.data)]
    lengths = {shape[0] if shape else 0 for shape in shapes}
    if len(lengths) != 1 or min(lengths) < 2:
        raise ValueError(
            "the arrays of the data must have one first axis in common, of two rows or more; got shapes "
            f"{', '.join(map(str, shapes)) or 'none'}. Bind other arrays to the function, by "
            "functools.partial."
        )
    fields = {field.name: getattr(model, field.name) for field in dataclasses.fields(model)}
    problem = ModelOverRows(**fields)
    _require_mean(problem)
    return problem


def _require_mean(problem: ModelOverRows) -> None:
    n = problem.n_rows
    # Parts of different sizes, so that a mean of their means would not do.
    cut = max(1, n // 3)
    parts = np.arange(cut), np.arange(cut, n)
    draws = np.random.default_rng(20_267).normal(size=(_N_TRIALS, problem.dimension))
    for x in min(problem.start_width, 1.0) * draws:
        whole = float(_model_loss(problem, jnp.asarray(x)))
        losses = [float(_model_loss(problem.with_rows(rows), jnp.asarray(x))) for rows in parts]
        mean = (cut * losses[0] + (n - cut) * losses[1]) / n
        if not abs(mean - whole) <= _ROUNDING * max(1.0, abs(whole)):
            raise ValueError(
                f"the loss of {problem.origin.label} is no mean over the rows of its data: {whole:.6g} over "
                f"all {n}, {mean:.6g} as the mean of two parts. Divide a sum by the number of rows; what "
                "is no mean, as an area under a curve, takes whole gradients: SGD(batch_size=None)."
            )


@eqx.filter_jit
def _model_loss(problem: ModelOverRows, x: Float[Array, " d"]) -> Float[Array, ""]:
    return problem.model_loss(x)
