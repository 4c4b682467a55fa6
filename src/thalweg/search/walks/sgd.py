"""Stochastic gradient descent: short steps along gradients of a few rows of the data, by optax."""

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from ...numbers import as_real, as_whole, seed_number
from ...precision import with_float64
from ...problems.capabilities import Resamplable
from ...problems.problem import Problem
from ..steps.batching import BatchSizes, in_chunks
from ..steps.evaluation import clipped_to_bounds
from ..steps.pace import Pace, never
from .minimiser import Descent

Optimiser = Callable[[Any], Any]
"""Makes an optax transformation from a learning rate: `optax.rmsprop`, or a function of your own module."""


class SGD(eqx.Module):
    """Stochastic gradient descent over batches of the data's rows, with the update rules of optax.

    As published, the rows of a batch are drawn uniformly with replacement; `replacement=False` goes through
    all rows in a new order each epoch instead, as most libraries do. An epoch is as many updates as batches
    fit into the data (the thesis calls every single update an epoch).

    Walker i draws its batches from `seed` and i alone. Of what the batches say nothing is certain: a descent
    ends near a minimum, not in it. `tw.quench(problem, starts, SGD())` goes on to the minimum.

    Attributes:
        batch_size: rows of a batch; None for the gradient of all rows, for problems without rows too.
        epochs: passes over the data; updates where `batch_size` is None.
        learning_rate: factor of the gradient; positive.
        momentum: of "sgd", from 0 to below 1.
        optimiser: "sgd", "adam", or a function that makes an optax transformation from the learning rate,
            such as `optax.rmsprop`.
        replacement: whether a batch may hold a row twice.
        seed: of the batches.

    Raises:
        ValueError: for settings out of range, or an optimiser of no such name.

    Reference: Robbins & Monro, Ann. Math. Stat. 22, 400 (1951); Niroomand, thesis (2024), section 1.5.3.
    """

    batch_size: int | None = eqx.field(static=True, default=32)
    epochs: int = eqx.field(static=True, default=100, converter=as_whole("epochs", least=1))
    learning_rate: float = eqx.field(default=0.1, converter=as_real("learning_rate", above=0))
    momentum: float = eqx.field(default=0.9, converter=as_real("momentum", least=0))
    optimiser: str | Optimiser = eqx.field(static=True, default="sgd")
    replacement: bool = eqx.field(static=True, default=True)
    seed: int = eqx.field(static=True, default=0, converter=seed_number)

    def __check_init__(self) -> None:
        if self.batch_size is not None:
            as_whole("batch_size", least=1)(self.batch_size)
        if self.momentum >= 1:
            raise ValueError(f"momentum must be below 1, got {self.momentum:g}.")
        if isinstance(self.optimiser, str) and self.optimiser not in ("sgd", "adam"):
            raise ValueError(
                f"no optimiser is called {self.optimiser!r}: pass 'sgd', 'adam', or a function that makes "
                "an optax transformation from the learning rate, optax.rmsprop for example."
            )

    def transformation(self) -> Any:
        """The update rule, as an optax transformation."""
        # Here, not above: a quarter of a second that most users of the library do not need.
        import optax

        if self.optimiser == "sgd":
            return optax.sgd(self.learning_rate, self.momentum)
        if self.optimiser == "adam":
            return optax.adam(self.learning_rate)
        assert callable(self.optimiser)
        return self.optimiser(self.learning_rate)

    def updates_per_epoch(self, problem: Problem) -> int:
        """Batches that fit into the data, at least one.

        Raises:
            ValueError: if the problem has no rows to draw from, or fewer than `batch_size`.
        """
        if self.batch_size is None:
            return 1
        if not isinstance(problem, Resamplable):
            raise ValueError(
                f"{problem.name} has no rows of data to draw batches from; pass batch_size=None for the "
                "whole gradient, or give a model of your own rows by tw.problems.over_rows."
            )
        if self.batch_size > problem.n_rows:
            raise ValueError(
                f"batch_size must be at most {problem.n_rows}, the rows of the data, got "
                f"{self.batch_size}; None takes all of them once."
            )
        return problem.n_rows // self.batch_size

    @with_float64
    def descend(
        self,
        problem: Problem,
        starts: Float[np.ndarray, "walkers m"],
        *,
        lanes: int | None = None,
        should_stop: Callable[[], bool] = never,
    ) -> Descent:
        """As `Minimiser.descend`, all walkers together; evaluations are counted in passes over the data."""
        descent = StochasticDescent(problem, self, starts)
        descent.advance(self.epochs * self.updates_per_epoch(problem), should_stop)
        passes = math.ceil(descent.n_updates / self.updates_per_epoch(problem))
        return Descent(descent.points, np.full(len(starts), passes))


