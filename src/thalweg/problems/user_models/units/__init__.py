"""Units of any layer that may be exchanged: where their entries stand, and the group that they make."""
