"""Every built-in problem keeps the contract of a problem, and broken ones are caught item by item."""

import dataclasses

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from thalweg.certificate.balls import Balls
from thalweg.problems import (
    CoordinateFamily,
    DerivativeEnclosure,
    FixedCoordinate,
    Function,
    GaussianProcess,
    HiddenUnitSymmetry,
    KMeans,
    LennardJones,
    NeuralNetwork,
    Problem,
    double_well,
    losses,
    muller_brown,
    schwefel,
)
from thalweg.problems.kernels import RBF, Constant, Matern, Periodic, RationalQuadratic
from thalweg.testing import ContractError, check_problem

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(40, 2))
CLASSES = np.arange(40) % 3
VALUES = np.sin(2 * X[:, 0]) + 0.3 * X[:, 1] ** 2


def network(targets=CLASSES, **options):
    options = {"hidden": (3,), "l2": 1e-3, **options}
    return NeuralNetwork.from_data(X, targets, **options)


NETWORKS = {
    "cross-entropy": network(),
    "two classes, two layers": network(CLASSES > 0, hidden=(3, 2)),
    "three layers, not odd": network(hidden=(2, 3, 2), activation="swish"),
    "weighted classes": network(class_weights="balanced", start_width=(0.5, 2.0)),
    "penalty on weights": network(l2_on="weights"),
    "no penalty": network(l2=0.0),
    "squared error": network(VALUES, loss=losses.MeanSquaredError()),
    "absolute error, two outputs": network(
        np.c_[VALUES, X], loss=losses.MeanAbsoluteError(smoothing=0.1), hidden=(2, 2)
    ),
    "AUC": network(loss=losses.ApproximateAUC()),
    "AUC, tanh": network(CLASSES > 0, loss=losses.ApproximateAUC("tanh", beta=20.0)),
    "AUC, hinge": network(
        CLASSES > 0, loss=losses.ApproximateAUC("hinge", margin=0.5, smoothing=0.05)
    ),
    "AUC, quadratic": network(loss=losses.ApproximateAUC("quadratic")),
    "AUC, exponential": network(CLASSES > 0, loss=losses.ApproximateAUC("exponential")),
}


def thinned(names, slow):
    """All names, those marked slow that prove once more what others prove."""
    return [pytest.param(name, marks=pytest.mark.slow if name in slow else ()) for name in names]


# The surrogates are one class, whose sums over pairs are held against the double sum elsewhere.
@pytest.mark.parametrize(
    "name",
    thinned(
        NETWORKS,
        {
            *("AUC", "AUC, tanh", "AUC, quadratic", "AUC, exponential"),
            *("three layers, not odd", "weighted classes", "penalty on weights", "squared error"),
        },
    ),
)
def test_networks_keep_the_contract_with_every_loss(name):
    problem = NETWORKS[name]
    # Starts are wide, with saturated units: these points are where the loss bends.
    points = np.random.default_rng(1).normal(size=(3, problem.dimension))
    others = [other for key, other in NETWORKS.items() if key != name]
    # Sums over pairs are good to 1e-10 of their largest terms, and short steps magnify that.
    tolerance = 1e-7 if problem.loss_function.is_pairwise else 1e-8
    check_problem(problem, points=points, variants=others, tolerance=tolerance)


KERNELS = {
    "Matérn": Matern(1.5),
    "free smoothness": Matern((0.3, 5.0)),
    "RBF, one length": RBF(ard=False),
    "rational quadratic": RationalQuadratic(),
    "sum of products": Constant() * RBF() + RationalQuadratic() * Periodic(),
}


def process(kernel, **options):
    return GaussianProcess.from_data(X[:20], VALUES[:20], kernel=kernel, **options)


@pytest.mark.parametrize(
    "name", thinned(KERNELS, {"RBF, one length", "rational quadratic", "Matérn"})
)
def test_gaussian_processes_keep_the_contract_with_every_kernel(name):
    problem = process(KERNELS[name], noise=(1e-3, 1.0))
    variants = [process(other, noise=(1e-3, 1.0)) for k, other in KERNELS.items() if k != name]
    # Near the bounds a matrix is hardly positive definite, and a short period is beyond all differences.
    share = np.random.default_rng(1).uniform(0.4, 0.6, size=(3, problem.dimension))
    lower, upper = problem.bounds
    check_problem(
        problem,
        points=lower + share * (upper - lower),
        variants=[*variants, process(KERNELS[name], noise=(1e-3, 0.5))],
    )


def test_a_gaussian_process_with_a_prior_keeps_the_contract():
    problem = process(RBF(), prior_width=1.5)
    check_problem(
        problem,
        points=np.random.default_rng(1).normal(size=(2, problem.dimension)) - 1.0,
        variants=[process(RBF()), process(RBF(), prior_width=2.0)],
    )


