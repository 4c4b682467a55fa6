"""The exact Hessian of a layered network, from per-sample second derivatives of pre-activations.

With a_l = W_l ĥ_{l−1} (ĥ carries a constant one for the bias) and δ_l = ∂L/∂a_l, the gradient for
W_m is Σ_n δ_m ĥ_{m−1}ᵀ, and differentiating it by W_l (l ≤ m) gives, summed over the data,

    H[(m:p,q), (l:i,j)] = Σ_n (S_ml[p,i] ĥ_{m−1}[q] + δ_m[p] T_{m−1,l}[q,i]) ĥ_{l−1}[j]

with S_ml = ∂δ_m/∂a_l and T_kl = ∂h_k/∂a_l. Only these small matrices are needed for each data
point; the sums over the data are matrix products.
"""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .activations import Activation
from .layers import LayerState


def hessian_blocks(
    matrices: list[Float[Array, "_ _"]],
    below: list[Float[Array, "_ B"]],
    states: list[LayerState],
    deltas: list[Float[Array, "_ B"]],
    curvatures: Float[Array, "k k B"],
    activation: Activation,
) -> list[list[Float[Array, "_ _"]]]:
    """Blocks [layer][layer] of the Hessian, each [units·inputs, units·inputs], summed over B points.

    Rows and columns are in the order of `Layout`.

    Args:
        matrices: [units, inputs + 1] of each layer.
        below: inputs of each layer [inputs + 1, B], as `with_biases` gives them.
        states: state of each layer, as the forward pass left it.
        deltas: ∂L/∂a of each layer [units, B].
        curvatures: second derivatives of the loss with respect to the outputs [k, k, B].
        activation: of the hidden layers.
    """
    depth = len(matrices)
    blocks: dict[tuple[int, int], Float[Array, "_ _"]] = {}
    for lower in range(depth):
        tangents = _tangents(matrices, states, lower)
        second = curvatures if lower == depth - 1 else _contract(curvatures, tangents[depth - 1])
        for upper in range(depth - 1, lower - 1, -1):
            if upper < depth - 1:
                second = _second_below(
                    matrices, states, deltas, activation, second, tangents, upper
                )
            if upper == lower:
                blocks[lower, lower] = _diagonal_block(second, below[lower])
            else:
                block = _cross_block(second, below[upper], below[lower])
                block = block + _slope_block(
                    tangents, states, deltas[upper], below[lower], upper, lower
                )
                blocks[upper, lower] = block
                blocks[lower, upper] = block.T
    return [[blocks[row, column] for column in range(depth)] for row in range(depth)]


def _tangents(
    matrices: list[Float[Array, "_ _"]], states: list[LayerState], lower: int
) -> dict[int, Float[Array, "_ _ B"]]:
    """∂a_k/∂a_lower for every layer k above `lower`."""
    tangents = {}
    for k in range(lower + 1, len(matrices)):
        weights = matrices[k][:, :-1]
        if k == lower + 1:
            tangents[k] = weights[:, :, None] * states[lower].slope
        else:
            tangents[k] = _apply(weights, states[k - 1].slope[:, None] * tangents[k - 1])
    return tangents


def _second_below(
    matrices: list[Float[Array, "_ _"]],
    states: list[LayerState],
    deltas: list[Float[Array, "_ B"]],
    activation: Activation,
    second_above: Float[Array, "_ i B"],
    tangents: dict[int, Float[Array, "_ _ B"]],
    layer: int,
) -> Float[Array, "n i B"]:
    """S of `layer` from S of the layer above it."""
    state, weights = states[layer], matrices[layer + 1][:, :-1]
    bend = activation.bend(state.pre, state.value, state.slope)
    bent = bend * (weights.T @ deltas[layer + 1])
    second = state.slope[:, None] * _apply(weights.T, second_above)
    if layer in tangents:
        return second + bent[:, None] * tangents[layer]
    return second + jnp.eye(bent.shape[0])[:, :, None] * bent


def _apply(weights: Float[Array, "k n"], values: Float[Array, "n i B"]) -> Float[Array, "k i B"]:
    if weights.shape[1] == 1:
        return weights[:, :, None] * values
    return jnp.einsum("kn,nib->kib", weights, values)


def _contract(
    curvatures: Float[Array, "k k B"], tangent: Float[Array, "k i B"]
) -> Float[Array, "k i B"]:
    if curvatures.shape[0] == 1:
        return curvatures * tangent
    return jnp.einsum("klb,lib->kib", curvatures, tangent)


def _diagonal_block(
    second: Float[Array, "n n B"], below: Float[Array, "m B"]
) -> Float[Array, "nm nm"]:
    """Σ S[p,i] ĥ[q] ĥ[j] as [(p q), (i j)]: both factors are symmetric, so half the pairs will do."""
    n, m = second.shape[0], below.shape[0]
    if n == 1:
        return (second[0] * below) @ below.T
    (p, i), (q, j) = np.triu_indices(n), np.triu_indices(m)
    pairs = second[p, i] @ (below[q] * below[j]).T
    units, weights = np.zeros((n, n), int), np.zeros((m, m), int)
    units[p, i] = units[i, p] = np.arange(len(p))
    weights[q, j] = weights[j, q] = np.arange(len(q))
    return pairs[units[:, None, :, None], weights[None, :, None, :]].reshape(n * m, n * m)


def _cross_block(
    second: Float[Array, "p i B"], upper: Float[Array, "q B"], lower: Float[Array, "j B"]
) -> Float[Array, "pq ij"]:
    """Σ S[p,i] ĥ_upper[q] ĥ_lower[j] as [(p q), (i j)]."""
    (p, i, n), q, j = second.shape, upper.shape[0], lower.shape[0]
    # Multiply out the factor that leaves the fewer rows to write before the matrix product.
    if i * j <= i * q:
        rows = (second[:, :, None] * lower).reshape(p * i * j, n)
        return (rows @ upper.T).reshape(p, i, j, q).transpose(0, 3, 1, 2).reshape(p * q, i * j)
    rows = (second[:, :, None] * upper).reshape(p * i * q, n)
    return (rows @ lower.T).reshape(p, i, q, j).transpose(0, 2, 1, 3).reshape(p * q, i * j)


def _slope_block(
    tangents: dict[int, Float[Array, "_ _ B"]],
    states: list[LayerState],
    delta: Float[Array, "p B"],
    below: Float[Array, "j B"],
    upper: int,
    lower: int,
) -> Float[Array, "pq ij"]:
    """Σ δ_upper[p] ∂h_{upper−1}[q]/∂a_lower[i] ĥ_lower[j] as [(p q), (i j)]; no bias column q."""
    p, j = delta.shape[0], below.shape[0]
    slope = states[upper - 1].slope
    if upper == lower + 1:
        i = slope.shape[0]
        sums = ((delta[:, None] * slope).reshape(p * i, -1) @ below.T).reshape(p, i, j)
        block = jnp.eye(i)[None, :, :, None] * sums[:, None]
    else:
        tangent = slope[:, None] * tangents[upper - 1]
        q, i, n = tangent.shape
        rows = (delta[:, None, None] * tangent).reshape(p * q * i, n)
        block = (rows @ below.T).reshape(p, q, i, j)
    block = jnp.pad(block, ((0, 0), (0, 1), (0, 0), (0, 0)))
    return block.reshape(p * block.shape[1], -1)
