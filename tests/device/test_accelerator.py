"""On an accelerator: float64, right eigensystems, the minima of the CPU, and landscapes. `make test-gpu`"""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest
import sqlalchemy as sa

import thalweg as tw
from thalweg.datasets import spirals
from thalweg.problems import NeuralNetwork
from thalweg.search.exploration.adaptive import executor_for
from thalweg.search.exploration.in_thread import InThread
from thalweg.search.search_space import SearchSpace
from thalweg.search.steps.batching import BatchSizes, bytes_of_one_point
from thalweg.search.steps.device import Device
from thalweg.search.steps.eigensystem import eigensystems
from thalweg.search.steps.newton import Newton
from thalweg.search.walks.walk import walk

pytestmark = pytest.mark.gpu


@pytest.fixture(scope="module")
def network():
    data = spirals(200, 100)
    return NeuralNetwork.from_data(data.inputs, data.targets, hidden=(2,), l2=1e-3)


@pytest.fixture(scope="module")
def starts(network):
    return SearchSpace(network).starts(jax.random.split(jax.random.key(0), 300))


@pytest.fixture(scope="module")
def on_cpu(network, starts):
    with jax.default_device(jax.devices("cpu")[0]):
        assert Device.present().kind == "cpu"
        return walk(SearchSpace(network).problem, starts, Newton())


def test_numbers_have_64_bits_on_the_device(accelerator):
    with jax.enable_x64(True):
        x = jax.device_put(jnp.asarray(1.0), accelerator)
        assert x.dtype == jnp.float64 and x.devices() == {accelerator}
        # 1 + 2⁻⁵⁰ is 1 in single precision, and so is what fast arithmetic makes of it.
        assert float(jax.jit(lambda a: (a + 2.0**-50) - a)(x)) == 2.0**-50
        # Relative to single precision, functions of elements would be off by 1e-7.
        values = np.linspace(-5, 5, 1001)
        for function in ("tanh", "exp", "log1p"):
            inside = np.abs(values) if function == "log1p" else values
            ours = jax.jit(getattr(jnp, function))(jax.device_put(inside, accelerator))
            np.testing.assert_allclose(ours, getattr(np, function)(inside), rtol=1e-14)


@pytest.mark.parametrize("m", [2, 21, 32, 33, 101])
def test_eigensystems_of_a_batch_are_right(accelerator, m):
    # Up to 32 rows cuSOLVER takes another algorithm, by Jacobi rotations.
    random = np.random.default_rng(m)
    q = np.linalg.qr(random.normal(size=(500, m, m)))[0]
    spectra = np.concatenate(
        [np.full((500, 1), -1.0), np.logspace(-9, 3, m - 1) * np.ones((500, 1))], 1
    )
    matrices = (q * spectra[:, None]) @ q.transpose(0, 2, 1)
    matrices = (matrices + matrices.transpose(0, 2, 1)) / 2
    with jax.enable_x64(True):
        systems = jax.jit(lambda h: eigensystems(h, checks=True))(
            jax.device_put(matrices, accelerator)
        )
        values = np.asarray(systems.values)
    # Eigenvalues are known to rounding of the largest, 1e3.
    np.testing.assert_allclose(values, np.sort(spectra, axis=1), atol=m * 1e-12)
    print(f"{int(np.asarray(systems.is_redone).sum())} of 500 were computed again on the host")


def test_the_minima_are_those_of_the_cpu(on_accelerator, network, starts, on_cpu):
    result = walk(SearchSpace(network).problem, starts, Newton())
    both = result.converged & on_cpu.converged
    assert both.mean() > 0.9
    # A walk is chaotic where it passes a ridge: rounding sends a few walkers to other minima. Where a walker
    # ends in the same one, its loss is off by |g|²/2λ, far below 1e-9 with |g| < √m·1e-10 and λ > 1e-6.
    same = both & (np.abs(result.loss - on_cpu.loss) < 1e-9)
    assert same.sum() > 0.9 * both.sum()
    softest = on_cpu.spectrum[same].min(axis=1)
    assert softest.min() > 1e-6
    # Each end lies within |g|/λ of the minimum; twice that, and again for third derivatives.
    reach = 4e-10 * np.sqrt(result.x.shape[1]) / softest
    assert (np.linalg.norm(result.x[same] - on_cpu.x[same], axis=1) < reach).all()
    # And all that it comes to are minima for the CPU as well, to the last of them.
    with jax.default_device(jax.devices("cpu")[0]):
        again = walk(SearchSpace(network).problem, result.x[result.converged], Newton())
    assert again.converged.all()
    np.testing.assert_allclose(again.loss, result.loss[result.converged], atol=1e-9)


def test_where_memory_is_short_chunks_are_small_and_the_minima_the_same(
    on_accelerator, network, starts
):
    problem = SearchSpace(network).problem
    whole = BatchSizes.usual(problem, Device("gpu", "", 1 << 30))
    little = BatchSizes.usual(problem, Device("gpu", "", 16 * bytes_of_one_point(problem)))
    assert little.chunk < 16 <= whole.chunk
    a, b = (walk(problem, starts[:64], Newton(), batches=sizes) for sizes in (whole, little))
    same = a.converged & b.converged & (np.abs(a.loss - b.loss) < 1e-9)
    assert same.sum() > 0.9 * a.converged.sum()


def test_an_exploration_joins_minima_and_says_on_what(on_accelerator, network, tmp_path):
    assert isinstance(executor_for(), InThread)
    methods = tw.Methods(lanes=64, starts_per_task=64, searches_per_task=16)
    landscape = tw.explore(network, tmp_path / "a.db", minima=5, seconds=120, methods=methods)
    assert landscape.n_minima >= 2 and landscape.n_transition_states > 0
    assert landscape.outcome().is_complete
    assert landscape.worst_rms_gradient().minima < 1e-10
    with sa.create_engine(f"sqlite:///{tmp_path}/a.db").connect() as connection:
        settings = json.loads(connection.execute(sa.text("SELECT settings FROM runs")).scalar_one())
    assert settings["batch_sizes"]["device"]["kind"] == on_accelerator.kind != "cpu"
