"""Basin-hopping: Metropolis chains over quenched losses, many in one batch."""

from collections.abc import Callable

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ..numbers import as_real, as_whole
from ..precision import with_float64
from ..problems.problem import Problem
from .search_space import SearchSpace
from .steps.pace import never
from .steps.rule import StepRule
from .walks.result import WalkResult
from .walks.walk import walk


class BasinHopping(eqx.Module):
    """Settings of the chains (Wales & Doye, J. Phys. Chem. A 101, 5111, 1997).

    Attributes:
        temperature: of the Metropolis rule, in the unit of the loss: min(1, exp(−ΔL/T)).
        step: standard deviation of the first perturbation of every coordinate.
        acceptance: share of accepted steps towards which each chain's step length adapts.
        problem_moves: share of the steps that are moves of the problem's own, if it has any.
        chains: chains in one task; each begins at a random start.
        hops: quenches of each chain in one task.
    """

    temperature: float = eqx.field(
        static=True, default=0.02, converter=as_real("temperature", above=0)
    )
    step: float = eqx.field(static=True, default=2.0, converter=as_real("step", above=0))
    acceptance: float = eqx.field(
        static=True, default=0.3, converter=as_real("acceptance", above=0, most=1)
    )
    problem_moves: float = eqx.field(
        static=True, default=0.5, converter=as_real("problem_moves", least=0, most=1)
    )
    chains: int = eqx.field(static=True, default=16, converter=as_whole("chains", least=1))
    hops: int = eqx.field(static=True, default=16, converter=as_whole("hops", least=1))

    @property
    def law(self) -> str:
        """Name under which the hits are counted; they are correlated and give no coverage."""
        return (
            f"basin-hopping, T {self.temperature:g}, step {self.step:g}, "
            f"acceptance {self.acceptance:g}"
        )


@with_float64
def hop(
    space: SearchSpace,
    key: PRNGKeyArray,
    method: BasinHopping,
    rule: StepRule,
    *,
    should_stop: Callable[[], bool] = never,
) -> WalkResult:
    """Run all chains of one task, quenching by `rule`; walker c + chains·h is the h-th quench of chain c.

    Every random number belongs to a chain and a hop, so the result does not depend on which chain
    finishes first.
    """
    chains = _Chains(space, key, method)
    starts = np.full((method.chains * method.hops, space.dimension), np.nan)
    starts[: method.chains] = space.starts(jax.random.split(key, method.chains))
    return walk(
        space.problem,
        starts,
        rule,
        batches=space.batches,
        should_stop=should_stop,
        follow=chains.next_start,
        first=method.chains,
    )


class _Chains:
    """Where each chain stands: its present minimum and its step length."""

    def __init__(self, space: SearchSpace, key: PRNGKeyArray, method: BasinHopping) -> None:
        self._space, self._key, self._method = space, key, method
        self._x: list[Float[np.ndarray, " m"] | None] = [None] * method.chains
        self._loss = np.full(method.chains, np.inf)
        self._log_step = np.full(method.chains, np.log(method.step))

    def next_start(self, walker: int, results: WalkResult) -> Float[np.ndarray, " m"]:
        hop_number, chain = divmod(walker, self._method.chains)
        key = jax.random.fold_in(jax.random.fold_in(self._key, chain), 1 + hop_number)
        accept_key, move_key, start_key = jax.random.split(key, 3)
        self._metropolis(chain, walker, results, float(jax.random.uniform(accept_key)))
        present = self._x[chain]
        if present is None:
            return np.asarray(self._space.starts(start_key[None])[0])
        step = np.exp(self._log_step[chain])
        full = _perturbed(
            self._space.full,
            move_key,
            self._space.expand(present),
            np.asarray(step),
            self._method.problem_moves,
        )
        return self._space.contract(np.asarray(full))

    def _metropolis(self, chain: int, walker: int, results: WalkResult, draw: float) -> None:
        """Accept or refuse the quench, and let the step length follow."""
        was_refused = True
        if results.converged[walker]:
            rise = self._space.unit * (results.loss[walker] - self._loss[chain])
            was_refused = bool(draw >= np.exp(min(0.0, -rise / self._method.temperature)))
        if not was_refused:
            self._x[chain], self._loss[chain] = results.x[walker], results.loss[walker]
        # Robbins–Monro: stationary when the share of accepted steps is the wanted one.
        self._log_step[chain] += 0.2 * ((not was_refused) - self._method.acceptance)


@eqx.filter_jit
def _perturbed(
    problem: Problem,
    key: PRNGKeyArray,
    x: Float[np.ndarray | Array, " d"],
    step: Float[np.ndarray | Array, ""],
    share_of_moves: float,
) -> Float[Array, " d"]:
    choice_key, which_key, step_key = jax.random.split(key, 3)
    x = jnp.asarray(x)
    everywhere = x + step * jax.random.normal(step_key, x.shape)
    moves = list(problem.moves.values())
    if not moves:
        return everywhere
    which = jax.random.randint(which_key, (), 0, len(moves))
    moved_point = jax.lax.switch(which, moves, step_key, x, jnp.asarray(step))
    return jnp.where(jax.random.uniform(choice_key) < share_of_moves, moved_point, everywhere)
