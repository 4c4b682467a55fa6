"""Chains of basin-hopping."""

import jax
import jax.numpy as jnp
import numpy as np

from thalweg.problems import schwefel
from thalweg.search.basin_hopping import BasinHopping, hop
from thalweg.search.search_space import SearchSpace
from thalweg.search.steps.newton import Newton


def chains(problem, method, seed=0):
    with jax.enable_x64(True):
        return hop(SearchSpace(problem), jax.random.key(seed), method, Newton())


def test_chains_find_the_global_minimum_of_schwefel():
    method = BasinHopping(temperature=50.0, step=150.0, chains=8, hops=20)
    result = chains(schwefel(), method)
    # Near zero at (420.97, 420.97); the constant 418.9829 has seven digits.
    assert abs(result.loss[result.converged].min()) < 1e-4


def test_a_chain_does_not_depend_on_the_others():
    few = chains(schwefel(), BasinHopping(temperature=50.0, step=150.0, chains=4, hops=6))
    again = chains(schwefel(), BasinHopping(temperature=50.0, step=150.0, chains=4, hops=6))
    np.testing.assert_array_equal(few.loss, again.loss)


def test_cold_chains_never_go_up():
    method = BasinHopping(temperature=1e-9, step=80.0, chains=4, hops=25)
    result = chains(schwefel(), method)
    losses = result.loss.reshape(25, 4)
    best = np.minimum.accumulate(np.where(result.converged.reshape(25, 4), losses, np.inf), axis=0)
    assert (best[-1] < best[0]).any()


def test_the_networks_own_move_changes_one_unit(spiral_network):
    move = spiral_network.moves["one hidden unit"]
    with jax.enable_x64(True):
        x = jnp.zeros(17)
        moved = np.asarray(move(jax.random.key(0), x, jnp.ones(())))
    # Two inputs, a bias and two outgoing weights.
    assert np.count_nonzero(moved) == 5
