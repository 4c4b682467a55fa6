"""Permutations and sign flips of hidden units."""

import itertools
import math
from collections.abc import Iterator

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import linear_sum_assignment

from ..symmetry import Symmetry, all_differ, coinciding_radii, largest_overlap
from .layout import Layout


class HiddenUnitSymmetry(Symmetry):
    """Permutations of the units of each hidden layer and, for an odd activation, their sign flips.

    |G| = Π_l n_l!·2^{n_l} over the hidden layers (without the powers of two if the activation is not
    odd). Parameters are in the order of `Layout`.

    Args:
        sizes: units of every layer, inputs first.
        is_odd: whether φ(−a) = −φ(a).
    """

    def __init__(self, sizes: tuple[int, ...], *, is_odd: bool) -> None:
        self.layout = Layout(tuple(sizes))
        self.hidden = tuple(sizes[1:-1])
        self.is_odd = is_odd

    @property
    def order(self) -> int:
        signs = 2 if self.is_odd else 1
        return math.prod(math.factorial(n) * signs**n for n in self.hidden)

    def canonical(self, x: Float[np.ndarray, " d"]) -> Float[np.ndarray, " d"]:
        return np.asarray(self.canonical_images(np.asarray(x)[None])[0])

    def canonical_images(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points d"]:
        layers = self._layers(points)
        for layer in range(len(self.hidden)):
            incoming = layers[layer]
            signs = np.ones(incoming.shape[:2])
            if self.is_odd:
                largest = np.abs(incoming).argmax(axis=2)[..., None]
                signs = np.where(np.take_along_axis(incoming, largest, 2)[..., 0] < 0, -1.0, 1.0)
            # The first weight is the last key, which decides first.
            order = np.lexsort((incoming * signs[..., None]).transpose(2, 0, 1)[::-1], axis=-1)
            signs = np.take_along_axis(signs, order, 1)
            incoming = np.take_along_axis(incoming, order[..., None], 1) * signs[..., None]
            outgoing = np.take_along_axis(layers[layer + 1][..., :-1], order[:, None], 2)
            layers[layer], layers[layer + 1][..., :-1] = incoming, outgoing * signs[:, None]
        return self._vector(layers)

    def align(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] nearest to `to` [d], by assignment of hidden units (Hungarian method).

        Exact for one hidden layer. Deeper networks are matched layer by layer until nothing moves,
        from two starts (incoming weights only, and in the present order): images of one point are
        always recognised, and other pairs come as near as this descent reaches.
        """
        to_layers = self._layers(to)
        images = [self._vector(self._descend(self._matched_upwards(x, to_layers), to_layers))]
        if len(self.hidden) > 1:
            images.append(self._vector(self._descend(self._layers(x), to_layers)))
        return min(images, key=lambda image: float(np.linalg.norm(image - to)))

    def distance_bounds(
        self, x: Float[np.ndarray, " d"], others: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, " points"]:
        """Lower bounds of the distances to `others` [points], exact for one layer of few hidden units.

        They come from the largest overlap of each unit, or of sorted weights for several layers.
        """
        squares = np.sum(x**2) + np.sum(others**2, axis=1)
        if len(self.hidden) == 1 and len(others):
            units = self._units(x[None])[0]
            # A row for each weight of a unit: the points side by side, for the sums over all of them.
            columns = self._units(others).transpose(2, 1, 0).reshape(units.shape[1], -1)
            overlaps = (units @ columns).reshape(len(units), len(units), len(others))
            gain = largest_overlap(np.abs(overlaps) if self.is_odd else overlaps)
            # Output biases belong to no hidden unit: no symmetry moves them.
            overlap = gain + self._output_biases(others) @ self._output_biases(x)
        else:
            overlap = self.invariants(others) @ self.invariants(x[None])[0]
        distances: Float[np.ndarray, " points"] = np.sqrt(np.maximum(squares - 2 * overlap, 0.0))
        return distances

    def invariants(
        self, points: Float[np.ndarray, "points d"]
    ) -> Float[np.ndarray, "points invariants"]:
        """Each weight of all units of the only hidden layer in order of size, or those of each layer.

        Neither permutations nor signs bring two sets of numbers nearer than both in order of size.
        """
        if len(self.hidden) != 1:
            layers = self.layout.split(np.abs(points))
            flat = [one.reshape(len(one), one.shape[1] * one.shape[2]) for one in layers]
            return np.hstack([np.sort(one, axis=1) for one in flat])
        units = self._units(points)
        units = np.sort(np.abs(units) if self.is_odd else units, axis=1)
        n_weights = units.shape[1] * units.shape[2]
        return np.hstack([units.reshape(len(units), n_weights), self._output_biases(points)])

    def _units(self, x: Float[np.ndarray, "points d"]) -> Float[np.ndarray, "points units weights"]:
        """Incoming and outgoing weights of each unit of the only hidden layer."""
        incoming, outgoing = self.layout.split(x)
        return np.concatenate([incoming, outgoing[:, :, :-1].transpose(0, 2, 1)], axis=2)

    def _output_biases(
        self, x: Float[np.ndarray, "*points d"]
    ) -> Float[np.ndarray, "*points outputs"]:
        return np.asarray(self.layout.split(x)[-1][..., -1])

    def stabiliser_order(self, x: Float[np.ndarray, " d"], tolerance: float = 1e-6) -> int:
        layers = self._layers(x)
        scale = tolerance * (1 + float(np.abs(x).max(initial=0.0)))
        order, representatives = 1, []
        for layer in range(len(self.hidden)):
            twins, kinds = self._twins(layers[layer], layers[layer + 1], scale)
            order *= twins
            representatives.append(kinds)
        return order * self._count_fixing(layers, representatives, 0, None, scale)

    def is_moved_by_all(self, points: Float[np.ndarray, "points d"]) -> Bool[np.ndarray, " points"]:
        # Where no two units of a layer have the same incoming weights, up to a sign, an element that fixes
        # the point fixes the units of the first layer, and so those of the next.
        radii = coinciding_radii(points)
        is_moved = np.ones(len(points), bool)
        for incoming in self._layers(points)[:-1]:
            images = [sign * incoming for sign in self._signs]
            is_moved &= all_differ(np.concatenate(images, axis=1), radii)
        return is_moved

    def images(self, x: Float[np.ndarray, " d"]) -> Iterator[Float[np.ndarray, " d"]]:
        choices = [list(self._elements(n)) for n in self.hidden]
        for element in itertools.product(*choices):
            layers = self._layers(x)
            for layer, (order, signs) in enumerate(element):
                self._act(layers, layer, order, signs)
            yield self._vector(layers)

    def random_image(
        self, x: Float[np.ndarray, " d"], rng: np.random.Generator
    ) -> Float[np.ndarray, " d"]:
        layers = self._layers(x)
        for layer, n in enumerate(self.hidden):
            self._act(layers, layer, rng.permutation(n), rng.choice(self._signs, size=n))
        return self._vector(layers)

    def derangement(self, x: Float[np.ndarray, " d"], seed: int) -> Float[np.ndarray, " d"]:
        """The image of `x` [d] under an element that moves and, if it may, flips every hidden unit."""
        random = np.random.default_rng(seed)
        layers = self._layers(x)
        for layer, n in enumerate(self.hidden):
            signs = np.where(random.uniform(size=n) < 0.5, -1.0, 1.0) if self.is_odd else np.ones(n)
            signs[0] = self._signs[-1]
            self._act(layers, layer, np.roll(np.arange(n), 1), signs)
        return self._vector(layers)

    # ---- action on the layers -------------------------------------------------------------------

    def _layers(self, x: Float[np.ndarray, "*points d"]) -> list[Float[np.ndarray, "*points _ _"]]:
        return self.layout.split(np.array(x, dtype=np.float64))

    def _vector(
        self, layers: list[Float[np.ndarray, "*points _ _"]]
    ) -> Float[np.ndarray, "*points d"]:
        return np.asarray(self.layout.join(layers))

    @staticmethod
    def _act(
        layers: list[Float[np.ndarray, "_ _"]],
        layer: int,
        order: Int[np.ndarray, " n"],
        signs: Float[np.ndarray, " n"],
    ) -> None:
        """Put unit order[i] of hidden layer `layer` at index i, its weights multiplied by signs[i]."""
        layers[layer] = layers[layer][order] * signs[:, None]
        outgoing = layers[layer + 1].copy()
        outgoing[:, :-1] = outgoing[:, :-1][:, order] * signs
        layers[layer + 1] = outgoing

    def _elements(self, n: int) -> Iterator[tuple[Int[np.ndarray, " n"], Float[np.ndarray, " n"]]]:
        flips = [(1.0, -1.0)] * n if self.is_odd else [(1.0,)] * n
        for order in itertools.permutations(range(n)):
            for signs in itertools.product(*flips):
                yield np.array(order), np.array(signs)

    # ---- alignment ------------------------------------------------------------------------------

    def _matched_upwards(
        self, x: Float[np.ndarray, " d"], to: list[Float[np.ndarray, "_ _"]]
    ) -> list[Float[np.ndarray, "_ _"]]:
        layers = self._layers(x)
        for layer in range(len(self.hidden)):
            last = layer == len(self.hidden) - 1
            self._match(layers, to, layer, with_outgoing=last)
        return layers

    def _descend(
        self, layers: list[Float[np.ndarray, "_ _"]], to: list[Float[np.ndarray, "_ _"]]
    ) -> list[Float[np.ndarray, "_ _"]]:
        if len(self.hidden) == 1:
            return layers
        for _ in range(20):
            before = self._vector(layers)
            for layer in range(len(self.hidden)):
                self._match(layers, to, layer, with_outgoing=True)
            if np.array_equal(before, self._vector(layers)):
                break
        return layers

    def _match(
        self,
        layers: list[Float[np.ndarray, "_ _"]],
        to: list[Float[np.ndarray, "_ _"]],
        layer: int,
        *,
        with_outgoing: bool,
    ) -> None:
        """Move the units of hidden layer `layer` to where they lie nearest to those of `to`."""
        units, targets = layers[layer], to[layer]
        if with_outgoing:
            units = np.hstack([units, layers[layer + 1][:, :-1].T])
            targets = np.hstack([targets, to[layer + 1][:, :-1].T])
        overlap = targets @ units.T
        # Squared distances are constant up to −2·overlap, so the overlaps alone decide.
        gain = np.abs(overlap) if self.is_odd else overlap
        rows, columns = linear_sum_assignment(-gain)
        signs = (
            np.where(overlap[rows, columns] < 0, -1.0, 1.0) if self.is_odd else np.ones(len(rows))
        )
        self._act(layers, layer, columns, signs)

    # ---- stabiliser -----------------------------------------------------------------------------

    def _twins(
        self,
        incoming: Float[np.ndarray, "n m"],
        outgoing: Float[np.ndarray, "k n_plus_1"],
        scale: float,
    ) -> tuple[int, dict[int, int]]:
        """Order of the exchanges of equal units, and one unit of each kind with its multiplicity.

        Units are equal if incoming and outgoing weights agree, up to a common sign if the activation
        is odd. Dead units (all weights zero) may besides be flipped one by one.
        """
        units = np.hstack([incoming, outgoing[:, :-1].T])
        kinds: dict[int, int] = {}
        order = 1
        for i, unit in enumerate(units):
            for j in kinds:
                if any(np.abs(unit - s * units[j]).max() <= scale for s in self._signs):
                    kinds[j] += 1
                    break
            else:
                kinds[i] = 1
        for i, count in kinds.items():
            order *= math.factorial(count)
            if self.is_odd and np.abs(units[i]).max() <= scale:
                order *= 2**count
        return order, kinds

    @property
    def _signs(self) -> tuple[float, ...]:
        return (1.0, -1.0) if self.is_odd else (1.0,)

    def _count_fixing(
        self,
        layers: list[Float[np.ndarray, "_ _"]],
        kinds: list[dict[int, int]],
        layer: int,
        below: tuple[list[int], Float[np.ndarray, "n n"]] | None,
        scale: float,
    ) -> int:
        """Number of signed permutations of kinds of units, from `layer` upwards, that fix the point.

        `below` is the element chosen for the layer underneath: its kinds, and how they are permuted.
        """
        matrix = layers[layer]
        if below is not None:
            units_below, action = below
            matrix = np.hstack([matrix[:, units_below], matrix[:, -1:]])
            image = np.hstack([matrix[:, :-1] @ action.T, matrix[:, -1:]])
        else:
            image = matrix
        if layer == len(self.hidden):
            return int(np.abs(image - matrix).max() <= scale)
        units = list(kinds[layer])
        dead = np.abs(np.hstack([layers[layer], layers[layer + 1][:, :-1].T])).max(axis=1) <= scale
        total = 0
        for images in self._matchings(units, kinds[layer], matrix, image, dead, scale):
            action = np.zeros((len(units), len(units)))
            for i, (j, sign) in enumerate(images):
                action[i, j] = sign
            total += self._count_fixing(layers, kinds, layer + 1, (units, action), scale)
        return total

    def _matchings(
        self,
        units: list[int],
        counts: dict[int, int],
        fixed: Float[np.ndarray, "n m"],
        image: Float[np.ndarray, "n m"],
        dead: Bool[np.ndarray, " n"],
        scale: float,
    ) -> Iterator[list[tuple[int, float]]]:
        """Every way to send the units onto each other that keeps the incoming weights."""
        options = [
            [
                (j, s)
                for j, v in enumerate(units)
                # Signs of dead units are counted with the twins already.
                for s in ((1.0,) if dead[u] else self._signs)
                if counts[u] == counts[v]
                and dead[u] == dead[v]
                and np.abs(fixed[u] - s * image[v]).max() <= scale
            ]
            for u in units
        ]

        def extend(chosen: list[tuple[int, float]]) -> Iterator[list[tuple[int, float]]]:
            if len(chosen) == len(units):
                yield chosen
                return
            for j, s in options[len(chosen)]:
                if all(j != k for k, _ in chosen):
                    yield from extend([*chosen, (j, s)])

        yield from extend([])