class StochasticDescent:
    """Walkers on their way down, so many updates at a time; used inside a float64 context.

    Attributes:
        n_updates: made so far.
    """

    def __init__(
        self, problem: Problem, method: SGD, starts: Float[np.ndarray, "walkers m"]
    ) -> None:
        method.updates_per_epoch(problem)  # which refuses what has no rows
        self._problem, self._method = jax.device_put(problem), method
        self._chunk = BatchSizes.usual(problem).chunk
        self._state = _begin(self._problem, method, jnp.asarray(starts))
        self.n_updates = 0

    @property
    def points(self) -> Float[np.ndarray, "walkers m"]:
        """Where the walkers are; those that met NaN stay where they were last fine."""
        return np.asarray(self._state.x)

    @property
    def losses(self) -> Float[np.ndarray, " walkers"]:
        """Their losses over all rows [walkers]."""
        return np.asarray(_losses(self._problem, self._state.x, self._chunk))

    def advance(self, updates: int, should_stop: Callable[[], bool] = never) -> bool:
        """Make so many updates; returns whether it was told to stop before."""
        self._state, is_stopped = Pace(should_stop).advance(
            self._state,
            lambda s, n: _advance(self._problem, self._method, s, n, self._chunk),
            updates,
        )
        self.n_updates = int(self._state.step)
        return is_stopped


class _State(eqx.Module):
    x: Float[Array, "walkers m"]
    optimiser: Any
    keys: PRNGKeyArray | Array
    order: Int[Array, "walkers rows"]
    """A permutation of the rows for each walker, where batches are drawn without replacement."""
    is_lost: Bool[Array, " walkers"]
    step: Int[Array, ""]


@jax.jit
def _begin(problem: Problem, method: SGD, starts: Float[Array, "walkers m"]) -> _State:
    walkers = len(starts)
    keys = jax.vmap(partial(jax.random.fold_in, jax.random.key(method.seed)))(jnp.arange(walkers))
    rows = 0 if method.replacement or method.batch_size is None else _rows(problem)
    return _State(
        x=starts,
        optimiser=jax.vmap(method.transformation().init)(starts),
        keys=keys,
        order=jnp.zeros((walkers, rows), int),
        is_lost=jnp.zeros(walkers, bool),
        step=jnp.zeros((), int),
    )


@partial(jax.jit, static_argnames="chunk")
def _advance(
    problem: Problem, method: SGD, state: _State, n: int | Int[Array, ""], chunk: int
) -> _State:
    last: _State = jax.lax.fori_loop(0, n, lambda _, s: _update(problem, method, s, chunk), state)
    return last


@partial(jax.jit, static_argnames="chunk")
def _losses(problem: Problem, x: Float[Array, "walkers m"], chunk: int) -> Float[Array, " walkers"]:
    losses: Float[Array, " walkers"] = in_chunks(problem.loss, chunk, x)
    return losses


def _update(problem: Problem, method: SGD, state: _State, chunk: int) -> _State:
    order = _reshuffled(method, state)
    gradient = _gradients(problem, method, state, order, chunk)
    steps, optimiser = jax.vmap(method.transformation().update)(gradient, state.optimiser, state.x)
    x = clipped_to_bounds(problem, state.x + steps)
    is_lost = state.is_lost | ~jnp.isfinite(x).all(axis=1)
    x = jnp.where(is_lost[:, None], state.x, x)
    return _State(x, optimiser, state.keys, order, is_lost, state.step + 1)


def _gradients(
    problem: Problem, method: SGD, state: _State, order: Int[Array, "walkers rows"], chunk: int
) -> Float[Array, "walkers m"]:
    size = method.batch_size
    if size is None:
        gradients: Float[Array, "walkers m"] = in_chunks(
            problem.value_and_gradient, chunk, state.x
        )[1]
        return gradients

    def of_batch(x: Float[Array, " m"], key: Any, order: Int[Array, " rows"]) -> Float[Array, " m"]:
        if method.replacement:
            key = jax.random.fold_in(key, state.step)
            rows = jax.random.randint(key, (size,), 0, _rows(problem))
        else:
            first = state.step % (_rows(problem) // size) * size
            rows = jax.lax.dynamic_slice(order, (first,), (size,))
        batch: Problem = problem.with_rows(rows)  # type: ignore[attr-defined] # it is Resamplable
        return batch.value_and_gradient(x)[1]

    return jax.vmap(of_batch)(state.x, state.keys, order)


def _reshuffled(method: SGD, state: _State) -> Int[Array, "walkers rows"]:
    """The order of the rows, drawn anew where an epoch begins."""
    rows = state.order.shape[1]
    if rows == 0 or method.batch_size is None:
        return state.order

    def shuffled() -> Int[Array, "walkers rows"]:
        keys = jax.vmap(lambda key: jax.random.fold_in(key, state.step))(state.keys)
        return jax.vmap(lambda key: jax.random.permutation(key, rows))(keys)

    is_new_epoch = state.step % (rows // method.batch_size) == 0
    order: Int[Array, "walkers rows"] = jax.lax.cond(is_new_epoch, shuffled, lambda: state.order)
    return order


def _rows(problem: Problem) -> int:
    return int(problem.n_rows)  # type: ignore[attr-defined] # it is Resamplable