OTHERS = {
    "double well": (double_well(), [muller_brown()]),
    "Müller-Brown": (muller_brown(), [schwefel(2)]),
    "Schwefel": (schwefel(3), [schwefel(2)]),
    "a function of one's own": (
        Function(lambda x: (x[0] ** 2 - 1) ** 2 + jnp.cosh(x[1]), dimension=2, start_width=0.7),
        [Function(lambda x: (x[0] ** 2 - 1) ** 2 + jnp.sinh(x[1]) ** 2, dimension=2)],
    ),
    "clusters of atoms": (LennardJones(5), [LennardJones(6)]),
    "K-means": (KMeans(X, 3), [KMeans(X, 2), KMeans(X[1:], 3)]),
    "a fixed coordinate": (
        FixedCoordinate(muller_brown(), np.asarray(0.5), 0),
        [
            FixedCoordinate(muller_brown(), np.asarray(0.5), 1),
            CoordinateFamily(muller_brown(), 0).problem_at(0.6),
        ],
    ),
}


@pytest.mark.parametrize("name", OTHERS)
def test_the_other_problems_keep_the_contract(name):
    problem, variants = OTHERS[name]
    check_problem(problem, variants=variants)


# ---- a stranger's own, as short as it can be, and its faults ---------------------------------------


class Tilted(Problem):
    """(x² − 1)² + y² + slope · x with a table of slopes."""

    slopes: np.ndarray
    power: int = eqx.field(static=True, default=2)

    kind = "tilted"

    @property
    def dimension(self):
        return 2

    def loss(self, x):
        return (x[0] ** 2 - 1) ** self.power + x[1] ** 2 + jnp.sum(self.slopes) * x[0]

    def start(self, key):
        return 2 * jax.random.normal(key, (2,))

    def choices(self):
        return {"power": self.power}

    def arrays(self):
        return {"slopes": np.asarray(self.slopes)}

    @property
    def is_portable(self):
        return False


def tilted(kind=Tilted, **options):
    return kind(slopes=np.array([0.1, 0.2]), **options)


def test_a_strangers_problem_of_six_members_keeps_the_contract():
    check_problem(tilted(), variants=[Tilted(np.array([0.1, 0.3])), tilted(power=4)])


def broken_items(problem, **options):
    with pytest.raises(ContractError) as caught:
        check_problem(problem, **options)
    for violation in caught.value.violations:
        assert violation.remedy and violation.item in str(caught.value)
    return caught.value.items


class WrongGradient(Tilted):
    def value_and_gradient(self, x):
        value, gradient = jax.value_and_grad(self.loss)(x)
        return value, gradient.at[1].multiply(1 + 1e-6)


class WrongHessian(Tilted):
    def value_gradient_hessian(self, x):
        value, gradient, hessian = super().value_gradient_hessian(x)
        return value, gradient, hessian.at[0, 1].add(1e-5)


class WrongProducts(Tilted):
    def hessian_vector(self, x, v):
        return super().hessian_vector(x, v) + 1e-5


class FalseSymmetry(Tilted):
    """The slope tells the two wells apart, but the group exchanges them."""

    @property
    def symmetry(self):
        return SignOfX()


class SignOfX(HiddenUnitSymmetry):
    def __init__(self):
        super().__init__((1, 1, 1), is_odd=True)

    def canonical(self, x):
        return np.array([abs(x[0]), x[1]])

    def align(self, x, to):
        return min((x, x * [-1, 1]), key=lambda image: np.linalg.norm(image - to))

    @property
    def order(self):
        return 2

    def images(self, x):
        return iter([x, x * [-1, 1]])

    def stabiliser_order(self, x, tolerance=1e-6):
        return 1 + (x[0] == 0)

    def distance_bounds(self, x, others):
        return np.zeros(len(others))


class FalseZeroMode(Tilted):
    def zero_modes(self, x):
        return jnp.array([[0.0], [1.0]])


class SinglePrecision(Tilted):
    def loss(self, x):
        return super().loss(x).astype(jnp.float32)


class SinglePrecisionInside(Tilted):
    def loss(self, x):
        return super().loss(x).astype(jnp.float32).astype(jnp.float64)


class HidesNaN(Tilted):
    def loss(self, x):
        return jnp.nan_to_num(super().loss(x))


class SameStart(Tilted):
    def start(self, key):
        return jnp.ones(2)


class BlindFingerprint(Tilted):
    @property
    def fingerprint(self):
        return "0" * 64


class SaysItIsPortable(Tilted):
    @property
    def is_portable(self):
        return True


