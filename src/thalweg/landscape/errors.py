"""Errors of a landscape file; every message is one line that says what to do."""


class LandscapeError(Exception):
    """Base of all errors of a landscape."""


class FingerprintMismatch(LandscapeError):
    """The file holds stationary points of another problem."""


class NewerSchema(LandscapeError):
    """The file was written by a newer version of thalweg."""


class NotALandscape(LandscapeError):
    """The file is not a landscape, or is damaged."""


class DamagedRow(NotALandscape):
    """A row of the file does not hold what was written there."""


class FileGone(LandscapeError):
    """The file of an open landscape was deleted, moved or replaced.

    Attributes:
        saved_to: file that holds all that was recorded; None if it could not be saved.
    """

    def __init__(self, message: str, saved_to: str | None = None) -> None:
        super().__init__(message)
        self.saved_to = saved_to


class ConnectionLost(LandscapeError):
    """The server of a landscape cannot be reached, or its connection broke; what it has recorded is safe."""


class Unreachable(ConnectionLost):
    """The server was asked for a connection, as long as one waits for it, and gave none."""


class NotAMinimum(LandscapeError):
    """A point that was to be added is not a minimum."""


class OtherTolerances(LandscapeError):
    """A landscape was made with other tolerances than those that are asked for."""
