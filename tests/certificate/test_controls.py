"""What is false is never proved: shifts, wrong indices, images, saddles that pose, and flat valleys."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import thalweg as tw
from thalweg.certificate import Certificate, Certifier, Refusal
from thalweg.certificate.apart import pairs_alike
from thalweg.landscape.records import Minimum, TransitionState
from thalweg.problems import Function, GaussianProcess, KMeans, LennardJones, NeuralNetwork
from thalweg.problems.problem import Problem

LARGEST_SHIFT = 1e-5
"""Beyond it a gradient is above its tolerance in every family here, whose curvatures are above 1e-3."""


@dataclass(frozen=True, eq=False)
class Family:
    """Points of a problem that are stationary, with what was proved of them."""

    certifier: Certifier
    problem: Problem
    points: Sequence[Minimum]
    proofs: Sequence[Certificate]


def family(problem: Problem, points: Sequence[Minimum]) -> Family:
    certifier = Certifier(problem)
    proofs = [certifier.certify(point, kind_of(point), i) for i, point in enumerate(points)]
    assert all(isinstance(proof, Certificate) for proof in proofs)
    return Family(certifier, problem, points, proofs)


def kind_of(point: Minimum) -> str:
    return "transition state" if isinstance(point, TransitionState) else "minimum"


def other_kind(point: Minimum) -> Minimum:
    """The same point, said to have the other index."""
    kind = Minimum if isinstance(point, TransitionState) else TransitionState
    return kind(**{f.name: getattr(point, f.name) for f in dataclasses.fields(Minimum)})


def at_rest(problem: Problem, start: np.ndarray, kind: type[Minimum] = Minimum) -> Minimum:
    """The stationary point next to a start, by Newton's steps without zero modes."""
    evaluate = jax.jit(lambda x: problem.value_gradient_hessian(x))
    x = np.asarray(start, dtype=float).ravel()
    with jax.enable_x64(True):
        for _ in range(12):
            _, gradient, hessian = map(np.asarray, evaluate(jnp.asarray(x)))
            x = x - np.linalg.pinv(hessian, rcond=1e-6) @ gradient
    return kind(0.0, x, np.ones(1), float(np.sqrt(np.mean(gradient**2))))


def of_wells() -> Family:
    problem = Function(lambda x: (x[0] ** 2 - 1) ** 2 + jnp.sum(x[1:] ** 2), dimension=3)
    starts = ((-1.1, Minimum), (0.9, Minimum), (0.1, TransitionState))
    return family(problem, [at_rest(problem, np.array([a, 0.1, 0.0]), kind) for a, kind in starts])


def of_clusters() -> Family:
    problem = LennardJones(4)
    side = 2 ** (1 / 6)
    tetrahedron = side / np.sqrt(8) * np.array([[1, 1, 1], [1, -1, -1], [-1, 1, -1], [-1, -1, 1]])
    rhombus = side * np.array([[0, 0.5, 0], [0, -0.5, 0], [0.87, 0, 0], [-0.87, 0, 0]])
    points = [at_rest(problem, tetrahedron), at_rest(problem, rhombus, TransitionState)]
    return family(problem, points)


def of_clusterings() -> Family:
    problem = KMeans(np.random.default_rng(3).normal(size=(8, 2)), 3)
    rng, search, points = np.random.default_rng(0), problem.native_search, []
    for _ in range(4):
        rest = search.quench(problem.points[rng.choice(8, 3, replace=False)].ravel())
        points.append(Minimum(rest.loss, rest.x, rest.spectrum, rest.rms_gradient, rest.tolerance))
        for start in search.candidates(rest.x)[:6]:
            top = search.eigenvector_following(start)
            if top.converged:
                points.append(
                    TransitionState(top.loss, top.x, top.spectrum, top.rms_gradient, top.tolerance)
                )
                break
    return family(problem, points)


def of_landscape(problem: Problem) -> Family:
    landscape = tw.explore(problem, minima=4, workers=1, seed=0)
    return family(problem, [*landscape.minima(), *landscape.transition_states()])


