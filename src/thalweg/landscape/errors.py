"""Errors of a landscape file; every message is one line that says what to do."""


class LandscapeError(Exception):
    """Base of all errors of a landscape."""


class FingerprintMismatch(LandscapeError):
    """The file holds stationary points of another problem."""


class NewerSchema(LandscapeError):
    """The file was written by a newer version of thalweg."""


class NotALandscape(LandscapeError):
    """The file is not a landscape, or is damaged."""


class NotAMinimum(LandscapeError):
    """A point that was to be added is not a minimum."""
