"""What every problem must offer: the protocol by which search and landscape know it."""

import abc
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray

from ..precision import with_float64
from .bounds import Bounds
from .capabilities import Prediction
from .derivative_enclosure import DerivativeEnclosure
from .native_search import NativeSearch
from .output_kind import OutputKind
from .record import Recorded
from .symmetry import Symmetry
from .trained_parameters import Arrays, real_arrays, vector_of

RMS_TOLERANCE = 1e-10
"""RMS gradient below which a point counts as stationary, unless rounding forbids so small a one."""

Move = Callable[[PRNGKeyArray, Float[Array, " d"], Float[Array, ""]], Float[Array, " d"]]
"""A perturbation `(key, x, step) -> x`."""

StartLaw = Callable[[PRNGKeyArray], Float[Array, " d"]]
"""Draws a random start from a key."""


class Problem(Recorded):
    """A loss over a flat vector, with what a search may know about it.

    A problem has four duties: `dimension`, `loss`, `start`, and a record (`kind`, and fields of which
    `Recorded` makes the rest). A whole one::

        @tw.problems.register  # only if landscape files are to rebuild it
        class Spring(tw.problems.Problem):
            rest_length: float = eqx.field(static=True)
            kind = "spring"

            @property
            def dimension(self):
                return 3

            def loss(self, x):
                return (jnp.linalg.norm(x) - self.rest_length) ** 2

            def start(self, key):
                return jax.random.normal(key, (3,))

    All other members have defaults, in groups of which a new problem overrides what it knows better:

    - derivatives: by automatic differentiation of `loss`;
    - symmetry: none, no zero modes, no equivalent problem in fewer coordinates;
    - bounds and scale: unbounded, basins about one unit wide;
    - hints for searches: how dear derivatives are, moves and searches of the problem's own;
    - proofs: enclosures are made from the program of the loss;
    - parameters: none that can be varied;
    - the model behind it: no predictions, no model of the user's;
    - identity: a name, and the record.

    A problem is a pytree: its arrays are leaves and its choices are static, so that a jitted search
    takes it as an argument and new data of the same shape does not recompile. The methods that take
    and return JAX arrays are pure, act on one point and are batched with `jax.vmap` by the search;
    they are called inside a float64 context.
    """

    makes_loss: ClassVar[frozenset[str]] = frozenset({"dimension", "loss", "makes_loss"})
    """Members that make the loss: a class that overrides one of them after another class has stated something
    of its loss, or anything that is no public member of this one, is not believed what it inherits when
    something is proved (`own_word`)."""

    # ---- the duties -----------------------------------------------------------------------------

    @property
    @abc.abstractmethod
    def dimension(self) -> int:
        """d, the number of parameters."""

    @abc.abstractmethod
    def loss(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        """The loss at `x` [d], smooth up to the second derivative."""

    @abc.abstractmethod
    def start(self, key: PRNGKeyArray) -> Float[Array, " d"]:
        """A random start [d], drawn from one fixed law (independent draws enter the coverage)."""

    @property
    def start_law(self) -> str:
        """Name of the law of `start`, with its parameters: hits are counted per law."""
        return "start"

    @property
    def start_laws(self) -> Mapping[str, StartLaw]:
        """All laws of random starts by name, each a function of a key; `start` alone by default.

        Coverage says what starts of a law can reach, and no more. A problem whose starts cannot come from
        everywhere offers others beside them; searches draw from all, and stop when each has no more to give.
        """
        return {self.start_law: self.start}

    # ---- derivatives ----------------------------------------------------------------------------

    def value_and_gradient(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"]]:
        """Loss and gradient [d] at `x` [d]."""
        return jax.value_and_grad(self.loss)(x)

    def value_gradient_hessian(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"]]:
        """Loss, gradient [d] and Hessian [d d] at `x` [d]."""
        value, gradient = self.value_and_gradient(x)
        return value, gradient, jax.hessian(self.loss)(x)

    def hessian_vector(self, x: Float[Array, " d"], v: Float[Array, " d"]) -> Float[Array, " d"]:
        """Product [d] of the Hessian at `x` [d] with the vector `v` [d]."""
        product: Float[Array, " d"] = jax.jvp(lambda y: self.value_and_gradient(y)[1], (x,), (v,))[
            1
        ]
        return product

    def gradient_and_products(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, " d"], Callable[[Float[Array, " d"]], Float[Array, " d"]]]:
        """Gradient [d] at `x` [d], and a function that gives Hessian-vector products there.

        By default the gradient is linearised once: a product then costs less than a gradient.
        """
        return jax.linearize(lambda y: self.value_and_gradient(y)[1], x)

    def gradient_noise(self, x: Float[Array, " d"]) -> Float[Array, ""]:
        """Rounding floor of the RMS gradient at `x` [d]; the tolerance is max(1e-10, 10 × noise)."""
        return jnp.zeros(())

    def value_gradient_hessian_noise(
        self, x: Float[Array, " d"]
    ) -> tuple[Float[Array, ""], Float[Array, " d"], Float[Array, "d d"], Float[Array, ""]]:
        """`value_gradient_hessian` and `gradient_noise`, for problems where they share work."""
        return (*self.value_gradient_hessian(x), self.gradient_noise(x))

    # ---- symmetry -------------------------------------------------------------------------------

    @property
    def symmetry(self) -> Symmetry:
        """The finite group of transformations that leave the loss unchanged; trivial by default."""
        return Symmetry()

    def zero_modes(self, x: Float[Array, " d"]) -> Float[Array, "d k"] | None:
        """Orthonormal directions [d k] along which the loss is constant; None for none.

        They are projected out of gradient and Hessian; index, spectrum and LPPHE use the others. By default
        an orthonormal basis of the `generators`.
        """
        generators = self.generators(x)
        return None if generators is None else jnp.linalg.qr(generators)[0]

    def generators(self, x: Float[Array, " d"]) -> Float[Array, "d k"] | None:
        """Velocities at `x` [d] of the motions that never change the loss [d k]; None for none.

        Such a motion is x → A x + b with an antisymmetric A or a shift alone, which the problem states:
        it must hold exactly and everywhere, for proofs rest on it. The columns need be neither normalised nor
        orthogonal, and should be made of additions and multiplications alone.
        """
        return None

    def reduction(self) -> "Reduction":
        """An equivalent problem in fewer coordinates, if there is one; by default the problem itself."""
        return Reduction(self)

    # ---- bounds and scale -----------------------------------------------------------------------

    @property
    def bounds(self) -> Bounds | None:
        """Lower and upper bounds [d], or None. A point at rest at the bounds is not a minimum."""
        return None

    @property
    def length_scale(self) -> float:
        """The length in which steps are measured: about the width of a basin."""
        return 1.0

    @property
    def loss_unit(self) -> float:
        """The size of a difference of the loss that matters: a search divides the loss by it.

        1 for losses of an ordinary size. A loss that is a million times larger or smaller than another one
        has the same landscape; with the unit it is searched in the same way, too.
        """
        return 1.0

    @property
    def rms_tolerance(self) -> float:
        """RMS gradient below which a point counts as stationary, unless rounding forbids so small a one."""
        return RMS_TOLERANCE

    @property
    def growth_doubt(self) -> str | None:
        """Why the loss may not grow without bound in every direction, or have no continuous gradient.

        None only where both is certain, from the formula: then the numbers of all its stationary points
        are bound by Morse's relations (`analysis.euler_characteristic`).
        """
        if self.bounds is not None:
            return (
                "it is looked at between bounds, and the gradient need not point outwards at them"
            )
        return "it is not known whether it grows without bound in every direction"

    # ---- hints for searches ---------------------------------------------------------------------

    @property
    def has_cheap_hessian(self) -> bool:
        """Whether a Hessian costs only a few gradients, so that quenches best use it at every step."""
        return True

    @property
    def walkers_per_chunk(self) -> int:
        """How many walkers to evaluate at once so that intermediates stay in the cache."""
        return 16

    @property
    def known_loss_operations(self) -> float | None:
        """Operations that one loss takes, about; None where its program shows them to JAX."""
        return None

    @property
    def moves(self) -> Mapping[str, Move]:
        """Named perturbations that suit the problem, each `(key, x, step) -> x`."""
        return {}

    @property
    def native_search(self) -> NativeSearch | None:
        """Exact searches for a piecewise smooth loss, instead of those by gradients and Hessians."""
        return None

    # ---- proofs ---------------------------------------------------------------------------------

    @property
    def has_true_derivatives(self) -> bool:
        """Whether gradient and Hessian are those of `loss` in real arithmetic, to the last bit of a constant.

        False, the default, leaves proofs to differentiate the program of `loss` themselves, without the rules
        that its parts may state for their derivatives. True is for derivatives by hand that are quicker: a
        proof takes them at their word. It holds for the class that says so, and for none that changes the
        loss after it; so do all other statements on which proofs rest (`own_word`).
        """
        return False

    def as_defined(self) -> "Problem":
        """The same problem with its loss evaluated as it is defined: what proofs are about.

        It differs from the problem itself only where `loss` takes a faster way with an error of its own,
        beyond rounding. Its derivatives may be slow.
        """
        return self

    def enclosure(
        self, x: Float[np.ndarray, " d"], radius: Float[np.ndarray, " d"]
    ) -> DerivativeEnclosure | None:
        """Proved bounds on loss, gradient and Hessian at all points within `radius` [d] of `x` [d].

        `radius` may be zero. They must hold in real arithmetic for the loss of these very numbers: every
        rounding is counted. `thalweg.certificate` prefers them to what it makes itself from the program that
        JAX traces of the loss, to which None, the default, leaves a point. NumPy in, NumPy out: nothing
        is traced.
        """
        return None

    def without_switches(self) -> "Problem":
        """The same function written without comparisons that only guard against overflow, if there are any.

        Bounds on the loss along a path are sharp where no comparison is undecided.
        """
        return self

    # ---- parameters -----------------------------------------------------------------------------

    @property
    def parameters(self) -> Mapping[str, float]:
        """Positive numbers that define the problem and can be varied, with their values."""
        return {}

    def with_parameter(self, name: str, value: Float[Array, ""] | float) -> "Problem":
        """The same problem with another value of one of its `parameters`, traceable in the value.

        Raises:
            NotImplementedError: if the problem has no such parameter.
        """
        raise NotImplementedError(f"{self.name} has no parameter {name!r}")

    # ---- the model behind it --------------------------------------------------------------------

    @property
    def prediction(self) -> Prediction | None:
        """What the parameters predict for inputs; None for a loss that models no data."""
        return None

    @property
    def output_kind(self) -> OutputKind | None:
        """What `outputs` are; None for a loss that models no data.

        By default what `prediction` says, of a method `predict(x, inputs)` made of JAX operations.
        """
        return _OUTPUTS_THAT_PREDICT.get(self.prediction)

    def require_output_kind(self) -> OutputKind:
        """`output_kind`, where there is one.

        Raises:
            ValueError: if there is none; the message says what to do about it.
        """
        if self.output_kind is None:
            what = (
                "nothing that can be measured" if self.prediction is None else self.prediction.value
            )
            raise ValueError(f"'{self.name}' predicts {what}: no classes, and no values alone.")
        return self.output_kind

    @with_float64
    def outputs(self, x: Float[np.ndarray, " d"], inputs: Any) -> np.ndarray:
        """Outputs of the model with the parameters `x` [d] for `inputs`, of the kind `output_kind`.

        By default what a method `predict` gives; `predictions` reads classes and values from them.
        """
        return np.asarray(_compiled_prediction(self, jnp.asarray(x), jnp.asarray(inputs)))

    @property
    def framework(self) -> str | None:
        """Name of the library whose model the problem was made from; None for a problem of ours."""
        return None

    def to_model(self, x: Float[np.ndarray, " d"]) -> Any:
        """The user's own model with the parameters `x` [d], in double precision.

        Raises:
            NotImplementedError: if the problem was not made from a model.
        """
        raise NotImplementedError(
            f"'{self.name}' was not made from a model of another library, so there is none to give back."
        )

    def parameters_of(self, model: Any) -> Float[np.ndarray, " d"]:
        """The parameters [d] of a model that was trained elsewhere; a vector [d] is taken as it is.

        Raises:
            TypeError: if `model` is none whose parameters are known here.
            ValueError: if it is of another shape than the problem's, or its parameters are not finite.
        """
        arrays = real_arrays(model)
        first, *others = arrays.values()
        is_vector = not others and first.shape == (self.dimension,)
        vector = first if is_vector else self._vector_of(arrays)
        if not np.isfinite(vector).all():
            raise ValueError("the parameters of the model are not all finite.")
        return vector

    def _vector_of(self, arrays: Arrays) -> Float[np.ndarray, " d"]:
        """The parameters [d] in the arrays of a model; by default the only array, which is a vector."""
        return vector_of(arrays, {"x": (self.dimension,)})

    def coordinate_name(self, i: int) -> str:
        """What people call coordinate `i`, counted from 0."""
        return f"x[{i}]"

    # ---- identity (the rest is in `Recorded`) ---------------------------------------------------

    @property
    def name(self) -> str:
        """One line for people: what is minimised."""
        return f"{self.kind}, {self.dimension} parameters"


_OUTPUTS_THAT_PREDICT: Mapping[Prediction | None, OutputKind] = {
    Prediction.CLASS_PROBABILITIES: OutputKind.PROBABILITIES,
    Prediction.VALUES: OutputKind.VALUES,
}


@jax.jit
def _compiled_prediction(problem: Any, x: Float[Array, " d"], inputs: Array) -> Array:
    prediction: Array = problem.predict(x, inputs)
    return prediction


class Reduction(eqx.Module):
    """An isometric change to fewer coordinates z that keeps every stationary point.

    The contract, which tests check for every problem that has a reduction: `expand` is linear and
    preserves distances, the gradient at `expand(z)` lies in its range, and the Hessian there is block
    diagonal, with the eigenvalues `complement_spectrum` on the orthogonal complement. Hence losses,
    indices and RMS norms carry over, and spectrum and LPPHE need only the complement added.
    The base class is the identity.
    """

    problem: Problem

    def expand(self, z: Float[np.ndarray, "... m"]) -> Float[np.ndarray, "... d"]:
        """The full vectors [... d] of the reduced ones [... m]."""
        return z

    def contract(self, x: Float[np.ndarray, "... d"]) -> Float[np.ndarray, "... m"]:
        """The reduced vectors [... m] of the full ones [... d] (orthogonal projection)."""
        return x

    @property
    def complement_spectrum(self) -> Float[np.ndarray, " d_minus_m"]:
        """Hessian eigenvalues [d − m] along the directions that the reduction removes."""
        return np.zeros(0)
