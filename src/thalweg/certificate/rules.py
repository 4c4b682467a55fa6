"""What each operation of a JAX program does with enclosures."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from .balls import Array, Ball
from .truth import UNKNOWN, Truth, Unprovable

Rule = Callable[..., Any]
RULES: dict[str, Rule] = {}
"""By the name of the primitive: called with arithmetic, equation and inputs."""


def is_enclosure(value: Any) -> bool:
    """Whether a value is an enclosure of reals, not whole numbers or truths that are known exactly."""
    return isinstance(value, Ball) or (isinstance(value, np.ndarray) and value.dtype == object)


def rule(*names: str) -> Callable[[Rule], Rule]:
    """Register what an operation does, under the names of its primitives."""

    def register(function: Rule) -> Rule:
        RULES.update(dict.fromkeys(names, function))
        return function

    return register


# ---- elementwise --------------------------------------------------------------------------------


_METHODS = {
    "add": "add",
    "add_any": "add",
    "sub": "sub",
    "mul": "mul",
    "div": "div",
    "neg": "neg",
    "abs": "abs",
    "max": "maximum",
    "min": "minimum",
    "sqrt": "sqrt",
}
"""Operations that the arithmetic has a method for, of the same operands."""


def _rule_by_method(method: str) -> Rule:
    def apply(arithmetic: Any, equation: Any, *operands: Any) -> Any:
        return getattr(arithmetic, method)(*operands)

    return apply


RULES.update({name: _rule_by_method(method) for name, method in _METHODS.items()})


@rule("clamp")
def _clamp(arithmetic: Any, equation: Any, low: Any, a: Any, high: Any) -> Any:
    return arithmetic.minimum(arithmetic.maximum(a, low), high)


@rule("square")
def _square(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.power(a, 2)


@rule("integer_pow")
def _integer_pow(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.power(a, equation.params["y"])


@rule("pow")
def _pow(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    """a to the power of b: of b ln a, unless b is one whole number."""
    if not is_enclosure(b):
        b = arithmetic.exact(np.asarray(b, dtype=np.float64))
    exponent = arithmetic.as_ball(b)
    values = np.unique(exponent.mid)
    if not exponent.radius.any() and len(values) == 1 and values[0] == np.rint(values[0]):
        return arithmetic.power(a, int(values[0]))
    return arithmetic.elementary("exp", arithmetic.mul(b, arithmetic.elementary("log", a)))


@rule("rsqrt")
def _rsqrt(arithmetic: Any, equation: Any, a: Any) -> Any:
    one = arithmetic.exact(np.ones(equation.outvars[0].aval.shape))
    return arithmetic.div(one, arithmetic.sqrt(a))


@rule(
    *("exp", "expm1", "log", "log1p", "logistic", "sin", "cos", "tan", "sinh", "cosh", "tanh"),
    *("asin", "acos", "atan", "asinh", "acosh", "atanh", "erf", "erfc", "lgamma", "digamma"),
)
def _elementary(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.elementary(equation.primitive.name, a)


@rule("stop_gradient", "copy", "copy_p", "optimization_barrier")
def _identity(arithmetic: Any, equation: Any, *values: Any) -> Any:
    return list(values)


# ---- sums ---------------------------------------------------------------------------------------


@rule("reduce_sum")
def _reduce_sum(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.sum(a, tuple(map(int, equation.params["axes"])))


@rule("reduce_max")
def _reduce_max(arithmetic: Any, equation: Any, a: Any) -> Any:
    return arithmetic.largest(a, tuple(map(int, equation.params["axes"])))


@rule("reduce_min")
def _reduce_min(arithmetic: Any, equation: Any, a: Any) -> Any:
    negative = arithmetic.largest(arithmetic.neg(a), tuple(map(int, equation.params["axes"])))
    return arithmetic.neg(negative)


@rule("cumsum")
def _cumsum(arithmetic: Any, equation: Any, a: Any) -> Any:
    axis, is_reverse = equation.params["axis"], equation.params["reverse"]
    n = equation.outvars[0].aval.shape[axis]
    ones = np.tril(np.ones((n, n))) if is_reverse else np.triu(np.ones((n, n)))
    last = arithmetic.move(lambda x: np.moveaxis(x, axis, -1)[..., None, :], a)
    total = arithmetic.matmul(last, arithmetic.exact(ones))
    return arithmetic.move(lambda x: np.moveaxis(x[..., 0, :], -1, axis), total)


@rule("dot_general")
def _dot_general(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    """Contracts and batches dimensions: moved so that one product of matrices does it."""
    ((over_a, over_b), (batch_a, batch_b)) = equation.params["dimension_numbers"]
    shape_a, shape_b = (atom.aval.shape for atom in equation.invars)
    free_a = [k for k in range(len(shape_a)) if k not in (*over_a, *batch_a)]
    free_b = [k for k in range(len(shape_b)) if k not in (*over_b, *batch_b)]

    def size(shape: tuple[int, ...], axes: Any) -> int:
        return int(np.prod([shape[k] for k in axes], dtype=int))

    batch = tuple(shape_a[k] for k in batch_a)
    n, inner = size(batch, range(len(batch))), size(shape_a, over_a)
    left = arithmetic.move(
        lambda x: x.transpose(*batch_a, *free_a, *over_a).reshape(n, -1, inner), a
    )
    right = arithmetic.move(
        lambda x: x.transpose(*batch_b, *over_b, *free_b).reshape(n, inner, -1), b
    )
    product = arithmetic.matmul(left, right)
    return arithmetic.move(lambda x: x.reshape(equation.outvars[0].aval.shape), product)


@rule("scatter-add")
def _scatter_add(arithmetic: Any, equation: Any, a: Any, indices: Array, updates: Any) -> Any:
    """By a matrix of ones: which update is added where is a linear map."""
    shape, n = (
        equation.outvars[0].aval.shape,
        int(np.prod(equation.invars[2].aval.shape, dtype=int)),
    )
    size = int(np.prod(shape, dtype=int))
    if size * n > _MOST_ENTRIES:
        raise Unprovable("there is no enclosure of a scatter-add of this size")
    ones = np.zeros((size, n))
    with jax.enable_x64(True):
        for k in range(n):
            unit = np.zeros(n)
            unit[k] = 1
            inputs = (np.zeros(shape), indices, unit.reshape(equation.invars[2].aval.shape))
            ones[:, k] = np.asarray(
                equation.primitive.bind(*map(jnp.asarray, inputs), **equation.params)
            ).ravel()
    flat = arithmetic.move(lambda x: x.reshape(n, 1), updates)
    added = arithmetic.matmul(arithmetic.exact(ones), flat)
    return arithmetic.add(a, arithmetic.move(lambda x: x.reshape(shape), added))


_MOST_ENTRIES = 10**6


# ---- what only moves ----------------------------------------------------------------------------


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
    shapes = [equation.invars[k].aval.shape for k in sources]
    sizes = [int(np.prod(shape, dtype=int)) for shape in shapes]
    first = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    numbered = list(inputs)
    for j, k in enumerate(sources):
        numbered[k] = np.arange(first[j], first[j + 1]).reshape(shapes[j])
    with jax.enable_x64(True):
        outputs = equation.primitive.bind(*map(jnp.asarray, numbered), **equation.params)
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


# ---- truths -------------------------------------------------------------------------------------


def _as_truth(arithmetic: Any, equation: Any, values: Array) -> Array | Truth:
    truth = Truth(values)
    arithmetic.switches.note(equation.primitive.name, not truth.is_decided)
    return values.astype(bool) if truth.is_decided else truth


@rule("lt")
def _lt(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    return _as_truth(arithmetic, equation, arithmetic.is_less(a, b))


@rule("gt")
def _gt(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    return _as_truth(arithmetic, equation, arithmetic.is_less(b, a))


@rule("ge")
def _ge(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    return _as_truth(arithmetic, equation, _negated(arithmetic.is_less(a, b)))


@rule("le")
def _le(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    return _as_truth(arithmetic, equation, _negated(arithmetic.is_less(b, a)))


@rule("eq")
def _eq(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    if equation.invars[0] is equation.invars[1]:  # the test for NaN, which no real number is
        return np.ones(equation.outvars[0].aval.shape, dtype=bool)
    return _as_truth(arithmetic, equation, arithmetic.is_equal(a, b))


@rule("ne")
def _ne(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    if equation.invars[0] is equation.invars[1]:
        return np.zeros(equation.outvars[0].aval.shape, dtype=bool)
    return _as_truth(arithmetic, equation, _negated(arithmetic.is_equal(a, b)))


@rule("not")
def _not(arithmetic: Any, equation: Any, a: Truth) -> Any:
    return _as_truth(arithmetic, equation, _negated(a.values))


@rule("and")
def _and(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    x, y = _truth_values(a), _truth_values(b)
    return _as_truth(
        arithmetic,
        equation,
        np.where((x == 0) | (y == 0), 0, np.where((x == 1) & (y == 1), 1, UNKNOWN)).astype(np.int8),
    )


@rule("or")
def _or(arithmetic: Any, equation: Any, a: Any, b: Any) -> Any:
    x, y = _truth_values(a), _truth_values(b)
    return _as_truth(
        arithmetic,
        equation,
        np.where((x == 1) | (y == 1), 1, np.where((x == 0) & (y == 0), 0, UNKNOWN)).astype(np.int8),
    )


@rule("is_finite")
def _is_finite(arithmetic: Any, equation: Any, a: Any) -> Any:
    """A real number is; of an enclosure without bound nothing is proved in the end."""
    return np.ones(equation.outvars[0].aval.shape, dtype=bool)


@rule("sign")
def _sign(arithmetic: Any, equation: Any, a: Any) -> Any:
    shape = equation.outvars[0].aval.shape
    zero, one = arithmetic.exact(np.zeros(shape)), arithmetic.exact(np.ones(shape))
    positive = arithmetic.hull(zero, one, arithmetic.is_less(zero, a))
    negative = arithmetic.hull(zero, one, arithmetic.is_less(a, zero))
    arithmetic.switches.note("sign", arithmetic.is_less(zero, a) == UNKNOWN)
    arithmetic.switches.note("sign", arithmetic.is_less(a, zero) == UNKNOWN)
    return arithmetic.sub(positive, negative)


@rule("select_n")
def _select_n(arithmetic: Any, equation: Any, which: Any, *cases: Any) -> Any:
    """One of the cases, or all that it may be: where the condition is not known, the hull of both."""
    if len(cases) != 2:
        raise Unprovable("there is no enclosure of a choice between more than two cases")
    values = np.broadcast_to(_truth_values(which), equation.outvars[0].aval.shape)
    enclosures = [
        case if is_enclosure(case) else arithmetic.exact(np.asarray(case, dtype=np.float64))
        for case in cases
    ]
    return arithmetic.hull(*enclosures, values)


@rule("convert_element_type")
def _convert_element_type(arithmetic: Any, equation: Any, a: Any) -> Any:
    target = np.dtype(equation.params["new_dtype"])
    if isinstance(a, Truth):
        if target.kind != "f":
            raise Unprovable("a whole number depends on a comparison that is not known")
        shape = equation.outvars[0].aval.shape
        zero, one = arithmetic.exact(np.zeros(shape)), arithmetic.exact(np.ones(shape))
        return arithmetic.hull(zero, one, a.values)
    if target != np.float64:
        raise Unprovable(f"the loss is computed in {target} in part, not in float64")
    return a


def _negated(values: Array) -> Array:
    return np.where(values == UNKNOWN, UNKNOWN, 1 - values).astype(np.int8)


def _truth_values(value: Any) -> Array:
    if isinstance(value, Truth):
        return value.values
    return np.asarray(value).astype(np.int8)