def of_networks() -> Family:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(60, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(int)
    return of_landscape(NeuralNetwork.from_data(x, y, hidden=(2,), l2=1e-2))


def of_processes() -> Family:
    rng = np.random.default_rng(0)
    x = rng.uniform(-2, 2, size=(12, 1))
    y = np.sin(2 * x[:, 0]) + 0.1 * rng.normal(size=12)
    return of_landscape(GaussianProcess.from_data(x, y, kernel=tw.kernels.RBF()))


QUICK: dict[str, Callable[[], Family]] = {
    "wells": of_wells,
    "clusters": of_clusters,
    "clusterings": of_clusterings,
}
SLOW = {**QUICK, "networks": of_networks, "processes": of_processes}


def check_controls(one: Family, n: int) -> dict[str, int]:
    """Controls of each sort in turn, at random points; how many were made of each."""
    rng = np.random.default_rng(0)
    made = {"shift": 0, "index": 0, "image": 0}
    for k in range(n):
        i = int(rng.integers(len(one.points)))
        sort = list(made)[k % 3]
        made[sort] += 1
        if sort == "shift":
            check_shift(one, i, rng)
        elif sort == "index":
            result = one.certifier.certify(other_kind(one.points[i]), "", 0)
            assert isinstance(result, Refusal)
        else:
            check_image(one, i, rng)
    return made


def check_shift(one: Family, i: int, rng: np.random.Generator) -> None:
    point, true = one.points[i], one.proofs[i]
    direction = rng.normal(size=len(point.coordinates))
    size = 10.0 ** rng.uniform(-12, -2)
    shift = size * direction / np.linalg.norm(direction)
    result = one.certifier.certify(
        dataclasses.replace(point, coordinates=point.coordinates + shift), "", 0
    )
    if isinstance(result, Refusal):
        return
    assert size < LARGEST_SHIFT and result.index == true.index
    if one.problem.generators(jnp.zeros(len(shift))) is None:
        # The stationary point is known to within a distance; the claim has to reach it.
        assert size - true.distance <= result.distance
    # Wherever a motion took the point, its loss is that of the true one.
    assert result.loss[0] <= true.loss[1] and true.loss[0] <= result.loss[1]


def check_image(one: Family, i: int, rng: np.random.Generator) -> None:
    """An image of a point, stored beside it, is not proved to be another."""
    point, true = one.points[i], one.proofs[i]
    image = one.problem.symmetry.random_image(point.coordinates, rng)
    copy = one.certifier.certify(
        dataclasses.replace(point, coordinates=image), kind_of(point), len(one.points)
    )
    if isinstance(copy, Certificate):
        assert not true.is_apart_from(copy)
        coordinates = {(kind_of(point), i): point.coordinates, (kind_of(point), copy.id): image}
        has_motions = one.problem.generators(jnp.zeros(len(image))) is not None
        symmetry = None if has_motions else one.problem.symmetry
        assert list(pairs_alike([true, copy], coordinates, symmetry))


@pytest.mark.parametrize("name", QUICK)
def test_no_random_control_is_proved(name):
    made = check_controls(QUICK[name](), 18)
    assert min(made.values()) == 6


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_none_of_many_random_controls_is_proved(name):
    assert sum(check_controls(SLOW[name](), 240).values()) == 240


def check_flat_valleys(n: int) -> None:
    """exp(−a) has no stationary point at all, and y⁴ no index where its slope is below any tolerance."""
    falling = Certifier(Function(lambda x: jnp.exp(-x[0]) + x[1] ** 2, dimension=2))
    quartic = Certifier(Function(lambda x: x[0] ** 2 + x[1] ** 4, dimension=2))
    rng = np.random.default_rng(0)
    for _ in range(n):
        at = np.array([rng.uniform(24, 60), 0.0])
        spectrum = np.array([np.exp(-at[0]), 2.0])
        point = Minimum(spectrum[0], at, spectrum, float(spectrum[0]))
        assert isinstance(falling.certify(point, "minimum", 0), Refusal)
        at = np.array([0.0, rng.choice([-1, 1]) * 10.0 ** rng.uniform(-12, -4)])
        point = Minimum(at[1] ** 4, at, np.array([12 * at[1] ** 2, 2.0]), 4 * abs(at[1]) ** 3)
        assert isinstance(quartic.certify(point, "minimum", 0), Refusal)


def test_a_flat_valley_is_never_proved():
    check_flat_valleys(2)


@pytest.mark.slow
def test_none_of_many_flat_valleys_is_proved():
    check_flat_valleys(200)


@jax.jit
def _derivatives(problem: Problem, x: jax.Array) -> tuple[jax.Array, jax.Array, jax.Array]:
    return problem.value_gradient_hessian(x)


def valley_of_processes(rng: np.random.Generator) -> tuple[GaussianProcess, list[np.ndarray]]:
    """Seven values without structure, and points of the valley that leads to ever larger lengths.

    The likelihood has a limit there, which it comes near as ℓ⁻²: its slope is below any tolerance, and it
    has no stationary point. Variance and noise are at rest for each length.
    """
    x, y = rng.uniform(-2, 2, size=(7, 1)), 1 + 0.5 * rng.normal(size=7)
    problem = GaussianProcess.from_data(
        x, y, kernel=tw.kernels.RBF(length_bounds=(1e-2, 1e9)), noise=(1e-6, 1e3)
    )
    points, others = [], np.array([0, 2])
    for length in rng.uniform(11.5, 17, size=20):
        at = np.array([0.0, length, np.log(0.25)])
        with jax.enable_x64(True):
            for _ in range(60):
                _, gradient, hessian = map(np.asarray, _derivatives(problem, jnp.asarray(at)))
                spectrum, modes = np.linalg.eigh(hessian[np.ix_(others, others)])
                step = modes @ ((modes.T @ gradient[others]) / np.maximum(np.abs(spectrum), 1e-2))
                at[others] -= step / max(1.0, float(np.abs(step).max()))
        points.append(at)
    return problem, points


def check_valleys_of_processes(n: int, each: int) -> int:
    """How many points of such valleys are refused; none may be proved."""
    rng, n_refused = np.random.default_rng(0), 0
    for _ in range(n):
        problem, points = valley_of_processes(rng)
        certifier = Certifier(problem)
        for at in points[:each]:
            point = at_rest_as_stated(problem, at)
            # A search takes it for a minimum: its gradient is below the tolerance. Where variance and noise
            # have not settled in sixty steps there is nothing to be taken in by.
            if point.rms_gradient > 1e-9:
                continue
            assert isinstance(certifier.certify(point, "minimum", 0), Refusal)
            n_refused += 1
    return n_refused


def at_rest_as_stated(problem: Problem, x: np.ndarray) -> Minimum:
    with jax.enable_x64(True):
        loss, gradient = map(np.asarray, problem.value_and_gradient(jnp.asarray(x)))
    return Minimum(float(loss), x, np.ones(3), float(np.sqrt(np.mean(gradient**2))))


@pytest.mark.slow
def test_none_of_many_valleys_of_processes_is_proved():
    assert check_valleys_of_processes(20, 20) > 300
