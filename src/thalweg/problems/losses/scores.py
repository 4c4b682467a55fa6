"""Probabilities that rank points, and their derivatives by the outputs."""

from typing import NamedTuple

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .contrasts import traced_shift_free_basis


class ClassScores(NamedTuple):
    """Probabilities that are ranked, one for each scored class, and their derivatives by the outputs.

    `classes` [scored]; lists over them of `value` [B], `slope` [k B], `bend` [k k B].
    """

    classes: tuple[int, ...]
    value: list[Float[Array, " B"]]
    slope: list[Float[Array, "k B"]]
    bend: list[Float[Array, "k k B"]]


def class_scores(
    outputs: Float[Array, "k B"], *, is_shift_free: bool, derivatives: int
) -> ClassScores:
    """Softmax probabilities of logits [classes B], or of their contrasts [classes − 1, B].

    Of two classes only the second is scored: the other's probability ranks points the same way.

    Args:
        outputs: logits, or contrasts.
        is_shift_free: whether they are contrasts.
        derivatives: 0, 1 or 2; lists of higher ones are empty.
    """
    n = len(outputs)
    rows = traced_shift_free_basis(n + 1) if is_shift_free else jnp.eye(n)
    p = jax.nn.softmax(rows @ outputs, axis=0)
    classes = (1,) if len(p) == 2 else tuple(range(len(p)))
    slope, bend = [], []
    mean = jnp.einsum("ck,cb->kb", rows, p)
    if derivatives > 0:
        slope = [p[c] * (rows[c][:, None] - mean) for c in classes]
    if derivatives > 1:
        spread = jnp.einsum("ck,cl,cb->klb", rows, rows, p) - mean[:, None] * mean[None]
        for c in classes:
            deviation = rows[c][:, None] - mean
            bend.append(p[c] * (deviation[:, None] * deviation[None] - spread))
    return ClassScores(classes, [p[c] for c in classes], slope, bend)
