"""Minima of a network in one symmetry image a group, aligned once for all groups that need them."""

import numpy as np
from jaxtyping import Float, Int

from ..landscape.network import Network
from ..problems.symmetry import Symmetry


class AlignedMinima:
    """Aligns groups of minima to their lowest member, and lowest members to the lowest of all.

    So the same weight is the same one in every group. What has been aligned is kept, for up to
    minima² vectors [d].

    Args:
        network: minima with coordinates.
        symmetry: of the problem; None leaves all minima as they were found.
    """

    def __init__(self, network: Network, symmetry: Symmetry | None) -> None:
        network.require_coordinates()
        self._coordinates, self._losses = network.coordinates, network.losses
        self._symmetry = symmetry
        self._reference = int(np.argmin(network.losses))
        self._frames: dict[int, Float[np.ndarray, "minima d"]] = {}
        self._is_aligned: dict[int, np.ndarray] = {}

    def lowest(self, group: Int[np.ndarray, " members"]) -> int:
        """Index of the member of lowest loss."""
        return int(group[np.argmin(self._losses[group])])

    def group(self, group: Int[np.ndarray, " members"]) -> Float[np.ndarray, "members d"]:
        """The members of a group, each in the image nearest to that of the lowest member."""
        if self._symmetry is None:
            return np.asarray(self._coordinates[group])
        return self._near(self.lowest(group), group)

    def everything(self) -> Float[np.ndarray, "minima d"]:
        """All minima, each in the image nearest to the lowest of all."""
        return self.group(np.arange(len(self._losses)))

    def _near(self, centre: int, group: Int[np.ndarray, " members"]) -> Float[np.ndarray, "n d"]:
        if centre not in self._frames:
            self._frames[centre] = np.empty_like(self._coordinates)
            self._is_aligned[centre] = np.zeros(len(self._losses), dtype=bool)
        images, is_aligned = self._frames[centre], self._is_aligned[centre]
        missing = group[~is_aligned[group]]
        if len(missing):
            to = self._image_of_centre(centre)
            for k in missing.tolist():
                images[k] = self._align(self._coordinates[k], to)
            is_aligned[missing] = True
        return np.asarray(images[group])

    def _image_of_centre(self, centre: int) -> Float[np.ndarray, " d"]:
        return self._align(self._coordinates[centre], self._coordinates[self._reference])

    def _align(
        self, x: Float[np.ndarray, " d"], to: Float[np.ndarray, " d"]
    ) -> Float[np.ndarray, " d"]:
        return x if self._symmetry is None else self._symmetry.align(x, to)