class StartsOutside(Tilted):
    @property
    def bounds(self):
        return np.full(2, -1.0), np.full(2, 1.0)


class PiecewiseSmooth(Tilted):
    def loss(self, x):
        return jnp.sum(jnp.abs(jnp.sin(3000 * x))) + super().loss(x)


class FlatAtItsStarts(Tilted):
    def loss(self, x):
        return jnp.exp(-jnp.sum(x**2))

    def start(self, key):
        return 40 + jax.random.normal(key, (2,))


class NotStatic(Tilted):
    function: object = len


class Crashes(Tilted):
    def loss(self, x):
        raise ZeroDivisionError("no loss today")


class Enclosed(Tilted):
    """Its derivatives by hand, in balls of float64."""

    def enclosure(self, x, radius):
        b = Balls()
        y, z = (b.box(*pair) for pair in zip(x, radius, strict=True))
        one, two, four, twelve, zero = (b.exact(np.array(n)) for n in (1.0, 2.0, 4.0, 12.0, 0.0))
        t = b.sum(b.exact(self.slopes), (0,))
        well = b.sub(b.power(y, 2), one)
        loss = b.add(b.add(b.power(well, 2), b.power(z, 2)), b.mul(t, y))
        slope = b.add(b.mul(four, b.mul(well, y)), t)
        curvature = b.sub(b.mul(twelve, b.power(y, 2)), four)
        hessian = [[curvature, zero], [zero, two]]
        return DerivativeEnclosure(
            np.array(self.bounds_of(loss)),
            np.array([self.bounds_of(part) for part in (slope, b.mul(two, z))]).T,
            np.array([[self.bounds_of(part) for part in row] for row in hessian]).transpose(
                2, 0, 1
            ),
        )

    def bounds_of(self, ball):
        return ball.lower, ball.upper


class EnclosesTheMiddleAlone(Enclosed):
    def bounds_of(self, ball):
        return ball.mid, ball.mid


class EnclosesNothingAtAPoint(Enclosed):
    def bounds_of(self, ball):
        return np.full_like(ball.mid, -np.inf), np.full_like(ball.mid, np.inf)


class EnclosesAnotherDimension(Tilted):
    def enclosure(self, x, radius):
        return DerivativeEnclosure(np.zeros(2), np.zeros((2, 3)), np.zeros((2, 3, 3)))


def test_a_problem_with_an_enclosure_of_its_own_keeps_the_contract():
    check_problem(tilted(Enclosed))


FAULTS = {
    WrongGradient: "gradient",
    WrongHessian: "Hessian",
    WrongProducts: "hessian_vector = Hessian times vector",
    FalseSymmetry: "loss of symmetry images",
    FalseZeroMode: "gradient along zero modes",
    SinglePrecision: "float64",
    SinglePrecisionInside: "float64 inside",
    HidesNaN: "a lost walker shows",
    SameStart: "starts differ",
    BlindFingerprint: "fingerprint changes with the data",
    SaysItIsPortable: "record round trip",
    StartsOutside: "start inside the bounds",
    PiecewiseSmooth: "gradient can be judged",
    FlatAtItsStarts: "gradient can be judged",
    NotStatic: "a problem is a pytree of arrays",
    Crashes: "evaluation",
    EnclosesTheMiddleAlone: "the enclosure over a box of 0.001 length scales holds every point",
    EnclosesNothingAtAPoint: "the enclosure over a box of 0 length scales holds every point",
    EnclosesAnotherDimension: "the enclosure over a box of 0 length scales holds every point",
}


@pytest.mark.parametrize("kind", FAULTS, ids=lambda kind: kind.__name__)
def test_a_broken_problem_is_caught(kind):
    assert FAULTS[kind] in broken_items(tilted(kind))


def test_all_faults_of_a_problem_are_listed_at_once():
    class Several(FalseZeroMode, HidesNaN, BlindFingerprint):
        pass

    items = broken_items(tilted(Several), variants=[tilted()])
    assert {FAULTS[kind] for kind in (FalseZeroMode, HidesNaN, BlindFingerprint)} <= set(items)


def test_a_field_that_a_record_loses_is_named(monkeypatch):
    rebuild = NeuralNetwork.from_record
    monkeypatch.setattr(
        NeuralNetwork,
        "from_record",
        lambda *record: dataclasses.replace(rebuild(*record), start_width=(1.0, 2.0)),
    )
    problem = network()
    with pytest.raises(ContractError, match="start_width"):
        check_problem(problem, points=np.ones((1, problem.dimension)))


def test_points_of_another_dimension_are_named():
    with pytest.raises(
        ContractError, match="points must give points of dimension 2, got the shape"
    ):
        check_problem(double_well(), points=np.zeros((2, 3)))
