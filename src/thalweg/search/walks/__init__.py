"""Loops that take batches of walkers to rest."""
